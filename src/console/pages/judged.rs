//! Reports kept for as long as what they are made from does not change: judging a long journal takes longer than a page may.
//!
//! A short journal is judged while the reader waits. A long one is judged behind: the page shows the last report that was
//! made, says so, and is opened again a moment later.

use std::{
    collections::{HashMap, HashSet},
    fs,
    sync::Arc,
    time::{Duration, SystemTime},
};

use parking_lot::{Mutex, MutexGuard};
use tokio::{task::spawn_blocking, time::timeout};

use crate::{
    console::{Console, abouts},
    directory::{Convention, State},
    journal::Filter,
    recette::{
        Recette,
        evidence::Selection,
        live::{self, Held},
        report::{About, Report},
    },
};

/// The last report about each partner.
#[derive(Default)]
pub(super) struct Judgements {
    kept: Mutex<HashMap<String, (Basis, Arc<Report>)>>,
    /// The partners whose long journal is being judged.
    running: Mutex<HashSet<String>>,
}

/// What is known about a partner's rehearsal just now.
pub(super) struct Judged {
    pub(super) convention: Arc<Convention>,
    /// The last report; nothing while the first is being made.
    pub(super) report: Option<Arc<Report>>,
    /// Whether it tells all that the journal holds.
    pub(super) current: bool,
}

/// What a report is made from, but for the moment that it bears as its date.
#[derive(Clone)]
struct Basis {
    /// A folder's catalogue is another one at each reading.
    recette: Arc<Recette>,
    convention: Arc<Convention>,
    state: State,
    /// The number of the journal's next entry, and how many it keeps.
    journal: (u64, usize),
    /// The size and the time of the journal's file.
    file: Option<(u64, Option<SystemTime>)>,
    /// What people said.
    about: About,
    /// Whether the clock stands or is away from the system's, which the report remarks.
    clock: (bool, i64),
    /// How much was ordered at the console, which the report tells.
    ordered: u64,
}

impl Judgements {
    /// What is known about these partners, in their order; what cannot be read otherwise.
    pub(super) async fn for_partners(
        self: Arc<Self>,
        console: Console,
        partners: Vec<Arc<Convention>>,
    ) -> Result<Vec<Judged>, String> {
        let (all, sandbox) = (Arc::clone(&self), Arc::clone(&console.sandbox));
        let read = spawn_blocking(move || bases(&console, partners))
            .await
            .map_err(|error| error.to_string())?;
        let bases = read?;
        let stale: Vec<_> = bases.iter().filter(|basis| !self.is_current(basis)).cloned().collect();
        let long = stale.first().is_some_and(Basis::is_long);
        let patience = if long { PATIENCE } else { Duration::MAX };
        let job = spawn_blocking(move || {
            let mut held = None;
            for basis in stale {
                let id = basis.convention.id.clone();
                let Some(_turn) = JudgingTurn::take(&all, &id, long) else { continue };
                let read = match &held {
                    Some(held) => Ok(held),
                    None => Held::by(&sandbox).map(|read| &*held.insert(read)),
                };
                let judged = read.map(|held| {
                    let Basis { recette, convention, about, .. } = &basis;
                    let selection = Selection::default();
                    held.report(&sandbox, recette, convention, &selection, about.clone())
                });
                let report = Arc::new(judged.map_err(|error| error.to_string())?);
                all.kept().insert(id, (basis, report));
            }
            Ok::<_, String>(())
        });
        if let Ok(done) = timeout(patience, job).await {
            done.map_err(|error| error.to_string())??;
        }
        let known = |basis: Basis| {
            let report =
                self.kept().get(&basis.convention.id).map(|(_, report)| Arc::clone(report));
            Judged { current: self.is_current(&basis), convention: basis.convention, report }
        };
        Ok(bases.into_iter().map(known).collect())
    }

    fn is_current(&self, basis: &Basis) -> bool {
        self.kept().get(&basis.convention.id).is_some_and(|(known, _)| known.is(basis))
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, (Basis, Arc<Report>)>> {
        self.kept.lock()
    }

    fn running(&self) -> MutexGuard<'_, HashSet<String>> {
        self.running.lock()
    }
}

/// Who judges a partner's long journal: one visit at a time, whatever its end.
struct JudgingTurn<'a>(&'a Judgements, String);

impl<'a> JudgingTurn<'a> {
    /// Nothing when it is another visit's; a short journal is everybody's.
    fn take(all: &'a Judgements, id: &str, long: bool) -> Option<Self> {
        (all.running().insert(id.to_owned()) || !long).then(|| Self(all, id.to_owned()))
    }
}

impl Drop for JudgingTurn<'_> {
    fn drop(&mut self) {
        self.0.running().remove(&self.1);
    }
}

impl Basis {
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.recette, &other.recette)
            && Arc::ptr_eq(&self.convention, &other.convention)
            && self.about == other.about
            && (self.state, self.journal, self.file, self.clock, self.ordered)
                == (other.state, other.journal, other.file, other.clock, other.ordered)
    }

    fn is_long(&self) -> bool {
        self.journal.1 > LONG || self.file.is_some_and(|(bytes, _)| bytes > LONG_FILE)
    }
}

/// What reports about these partners would be made from now.
fn bases(console: &Console, partners: Vec<Arc<Convention>>) -> Result<Vec<Basis>, String> {
    let sandbox = &console.sandbox;
    let joined = |faults: Vec<_>| {
        faults.iter().map(ToString::to_string).collect::<Vec<String>>().join(" ; ")
    };
    let recette = live::recette(sandbox.config.fixtures.as_deref()).map_err(joined)?;
    let journal = sandbox.journal.page(&Filter::default(), 0);
    let reading = sandbox.clock.read();
    let file = sandbox.config.journal.file.as_ref().and_then(|path| fs::metadata(path).ok());
    let basis = |convention: Arc<Convention>| Basis {
        recette: Arc::clone(&recette),
        state: convention.life.state(reading.now),
        about: abouts::for_partner(sandbox, &convention.id),
        convention,
        journal: (journal.next, journal.total),
        file: file.as_ref().map(|file| (file.len(), file.modified().ok())),
        clock: (reading.frozen, reading.offset.as_mins()),
        ordered: sandbox.interventions.ever(),
    };
    Ok(partners.into_iter().map(basis).collect())
}

/// How long a reader waits for a long journal to be judged: pages answer within 50 ms.
const PATIENCE: Duration = Duration::from_millis(20);
/// Entries in memory from which on a journal is long: judging as many takes some twenty milliseconds.
const LONG: usize = 1_000;
/// Bytes from which on a journal's file is long: some thousand entries.
const LONG_FILE: u64 = 1_000_000;
