//! `faults`: ordered from the console, they apply once or always, through the real paths.

use reqwest::{Method, Version};
use serde_json::{Value, json};

use super::HEALTH;
use crate::harness::{Reply, World};

async fn fault(world: &World, order: Value) -> String {
    let reply = world.console(Method::POST, "/admin/v1/faults", Some(order)).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("Location"), format!("/admin/v1/faults/{id}"));
    id
}

#[tokio::test]
async fn an_api_code_is_answered_in_its_envelope_as_often_as_ordered() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let order = json!({"match": {"api": "ficoba", "operation": "etatSante"}, "times": 2, "outcome": {"code": "CAT004"}});
    let id = fault(&world, order).await;
    let reply = partner.get(HEALTH).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Fault")),
        ("500 CAT004", id.as_str())
    );
    assert!(reply.json()["erreur"]["horodatage"].is_string(), "{}", reply.text);
    let entry = world.last_entry().await;
    assert_eq!(
        (entry["code"].as_str(), entry["fault"].as_str()),
        (Some("CAT004"), Some(id.as_str()))
    );
    let standing = world.order(Method::GET, &format!("faults/{id}"), None).await;
    assert_eq!((standing["left"].as_u64(), standing["struck"].as_u64()), (Some(1), Some(1)));
    assert_eq!(partner.get(HEALTH).await.status, 500);
    assert_eq!(partner.get(HEALTH).await.status, 200);
    assert_eq!(world.refusal(Method::GET, &format!("faults/{id}"), None).await.0, 404);
    assert_eq!(world.order(Method::GET, &format!("journal?fault={id}"), None).await["total"], 2);
}

#[tokio::test]
async fn gateway_codes_have_the_products_words_and_do_not_count_in_the_quota() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    for (code, outcome, control) in [
        (900_804, "429 900804", "quota"),
        (900_800, "429 900800", "quota"),
        (900_801, "503 900801", ""),
        (900_805, "403 900805", "address"),
        (900_807, "429 900807", "quota"),
        (900_900, "500 900900", "technical-id"),
        (900_901, "401 900901", "technical-id"),
        (900_902, "401 900902", "technical-id"),
        (900_907, "401 900907", "identity"),
        (900_908, "403 900908", "rights"),
        (900_910, "403 900910", "rights"),
        (700_700, "503 700700", ""),
        (101_503, "500 101503", ""),
        (101_504, "500 101504", ""),
        (303_001, "500 303001", ""),
    ] {
        fault(&world, json!({"times": 1, "outcome": {"code": code}})).await;
        let reply = partner.get(HEALTH).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
            (outcome, control),
            "{code}"
        );
        assert_eq!(reply.status == 401, !reply.header("WWW-Authenticate").is_empty(), "{code}");
        let waits = [900_804, 900_800].contains(&code);
        assert_eq!(
            reply.header("Retry-After"),
            if waits { "Sun, 22 Nov 2026 10:01:00 GMT" } else { "" },
            "{code}"
        );
    }
    let quota = world.order(Method::GET, "quotas?partner=editeur-demo&api=ficoba", None).await;
    assert_eq!(quota[0]["used"], 3, "only what the producer was asked counts");
    let refused = world.order(Method::GET, "journal?control=quota", None).await;
    assert_eq!(refused["total"], 3);
    assert_eq!(refused["entries"][0]["cause"], "fault-ordered");
}

#[tokio::test]
async fn a_status_comes_in_the_words_of_the_api_where_it_has_some() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    for (status, outcome) in [(503, "503 503"), (509, "509 509"), (408, "408 408"), (418, "418")] {
        fault(
            &world,
            json!({"match": {"api": "ficoba"}, "times": 1, "outcome": {"status": status}}),
        )
        .await;
        assert_eq!(partner.get(HEALTH).await.outcome(), outcome);
    }
}

#[tokio::test]
async fn a_maintenance_page_is_html() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    fault(&world, json!({"times": 1, "outcome": {"html": true}})).await;
    fault(&world, json!({"times": 1, "outcome": {"html": true, "status": 502}})).await;
    for status in [503, 502] {
        let reply = partner.get(HEALTH).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("Content-Type")),
            (status, "text/html; charset=UTF-8")
        );
        assert!(reply.text.contains("maintenance"), "{}", reply.text);
    }
}

#[tokio::test]
async fn a_dropped_connection_has_no_answer_and_an_entry_that_says_so() {
    let world = World::over_both().await;
    for version in [Version::HTTP_2, Version::HTTP_11] {
        let partner = world.partner("editeur-demo").await.over(version);
        let id = fault(&world, json!({"times": 1, "outcome": {"drop": true}})).await;
        partner.request(Method::GET, HEALTH).send().await.unwrap_err();
        let entry = world.last_entry().await;
        assert_eq!((entry["fault"].as_str(), entry["status"].as_u64()), (Some(id.as_str()), None));
        assert_eq!(entry["note"], format!("incident {id} : connexion coupée sans réponse"));
        assert_eq!(partner.get(HEALTH).await.status, 200, "the next connection is served");
    }
}

#[tokio::test]
async fn a_truncated_answer_breaks_off_in_the_middle() {
    let world = World::over_both().await;
    for version in [Version::HTTP_2, Version::HTTP_11] {
        let partner = world.partner("editeur-demo").await.over(version);
        let whole = partner.get(HEALTH).await;
        fault(&world, json!({"times": 1, "outcome": {"truncate": true}})).await;
        let mut response = partner.request(Method::GET, HEALTH).send().await.unwrap();
        assert_eq!(
            (response.status().as_u16(), response.content_length()),
            (200, Some(whole.text.len() as u64))
        );
        let mut received = Vec::new();
        let broken = loop {
            match response.chunk().await {
                Ok(Some(chunk)) => received.extend_from_slice(&chunk),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(broken, "the end of the body is missed");
        assert_eq!(received, whole.text.as_bytes()[..whole.text.len() / 2]);
    }
}

#[tokio::test]
async fn a_delay_is_waited_for_and_may_accompany_another_outcome() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    fault(&world, json!({"times": 1, "outcome": {"delay_ms": 30}})).await;
    fault(
        &world,
        json!({"times": 1, "outcome": {"delay_ms": {"min": 20, "max": 40}, "code": "CAT004"}}),
    )
    .await;
    for (outcome, least) in [("200", 30_000), ("500 CAT004", 20_000)] {
        let reply = partner.get(HEALTH).await;
        assert!(reply.outcome().starts_with(outcome), "{}", reply.outcome());
        let entry = world.last_entry().await;
        assert!(entry["duration_us"].as_u64().unwrap() >= least, "{entry}");
        assert!(entry["note"].as_str().unwrap().contains(" ms"), "{entry}");
    }
}

#[tokio::test]
async fn the_token_endpoint_goes_down_when_it_is_named_and_only_then() {
    let world = World::start().await;
    let caller = world.caller("editeur-demo");
    let ask = || {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "editeur-demo"),
            ("client_secret", "secret-editeur-demo"),
        ];
        Reply::read(caller.request(Method::POST, "/token").form(&form))
    };
    fault(&world, json!({"outcome": {"status": 500}})).await;
    assert_eq!(ask().await.status, 200);
    for (outcome, expected) in [
        (json!({"code": 101_503}), "500 101503"),
        (json!({"code": 900_801}), "503 900801"),
        (json!({"code": "server_error"}), "500 server_error"),
        (json!({"code": "invalid_scope"}), "400 invalid_scope"),
        (json!({"status": 502}), "502"),
    ] {
        let order = json!({"match": {"operation": "token", "partner": "editeur-demo"}, "times": 1, "outcome": outcome});
        fault(&world, order).await;
        assert_eq!(ask().await.outcome(), expected);
    }
    let order = json!({
        "match": {"operation": "token", "criteria": {"scope": {"pattern": "*r2p*"}}},
        "outcome": {"code": "invalid_client"},
    });
    fault(&world, order).await;
    assert_eq!(ask().await.status, 200);
    fault(&world, json!({"match": {"operation": "jwks"}, "times": 1, "outcome": {"html": true}}))
        .await;
    assert_eq!(caller.get("/oauth2/jwks").await.status, 503);
}

#[tokio::test]
async fn an_ordered_status_of_ficoba_is_the_api_s_answer_and_no_refusal_of_the_gateway() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    for (status, message) in [
        (400, "Les paramètres sont mal formatés"),
        (401, "Une authentification est nécessaire pour accéder à la ressource"),
        (403, "Les droits d'accès ne permettent pas au client d'accéder à la ressource"),
        (429, "Le quota de requêtes a été dépassé"),
    ] {
        world.order(Method::DELETE, "quotas", None).await;
        fault(
            &world,
            json!({"match": {"api": "ficoba"}, "times": 1, "outcome": {"status": status}}),
        )
        .await;
        let reply = partner.get(HEALTH).await;
        assert_eq!(reply.outcome(), format!("{status} {status}"), "{}", reply.text);
        assert_eq!(reply.json()["erreur"]["message"], message);
        for header in ["Retry-After", "X-Bacasable-Control", "WWW-Authenticate"] {
            assert_eq!(reply.header(header), "", "{status} {header}");
        }
        let entry = world.last_entry().await;
        assert_eq!(entry["code"], status.to_string(), "{entry}");
        let controls = entry["controls"].as_array().unwrap();
        assert!(controls.iter().all(|facts| facts["verdict"] == "granted"), "{entry}");
        assert_eq!(entry["next_access"], Value::Null);
        let quotas = world.order(Method::GET, "quotas?partner=editeur-demo&api=ficoba", None).await;
        assert_eq!(quotas[0]["used"], 1, "FICOBA was asked, so the call counts");
    }
}

#[tokio::test]
async fn a_fault_waits_while_a_control_refuses() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let id = fault(&world, json!({"times": 1, "outcome": {"code": "CAT004"}})).await;
    assert_eq!(world.caller("editeur-demo").get(HEALTH).await.outcome(), "401 900902");
    assert_eq!(world.order(Method::GET, &format!("faults/{id}"), None).await["struck"], 0);
    assert_eq!(partner.get(HEALTH).await.outcome(), "500 CAT004");
}

#[tokio::test]
async fn orders_are_removed_one_by_one_or_all() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let (one, _) = (
        fault(&world, json!({"outcome": {"status": 503}})).await,
        fault(&world, json!({"outcome": {"status": 509}})).await,
    );
    assert_eq!(
        world.order(Method::DELETE, &format!("faults/{one}"), None).await,
        json!({"removed": 1})
    );
    assert_eq!(partner.get(HEALTH).await.status, 509);
    assert_eq!(world.order(Method::DELETE, "faults", None).await, json!({"removed": 1}));
    assert_eq!(partner.get(HEALTH).await.status, 200);
    assert_eq!(world.refusal(Method::DELETE, &format!("faults/{one}"), None).await.0, 404);
}

#[tokio::test]
async fn a_seeded_probability_applies_to_the_same_calls_in_every_run() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let world = World::start().await;
        let partner = world.partner("editeur-demo").await;
        fault(&world, json!({"probability": 0.5, "outcome": {"status": 503}})).await;
        let mut injected = Vec::new();
        for _ in 0..24 {
            injected.push(partner.get(HEALTH).await.status == 503);
        }
        runs.push(injected);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].contains(&true) && runs[0].contains(&false), "{runs:?}");
}

#[tokio::test]
async fn faults_that_could_never_apply_are_refused_and_nothing_stands() {
    let world = World::start().await;
    for (order, pointer) in [
        (json!({}), ""),
        (json!({"outcome": {}}), "/outcome"),
        (json!({"outcome": {"code": "CAT099"}}), "/outcome/code"),
        (json!({"match": {"api": "r2p"}, "outcome": {"code": "CAT004"}}), "/outcome/code"),
        (json!({"match": {"api": "rial"}, "outcome": {"drop": true}}), "/match/api"),
        (
            json!({"match": {"operation": "numCompte"}, "outcome": {"drop": true}}),
            "/match/operation",
        ),
        (json!({"match": {"partner": "nobody"}, "outcome": {"drop": true}}), "/match/partner"),
        (
            json!({"match": {"partner": "mutuelle-etatcivil"}, "outcome": {"code": "CAT004"}}),
            "/match/partner",
        ),
        (
            json!({"match": {"criteria": {"iban": {"like": "*"}}}, "outcome": {"drop": true}}),
            "/match/criteria/iban/like",
        ),
        (
            json!({"match": {"criteria": {"secret": "x"}}, "outcome": {"drop": true}}),
            "/match/criteria/secret",
        ),
        (json!({"match": [], "outcome": {"drop": true}}), "/match"),
        (json!({"times": 0, "outcome": {"drop": true}}), "/times"),
        (json!({"times": -1, "outcome": {"drop": true}}), "/times"),
        (json!({"times": 1.5, "outcome": {"drop": true}}), "/times"),
        (json!({"probability": 2, "outcome": {"drop": true}}), "/probability"),
        (json!({"outcome": {"status": 42}}), "/outcome/status"),
        (json!({"outcome": {"status": 400, "message": "Autre"}}), "/outcome/message"),
        (json!({"outcome": {"code": "CAT004", "message": "Autre"}}), "/outcome/message"),
        (
            json!({"match": {"operation": "etatSante"}, "outcome": {"incident": true}}),
            "/outcome/incident",
        ),
        (
            json!({"match": {"operation": "etatSante"}, "outcome": {"code": "CAF011"}}),
            "/outcome/code",
        ),
        (json!({"outcome": {"delay_ms": -1}}), "/outcome/delay_ms"),
        (json!({"outcome": {"delay_ms": {"min": 1}}}), "/outcome/delay_ms"),
        (json!({"outcome": {"drop": true, "status": 500}}), "/outcome/status"),
        (json!({"outcome": {"drop": true}, "tims": 1}), "/tims"),
    ] {
        assert_eq!(
            world.refusal(Method::POST, "faults", Some(order.clone())).await,
            (422, pointer.to_owned()),
            "{order}"
        );
    }
    assert_eq!(world.order(Method::GET, "faults", None).await, json!([]));
}

/// The reply to a call that a fault is injected into, once.
async fn struck_by(world: &World, outcome: Value) -> Reply {
    fault(world, json!({"times": 1, "outcome": outcome})).await;
    world.partner("editeur-demo").await.get(HEALTH).await
}

#[tokio::test]
async fn an_ordered_retry_after_is_over_in_so_many_seconds_whatever_the_clock() {
    let world = World::start().await; // its clock stands still, days away from the system's
    let date = |text: &str| jiff::fmt::rfc2822::parse(text).unwrap().timestamp();
    for outcome in [
        json!({"code": "900804", "retry_after": 2}),
        json!({"code": "900807", "retry_after": 2}),
        json!({"status": 503, "retry_after": 2}),
        json!({"html": true, "retry_after": 2}),
    ] {
        let reply = struck_by(&world, outcome.clone()).await;
        let left = date(reply.header("Retry-After"))
            .duration_since(bacasable::clock::Clock::system().now());
        assert!((-20..=3).contains(&left.as_secs()), "{outcome}: {left}");
        let apart = date(reply.header("Retry-After")).duration_since(date(reply.header("Date")));
        assert!((2..=3).contains(&apart.as_secs()), "{outcome}: {apart}");
        assert_eq!(world.last_entry().await["next_access"], "2026-11-22T10:00:02Z", "{outcome}");
    }
    let world = World::with(|config| {
        config.gateway.retry_after = bacasable::config::RetryAfter::Seconds;
    })
    .await;
    let reply = struck_by(&world, json!({"code": "900804", "retry_after": 2})).await;
    assert_eq!(reply.header("Retry-After"), "2");
}

#[tokio::test]
async fn a_retry_after_that_no_answer_carries_is_refused() {
    let world = World::start().await;
    for outcome in [
        json!({"retry_after": 2}),
        json!({"drop": true, "retry_after": 2}),
        json!({"truncate": true, "retry_after": 2}),
        json!({"delay_ms": 5, "retry_after": 2}),
        json!({"status": 503, "retry_after": 86_401}),
        json!({"status": 503, "retry_after": -1}),
        json!({"status": 503, "retry_after": "2"}),
    ] {
        let (status, pointer) =
            world.refusal(Method::POST, "faults", Some(json!({"outcome": outcome}))).await;
        assert_eq!(status, 422, "{outcome}");
        assert!(pointer.starts_with("/outcome"), "{outcome}: {pointer}");
    }
}
