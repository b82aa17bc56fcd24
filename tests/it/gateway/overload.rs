//! More requests at once than `gateway.limits.requests`: answered at once, in the product's words, and journalled.

use axum::body::Body;
use bacasable::{journal::Filter, tls::Overloaded};

use crate::inside::Inside;

#[tokio::test]
async fn a_request_too_many_is_answered_503_without_asking_a_control() {
    let world = Inside::start();
    let mut request = world
        .request("editeur-demo", "GET", "/r2p/v1/personne/3990000101192")
        .body(Body::empty())
        .unwrap();
    request.extensions_mut().insert(Overloaded);
    let reply = world.send(&world.partner("editeur-demo"), request).await;
    assert_eq!(reply.outcome(), "503 900801");
    assert_eq!(
        reply.text,
        r#"{"erreur":{"code":900801,"message":"API Limit Reached","horodatage":"2026-11-22T11:00:00+01:00"}}"#
    );
    assert_eq!(reply.header("retry-after"), "", "the product gives none for its hard limit");
    let entry = world.sandbox.journal.read(&Filter::default()).pop().unwrap();
    assert_eq!((entry.status, entry.code.as_deref()), (Some(503), Some("900801")));
    assert_eq!(entry.refused_by(), None);
    assert_eq!(
        world.get("editeur-demo", "/r2p/v1/personne/3990000101192").await.status,
        200,
        "the next is answered"
    );
}
