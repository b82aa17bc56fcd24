//! The ring in memory: the last entries, oldest first, and what is read from it.
//!
//! Whoever reads takes the slots along and looks at them once the ring is free again: a reader holds up no request.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::watch;

use super::{Entry, Filter, Record, slot::Slot};

/// The ring, shared by the journal, the thread that writes its file, and those who follow it.
pub(super) struct Memory {
    ring: Mutex<Ring>,
    /// Wakes followers; its value is whether they are sent away.
    bell: watch::Sender<bool>,
    /// When the last run began, in microseconds: most requests came in later, and need not ask the ring.
    latest_run_us: AtomicU64,
}

/// The last entries.
pub(super) struct Ring {
    slots: VecDeque<Slot>,
    capacity: usize,
    /// The number of the next entry; never reused.
    next: u64,
    /// Everything numbered below made room for others.
    pushed_out: u64,
    /// Everything numbered below may be told to followers: its fate is known.
    told: u64,
    /// The last run of everybody, and those that began later of one partner each.
    runs: Vec<Run>,
}

/// A run of tests: what a reset begins.
struct Run {
    /// Whose; everybody's where it is absent.
    partner: Option<String>,
    /// What came in up to this moment is of an earlier one.
    began_us: u64,
    /// The number of the first entry that may be of it.
    first: u64,
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
    Some(Vec<Slot>, u64),
    /// Nothing yet from there on.
    Nothing(u64),
    /// From its place to this number exclusive, entries are gone.
    Gone(u64),
}

impl Memory {
    pub(super) fn new(capacity: usize) -> Self {
        let ring = Ring {
            slots: VecDeque::new(),
            capacity,
            next: 0,
            pushed_out: 0,
            told: 0,
            runs: Vec::new(),
        };
        let (bell, latest_run_us) = (watch::Sender::new(false), AtomicU64::new(0));
        Self { ring: Mutex::new(ring), bell, latest_run_us }
    }

    pub(super) fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock()
    }

    /// What is there now.
    pub(super) fn slots(&self) -> Vec<Slot> {
        self.ring().slots.iter().cloned().collect()
    }

    pub(super) fn page(&self, filter: &Filter, limit: usize) -> Page {
        let (slots, next) = self.moment();
        let wanted: Vec<_> = slots.iter().filter(|slot| slot.matches(filter)).collect();
        let entries = wanted[wanted.len().saturating_sub(limit)..]
            .iter()
            .filter_map(|slot| slot.entry())
            .collect();
        Page { total: wanted.len(), entries, left: 0, next }
    }

    pub(super) fn page_after(&self, filter: &Filter, after: u64, limit: usize) -> Page {
        let (slots, next) = self.moment();
        let wanted: Vec<_> = slots.iter().filter(|slot| slot.matches(filter)).collect();
        let from = wanted.partition_point(|slot| slot.sequence <= after);
        let upto = from.saturating_add(limit).min(wanted.len());
        let entries = wanted[from..upto].iter().filter_map(|slot| slot.entry()).collect();
        Page { total: wanted.len(), entries, left: wanted.len() - upto, next }
    }

    pub(super) fn latest(
        &self,
        filter: &Filter,
        before: Option<u64>,
        most: usize,
    ) -> Vec<Arc<Entry>> {
        let slots = self.slots();
        let earlier = |slot: &&Slot| before.is_none_or(|before| slot.sequence < before);
        slots
            .iter()
            .rev()
            .filter(earlier)
            .filter_map(|slot| slot.matching(filter))
            .take(most)
            .collect()
    }

    pub(super) fn forget(&self, filter: &Filter) -> usize {
        let slots = self.slots();
        let unwanted: Vec<_> =
            slots.iter().filter(|slot| slot.matches(filter)).map(|slot| slot.sequence).collect();
        self.ring().slots.retain(|slot| unwanted.binary_search(&slot.sequence).is_err());
        unwanted.len()
    }

    /// Begins another run, of everybody or of one partner: what came in up to `began_us` is forgotten, and what of it is not
    /// written down yet is of an earlier run when it is. How many entries were forgotten.
    pub(super) fn begin(&self, partner: Option<&str>, began_us: u64) -> usize {
        let slots: Vec<_> = {
            let mut ring = self.ring();
            ring.begin(partner, began_us);
            self.latest_run_us.fetch_max(began_us, Ordering::AcqRel);
            ring.slots.iter().filter(|slot| slot.arrived_us() <= began_us).cloned().collect()
        };
        let filter = Filter { partner: partner.map(str::to_owned), ..Filter::default() };
        let unwanted: Vec<_> =
            slots.iter().filter(|slot| slot.matches(&filter)).map(|slot| slot.sequence).collect();
        self.ring().slots.retain(|slot| unwanted.binary_search(&slot.sequence).is_err());
        unwanted.len()
    }

    /// Whether what came in then may be of an earlier run: no, nearly always, without a look at the ring.
    pub(super) fn may_be_past(&self, arrived_us: u64) -> bool {
        arrived_us > 0 && arrived_us <= self.latest_run_us.load(Ordering::Acquire)
    }

    /// Lets followers see everything numbered below `told`.
    pub(super) fn notify(&self, told: u64) {
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

    fn moment(&self) -> (Vec<Slot>, u64) {
        let ring = self.ring();
        (ring.slots.iter().cloned().collect(), ring.next)
    }
}

impl Ring {
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// Adds the next entry; `told` when followers may see it at once. The one that makes room is the caller's to drop, once
    /// the ring is free again: that costs more than all the rest.
    #[must_use]
    pub(super) fn push(&mut self, slot: Slot, told: bool) -> Option<Slot> {
        debug_assert_eq!(slot.sequence, self.next, "numbers follow each other");
        self.next += 1;
        if told {
            self.told = self.next;
        }
        let oldest = if self.slots.len() == self.capacity { self.slots.pop_front() } else { None };
        if let Some(oldest) = &oldest {
            self.pushed_out = oldest.sequence + 1;
        }
        self.slots.push_back(slot);
        oldest
    }

    /// Leaves a number out: its entry is in the file alone.
    pub(super) fn leave_out(&mut self, told: bool) {
        self.next += 1;
        if told {
            self.told = self.next;
        }
    }

    /// Whether what came in at this moment is of an earlier run, given its partner; 0 is a moment that nobody knows.
    pub(super) fn is_past(&self, arrived_us: u64, partner: Option<&str>) -> bool {
        let whose = |run: &Run| run.partner.is_none() || run.partner.as_deref() == partner;
        arrived_us > 0 && self.runs.iter().any(|run| arrived_us <= run.began_us && whose(run))
    }

    /// The number of the first entry that may be of this partner's run.
    pub(super) fn first_of(&self, partner: &str) -> u64 {
        let whose = |run: &&Run| run.partner.as_deref().is_none_or(|whose| whose == partner);
        self.runs.iter().filter(whose).map(|run| run.first).max().unwrap_or(0)
    }

    fn begin(&mut self, partner: Option<&str>, began_us: u64) {
        match partner {
            None => self.runs.retain(|run| run.began_us > began_us),
            Some(_) => self.runs.retain(|run| run.partner.as_deref() != partner),
        }
        let (partner, first) = (partner.map(str::to_owned), self.next);
        self.runs.push(Run { partner, began_us, first });
    }

    /// Puts another version of an entry in its place, if it is still there.
    pub(super) fn amend(&mut self, sequence: u64, record: Arc<Record>) {
        if let Some(place) = self.at(sequence).and_then(|at| self.slots.get_mut(at)) {
            *place = Slot::own(sequence, record);
        }
    }

    pub(super) fn entry(&self, sequence: u64) -> Option<Slot> {
        self.slots.get(self.at(sequence)?).cloned()
    }

    /// What was written down here and stands at `place` or after it, each with its number.
    pub(super) fn own_since(&self, place: u64) -> Vec<(u64, Arc<Record>)> {
        let from = self.slots.partition_point(|slot| slot.sequence < place);
        let own = |slot: &Slot| Some((slot.sequence, Arc::clone(slot.record()?)));
        self.slots.range(from..).filter_map(own).collect()
    }

    /// What stands at `place` and after it, `most` at most.
    pub(super) fn follow(&self, place: u64, most: usize) -> Found {
        if place < self.pushed_out {
            return Found::Gone(self.pushed_out);
        }
        let from = self.slots.partition_point(|slot| slot.sequence < place);
        let upto = self.slots.partition_point(|slot| slot.sequence < self.told);
        let slots: Vec<_> = self.slots.range(from.min(upto)..upto).take(most).cloned().collect();
        match slots.last() {
            Some(last) if slots.len() == most => {
                let next = last.sequence + 1;
                Found::Some(slots, next)
            }
            Some(_) => Found::Some(slots, self.told),
            None => Found::Nothing(place.max(self.told)),
        }
    }

    fn at(&self, sequence: u64) -> Option<usize> {
        self.slots.binary_search_by_key(&sequence, |slot| slot.sequence).ok()
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
        let numbers =
            |page: &Page| page.entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>();
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
            journal
                .latest(filter, before, most)
                .iter()
                .map(|entry| entry.sequence)
                .collect::<Vec<_>>()
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
        assert!(
            journal.entry(3).is_none() && journal.entry(0).is_none() && journal.entry(5).is_none()
        );
    }

    fn came(partner: &str, arrived_us: u64) -> Entry {
        Entry { arrived_us, ..entry(partner) }
    }

    #[test]
    fn what_came_in_before_a_run_and_ends_after_its_beginning_is_not_of_it() {
        let journal = Journal::new(10);
        journal.record(came("a", 10));
        assert_eq!(journal.begin(None, 100), 1);
        for arrived_us in [50, 100, 101] {
            let entry = came("a", arrived_us);
            assert_eq!(journal.is_past(&entry), arrived_us <= 100);
            journal.record(entry);
        }
        let read = journal.read(&Filter::default());
        let seen: Vec<_> = read.iter().map(|entry| (entry.sequence, entry.arrived_us)).collect();
        assert_eq!(seen, [(1, 101)], "and without a file no number is spent on the others");
    }

    #[test]
    fn the_run_of_one_partner_leaves_the_others_alone() {
        let journal = Journal::new(10);
        ["a", "b"].into_iter().for_each(|partner| journal.record(came(partner, 10)));
        assert_eq!(journal.begin(Some("a"), 100), 1);
        ["a", "b"].into_iter().for_each(|partner| journal.record(came(partner, 50)));
        let read = journal.read(&Filter::default());
        assert!(read.iter().all(|entry| entry.partner.as_deref() == Some("b")) && read.len() == 2);
        assert_eq!((journal.first_of("a"), journal.first_of("b")), (2, 0));
        journal.begin(None, 200);
        journal.record(came("b", 150));
        assert_eq!((journal.count(&Filter::default()), journal.first_of("b")), (0, 3));
    }

    #[test]
    fn what_another_replica_wrote_down_of_an_earlier_run_is_not_kept() {
        let journal = Journal::new(10);
        journal.begin(Some("a"), 100);
        for (partner, arrived_us) in [("a", 50), ("b", 50), ("a", 150)] {
            let text = serde_json::to_string(&came(partner, 1)).unwrap();
            journal.receive("r".into(), arrived_us, &text);
        }
        assert_eq!(journal.read(&of("a")).len(), 1);
        assert_eq!(journal.read(&of("b")).len(), 1);
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
