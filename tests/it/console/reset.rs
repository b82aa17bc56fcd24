//! `reset`: everything, by kind, by partner.

use std::{sync::Arc, time::Duration};

use bacasable::{
    clock::Clock,
    sandbox::{Act, Through},
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{HEALTH, place};
use crate::harness::{Partner, Reply, World};

#[tokio::test]
async fn everything_begins_again() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    assert_eq!(partner.get(HEALTH).await.status, 200);
    world.order(Method::POST, "faults", Some(json!({"outcome": {"status": 503}}))).await;
    world
        .order(Method::PATCH, "conventions/editeur-demo", Some(json!({"quotas": {"ficoba": 1}})))
        .await;
    world.server.sandbox.references.next();
    let done = world.order(Method::POST, "reset", Some(json!({}))).await;
    assert_eq!(done["reset"].as_array().unwrap().len(), 9, "{done}");
    assert_eq!(world.order(Method::GET, "journal", None).await["total"], 0);
    assert_eq!(world.order(Method::GET, "faults", None).await, json!([]));
    assert_eq!(world.order(Method::GET, "tokens", None).await, json!([]));
    assert_eq!(world.order(Method::GET, "clock", None).await["frozen"], false);
    let quota = world.order(Method::GET, "quotas?partner=editeur-demo&api=ficoba", None).await;
    assert_eq!((quota[0]["limit"].as_u64(), quota[0]["used"].as_u64()), (Some(750), Some(0)));
    assert_eq!(world.server.sandbox.references.next(), 1);
    let reply = partner.get(HEALTH).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("401 900901", "technical-id")
    );
}

#[tokio::test]
async fn one_kind_is_reset_and_the_others_stay() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    partner.get(HEALTH).await;
    world.order(Method::POST, "reset", Some(json!({"only": ["quotas", "journal"]}))).await;
    assert_eq!(world.order(Method::GET, "journal", None).await["total"], 0);
    assert_eq!(world.order(Method::GET, "clock", None).await["now"], "2026-11-22T10:00:00Z");
    assert_eq!(partner.get(HEALTH).await.status, 200);
    let quota = world.order(Method::GET, "quotas?partner=editeur-demo&api=ficoba", None).await;
    assert_eq!(quota[0]["used"], 1);
}

#[tokio::test]
async fn what_belongs_to_one_partner_is_reset_and_parallel_suites_are_left_alone() {
    let world = World::start().await;
    let (mine, other) =
        (world.partner("editeur-demo").await, world.partner("cellule-fraude").await);
    for (id, partner) in [("editeur-demo", &mine), ("cellule-fraude", &other)] {
        world
            .order(
                Method::PATCH,
                &format!("conventions/{id}"),
                Some(json!({"quotas": {"ficoba": 9}})),
            )
            .await;
        world
            .order(
                Method::POST,
                "faults",
                Some(json!({"match": {"partner": id}, "outcome": {"status": 503}})),
            )
            .await;
        assert_eq!(partner.get(HEALTH).await.status, 503, "{id}");
    }
    let done = world.order(Method::POST, "reset", Some(json!({"partner": "editeur-demo"}))).await;
    assert_eq!(done["partner"], "editeur-demo");
    assert_eq!(mine.get(HEALTH).await.outcome(), "401 900901", "its tokens are revoked");
    assert_eq!(world.partner("editeur-demo").await.get(HEALTH).await.status, 200);
    assert_eq!(other.get(HEALTH).await.status, 503);
    let limits = async |id: &str| {
        world.order(Method::GET, &format!("quotas?partner={id}&api=ficoba"), None).await
    };
    let (mine, other) = (limits("editeur-demo").await, limits("cellule-fraude").await);
    assert_eq!((mine[0]["limit"].as_u64(), mine[0]["used"].as_u64()), (Some(750), Some(1)));
    assert_eq!((other[0]["limit"].as_u64(), other[0]["used"].as_u64()), (Some(9), Some(2)));
    let journal = world.order(Method::GET, "journal?partner=cellule-fraude", None).await;
    assert_eq!(journal["total"], 3);
    assert_eq!(world.order(Method::GET, "clock", None).await["frozen"], true);
}

/// Patches that change two quotas at once, and resets that restore both: whatever the order, a reader never sees one
/// without the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_of_many_clients_are_each_whole() {
    let world = Arc::new(World::start().await);
    let mut clients = Vec::new();
    for n in 1..=4 {
        let world = Arc::clone(&world);
        clients.push(tokio::spawn(async move {
            for _ in 0..6 {
                let patch =
                    json!({"quotas": {"ficoba": n, "r2p": n}, "title": format!("client {n}")});
                world.order(Method::PATCH, "conventions/editeur-demo", Some(patch)).await;
                let seen = world.order(Method::GET, "conventions/editeur-demo", None).await;
                let quotas = &seen["quotas"];
                let restored = quotas["ficoba"] == 750 && quotas["r2p"] == 1000;
                let title = seen["title"].as_str().unwrap();
                let patched = quotas["ficoba"] == quotas["r2p"]
                    && title == format!("client {}", quotas["ficoba"]);
                assert!(restored && !title.starts_with("client") || patched, "{seen}");
                if n == 1 {
                    world
                        .order(Method::POST, "reset", Some(json!({"partner": "editeur-demo"})))
                        .await;
                }
            }
        }));
    }
    for client in clients {
        client.await.unwrap();
    }
}

#[tokio::test]
async fn fixtures_are_read_again_and_faulty_ones_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("conventions")).unwrap();
    let file = dir.path().join("conventions/nouveau.toml");
    let (fixtures, certs) = (dir.path().to_owned(), dir.path().join("certs"));
    let world = World::with(|config| {
        config.fixtures = Some(fixtures);
        config.certs = certs.clone();
    })
    .await;
    let text =
        "id = \"nouveau\"\norganisation = \"Nouveau\"\ntitle = \"t\"\nsiret = \"20999009900017\"\n";
    std::fs::write(&file, format!("{text}quota = 5\n")).unwrap();
    world.order(Method::PUT, "clock", Some(json!({"advance": "P1D"}))).await;
    let reply = world.console(Method::POST, "/admin/v1/reset", Some(json!({}))).await;
    assert_eq!(super::place(&reply), (422, "none".to_owned()));
    assert!(reply.text.contains("nouveau.toml"), "{}", reply.text);
    assert_eq!(world.order(Method::GET, "clock", None).await["now"], "2026-11-23T10:00:00Z");
    std::fs::write(&file, text).unwrap();
    world.order(Method::POST, "reset", Some(json!({}))).await;
    assert_eq!(
        world.order(Method::GET, "conventions/nouveau", None).await["organisation"],
        "Nouveau"
    );
    assert!(certs.join("clients/nouveau.pem").exists(), "a new partner gets its certificate");
}

#[tokio::test]
async fn whatever_a_reset_answers_can_be_ordered_apart() {
    let dir = tempfile::tempdir().unwrap();
    let (fixtures, certs) = (dir.path().to_owned(), dir.path().join("certs"));
    let world = World::with(|config| {
        config.fixtures = Some(fixtures);
        config.certs = certs;
    })
    .await;
    let all = world.order(Method::POST, "reset", Some(json!({}))).await["reset"].clone();
    let again = world.order(Method::POST, "reset", Some(json!({ "only": all }))).await;
    assert_eq!(again["reset"], all);
    world.server.sandbox.references.next();
    let only = |kind: &str| Some(json!({ "only": [kind] }));
    world.order(Method::POST, "reset", only("references")).await;
    assert_eq!(world.server.sandbox.references.next(), 1);
    std::fs::create_dir(dir.path().join("conventions")).unwrap();
    let file = dir.path().join("conventions/nouveau.toml");
    let text =
        "id = \"nouveau\"\norganisation = \"Nouveau\"\ntitle = \"t\"\nsiret = \"20999009900017\"\n";
    std::fs::write(&file, format!("{text}quota = 5\n")).unwrap();
    let patch = json!({ "quotas": { "ficoba": 9 } });
    world.order(Method::PATCH, "conventions/editeur-demo", Some(patch)).await;
    let both = json!({ "only": ["quotas", "fixtures"] });
    assert_eq!(world.refusal(Method::POST, "reset", Some(both)).await, (422, "none".to_owned()));
    let limit = async || {
        world.order(Method::GET, "conventions/editeur-demo", None).await["quotas"]["ficoba"].clone()
    };
    assert_eq!(limit().await, 9, "faulty files change nothing");
    std::fs::write(&file, text).unwrap();
    let done = world.order(Method::POST, "reset", only("fixtures")).await;
    assert_eq!(done["reset"], json!(["fixtures", "conventions"]));
    assert_eq!(limit().await, 750);
    world.order(Method::GET, "conventions/nouveau", None).await;
    let ordered = world.server.sandbox.interventions.all();
    let last = ordered.last().unwrap();
    assert_eq!((last.act, last.by, last.what.as_str()), (Act::Fixtures, Through::Api, "relues"));
    assert!(ordered.iter().any(|one| one.what == "API FICOBA (quota)"), "{ordered:?}");
}

#[tokio::test]
async fn orders_that_cannot_be_are_refused() {
    let world = World::start().await;
    for (order, pointer) in [
        (json!({"only": []}), "/only"),
        (json!({"only": ["journal", "everything"]}), "/only/1"),
        (json!({"only": ["clock"], "partner": "editeur-demo"}), "/only/0"),
        (json!({"only": ["quotas", "fixtures"], "partner": "editeur-demo"}), "/only/1"),
        (json!({"only": ["references"], "partner": "editeur-demo"}), "/only/0"),
        (json!({"partner": "nobody"}), "/partner"),
        (json!({"partners": "editeur-demo"}), "/partners"),
    ] {
        assert_eq!(
            world.refusal(Method::POST, "reset", Some(order.clone())).await,
            (422, pointer.to_owned()),
            "{order}"
        );
    }
}

/// How many answers of an API the metrics have counted.
async fn counted(world: &World) -> u64 {
    let text = world.console(Method::GET, "/metrics", None).await.text;
    let of_requests = text.lines().filter(|line| line.starts_with("bacasable_requests_total{"));
    of_requests.map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap()).sum()
}

/// A search that finds somebody: its reference, which a reset restarts.
async fn search(partner: &Partner) -> String {
    let iban = json!({ "iban": "FR7699010000010000010100185", "verificationCompte": "0" });
    let reply = partner.ficoba("numCpte", "0020", iban).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["referenceDemande"].as_str().unwrap().to_owned()
}

/// A search that waits for ten minutes, once it waits.
async fn waiting(world: &World, id: &str) -> JoinHandle<String> {
    let fault = json!({ "match": { "partner": id }, "outcome": { "delay_ms": 600_000 } });
    world.order(Method::POST, "faults", Some(fault)).await;
    let partner = world.partner(id).await;
    let call = tokio::spawn(async move { search(&partner).await });
    injected(world).await;
    call
}

/// Waits until every fault that stands was injected.
async fn injected(world: &World) {
    let patience = Clock::instant() + Duration::from_secs(20);
    let waits = |faults: &Value| faults.as_array().unwrap().iter().any(|one| one["struck"] == 0);
    while waits(&world.order(Method::GET, "faults", None).await) {
        assert!(Clock::instant() < patience, "the call never came");
    }
}

#[tokio::test]
async fn a_call_that_a_reset_finds_waiting_is_let_go_and_is_not_of_the_new_run() {
    let world = World::start().await;
    search(&world.partner("editeur-demo").await).await;
    let call = waiting(&world, "editeur-demo").await;
    world.console(Method::POST, "/admin/v1/reset", None).await;
    let before = counted(&world).await;
    let reference = tokio::time::timeout(Duration::from_secs(20), call).await.unwrap().unwrap();
    assert!(reference.ends_with("_000000002"), "{reference}: it goes on from the run before");
    assert_eq!(world.order(Method::GET, "journal", None).await["total"], 0);
    assert_eq!(counted(&world).await, before);
    let partner = world.partner("editeur-demo").await;
    assert!(search(&partner).await.ends_with("_000000001"));
    assert_eq!(world.order(Method::GET, "journal", None).await["total"], 2, "a token, a call");
    assert_eq!(counted(&world).await, before + 2);
    let report = "/admin/v1/recette/report?partner=editeur-demo&format=json";
    let report = world.console(Method::GET, report, None).await;
    assert!(!report.text.contains("début du journal"), "{}", report.text);
    assert!(!report.text.contains(&reference), "{}", report.text);
}

#[tokio::test]
async fn the_reset_of_one_partner_lets_its_calls_go_and_no_others() {
    let world = World::start().await;
    let (mine, other) =
        (waiting(&world, "editeur-demo").await, waiting(&world, "cellule-fraude").await);
    world.order(Method::POST, "reset", Some(json!({ "partner": "editeur-demo" }))).await;
    tokio::time::timeout(Duration::from_secs(20), mine).await.unwrap().unwrap();
    assert!(!other.is_finished());
    let of = async |id: &str| {
        world.order(Method::GET, &format!("journal?partner={id}"), None).await["total"].clone()
    };
    assert_eq!((of("editeur-demo").await, of("cellule-fraude").await), (json!(0), json!(1)));
    let report = "/admin/v1/recette/report?partner=editeur-demo&format=markdown";
    let report = world.console(Method::GET, report, None).await;
    assert!(!report.text.contains("début du journal"), "{}", report.text);
    other.abort();
}

#[tokio::test]
async fn the_reset_of_the_faults_alone_lets_delayed_calls_go_and_they_stay_in_the_journal() {
    let world = World::start().await;
    let call = waiting(&world, "editeur-demo").await;
    world.order(Method::POST, "reset", Some(json!({ "only": ["quotas"] }))).await;
    assert!(!call.is_finished());
    world.order(Method::POST, "reset", Some(json!({ "only": ["faults"] }))).await;
    tokio::time::timeout(Duration::from_secs(20), call).await.unwrap().unwrap();
    assert_eq!(world.last_entry().await["operation"], "numCpte");
}

#[tokio::test]
async fn a_token_asked_for_before_a_reset_and_issued_after_it_is_revoked() {
    let world = World::start().await;
    let fault = json!({ "match": { "operation": "token" }, "outcome": { "delay_ms": 600_000 } });
    world.order(Method::POST, "faults", Some(fault)).await;
    let caller = world.caller("editeur-demo");
    let call = tokio::spawn(async move { caller.obtain_token("editeur-demo", None).await });
    injected(&world).await;
    world.console(Method::POST, "/admin/v1/reset", None).await;
    let token = tokio::time::timeout(Duration::from_secs(20), call).await.unwrap().unwrap();
    assert_eq!(world.order(Method::GET, "tokens", None).await, json!([]));
    let reply = world.caller("editeur-demo").bearing(&token).get(HEALTH).await;
    assert_eq!(reply.outcome(), "401 900901");
}

#[tokio::test]
async fn an_order_without_arguments_needs_neither_body_nor_type() {
    let world = World::start().await;
    let url = format!("http://{}/admin/v1/reset", world.server.console);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let send = async |change: fn(RequestBuilder) -> RequestBuilder| {
        Reply::read(change(client.post(&url))).await
    };
    assert_eq!(send(|request| request).await.status, 200, "curl -X POST");
    let json = |request: RequestBuilder| request.header("Content-Type", "application/json");
    assert_eq!(send(json).await.status, 200, "a type and nothing");
    let form: fn(RequestBuilder) -> RequestBuilder =
        |request| request.header("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(send(form).await.status, 200, "axios, curl -d ''");
    let browser: fn(RequestBuilder) -> RequestBuilder = |request| {
        let request = request.header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        request.header("Content-Type", "application/x-www-form-urlencoded")
    };
    assert_eq!(place(&send(browser).await), (415, "none".to_owned()), "what a form sends");
    assert_eq!(place(&send(|request| request.body("{}")).await), (415, "none".to_owned()));
    let foreign: [fn(RequestBuilder) -> RequestBuilder; 3] = [
        |request| request.header("Origin", "https://exemple.fr"),
        |request| request.header("Origin", "null"),
        |request| request.header("Sec-Fetch-Site", "cross-site"),
    ];
    for change in foreign {
        assert_eq!(place(&send(change).await), (403, "none".to_owned()), "a script elsewhere");
    }
}
