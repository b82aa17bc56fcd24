//! What the DGFiP's gateway adds to the product's: 910000, the request's identifier, FICOBA's second address.

use axum::body::Body;
use bacasable::{config::Mode, journal::Filter, rights::ApiId};
use http::Request;
use serde_json::json;

use super::{HEALTH, PERSON, dgfip, each, v3, v4};
use crate::{
    harness::{CORRELATION_ID, Reply},
    inside::Inside,
};

/// A call of `editeur-demo` with its token and these headers only.
async fn ask(inside: &Inside, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let token = inside.token("editeur-demo");
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("Authorization", format!("Bearer {token}"));
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    inside.send_any(&inside.partner("editeur-demo"), request.body(Body::empty()).unwrap()).await
}

const WITHOUT: &str = r#"{"erreur":{"code":910000,"message":"Le paramètre X-Correlation-ID n'est pas présent dans le header HTTP","horodatage":"2026-11-326T11:00:00+0100"}}"#;

#[tokio::test]
async fn a_call_without_a_correlation_identifier_is_the_gateway_s_to_refuse_and_counts() {
    let inside = dgfip();
    for (used, path) in (1..).zip([HEALTH, "/ficoba-api/v2/etatSante"]) {
        let reply = ask(&inside, "GET", path, &[("X-Request-ID", "r-7")]).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (400, WITHOUT), "{path}");
        assert_eq!(reply.header("Content-Type"), "application/json; charset=UTF-8");
        assert_eq!(reply.header("X-Bacasable-Control"), "", "no control refused");
        assert_eq!(reply.header("X-Request-ID"), "r-7", "only one that the client sent");
        assert!(!reply.header("X-Correlation-ID").is_empty(), "one was made, and comes back");
        let entry = inside.sandbox.journal.read(&Filter::default()).pop().unwrap();
        assert_eq!(
            (entry.code.as_deref(), entry.step.as_deref()),
            (Some("910000"), Some("routage"))
        );
        assert_eq!((entry.refused_by(), entry.correlation_made), (None, true));
        assert_eq!(entry.quota.unwrap().used, used, "it passed the six controls");
    }
    let now = inside.clock.now();
    inside.sandbox.quotas.set("editeur-demo", ApiId::R2p, 1000, now);
    assert_eq!(ask(&inside, "GET", PERSON, &[]).await.outcome(), "429 900804", "the quota first");
}

#[tokio::test]
async fn absent_is_absent_or_empty_and_of_two_the_first_counts() {
    let inside = dgfip();
    for (headers, expected) in [
        (vec![("X-Correlation-ID", "")], "400 910000"),
        (vec![("X-Correlation-ID", ""), ("X-Correlation-ID", CORRELATION_ID)], "400 910000"),
        (vec![("X-Correlation-ID", CORRELATION_ID), ("X-Correlation-ID", "")], "200"),
        (vec![("X-Correlation-ID", CORRELATION_ID), ("X-Correlation-ID", "x")], "200"),
        (vec![("X-Correlation-ID", "pas-un-uuid")], "400 4003"),
    ] {
        assert_eq!(ask(&inside, "GET", PERSON, &headers).await.outcome(), expected, "{headers:?}");
    }
    let malformed = [("X-Correlation-ID", "pas-un-uuid")];
    assert_eq!(ask(&inside, "GET", HEALTH, &malformed).await.outcome(), "400 CAF002");
}

#[tokio::test]
async fn it_comes_after_routing_and_before_everything_behind_the_gateway() {
    let inside = Inside::with(|config| config.gateway.mode = Mode::Observe);
    assert_eq!(ask(&inside, "GET", HEALTH, &[]).await.outcome(), "400 910000", "observe too");
    let inside = dgfip();
    assert_eq!(ask(&inside, "DELETE", PERSON, &[]).await.outcome(), "405 405");
    let preflight = [("Access-Control-Request-Method", "GET")];
    assert_eq!(ask(&inside, "OPTIONS", PERSON, &preflight).await.status, 200);
    let order = json!({ "match": { "api": "r2p" }, "outcome": { "code": "101503" } });
    let catalogue = bacasable::api::Apis::load(None).unwrap().catalogue();
    let directory = inside.sandbox.directory();
    inside
        .sandbox
        .faults
        .order(serde_json::from_value(order).unwrap(), &catalogue, &directory)
        .unwrap();
    assert_eq!(ask(&inside, "GET", PERSON, &[]).await.outcome(), "400 910000", "before faults");
    let identified = [("X-Correlation-ID", CORRELATION_ID)];
    assert_eq!(ask(&inside, "GET", PERSON, &identified).await.outcome(), "500 101503");
}

#[tokio::test]
async fn in_the_products_own_dialects_the_api_refuses_it() {
    for inside in [v3(), v4()] {
        assert_eq!(ask(&inside, "GET", HEALTH, &[]).await.outcome(), "400 CAT005");
        assert_eq!(ask(&inside, "GET", PERSON, &[]).await.outcome(), "400 4003");
    }
}

#[tokio::test]
async fn a_call_without_a_request_identifier_gets_one_that_comes_back_and_is_journalled() {
    for inside in each() {
        for path in [HEALTH, PERSON] {
            for sent in [None, Some("")] {
                let mut headers = vec![("X-Correlation-ID", CORRELATION_ID)];
                headers.extend(sent.map(|empty| ("X-Request-ID", empty)));
                let reply = ask(&inside, "GET", path, &headers).await;
                assert_eq!(reply.status, 200, "{}", reply.text);
                let made = reply.header("X-Request-ID");
                assert_eq!(made.len(), 36, "{path}: a UUID: {made}");
                let entry = inside.sandbox.journal.read(&Filter::default()).pop().unwrap();
                assert_eq!(entry.request_id.as_deref(), Some(made));
            }
        }
        // Faults of the gateway give back only one that the client sent.
        let demo = inside.partner("editeur-demo");
        let reply = inside.send(&demo, Request::get(HEALTH).body("").unwrap()).await;
        assert_eq!(reply.header("X-Request-ID"), "");
    }
    let strict = Inside::with(|config| config.ficoba.require_x_request_id = true);
    let identified = [("X-Correlation-ID", CORRELATION_ID)];
    assert_eq!(ask(&strict, "GET", HEALTH, &identified).await.outcome(), "500 CAT012");
    assert_eq!(ask(&strict, "GET", PERSON, &identified).await.status, 200, "FICOBA's setting");
}

#[tokio::test]
async fn ficoba_answers_at_both_of_its_addresses() {
    for inside in each() {
        for context in ["/ficoba-api/v2", "/fcb-masrestit/api/v2", "/fcb-masrestit/api/V2"] {
            let reply = inside.get("editeur-demo", &format!("{context}/etatSante")).await;
            assert_eq!(reply.status, 200, "{context}");
            let entry = inside.sandbox.journal.read(&Filter::default()).pop().unwrap();
            assert_eq!(
                (entry.api, entry.operation.as_deref()),
                (Some(ApiId::Ficoba), Some("etatSante"))
            );
        }
        for path in ["/ficoba-api/v1/etatSante", "/ficoba-api/V2/etatSante", "/ficoba-api"] {
            assert_eq!(inside.get("editeur-demo", path).await.outcome(), "404 404", "{path}");
        }
    }
}
