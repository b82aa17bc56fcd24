//! Entries that are missing, by the numbers that none has.

use std::fmt;

use crate::journal::{Entry, Kind};

/// Numbers of entries that are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The first.
    pub from: u64,
    /// The last.
    pub to: u64,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to - self.from {
            0 => write!(f, "{}", self.from),
            _ => write!(f, "{} à {}", self.from, self.to),
        }
    }
}

/// The numbers that no entry has, in entries that are in order.
pub fn gaps<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Gap> {
    let mut numbers = Numbers::default();
    entries.into_iter().filter_map(|entry| numbers.missing_before(entry)).collect()
}

/// The numbers that entries have had.
#[derive(Default)]
pub(super) struct Numbers<'a> {
    last: Option<&'a Entry>,
    /// The highest of the run.
    highest: u64,
    /// Whether the run shares its numbers with other replicas, whose entries are elsewhere.
    shared: bool,
}

impl<'a> Numbers<'a> {
    /// What is missing between the entries so far and this one. What was before the first is no gap: it is forgotten in time.
    pub(super) fn missing_before(&mut self, entry: &'a Entry) -> Option<Gap> {
        let last = self.last.replace(entry);
        let begins = last.is_none_or(|last| begins_anew(entry, last));
        let next = if begins { 0 } else { self.highest + 1 };
        if begins {
            (self.highest, self.shared) = (0, entry.run.as_ref().is_some_and(|run| run.replica));
        }
        self.shared |= entry.replica.is_some();
        self.highest = self.highest.max(entry.sequence);
        let missing = last.is_some() && entry.sequence > next && entry.kind != Kind::Start;
        (missing && !self.shared).then(|| Gap { from: next, to: entry.sequence - 1 })
    }
}

/// Whether a server started between the two: it says so, or counts from the beginning again, its entries and its time. Entries
/// of several servers in the order of their time are not that.
pub(super) fn begins_anew(entry: &Entry, last: &Entry) -> bool {
    let earlier =
        entry.sequence == 0 || entry.arrived_us == 0 || entry.arrived_us < last.arrived_us;
    entry.kind == Kind::Start || (entry.sequence <= last.sequence && earlier)
}
