//! The journal: one entry per request, whatever its end, with the verdict of each control.
//!
//! Source: CGU FICOBA 10 and CGU R2P 10 (traces). An entry says who asked what and how it ended; never a token, a secret or
//! the value of a person's data. The journal lives in a bounded ring in memory.

mod entry;
mod seal;

use std::{
    collections::VecDeque,
    str::FromStr,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use jiff::Timestamp;

pub use self::{
    entry::{
        CertificateFacts, ControlFacts, Draft, Entry, FORMAT, JustificationFacts, Kind, Mark, QuotaFacts, RunFacts,
        Step, Trace, VerdictName,
    },
    seal::Seal,
};
use crate::{admission::Control, clock::Clock};

/// The last entries, oldest first.
pub struct Journal {
    ring: Mutex<Ring>,
    capacity: usize,
    seal: Seal,
    /// The seal of all replicas, where there are several.
    shared: OnceLock<Seal>,
    /// Whether somebody was told that real data seem to come in.
    alarmed: AtomicBool,
    born: Instant,
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
    /// The fault that struck.
    pub fault: Option<String>,
    /// From when on.
    pub since: Option<Since>,
}

/// From when on entries are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// From this number on: what a page gave as `next`. Numbers go on when the clock is moved.
    Sequence(u64),
    /// From this moment of the product's time on.
    Time(Timestamp),
}

/// Some entries, and how to go on.
#[derive(Clone, Debug)]
pub struct Page {
    /// How many entries the filter wants.
    pub total: usize,
    /// The last of them, oldest first, as many as were asked for.
    pub entries: Vec<Arc<Entry>>,
    /// The number of the next entry that will be written.
    pub next: u64,
}

impl Journal {
    /// An empty journal that keeps the last `capacity` entries.
    pub fn new(capacity: usize) -> Self {
        Self {
            ring: Mutex::default(),
            capacity,
            seal: Seal::new(),
            shared: OnceLock::new(),
            alarmed: AtomicBool::new(false),
            born: Clock::instant(),
        }
    }

    /// The digests of this run.
    pub fn seal(&self) -> &Seal {
        self.shared.get().unwrap_or(&self.seal)
    }

    /// Makes the digests with this key from now on, as other processes do.
    pub fn share_seal(&self, key: &[u8]) {
        self.shared.get_or_init(|| Seal::of_key(key));
    }

    /// Whether an identifier that looks real has come in.
    pub fn alarmed(&self) -> bool {
        self.alarmed.load(Ordering::Relaxed)
    }

    /// Microseconds from the start of the run to `instant`.
    pub fn since_birth(&self, instant: Instant) -> u64 {
        u64::try_from(instant.saturating_duration_since(self.born).as_micros()).unwrap_or(u64::MAX)
    }

    /// Writes an entry down.
    pub fn record(&self, mut entry: Entry) {
        if !entry.vigilance.is_empty() && !self.alarmed.swap(true, Ordering::Relaxed) {
            let (kinds, partner) = (entry.vigilance.join(", "), entry.partner.as_deref().unwrap_or_default());
            tracing::warn!(%kinds, %partner, "a request holds an identifier that looks like real data, which has no place here; its value is kept nowhere (told once per run)");
        }
        entry.format = FORMAT;
        self.ring().push(entry, self.capacity);
    }

    /// Keeps an entry that another process wrote down, in memory only: its own file has it.
    pub fn hear(&self, entry: Entry) {
        self.ring().push(entry, self.capacity);
    }

    /// The entries that `filter` wants, oldest first.
    pub fn read(&self, filter: &Filter) -> Vec<Arc<Entry>> {
        self.ring().entries.iter().filter(|entry| filter.wants(entry)).cloned().collect()
    }

    /// The last `limit` entries that `filter` wants, how many it wants, and where to go on: one moment of the journal.
    pub fn page(&self, filter: &Filter, limit: usize) -> Page {
        let ring = self.ring();
        let wanted: Vec<_> = ring.entries.iter().filter(|entry| filter.wants(entry)).collect();
        let entries = wanted[wanted.len().saturating_sub(limit)..].iter().map(|entry| Arc::clone(entry)).collect();
        Page { total: wanted.len(), entries, next: ring.next }
    }

    /// The last `most` of the entries that `filter` wants, newest first; those numbered `before` and later left out.
    pub fn latest(&self, filter: &Filter, before: Option<u64>, most: usize) -> Vec<Arc<Entry>> {
        let ring = self.ring();
        let earlier = |entry: &&Arc<Entry>| before.is_none_or(|before| entry.sequence < before);
        let wanted = ring.entries.iter().rev().filter(earlier).filter(|entry| filter.wants(entry));
        wanted.take(most).cloned().collect()
    }

    /// The entry of this number, while it is kept.
    pub fn entry(&self, sequence: u64) -> Option<Arc<Entry>> {
        let ring = self.ring();
        let at = ring.entries.binary_search_by_key(&sequence, |entry| entry.sequence).ok()?;
        ring.entries.get(at).cloned()
    }

    /// How many of the entries kept `filter` wants.
    pub fn count(&self, filter: &Filter) -> usize {
        self.ring().entries.iter().filter(|entry| filter.wants(entry)).count()
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

impl Ring {
    fn push(&mut self, mut entry: Entry, capacity: usize) {
        entry.sequence = self.next;
        self.next += 1;
        if self.entries.len() == capacity {
            self.entries.pop_front();
        }
        self.entries.push_back(Arc::new(entry));
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
            && same(&self.fault, entry.fault.as_deref())
            && self.since.is_none_or(|since| since.reaches(entry))
            && self.status.is_none_or(|status| entry.status == Some(status))
            && self.control.is_none_or(|control| entry.refused_by() == Some(control))
            && self.correlation_id.as_ref().is_none_or(|wanted| entry.correlation_id.eq_ignore_ascii_case(wanted))
    }
}

impl Since {
    fn reaches(self, entry: &Entry) -> bool {
        match self {
            Self::Sequence(from) => entry.sequence >= from,
            Self::Time(from) => entry.time >= from,
        }
    }
}

/// A number, or a moment as RFC 3339 writes it.
impl FromStr for Since {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse().map(Self::Sequence).or_else(|_| text.parse().map(Self::Time))
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
    fn a_page_has_the_last_entries_and_says_where_to_go_on() {
        let journal = Journal::new(10);
        for partner in ["a", "b", "a", "a"] {
            journal.record(entry(partner));
        }
        let numbers = |page: &Page| page.entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>();
        let page = journal.page(&of("a"), 2);
        assert_eq!((page.total, numbers(&page), page.next), (3, vec![2, 3], 4));
        journal.record(entry("a"));
        let since = Filter { since: Some(Since::Sequence(page.next)), ..Filter::default() };
        assert_eq!(numbers(&journal.page(&since, 10)), [4]);
    }

    #[test]
    fn since_is_a_number_or_a_moment() {
        assert_eq!("12".parse::<Since>().unwrap(), Since::Sequence(12));
        assert!(matches!("2026-11-22T10:00:00Z".parse::<Since>().unwrap(), Since::Time(_)));
        assert!("yesterday".parse::<Since>().is_err());
    }

    #[test]
    fn a_reader_gets_the_newest_first_and_goes_back_by_numbers() {
        let journal = Journal::new(10);
        for partner in ["a", "b", "a", "a", "b"] {
            journal.record(entry(partner));
        }
        let numbers = |filter: &Filter, before, most| {
            journal.latest(filter, before, most).iter().map(|entry| entry.sequence).collect::<Vec<_>>()
        };
        assert_eq!(numbers(&of("a"), None, 2), [3, 2]);
        assert_eq!(numbers(&of("a"), Some(2), 2), [0]);
        assert_eq!(journal.count(&of("b")), 2);
    }

    #[test]
    fn an_entry_is_found_by_its_number_after_others_were_forgotten() {
        let journal = Journal::new(3);
        for partner in ["a", "b", "c", "d", "e"] {
            journal.record(entry(partner));
        }
        journal.forget(&of("d"));
        assert_eq!(journal.entry(4).unwrap().partner.as_deref(), Some("e"));
        assert!(journal.entry(3).is_none() && journal.entry(0).is_none() && journal.entry(5).is_none());
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
