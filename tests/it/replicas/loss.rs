//! The store goes away under load, and comes back: what is promised by `state.on_loss`, what is said, and that nothing hangs.

use std::time::Duration;

use bacasable::{clock::Clock, config::OnLoss};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    ask, patient, patiently, replica,
    store::{Store, url},
    within_a_second,
};
use crate::harness::World;

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

async fn notes(world: &World) -> Vec<String> {
    let page = ask(world, "/admin/v1/journal").await;
    let told = |entry: &Value| entry["note"].as_str().unwrap().to_owned();
    page["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "store" && entry.get("replica").is_none())
        .map(told)
        .collect()
}

async fn ready(world: &World) -> (u16, Value) {
    let reply = world.console(Method::GET, "/ready", None).await;
    (reply.status.as_u16(), reply.json())
}

async fn reached_again(world: &World) {
    let end = Clock::instant() + Duration::from_secs(10);
    loop {
        let (_, body) = ready(world).await;
        if body["status"] == "ready" {
            return;
        }
        assert!(Clock::instant() < end, "the store is not back: {body}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn with_local_calls_go_on_from_the_last_count_and_both_sides_agree_again() {
    let Some(mut store) = Store::start() else { return };
    let (one, other) = (patient(&store).await, patient(&store).await);
    let (a, b) = (
        one.partner("tresorerie-recouvrement").await,
        other.partner("tresorerie-recouvrement").await,
    );
    for _ in 0..10 {
        assert_eq!(
            (a.get(HEALTH).await.status.as_u16(), b.get(HEALTH).await.status.as_u16()),
            (200, 200)
        );
    }
    assert_eq!(ready(&one).await.1["state"]["reached"], true);

    store.stop();
    assert_eq!(a.get(HEALTH).await.status, 200, "a call under way when the store goes is served");
    within_a_second("degraded", async || ready(&one).await.1["status"] == "degraded").await;
    let (status, body) = ready(&one).await;
    assert_eq!((status, body["state"]["reached"].as_bool()), (200, Some(false)));
    let measures = one.console(Method::GET, "/metrics", None).await.text;
    assert!(measures.contains("\nbacasable_store_reached 0\n"), "{measures}");
    for _ in 0..5 {
        assert_eq!(
            (a.get(HEALTH).await.status.as_u16(), b.get(HEALTH).await.status.as_u16()),
            (200, 200)
        );
    }
    let used = |world: &World, now| {
        world
            .server
            .sandbox
            .quotas
            .state("tresorerie-recouvrement", bacasable::rights::ApiId::Ficoba, 200, now)
            .used
    };
    assert_eq!(used(&one, one.clock.now()), 25, "19 were heard of before its own last call, or 20");
    // An order given alone counts once the store is back, as nobody gave another.
    assert_eq!(
        one.console(
            Method::PATCH,
            "/admin/v1/conventions/mutuelle-etatcivil",
            Some(json!({"state": "suspended"}))
        )
        .await
        .status,
        200
    );

    store.again();
    reached_again(&one).await;
    reached_again(&other).await;
    within_a_second("the counters are those of both together", async || {
        let path = "/admin/v1/quotas?partner=tresorerie-recouvrement&api=ficoba";
        let (here, there) = (
            ask(&one, path).await[0]["used"].as_u64(),
            ask(&other, path).await[0]["used"].as_u64(),
        );
        here == there && here.is_some_and(|used| (30..=31).contains(&used))
    })
    .await;
    within_a_second("the order", async || {
        ask(&other, "/admin/v1/conventions/mutuelle-etatcivil").await["state"] == "suspended"
    })
    .await;
    for world in [&one, &other] {
        let notes = notes(world).await;
        assert_eq!(notes.len(), 2, "told once each: {notes:?}");
        assert!(
            notes[0].contains("injoignable") && notes[1].contains("de nouveau joignable"),
            "{notes:?}"
        );
    }
}

#[tokio::test]
async fn with_refuse_calls_tokens_and_orders_are_answered_503_until_the_store_is_back() {
    let Some(mut store) = Store::start() else { return };
    let world = World::with(|config| {
        patiently(config, &store);
        config.state.on_loss = OnLoss::Refuse;
    })
    .await;
    let partner = world.partner("cellule-fraude").await;
    assert_eq!(partner.get(HEALTH).await.status, 200);
    store.stop();
    let reply = partner.get(HEALTH).await;
    assert_eq!(reply.outcome(), "503 700700", "{}", reply.text);
    assert!(
        world.last_entry().await["note"].as_str().unwrap().contains("stockage partagé injoignable")
    );
    within_a_second("not ready", async || ready(&world).await.0 == 503).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "cellule-fraude"),
        ("client_secret", "secret-cellule-fraude"),
    ];
    let reply = crate::harness::Reply::read(
        world.caller("cellule-fraude").request(Method::POST, "/token").form(&form),
    )
    .await;
    assert_eq!(reply.outcome(), "503 700700");
    let reply =
        world.console(Method::PUT, "/admin/v1/clock", Some(json!({"advance": "PT1H"}))).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("Content-Type")),
        (503, "application/problem+json")
    );
    store.again();
    reached_again(&world).await;
    assert_eq!(partner.get(HEALTH).await.status, 200);
}

#[tokio::test]
async fn a_store_that_stands_still_holds_up_a_call_for_its_time_limit_and_the_next_not_at_all() {
    let Some(store) = Store::start() else { return };
    let world = replica(&store).await;
    let partner = world.partner("cellule-fraude").await;
    assert_eq!(partner.get(HEALTH).await.status, 200);
    store.pause(true);
    assert_eq!(partner.get(HEALTH).await.status, 200, "before the client's patience ends");
    let began = Clock::instant();
    for _ in 0..100 {
        assert_eq!(partner.get(HEALTH).await.status, 200);
    }
    assert!(
        began.elapsed() < 100 * Duration::from_millis(250),
        "known to be away, it is not asked: {:?}",
        began.elapsed()
    );
    assert_eq!(world.console(Method::GET, "/admin/v1/quotas", None).await.status, 200);
    assert!(ready(&world).await.1["state"]["reason"].as_str().unwrap().contains("250 ms"));
    store.pause(false);
    reached_again(&world).await;
}

#[tokio::test]
async fn a_store_that_is_emptied_is_noticed_by_the_next_call_and_given_back_what_was_counted() {
    let Some(store) = Store::start() else { return };
    let (one, other) = (patient(&store).await, patient(&store).await);
    let patch = json!({"quotas": {"ficoba": 12}});
    assert_eq!(
        one.console(Method::PATCH, "/admin/v1/conventions/cellule-fraude", Some(patch))
            .await
            .status,
        200
    );
    let _caught_up = ask(&other, "/admin/v1/conventions").await;
    let (a, b) = (one.partner("cellule-fraude").await, other.partner("cellule-fraude").await);
    for _ in 0..5 {
        assert_eq!(
            (a.get(HEALTH).await.status.as_u16(), b.get(HEALTH).await.status.as_u16()),
            (200, 200)
        );
    }
    let () = redis::cmd("FLUSHALL").query(&mut store.connection()).unwrap();
    let mut admitted = 10;
    for _ in 0..8 {
        admitted += [a.get(HEALTH).await, b.get(HEALTH).await]
            .iter()
            .filter(|reply| reply.status == 200)
            .count();
    }
    assert!(
        (12..=15).contains(&admitted),
        "each replica may go on from its last count, and no further: {admitted}"
    );
    reached_again(&one).await;
    reached_again(&other).await;
    assert_eq!(
        (a.get(HEALTH).await.outcome(), b.get(HEALTH).await.outcome()),
        ("429 900804".to_owned(), "429 900804".to_owned())
    );
    assert_eq!(
        ask(&other, "/admin/v1/conventions/cellule-fraude").await["quotas"]["ficoba"],
        12,
        "orders are given back too"
    );
}

#[tokio::test]
async fn a_store_that_is_full_or_made_read_only_is_as_good_as_gone() {
    let Some(store) = Store::start() else { return };
    let world = patient(&store).await;
    let partner = world.partner("cellule-fraude").await;
    for (order, back, reason) in [
        (["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"], "full"),
        (["REPLICAOF", "127.0.0.1", "1", ""], ["REPLICAOF", "NO", "ONE", ""], "read-only"),
    ] {
        let tell = |words: [&str; 4]| {
            let mut command = redis::cmd(words[0]);
            for word in words[1..].iter().filter(|word| !word.is_empty()) {
                command.arg(*word);
            }
            let () = command.query(&mut store.connection()).unwrap();
        };
        tell(order);
        assert_eq!(partner.get(HEALTH).await.status, 200, "{reason}");
        within_a_second(reason, async || {
            ready(&world).await.1["state"]["reason"]
                .as_str()
                .is_some_and(|why| why.contains(reason))
        })
        .await;
        tell(back);
        reached_again(&world).await;
    }
}

#[tokio::test]
async fn orders_given_alone_give_way_to_those_that_were_given_together() {
    let Some(store) = Store::start() else { return };
    let (one, other) = (patient(&store).await, patient(&store).await);
    // The store drops one replica's connections and holds it off: a user of its own would be too much for this test, so the
    // order that is given alone is given while nobody is reached, and the other one is written by hand.
    let mut store = store;
    let order = json!({"now": "2030-01-01T00:00:00Z"});
    assert_eq!(other.console(Method::PUT, "/admin/v1/clock", Some(order)).await.status, 200);
    let document: (String, String) = redis::cmd("HMGET")
        .arg("bacasable:orders")
        .arg("revision")
        .arg("document")
        .query(&mut store.connection())
        .unwrap();
    let _caught_up = ask(&one, "/admin/v1/clock").await;
    drop(other);
    store.stop();
    within_a_second("away", async || ready(&one).await.1["status"] == "degraded").await;
    assert_eq!(
        one.console(Method::PUT, "/admin/v1/clock", Some(json!({"now": "2040-01-01T00:00:00Z"})))
            .await
            .status,
        200
    );
    assert_eq!(one.clock.now(), "2040-01-01T00:00:00Z".parse().unwrap());
    store.again();
    let revision: u64 = document.0.parse::<u64>().unwrap() + 5;
    let mut put = redis::pipe();
    put.atomic();
    put.cmd("SET").arg("bacasable:format").arg("bacasable 1");
    put.cmd("HSET")
        .arg("bacasable:orders")
        .arg("revision")
        .arg(revision)
        .arg("document")
        .arg(document.1);
    let written: Result<redis::Value, _> = put.query(&mut store.connection());
    assert!(written.is_ok());
    reached_again(&one).await;
    let first_back = notes(&one).await.last().unwrap().contains("abandonnés");
    // Whoever is first tells: this replica before the hand, or the hand before this replica.
    if first_back {
        assert_eq!(one.clock.now(), "2030-01-01T00:00:00Z".parse().unwrap());
    } else {
        within_a_second("the newer revision counts", async || {
            one.clock.now() == "2030-01-01T00:00:00Z".parse().unwrap()
        })
        .await;
    }
}

#[tokio::test]
async fn a_primary_that_dies_is_followed_by_its_replica_with_the_counts_it_had() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
        .to_string();
    // Without that, the primary waits five seconds for other heirs before it gives the first one anything.
    let at_once = ["--repl-diskless-sync-delay", "0"];
    let words = [&["--port", &port, "--bind", "127.0.0.1"][..], &at_once].concat();
    let Some(mut primary) = Store::with(&words) else { return };
    let Some(heir) = Store::with(&["--replicaof", "127.0.0.1", &port]) else { return };
    // One address that leads to the primary: what a proxy or a service name does elsewhere.
    let folder = tempfile::tempdir().unwrap();
    let address = folder.path().join("primary");
    std::os::unix::fs::symlink(primary.socket(), &address).unwrap();
    let start = || {
        World::with(|config| {
            patiently(config, &primary);
            config.state.url = Some(url(&format!("unix://{}", address.display())));
        })
    };
    let (one, other) = (start().await, start().await);
    let (a, b) = (
        one.partner("tresorerie-recouvrement").await,
        other.partner("tresorerie-recouvrement").await,
    );
    for _ in 0..10 {
        assert_eq!(
            (a.get(HEALTH).await.status.as_u16(), b.get(HEALTH).await.status.as_u16()),
            (200, 200)
        );
    }
    // WAIT is about what its own connection wrote: this is after all the rest.
    let mut last = primary.connection();
    let () = redis::cmd("SET").arg("last").arg(1).query(&mut last).unwrap();
    let heirs: u32 = redis::cmd("WAIT").arg(1).arg(60_000).query(&mut last).unwrap();
    assert_eq!(heirs, 1, "the heir has everything");

    primary.stop();
    let () = redis::cmd("REPLICAOF").arg("NO").arg("ONE").query(&mut heir.connection()).unwrap();
    std::fs::remove_file(&address).unwrap();
    std::os::unix::fs::symlink(heir.socket(), &address).unwrap();
    for _ in 0..5 {
        assert_eq!(
            (a.get(HEALTH).await.status.as_u16(), b.get(HEALTH).await.status.as_u16()),
            (200, 200)
        );
    }
    reached_again(&one).await;
    reached_again(&other).await;
    within_a_second("thirty calls were counted, once each", async || {
        let path = "/admin/v1/quotas?partner=tresorerie-recouvrement&api=ficoba";
        ask(&one, path).await[0]["used"] == 30 && ask(&other, path).await[0]["used"] == 30
    })
    .await;
}
