//! Tokens among replicas: verified everywhere, revoked everywhere, and asked for again with one meaning.

use bacasable::config::TokenReissue;
use reqwest::Method;

use super::{ask, patient, patiently, store::Store, within_a_second};
use crate::harness::{Reply, World};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";
const PARTNER: &str = "cellule-fraude";

async fn with(store: &Store, reissue: TokenReissue) -> World {
    World::with(|config| {
        patiently(config, store);
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
    let (one, other, third) = (patient(&store).await, patient(&store).await, patient(&store).await);
    let token = one.caller(PARTNER).obtain_token(PARTNER, None).await;
    assert!(accepted(&other, &token).await);
    revoke(&third, &token).await;
    within_a_second("the revocation", async || {
        !accepted(&other, &token).await && !accepted(&one, &token).await
    })
    .await;
    let late = patient(&store).await;
    assert!(!accepted(&late, &token).await, "a replica that starts late knows what was revoked");
}

#[tokio::test]
async fn the_console_of_any_replica_lists_and_revokes_the_tokens_of_all() {
    let Some(store) = Store::start() else { return };
    let (one, other) = (patient(&store).await, patient(&store).await);
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

#[tokio::test]
async fn a_revocation_outlives_the_stream_in_which_it_was_told_and_a_store_that_was_emptied() {
    let Some(store) = Store::start() else { return };
    let one = patient(&store).await;
    let token = one.caller(PARTNER).obtain_token(PARTNER, None).await;
    revoke(&one, &token).await;
    // As when a hundred thousand other events have pushed it out.
    redis::cmd("DEL").arg(store.named("tokens")).exec(&mut store.connection()).unwrap();
    let late = patient(&store).await;
    assert!(!accepted(&late, &token).await, "it knows from the revocations themselves");

    let other = late.caller(PARTNER).obtain_token(PARTNER, None).await;
    revoke(&late, &other).await;
    redis::cmd("FLUSHALL").exec(&mut store.connection()).unwrap();
    within_a_second("the store knows again", async || {
        let mut known = redis::cmd("HLEN");
        known.arg(store.named("revocations"));
        known.query::<u64>(&mut store.connection()).is_ok_and(|known| known > 0)
    })
    .await;
    let later = patient(&store).await;
    // Each replica brings back what it knows, when it notices; those who came in between hear of it.
    within_a_second("both, whichever replica knew of them", async || {
        !accepted(&later, &token).await && !accepted(&later, &other).await
    })
    .await;
}

#[tokio::test]
async fn an_application_with_too_many_revocations_loses_all_its_tokens_at_every_replica_and_nobody_elses()
 {
    let Some(store) = Store::start() else { return };
    let (one, two) = (patient(&store).await, patient(&store).await);
    let (revoked, alive) = (
        one.caller(PARTNER).obtain_token(PARTNER, None).await,
        two.caller(PARTNER).obtain_token(PARTNER, None).await,
    );
    let others = two.caller("editeur-demo").obtain_token("editeur-demo", None).await;
    let others_revoked = one.caller("editeur-demo").obtain_token("editeur-demo", None).await;
    let form = [
        ("token", others_revoked.as_str()),
        ("client_id", "editeur-demo"),
        ("client_secret", "secret-editeur-demo"),
    ];
    let request = one.caller("editeur-demo").request(Method::POST, "/revoke").form(&form);
    assert_eq!(Reply::read(request).await.status, 200);
    // Ten thousand revocations of the first one's, of tokens that end in 2100.
    let listed = ask(&one, "/admin/v1/tokens").await;
    let id = listed[0]["id"].as_str().unwrap();
    let name = format!("{}{}:{PARTNER}", &id[..8], &id[9..13]);
    let mut fill = redis::pipe();
    fill.cmd("HSET").arg(store.named("revocations")).arg(&name).arg(10_000).ignore();
    for n in 0..10_000 {
        let key = store.named(&format!("revoked:{name}"));
        fill.cmd("HSET").arg(key).arg(format!("filler-{n}")).arg(4_102_444_800_u64).ignore();
    }
    fill.exec(&mut store.connection()).unwrap();

    revoke(&one, &revoked).await;
    assert!(!accepted(&one, &alive).await && !accepted(&one, &revoked).await, "at once there");
    within_a_second("everywhere", async || {
        !accepted(&two, &alive).await && !accepted(&two, &revoked).await
    })
    .await;
    let fresh = two.caller(PARTNER).obtain_token(PARTNER, None).await;
    assert!(accepted(&one, &fresh).await && accepted(&two, &fresh).await);
    let bearer = |world: &World, token: &str| world.caller("editeur-demo").bearing(token);
    for world in [&one, &two] {
        assert_eq!(bearer(world, &others).get(HEALTH).await.status, 200);
        assert_eq!(bearer(world, &others_revoked).get(HEALTH).await.status, 401);
    }
    let journal = ask(&one, "/admin/v1/journal").await;
    let told = journal["entries"].as_array().unwrap().iter().find(|one| one["kind"] == "tokens");
    let told = told.expect("an entry that says so");
    assert_eq!(told["partner"], PARTNER);
    assert!(told["note"].as_str().unwrap().contains("révoqués"), "{told}");
    let late = patient(&store).await;
    assert!(!accepted(&late, &alive).await && accepted(&late, &fresh).await);
}
