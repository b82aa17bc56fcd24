//! Tokens among replicas: verified everywhere, revoked everywhere, and asked for again with one meaning.

use bacasable::config::TokenReissue;
use reqwest::Method;

use super::{ask, replica, store::Store, within_a_second};
use crate::harness::{Reply, World};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";
const PARTNER: &str = "cellule-fraude";

async fn with(store: &Store, reissue: TokenReissue) -> World {
    World::with(|config| {
        config.state.url = Some(store.url());
        config.gateway.token_reissue = reissue;
    })
    .await
}

async fn accepted(world: &World, token: &str) -> bool {
    let reply = world.caller(PARTNER).bearing(token).get(HEALTH).await;
    assert!(["200", "401 900901"].contains(&reply.outcome().as_str()), "{}", reply.text);
    reply.status == 200
}

async fn revoke(world: &World, token: &str) {
    let form =
        [("token", token), ("client_id", PARTNER), ("client_secret", "secret-cellule-fraude")];
    let reply =
        Reply::read(world.caller(PARTNER).request(Method::POST, "/revoke").form(&form)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

#[tokio::test]
async fn a_token_of_one_replica_is_good_at_another_until_it_is_revoked_at_a_third() {
    let Some(store) = Store::start() else { return };
    let (one, other, third) = (replica(&store).await, replica(&store).await, replica(&store).await);
    let token = one.caller(PARTNER).obtain_token(PARTNER, None).await;
    assert!(accepted(&other, &token).await);
    revoke(&third, &token).await;
    within_a_second("the revocation", async || {
        !accepted(&other, &token).await && !accepted(&one, &token).await
    })
    .await;
    let late = replica(&store).await;
    assert!(!accepted(&late, &token).await, "a replica that starts late knows what was revoked");
}

#[tokio::test]
async fn the_console_of_any_replica_lists_and_revokes_the_tokens_of_all() {
    let Some(store) = Store::start() else { return };
    let (one, other) = (replica(&store).await, replica(&store).await);
    let (a, b) = (one.caller(PARTNER), other.caller(PARTNER));
    let tokens = [a.obtain_token(PARTNER, None).await, b.obtain_token(PARTNER, None).await];
    let listed = ask(&one, "/admin/v1/tokens").await;
    assert_eq!(
        (
            listed.as_array().unwrap().len(),
            ask(&other, "/admin/v1/tokens").await.as_array().unwrap().len()
        ),
        (2, 2)
    );
    let id = listed[1]["id"].as_str().unwrap();
    let reply = one.console(Method::DELETE, &format!("/admin/v1/tokens/{id}"), None).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    within_a_second("one of two", async || {
        accepted(&other, &tokens[0]).await != accepted(&other, &tokens[1]).await
    })
    .await;
    assert_eq!(other.console(Method::DELETE, "/admin/v1/tokens", None).await.status, 200);
    within_a_second("all", async || {
        !accepted(&one, &tokens[0]).await && !accepted(&one, &tokens[1]).await
    })
    .await;
    let fresh = one.caller(PARTNER).obtain_token(PARTNER, None).await;
    assert!(
        accepted(&one, &fresh).await && accepted(&other, &fresh).await,
        "of the era that all agree on"
    );
    let held = store.keys().join(" ");
    for secret in tokens.iter().chain([&fresh]) {
        assert!(!held.contains(secret));
    }
}

#[tokio::test]
async fn asking_again_gives_the_same_token_at_every_replica_and_none_is_kept_in_the_store() {
    let Some(store) = Store::start() else { return };
    let (one, other) =
        (with(&store, TokenReissue::Same).await, with(&store, TokenReissue::Same).await);
    let obtain = async |world: &World| world.caller(PARTNER).obtain_token(PARTNER, None).await;
    let (first, second) = tokio::join!(obtain(&one), obtain(&other));
    assert_eq!(first, second);
    let mut dump = String::new();
    for key in store.keys() {
        if let Ok(text) = redis::cmd("GET").arg(&key).query::<String>(&mut store.connection()) {
            dump.push_str(&text);
        }
    }
    let signature = first.rsplit('.').next().unwrap();
    assert!(dump.contains("cellule-fraude") && !dump.contains(signature), "{dump}");
    revoke(&one, &first).await;
    let third = obtain(&other).await;
    assert!(
        third != first && accepted(&one, &third).await,
        "a revoked token is not handed out again"
    );
}

#[tokio::test]
async fn asking_again_revokes_the_earlier_token_wherever_it_was_issued() {
    let Some(store) = Store::start() else { return };
    let mode = TokenReissue::RevokePrevious;
    let (one, other) = (with(&store, mode).await, with(&store, mode).await);
    let first = one.caller(PARTNER).obtain_token(PARTNER, None).await;
    assert!(accepted(&other, &first).await);
    let second = other.caller(PARTNER).obtain_token(PARTNER, None).await;
    within_a_second("the earlier one", async || !accepted(&one, &first).await).await;
    assert!(accepted(&one, &second).await && accepted(&other, &second).await);
}
