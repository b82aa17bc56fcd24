//! `tokens`: minted, listed without their value, revoked.

use reqwest::Method;
use serde_json::{Value, json};

use super::HEALTH;
use crate::harness::World;

async fn mint(world: &World, order: Value) -> Value {
    let reply = world.console(Method::POST, "/admin/v1/tokens", Some(order)).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json()
}

#[tokio::test]
async fn a_minted_token_is_good_expired_or_about_to_be() {
    let world = World::start().await;
    for (expires_in, outcome) in [(60, "200"), (1, "200"), (0, "401 900901"), (-10, "401 900901")] {
        let minted =
            mint(&world, json!({"partner": "editeur-demo", "expires_in": expires_in})).await;
        let partner =
            world.caller("editeur-demo").bearing(minted["access_token"].as_str().unwrap());
        let seen = partner.get(HEALTH).await;
        let seen = if seen.status == 200 { "200".to_owned() } else { seen.outcome() };
        assert_eq!(seen, outcome, "{expires_in}");
    }
    let usual = mint(&world, json!({"partner": "editeur-demo"})).await;
    assert_eq!(
        (usual["expires_in"].as_i64(), usual["token_type"].as_str()),
        (Some(3600), Some("Bearer"))
    );
    assert_eq!(usual["expires_at"], "2026-11-22T11:00:00Z");
}

#[tokio::test]
async fn a_minted_token_has_the_scopes_that_were_asked_and_no_others() {
    let world = World::start().await;
    let order = json!({"partner": "commune-valmont", "scopes": ["api_r2p_resolution_spi"]});
    let minted = mint(&world, order).await;
    assert_eq!(minted["scope"], "am_application_scope api_r2p_resolution_spi");
    let partner = world.caller("commune-valmont").bearing(minted["access_token"].as_str().unwrap());
    assert_eq!(partner.get("/r2p/v1/personne/1899582886173").await.outcome(), "403 900910");
    for (order, pointer) in [
        (json!({"partner": "commune-valmont", "scopes": ["dgfip_ficoba_iban"]}), "/scopes/0"),
        (json!({"partner": "nobody"}), "/partner"),
        (json!({"partner": "editeur-demo", "expires_in": 999_999_999_999_i64}), "/expires_in"),
        (json!({"partner": "editeur-demo", "expires_in": "soon"}), "/expires_in"),
        (json!({"scopes": []}), ""),
    ] {
        assert_eq!(
            world.refusal(Method::POST, "tokens", Some(order.clone())).await,
            (422, pointer.to_owned()),
            "{order}"
        );
    }
}

#[tokio::test]
async fn active_tokens_are_listed_without_their_value_and_revoked_one_by_one_by_partner_or_all() {
    let world = World::start().await;
    let [one, other] = ["editeur-demo", "cellule-fraude"].map(|id| json!({"partner": id}));
    let (one, other) = (mint(&world, one).await, mint(&world, other).await);
    mint(&world, json!({"partner": "editeur-demo", "expires_in": -1})).await;
    let list = world.console(Method::GET, "/admin/v1/tokens", None).await;
    for minted in [&one, &other] {
        assert!(!list.text.contains(minted["access_token"].as_str().unwrap()));
    }
    let ids = |list: Value| {
        list.as_array().unwrap().iter().map(|token| token["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(list.json()), [one["id"].clone(), other["id"].clone()]);
    let mine = world.order(Method::GET, "tokens?partner=editeur-demo", None).await;
    assert_eq!(mine[0]["expires_at"], "2026-11-22T11:00:00Z");
    assert_eq!(ids(mine), [one["id"].clone()]);

    let holder = |id: &str, minted: &Value| {
        world.caller(id).bearing(minted["access_token"].as_str().unwrap())
    };
    let path = format!("tokens/{}", one["id"].as_str().unwrap());
    world.order(Method::DELETE, &path, None).await;
    assert_eq!(holder("editeur-demo", &one).get(HEALTH).await.outcome(), "401 900901");
    assert_eq!(holder("cellule-fraude", &other).get(HEALTH).await.status, 200);
    assert_eq!(world.refusal(Method::DELETE, "tokens/none", None).await.0, 404);

    let again = mint(&world, json!({"partner": "editeur-demo"})).await;
    let revoked = world.order(Method::DELETE, "tokens?partner=editeur-demo", None).await;
    assert_eq!(revoked, json!({"revoked": 1}));
    assert_eq!(holder("editeur-demo", &again).get(HEALTH).await.outcome(), "401 900901");
    assert_eq!(holder("cellule-fraude", &other).get(HEALTH).await.status, 200);
    world.order(Method::DELETE, "tokens", None).await;
    assert_eq!(holder("cellule-fraude", &other).get(HEALTH).await.outcome(), "401 900901");
    assert_eq!(world.order(Method::GET, "tokens", None).await, json!([]));
}
