//! `reset`: everything, by kind, by partner.

use std::sync::Arc;

use reqwest::Method;
use serde_json::json;

use super::HEALTH;
use crate::harness::World;

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
async fn orders_that_cannot_be_are_refused() {
    let world = World::start().await;
    for (order, pointer) in [
        (json!({"only": []}), "/only"),
        (json!({"only": ["journal", "everything"]}), "/only/1"),
        (json!({"only": ["clock"], "partner": "editeur-demo"}), "/only/0"),
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
