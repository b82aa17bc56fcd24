//! 1: what the token endpoint gives. (Its errors are in `token_errors`.)

use bacasable::config::{Config, Dialect, TokenReissue};
use base64::Engine;
use http::{Request, request::Builder};
use jiff::SignedDuration;
use serde_json::Value;

use super::{HEALTH, dgfip, each, v3, v4};
use crate::{harness::Reply, inside::Inside};

const CREDENTIALS: &str = "client_id=editeur-demo&client_secret=secret-editeur-demo";

/// `POST /token` with the sample partner's credentials and these further fields.
async fn ask(inside: &Inside, fields: &str) -> Reply {
    let body = format!("grant_type=client_credentials&{CREDENTIALS}&{fields}");
    post(inside, "/token", |request| request, body).await
}

async fn post(
    inside: &Inside,
    path: &str,
    complete: impl FnOnce(Builder) -> Builder,
    body: String,
) -> Reply {
    let request = complete(Request::post(path)).body(body).unwrap();
    inside.send(&inside.partner("editeur-demo"), request).await
}

fn claims(token: &str) -> (Value, Value) {
    let part = |n: usize| {
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(token.split('.').nth(n).unwrap())
            .unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    (part(0), part(1))
}

#[tokio::test]
async fn section_1_1_paths() {
    for inside in each() {
        for path in [
            "/token",
            "/token/",
            "/token/anything",
            "/oauth2/token",
            "/oauth2/token/",
            "/token?grant_type=password",
        ] {
            let body = format!("grant_type=client_credentials&{CREDENTIALS}");
            assert_eq!(post(&inside, path, |r| r, body).await.status, 200, "{path}");
        }
    }
}

#[tokio::test]
async fn section_1_2_credentials_and_content_types() {
    let (own, three, four) = (dgfip(), v3(), v4());
    let form = || format!("grant_type=client_credentials&{CREDENTIALS}");
    let basic = "Basic ZWRpdGV1ci1kZW1vOnNlY3JldC1lZGl0ZXVyLWRlbW8=";
    let json = r#"{"grant_type":"client_credentials","client_id":"editeur-demo","client_secret":"secret-editeur-demo"}"#;
    let bare = || "grant_type=client_credentials".to_owned();
    for (headers, body, v3_outcome, v4_outcome) in [
        (vec![], form(), "200", "200"),
        (vec![("Content-Type", "application/x-www-form-urlencoded")], form(), "200", "200"),
        (
            vec![("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8")],
            form(),
            "200",
            "200",
        ),
        (
            vec![("Content-Type", "text/plain")],
            form(),
            "400 invalid_request",
            "400 invalid_request",
        ),
        (vec![("Content-Type", "application/json")], json.to_owned(), "400 invalid_request", "200"),
        (
            vec![("Content-Type", "application/json")],
            "[]".to_owned(),
            "400 invalid_request",
            "400 invalid_request",
        ),
        (vec![("Authorization", basic)], bare(), "200", "200"),
        (vec![("Authorization", &*basic.replace("Basic", "basic"))], bare(), "200", "200"),
        (vec![("Authorization", basic.trim_end_matches('='))], bare(), "200", "200"),
        (
            vec![("Authorization", basic), ("X-Other", "x")],
            format!("{}&client_id=editeur-demo", bare()),
            "200",
            "200",
        ),
        (vec![("Authorization", "Bearer x")], form(), "200", "200"),
    ] {
        for (inside, expected) in [(&own, v3_outcome), (&three, v3_outcome), (&four, v4_outcome)] {
            let complete = |request| {
                headers
                    .iter()
                    .fold(request, |request: Builder, (name, value)| request.header(*name, *value))
            };
            assert_eq!(
                post(inside, "/token", complete, body.clone()).await.outcome(),
                expected,
                "{headers:?} {body}"
            );
        }
    }
}

#[tokio::test]
async fn section_1_2_validity_period() {
    let (own, three, four) = (dgfip(), v3(), v4());
    for (fields, v3_expected, v4_expected) in [
        ("", "200 3600", "200 3600"),
        ("validity_period=60", "200 60", "200 3600"),
        ("validity_period=86400", "200 86400", "200 3600"),
        ("validity_period=-1", "200 6324480000", "200 3600"),
        ("validity_period=0", "400 invalid_request", "200 3600"),
        ("validity_period=x", "400 invalid_request", "200 3600"),
    ] {
        for (inside, expected) in [(&own, v3_expected), (&three, v3_expected), (&four, v4_expected)]
        {
            let reply = ask(inside, fields).await;
            let seen = match reply.json()["expires_in"].as_i64() {
                Some(seconds) => format!("{} {seconds}", reply.status.as_u16()),
                None => reply.outcome(),
            };
            assert_eq!(seen, expected, "{fields}");
        }
    }
}

#[tokio::test]
async fn section_1_3_success() {
    for inside in each() {
        let reply = ask(&inside, "scope=api_r2p_resolution_spi").await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("Content-Type")),
            (200, "application/json")
        );
        assert_eq!(
            (reply.header("Cache-Control"), reply.header("Pragma")),
            ("no-store", "no-cache")
        );
        let keys: Vec<String> = reply.json().as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["access_token", "scope", "token_type", "expires_in"]);
        assert_eq!(
            (reply.json()["token_type"].as_str(), reply.json()["expires_in"].as_i64()),
            (Some("Bearer"), Some(3600))
        );
    }
}

#[tokio::test]
async fn section_1_3_and_1_6_scopes() {
    let (own, three, four) = (dgfip(), v3(), v4());
    let too_long = format!("scope=device_{}", "x".repeat(3000));
    for (fields, v3_expected, v4_expected) in [
        ("", "am_application_scope default", "default"),
        ("scope=", "am_application_scope default", "default"),
        ("scope=inconnu", "am_application_scope default", "default"),
        (
            "scope=api_r2p_resolution_spi",
            "am_application_scope api_r2p_resolution_spi",
            "api_r2p_resolution_spi",
        ),
        (
            "scope=api_r2p_resolution_spi+inconnu+api_r2p_recherche_personne_physique",
            "am_application_scope api_r2p_recherche_personne_physique api_r2p_resolution_spi",
            "api_r2p_recherche_personne_physique api_r2p_resolution_spi",
        ),
        (
            "scope=api_r2p_resolution_spi+api_r2p_resolution_spi",
            "am_application_scope api_r2p_resolution_spi",
            "api_r2p_resolution_spi",
        ),
        // Always granted; capitals before small letters, as Java sorts.
        (
            "scope=openid+device_1+device_Z",
            "am_application_scope device_1 device_Z openid",
            "device_1 device_Z openid",
        ),
        ("scope=%20%20openid%20%20", "am_application_scope openid", "openid"),
        ("scope=%C3%A9", "invalid_scope", "invalid_scope"),
        ("scope=a%22b", "invalid_scope", "invalid_scope"),
        ("scope=a%09b", "invalid_scope", "invalid_scope"),
        (&too_long, "invalid_scope", "invalid_scope"),
    ] {
        for (inside, expected) in [(&own, v3_expected), (&three, v3_expected), (&four, v4_expected)]
        {
            let reply = ask(inside, fields).await;
            let body = reply.json();
            let seen = body["scope"].as_str().or(body["error"].as_str());
            assert_eq!(seen, Some(expected), "{fields}");
        }
    }
    // A scope that another convention opens is not granted here.
    let body = "grant_type=client_credentials&client_id=mutuelle-etatcivil&client_secret=secret-mutuelle-etatcivil&scope=api_r2p_resolution_spi";
    let reply = post(&v3(), "/token", |r| r, body.to_owned()).await;
    assert_eq!(reply.json()["scope"], "am_application_scope default");
}

#[tokio::test]
async fn section_1_4_lifetime_and_skew() {
    let inside = Inside::with(|config: &mut Config| {
        config.gateway.token_lifetime_seconds = std::num::NonZeroU64::new(100).unwrap();
        config.gateway.token_skew_seconds = 30;
    });
    let reply = ask(&inside, "").await;
    assert_eq!(reply.json()["expires_in"], 100);
    let token = reply.json()["access_token"].as_str().unwrap().to_owned();
    let at = async |second| {
        inside.clock.set("2026-11-22T10:00:00Z".parse().unwrap()).unwrap();
        inside.clock.advance(SignedDuration::from_secs(second)).unwrap();
        let request = Request::get(HEALTH).header("Authorization", format!("Bearer {token}"));
        let request = request
            .header("X-Correlation-ID", crate::harness::CORRELATION_ID)
            .header("X-Request-ID", "r");
        inside.send(&inside.partner("editeur-demo"), request.body("").unwrap()).await.outcome()
    };
    assert_eq!((at(129).await.as_str(), at(130).await.as_str()), ("200", "401 900901"));
    let before = (at(-30).await, at(-31).await);
    assert_eq!(
        (before.0.as_str(), before.1.as_str()),
        ("200", "401 900901"),
        "before it was issued"
    );
}

#[tokio::test]
async fn section_1_5_asking_again() {
    for (reissue, same, first_lives) in [
        (TokenReissue::Keep, false, true),
        (TokenReissue::RevokePrevious, false, false),
        (TokenReissue::Same, true, true),
    ] {
        let inside = Inside::with(|config: &mut Config| config.gateway.token_reissue = reissue);
        let first = ask(&inside, "").await.json();
        inside.clock.advance(SignedDuration::from_secs(10)).unwrap();
        let other = ask(&inside, "scope=openid").await.json();
        let second = ask(&inside, "").await.json();
        assert_eq!(first["access_token"] == second["access_token"], same, "{reissue:?}");
        assert_eq!(
            second["expires_in"],
            if same { 3590 } else { 3600 },
            "{reissue:?}: what is left of it"
        );
        for (token, lives) in [(&first, first_lives), (&second, true), (&other, true)] {
            let request = Request::get(HEALTH).header(
                "Authorization",
                format!("Bearer {}", token["access_token"].as_str().unwrap()),
            );
            let request = request
                .header("X-Correlation-ID", crate::harness::CORRELATION_ID)
                .header("X-Request-ID", "r");
            let reply =
                inside.send(&inside.partner("editeur-demo"), request.body("").unwrap()).await;
            assert_eq!(
                reply.status == 200,
                lives,
                "{reissue:?}: another scope set is another token"
            );
        }
    }
}

#[tokio::test]
async fn section_1_7_claims() {
    let reply = ask(&v3(), "scope=openid").await.json();
    let (header, claims) = claims(reply["access_token"].as_str().unwrap());
    let members: Vec<&String> = header.as_object().unwrap().keys().collect();
    assert_eq!(members, ["x5t", "kid", "alg"], "in this order, and no typ");
    assert_eq!(header["alg"], "RS256");
    let kid = header["kid"].as_str().unwrap();
    assert!(
        kid.ends_with("_RS256") && header["x5t"].as_str().is_some_and(|x5t| kid.starts_with(x5t)),
        "{header}"
    );
    let now = 1_795_341_600;
    for (claim, expected) in [
        ("sub", "editeur-demo@carbon.super".into()),
        ("aut", "APPLICATION".into()),
        ("aud", "editeur-demo".into()),
        ("azp", "editeur-demo".into()),
        ("client_id", "editeur-demo".into()),
        ("iss", "https://bacasable:9443/oauth2/token".into()),
        ("scope", "am_application_scope openid".into()),
        ("nbf", Value::from(now)),
        ("iat", Value::from(now)),
        ("exp", Value::from(now + 3600)),
    ] {
        assert_eq!(claims[claim], expected, "{claim}");
    }
    assert_eq!(claims["jti"].as_str().unwrap().len(), 36);
    assert_eq!(claims.as_object().unwrap().len(), 11, "no other claim: {claims}");
}

#[tokio::test]
async fn section_1_9_revocation() {
    for &dialect in Dialect::ALL {
        let inside = Inside::with(|config: &mut Config| config.gateway.dialect = dialect);
        let token = ask(&inside, "").await.json()["access_token"].as_str().unwrap().to_owned();
        let revoke = async |fields: String| post(&inside, "/revoke", |r| r, fields).await;
        for (fields, expected) in [
            (String::new(), "400 invalid_request"),
            ("token=".to_owned(), "400 invalid_request"),
            // The token is looked for before the client is.
            (CREDENTIALS.to_owned(), "400 invalid_request"),
            ("token=x&token=y".to_owned(), "400 invalid_request"),
            (format!("token={token}"), "401 invalid_client"),
            (
                format!("token={token}&client_id=editeur-demo&client_secret=faux"),
                "401 invalid_client",
            ),
            (
                format!(
                    "token={token}&client_id=cellule-fraude&client_secret=secret-cellule-fraude"
                ),
                "401 unauthorized_client",
            ),
            (format!("token=inconnu&{CREDENTIALS}"), "200"),
            (format!("token=inconnu&{CREDENTIALS}&token_type_hint=refresh_token"), "200"),
        ] {
            let reply = revoke(fields.clone()).await;
            assert_eq!(reply.outcome(), expected, "{fields}");
            assert_eq!(
                (reply.header("Cache-Control"), reply.header("Pragma")),
                ("no-store", "no-cache"),
                "{fields}"
            );
            assert_eq!(
                reply.header("WWW-Authenticate"),
                if reply.status == 401 { "Basic realm=bacasable" } else { "" }
            );
            assert!(!reply.headers.contains_key("RevokedAccessToken"), "{fields}");
        }
        let reply =
            revoke(format!("token={token}&{CREDENTIALS}&token_type_hint=access_token")).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, ""));
        let told = (reply.header("RevokedAccessToken"), reply.header("AuthorizedUser"));
        let expected = match dialect.product().token_endpoint.names_revoked {
            true => (token.as_str(), "editeur-demo@carbon.super"),
            false => ("", ""),
        };
        assert_eq!(told, expected, "{dialect:?}");
        assert!(!reply.headers.contains_key("RevokedRefreshToken"), "there is no refresh token");
        let request = Request::get(HEALTH)
            .header("Authorization", format!("Bearer {token}"))
            .body("")
            .unwrap();
        assert_eq!(
            inside.send(&inside.partner("editeur-demo"), request).await.outcome(),
            "401 900901"
        );
        assert_eq!(
            revoke(format!("token={token}&{CREDENTIALS}")).await.status,
            200,
            "revoked already"
        );
    }
}

#[tokio::test]
async fn section_1_10_keys() {
    for inside in each() {
        let reply = inside.get("editeur-demo", "/oauth2/jwks").await;
        assert_eq!(reply.header("Content-Type"), "application/json");
        let body = reply.json();
        let keys = body["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 1);
        for (member, expected) in [("kty", "RSA"), ("use", "sig"), ("alg", "RS256"), ("e", "AQAB")]
        {
            assert_eq!(keys[0][member], expected, "{member}");
        }
        assert!(
            ["d", "p", "q", "dp", "dq", "qi", "k"]
                .iter()
                .all(|private| keys[0].get(private).is_none()),
            "{body}"
        );
    }
}

/// RFC 6749, 2.3 and 3.2.1: a `client_id` beside HTTP Basic names the same application, or contradicts it.
#[tokio::test]
async fn a_client_id_of_another_application_beside_basic_is_refused_and_journalled() {
    let inside = v3();
    let basic = "Basic ZWRpdGV1ci1kZW1vOnNlY3JldC1lZGl0ZXVyLWRlbW8=";
    let form = |id: &str| format!("grant_type=client_credentials&client_id={id}");
    let authorised = |request: Builder| {
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        request.header("Authorization", basic)
    };
    assert_eq!(post(&inside, "/token", authorised, form("editeur-demo")).await.status, 200);
    for other in ["cellule-fraude", "inconnu", "editeur-demo%20"] {
        let reply = post(&inside, "/token", authorised, form(other)).await;
        assert_eq!(reply.status, 400, "{other}: {}", reply.text);
        assert_eq!(reply.json()["error"], "invalid_request");
        assert!(reply.header("X-Bacasable-Reason").contains("client_id"), "{:?}", reply.headers);
        let entries = inside.sandbox.journal.read(&bacasable::journal::Filter::default());
        let entry = entries.last().unwrap();
        assert_eq!(entry.code.as_deref(), Some("invalid_request"));
        assert!(entry.note.as_deref().unwrap().contains("« editeur-demo »"), "{:?}", entry.note);
    }
}
