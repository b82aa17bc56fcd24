//! Judgements on the certificates that `pki` makes, and on chains made here.

use std::{path::Path, sync::LazyLock};

use jiff::{SignedDuration, Timestamp};
use rcgen::{BasicConstraints, IsCa, KeyUsagePurpose, SerialNumber, date_time_ymd};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tempfile::TempDir;

use super::{made::Made, *};
use crate::{
    clock::Clock,
    pki::{self, FaultyClient, Holder, Material, PkiPlan},
};

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let holder =
        Holder { id: "editeur-demo".to_owned(), organisation: "Éditeur".to_owned(), siret: None };
    let plan = PkiPlan {
        partners: vec![holder.clone()],
        faulty_as: holder,
        server_names: Vec::new(),
        own_pki: false,
        keys: None,
    };
    pki::ensure(dir.path(), &plan, at("2026-11-22T10:00:00Z")).unwrap();
    dir
});

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn material() -> Material {
    pki::load(FOLDER.path(), false).unwrap()
}

fn store() -> TrustStore {
    let material = material();
    TrustStore::new(&material.authorities, &material.revoked).unwrap()
}

fn presented(path: &Path) -> ClientCertificate {
    ClientCertificate::read(vec![CertificateDer::from_pem_file(path).unwrap()])
}

fn sample() -> ClientCertificate {
    presented(&FOLDER.path().join("clients/editeur-demo.pem"))
}

fn faulty(fault: FaultyClient) -> ClientCertificate {
    presented(&FOLDER.path().join(format!("clients/invalid/{}.pem", fault.name())))
}

#[test]
fn an_ipv4_caller_on_an_ipv6_socket_is_an_ipv4_caller() {
    assert_eq!(
        canonical("[::ffff:192.0.2.7]:443".parse().unwrap()),
        "192.0.2.7:443".parse().unwrap()
    );
    assert_eq!(canonical("[::1]:443".parse().unwrap()), "[::1]:443".parse().unwrap());
}

#[test]
fn a_sample_certificate_is_good_whenever_a_test_sets_the_clock() {
    let (store, certificate) = (store(), sample());
    assert_eq!(certificate.subject(), "CN=editeur-demo,O=Éditeur");
    assert_eq!(certificate.common_name(), Some("editeur-demo"));
    for now in ["2019-01-01T00:00:00Z", "2026-11-22T10:00:00Z", "2049-12-31T23:59:59.9Z"] {
        assert_eq!(store.judge(&certificate, at(now)), Ok(()), "{now}");
    }
    let late = store.judge(&certificate, at("2050-01-01T00:00:00Z"));
    assert_eq!(late, Err(CertificateFault::Expired { since: at("2049-12-31T23:59:59Z") }));
    let early = store.judge(&certificate, at("2018-12-31T23:59:59.9Z"));
    assert_eq!(early, Err(CertificateFault::NotYetValid { from: at("2019-01-01T00:00:00Z") }));
}

#[test]
fn each_faulty_certificate_has_its_own_fault_and_no_other() {
    let (store, now) = (store(), at("2026-11-22T10:00:00Z"));
    for fault in FaultyClient::ALL {
        let certificate = faulty(fault);
        let issuer = certificate.issuer().to_owned();
        let expected = match fault {
            FaultyClient::Expired => {
                Err(CertificateFault::Expired { since: at("2020-12-31T23:59:59Z") })
            }
            FaultyClient::NotYetValid => {
                Err(CertificateFault::NotYetValid { from: at("2048-01-01T00:00:00Z") })
            }
            FaultyClient::Revoked => {
                Err(CertificateFault::Revoked { since: at("2020-01-01T00:00:00Z") })
            }
            FaultyClient::UnknownCa => {
                Err(CertificateFault::UnknownAuthority { issuer, namesake: true })
            }
            FaultyClient::SelfSigned => {
                Err(CertificateFault::UnknownAuthority { issuer, namesake: false })
            }
            FaultyClient::ServerOnly => Err(CertificateFault::WrongUse),
            FaultyClient::NoPartner => Ok(()),
        };
        assert_eq!(store.judge(&certificate, now), expected, "{}", fault.name());
    }
    // Their dates are their only fault: with the clock moved they are good.
    assert_eq!(store.judge(&faulty(FaultyClient::Expired), at("2020-06-01T00:00:00Z")), Ok(()));
    assert_eq!(store.judge(&faulty(FaultyClient::NotYetValid), at("2048-06-01T00:00:00Z")), Ok(()));
}

#[test]
fn the_unknown_authority_has_our_authoritys_name() {
    assert_eq!(faulty(FaultyClient::UnknownCa).issuer(), sample().issuer());
}

#[test]
fn another_authority_put_in_place_changes_the_verdict_of_a_certificate_already_judged() {
    let (store, certificate, now) = (store(), sample(), at("2026-11-22T10:00:00Z"));
    assert_eq!(store.judge(&certificate, now), Ok(()));
    let other = Made::authority("autre");
    store.replace(other.own(), &[]).unwrap();
    assert!(matches!(
        store.judge(&certificate, now),
        Err(CertificateFault::UnknownAuthority { .. })
    ));
    let material = material();
    store.replace(&material.authorities, &material.revoked).unwrap();
    assert_eq!(store.judge(&certificate, now), Ok(()));
}

#[test]
fn a_list_put_in_place_revokes_a_certificate_already_judged() {
    let authority = Made::authority("ac");
    let client =
        authority.client(|params| params.serial_number = Some(SerialNumber::from(vec![0x7f, 1])));
    let (store, certificate) =
        (TrustStore::new(authority.own(), &[]).unwrap(), read(&[&client.der]));
    let now = at("2026-11-22T10:00:00Z");
    assert_eq!(store.judge(&certificate, now), Ok(()));
    store.replace(authority.own(), &[authority.list(&[0x7f, 1])]).unwrap();
    let since = at("2021-01-01T00:00:00Z");
    assert_eq!(store.judge(&certificate, now), Err(CertificateFault::Revoked { since }));
}

#[test]
fn a_list_by_somebody_else_is_refused_and_changes_nothing() {
    let (authority, impostor) = (Made::authority("ac"), Made::authority("ac"));
    let store = TrustStore::new(authority.own(), &[]).unwrap();
    let fault = store.replace(authority.own(), &[impostor.list(&[1])]).unwrap_err();
    assert_eq!(fault, TrustError::ForeignList { issuer: "CN=ac".to_owned() });
    let client =
        authority.client(|params| params.serial_number = Some(SerialNumber::from(vec![1])));
    assert_eq!(store.judge(&read(&[&client.der]), at("2026-11-22T10:00:00Z")), Ok(()));
}

#[test]
fn an_intermediate_authority_counts_when_it_is_sent_and_its_dates_count_too() {
    let root = Made::authority("racine");
    let middle = root.issue("intermediaire", |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.not_after = date_time_ymd(2030, 1, 1);
    });
    let client = middle.client(|_| {});
    let store = TrustStore::new(root.own(), &[]).unwrap();
    let now = at("2026-11-22T10:00:00Z");
    let with_chain = read(&[&client.der, &middle.der]);
    assert_eq!(store.judge(&with_chain, now), Ok(()));
    assert_eq!(
        store.judge(&with_chain, at("2031-01-01T00:00:00Z")),
        Err(CertificateFault::Expired { since: at("2030-01-01T00:00:00Z") })
    );
    assert!(matches!(
        store.judge(&read(&[&client.der]), now),
        Err(CertificateFault::UnknownAuthority { .. })
    ));
}

/// RFC 5280, 4.1.2.5: "no well-defined expiration date".
#[test]
fn a_certificate_without_an_end_never_expires() {
    let no_end = date_time_ymd(9999, 12, 31) + time::Duration::seconds(86_399);
    let root = Made::authority("racine");
    let client = root.client(|params| params.not_after = no_end);
    let store = TrustStore::new(root.own(), &[]).unwrap();
    let certificate = read(&[&client.der]);
    assert_eq!(certificate.not_after(), Some(Timestamp::MAX));
    for now in ["2026-11-22T10:00:00Z", "2039-12-31T00:00:00Z"] {
        assert_eq!(store.judge(&certificate, at(now)), Ok(()), "{now}");
    }
    let early = store.judge(&certificate, at("2019-12-31T23:59:59Z"));
    assert!(matches!(early, Err(CertificateFault::NotYetValid { .. })), "{early:?}");
}

#[test]
fn a_path_whose_certificates_are_never_valid_together_is_never_good() {
    let root = Made::authority("racine");
    let middle = root.issue("intermediaire", |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_after = date_time_ymd(2022, 1, 1);
    });
    let client = middle.client(|params| params.not_before = date_time_ymd(2024, 1, 1));
    let store = TrustStore::new(root.own(), &[]).unwrap();
    let certificate = read(&[&client.der, &middle.der]);
    for year in 2015..2045 {
        let verdict = store.judge(&certificate, at(&format!("{year}-06-01T00:00:00Z")));
        let dates = matches!(
            verdict,
            Err(CertificateFault::Expired { .. } | CertificateFault::NotYetValid { .. })
        );
        assert!(dates, "{year}: {verdict:?}");
    }
}

#[test]
fn an_intermediate_with_a_trusted_name_and_another_key_proves_nothing() {
    let (root, impostor) = (Made::authority("racine"), Made::authority("racine"));
    let client = impostor.client(|_| {});
    let store = TrustStore::new(root.own(), &[]).unwrap();
    let verdict = store.judge(&read(&[&client.der, &impostor.der]), at("2026-11-22T10:00:00Z"));
    let issuer = "CN=racine".to_owned();
    assert_eq!(verdict, Err(CertificateFault::UnknownAuthority { issuer, namesake: true }));
}

#[test]
fn an_authoritys_own_certificate_is_no_client_certificate() {
    let authority = Made::authority("ac");
    let store = TrustStore::new(authority.own(), &[]).unwrap();
    let verdict = store.judge(&read(&[&authority.der]), at("2026-11-22T10:00:00Z"));
    assert_eq!(verdict, Err(CertificateFault::WrongUse));
}

#[test]
fn a_certificate_that_states_no_use_is_for_any_use() {
    let authority = Made::authority("ac");
    let client = authority.client(|params| params.extended_key_usages.clear());
    let store = TrustStore::new(authority.own(), &[]).unwrap();
    assert_eq!(store.judge(&read(&[&client.der]), at("2026-11-22T10:00:00Z")), Ok(()));
}

#[test]
fn garbage_is_unreadable_and_an_empty_store_is_refused() {
    let garbage = ClientCertificate::read(vec![CertificateDer::from(vec![0x30, 3, 1, 2, 3])]);
    assert_eq!(store().judge(&garbage, Timestamp::UNIX_EPOCH), Err(CertificateFault::Unreadable));
    assert!(matches!(TrustStore::new(&[], &[]), Err(TrustError::NoAuthority)));
    let bad = TrustStore::new(&[CertificateDer::from(vec![1])], &[]);
    assert!(matches!(bad, Err(TrustError::UnreadableAuthority { .. })));
    assert!(matches!(
        TrustStore::new(&material().authorities, &[vec![1].into()]),
        Err(TrustError::UnreadableList)
    ));
}

#[test]
fn a_known_chain_is_described_once_and_another_chain_apart() {
    let store = store();
    let own = sample().chain()[0].clone();
    let first = store.describe(std::slice::from_ref(&own));
    assert!(Arc::ptr_eq(&first, &store.describe(std::slice::from_ref(&own))));
    let longer = store.describe(&[own, material().authorities[0].clone()]);
    assert!(!Arc::ptr_eq(&first, &longer));
    assert_eq!(first.fingerprint(), longer.fingerprint());
}

#[test]
fn a_judgement_that_is_known_costs_next_to_nothing() {
    let (store, certificate) = (store(), sample());
    let now = at("2026-11-22T10:00:00Z");
    store.judge(&certificate, now).unwrap();
    // The quickest of some rounds: the machine may be busy with something else.
    let quickest = (0..20).map(|_| {
        let began = Clock::instant();
        for i in 0..500 {
            store.judge(&certificate, now + SignedDuration::from_secs(i)).unwrap();
        }
        began.elapsed()
    });
    // A signature's verification takes 50 µs and more even in a release build, 25 ms for so many; comparisons take far less
    // in a debug build too.
    let quickest = quickest.min().unwrap();
    assert!(quickest.as_millis() < 20, "{quickest:?}");
}

fn read(chain: &[&CertificateDer<'static>]) -> ClientCertificate {
    ClientCertificate::read(chain.iter().map(|der| (*der).clone()).collect())
}

#[test]
fn an_address_is_the_same_in_both_its_spellings() {
    let within = |network: &str, address: &str| {
        super::within(&[network.parse().unwrap()], address.parse().unwrap())
    };
    for (network, inside, outside) in [
        ("192.0.2.0/24", "192.0.2.7", "192.0.3.7"),
        ("192.0.2.0/24", "::ffff:192.0.2.7", "::ffff:192.0.3.7"),
        ("::ffff:192.0.2.0/120", "192.0.2.7", "192.0.3.7"),
        ("::ffff:192.0.2.0/120", "::ffff:192.0.2.7", "2001:db8::7"),
        ("0.0.0.0/0", "::ffff:1.2.3.4", "::1"),
        ("::/0", "2001:db8::1", "1.2.3.4"),
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
        ("192.0.2.7/32", "192.0.2.7", "192.0.2.8"),
    ] {
        assert!(within(network, inside), "{inside} in {network}");
        assert!(!within(network, outside), "{outside} not in {network}");
    }
    assert!(!super::within(&[], "127.0.0.1".parse().unwrap()));
}
