mod keys;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use p12_keystore::{KeyStore, KeyStoreEntry, Pkcs12ImportPolicy};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tempfile::TempDir;
use x509_parser::parse_x509_certificate;

use super::*;

fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

fn holder(id: &str) -> Holder {
    Holder {
        id: id.to_owned(),
        organisation: "Éditeur fictif".to_owned(),
        siret: Some("91000000000018".to_owned()),
    }
}

fn plan() -> PkiPlan {
    PkiPlan {
        partners: vec![holder("editeur-demo"), holder("commune-valmont")],
        faulty_as: holder("editeur-demo"),
        server_names: Vec::new(),
        own_pki: false,
        keys: None,
    }
}

fn made() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    ensure(dir.path(), &plan(), now()).unwrap();
    dir
}

/// Every file but the lock, with its contents.
fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(contents(&entry));
        } else if entry.file_name().unwrap() != ".lock" {
            found.insert(entry.clone(), fs::read(&entry).unwrap());
        }
    }
    found
}

fn der(path: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(path).unwrap()
}

#[test]
fn the_folder_holds_what_the_documentation_says_and_nothing_else() {
    let dir = made();
    let mut expected: Vec<String> =
        ["ca.key", "ca.pem", "crl.pem", "server.key", "server.pem", "token.key"]
            .map(String::from)
            .to_vec();
    for id in ["commune-valmont", "editeur-demo"] {
        expected.extend(
            ["-combined.pem", ".key", ".p12", ".pem"].map(|kind| format!("clients/{id}{kind}")),
        );
    }
    for fault in [
        "expired",
        "no-partner",
        "not-yet-valid",
        "revoked",
        "self-signed",
        "server-only",
        "unknown-ca",
    ] {
        expected.extend(["key", "pem"].map(|kind| format!("clients/invalid/{fault}.{kind}")));
    }
    expected.sort();
    let mut found: Vec<String> = contents(dir.path())
        .into_keys()
        .map(|path| path.strip_prefix(dir.path()).unwrap().to_str().unwrap().to_owned())
        .collect();
    found.sort();
    assert_eq!(found, expected);
}

#[cfg(unix)]
#[test]
fn keys_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let dir = made();
    for path in contents(dir.path()).into_keys() {
        let private = path.extension().is_some_and(|kind| kind == "key" || kind == "p12")
            || path.to_str().unwrap().ends_with("-combined.pem");
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077 == 0, private, "{}: {mode:o}", path.display());
    }
}

#[test]
fn a_second_run_writes_nothing() {
    let dir = made();
    let before = contents(dir.path());
    let report = ensure(dir.path(), &plan(), now()).unwrap();
    assert_eq!(report, PkiReport::default());
    assert_eq!(contents(dir.path()), before);
}

#[test]
fn whatever_file_is_lost_the_others_stay_as_they_are() {
    let dir = made();
    let before = contents(dir.path());
    for lost in before.keys() {
        fs::remove_file(lost).unwrap();
        let outcome = ensure(dir.path(), &plan(), now());
        let name = lost.strip_prefix(dir.path()).unwrap().to_str().unwrap();
        let is_pair_key = name.ends_with(".key") && name != "token.key";
        match outcome {
            Ok(report) if name != "ca.key" => {
                assert!(
                    !is_pair_key,
                    "{name} was made again beside the certificate of another key"
                );
                assert_eq!(report.created, std::slice::from_ref(lost), "{name}");
            }
            Ok(report) => assert_eq!(
                report,
                PkiReport::default(),
                "a complete folder does without the authority's key"
            ),
            Err(PkiError::KeyGone { key, .. }) => assert!(is_pair_key && key == *lost, "{name}"),
            Err(PkiError::AuthorityGone { authority, .. }) => assert_eq!(authority, *lost),
            Err(other) => panic!("{name}: {other}"),
        }
        for (path, bytes) in contents(dir.path()) {
            assert!(path == *lost || bytes == before[&path], "{} was rewritten", path.display());
        }
        fs::write(lost, &before[lost]).unwrap();
    }
}

#[test]
fn a_new_partner_gets_its_certificate_from_the_authority_that_is_there() {
    let dir = made();
    let mut plan = plan();
    plan.partners.push(holder("caf-verification-iban"));
    let report = ensure(dir.path(), &plan, now()).unwrap();
    let names = [".key", ".pem", ".p12", "-combined.pem"]
        .map(|kind| dir.path().join(format!("clients/caf-verification-iban{kind}")));
    assert_eq!(report.created, names);
}

#[test]
fn a_key_left_alone_by_a_crash_gets_its_certificate() {
    let dir = made();
    let (key, pem) = (dir.path().join("server.key"), dir.path().join("server.pem"));
    let kept = fs::read(&key).unwrap();
    fs::remove_file(&pem).unwrap();
    ensure(dir.path(), &plan(), now()).unwrap();
    assert_eq!(fs::read(&key).unwrap(), kept);
    load(dir.path(), false).unwrap();
}

#[test]
fn the_authority_says_wherever_it_is_trusted_that_it_is_fictitious() {
    let dir = made();
    let der = der(&dir.path().join("ca.pem"));
    let (_, certificate) = parse_x509_certificate(&der).unwrap();
    assert!(certificate.subject().to_string().contains("fictif"), "{}", certificate.subject());
}

#[test]
fn a_client_certificate_names_its_partner_and_its_use() {
    let dir = made();
    let der = der(&dir.path().join("clients/commune-valmont.pem"));
    let (_, certificate) = parse_x509_certificate(&der).unwrap();
    let subject: Vec<(String, &str)> = certificate
        .subject()
        .iter_attributes()
        .map(|attribute| (attribute.attr_type().to_id_string(), attribute.as_str().unwrap()))
        .collect();
    assert_eq!(
        subject,
        [
            ("2.5.4.10".to_owned(), "Éditeur fictif"),
            ("2.5.4.97".to_owned(), "NTRFR-91000000000018"),
            ("2.5.4.3".to_owned(), "commune-valmont"),
        ]
    );
    let usage = certificate.extended_key_usage().unwrap().unwrap().value;
    assert!(usage.client_auth && !usage.server_auth);
    assert!(certificate.validity().not_before.timestamp() < 1_577_836_800, "before 2020");
    assert!(certificate.validity().not_after.timestamp() > 2_500_000_000, "after March 2049");
}

#[test]
fn the_pkcs12_file_is_a_keystore_and_a_truststore() {
    let dir = made();
    let bytes = fs::read(dir.path().join("clients/editeur-demo.p12")).unwrap();
    let store = KeyStore::from_pkcs12(&bytes, PASSWORD, Pkcs12ImportPolicy::Strict).unwrap();
    let Some(KeyStoreEntry::PrivateKeyChain(chain)) = store.entry("editeur-demo") else {
        panic!("no private key entry")
    };
    let [own, authority] = chain.certs() else { panic!("chain of {}", chain.certs().len()) };
    assert_eq!(own.as_der(), &*der(&dir.path().join("clients/editeur-demo.pem")));
    assert_eq!(authority.as_der(), &*der(&dir.path().join("ca.pem")));
    assert!(
        store.entries().any(|(_, entry)| matches!(entry, KeyStoreEntry::Certificate(_))),
        "no trusted entry"
    );
    assert!(KeyStore::from_pkcs12(&bytes, "autre", Pkcs12ImportPolicy::Strict).is_err());
}

#[test]
fn the_server_certificate_covers_extra_names_and_a_kept_one_says_what_it_lacks() {
    let dir = tempfile::tempdir().unwrap();
    let mut plan = plan();
    plan.server_names =
        vec!["passerelle.test".to_owned(), "192.0.2.10".to_owned(), "LOCALHOST".to_owned()];
    let report = ensure(dir.path(), &plan, now()).unwrap();
    assert!(report.uncovered_names.is_empty());
    let der = der(&dir.path().join("server.pem"));
    let (_, certificate) = parse_x509_certificate(&der).unwrap();
    let names = format!("{:?}", certificate.subject_alternative_name().unwrap().unwrap().value);
    assert!(names.contains("passerelle.test") && names.contains("bacasable"), "{names}");

    plan.server_names.push("autre.test".to_owned());
    let report = ensure(dir.path(), &plan, now()).unwrap();
    assert_eq!(
        report,
        PkiReport { created: Vec::new(), uncovered_names: vec!["autre.test".to_owned()] }
    );

    plan.server_names = vec!["pas un nom".to_owned()];
    let elsewhere = tempfile::tempdir().unwrap();
    let fault = ensure(elsewhere.path(), &plan, now()).unwrap_err();
    assert!(matches!(fault, PkiError::ServerName { name } if name == "pas un nom"));
}

#[test]
fn another_authority_is_not_served_unless_asked_for() {
    let dir = made();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    fs::write(dir.path().join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    fs::write(dir.path().join("ca.key"), key.serialize_pem()).unwrap();
    assert!(matches!(load(dir.path(), false), Err(PkiError::ForeignAuthority { .. })));
    fs::remove_file(dir.path().join("crl.pem")).unwrap();
    assert!(matches!(ensure(dir.path(), &plan(), now()), Err(PkiError::ForeignAuthority { .. })));
    assert!(load(dir.path(), true).unwrap().revoked.is_empty());
}

#[test]
fn with_ones_own_pki_what_is_missing_is_said_and_only_the_token_key_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let own = PkiPlan { own_pki: true, ..plan() };
    let fault = ensure(dir.path(), &own, now()).unwrap_err().to_string();
    assert!(fault.contains("ca.pem, server.pem, server.key"), "{fault}");

    let made = made();
    for file in ["ca.pem", "server.pem", "server.key"] {
        fs::copy(made.path().join(file), dir.path().join(file)).unwrap();
    }
    let report = ensure(dir.path(), &own, now()).unwrap();
    assert_eq!(report.created, [dir.path().join("token.key")]);
    load(dir.path(), true).unwrap();
}

#[test]
fn each_garbled_file_is_named() {
    let dir = made();
    for file in ["ca.pem", "crl.pem", "server.pem", "server.key", "token.key"] {
        let path = dir.path().join(file);
        let kept = fs::read(&path).unwrap();
        for garbage in [&b""[..], b"rien", &kept[..kept.len() / 2], b"\xff\xfe"] {
            fs::write(&path, garbage).unwrap();
            let fault = load(dir.path(), false).unwrap_err().to_string();
            assert!(fault.contains(file), "{file}: {fault}");
        }
        fs::write(&path, kept).unwrap();
    }
    load(dir.path(), false).unwrap();
}

#[test]
fn a_key_of_another_certificate_is_refused_with_both_names() {
    let dir = made();
    fs::copy(dir.path().join("ca.key"), dir.path().join("server.key")).unwrap();
    let fault = load(dir.path(), false).unwrap_err().to_string();
    assert!(fault.contains("server.key") && fault.contains("server.pem"), "{fault}");

    let dir = made_with_swapped_client_key();
    let fault = ensure(dir.path(), &plan(), now()).unwrap_err().to_string();
    assert!(fault.contains("editeur-demo.key") && fault.contains("editeur-demo.pem"), "{fault}");
}

fn made_with_swapped_client_key() -> TempDir {
    let dir = made();
    fs::copy(dir.path().join("server.key"), dir.path().join("clients/editeur-demo.key")).unwrap();
    fs::remove_file(dir.path().join("clients/editeur-demo.p12")).unwrap();
    dir
}

#[test]
fn a_partner_id_cannot_leave_the_folder() {
    for id in ["../evil", "a/b", "", ".hidden", "a\\b", &"x".repeat(65)] {
        let dir = tempfile::tempdir().unwrap();
        let plan = PkiPlan { partners: vec![holder(id)], ..plan() };
        assert!(
            matches!(ensure(dir.path(), &plan, now()), Err(PkiError::PartnerName { .. })),
            "{id:?}"
        );
        assert_eq!(contents(dir.path()), BTreeMap::new());
    }
}

#[test]
fn a_partner_s_combined_file_holds_its_certificate_and_then_its_key() {
    let dir = made();
    let read = |name: &str| fs::read(dir.path().join("clients").join(name)).unwrap();
    let both = [read("editeur-demo.pem"), read("editeur-demo.key")].concat();
    assert_eq!(read("editeur-demo-combined.pem"), both);
    let plan = PkiPlan { partners: vec![holder("editeur-demo-combined")], ..plan() };
    let fault = ensure(dir.path(), &plan, now()).unwrap_err().to_string();
    assert!(
        fault.contains("\"editeur-demo-combined\"") && fault.contains("-combined.pem"),
        "{fault}"
    );
}

#[test]
fn all_that_one_client_needs_comes_in_one_piece() {
    let dir = made();
    let bundle = |name: &str| client_bundle(dir.path(), false, name).unwrap();
    let read = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap();
    let own = bundle("editeur-demo").unwrap();
    assert_eq!(own.authority, read("ca.pem"));
    assert_eq!(own.certificate, read("clients/editeur-demo.pem"));
    assert_eq!(own.key, read("clients/editeur-demo.key"));
    assert_eq!(own.pkcs12, fs::read(dir.path().join("clients/editeur-demo.p12")).unwrap());
    let faulty = bundle("invalid/unknown-ca").unwrap();
    assert_eq!(faulty.certificate, read("clients/invalid/unknown-ca.pem"));
    let store =
        KeyStore::from_pkcs12(&faulty.pkcs12, PASSWORD, Pkcs12ImportPolicy::Strict).unwrap();
    assert!(store.entry("unknown-ca").is_some(), "made for the occasion");
    for name in
        ["personne", "invalid/other", "../ca", "", "editeur-demo/..", "a/b", "invalid/../../ca"]
    {
        assert!(bundle(name).is_none(), "{name}");
    }
    assert!(client_bundle(dir.path(), true, "editeur-demo").unwrap().is_none(), "their own keys");
}

#[test]
fn two_processes_on_one_folder_agree() {
    let dir = tempfile::tempdir().unwrap();
    let created: usize = std::thread::scope(|scope| {
        let runs: Vec<_> =
            (0..3).map(|_| scope.spawn(|| ensure(dir.path(), &plan(), now()).unwrap())).collect();
        runs.into_iter().map(|run| run.join().unwrap().created.len()).sum()
    });
    assert_eq!(created, contents(dir.path()).len());
    load(dir.path(), false).unwrap();
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let fault = ensure(&file.join("certs"), &plan(), now()).unwrap_err().to_string();
    assert!(fault.contains("file"), "{fault}");
}
