//! Fixtures that change on disk come into force without a restart; broken ones are refused with every reason, and the
//! world that was running stays. Requests in flight finish on the one they began with.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use arc_swap::ArcSwap;
use tokio::{task::spawn_blocking, time::sleep};

use super::{Apis, World, pki_plan};
use crate::{
    clock::Clock,
    files::Stamp,
    fixtures::{Diagnostic, is_fixture},
    pki::{self, PkiError},
    sandbox::{Act, Sandbox, Through},
};

/// Why a changed world was not put in force.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Fixtures(Vec<Diagnostic>),
    /// The certificates of new partners cannot be made.
    #[error(transparent)]
    Pki(#[from] PkiError),
}

/// Loads the fixtures again and puts them in force as a whole. Changes that the console made to conventions are gone,
/// as the files say nothing of them; its orders of faults stand.
///
/// # Errors
/// What is wrong; nothing is changed then.
pub fn refresh(sandbox: &Sandbox, apis: &ArcSwap<Apis>) -> Result<(), RefreshError> {
    let World { directory, register, apis: fresh, scenarios } =
        World::load(&sandbox.config).map_err(RefreshError::Fixtures)?;
    pki::ensure(
        &sandbox.config.certs,
        &pki_plan(&sandbox.config, &directory),
        Clock::system().now(),
    )?;
    sandbox.faults.replace_scenarios(scenarios);
    sandbox.restore_directory(directory);
    sandbox.replace_register(register);
    apis.store(Arc::new(fresh));
    Ok(())
}

/// Keeps the sandbox, whose world was read after `served` was taken, as the fixtures folder is, looking every `pace`; tells the
/// outcome of each attempt. A change is read once it has settled. Never ends: its task is aborted with the server.
pub async fn follow(
    sandbox: Arc<Sandbox>,
    apis: Arc<ArcSwap<Apis>>,
    mut served: Stamps,
    pace: Duration,
    on_outcome: impl Fn(Result<(), RefreshError>) + Send,
) {
    let mut seen = served.clone();
    loop {
        sleep(pace).await;
        let folder = served.folder.clone();
        let Ok(now) = spawn_blocking(move || Stamps::read(folder)).await else { continue };
        let settled = now == seen;
        seen = now;
        if settled && seen != served {
            served = seen.clone();
            let (sandbox, apis) = (Arc::clone(&sandbox), Arc::clone(&apis));
            let attempt = move || {
                let _turn = sandbox.turn();
                refresh(&sandbox, &apis)?;
                sandbox.intervene(Act::Fixtures, Through::Files, None, "relues");
                Ok(())
            };
            if let Ok(outcome) = spawn_blocking(attempt).await {
                on_outcome(outcome);
            }
        }
    }
}

/// What a folder of fixtures looked like at one moment. Taken before it is read, so that no change is missed between the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamps {
    folder: PathBuf,
    /// Every fixture, with what tells it from an earlier one of the same name; nothing for a link that leads nowhere.
    files: Vec<(Option<Stamp>, PathBuf)>,
}

impl Stamps {
    /// What `folder` looks like now.
    pub fn read(folder: PathBuf) -> Self {
        let mut files = Vec::new();
        for path in listed(&folder) {
            if is_fixture(&path) {
                files.push((Stamp::read(&path).ok(), path));
            } else {
                let within = listed(&path).filter(|path| is_fixture(path));
                files.extend(within.map(|path| (Stamp::read(&path).ok(), path)));
            }
        }
        files.sort();
        Self { folder, files }
    }
}

/// What is in a folder, links to folders followed; a folder that cannot be looked at is as if it were empty: loading it tells why.
fn listed(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}
