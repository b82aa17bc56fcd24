//! The journal of all replicas, read at any of them.

use bacasable::journal::Entry;
use reqwest::Method;
use serde_json::{Value, json};

use super::{ask, eventually, patient, patiently, store::Store, within_a_second};
use crate::harness::World;

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

async fn entries(world: &World, query: &str) -> Vec<Value> {
    ask(world, &format!("/admin/v1/journal?operation=etatSante{query}")).await["entries"]
        .as_array()
        .unwrap()
        .clone()
}

fn id(entry: &Value) -> String {
    entry["correlation_id"].as_str().unwrap().to_owned()
}

async fn call(world: &World, partner: &str, correlation_id: &str) {
    let partner = world.partner(partner).await;
    let request = partner.bare(Method::GET, HEALTH).header("X-Correlation-ID", correlation_id);
    assert_eq!(request.send().await.unwrap().status(), 401, "no token: one entry all the same");
}

#[tokio::test]
async fn any_console_shows_the_calls_of_all_replicas_in_the_order_of_their_arrival() {
    let Some(store) = Store::start() else { return };
    let (one, other) = (patient(&store).await, patient(&store).await);
    let ids: Vec<String> =
        (0..6).map(|n| format!("00000000-0000-4000-8000-00000000000{n}")).collect();
    for (n, id) in ids.iter().enumerate() {
        call(if n % 2 == 0 { &one } else { &other }, "cellule-fraude", id).await;
    }
    let seen =
        async |world: &World| -> Vec<String> { entries(world, "").await.iter().map(id).collect() };
    within_a_second("at both", async || seen(&one).await == ids && seen(&other).await == ids).await;
    let named = |all: &[Value]| all.iter().filter(|entry| entry.get("replica").is_some()).count();
    assert_eq!(named(&entries(&one, "").await), 3, "its own are not named");

    let late = patient(&store).await;
    assert_eq!(seen(&late).await, ids, "one that starts late shows what was before");
    let digests: std::collections::BTreeSet<_> = [&one, &other]
        .map(|world| world.server.sandbox.journal.seal().digest([b"x".as_slice()]))
        .into();
    assert_eq!(digests.len(), 1, "the same request has the same digest at all");
}

/// Numbers have the order of the answers, and a slow call came in before a quick one that was answered first.
#[tokio::test]
async fn every_entry_is_heard_whatever_the_order_of_arrival() {
    let Some(store) = Store::start() else { return };
    let (one, other) = (patient(&store).await, patient(&store).await);
    for n in 0..200_u64 {
        let (correlation_id, operation) = (n.to_string(), Some("etatSante".into()));
        let entry = Entry { correlation_id, operation, arrived_us: 7 - n % 7, ..Entry::default() };
        one.server.sandbox.journal.record(entry);
    }
    within_a_second("all", async || {
        let received: std::collections::BTreeSet<_> =
            entries(&other, "&limit=1000").await.iter().map(id).collect();
        received.len() == 200
    })
    .await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(entries(&other, "&limit=1000").await.len(), 200, "once each");
}

#[tokio::test]
async fn what_one_console_forgets_all_forget() {
    let Some(store) = Store::start() else { return };
    let (one, other) = (patient(&store).await, patient(&store).await);
    for (world, partner) in [
        (&one, "cellule-fraude"),
        (&other, "cellule-fraude"),
        (&one, "editeur-demo"),
        (&other, "editeur-demo"),
    ] {
        call(world, partner, crate::harness::CORRELATION_ID).await;
    }
    within_a_second("all four at both", async || {
        entries(&one, "").await.len() == 4 && entries(&other, "").await.len() == 4
    })
    .await;
    assert_eq!(
        one.console(Method::DELETE, "/admin/v1/journal?partner=cellule-fraude", None).await.status,
        200
    );
    within_a_second("two are left", async || {
        entries(&one, "").await.len() == 2 && entries(&other, "").await.len() == 2
    })
    .await;
    let late = patient(&store).await;
    assert_eq!(entries(&late, "").await.len(), 2);
    assert_eq!(
        other
            .console(Method::POST, "/admin/v1/reset", Some(json!({"only": ["journal"]})))
            .await
            .status,
        200
    );
    within_a_second("none is left", async || {
        entries(&one, "").await.is_empty() && entries(&other, "").await.is_empty()
    })
    .await;
}

#[tokio::test]
async fn the_store_keeps_as_many_entries_as_it_is_told() {
    let Some(store) = Store::start() else { return };
    let world = World::with(|config| {
        patiently(config, &store);
        config.state.journal_entries = 100.try_into().unwrap();
    })
    .await;
    for n in 0..600 {
        let entry = Entry { correlation_id: n.to_string(), ..Default::default() };
        world.server.sandbox.journal.record(entry);
    }
    let kept = || {
        type Message = (String, Vec<String>);
        let mut ask = redis::cmd("XRANGE");
        let messages: Vec<Message> =
            ask.arg("bacasable:journal").arg("-").arg("+").query(&mut store.connection()).unwrap();
        messages.iter().map(|(_, fields)| fields[3].lines().count()).sum::<usize>()
    };
    within_a_second("told", async || kept() > 0).await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert!((69..=132).contains(&kept()), "that many, give or take a message: {}", kept());
}

#[tokio::test]
async fn a_store_that_was_emptied_is_told_again_and_nobody_hears_twice() {
    let Some(mut store) = Store::start() else { return };
    let (one, other) = (patient(&store).await, patient(&store).await);
    for n in 0..10 {
        let world = if n % 2 == 0 { &one } else { &other };
        call(world, "cellule-fraude", &format!("00000000-0000-4000-8000-00000000000{n}")).await;
    }
    let all = async |world: &World| entries(world, "").await.len();
    within_a_second("at both", async || all(&one).await == 10 && all(&other).await == 10).await;
    store.stop();
    store.again();
    let settled = async |world: &World| {
        world.console(Method::GET, "/ready", None).await.json()["status"] == "ready"
    };
    eventually("back", std::time::Duration::from_secs(10), &mut async || {
        settled(&one).await && settled(&other).await
    })
    .await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!((all(&one).await, all(&other).await), (10, 10), "nothing twice");
    let late = patient(&store).await;
    assert_eq!(all(&late).await, 10, "the store has what was before it was emptied");
    let digests: std::collections::BTreeSet<_> = [&one, &late]
        .map(|world| world.server.sandbox.journal.seal().digest([b"x".as_slice()]))
        .into();
    assert_eq!(digests.len(), 1, "and the same key of digests");
}
