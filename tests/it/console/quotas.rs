//! `quotas`: read, set and emptied.

use reqwest::Method;
use serde_json::{Value, json};

use super::HEALTH;
use crate::harness::World;

#[tokio::test]
async fn a_window_is_read_set_and_emptied() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    partner.get(HEALTH).await;
    let path = "quotas?partner=editeur-demo&api=ficoba";
    let expected = |used| json!([{"partner": "editeur-demo", "api": "ficoba", "limit": 750, "used": used, "resets_at": "2026-11-22T10:01:00Z"}]);
    assert_eq!(world.order(Method::GET, path, None).await, expected(1));
    let order = json!({"partner": "editeur-demo", "api": "ficoba", "used": 750});
    assert_eq!(world.order(Method::PUT, "quotas", Some(order)).await, expected(750)[0]);
    assert_eq!(partner.get(HEALTH).await.outcome(), "429 900804");
    assert_eq!(world.order(Method::DELETE, path, None).await, expected(0));
    assert_eq!(partner.get(HEALTH).await.status, 200);
}

#[tokio::test]
async fn every_subscription_has_its_line() {
    let world = World::start().await;
    let all = world.order(Method::GET, "quotas", None).await;
    let of = |id: &str| all.as_array().unwrap().iter().filter(|line| line["partner"] == id).count();
    assert_eq!((of("editeur-demo"), of("commune-valmont")), (2, 1));
}

#[tokio::test]
async fn orders_that_cannot_be_are_refused() {
    let world = World::start().await;
    let order = |partner: &str, api: &str, used: Value| json!({"partner": partner, "api": api, "used": used});
    for (order, pointer) in [
        (order("nobody", "ficoba", json!(1)), "/partner"),
        (order("commune-valmont", "ficoba", json!(1)), "/api"),
        (order("editeur-demo", "rial", json!(1)), "/api"),
        (order("editeur-demo", "ficoba", json!(-1)), "/used"),
        (order("editeur-demo", "ficoba", json!(751)), "/used"),
        (json!({"partner": "editeur-demo", "api": "ficoba"}), ""),
    ] {
        assert_eq!(
            world.refusal(Method::PUT, "quotas", Some(order.clone())).await,
            (422, pointer.to_owned()),
            "{order}"
        );
    }
    for (query, parameter) in
        [("partner=nobody", "partner"), ("api=x", "api"), ("apis=r2p", "apis")]
    {
        let refusal = world.refusal(Method::GET, &format!("quotas?{query}"), None).await;
        assert_eq!(refusal, (400, parameter.to_owned()));
    }
}
