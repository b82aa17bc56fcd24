//! `clock`: one clock for tokens, certificates, quotas, conventions and headers.

use reqwest::Method;
use serde_json::json;

use super::HEALTH;
use crate::harness::World;

#[tokio::test]
async fn an_order_sets_advances_and_freezes_as_one() {
    let world = World::start().await;
    let order = json!({"now": "2027-01-31T10:00:00Z", "advance": "P1M", "frozen": true});
    let clock = world.order(Method::PUT, "clock", Some(order)).await;
    assert_eq!(
        (clock["now"].as_str(), clock["frozen"].as_bool()),
        (Some("2027-02-28T10:00:00Z"), Some(true))
    );
    let clock = world.order(Method::PUT, "clock", Some(json!({"advance": "-PT61M"}))).await;
    assert_eq!(clock["now"], "2027-02-28T08:59:00Z");
    let clock = world.order(Method::PUT, "clock", Some(json!({"frozen": false}))).await;
    assert_eq!(clock["frozen"], false);
    let clock = world.order(Method::DELETE, "clock", None).await;
    assert_eq!(
        (clock["frozen"].as_bool(), clock["offset_seconds"].as_i64()),
        (Some(false), Some(0))
    );
    assert_eq!(world.order(Method::GET, "clock", None).await["offset_seconds"], 0);
}

#[tokio::test]
async fn the_offset_is_what_the_clock_was_moved_by_to_the_second() {
    let world = World::start().await;
    world.order(Method::DELETE, "clock", None).await;
    for (step, offset) in [("PT61M", 3660), ("-PT61M", 0), ("PT1S", 1), ("-PT1H", -3599)] {
        let clock = world.order(Method::PUT, "clock", Some(json!({"advance": step}))).await;
        assert_eq!(clock["offset_seconds"], offset, "{step}");
    }
    assert_eq!(world.order(Method::GET, "clock", None).await["offset_seconds"], -3599);
    world.order(Method::DELETE, "clock", None).await;
    let order = json!({"advance": "PT61M", "frozen": true});
    let clock = world.order(Method::PUT, "clock", Some(order)).await;
    assert_eq!(clock["offset_seconds"], 3660, "and where it stands still");
}

#[tokio::test]
async fn what_is_impossible_is_refused_and_the_clock_unchanged() {
    let world = World::start().await;
    let before = world.order(Method::GET, "clock", None).await["now"].clone();
    for (order, pointer) in [
        (json!({}), ""),
        (json!({"now": null}), ""),
        (json!({"now": "2026-02-30T10:00:00Z"}), "/now"),
        (json!({"now": "2026-02-20"}), "/now"),
        (json!({"now": "2300-01-01T00:00:00Z"}), "/now"),
        (json!({"now": 5}), "/now"),
        (json!({"advance": "61 minutes"}), "/advance"),
        (json!({"advance": "PT"}), "/advance"),
        (json!({"advance": "P9999Y"}), "/advance"),
        (json!({"now": "2027-01-01T00:00:00Z", "advance": "P300Y", "frozen": false}), "/advance"),
        (json!({"frozen": "yes"}), "/frozen"),
        (json!({"freeze": true}), "/freeze"),
    ] {
        let refusal = world.refusal(Method::PUT, "clock", Some(order.clone())).await;
        assert_eq!(refusal, (422, pointer.to_owned()), "{order}");
    }
    assert_eq!(world.order(Method::GET, "clock", None).await["now"], before);
}

#[tokio::test]
async fn a_token_expires_and_a_quota_comes_back_when_the_clock_says_so() {
    let world = World::start().await;
    let partner = world.partner("region-existence-iban").await;
    let used = json!({"partner": "region-existence-iban", "api": "ficoba", "used": 200});
    world.order(Method::PUT, "quotas", Some(used)).await;
    assert_eq!(partner.get(HEALTH).await.outcome(), "429 900804");
    world.order(Method::PUT, "clock", Some(json!({"advance": "PT1M"}))).await;
    let reply = partner.get(HEALTH).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("Date")),
        (200, "Sun, 22 Nov 2026 10:01:00 GMT")
    );
    world.order(Method::PUT, "clock", Some(json!({"advance": "PT61M"}))).await;
    assert_eq!(partner.get(HEALTH).await.outcome(), "401 900901");
}

#[tokio::test]
async fn a_clock_that_goes_back_opens_an_empty_window_within_one_minute_too() {
    let world = World::start().await;
    let partner = world.partner("region-existence-iban").await;
    let at = |second: u32| json!({"now": format!("2026-11-22T10:00:{second}Z"), "frozen": true});
    world.order(Method::PUT, "clock", Some(at(50))).await;
    let used = json!({"partner": "region-existence-iban", "api": "ficoba", "used": 200});
    world.order(Method::PUT, "quotas", Some(used)).await;
    assert_eq!(partner.get(HEALTH).await.outcome(), "429 900804");
    world.order(Method::PUT, "clock", Some(at(55))).await;
    assert_eq!(partner.get(HEALTH).await.outcome(), "429 900804", "forward, the window stays");
    world.order(Method::PUT, "clock", Some(at(54))).await;
    assert_eq!(partner.get(HEALTH).await.status, 200);
}

#[tokio::test]
async fn a_certificate_expires_on_an_open_connection_when_the_clock_says_so() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    assert_eq!(partner.get(HEALTH).await.status, 200);
    world.order(Method::PUT, "clock", Some(json!({"now": "2199-01-01T00:00:00Z"}))).await;
    let reply = partner.get(HEALTH).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("401 900901", "certificate")
    );
    assert!(
        reply.header("X-Bacasable-Reason").contains("expire"),
        "{}",
        reply.header("X-Bacasable-Reason")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_from_many_clients_are_each_whole() {
    let world = std::sync::Arc::new(World::start().await);
    let step = |world: std::sync::Arc<World>| async move {
        for _ in 0..10 {
            world.order(Method::PUT, "clock", Some(json!({"advance": "PT1S"}))).await;
        }
    };
    let clients: Vec<_> =
        (0..6).map(|_| tokio::spawn(step(std::sync::Arc::clone(&world)))).collect();
    for client in clients {
        client.await.unwrap();
    }
    assert_eq!(world.order(Method::GET, "clock", None).await["now"], "2026-11-22T10:01:00Z");
}

/// Observed, every control is evaluated and nothing is refused, so that every part of the server sees a time at which no
/// certificate and no convention is in force.
#[tokio::test]
async fn at_both_ends_of_time_everything_answers() {
    let world = World::with(|config| {
        config.gateway.mode = bacasable::config::Mode::Observe;
        config.availability.profile = bacasable::config::Profile::Cgu;
    })
    .await;
    for now in ["1900-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2199-12-31T23:59:59Z"] {
        world.order(Method::PUT, "clock", Some(json!({ "now": now }))).await;
        for step in ["PT0S", "-PT1S", "PT1S"] {
            // The last step leads outside at one of the ends: refused, and nothing is changed.
            let step = Some(json!({ "advance": step }));
            let status = world.console(Method::PUT, "/admin/v1/clock", step).await.status.as_u16();
            assert!([200, 422].contains(&status), "{now}: {status}");
        }
        let partner = world.partner("editeur-demo").await;
        partner.get(HEALTH).await;
        let reply = partner.ficoba("spi", "0020", json!({ "numeroSPI": "3990000101192" })).await;
        assert_ne!(reply.status, 500, "{now}: {}", reply.text);
        let reply = partner.get("/r2p/v1/personne/3990000101192").await;
        assert_ne!(reply.status, 500, "{now}: {}", reply.text);
        for path in [
            "/ready",
            "/metrics",
            "/",
            "/journal",
            "/partenaires",
            "/partenaires/editeur-demo",
            "/incidents",
            "/recette",
            "/admin/v1/journal",
            "/admin/v1/quotas",
            "/admin/v1/conventions",
            "/admin/v1/service",
            "/admin/v1/clock",
            "/admin/v1/recette/report?partner=editeur-demo&format=pdf",
            "/admin/v1/recette/report?partner=editeur-demo&format=junit",
        ] {
            let reply = world.console(Method::GET, path, None).await;
            assert!(reply.status.as_u16() < 500, "{now} {path}: {}", reply.text);
        }
        let minted = json!({ "partner": "editeur-demo", "scopes": [], "expires_in": -10 });
        let reply = world.console(Method::POST, "/admin/v1/tokens", Some(minted)).await;
        assert_ne!(reply.status, 500, "{now}: {}", reply.text);
    }
    let panics = world.console(Method::GET, "/metrics", None).await;
    assert_eq!(panics.status, 200);
}
