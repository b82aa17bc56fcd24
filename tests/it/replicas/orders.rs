//! An order given to one replica's console holds on all: clock, faults, conventions, quotas, references, reset.

use std::{collections::BTreeSet, time::Duration};

use bacasable::clock::Clock;
use reqwest::Method;
use serde_json::json;

use super::{ask, eventually, patient, replica, store::Store, within_a_second};
use crate::harness::{NOW, Partner, World};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

async fn two(store: &Store) -> (World, World) {
    (patient(store).await, patient(store).await)
}

async fn reference(partner: &Partner) -> String {
    let reply = partner
        .ficoba(
            "numCpte",
            "0020",
            json!({"iban": "FR7699010000010000010100185", "verificationCompte": "0"}),
        )
        .await;
    let body = reply.json();
    body["referenceDemande"].as_str().unwrap_or_else(|| panic!("{}", reply.text)).to_owned()
}

#[tokio::test]
async fn an_order_holds_on_the_other_replica_within_a_second_without_anybody_asking_its_console() {
    let Some(store) = Store::start() else { return };
    let (one, other) = two(&store).await;
    let order = json!({"now": "2027-01-01T00:00:00Z"});
    assert_eq!(one.console(Method::PUT, "/admin/v1/clock", Some(order)).await.status, 200);
    let wanted = "2027-01-01T00:00:00Z".parse().unwrap();
    within_a_second("the clock", async || other.clock.now() == wanted).await;

    let patch = json!({"state": "suspended", "quotas": {"ficoba": 3}});
    assert_eq!(
        one.console(Method::PATCH, "/admin/v1/conventions/cellule-fraude", Some(patch))
            .await
            .status,
        200
    );
    let limit = |world: &World| {
        world
            .server
            .sandbox
            .directory()
            .convention("cellule-fraude")
            .unwrap()
            .quota(bacasable::rights::ApiId::Ficoba)
    };
    within_a_second("the convention", async || limit(&other) == Some(3)).await;

    let hours = |world: &World| world.server.sandbox.availability.plan().announced.len();
    let closed = json!({"announced": [{"api": "r2p", "from": "2027-01-01T00:00:00Z", "to": "2027-01-01T01:00:00Z"}]});
    let reply = one.console(Method::PUT, "/admin/v1/service", Some(closed)).await;
    assert!(reply.status.is_success(), "{}", reply.text);
    within_a_second("the announced closure", async || hours(&other) == 1).await;

    let about = json!({"tester": "Ada"});
    let path = "/admin/v1/recette/about?partner=editeur-demo";
    assert_eq!(one.console(Method::PUT, path, Some(about.clone())).await.status, 200);
    within_a_second("what is said of a rehearsal", async || {
        other
            .server
            .sandbox
            .abouts
            .for_partner("editeur-demo")
            .is_some_and(|said| said["tester"] == "Ada")
    })
    .await;
    assert_eq!(ask(&other, path).await["tester"], "Ada");

    let fault = json!({"match": {"operation": "etatSante"}, "outcome": {"code": "CAT004"}});
    assert_eq!(one.console(Method::POST, "/admin/v1/faults", Some(fault)).await.status, 201);
    within_a_second("the fault", async || !other.server.sandbox.faults.standing().is_empty()).await;
    assert_eq!(ask(&other, "/admin/v1/faults").await[0]["id"], "f1");

    assert_eq!(other.console(Method::POST, "/admin/v1/reset", Some(json!({}))).await.status, 200);
    within_a_second("the reset", async || {
        limit(&one) == Some(750)
            && one.server.sandbox.faults.standing().is_empty()
            && !one.clock.read().frozen
    })
    .await;
    assert_eq!(ask(&one, "/admin/v1/conventions/cellule-fraude").await["state"], "in-force");
}

#[tokio::test]
async fn a_reader_of_any_console_sees_every_order_that_was_answered() {
    let Some(store) = Store::start() else { return };
    let (one, other) = two(&store).await;
    for n in 1..=20_u32 {
        let (from, to) = if n % 2 == 0 { (&one, &other) } else { (&other, &one) };
        let step = json!({"advance": "PT1S"});
        assert_eq!(from.console(Method::PUT, "/admin/v1/clock", Some(step)).await.status, 200);
        let now = ask(to, "/admin/v1/clock").await["now"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap();
        assert_eq!(
            now.duration_since(NOW.parse().unwrap()).as_secs(),
            i64::from(n),
            "no order is lost"
        );
    }
}

#[tokio::test]
async fn orders_given_to_both_consoles_at_once_are_all_kept() {
    let Some(store) = Store::start() else { return };
    let (one, other) = two(&store).await;
    let fault = |n: usize| json!({"match": {"operation": "numCpte", "partner": "cellule-fraude"}, "times": n + 1, "outcome": {"code": "CAT004"}});
    let order = async |world: &World, n: usize| {
        let reply = world.console(Method::POST, "/admin/v1/faults", Some(fault(n))).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json()["id"].as_str().unwrap().to_owned()
    };
    let mut ids = BTreeSet::new();
    for n in 0..10 {
        let (a, b) = tokio::join!(order(&one, n), order(&other, n));
        assert!(ids.insert(a.clone()) && ids.insert(b.clone()), "an id is one order's: {a} {b}");
    }
    for world in [&one, &other] {
        let seen: BTreeSet<String> = ask(world, "/admin/v1/faults")
            .await
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(seen, ids);
    }
}

#[tokio::test]
async fn a_fault_that_applies_to_three_times_does_so_on_all_replicas_together() {
    let Some(store) = Store::start() else { return };
    let (one, other) = two(&store).await;
    let order =
        json!({"match": {"operation": "etatSante"}, "times": 3, "outcome": {"code": "CAT004"}});
    assert_eq!(one.console(Method::POST, "/admin/v1/faults", Some(order)).await.status, 201);
    let _seen = ask(&other, "/admin/v1/faults").await;
    let (a, b) = (one.partner("cellule-fraude").await, other.partner("cellule-fraude").await);
    let mut injected = 0;
    for _ in 0..4 {
        let (x, y) = tokio::join!(a.get(HEALTH), b.get(HEALTH));
        injected += [x, y].iter().filter(|reply| reply.outcome() == "500 CAT004").count();
    }
    assert_eq!(injected, 3);
    assert_eq!(ask(&other, "/admin/v1/faults").await, json!([]));
}

#[tokio::test]
async fn counters_are_read_set_and_emptied_at_any_replica() {
    let Some(store) = Store::start() else { return };
    let (one, other) = two(&store).await;
    let (a, b) = (one.partner("cellule-fraude").await, other.partner("cellule-fraude").await);
    assert_eq!(
        (a.get(HEALTH).await.status, b.get(HEALTH).await.status),
        (http::StatusCode::OK, http::StatusCode::OK)
    );
    let path = "/admin/v1/quotas?partner=cellule-fraude&api=ficoba";
    assert_eq!(
        (&ask(&one, path).await[0]["used"], &ask(&other, path).await[0]["used"]),
        (&json!(2), &json!(2))
    );
    let full = json!({"partner": "cellule-fraude", "api": "ficoba", "used": 750});
    assert_eq!(one.console(Method::PUT, "/admin/v1/quotas", Some(full)).await.status, 200);
    assert_eq!(b.get(HEALTH).await.outcome(), "429 900804");
    assert_eq!(
        other.console(Method::DELETE, "/admin/v1/quotas?partner=cellule-fraude", None).await.status,
        200
    );
    assert_eq!(a.get(HEALTH).await.status, 200);
    assert_eq!(ask(&other, path).await[0]["used"], 1);
}

#[tokio::test]
async fn references_are_one_sequence_and_begin_again_everywhere() {
    let Some(store) = Store::start() else { return };
    let (one, other) = two(&store).await;
    let (a, b) = (one.partner("editeur-demo").await, other.partner("editeur-demo").await);
    let mut seen = BTreeSet::new();
    for _ in 0..5 {
        assert!(seen.insert(reference(&a).await) && seen.insert(reference(&b).await), "{seen:?}");
    }
    let numbers: Vec<_> = seen.iter().map(|one| one[9..].parse::<u32>().unwrap()).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    assert_eq!(other.console(Method::POST, "/admin/v1/reset", Some(json!({}))).await.status, 200);
    let _caught_up = ask(&one, "/admin/v1/clock").await;
    let (a, b) = (one.partner("editeur-demo").await, other.partner("editeur-demo").await);
    let again: BTreeSet<_> =
        [reference(&a).await, reference(&b).await].iter().map(|one| one[9..].to_owned()).collect();
    assert_eq!(again, BTreeSet::from(["000000001".to_owned(), "000000002".to_owned()]));
}

#[tokio::test]
async fn a_replica_that_starts_late_holds_to_what_was_ordered_and_a_dead_ones_turn_ends() {
    let Some(store) = Store::start() else { return };
    let one = patient(&store).await;
    let patch = json!({"state": "suspended"});
    assert_eq!(
        one.console(Method::PATCH, "/admin/v1/conventions/cellule-fraude", Some(patch))
            .await
            .status,
        200
    );
    assert_eq!(
        one.console(Method::PUT, "/admin/v1/clock", Some(json!({"advance": "P1D"}))).await.status,
        200
    );
    let late = patient(&store).await;
    assert_eq!(late.clock.now(), one.clock.now());
    assert_eq!(late.partner("cellule-fraude").await.get(HEALTH).await.outcome(), "401 900907");

    // Somebody who died with the turn.
    let () = redis::cmd("SET")
        .arg("bacasable:turn")
        .arg("nobody")
        .arg("PX")
        .arg(300)
        .query(&mut store.connection())
        .unwrap();
    let reply =
        late.console(Method::PUT, "/admin/v1/clock", Some(json!({"advance": "PT1S"}))).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let () = redis::cmd("SET")
        .arg("bacasable:turn")
        .arg("nobody")
        .arg("PX")
        .arg(60_000)
        .query(&mut store.connection())
        .unwrap();
    let began = bacasable::clock::Clock::instant();
    let reply =
        late.console(Method::PUT, "/admin/v1/clock", Some(json!({"advance": "PT1S"}))).await;
    assert_eq!(reply.status, 503, "{}", reply.text);
    assert!(began.elapsed() < Duration::from_secs(19), "not for the minute of that turn");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_stands_because_the_stores_answer_was_lost_holds_up_nobody() {
    let Some(store) = Store::start() else { return };
    let (one, other) = (replica(&store).await, replica(&store).await);
    let order = |now: &str| Some(json!({ "now": now }));
    store.pause(true);
    // The store has it before it, and takes the turn for it once it goes on.
    one.console(Method::PUT, "/admin/v1/clock", order("2027-01-01T00:00:00Z")).await;
    store.pause(false);
    for world in [&one, &other] {
        let mut ready = async || ask(world, "/ready").await["status"] == "ready";
        eventually("the store is back", Duration::from_secs(10), &mut ready).await;
    }
    let since = Clock::instant();
    for world in [&other, &one] {
        let reply =
            world.console(Method::PUT, "/admin/v1/clock", order("2028-01-01T00:00:00Z")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    // Whoever waits for the turn to lapse waits for ten seconds.
    assert!(since.elapsed() < Duration::from_secs(9), "{:?}", since.elapsed());
}

#[tokio::test]
async fn ready_says_that_orders_find_no_turn_and_that_they_do_again() {
    let Some(store) = Store::start() else { return };
    let one = patient(&store).await;
    let turn = |command: &str| {
        let mut command = redis::cmd(command);
        command.arg("bacasable:turn");
        command
    };
    let () = turn("SET").arg("another").query(&mut store.connection()).unwrap();
    let order = json!({"now": "2027-01-01T00:00:00Z"});
    let reply = one.console(Method::PUT, "/admin/v1/clock", Some(order)).await;
    assert_eq!(reply.status, 503);
    let ready = ask(&one, "/ready").await;
    assert_eq!(ready["status"], "degraded", "{ready}");
    assert!(ready["state"]["reason"].as_str().unwrap().contains("orders"), "{ready}");
    let () = turn("DEL").query(&mut store.connection()).unwrap();
    within_a_second("ready", async || ask(&one, "/ready").await["status"] == "ready").await;
}
