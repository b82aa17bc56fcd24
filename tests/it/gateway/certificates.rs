//! Whose a certificate is: the rules of a convention, their dates, and a renewal rehearsed.

use std::{fs, sync::Arc};

use axum::body::Body;
use bacasable::{
    directory::{CertificateRule, Directory},
    peer::{ClientCertificate, Peer},
};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair,
    date_time_ymd,
};

use crate::{
    harness::{Reply, certs},
    inside::Inside,
};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

/// A certificate of the test authority for this subject, valid in these years.
fn issued(inside: &Inside, common_name: &str, years: (i32, i32)) -> Arc<ClientCertificate> {
    let key = KeyPair::from_pem(&fs::read_to_string(certs().join("ca.key")).unwrap()).unwrap();
    let issuer =
        Issuer::from_ca_cert_pem(&fs::read_to_string(certs().join("ca.pem")).unwrap(), key)
            .unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    (params.not_before, params.not_after) =
        (date_time_ymd(years.0, 1, 1), date_time_ymd(years.1, 1, 1));
    let made = params.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap();
    inside.sandbox.trust.describe(&[made.der().clone()])
}

async fn ask(inside: &Inside, peer: &Arc<Peer>) -> Reply {
    inside
        .send(peer, inside.request("cellule-fraude", "GET", HEALTH).body(Body::empty()).unwrap())
        .await
}

fn at(text: &str) -> Option<jiff::Timestamp> {
    Some(text.parse().unwrap())
}

#[tokio::test]
async fn a_certificate_is_recognised_by_fingerprint_or_by_subject_and_issuer() {
    let inside = Inside::start();
    let certificate = issued(&inside, "frontal-1", (2020, 2040));
    let peer = inside.peer_at("10.0.0.7:4000", Some(Arc::clone(&certificate)));
    assert_eq!(ask(&inside, &peer).await.outcome(), "401 900901", "no convention declares it yet");

    let other = issued(&inside, "frontal-1", (2020, 2040));
    let namesake = inside.peer_at("10.0.0.7:4000", Some(other));
    let none = CertificateRule::default();
    let (subject, issuer) = (certificate.subject().to_owned(), certificate.issuer().to_owned());
    for (rule, own, namesakes) in [
        (
            CertificateRule { fingerprint: Some(certificate.fingerprint()), ..none.clone() },
            true,
            false,
        ),
        (
            CertificateRule {
                subject: Some(subject.clone()),
                issuer: Some(issuer.clone()),
                ..none.clone()
            },
            true,
            true,
        ),
        (CertificateRule { subject: Some(subject.clone()), ..none.clone() }, true, true),
        (CertificateRule { common_name: Some("frontal-1".to_owned()), ..none.clone() }, true, true),
        (
            CertificateRule {
                subject: Some(subject.clone()),
                issuer: Some("CN=autre".to_owned()),
                ..none.clone()
            },
            false,
            false,
        ),
        (
            CertificateRule { common_name: Some("frontal-2".to_owned()), ..none.clone() },
            false,
            false,
        ),
        (
            CertificateRule {
                fingerprint: Some(certificate.fingerprint()),
                subject: Some("CN=x".to_owned()),
                ..none.clone()
            },
            false,
            false,
        ),
    ] {
        inside.change("cellule-fraude", |convention| convention.certificates = vec![rule.clone()]);
        let outcome = |yes| if yes { "200" } else { "401 900901" };
        assert_eq!(ask(&inside, &peer).await.outcome(), outcome(own), "{rule:?}");
        assert_eq!(
            ask(&inside, &namesake).await.outcome(),
            outcome(namesakes),
            "{rule:?}, the namesake"
        );
    }
}

#[tokio::test]
async fn a_renewal_has_an_overlap_and_then_the_former_certificate_is_cut() {
    let inside = Inside::start();
    let (former, next) =
        (issued(&inside, "former", (2020, 2040)), issued(&inside, "next", (2020, 2040)));
    let rule = |certificate: &ClientCertificate, from, until| CertificateRule {
        fingerprint: Some(certificate.fingerprint()),
        from,
        until,
        ..CertificateRule::default()
    };
    let rules = vec![
        rule(&former, None, at("2026-12-31T23:00:00Z")),
        rule(&next, at("2026-11-30T23:00:00Z"), None),
    ];
    inside.change("cellule-fraude", |convention| convention.certificates.clone_from(&rules));
    let [former, next] =
        [former, next].map(|certificate| inside.peer_at("10.0.0.7:4000", Some(certificate)));
    for (now, of_former, of_next) in [
        ("2026-11-30T22:59:59Z", "200", "401 900901"),
        ("2026-11-30T23:00:00Z", "200", "200"),
        ("2026-12-31T22:59:59Z", "200", "200"),
        ("2026-12-31T23:00:00Z", "401 900901", "200"),
    ] {
        inside.clock.set(now.parse().unwrap()).unwrap();
        assert_eq!(ask(&inside, &former).await.outcome(), of_former, "the former at {now}");
        assert_eq!(ask(&inside, &next).await.outcome(), of_next, "the next at {now}");
    }
    let reply = ask(&inside, &former).await;
    assert_eq!(reply.header("X-Bacasable-Control"), "certificate");
    assert!(
        reply.header("X-Bacasable-Reason").contains("retire de la convention"),
        "{:?}",
        reply.headers
    );
    let entry = inside.sandbox.journal.read(&Default::default()).pop().unwrap();
    assert_eq!(entry.partner.as_deref(), Some("cellule-fraude"), "the journal knows whose it was");
}

#[tokio::test]
async fn a_certificate_expires_by_the_products_clock() {
    let inside = Inside::start();
    let certificate = issued(&inside, "cellule-fraude", (2026, 2027));
    let peer = inside.peer_at("10.0.0.7:4000", Some(certificate));
    inside.clock.set("2026-12-31T23:59:59Z".parse().unwrap()).unwrap();
    assert_eq!(ask(&inside, &peer).await.outcome(), "200");
    inside.clock.set("2027-01-01T00:00:01Z".parse().unwrap()).unwrap();
    let reply = ask(&inside, &peer).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("401 900901", "certificate")
    );
}

/// The convention that `docs/tls.md` prints is one, and says what the text around it says.
#[test]
fn the_documented_renewal_can_be_loaded() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/tls.md")).unwrap();
    let convention = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("conventions")).unwrap();
    fs::write(dir.path().join("conventions/renewal.toml"), convention).unwrap();
    let directory = Directory::load(Some(dir.path())).unwrap();
    let rules = &directory.convention("editeur-demo").unwrap().certificates;
    assert_eq!(
        (rules[0].until, rules[1].from),
        (at("2026-12-31T23:00:00Z"), at("2026-11-30T23:00:00Z"))
    );
    assert!(rules[1].fingerprint.is_some());
}
