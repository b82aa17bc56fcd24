//! Reports kept for as long as what they are made from does not change: judging a full journal takes longer than a page may.

use std::{
    collections::HashMap,
    fs,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use crate::{
    directory::{Convention, State},
    journal::Filter,
    recette::{Recette, live, report::Report},
    sandbox::Sandbox,
};

/// The last report about each partner.
#[derive(Default)]
pub(in crate::console::pages) struct Judgements(Mutex<HashMap<String, (Basis, Arc<Report>)>>);

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
    /// Whether the clock stands or is away from the system's, which the report remarks.
    clock: (bool, i64),
}

impl Judgements {
    /// The reports about these partners, in their order; what cannot be read otherwise. It takes its time: not on the threads
    /// that answer.
    pub(super) fn of(
        &self,
        sandbox: &Sandbox,
        recette: &Arc<Recette>,
        conventions: &[Arc<Convention>],
    ) -> Result<Vec<Arc<Report>>, String> {
        let journal = sandbox.journal.page(&Filter::default(), 0);
        let reading = sandbox.clock.read();
        let file = sandbox.config.journal.file.as_ref().and_then(|path| fs::metadata(path).ok());
        let basis = |convention: &Arc<Convention>| Basis {
            recette: Arc::clone(recette),
            convention: Arc::clone(convention),
            state: convention.life.state(reading.now),
            journal: (journal.next, journal.total),
            file: file.as_ref().map(|file| (file.len(), file.modified().ok())),
            clock: (reading.frozen, reading.offset.as_mins()),
        };
        conventions.iter().map(|convention| self.one(sandbox, basis(convention))).collect()
    }

    fn one(&self, sandbox: &Sandbox, basis: Basis) -> Result<Arc<Report>, String> {
        let id = basis.convention.id.clone();
        let kept = self.kept().get(&id).filter(|(known, _)| known.is(&basis)).map(|(_, report)| Arc::clone(report));
        if let Some(report) = kept {
            return Ok(report);
        }
        let report = live::report(sandbox, &basis.recette, &basis.convention).map_err(|error| error.to_string())?;
        let report = Arc::new(report);
        self.kept().insert(id, (basis, Arc::clone(&report)));
        Ok(report)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Basis, Arc<Report>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Basis {
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.recette, &other.recette)
            && Arc::ptr_eq(&self.convention, &other.convention)
            && (self.state, self.journal, self.file, self.clock)
                == (other.state, other.journal, other.file, other.clock)
    }
}
