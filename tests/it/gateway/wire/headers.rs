//! 2.6: the headers of faults.

use bacasable::config::Config;

use super::{Cause, dgfip, each, provoke, v3, v4};
use crate::inside::Inside;

const V3: &str = "OAuth2 realm=\"WSO2 API Manager\", error=\"invalid_token\", error_description=\"The access token expired\"";
const V4: &str = "Internal API Key realm=\"WSO2 API Manager\", Bearer realm=\"WSO2 API Manager\", error=\"invalid_token\", \
                  error_description=\"The provided token is invalid\"";

#[tokio::test]
async fn section_2_6_the_challenge_comes_with_401_and_only_with_it() {
    let (own, three, four) = (dgfip(), v3(), v4());
    for (cause, has) in [
        (Cause::NoCertificate, true),
        (Cause::NoToken, true),
        (Cause::Expired, true),
        (Cause::Suspended, true),
        (Cause::Injected("900905"), true),
        (Cause::Address, false),
        (Cause::NoApi, false),
        (Cause::NoMethod, false),
        (Cause::NotSubscribed, false),
        (Cause::NoScope, false),
        (Cause::Quota, false),
        (Cause::Injected("101503"), false),
    ] {
        let of = |text: &'static str| if has { text } else { "" };
        for (inside, challenge) in [(&own, V3), (&three, V3), (&four, V4)] {
            let reply = provoke(inside, cause, |r| r).await;
            assert_eq!(reply.header("WWW-Authenticate"), of(challenge), "{cause:?}");
        }
    }
}

#[tokio::test]
async fn section_2_6_retry_after_is_a_date_and_comes_with_a_window_only() {
    for three in each() {
        for (cause, expected) in [
            (Cause::Quota, "Sun, 22 Nov 2026 10:01:00 GMT"),
            (Cause::Injected("900800"), "Sun, 22 Nov 2026 10:01:00 GMT"),
            (Cause::Injected("900807"), ""),
            (Cause::Injected("900801"), ""),
            (Cause::Address, ""),
            (Cause::NoToken, ""),
        ] {
            assert_eq!(
                provoke(&three, cause, |r| r).await.header("Retry-After"),
                expected,
                "{cause:?}"
            );
        }
    }
}

#[tokio::test]
async fn section_2_6_a_fault_gives_back_the_requests_headers_but_some() {
    for three in each() {
        let back = [
            "X-Correlation-ID",
            "X-Request-ID",
            "User-Agent",
            "Cookie",
            "X-Custom",
            "Origin",
            "Accept-Language",
        ];
        let kept = [
            "Authorization",
            "Host",
            "Accept",
            "X-JWT-Assertion",
            "X-WSO2-CLIENT-CERTIFICATE",
            "X-Forwarded-For",
            "X-Forwarded-Proto",
            "Content-Encoding",
            "Content-Language",
            "Transfer-Encoding",
            "Connection",
            "Keep-Alive",
            "TE",
            "Trailer",
            "Upgrade",
            "Expect",
            "Proxy-Authorization",
            "Proxy-Connection",
            "X-Bacasable-Anything",
        ];
        for cause in [
            Cause::NoCertificate,
            Cause::Address,
            Cause::NoApi,
            Cause::NoResource,
            Cause::NoMethod,
            Cause::NoToken,
            Cause::Injected("101503"),
        ] {
            let reply = provoke(&three, cause, |request| {
                let request = back
                    .iter()
                    .chain(&kept)
                    .filter(|name| **name != "Authorization")
                    .fold(request, |request, name| request.header(*name, format!("of {name}")));
                request
                    .header("X-Twice", "1")
                    .header("X-Twice", "2")
                    .header("Date", "Thu, 01 Jan 1970 00:00:00 GMT")
            });
            let reply = reply.await;
            for name in back {
                assert_eq!(reply.header(name), format!("of {name}"), "{cause:?}");
            }
            for name in kept {
                assert!(
                    !reply.headers.contains_key(name),
                    "{cause:?}: {name} in {:?}",
                    reply.headers
                );
            }
            assert_eq!(reply.headers.get_all("X-Twice").iter().count(), 2, "{cause:?}");
            assert_eq!(
                reply.header("Date"),
                "Sun, 22 Nov 2026 10:00:00 GMT",
                "the product's time, not the client's"
            );
        }
    }
}

#[tokio::test]
async fn section_2_6_an_answer_of_an_api_gives_back_the_two_identifiers_only() {
    for inside in each() {
        let request = inside
            .request("editeur-demo", "GET", super::HEALTH)
            .header("User-Agent", "x")
            .header("X-Custom", "y");
        let reply = inside.send(&inside.partner("editeur-demo"), request.body("").unwrap()).await;
        assert_eq!((reply.status.as_u16(), reply.header("X-Request-ID")), (200, "r-1"));
        assert_eq!(reply.header("X-Correlation-ID"), crate::harness::CORRELATION_ID);
        assert_eq!(reply.header("X-Bacasable-Environment"), "fictif");
        for name in
            ["User-Agent", "X-Custom", "Authorization", "activityid", "X-RateLimit-Limit", "Server"]
        {
            assert!(!reply.headers.contains_key(name), "{name}");
        }
    }
}

#[tokio::test]
async fn diagnostics_can_be_taken_away_and_then_no_header_is_ours() {
    let faithful = Inside::with(|config: &mut Config| config.gateway.diagnostics = false);
    let usual = Inside::start();
    for cause in [
        Cause::NoCertificate,
        Cause::Address,
        Cause::Expired,
        Cause::Suspended,
        Cause::NoScope,
        Cause::Quota,
        Cause::Injected("900905"),
        Cause::Injected("101503"),
    ] {
        let with = provoke(&usual, cause, |r| r).await;
        let diagnosed = |reply: &crate::harness::Reply| {
            reply.headers.keys().any(|name| name.as_str().starts_with("x-bacasable"))
        };
        assert!(diagnosed(&with), "{cause:?}");
        assert_eq!(with.header("x-bacasable-environment"), "fictif", "{cause:?}");
        let without =
            provoke(&faithful, cause, |r| r.header("X-Bacasable-Control", "forged")).await;
        assert!(!diagnosed(&without), "{cause:?}: {:?}", without.headers);
        assert_eq!(with.text, without.text, "{cause:?}");
    }
}
