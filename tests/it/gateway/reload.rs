//! Certificates replaced on disk while the server runs.

use std::{fs, path::Path};

use rcgen::{
    CertificateRevocationListParams, Issuer, KeyIdMethod, KeyPair, RevokedCertParams, SerialNumber,
    date_time_ymd,
};
use rustls_pki_types::{CertificateDer, pem::PemObject};

use crate::harness::{Partner, World, certs};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

/// A world with a certs folder of its own, and the partner's certificate still good in it.
async fn own_folder() -> (tempfile::TempDir, World) {
    let dir = tempfile::tempdir().unwrap();
    for file in ["ca.pem", "ca.key", "crl.pem", "server.pem", "server.key", "token.key"] {
        fs::copy(certs().join(file), dir.path().join(file)).unwrap();
    }
    let folder = dir.path().to_owned();
    let world = World::with(|config| config.certs = folder).await;
    (dir, world)
}

/// A list of the folder's authority that names this partner's certificate.
fn revoke(dir: &Path, partner: &str) {
    let sample =
        CertificateDer::from_pem_file(certs().join(format!("clients/{partner}.pem"))).unwrap();
    let (_, sample) = x509_parser::parse_x509_certificate(&sample).unwrap();
    let key = KeyPair::from_pem(&fs::read_to_string(dir.join("ca.key")).unwrap()).unwrap();
    let issuer =
        Issuer::from_ca_cert_pem(&fs::read_to_string(dir.join("ca.pem")).unwrap(), key).unwrap();
    let list = CertificateRevocationListParams {
        this_update: date_time_ymd(2026, 11, 22),
        next_update: date_time_ymd(2040, 1, 1),
        crl_number: SerialNumber::from(vec![9]),
        issuing_distribution_point: None,
        revoked_certs: vec![RevokedCertParams {
            serial_number: SerialNumber::from(sample.raw_serial().to_vec()),
            revocation_time: date_time_ymd(2026, 11, 22),
            reason_code: None,
            invalidity_date: None,
        }],
        key_identifier_method: KeyIdMethod::Sha256,
    };
    fs::write(dir.join("crl.pem"), list.signed_by(&issuer).unwrap().pem().unwrap()).unwrap();
}

/// Calls until the answer is this one; the harness's own time limits end a wait that is in vain.
async fn until(partner: &Partner, outcome: &str) {
    let patience = bacasable::clock::Clock::instant() + std::time::Duration::from_secs(20);
    loop {
        let seen = partner.get(HEALTH).await.outcome();
        if seen == outcome {
            return;
        }
        assert!(bacasable::clock::Clock::instant() < patience, "still {seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_partner_is_stopped_without_a_restart_and_without_a_signal() {
    let (dir, world) = own_folder().await;
    let partner = world.partner("cellule-fraude").await;
    assert_eq!(partner.get(HEALTH).await.status, 200);
    revoke(dir.path(), "cellule-fraude");
    until(&partner, "401 900901").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_used_leave_those_before_in_force() {
    let (dir, world) = own_folder().await;
    let partner = world.partner("cellule-fraude").await;
    let list = fs::read(dir.path().join("crl.pem")).unwrap();
    fs::write(dir.path().join("crl.pem"), "no list").unwrap();
    world.server.reload();
    assert_eq!(partner.get(HEALTH).await.status, 200);
    fs::write(dir.path().join("crl.pem"), list).unwrap();
    revoke(dir.path(), "cellule-fraude");
    world.server.reload();
    until(&partner, "401 900901").await;
}

#[tokio::test]
async fn a_list_of_another_authority_stops_the_start_with_its_name() {
    let (dir, world) = own_folder().await;
    drop(world);
    let foreign = tempfile::tempdir().unwrap();
    let holder =
        bacasable::pki::Holder { id: "x".to_owned(), organisation: "X".to_owned(), siret: None };
    let plan = bacasable::pki::PkiPlan {
        partners: vec![],
        faulty_as: holder,
        server_names: vec![],
        own_pki: false,
        keys: None,
    };
    bacasable::pki::ensure(foreign.path(), &plan, crate::harness::NOW.parse().unwrap()).unwrap();
    fs::copy(foreign.path().join("crl.pem"), dir.path().join("crl.pem")).unwrap();
    let config = bacasable::config::Config {
        certs: dir.path().to_owned(),
        population: 0,
        ..Default::default()
    };
    let fault = bacasable::server::Prepared::new(config, world_clock()).err().unwrap();
    let fault = format!("{fault:#}");
    assert!(fault.contains("crl.pem") && fault.contains(dir.path().to_str().unwrap()), "{fault}");
}

fn world_clock() -> bacasable::clock::Clock {
    bacasable::clock::Clock::frozen(crate::harness::NOW.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_key_is_rotated_while_tokens_of_the_former_one_live() {
    let (dir, world) = own_folder().await;
    let partner = world.partner("cellule-fraude").await;
    let kids = || async {
        let keys = world.caller("cellule-fraude").get("/oauth2/jwks").await.json();
        keys["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["kid"].to_string())
            .collect::<Vec<_>>()
    };
    let before = kids().await;
    let former = dir.path().join("token-previous-2026.key");
    fs::rename(dir.path().join("token.key"), &former).unwrap();
    let fresh =
        KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap();
    fs::write(dir.path().join("token.key"), fresh.serialize_pem()).unwrap();
    world.server.reload();
    let patience = bacasable::clock::Clock::instant() + std::time::Duration::from_secs(20);
    while kids().await.len() != 2 {
        assert!(bacasable::clock::Clock::instant() < patience, "the former key is not published");
    }
    let both = kids().await;
    assert!(
        both[0] != before[0] && both[1] == before[0],
        "the one that signs comes first: {both:?}"
    );
    assert_eq!(partner.get(HEALTH).await.status, 200, "a token of the former key");
    assert_eq!(
        world.partner("cellule-fraude").await.get(HEALTH).await.status,
        200,
        "a token of the new key"
    );

    fs::remove_file(former).unwrap();
    world.server.reload();
    until(&partner, "401 900901").await;
}
