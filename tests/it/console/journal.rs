//! `journal`: why each call was refused, found again.

use reqwest::Method;
use serde_json::json;

use super::HEALTH;
use crate::harness::{CORRELATION_ID, Reply, World};

#[tokio::test]
async fn entries_are_found_by_correlation_identifier_control_status_code_and_partner() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    partner.get(HEALTH).await;
    world.caller("editeur-demo").get(HEALTH).await;
    world.holder_of("editeur-demo", Some("clients/invalid/revoked")).get(HEALTH).await;
    let total = async |filter: &str| {
        world.order(Method::GET, &format!("journal?{filter}"), None).await["total"].clone()
    };
    for (filter, expected) in [
        ("", 4),
        ("partner=editeur-demo", 4),
        ("partner=cellule-fraude", 0),
        ("api=ficoba&status=200", 1),
        ("operation=token", 1),
        ("code=900902", 1),
        ("control=certificate", 1),
        ("control=technical-id&status=401", 1),
        ("since=2026-11-22T10:00:00Z", 4),
        ("since=2026-11-22T10:00:01Z", 0),
        ("since=3", 1),
        (&format!("correlation_id={}", CORRELATION_ID.to_uppercase()), 4),
    ] {
        assert_eq!(total(filter).await, expected, "{filter}");
    }
    let mine = world.order(Method::GET, &format!("journal/{CORRELATION_ID}"), None).await;
    assert_eq!(mine["total"], 4);
    let refused = &mine["entries"][2]["controls"][2];
    assert_eq!(
        *refused,
        json!({
            "control": "technical-id",
            "verdict": "refused",
            "reason": "en-tête Authorization absent : « Authorization: Bearer <jeton> » attendu",
        })
    );
}

/// A token is followed from its issue to its revocation by its identifier.
#[tokio::test]
async fn the_entries_of_a_token_name_it() {
    let world = World::start().await;
    let caller = world.caller("editeur-demo");
    let token = caller.obtain_token("editeur-demo", None).await;
    let caller = caller.bearing(&token);
    caller.get(HEALTH).await;
    let revoke = caller
        .bare(Method::POST, "/revoke")
        .basic_auth("editeur-demo", Some("secret-editeur-demo"));
    assert_eq!(Reply::read(revoke.form(&[("token", &token)])).await.status, 200);
    caller.get(HEALTH).await;
    let page = world.order(Method::GET, "journal", None).await;
    let told: Vec<_> =
        page["entries"].as_array().unwrap().iter().map(|entry| entry["token"].as_str()).collect();
    assert!(told[0].is_some_and(|id| !token.contains(id)), "{told:?}");
    assert_eq!(told, [told[0], told[0], told[0], None], "issued, used, revoked, refused");
}

#[tokio::test]
async fn a_reader_goes_on_where_it_stopped_even_when_the_clock_goes_back() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let next = world.order(Method::GET, "journal?limit=1", None).await["next"].clone();
    world.order(Method::PUT, "clock", Some(json!({"advance": "-PT1M"}))).await;
    partner.get(HEALTH).await;
    let page = world.order(Method::GET, &format!("journal?since={next}"), None).await;
    assert_eq!(
        (page["total"].as_u64(), page["entries"][0]["operation"].as_str()),
        (Some(1), Some("etatSante"))
    );
}

#[tokio::test]
async fn what_one_partner_left_is_forgotten_alone() {
    let world = World::start().await;
    for id in ["editeur-demo", "cellule-fraude"] {
        world.partner(id).await;
    }
    let forgotten = world.order(Method::DELETE, "journal?partner=editeur-demo", None).await;
    assert_eq!(forgotten, json!({"forgotten": 1}));
    let left = world.order(Method::GET, "journal", None).await;
    assert_eq!(
        (left["total"].as_u64(), left["entries"][0]["partner"].as_str()),
        (Some(1), Some("cellule-fraude"))
    );
    assert_eq!(world.order(Method::DELETE, "journal", None).await, json!({"forgotten": 1}));
}

#[tokio::test]
async fn a_misspelt_filter_is_refused_and_forgets_nothing() {
    let world = World::start().await;
    world.partner("editeur-demo").await;
    for (query, parameter) in [
        ("partner=editeur", "partner"),
        ("api=FICOBA", "api"),
        ("control=quotas", "control"),
        ("status=ok", "status"),
        ("since=yesterday", "since"),
        ("partners=editeur-demo", "partners"),
        ("code=1&code=2", "code"),
    ] {
        for method in [Method::GET, Method::DELETE] {
            let refusal = world.refusal(method, &format!("journal?{query}"), None).await;
            assert_eq!(refusal, (400, parameter.to_owned()), "{query}");
        }
    }
    assert_eq!(
        world.refusal(Method::GET, "journal?limit=0", None).await,
        (400, "limit".to_owned())
    );
    assert_eq!(world.order(Method::GET, "journal", None).await["total"], 1);
}
