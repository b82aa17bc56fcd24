//! 6: how the `Authorization` header is read, and what a token opens.

use bacasable::config::{Config, Dialect};
use http::{HeaderValue, Request};

use super::{HEALTH, PERSON, dgfip, each, v3, v4};
use crate::inside::Inside;

#[tokio::test]
async fn section_6_1_the_header_is_split_on_commas_then_spaces_and_the_dgfip_reads_any_case() {
    for (inside, relaxed) in [(dgfip(), "200"), (v3(), "401 900902"), (v4(), "401 900902")] {
        let token = inside.token("editeur-demo");
        for (header, expected) in [
            ("Bearer T", "200"),
            ("  Bearer   T  ", "200"),
            ("Bearer T and more", "200"),
            ("Basic YTpi, Bearer T", "200"),
            ("Bearer T, Basic YTpi", "200"),
            ("bearer T", relaxed),
            ("BEARER T", relaxed),
            ("bearer", "401 900902"),
            ("Bearer", "401 900902"),
            ("Bearer ", "401 900902"),
            ("Bearer, T", "401 900902"),
            ("T", "401 900902"),
            ("BearerT", "401 900902"),
            ("Basic YTpi", "401 900902"),
            ("", "401 900902"),
            (",,,", "401 900902"),
            ("Bearer x", "401 900901"),
            ("Bearer a.b.c", "401 900901"),
            ("Bearer ..", "401 900901"),
            ("Bearer \u{e9}\u{e9}", "401 900901"),
        ] {
            let value = HeaderValue::from_bytes(header.replace('T', &token).as_bytes()).unwrap();
            let request = Request::get(HEALTH)
                .header("Authorization", value)
                .header("X-Correlation-ID", crate::harness::CORRELATION_ID)
                .header("X-Request-ID", "r");
            let reply =
                inside.send(&inside.partner("editeur-demo"), request.body("").unwrap()).await;
            assert_eq!(reply.outcome(), expected, "{header:?}");
        }
    }
}

#[tokio::test]
async fn section_6_1_the_word_may_be_relaxed() {
    let inside = Inside::with(|config: &mut Config| {
        config.gateway.dialect = Dialect::Wso2V3;
        config.gateway.bearer_any_case = true;
    });
    let token = inside.token("editeur-demo");
    for word in ["Bearer", "bearer", "BEARER"] {
        let request = Request::get(HEALTH)
            .header("Authorization", format!("{word} {token}"))
            .header("X-Correlation-ID", crate::harness::CORRELATION_ID)
            .header("X-Request-ID", "r");
        assert_eq!(
            inside.send(&inside.partner("editeur-demo"), request.body("").unwrap()).await.status,
            200,
            "{word}"
        );
    }
}

#[tokio::test]
async fn section_6_1_of_two_lines_the_first_counts() {
    for inside in each() {
        let token = inside.token("editeur-demo");
        for (first, second, expected) in [
            ("Bearer T", "Bearer x", "200"),
            ("Bearer x", "Bearer T", "401 900901"),
            ("Basic YTpi", "Bearer T", "401 900902"),
        ] {
            let request = [first, second].iter().fold(Request::get(HEALTH), |request, line| {
                request.header("Authorization", line.replace('T', &token))
            });
            let request = request
                .header("X-Correlation-ID", crate::harness::CORRELATION_ID)
                .header("X-Request-ID", "r");
            assert_eq!(
                inside
                    .send(&inside.partner("editeur-demo"), request.body("").unwrap())
                    .await
                    .outcome(),
                expected,
                "{first}, {second}"
            );
        }
    }
}

#[tokio::test]
async fn section_6_1_the_scope_of_the_resource_must_have_been_asked_for() {
    for inside in each() {
        let (search, resolve) = ("api_r2p_recherche_personne_physique", "api_r2p_resolution_spi");
        for (scopes, path, passes) in [
            (vec![search], "/r2p/v1/personne", true),
            (vec![search], PERSON, true),
            (vec![search], "/r2p/v1/personne/spi", false),
            (vec![resolve], "/r2p/v1/personne/spi", true),
            (vec![resolve], PERSON, false),
            (vec![search, resolve], "/r2p/v1/personne/spi", true),
            (vec![], PERSON, false),
            (vec!["dgfip_ficoba_compte"], PERSON, false),
            (vec![], HEALTH, true),
            (vec![search], HEALTH, true),
        ] {
            let token = inside.narrow_token("editeur-demo", &scopes);
            let request = Request::get(path)
                .header("Authorization", format!("Bearer {token}"))
                .header("X-Correlation-ID", crate::harness::CORRELATION_ID)
                .header("X-Request-ID", "r");
            let reply =
                inside.send(&inside.partner("editeur-demo"), request.body("").unwrap()).await;
            assert_eq!(
                reply.outcome() != "403 900910",
                passes,
                "{scopes:?} {path}: {}",
                reply.outcome()
            );
        }
    }
}

#[tokio::test]
async fn the_teleservice_counts_only_where_the_convention_declares_one() {
    for inside in each() {
        let ask = async |lines: &[&str]| {
            let request =
                lines.iter().fold(inside.request("editeur-demo", "GET", HEALTH), |r, line| {
                    r.header("ID_Teleservice", *line)
                });
            inside.send(&inside.partner("editeur-demo"), request.body("").unwrap()).await.outcome()
        };
        assert_eq!((ask(&[]).await.as_str(), ask(&["anything"]).await.as_str()), ("200", "200"));
        inside
            .change("editeur-demo", |one| one.application.id_teleservice = Some("TS-1".to_owned()));
        for (lines, expected) in [
            (vec!["TS-1"], "200"),
            (vec!["TS-1", "TS-2"], "200"),
            (vec![], "401 900901"),
            (vec!["TS-2"], "401 900901"),
            (vec!["ts-1"], "401 900901"),
            (vec![""], "401 900901"),
        ] {
            assert_eq!(ask(&lines).await, expected, "{lines:?}");
        }
    }
}
