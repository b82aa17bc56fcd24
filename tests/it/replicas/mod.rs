//! Several replicas on one store: a real Redis, started by each test where the program is installed.

mod balanced;
mod fleet;
mod header;
mod journal;
mod loss;
mod orders;
mod quota;
mod start;
mod store;
mod tokens;

use std::{num::NonZeroU64, time::Duration};

use bacasable::{clock::Clock, config::Config};
use reqwest::Method;
use serde_json::Value;

use self::store::Store;
use crate::harness::World;

/// A server on the store.
async fn replica(store: &Store) -> World {
    World::with(|config| config.state.url = Some(store.url())).await
}

/// The same, which does not think its store lost where the machine is busy: for what is promised while it is there.
async fn patient(store: &Store) -> World {
    World::with(|config| patiently(config, store)).await
}

fn patiently(config: &mut Config, store: &Store) {
    config.state.url = Some(store.url());
    config.state.timeout_ms = NonZeroU64::new(10_000).unwrap();
}

/// What the console answers at a path.
async fn ask(world: &World, path: &str) -> Value {
    world.console(Method::GET, path, None).await.json()
}

/// Asks until the answer is as wanted. A second is promised, where the machine has the time for it: a busy one is given more.
async fn within_a_second(what: &str, mut asked: impl AsyncFnMut() -> bool) {
    eventually(what, Duration::from_secs(30), &mut asked).await;
}

/// The same within any time.
async fn eventually(what: &str, patience: Duration, asked: &mut impl AsyncFnMut() -> bool) {
    let end = Clock::instant() + patience;
    while !asked().await {
        assert!(Clock::instant() < end, "not within {patience:?}: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
