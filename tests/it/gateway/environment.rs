//! `gateway.environment = "bac-a-sable"`: the sandbox's CGU of R2P list neither certificate nor address among the controls.

use bacasable::{
    config::{ClientCertificateMode, Config, Environment, Mode},
    journal::{Entry, Filter},
    peer::Peer,
    server::Prepared,
};
use http::Request;
use std::sync::Arc;

use crate::{
    harness::{CORRELATION_ID, NOW, Reply, certs},
    inside::Inside,
};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";
const PERSON: &str = "/r2p/v1/personne/3990000101192";

fn sandbox() -> Inside {
    Inside::with(|config: &mut Config| config.gateway.environment = Environment::BacASable)
}

fn last(inside: &Inside) -> Arc<Entry> {
    inside.sandbox.journal.read(&Filter::default()).pop().unwrap()
}

/// `not-asked not-asked granted ...`
fn verdicts(entry: &Entry) -> String {
    let name = |facts| serde_json::to_value(facts).unwrap().as_str().unwrap().to_owned();
    entry.controls.iter().map(|facts| name(facts.verdict)).collect::<Vec<_>>().join(" ")
}

async fn ask(inside: &Inside, peer: &Arc<Peer>, path: &str, token: &str) -> Reply {
    let request = Request::get(path)
        .header("Authorization", format!("Bearer {token}"))
        .header("X-Correlation-ID", CORRELATION_ID);
    inside.send(peer, request.body("").unwrap()).await
}

#[tokio::test]
async fn r2p_asks_neither_certificate_nor_address_and_the_partner_is_the_token_s() {
    let inside = sandbox();
    let token = inside.token("commune-valmont");
    let elsewhere = inside.peer_at("203.0.113.9:4000", None);
    let others =
        ["clients/cellule-fraude", "clients/invalid/expired", "clients/partenaire-hors-liste"];
    let shown = others.map(|name| inside.peer(Some(name)));
    for peer in [inside.peer(None), elsewhere].iter().chain(&shown) {
        assert_eq!(ask(&inside, peer, PERSON, &token).await.status, 200);
        let entry = last(&inside);
        assert_eq!(verdicts(&entry), "not-asked not-asked granted granted granted granted");
        assert_eq!(entry.partner.as_deref(), Some("commune-valmont"));
        assert_eq!(entry.environment.as_deref(), Some("bac-a-sable"));
        assert_eq!(
            entry.certificate.is_some(),
            peer.certificate.is_some(),
            "journalled, not judged"
        );
    }
    let used = last(&inside).quota.unwrap().used;
    assert_eq!(used, 5, "each call counts for the partner");
}

#[tokio::test]
async fn the_other_controls_still_refuse_there() {
    let inside = sandbox();
    let nobody = inside.peer(None);
    for (token, outcome, seen) in [
        (
            "x".to_owned(),
            "401 900901",
            "not-asked not-asked refused not-reached not-reached not-reached",
        ),
        (
            inside.token("partenaire-suspendu"),
            "401 900907",
            "not-asked not-asked granted refused not-reached not-reached",
        ),
        (
            inside.token("cellule-fraude"),
            "403 900908",
            "not-asked not-asked granted granted refused not-reached",
        ),
    ] {
        assert_eq!(ask(&inside, &nobody, PERSON, &token).await.outcome(), outcome);
        assert_eq!(verdicts(&last(&inside)), seen);
    }
    inside.change("commune-valmont", |one| one.application.id_teleservice = Some("TS".to_owned()));
    let token = inside.token("commune-valmont");
    assert_eq!(
        ask(&inside, &nobody, PERSON, &token).await.outcome(),
        "401 900901",
        "the teleservice"
    );
}

#[tokio::test]
async fn the_token_endpoint_asks_for_none_and_its_partner_is_the_client() {
    let inside = sandbox();
    let nobody = inside.peer_at("203.0.113.9:4000", None);
    let form = "client_id=commune-valmont&client_secret=secret-commune-valmont";
    let body = format!("grant_type=client_credentials&{form}");
    let reply = inside.send(&nobody, Request::post("/token").body(body).unwrap()).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let entry = last(&inside);
    assert_eq!(entry.partner.as_deref(), Some("commune-valmont"));
    assert_eq!(
        verdicts(&entry),
        "not-asked not-asked not-reached not-reached not-reached not-reached"
    );
    let token = reply.json()["access_token"].as_str().unwrap().to_owned();
    let revoke = Request::post("/revoke").body(format!("token={token}&{form}")).unwrap();
    assert_eq!(inside.send(&nobody, revoke).await.status, 200);
    assert_eq!(last(&inside).partner.as_deref(), Some("commune-valmont"));
    let keys = Request::get("/oauth2/jwks").body("").unwrap();
    assert_eq!(inside.send(&nobody, keys).await.status, 200);
    // A fault that is ordered for the partner is found by the client that the request names.
    let order = serde_json::json!({
        "match": { "operation": "token", "partner": "commune-valmont" }, "times": 1, "outcome": { "status": 503 }
    });
    let catalogue = bacasable::api::Apis::load(None).unwrap().catalogue();
    let order = serde_json::from_value(order).unwrap();
    inside.sandbox.faults.order(order, &catalogue, &inside.sandbox.directory()).unwrap();
    for (client, status) in [("mutuelle-etatcivil", 200), ("commune-valmont", 503)] {
        let body = format!(
            "grant_type=client_credentials&client_id={client}&client_secret=secret-{client}"
        );
        let reply = inside.send_any(&nobody, Request::post("/token").body(body).unwrap()).await;
        assert_eq!(reply.status.as_u16(), status, "{client}");
    }
}

#[tokio::test]
async fn ficoba_s_chain_is_unchanged_and_an_unknown_context_is_404_without_controls() {
    let inside = sandbox();
    let nobody = inside.peer(None);
    let token = inside.token("editeur-demo");
    for (path, outcome) in [
        (HEALTH, "401 900901"),
        ("/ficoba-api/v2/etatSante", "401 900901"),
        ("/fcb-masrestit/api/v2/rien", "401 900901"),
        ("/nulle-part", "404 404"),
        ("/r2p/v1/rien", "404 404"),
    ] {
        assert_eq!(ask(&inside, &nobody, path, &token).await.outcome(), outcome, "{path}");
    }
    assert_eq!(
        verdicts(&last(&inside)),
        "not-asked not-asked not-reached not-reached not-reached not-reached"
    );
    let demo = inside.partner("editeur-demo");
    assert_eq!(ask(&inside, &demo, HEALTH, &token).await.status, 200);
    assert_eq!(verdicts(&last(&inside)), ["granted"; 6].join(" "));
    let another = inside.partner("cellule-fraude");
    assert_eq!(ask(&inside, &another, HEALTH, &token).await.outcome(), "401 900901", "identity");
}

#[tokio::test]
async fn watching_only_serves_a_caller_without_a_good_token_as_the_stand_in() {
    let inside = Inside::with(|config: &mut Config| {
        config.gateway.environment = Environment::BacASable;
        config.gateway.mode = Mode::Observe;
    });
    let nobody = inside.peer(None);
    assert_eq!(ask(&inside, &nobody, PERSON, "x").await.status, 200);
    assert_eq!(ask(&inside, &nobody, PERSON, &inside.token("commune-valmont")).await.status, 200);
    assert_eq!(last(&inside).partner.as_deref(), Some("commune-valmont"));
}

#[test]
fn refusing_in_the_handshake_does_not_go_with_it() {
    let mut config = Config { certs: certs().to_owned(), population: 0, ..Config::default() };
    config.gateway.environment = Environment::BacASable;
    config.gateway.client_certificate = ClientCertificateMode::Handshake;
    let clock = bacasable::clock::Clock::frozen(NOW.parse().unwrap());
    let error = Prepared::new(config, clock).err().unwrap().to_string();
    assert!(error.starts_with("gateway.client_certificate: \"handshake\""), "{error}");
}
