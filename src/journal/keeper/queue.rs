//! What the file's thread has to write.

use std::time::{Duration, Instant};

use crate::journal::batch::Batch;

/// The entries that are not on file, and how the thread stands with them.
pub(super) struct Queue {
    /// What the thread takes next.
    pub(super) next: Batch,
    /// How many entries the thread has, and tries to write.
    pub(super) taken: usize,
    /// The number of the first of these.
    pub(super) first_taken: u64,
    pub(super) capacity: usize,
    /// The number after that of the last entry handed over.
    pub(super) seen: u64,
    /// How often the thread began to write.
    pub(super) attempts: u64,
    /// The last of these that failed.
    pub(super) failed: u64,
    /// Up to which of these nobody wants to linger or to pause.
    pub(super) urgent: u64,
    pub(super) written: u64,
    pub(super) lost: u64,
    /// Since when the disk is asked for something.
    pub(super) asked: Option<Instant>,
    /// Somebody was told that it does not answer.
    pub(super) reported_hung: bool,
    /// Somebody was told that entries are missing in the file.
    pub(super) reported: bool,
    pub(super) fault: Option<String>,
    pub(super) rest: Rest,
    pub(super) closed: bool,
}

/// What the thread is at: it is woken only when it must be, for waking costs a request more than its entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    Working,
    /// Nothing to do.
    Idle,
    /// There is something; more is waited for, to write it at once.
    Lingering,
    /// It could not be written; a while later it may.
    Pausing,
}

impl Queue {
    /// Nothing yet, and room for so many.
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            next: Batch::default(),
            taken: 0,
            first_taken: 0,
            capacity,
            seen: 0,
            attempts: 0,
            failed: 0,
            urgent: 0,
            written: 0,
            lost: 0,
            asked: None,
            reported_hung: false,
            reported: false,
            fault: None,
            rest: Rest::Working,
            closed: false,
        }
    }

    /// Whether entries are missing in the file and nobody was told.
    pub(super) fn missing(&mut self) -> bool {
        self.lost > 0 && !std::mem::replace(&mut self.reported, self.lost > 0)
    }

    /// For how long the disk has not answered, when that is too long.
    pub(super) fn hangs_for(&self, patience: Duration) -> Option<Duration> {
        let since = self.asked?.elapsed();
        (since >= patience).then_some(since)
    }

    /// How many entries are not written.
    pub(super) fn pending(&self) -> usize {
        self.taken + self.next.len()
    }

    /// The number of the first entry that is not written.
    pub(super) fn first(&self) -> Option<u64> {
        match self.taken {
            0 => self.next.first(),
            _ => Some(self.first_taken),
        }
    }
}

/// Entries that are worth a write of their own.
pub(super) const BATCH: usize = 1024;
