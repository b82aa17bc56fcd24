//! 1.8: the errors of the token endpoint, in their order.

use http::Request;

use super::{dgfip, each, v3, v4};

const OK: &str = "client_id=editeur-demo&client_secret=secret-editeur-demo";
const GOOD: &str = "Basic ZWRpdGV1ci1kZW1vOnNlY3JldC1lZGl0ZXVyLWRlbW8=";

#[tokio::test]
async fn section_1_8_errors_in_order() {
    let (own, three, four) = (dgfip(), v3(), v4());
    let grant = "grant_type=client_credentials";
    let failed = "Client Authentication failed.";
    let unsupported = "Unsupported Client Authentication Method!";
    let invalid = "Client credentials are invalid.";
    let unknown = "A valid OAuth client could not be found for client_id: personne";
    let twice = "Invalid request with repeated parameters.";
    let both = "The client MUST NOT use more than one authentication method in each request";
    let undecodable = "Error decoding authorization header. Basic credentials are not well formed.";
    for (row, headers, body, outcome, v3_words, v4_words) in [
        (
            "1",
            vec![],
            "grant_type=password&grant_type=password".to_owned(),
            "400 invalid_request",
            twice,
            twice,
        ),
        (
            "1, before anything else",
            vec![],
            "x=1&x=2".to_owned(),
            "400 invalid_request",
            twice,
            twice,
        ),
        (
            "2",
            vec![],
            OK.to_owned(),
            "400 invalid_request",
            "Missing grant_type parameter value",
            "Missing grant_type parameter value",
        ),
        (
            "2, empty",
            vec![],
            format!("grant_type=&{OK}"),
            "400 invalid_request",
            "Missing grant_type parameter value",
            "Missing grant_type parameter value",
        ),
        (
            "2, no body",
            vec![],
            String::new(),
            "400 invalid_request",
            "Missing grant_type parameter value",
            "Missing grant_type parameter value",
        ),
        (
            "3, the RFC's code",
            vec![],
            format!("grant_type=password&{OK}"),
            "400 unsupported_grant_type",
            "Unsupported grant_type value",
            "Unsupported grant_type value",
        ),
        (
            "3, before the client",
            vec![],
            "grant_type=x&client_id=personne&client_secret=x".to_owned(),
            "400 unsupported_grant_type",
            "Unsupported grant_type value",
            "Unsupported grant_type value",
        ),
        (
            "4",
            vec![],
            format!("{grant}&client_id=personne&client_secret=x"),
            "401 invalid_client",
            unknown,
            unknown,
        ),
        (
            "4, without a secret",
            vec![],
            format!("{grant}&client_id=personne"),
            "401 invalid_client",
            unknown,
            unknown,
        ),
        (
            "4, in the header",
            vec!["Basic cGVyc29ubmU6eA=="],
            grant.to_owned(),
            "401 invalid_client",
            unknown,
            unknown,
        ),
        ("6", vec![GOOD], format!("{grant}&{OK}"), "400 invalid_request", both, both),
        (
            "6, before 4",
            vec!["Basic cGVyc29ubmU6eA=="],
            format!("{grant}&client_id=personne&client_secret=x"),
            "400 invalid_request",
            both,
            both,
        ),
        (
            "6, a secret alone beside the header",
            vec![GOOD],
            format!("{grant}&client_secret=faux"),
            "400 invalid_request",
            both,
            both,
        ),
        ("6, two headers", vec![GOOD, GOOD], grant.to_owned(), "400 invalid_request", both, both),
        ("7", vec!["Basic %%%"], grant.to_owned(), "400 invalid_request", undecodable, undecodable),
        (
            "7, no colon",
            vec!["Basic YQ=="],
            grant.to_owned(),
            "400 invalid_request",
            undecodable,
            undecodable,
        ),
        (
            "7, nothing",
            vec!["Basic"],
            grant.to_owned(),
            "400 invalid_request",
            undecodable,
            undecodable,
        ),
        (
            "7, before the form is looked at",
            vec!["Basic %"],
            format!("{grant}&{OK}"),
            "400 invalid_request",
            undecodable,
            undecodable,
        ),
        ("8", vec![], grant.to_owned(), "401 invalid_client", failed, unsupported),
        (
            "8, a client_id alone",
            vec![],
            format!("{grant}&client_id=editeur-demo"),
            "401 invalid_client",
            failed,
            unsupported,
        ),
        (
            "8, a secret alone",
            vec![],
            format!("{grant}&client_secret=secret-editeur-demo"),
            "401 invalid_client",
            failed,
            unsupported,
        ),
        (
            "8, another scheme",
            vec!["Bearer x"],
            grant.to_owned(),
            "401 invalid_client",
            failed,
            unsupported,
        ),
        (
            "9",
            vec![],
            format!("{grant}&client_id=editeur-demo&client_secret=faux"),
            "401 invalid_client",
            failed,
            invalid,
        ),
        (
            "9, in the header",
            vec!["Basic ZWRpdGV1ci1kZW1vOmZhdXg="],
            grant.to_owned(),
            "401 invalid_client",
            failed,
            invalid,
        ),
        (
            "9, another's secret",
            vec![],
            format!("{grant}&client_id=editeur-demo&client_secret=secret-cellule-fraude"),
            "401 invalid_client",
            failed,
            invalid,
        ),
        (
            "12",
            vec![],
            format!("{grant}&{OK}&scope=%C3%A9"),
            "400 invalid_scope",
            "Invalid Scope!",
            "Invalid Scope!",
        ),
        (
            "12, after the client",
            vec![],
            format!("{grant}&scope=%C3%A9"),
            "401 invalid_client",
            failed,
            unsupported,
        ),
    ] {
        for (inside, words) in [(&own, v3_words), (&three, v3_words), (&four, v4_words)] {
            let request =
                Request::post("/token").header("X-Request-ID", "r-9").header("User-Agent", "x");
            let request = headers
                .iter()
                .fold(request, |request, line| request.header("Authorization", *line));
            let reply = inside
                .send(&inside.partner("editeur-demo"), request.body(body.clone()).unwrap())
                .await;
            assert_eq!(
                (reply.outcome().as_str(), reply.json()["error_description"].as_str()),
                (outcome, Some(words)),
                "row {row}"
            );
            assert_eq!(reply.json().as_object().unwrap().len(), 2, "flat, two members");
            assert_eq!(reply.header("Content-Type"), "application/json");
            assert_eq!(
                (reply.header("Cache-Control"), reply.header("Pragma")),
                ("no-store", "no-cache"),
                "RFC 6749, 5.2"
            );
            assert_eq!(
                reply.header("WWW-Authenticate"),
                if reply.status == 401 { "Basic realm=bacasable" } else { "" },
                "row {row}"
            );
            assert_eq!(reply.header("X-Request-ID"), "r-9");
            assert!(
                !reply.headers.contains_key("User-Agent"),
                "only the two identifiers come back"
            );
        }
    }
}

#[tokio::test]
async fn a_suspended_or_ended_convention_still_gets_a_token() {
    for inside in each() {
        for id in ["partenaire-suspendu", "partenaire-resilie"] {
            let body =
                format!("grant_type=client_credentials&client_id={id}&client_secret=secret-{id}");
            let reply =
                inside.send(&inside.partner(id), Request::post("/token").body(body).unwrap()).await;
            assert_eq!(reply.status, 200, "{id}: {}", reply.text);
        }
    }
}

#[tokio::test]
async fn a_form_of_thousands_of_fields_is_read_at_once() {
    for inside in each() {
        let fields: Vec<String> = (0..9000).map(|n| format!("f{n}")).collect();
        let body = format!("grant_type=client_credentials&{OK}&{}", fields.join("&"));
        assert_eq!(
            inside
                .send(&inside.partner("editeur-demo"), Request::post("/token").body(body).unwrap())
                .await
                .status,
            200
        );
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_in_the_gateways_dialect() {
    for inside in each() {
        let body = format!("grant_type=client_credentials&{OK}&x={}", "x".repeat(70_000));
        let reply = inside
            .send(&inside.partner("editeur-demo"), Request::post("/token").body(body).unwrap())
            .await;
        assert_eq!((reply.outcome().as_str(), reply.header("Connection")), ("413 413", "close"));
    }
}
