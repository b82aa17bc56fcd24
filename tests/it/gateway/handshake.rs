//! `gateway.client_certificate = "handshake"`: a bad certificate is refused by a TLS alert, and journalled all the same.

use bacasable::config::{ClientCertificateMode, Mode};
use reqwest::Method;

use crate::harness::World;

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

async fn strict() -> World {
    World::with(|config| config.gateway.client_certificate = ClientCertificateMode::Handshake).await
}

#[tokio::test]
async fn each_faulty_certificate_is_cut_in_the_handshake_and_its_entry_says_whose_and_why() {
    let world = strict().await;
    for (name, why) in [
        ("expired", "expiré le 01/01/2021 à 00:59:59 (heure de Paris)"),
        ("not-yet-valid", "valable qu'à partir"),
        ("revoked", "révoqué"),
        ("unknown-ca", "une autorité de ce nom est connue, mais avec une autre clé"),
        ("self-signed", "autorité n'est pas reconnue"),
        ("server-only", "keyUsage, extendedKeyUsage"),
    ] {
        let caller = world.holder_of("editeur-demo", Some(&format!("clients/invalid/{name}")));
        assert!(caller.request(Method::GET, HEALTH).send().await.is_err(), "{name} got an answer");
        let entry = world.next_connection_entry(name).await;
        assert_eq!(
            (entry["kind"].as_str(), entry["status"].as_u64()),
            (Some("handshake"), None),
            "{entry}"
        );
        assert_eq!(entry["partner"], "editeur-demo", "{name}");
        assert!(
            entry["certificate"]["subject"].as_str().unwrap().starts_with("CN=editeur-demo"),
            "{entry}"
        );
        assert_eq!(entry["certificate"]["fingerprint"].as_str().unwrap().len(), 64);
        assert_eq!(entry["note"], "certificat client refusé pendant la négociation TLS");
        let first = &entry["controls"][0];
        assert_eq!(
            (first["control"].as_str(), first["verdict"].as_str()),
            (Some("certificate"), Some("refused"))
        );
        assert!(first["reason"].as_str().unwrap().contains(why), "{name}: {first}");
        assert_eq!(entry["controls"][1]["verdict"], "not-reached");
    }
}

#[tokio::test]
async fn no_certificate_is_cut_too_and_a_good_one_of_nobody_is_control_1s() {
    let world = strict().await;
    assert!(
        world.holder_of("editeur-demo", None).request(Method::GET, HEALTH).send().await.is_err()
    );
    let entry = world.next_connection_entry("no certificate").await;
    assert_eq!(entry["note"], "aucun certificat client présenté pendant la négociation TLS");
    assert_eq!(entry["controls"][0]["verdict"], "refused");

    let nobody = world.holder_of("editeur-demo", Some("clients/invalid/no-partner"));
    assert_eq!(nobody.get(HEALTH).await.outcome(), "401 900901");
    assert_eq!(world.partner("editeur-demo").await.get(HEALTH).await.status, 200);
}

#[tokio::test]
async fn a_gateway_that_only_watches_cuts_nobody() {
    let world = World::with(|config| {
        config.gateway.client_certificate = ClientCertificateMode::Handshake;
        config.gateway.mode = Mode::Observe;
    });
    let world = world.await;
    let reply = world.holder_of("editeur-demo", Some("clients/invalid/expired")).get(HEALTH).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}
