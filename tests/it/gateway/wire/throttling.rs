//! 3: quotas.

use bacasable::{config::Config, rights::ApiId};
use http::Request;
use jiff::SignedDuration;

use super::{Cause, HEALTH, PERSON, dgfip, each, provoke, v3, v4};
use crate::inside::Inside;

/// How many of `offered` calls are admitted.
async fn admitted(inside: &Inside, id: &str, path: &str, offered: usize) -> usize {
    let mut admitted = 0;
    for _ in 0..offered {
        admitted += usize::from(inside.get(id, path).await.status != 429);
    }
    admitted
}

#[tokio::test]
async fn section_3_1_each_application_and_api_has_its_own_counter() {
    for inside in each() {
        for (id, path, limit) in
            [("commune-valmont", PERSON, 50), ("mutuelle-etatcivil", PERSON, 50)]
        {
            assert_eq!(admitted(&inside, id, path, limit + 3).await, limit, "{id}");
        }
        let now = inside.clock.now();
        inside.sandbox.quotas.set("editeur-demo", ApiId::R2p, 1000, now);
        assert_eq!(inside.get("editeur-demo", PERSON).await.outcome(), "429 900804");
        assert_eq!(inside.get("editeur-demo", HEALTH).await.status, 200, "the other API's counter");
    }
}

#[tokio::test]
async fn section_3_2_windows_are_minutes_of_the_clock() {
    for inside in each() {
        inside.clock.set("2026-11-22T10:00:59.900Z".parse().unwrap()).unwrap();
        assert_eq!(admitted(&inside, "commune-valmont", PERSON, 51).await, 50);
        inside.clock.advance(SignedDuration::from_millis(100)).unwrap();
        assert_eq!(
            admitted(&inside, "commune-valmont", PERSON, 51).await,
            50,
            "twice the limit across a boundary"
        );
        inside.clock.set("2026-11-22T10:01:59.999Z".parse().unwrap()).unwrap();
        let reply = inside.get("commune-valmont", PERSON).await;
        assert_eq!(reply.header("Retry-After"), "Sun, 22 Nov 2026 10:02:00 GMT");
        assert_eq!(reply.header("Date"), "Sun, 22 Nov 2026 10:01:59 GMT");
    }
}

/// In dialect `dgfip` the header is the only place.
#[tokio::test]
async fn section_3_2_the_body_tells_the_end_of_the_window_in_the_products_own_dialects() {
    let end = Some("2026-Nov-22 10:01:00+0000 UTC");
    for (inside, pointer, expected) in [
        (dgfip(), "/erreur/nextAccessTime", None),
        (v3(), "/fault/nextAccessTime", end),
        (v4(), "/nextAccessTime", end),
    ] {
        let reply = provoke(&inside, Cause::Quota, |r| r).await;
        let body = reply.json();
        assert_eq!(body.pointer(pointer).and_then(|end| end.as_str()), expected, "{body}");
        assert_eq!(reply.header("Retry-After"), "Sun, 22 Nov 2026 10:01:00 GMT");
    }
}

#[tokio::test]
async fn section_3_2_the_description_repeats_the_time_in_4x_only() {
    let (three, four) = (v3(), v4());
    let v3 = provoke(&three, Cause::Quota, |r| r).await;
    let v4 = provoke(&four, Cause::Quota, |r| r).await;
    assert_eq!(v3.json()["fault"]["description"], "You have exceeded your quota");
    let expected =
        "You have exceeded your quota .You can access API after 2026-Nov-22 10:01:00+0000 UTC";
    assert_eq!(v4.json()["description"], expected);
}

#[tokio::test]
async fn section_3_3_only_admitted_calls_count() {
    for inside in each() {
        let peer = inside.partner("commune-valmont");
        let narrow = inside.narrow_token("commune-valmont", &["api_r2p_resolution_spi"]);
        let used = || {
            let now = inside.clock.now();
            inside.sandbox.quotas.state("commune-valmont", ApiId::R2p, 50, now).used
        };
        for (what, method, path, token, expected) in [
            ("401", "GET", PERSON, "x", 0),
            ("403, the scope", "GET", PERSON, narrow.as_str(), 0),
            ("404", "GET", "/r2p/v1/rien", narrow.as_str(), 0),
            ("405", "POST", PERSON, narrow.as_str(), 0),
            ("an undeclared OPTIONS", "OPTIONS", PERSON, narrow.as_str(), 0),
            ("400 of the API", "GET", "/r2p/v1/personne/spi", narrow.as_str(), 1),
        ] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("Authorization", format!("Bearer {token}"));
            let reply = inside.send(&peer, request.body("").unwrap()).await;
            assert_eq!(used(), expected, "{what}: {}", reply.outcome());
        }
        inside.sandbox.quotas.set("commune-valmont", ApiId::R2p, 50, inside.clock.now());
        for _ in 0..3 {
            assert_eq!(inside.get("commune-valmont", PERSON).await.status, 429);
        }
        assert_eq!(used(), 50, "a refused call is not counted");
    }
}

#[tokio::test]
async fn section_3_3_a_backend_that_fails_counts() {
    for inside in each() {
        assert_eq!(provoke(&inside, Cause::Injected("101503"), |r| r).await.status, 500);
        let now = inside.clock.now();
        assert_eq!(inside.sandbox.quotas.state("editeur-demo", ApiId::R2p, 1000, now).used, 1);
    }
}

#[tokio::test]
async fn section_3_3_the_counters_lag_behind_when_asked() {
    let inside = Inside::with(|config: &mut Config| config.gateway.quota_lag_ms = 300);
    assert_eq!(
        admitted(&inside, "commune-valmont", PERSON, 60).await,
        60,
        "the clock stands still: nothing is noticed"
    );
    inside.clock.advance(SignedDuration::from_millis(300)).unwrap();
    assert_eq!(admitted(&inside, "commune-valmont", PERSON, 3).await, 0);
    inside.clock.advance(SignedDuration::from_mins(1)).unwrap();
    assert_eq!(admitted(&inside, "commune-valmont", PERSON, 3).await, 3, "nothing is carried over");
}

#[tokio::test]
async fn retry_after_is_a_date_of_the_products_clock_or_seconds_or_a_date_of_the_systems() {
    use bacasable::config::RetryAfter;
    for form in [RetryAfter::Product, RetryAfter::Seconds, RetryAfter::System] {
        let inside = Inside::with(|config: &mut Config| config.gateway.retry_after = form);
        inside.clock.set("2026-11-22T10:01:20.500Z".parse().unwrap()).unwrap();
        assert_eq!(admitted(&inside, "commune-valmont", PERSON, 51).await, 50);
        let reply = inside.get("commune-valmont", PERSON).await;
        let header = |name: &str| reply.header(name).to_owned();
        let date = |text: &str| jiff::fmt::rfc2822::parse(text).unwrap().timestamp();
        match form {
            RetryAfter::Product => {
                assert_eq!(header("Retry-After"), "Sun, 22 Nov 2026 10:02:00 GMT");
                assert_eq!(header("Date"), "Sun, 22 Nov 2026 10:01:20 GMT");
            }
            RetryAfter::Seconds => assert_eq!(header("Retry-After"), "40", "39.5 s, rounded up"),
            RetryAfter::System => {
                let wait = date(&header("Retry-After")).duration_since(date(&header("Date")));
                assert!((39..=41).contains(&wait.as_secs()), "{wait}: both of one clock");
                let now = bacasable::clock::Clock::system().now();
                let apart = now.duration_since(date(&header("Date"))).abs();
                assert!(apart < SignedDuration::from_secs(60), "{apart} from the system's");
            }
        }
    }
}
