//! What becomes of an entry on its way to the file.

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use serde::Serialize;
use tokio::{sync::oneshot, time::timeout};
use utoipa::ToSchema;

use super::Entry;
use crate::config::JournalPolicy;

/// Where lines go.
pub trait Medium: Send {
    /// Adds these lines, whole or not at all; `durable`: they have reached the disk when this returns.
    ///
    /// # Errors
    /// The lines are not there; nothing that could be taken for an entry is.
    fn append(&mut self, lines: &[u8], durable: bool) -> io::Result<()>;

    /// Takes back what the last call of [`Medium::append`] added: it took so long that something else was answered.
    ///
    /// # Errors
    /// The lines are still there.
    fn take_back(&mut self) -> io::Result<()>;
}

/// How journal.file fares
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = JournalFile)]
pub struct Kept {
    #[schema(value_type = String)]
    pub path: PathBuf,
    #[schema(value_type = JournalPolicy)]
    pub policy: String,
    /// Entries written by this run
    pub written: u64,
    /// Entries that wait to be written
    pub pending: usize,
    /// Entries that never will be
    pub lost: u64,
    /// Why the last attempt failed, or for how long the disk has not answered; null while all is well
    #[schema(required)]
    pub fault: Option<String>,
}

/// The entry is not on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal's file cannot be written")]
pub struct Unwritten;

/// A request's wait for its entry.
#[must_use = "under the strict policy nothing is answered before"]
pub struct Ticket(Option<Wait>);

struct Wait {
    fate: oneshot::Receiver<Fate>,
    claim: Arc<Claim>,
    patience: Duration,
}

/// Who decides what is answered: whoever claims it first, the one that writes the entry or the one that has waited too long.
#[derive(Default)]
pub(super) struct Claim(AtomicU8);

impl Claim {
    const WRITTEN: u8 = 1;
    const GIVEN_UP: u8 = 2;

    /// The entry is on disk; false when its answer is another one already.
    pub(super) fn written(&self) -> bool {
        self.decide(Self::WRITTEN)
    }

    fn given_up(&self) -> bool {
        self.decide(Self::GIVEN_UP)
    }

    fn decide(&self, wanted: u8) -> bool {
        match self.0.compare_exchange(0, wanted, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(now) => now == wanted,
        }
    }
}

/// What becomes of the entry of an answer that was not given.
pub type Otherwise = fn(&mut Entry);

/// Whether an entry is on disk.
pub(super) type Fate = Result<(), Unwritten>;

impl Ticket {
    /// A wait of so long at most, and who ends it.
    pub(super) fn pending(patience: Duration) -> (oneshot::Sender<Fate>, Arc<Claim>, Self) {
        let (answer, fate) = oneshot::channel();
        let claim = Arc::<Claim>::default();
        let wait = Wait { fate, claim: Arc::clone(&claim), patience };
        (answer, claim, Self(Some(wait)))
    }

    /// No wait: the entry found no place.
    pub(super) fn lost() -> Self {
        Self(None)
    }

    /// Waits until the entry is on disk.
    ///
    /// # Errors
    /// It cannot be written, or the disk does not answer.
    pub async fn written(self) -> Result<(), Unwritten> {
        let Some(Wait { mut fate, claim, patience }) = self.0 else { return Err(Unwritten) };
        let known = match timeout(patience, &mut fate).await {
            Ok(known) => known,
            Err(_) if claim.given_up() => return Err(Unwritten),
            Err(_) => fate.await, // it is being said just now
        };
        known.unwrap_or(Err(Unwritten))
    }
}
