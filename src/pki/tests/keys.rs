//! Kinds of keys, and the keys of tokens.

use super::*;

/// One partner: RSA keys take their time.
fn rsa() -> PkiPlan {
    PkiPlan { partners: vec![holder("editeur-demo")], keys: Some(Keys::Rsa), ..plan() }
}

fn is_rsa(path: &Path) -> bool {
    let der = der(path);
    let (_, certificate) = parse_x509_certificate(&der).unwrap();
    certificate.public_key().algorithm.algorithm.to_id_string() == "1.2.840.113549.1.1.1"
}

#[test]
fn a_folder_of_rsa_keys_has_no_other_and_pkcs12_in_the_old_form() {
    let dir = tempfile::tempdir().unwrap();
    ensure(dir.path(), &rsa(), now()).unwrap();
    for path in contents(dir.path()).into_keys().filter(|path| {
        path.extension().is_some_and(|kind| kind == "pem") && !path.ends_with("crl.pem")
    }) {
        assert!(is_rsa(&path), "{}", path.display());
    }
    let bytes = fs::read(dir.path().join("clients/editeur-demo.p12")).unwrap();
    let holds = |oid: &[u8]| bytes.windows(oid.len()).any(|part| part == oid);
    let (triple_des, pbes2, sha1) = (
        [42, 134, 72, 134, 247, 13, 1, 12, 1, 3],
        [42, 134, 72, 134, 247, 13, 1, 5, 13],
        [43, 14, 3, 2, 26],
    );
    assert!(holds(&triple_des) && holds(&sha1) && !holds(&pbes2));
    let store = KeyStore::from_pkcs12(&bytes, PASSWORD, Pkcs12ImportPolicy::Strict).unwrap();
    assert!(matches!(store.entry("editeur-demo"), Some(KeyStoreEntry::PrivateKeyChain(_))));
    load(dir.path(), false).unwrap();

    // What is added later, by a start that asks for no kind, is of the same kind.
    let later = PkiPlan { partners: vec![holder("commune-valmont")], keys: None, ..rsa() };
    ensure(dir.path(), &later, now()).unwrap();
    assert!(is_rsa(&dir.path().join("clients/commune-valmont.pem")));
    let renewed = renewed(dir.path(), &holder("editeur-demo")).unwrap();
    assert!(is_rsa(&dir.path().join(format!("clients/{renewed}.pem"))));
}

#[test]
fn keys_of_another_kind_than_asked_for_are_refused_and_the_first_is_named() {
    let dir = made();
    let before = contents(dir.path());
    let fault = ensure(dir.path(), &rsa(), now()).unwrap_err().to_string();
    assert!(fault.contains("/ca.pem: for an EC key, while an RSA key is asked for"), "{fault}");
    assert_eq!(contents(dir.path()), before, "nothing is half made");

    // A folder whose authority agrees, but not one of its clients; a key whose certificate a crash prevented.
    let other = tempfile::tempdir().unwrap();
    ensure(other.path(), &rsa(), now()).unwrap();
    let ec = PkiPlan { keys: Some(Keys::Ec), ..plan() };
    for kind in ["pem", "key"] {
        let name = format!("clients/commune-valmont.{kind}");
        fs::copy(other.path().join(format!("clients/editeur-demo.{kind}")), dir.path().join(name))
            .unwrap();
    }
    let fault = ensure(dir.path(), &ec, now()).unwrap_err().to_string();
    assert!(fault.contains("/clients/commune-valmont.pem: for an RSA key"), "{fault}");
    fs::remove_file(dir.path().join("clients/commune-valmont.pem")).unwrap();
    let fault = ensure(dir.path(), &ec, now()).unwrap_err().to_string();
    assert!(fault.contains("/clients/commune-valmont.key: for an RSA key"), "{fault}");
}

#[test]
fn former_token_keys_are_read_in_order_and_a_garbled_one_is_named() {
    let dir = made();
    let fresh = || authority::token_key().unwrap();
    for file in ["token-previous-2025.key", "token-previous-1.key"] {
        fs::write(dir.path().join(file), fresh()).unwrap();
    }
    fs::write(dir.path().join("token-previous-notes.txt"), "x").unwrap();
    assert_eq!(
        token_key_files(dir.path()).unwrap(),
        ["token-previous-1.key", "token-previous-2025.key"]
    );
    assert_eq!(load(dir.path(), false).unwrap().token_keys.previous.len(), 2);
    assert_eq!(
        ensure(dir.path(), &plan(), now()).unwrap(),
        PkiReport::default(),
        "they are the user's"
    );
    fs::write(dir.path().join("token-previous-1.key"), "x").unwrap();
    let fault = load(dir.path(), false).unwrap_err().to_string();
    assert!(fault.contains("token-previous-1.key"), "{fault}");
}

#[test]
fn a_token_key_that_was_put_aside_is_replaced_at_the_next_start() {
    let dir = made();
    fs::rename(dir.path().join("token.key"), dir.path().join("token-previous-1.key")).unwrap();
    assert_eq!(ensure(dir.path(), &plan(), now()).unwrap().created, [dir.path().join("token.key")]);
    assert_eq!(load(dir.path(), false).unwrap().token_keys.previous.len(), 1);
}
