//! What becomes of an entry on its way to the file.

use std::{io, path::PathBuf};

use serde::Serialize;
use tokio::sync::oneshot;

use super::Entry;

/// Where lines go.
pub trait Medium: Send {
    /// Adds these lines, whole or not at all; `durable`: they have reached the disk when this returns.
    ///
    /// # Errors
    /// The lines are not there; nothing that could be taken for an entry is.
    fn append(&mut self, lines: &[u8], durable: bool) -> io::Result<()>;
}

/// How the file fares: for the console and the metrics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// The file.
    pub path: PathBuf,
    /// `buffered` or `strict`.
    pub policy: String,
    /// Entries written by this run.
    pub written: u64,
    /// Entries that wait to be written.
    pub pending: usize,
    /// Entries that never will be: there was no room left to wait.
    pub lost: u64,
    /// Why the last attempt failed; nothing while all is well.
    pub fault: Option<String>,
}

/// The entry is not on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal's file cannot be written")]
pub struct Unwritten;

/// A request's wait for its entry.
#[must_use = "under the strict policy nothing is answered before"]
pub struct Ticket(Option<oneshot::Receiver<Fate>>);

/// What becomes of the entry of an answer that was not given.
pub type Otherwise = fn(&mut Entry);

/// Whether an entry is on disk.
pub(super) type Fate = Result<(), Unwritten>;

impl Ticket {
    /// A wait, and who ends it.
    pub(super) fn pending() -> (oneshot::Sender<Fate>, Self) {
        let (answer, fate) = oneshot::channel();
        (answer, Self(Some(fate)))
    }

    /// No wait: the entry found no place.
    pub(super) fn lost() -> Self {
        Self(None)
    }

    /// Waits until the entry is on disk.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn written(self) -> Result<(), Unwritten> {
        match self.0 {
            Some(fate) => fate.await.unwrap_or(Err(Unwritten)),
            None => Err(Unwritten),
        }
    }
}
