//! The ring in memory: the last entries, oldest first, and what is read from it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::{Entry, Filter};

/// The ring, shared by the journal, the thread that writes its file, and those who follow it.
pub(super) struct Memory {
    ring: Mutex<Ring>,
    /// Wakes followers; its value is whether they are sent away.
    bell: watch::Sender<bool>,
}

/// The last entries.
pub(super) struct Ring {
    entries: VecDeque<Arc<Entry>>,
    capacity: usize,
    /// The number of the next entry; never reused.
    next: u64,
    /// Everything numbered below made room for others.
    pushed_out: u64,
    /// Everything numbered below may be told to followers: its fate is known.
    told: u64,
}

/// Some entries, and how to go on.
#[derive(Clone, Debug)]
pub struct Page {
    /// How many entries the filter wants.
    pub total: usize,
    /// Some of them, oldest first: the last ones, or those after a number.
    pub entries: Vec<Arc<Entry>>,
    /// How many that the filter wants come after these.
    pub left: usize,
    /// The number of the next entry that will be written.
    pub next: u64,
}

/// What a follower finds.
pub(super) enum Found {
    /// These, and where to go on.
    Some(Vec<Arc<Entry>>, u64),
    /// Nothing yet from there on.
    Nothing(u64),
    /// From its place to this number exclusive, entries are gone.
    Gone(u64),
}

impl Memory {
    pub(super) fn new(capacity: usize) -> Self {
        let ring = Ring { entries: VecDeque::new(), capacity, next: 0, pushed_out: 0, told: 0 };
        Self { ring: Mutex::new(ring), bell: watch::Sender::new(false) }
    }

    pub(super) fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets followers see everything numbered below `told`.
    pub(super) fn tell(&self, told: u64) {
        let mut ring = self.ring();
        ring.told = ring.told.max(told);
        drop(ring);
        self.ring_bell();
    }

    /// Followers look again. Nobody pays for it when nobody follows.
    pub(super) fn ring_bell(&self) {
        if self.bell.receiver_count() > 0 {
            self.bell.send_modify(|_| ());
        }
    }

    /// Sends the followers away.
    pub(super) fn dismiss(&self) {
        self.bell.send_replace(true);
    }

    pub(super) fn listen(&self) -> watch::Receiver<bool> {
        self.bell.subscribe()
    }
}

impl Ring {
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Adds the next entry; `told` when followers may see it at once. The one that makes room is the caller's to drop, once
    /// the ring is free again: that costs more than all the rest.
    #[must_use]
    pub(super) fn push(&mut self, entry: Arc<Entry>, told: bool) -> Option<Arc<Entry>> {
        debug_assert_eq!(entry.sequence, self.next, "numbers follow each other");
        self.next += 1;
        if told {
            self.told = self.next;
        }
        let oldest = if self.entries.len() == self.capacity { self.entries.pop_front() } else { None };
        if let Some(oldest) = &oldest {
            self.pushed_out = oldest.sequence + 1;
        }
        self.entries.push_back(entry);
        oldest
    }

    /// Puts another version of an entry in its place, if it is still there.
    pub(super) fn amend(&mut self, entry: Arc<Entry>) {
        if let Some(place) = self.at(entry.sequence).and_then(|at| self.entries.get_mut(at)) {
            *place = entry;
        }
    }

    pub(super) fn read(&self, filter: &Filter) -> Vec<Arc<Entry>> {
        self.entries.iter().filter(|entry| filter.wants(entry)).cloned().collect()
    }

    pub(super) fn page(&self, filter: &Filter, limit: usize) -> Page {
        let wanted: Vec<_> = self.entries.iter().filter(|entry| filter.wants(entry)).collect();
        let entries = wanted[wanted.len().saturating_sub(limit)..].iter().map(|entry| Arc::clone(entry)).collect();
        Page { total: wanted.len(), entries, left: 0, next: self.next }
    }

    pub(super) fn page_after(&self, filter: &Filter, after: u64, limit: usize) -> Page {
        let wanted: Vec<_> = self.entries.iter().filter(|entry| filter.wants(entry)).collect();
        let from = wanted.partition_point(|entry| entry.sequence <= after);
        let upto = from.saturating_add(limit).min(wanted.len());
        let entries = wanted[from..upto].iter().map(|entry| Arc::clone(entry)).collect();
        Page { total: wanted.len(), entries, left: wanted.len() - upto, next: self.next }
    }

    pub(super) fn latest(&self, filter: &Filter, before: Option<u64>, most: usize) -> Vec<Arc<Entry>> {
        let earlier = |entry: &&Arc<Entry>| before.is_none_or(|before| entry.sequence < before);
        let wanted = self.entries.iter().rev().filter(earlier).filter(|entry| filter.wants(entry));
        wanted.take(most).cloned().collect()
    }

    pub(super) fn entry(&self, sequence: u64) -> Option<Arc<Entry>> {
        self.entries.get(self.at(sequence)?).cloned()
    }

    pub(super) fn count(&self, filter: &Filter) -> usize {
        self.entries.iter().filter(|entry| filter.wants(entry)).count()
    }

    pub(super) fn forget(&mut self, filter: &Filter) -> usize {
        let before = self.entries.len();
        self.entries.retain(|entry| !filter.wants(entry));
        before - self.entries.len()
    }

    /// What stands at `place` and after it, `most` entries at most, for a follower who wants what `filter` wants.
    pub(super) fn follow(&self, place: u64, filter: &Filter, most: usize) -> Found {
        if place < self.pushed_out {
            return Found::Gone(self.pushed_out);
        }
        let from = self.entries.partition_point(|entry| entry.sequence < place);
        let upto = self.entries.partition_point(|entry| entry.sequence < self.told);
        let wanted = self.entries.range(from.min(upto)..upto).filter(|entry| filter.wants(entry));
        let entries: Vec<_> = wanted.take(most).cloned().collect();
        match entries.last() {
            Some(last) if entries.len() == most => Found::Some(entries.clone(), last.sequence + 1),
            Some(_) => Found::Some(entries, self.told),
            None => Found::Nothing(place.max(self.told)),
        }
    }

    fn at(&self, sequence: u64) -> Option<usize> {
        self.entries.binary_search_by_key(&sequence, |entry| entry.sequence).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Journal, Since};

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
