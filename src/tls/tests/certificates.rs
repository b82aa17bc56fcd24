//! Who the caller is, whatever they show.

use std::sync::Arc;

use http::Request;
use jiff::SignedDuration;
use rustls::{
    ClientConfig, SignatureScheme, SupportedProtocolVersion,
    client::ResolvesClientCert,
    crypto::aws_lc_rs::sign::any_supported_type,
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};

use super::{
    super::*,
    harness::{Client, FOLDER, Server, VERSIONS, builder, files, forgetful, now, soon},
};
use crate::{
    peer::{CertificateFault, Fingerprint},
    pki::{self, FaultyClient, Holder, PkiPlan},
};

/// Shows a certificate and signs with another's key.
#[derive(Debug)]
struct Impostor(Arc<CertifiedKey>);

impl ResolvesClientCert for Impostor {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

fn impostor(version: &'static SupportedProtocolVersion) -> ClientConfig {
    let (chain, _) = files("editeur-demo");
    let (_, key) = files("invalid/no-partner");
    let resolver = Impostor(Arc::new(CertifiedKey::new(chain, any_supported_type(&key).unwrap())));
    builder(version).with_client_cert_resolver(Arc::new(resolver))
}

#[tokio::test]
async fn a_request_carries_its_callers_certificate_over_both_versions_and_both_protocols() {
    let server = Server::http().await;
    for version in VERSIONS {
        let client = Client::on("editeur-demo", version);
        let expected =
            format!("{} editeur-demo good", if version == &TLS12 { "TLSv1.2" } else { "TLSv1.3" });
        assert_eq!(
            forgetful(client.clone()).get(&server, "/").await.unwrap(),
            (200, expected.clone())
        );
        let request = Request::get("https://localhost/").body(Default::default()).unwrap();
        assert_eq!(forgetful(client.h2()).get_h2(&server, request).await.unwrap(), (200, expected));
    }
}

#[tokio::test]
async fn a_client_without_certificate_is_let_in_as_nobody() {
    let server = Server::http().await;
    assert_eq!(
        Client::without_certificate().get(&server, "/").await.unwrap(),
        (200, "TLSv1.3 nobody".to_owned())
    );
}

#[tokio::test]
async fn in_http_mode_each_faulty_certificate_is_let_in_and_named() {
    let mut server = Server::http().await;
    for fault in FaultyClient::ALL {
        let (status, text) =
            Client::with(&format!("invalid/{}", fault.name())).get(&server, "/").await.unwrap();
        assert_eq!(status, 200);
        let expected = match fault {
            FaultyClient::Expired => "expired since 2020-12-31",
            FaultyClient::NotYetValid => "not valid before 2048-01-01",
            FaultyClient::Revoked => "revoked since 2020-01-01",
            FaultyClient::UnknownCa | FaultyClient::SelfSigned => "not a trusted authority",
            FaultyClient::ServerOnly => "not issued for use as a client",
            FaultyClient::NoPartner => "no-partner good",
        };
        assert!(text.contains(expected), "{}: {text}", fault.name());
    }
    server.no_event();
}

#[tokio::test]
async fn nobody_claims_a_certificate_whose_key_they_do_not_hold() {
    for mode in [ClientAuth::Http, ClientAuth::Handshake] {
        let mut server = Server::start(mode, Limits::default()).await;
        for version in VERSIONS {
            let client = Client { config: impostor(version) };
            assert!(client.get(&server, "/").await.is_err(), "{mode:?} {version:?}");
            let event = server.event().await;
            assert!(matches!(event, ConnectionFault::HandshakeFailed { .. }), "{event}");
        }
    }
}

#[tokio::test]
async fn in_handshake_mode_each_faulty_certificate_gets_its_alert_and_an_event() {
    let mut server = Server::start(ClientAuth::Handshake, Limits::default()).await;
    for version in VERSIONS {
        for fault in FaultyClient::ALL {
            let stem = format!("invalid/{}", fault.name());
            let alert = match fault {
                FaultyClient::Expired | FaultyClient::NotYetValid => "CertificateExpired",
                FaultyClient::Revoked => "CertificateRevoked",
                FaultyClient::UnknownCa | FaultyClient::SelfSigned => "UnknownCA",
                FaultyClient::ServerOnly => "UnsupportedCertificate",
                FaultyClient::NoPartner => {
                    let answer = Client::on(&stem, version).get(&server, "/").await.unwrap();
                    assert!(answer.1.ends_with("no-partner good"), "{answer:?}");
                    continue;
                }
            };
            let refusal =
                Client::on(&stem, version).get(&server, "/").await.unwrap_err().to_string();
            assert!(refusal.contains(alert), "{stem} {version:?}: {refusal}");
            let event = server.event().await;
            let ConnectionFault::CertificateRefused { certificate, fault: found } = event else {
                panic!("{event}");
            };
            assert_eq!(certificate.fingerprint(), fingerprint(&stem));
            let same = match fault {
                FaultyClient::Expired => matches!(found, CertificateFault::Expired { .. }),
                FaultyClient::NotYetValid => matches!(found, CertificateFault::NotYetValid { .. }),
                FaultyClient::Revoked => matches!(found, CertificateFault::Revoked { .. }),
                FaultyClient::UnknownCa | FaultyClient::SelfSigned => {
                    matches!(found, CertificateFault::UnknownAuthority { .. })
                }
                FaultyClient::ServerOnly => found == CertificateFault::WrongUse,
                FaultyClient::NoPartner => false,
            };
            assert!(same, "{stem}: {found}");
        }
    }
    let refusal = Client::without_certificate().get(&server, "/").await.unwrap_err().to_string();
    assert!(refusal.contains("CertificateRequired"), "{refusal}");
    assert!(matches!(server.event().await, ConnectionFault::NoCertificate));
}

fn fingerprint(stem: &str) -> Fingerprint {
    Fingerprint::from_der(&files(stem).0[0])
}

#[tokio::test]
async fn in_handshake_mode_the_products_clock_decides_and_nothing_is_resumed() {
    let server = Server::start(ClientAuth::Handshake, Limits::default()).await;
    for version in VERSIONS {
        let client = Client::on("editeur-demo", version);
        for _ in 0..2 {
            let (_, text) = client.get(&server, "/").await.unwrap();
            assert!(text.ends_with("editeur-demo good"), "{text}");
        }
    }
    server.clock.set("2050-06-01T00:00:00Z".parse().unwrap()).unwrap();
    let refusal = Client::with("editeur-demo").get(&server, "/").await.unwrap_err().to_string();
    assert!(refusal.contains("CertificateExpired"), "{refusal}");
}

#[tokio::test]
async fn a_resumed_session_keeps_its_certificate_and_is_judged_anew() {
    for version in VERSIONS {
        let server = Server::http().await;
        let client = Client::on("editeur-demo", version);
        let (_, first) = client.get(&server, "/").await.unwrap();
        assert!(first.ends_with("editeur-demo good"), "{first}");
        let mut second = client.connect(&server).await.unwrap();
        let (_, text) = second.get("/").await.unwrap();
        assert!(text.ends_with("editeur-demo good resumed"), "{version:?}: {text}");
        server.clock.set("2050-06-01T00:00:00Z".parse().unwrap()).unwrap();
        let (_, text) = second.get("/").await.unwrap();
        assert!(text.contains("editeur-demo expired since 2049-12-31"), "open connection: {text}");
        let (_, text) = client.get(&server, "/").await.unwrap();
        assert!(
            text.contains("editeur-demo expired") && text.ends_with("resumed"),
            "resumed connection: {text}"
        );
    }
}

#[tokio::test]
async fn a_session_of_another_client_is_not_resumed_with_its_certificate() {
    let server = Server::http().await;
    Client::with("editeur-demo").get(&server, "/").await.unwrap();
    let (_, text) = Client::with("invalid/no-partner").get(&server, "/").await.unwrap();
    assert_eq!(text, "TLSv1.3 no-partner good");
}

#[tokio::test]
async fn an_identity_put_in_place_is_shown_to_new_connections_and_open_ones_go_on() {
    let server = Server::http().await;
    let client = forgetful(Client::with("editeur-demo"));
    let mut open = client.connect(&server).await.unwrap();
    let before = open.0.get_ref().1.peer_certificates().unwrap().to_vec();
    open.get("/").await.unwrap();

    let other = tempfile::tempdir().unwrap();
    for file in ["ca.pem", "ca.key"] {
        std::fs::copy(FOLDER.path().join(file), other.path().join(file)).unwrap();
    }
    let holder = Holder { id: "x".to_owned(), organisation: "X".to_owned(), siret: None };
    let plan = PkiPlan {
        partners: Vec::new(),
        faulty_as: holder,
        server_names: Vec::new(),
        own_pki: false,
        keys: None,
    };
    pki::ensure(other.path(), &plan, now()).unwrap();
    let material = pki::load(other.path(), false).unwrap();
    server
        .endpoint
        .replace(Identity { chain: material.server.clone(), key: material.server_key })
        .unwrap();

    assert_eq!(open.get("/").await.unwrap().0, 200);
    let fresh = client.connect(&server).await.unwrap();
    let after = fresh.0.get_ref().1.peer_certificates().unwrap();
    assert_eq!(after, material.server);
    assert_ne!(after, before);
}

#[tokio::test]
async fn an_identity_that_cannot_be_used_changes_nothing() {
    let server = Server::http().await;
    let (chain, _) = files("editeur-demo");
    let (_, key) = files("invalid/no-partner");
    assert!(server.endpoint.replace(Identity { chain, key }).is_err());
    assert_eq!(Client::with("editeur-demo").get(&server, "/").await.unwrap().0, 200);
}

#[tokio::test]
async fn the_client_is_told_which_authority_to_choose_its_certificate_by() {
    #[derive(Debug)]
    struct Curious(std::sync::Mutex<Vec<Vec<u8>>>);
    impl ResolvesClientCert for Curious {
        fn resolve(&self, hints: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
            *self.0.lock().unwrap() = hints.iter().map(|hint| hint.to_vec()).collect();
            None
        }
        fn has_certs(&self) -> bool {
            true
        }
    }
    let server = Server::http().await;
    let curious = Arc::new(Curious(Default::default()));
    let config = builder(&TLS13)
        .with_client_cert_resolver(Arc::clone(&curious) as Arc<dyn ResolvesClientCert>);
    soon(Client { config }.get(&server, "/")).await.unwrap();
    let expected: Vec<Vec<u8>> = server
        .endpoint
        .trust()
        .subjects()
        .iter()
        .map(|name| AsRef::<[u8]>::as_ref(name).to_vec())
        .collect();
    assert_eq!(*curious.0.lock().unwrap(), expected);
    assert_eq!(expected.len(), 1);
}

#[tokio::test]
async fn a_clock_moved_while_a_connection_is_open_counts_at_its_next_request() {
    let server = Server::http().await;
    let mut open = Client::with("invalid/expired").connect(&server).await.unwrap();
    assert!(open.get("/").await.unwrap().1.contains("expired"));
    server.clock.set("2020-12-31T23:59:59Z".parse().unwrap()).unwrap();
    assert!(open.get("/").await.unwrap().1.ends_with("editeur-demo good"));
    server.clock.advance(SignedDuration::from_secs(1)).unwrap();
    assert!(open.get("/").await.unwrap().1.contains("expired"));
}
