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
    let served = api::Stamps::read(dir.path().to_owned());
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let tell = move |outcome: Result<(), api::RefreshError>| {
        drop(tell.send(outcome.map_err(|error| error.to_string())))
    };
    let pace = Duration::from_millis(5);
    let follower = tokio::spawn(api::follow(Arc::clone(&sandbox), apis, served, pace, tell));

    for name in ["._nouveau.toml", ".#nouveau.toml", ".nouveau.toml.swp"] {
        fs::write(dir.path().join("conventions").join(name), "no fixture").unwrap();
    }
    // Whole at once: a look may come at any moment.
    let put = |name: &str, text: &str| {
        let folder = dir.path().join("conventions");
        fs::write(folder.join(".put"), text).unwrap();
        fs::rename(folder.join(".put"), folder.join(name)).unwrap();
    };
    put("nouveau.toml", CONVENTION);
    assert_eq!(told.recv().await.unwrap(), Ok(()));
    assert!(sandbox.directory().convention("nouveau").is_some());
    put("autre.toml", "id = ");
    assert!(told.recv().await.unwrap().unwrap_err().contains("autre.toml"));
    assert!(sandbox.directory().convention("nouveau").is_some());
    follower.abort();
}

/// A fixture behind a link, to a file or to a folder, is followed as a plain one; so is a link that is turned elsewhere, as
/// Kubernetes does with a ConfigMap.
#[test]
fn what_a_link_leads_to_is_looked_at() {
    use std::os::unix::fs::symlink;

    use bacasable::api::Stamps;

    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let look = || Stamps::read(dir.path().to_owned());
    let far = |name: &str| elsewhere.path().join(name);
    fs::create_dir(far("folder")).unwrap();
    for name in ["file.toml", "folder/one.toml", "other.toml"] {
        fs::write(far(name), CONVENTION).unwrap();
    }
    symlink(far("folder"), dir.path().join("conventions")).unwrap();
    symlink(far("file.toml"), dir.path().join("scenarios.toml")).unwrap();
    symlink(dir.path(), dir.path().join("circle")).unwrap();
    let mut before = look();
    assert_eq!(before, look(), "nothing has changed");
    let mut changed = |what: &str| {
        let now = look();
        assert_ne!(before, now, "{what}");
        before = now;
    };
    fs::write(far("file.toml"), "# longer\n").unwrap();
    changed("the file behind a link");
    fs::write(far("folder/one.toml"), "# longer\n").unwrap();
    changed("a file in the folder behind a link");
    fs::write(far("folder/two.toml"), CONVENTION).unwrap();
    changed("a new file in the folder behind a link");
    fs::remove_file(dir.path().join("scenarios.toml")).unwrap();
    symlink(far("other.toml"), dir.path().join("scenarios.toml")).unwrap();
    changed("a link that leads to another file");
    fs::remove_file(far("other.toml")).unwrap();
    changed("a link that leads nowhere now");
    fs::write(far("folder/.#one.toml"), CONVENTION).unwrap();
    assert_eq!(before, look(), "what an editor leaves is no fixture");
}
