//! The journal: one entry per request, whatever its end, with the verdict of each control.
//!
//! Source: CGU FICOBA 10 and CGU R2P 10 (traces). An entry says who asked what and how it ended; never a token, a secret or
//! the value of a person's data. The journal lives in a bounded ring in memory.

mod entry;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use self::entry::{CertificateFacts, ControlFacts, Draft, Entry, JustificationFacts, Kind, Trace};
use crate::admission::Control;

/// The last entries, oldest first.
pub struct Journal {
    ring: Mutex<Ring>,
    capacity: usize,
}

#[derive(Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    /// The number of the next entry; never reused.
    next: u64,
}

/// Which entries a reader wants; what is absent does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The partner's id.
    pub partner: Option<String>,
    /// The API's name.
    pub api: Option<String>,
    /// The operation's name.
    pub operation: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The code of the answer.
    pub code: Option<String>,
    /// The control that refused.
    pub control: Option<Control>,
    /// The correlation identifier.
    pub correlation_id: Option<String>,
}

impl Journal {
    /// An empty journal that keeps the last `capacity` entries.
    pub fn new(capacity: usize) -> Self {
        Self { ring: Mutex::default(), capacity }
    }

    /// Writes an entry down.
    pub fn record(&self, mut entry: Entry) {
        let mut ring = self.ring();
        entry.sequence = ring.next;
        ring.next += 1;
        if ring.entries.len() == self.capacity {
            ring.entries.pop_front();
        }
        ring.entries.push_back(Arc::new(entry));
    }

    /// The entries that `filter` wants, oldest first.
    pub fn read(&self, filter: &Filter) -> Vec<Arc<Entry>> {
        self.ring().entries.iter().filter(|entry| filter.wants(entry)).cloned().collect()
    }

    /// Forgets the entries that `filter` wants; how many there were.
    pub fn forget(&self, filter: &Filter) -> usize {
        let mut ring = self.ring();
        let before = ring.entries.len();
        ring.entries.retain(|entry| !filter.wants(entry));
        before - ring.entries.len()
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Filter {
    /// Whether an entry is wanted.
    pub fn wants(&self, entry: &Entry) -> bool {
        let same = |wanted: &Option<String>, seen: Option<&str>| wanted.is_none() || wanted.as_deref() == seen;
        same(&self.partner, entry.partner.as_deref())
            && same(&self.api, entry.api.map(|api| api.as_str()))
            && same(&self.operation, entry.operation.as_deref())
            && same(&self.code, entry.code.as_deref())
            && self.status.is_none_or(|status| entry.status == Some(status))
            && self.control.is_none_or(|control| entry.refused_by() == Some(control))
            && self.correlation_id.as_ref().is_none_or(|wanted| entry.correlation_id.eq_ignore_ascii_case(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(partner: &str) -> Entry {
        Entry { partner: Some(partner.to_owned()), ..Entry::default() }
    }

    fn of(partner: &str) -> Filter {
        Filter { partner: Some(partner.to_owned()), ..Filter::default() }
    }

    #[test]
    fn the_oldest_entry_makes_room_and_numbers_are_never_reused() {
        let journal = Journal::new(2);
        for partner in ["a", "b", "c"] {
            journal.record(entry(partner));
        }
        let read = journal.read(&Filter::default());
        assert_eq!(read.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn what_belongs_to_one_partner_is_forgotten_alone() {
        let journal = Journal::new(10);
        for partner in ["a", "b", "a"] {
            journal.record(entry(partner));
        }
        assert_eq!(journal.forget(&of("a")), 2);
        assert_eq!(journal.read(&Filter::default()).len(), 1);
        assert!(journal.read(&of("a")).is_empty());
    }
}
