//! `service`: the opening hours of the CGU, what partners are told meanwhile, and a maintenance that is announced.

use reqwest::Method;
use serde_json::{Value, json};

use super::HEALTH;
use crate::harness::{Partner, Reply, World};

const PERSON: &str = "/r2p/v1/personne/3990000101192";

async fn search(partner: &Partner) -> String {
    partner
        .ficoba(
            "numCpte",
            "0020",
            json!({ "iban": "FR7699010000010000010100185", "verificationCompte": "0" }),
        )
        .await
        .outcome()
}

/// Puts the clock into the first closing of this cause that the console tells of, and returns it.
async fn into_closing(world: &World, api: usize, cause: &str) -> Value {
    for _ in 0..20 {
        let service = world.order(Method::GET, "service", None).await;
        let closings = service["services"][api]["closings"].as_array().unwrap().clone();
        if let Some(closing) = closings.into_iter().find(|one| one["cause"] == cause) {
            world.order(Method::PUT, "clock", Some(json!({ "now": closing["from"] }))).await;
            return closing;
        }
        world.order(Method::PUT, "clock", Some(json!({ "advance": "P7D" }))).await;
    }
    panic!("no {cause} in twenty weeks");
}

#[tokio::test]
async fn by_default_the_apis_never_close() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    world.order(Method::PUT, "clock", Some(json!({ "now": "2026-11-22T02:30:00Z" }))).await;
    let partner =
        partner.bearing(&world.caller("editeur-demo").obtain_token("editeur-demo", None).await);
    assert_eq!(search(&partner).await, "200");
    let service = world.order(Method::GET, "service", None).await;
    assert_eq!(
        (&service["profile"], &service["services"][0]["open"]),
        (&json!("open"), &json!(true))
    );
}

#[tokio::test]
async fn under_the_profile_of_the_cgu_ficoba_is_closed_an_hour_a_day_and_says_so_everywhere() {
    let world =
        World::with(|config| config.availability.profile = bacasable::config::Profile::Cgu).await;
    let closing = into_closing(&world, 0, "daily-closure").await;
    let partner = world.partner("editeur-demo").await;
    assert_eq!(search(&partner).await, "500 CAT001");
    let health = partner.get(HEALTH).await;
    assert_eq!(health.outcome(), "503 503");
    assert_eq!(health.header("X-Bacasable-Fault"), "service");
    let entry = world.last_entry().await;
    assert_eq!((&entry["code"], &entry["fault"]), (&json!("503"), &json!("service")), "{entry}");
    assert!(entry["note"].as_str().unwrap().contains("daily-closure"), "{entry}");
    assert_eq!(partner.get(PERSON).await.status, 200, "R2P is open day and night");
    let service = world.order(Method::GET, "service", None).await;
    assert_eq!(service["services"][0]["open"], false);
    assert_eq!(service["services"][0]["cause"], "daily-closure");
    let metrics = world.console(Method::GET, "/metrics", None).await.text;
    assert!(metrics.contains("bacasable_service_open{api=\"ficoba\"} 0\n"), "{metrics}");
    assert!(metrics.contains("bacasable_service_open{api=\"r2p\"} 1\n"), "{metrics}");

    world
        .order(Method::PUT, "clock", Some(json!({ "now": service["services"][0]["until"] })))
        .await;
    let partner = world.partner("editeur-demo").await;
    assert_eq!(
        (search(&partner).await.as_str(), partner.get(HEALTH).await.outcome().as_str()),
        ("200", "200")
    );
    world.order(Method::PUT, "clock", Some(json!({ "now": closing["from"] }))).await;
    assert_eq!(
        search(&world.partner("editeur-demo").await).await,
        "500 CAT001",
        "the same time brings the same closure"
    );
}

#[tokio::test]
async fn r2p_is_blocked_during_a_maintenance_and_out_of_reach_in_an_incident() {
    let world =
        World::with(|config| config.availability.profile = bacasable::config::Profile::Cgu).await;
    for (cause, outcome) in [("maintenance", "503 700700"), ("incident", "500 101503")] {
        into_closing(&world, 1, cause).await;
        assert_eq!(
            world.partner("editeur-demo").await.get(PERSON).await.outcome(),
            outcome,
            "{cause}"
        );
    }
}

#[tokio::test]
async fn after_the_hour_some_calls_of_ficoba_still_fail_in_its_own_words() {
    let world =
        World::with(|config| config.availability.profile = bacasable::config::Profile::Cgu).await;
    into_closing(&world, 0, "tail").await;
    let partner = world.partner("editeur-demo").await;
    let (mut failed, mut healthy) = (0, 0);
    for _ in 0..50 {
        match search(&partner).await.as_str() {
            "200" => {}
            "503 503" => failed += 1,
            other => panic!("{other}"),
        }
        healthy += usize::from(partner.get(HEALTH).await.status == 200);
    }
    assert!((5..25).contains(&failed) && (25..45).contains(&healthy), "{failed} {healthy}");
    let entry = world.order(Method::GET, "journal?fault=service&limit=1", None).await;
    let note = entry["entries"][0]["note"].as_str().unwrap();
    assert!(note.contains("après la réouverture de FICOBA, réouverture : 30 % des appels échouent encore (tail), jusqu'au "), "{note}");
    assert_eq!(partner.get(PERSON).await.status, 200, "R2P is open day and night");
    let service = world.order(Method::GET, "service", None).await;
    assert_eq!(
        (&service["services"][0]["open"], &service["services"][0]["cause"]),
        (&json!(false), &json!("tail"))
    );
    let none = json!({ "tail_minutes": 0 });
    assert_eq!(world.order(Method::PUT, "service", Some(none)).await["services"][0]["open"], true);
    for _ in 0..20 {
        assert_eq!(search(&partner).await, "200");
    }
}

#[tokio::test]
async fn an_incident_fails_some_searches_at_the_gateway_while_the_health_is_good() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let order = json!({ "profile": "incident", "incident_percent": 50 });
    let service = world.order(Method::PUT, "service", Some(order)).await;
    assert_eq!(
        (&service["profile"], &service["incident_percent"], &service["services"][0]["open"]),
        (&json!("incident"), &json!(50), &json!(true))
    );
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..40 {
        seen.insert(search(&partner).await);
        seen.insert(partner.get(PERSON).await.outcome());
        assert_eq!(partner.get(HEALTH).await.status, 200);
    }
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), ["200", "503 503", "504 504"]);
    let entry = world.order(Method::GET, "journal?fault=service&limit=1", None).await;
    let entry = &entry["entries"][0];
    assert!(entry["note"].as_str().unwrap().contains("incident"), "{entry}");
    let quotas = world.order(Method::GET, "quotas?partner=editeur-demo&api=r2p", None).await;
    assert_eq!(quotas[0]["used"], 40, "what fails behind the gateway counts");
    world.order(Method::DELETE, "service", None).await;
    for _ in 0..20 {
        assert_eq!(search(&partner).await, "200");
    }
}

#[tokio::test]
async fn a_maintenance_can_be_announced_and_withdrawn() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let window = json!({ "from": "2026-11-22T09:00:00Z", "to": "2026-11-22T11:00:00Z" });
    let service = world.order(Method::PUT, "service", Some(json!({ "announced": [window] }))).await;
    assert_eq!(service["announced"], json!([window]));
    assert_eq!(
        service["services"][1],
        json!({
            "api": "r2p", "open": false, "cause": "announced", "until": window["to"],
            "closings": [{ "from": window["from"], "to": window["to"], "cause": "announced" }],
        })
    );
    assert_eq!(search(&partner).await, "500 CAT001");
    assert_eq!(partner.get(PERSON).await.outcome(), "503 700700");
    assert_eq!(
        world.caller("editeur-demo").obtain_token("editeur-demo", None).await.matches('.').count(),
        2,
        "tokens go on"
    );
    let ordered =
        json!({ "match": { "api": "ficoba" }, "times": 1, "outcome": { "code": "CAT004" } });
    world.order(Method::POST, "faults", Some(ordered)).await;
    assert_eq!(search(&partner).await, "500 CAT004", "what a tester orders strikes first");

    world.order(Method::DELETE, "service", None).await;
    assert_eq!(search(&partner).await, "200");
    let ficoba =
        json!({ "announced": [{ "api": "ficoba", "from": window["from"], "to": window["to"] }] });
    world.order(Method::PUT, "service", Some(ficoba)).await;
    assert_eq!(
        (search(&partner).await.as_str(), partner.get(PERSON).await.status.as_u16()),
        ("500 CAT001", 200)
    );
    world.order(Method::POST, "reset", Some(json!({ "only": ["service"] }))).await;
    assert_eq!(search(&partner).await, "200");
}

#[tokio::test]
async fn orders_that_cannot_be_are_refused_and_change_nothing() {
    let world = World::start().await;
    let before = world.order(Method::GET, "service", None).await;
    for (order, place) in [
        (json!({}), ""),
        (json!({ "profile": "fermé" }), "/profile"),
        (json!({ "profile": "cgu", "closing": "25:00" }), "/closing"),
        (json!({ "profile": "cgu", "closing": "3:00" }), "/closing"),
        (
            json!({ "announced": [{ "from": "2026-11-22T10:00:00Z", "to": "2026-11-22T10:00:00Z" }] }),
            "/announced/0/to",
        ),
        (
            json!({ "announced": [{ "api": "x", "from": "2026-11-22T10:00:00Z", "to": "2026-11-22T11:00:00Z" }] }),
            "/announced/0/api",
        ),
        (json!({ "profil": "cgu" }), "/profil"),
        (json!({ "tail_minutes": 721 }), "/tail_minutes"),
        (json!({ "tail_minutes": -1 }), "/tail_minutes"),
        (json!({ "tail_minutes": "15" }), "/tail_minutes"),
        (json!({ "profile": "incident", "incident_percent": 0 }), "/incident_percent"),
        (json!({ "incident_percent": 10.5 }), "/incident_percent"),
    ] {
        assert_eq!(
            world.refusal(Method::PUT, "service", Some(order.clone())).await,
            (422, place.to_owned()),
            "{order}"
        );
    }
    let reset = json!({ "partner": "editeur-demo", "only": ["service"] });
    assert_eq!(
        world.refusal(Method::POST, "reset", Some(reset)).await,
        (422, "/only/0".to_owned())
    );
    assert_eq!(world.order(Method::GET, "service", None).await, before);
}

#[tokio::test]
async fn a_closed_api_tells_only_those_whom_the_controls_let_in_and_a_blocked_one_counts_no_call() {
    let world = World::start().await;
    let window = json!({ "from": "2026-11-22T09:00:00Z", "to": "2026-11-22T11:00:00Z" });
    world.order(Method::PUT, "service", Some(json!({ "announced": [window] }))).await;
    let reply: Reply = world.caller("editeur-demo").get(HEALTH).await;
    assert_eq!(reply.outcome(), "401 900902");
    world.partner("editeur-demo").await.get(PERSON).await;
    let quotas = world.order(Method::GET, "quotas?partner=editeur-demo&api=r2p", None).await;
    assert_eq!(quotas[0]["used"], 0);
}
