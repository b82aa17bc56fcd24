//! What the gateway does with SFiP, and faults ordered of it.

use reqwest::Method;
use serde_json::json;

use super::{MEDIA, OF_2026, fault, get, lep, situation};
use crate::{
    harness::{Reply, World},
    shell,
};

#[tokio::test]
async fn paths_that_are_nearly_those_of_the_file_are_unknown() {
    let world = World::start().await;
    let bank = world.partner("banque-lep").await;
    for path in [
        "/demandeDeService/02GA/personne",
        "/demandeDeService/02GA/departement/380/annrev/2025/bareme/2026",
        "/demandeDeService/02GA/departement//annrev/2025/bareme/2026/personne",
        "/demandeDeService/02GA/departement/380/annrev/2025/bareme/2026/personne/1",
        "/demandeDeService/02GA/departement/380/bareme/2026/annrev/2025/personne",
        "/demandeDeService/02ZZ/personne",
        "/personne",
    ] {
        assert_eq!(get(&bank, path).await.outcome(), "404 404", "{path}");
    }
    let posted = bank.request(Method::POST, "/sfip/v1/information");
    assert_eq!(Reply::read(posted).await.outcome(), "405 405");
}

#[tokio::test]
async fn segments_are_read_percent_decoded() {
    let world = World::start().await;
    let bank = world.partner("banque-lep").await;
    let reply = lep(&bank, "%33%380/annrev/2025/bareme/2026", "spi=3990000101192").await;
    assert_eq!(reply.text, r#"{"statut":"O"}"#);
    let reply = lep(&bank, "%FF0/annrev/2025/bareme/2026", "spi=3990000101192").await;
    assert_eq!(reply.outcome(), "400 4003");
}

#[tokio::test]
async fn a_correlation_identifier_is_asked_as_of_every_api() {
    let world = World::start().await;
    let bank = world.partner("banque-lep").await;
    let ask = |id: &str| {
        let request = bank.request(Method::GET, "/sfip/v1/information");
        let mut request = request.build().unwrap();
        request.headers_mut().remove("x-correlation-id");
        if !id.is_empty() {
            request.headers_mut().insert("x-correlation-id", id.parse().unwrap());
        }
        bank.execute(request)
    };
    assert_eq!(ask("").await.outcome(), "400 910000");
    assert_eq!(ask("essai-1").await.outcome(), "400 4003");
}

#[tokio::test]
async fn ordered_codes_have_each_resource_s_own_status() {
    let world = World::start().await;
    let (bank, town) = (world.partner("banque-lep").await, world.partner("ville-tarifs").await);
    let order = async |code: &str| {
        let body = json!({ "match": { "api": "sfip" }, "times": 1, "outcome": { "code": code } });
        let reply = world.console(Method::POST, "/admin/v1/faults", Some(body)).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
    };
    let query = "spi=3990000101192";
    order("4101").await;
    assert_eq!(lep(&bank, OF_2026, query).await.outcome(), "410 4101");
    order("4101").await;
    assert_eq!(situation(&town, query).await.outcome(), "416 4101");
    order("40401").await;
    let reply = get(&bank, "/information").await;
    assert_eq!(fault(&reply), (400, 40401, "L'API est actuellement indisponible".to_owned()));
    order("40401").await;
    let reply = lep(&bank, OF_2026, query).await;
    assert_eq!(fault(&reply), (500, 40401, "Une erreur est survenue".to_owned()));
    for code in ["4003", "40305", "40433"] {
        order(code).await;
        let reply = situation(&town, query).await;
        assert_eq!(fault(&reply).1.to_string(), code);
        assert_eq!(reply.header("content-type"), MEDIA);
    }
}

#[tokio::test]
async fn fifty_calls_pass_in_a_minute_and_no_more() {
    let world = World::start().await;
    let bank = world.partner("banque-lep").await;
    for _ in 0..50 {
        assert_eq!(get(&bank, "/information").await.status, 200);
    }
    assert_eq!(get(&bank, "/information").await.outcome(), "429 900804");
}

/// The calls of `docs/sfip.md`, as pasted.
#[tokio::test(flavor = "multi_thread")]
async fn the_documented_calls_work_as_pasted() {
    if !shell::has_curl() {
        return;
    }
    let world = World::start().await;
    let block = shell::blocks("docs/sfip.md").remove(0);
    let at = |partner: &str| format!(" token {partner} --gateway https://localhost:8443)");
    let block = ["banque-lep", "ville-tarifs"]
        .iter()
        .fold(block, |block, partner| block.replace(&format!(" token {partner})"), &at(partner)));
    let output = shell::run(&world, &block).await;
    assert_eq!(
        output,
        r#"{"statut":"O"}{"sitFam":"C","nmNaiDec1":"VALBRUNE","prnmDec1":"Celine Aurelie","rev":{}}"#
    );
}
