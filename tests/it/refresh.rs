//! A changed fixtures folder comes into force while serving; a broken one is refused with its reasons.

use std::fs;

use reqwest::Method;
use serde_json::json;

use crate::harness::World;

const CONVENTION: &str =
    "id = \"nouveau\"\norganisation = \"Nouveau\"\ntitle = \"t\"\nsiret = \"20999012600010\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_folder_is_read_again_and_a_broken_one_leaves_what_runs() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("conventions")).unwrap();
    let world = World::with(|config| config.fixtures = Some(dir.path().to_owned())).await;
    let reset = async || world.console(Method::POST, "/admin/v1/reset", Some(json!({}))).await;
    assert!(world.server.sandbox.directory().convention("nouveau").is_none());

    fs::write(dir.path().join("conventions/nouveau.toml"), CONVENTION).unwrap();
    assert_eq!(reset().await.status, 200);
    assert!(world.server.sandbox.directory().convention("nouveau").is_some());

    fs::write(dir.path().join("conventions/nouveau.toml"), "id = ").unwrap();
    let refused = reset().await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("nouveau.toml:1"), "{}", refused.text);
    assert!(world.server.sandbox.directory().convention("nouveau").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_is_looked_at_without_being_asked() {
    use std::{sync::Arc, time::Duration};

    use arc_swap::ArcSwap;
    use bacasable::api::{self, Apis};

    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("conventions")).unwrap();
    let world = World::with(|config| config.fixtures = Some(dir.path().to_owned())).await;
    let sandbox = Arc::clone(&world.server.sandbox);
    let apis = Arc::new(ArcSwap::from_pointee(Apis::load(Some(dir.path())).unwrap()));
    let served = api::Stamps::of(dir.path().to_owned());
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let tell = move |outcome: Result<(), api::RefreshError>| {
        drop(tell.send(outcome.map_err(|error| error.to_string())))
    };
    let pace = Duration::from_millis(5);
    let follower = tokio::spawn(api::follow(Arc::clone(&sandbox), apis, served, pace, tell));

    fs::write(dir.path().join("conventions/nouveau.toml"), CONVENTION).unwrap();
    assert_eq!(told.recv().await.unwrap(), Ok(()));
    assert!(sandbox.directory().convention("nouveau").is_some());
    fs::write(dir.path().join("conventions/autre.toml"), "id = ").unwrap();
    assert!(told.recv().await.unwrap().unwrap_err().contains("autre.toml"));
    assert!(sandbox.directory().convention("nouveau").is_some());
    follower.abort();
}
