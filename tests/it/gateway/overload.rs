//! More requests at once than `gateway.limits.requests`: answered at once, in the product's words, and journalled; and nobody
//! takes the places of all.

use std::{num::NonZeroU64, time::Duration};

use axum::body::{Body, Bytes};
use bacasable::config::Config;
use futures_util::{FutureExt, StreamExt, future::join_all, stream};
use http::Request;
use reqwest::Method;
use serde_json::json;
use tokio::{sync::oneshot, time::timeout};

use crate::{harness::World, inside::Inside};

const SEARCH: &str = "/r2p/v1/personne/3990000101192";

fn with_room_for(requests: u64) -> Inside {
    Inside::with(|config: &mut Config| {
        config.gateway.limits.requests = NonZeroU64::new(requests).unwrap();
    })
}

/// A body that never comes, though some of it did.
fn unsent() -> Body {
    let begun = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"grant"))]);
    Body::from_stream(begun.chain(stream::pending()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_too_many_is_answered_503_without_asking_a_control() {
    let world = World::with(|config| {
        config.gateway.limits.requests = NonZeroU64::new(1).unwrap();
    })
    .await;
    let (held, other) =
        (world.partner("cellule-fraude").await, world.partner("editeur-demo").await);
    let order = json!({"match": {"api": "ficoba"}, "outcome": {"delay_ms": 60_000}});
    world.console(Method::POST, "/admin/v1/faults", Some(order)).await;
    // The only place is taken by a call that an ordered delay holds up. It asks again where a call of the other was there first.
    let held = tokio::spawn(async move {
        while held.get("/fcb-masrestit/api/v2/etatSante").await.outcome() == "503 900801" {}
    });
    let until = async |wanted: &str| {
        timeout(Duration::from_secs(20), async {
            loop {
                let reply = other.get(SEARCH).await;
                if reply.outcome() == wanted {
                    return reply;
                }
            }
        })
        .await
        .unwrap()
    };
    let reply = until("503 900801").await;
    assert_eq!(reply.header("retry-after"), "", "the product gives none for its hard limit");
    let entry = world.last_entry().await;
    assert_eq!((entry["status"].as_u64(), entry["code"].as_str()), (Some(503), Some("900801")));
    assert!(world.last_verdicts().await.ends_with("quota=not-reached"));
    held.abort(); // its client leaves, and the delay ends with it
    until("200").await;
}

#[tokio::test]
async fn bodies_that_do_not_come_take_no_place_of_those_that_work() {
    let world = with_room_for(32);
    let attacker = world.partner("cellule-fraude");
    let mut floods: Vec<_> = (0..20)
        .map(|_| {
            let request = Request::post("/token").body(unsent()).unwrap();
            Box::pin(world.send(&attacker, request))
        })
        .collect();
    let answered: Vec<_> =
        floods.iter_mut().filter_map(|flood| flood.as_mut().now_or_never()).collect();
    assert_eq!(answered.len(), 20 - 6, "six wait: three quarters of the eight places for that");
    assert!(answered.iter().all(|reply| reply.outcome() == "503 900801"));
    for _ in 0..100 {
        assert_eq!(world.get("editeur-demo", SEARCH).await.status, 200);
        assert_eq!(world.get("cellule-fraude", "/oauth2/jwks").await.status, 200, "its own too");
    }
}

#[tokio::test]
async fn a_body_that_comes_late_is_answered_like_any_other() {
    let world = with_room_for(1);
    let (send, sent) = oneshot::channel::<()>();
    let late = stream::once(async move {
        let _ = sent.await;
        Ok::<_, std::io::Error>(Bytes::from_static(
            b"grant_type=client_credentials&client_id=editeur-demo&client_secret=secret-editeur-demo",
        ))
    });
    let peer = world.partner("editeur-demo");
    let request = Request::post("/token").body(Body::from_stream(late)).unwrap();
    let mut reply = Box::pin(world.send(&peer, request));
    assert!((&mut reply).now_or_never().is_none());
    assert_eq!(world.get("editeur-demo", SEARCH).await.status, 200, "meanwhile");
    send.send(()).unwrap();
    assert_eq!(reply.await.status, 200);
}

#[tokio::test]
async fn strangers_have_half_of_the_places_at_most() {
    let world = with_room_for(8);
    let held =
        join_all((0..50_u8).map(|n| {
            let peer = world.peer_at(&format!("192.0.2.{n}:50000"), None);
            let world = &world;
            async move {
                world.send(&peer, Request::post("/token").body(unsent()).unwrap()).await.outcome()
            }
        }));
    // Controls refuse them at once: none holds a place.
    let outcomes = held.await;
    assert!(outcomes.iter().all(|outcome| outcome == "401 900901"), "{outcomes:?}");
}
