//! The ring itself: numbers, room for the last entries, and the runs that they are of.

use std::{collections::VecDeque, sync::Arc};

use super::super::{Record, slot::Slot};

/// The last entries.
pub(in super::super) struct Ring {
    pub(super) slots: VecDeque<Slot>,
    capacity: usize,
    /// The number of the next entry; never reused.
    pub(super) next: u64,
    /// Everything numbered below made room for others.
    pushed_out: u64,
    /// Everything numbered below may be told to followers: its fate is known.
    pub(super) notified: u64,
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

/// What a follower finds.
pub(in super::super) enum RingRead {
    /// These, and where to go on.
    Some(Vec<Slot>, u64),
    /// Nothing yet from there on.
    Nothing(u64),
    /// From its place to this number exclusive, entries are gone.
    Gone(u64),
}

impl Ring {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            slots: VecDeque::new(),
            capacity,
            next: 0,
            pushed_out: 0,
            notified: 0,
            runs: Vec::new(),
        }
    }

    pub(in super::super) fn next(&self) -> u64 {
        self.next
    }

    /// Adds the next entry; `told` when followers may see it at once. The one that makes room is the caller's to drop, once
    /// the ring is free again: that costs more than all the rest.
    #[must_use]
    pub(in super::super) fn push(&mut self, slot: Slot, notified: bool) -> Option<Slot> {
        debug_assert_eq!(slot.sequence, self.next, "numbers follow each other");
        self.next += 1;
        if notified {
            self.notified = self.next;
        }
        let oldest = if self.slots.len() == self.capacity { self.slots.pop_front() } else { None };
        if let Some(oldest) = &oldest {
            self.pushed_out = oldest.sequence + 1;
        }
        self.slots.push_back(slot);
        oldest
    }

    /// Leaves a number out: its entry is in the file alone.
    pub(in super::super) fn leave_out(&mut self, notified: bool) {
        self.next += 1;
        if notified {
            self.notified = self.next;
        }
    }

    /// Whether what came in at this moment is of an earlier run, given its partner; 0 is a moment that nobody knows.
    pub(in super::super) fn is_past(&self, arrived_us: u64, partner: Option<&str>) -> bool {
        let whose = |run: &Run| run.partner.is_none() || run.partner.as_deref() == partner;
        arrived_us > 0 && self.runs.iter().any(|run| arrived_us <= run.began_us && whose(run))
    }

    /// The number of the first entry that may be of this partner's run.
    pub(in super::super) fn first_of(&self, partner: &str) -> u64 {
        let whose = |run: &&Run| run.partner.as_deref().is_none_or(|whose| whose == partner);
        self.runs.iter().filter(whose).map(|run| run.first).max().unwrap_or(0)
    }

    pub(super) fn begin(&mut self, partner: Option<&str>, began_us: u64) {
        match partner {
            None => self.runs.retain(|run| run.began_us > began_us),
            Some(_) => self.runs.retain(|run| run.partner.as_deref() != partner),
        }
        let (partner, first) = (partner.map(str::to_owned), self.next);
        self.runs.push(Run { partner, began_us, first });
    }

    /// Puts another version of an entry in its place, if it is still there.
    pub(in super::super) fn amend(&mut self, sequence: u64, record: Arc<Record>) {
        if let Some(place) = self.at(sequence).and_then(|at| self.slots.get_mut(at)) {
            *place = Slot::own(sequence, record);
        }
    }

    pub(in super::super) fn entry(&self, sequence: u64) -> Option<Slot> {
        self.slots.get(self.at(sequence)?).cloned()
    }

    /// What was written down here and stands at `place` or after it, each with its number.
    pub(in super::super) fn own_since(&self, place: u64) -> Vec<(u64, Arc<Record>)> {
        let from = self.slots.partition_point(|slot| slot.sequence < place);
        let own = |slot: &Slot| Some((slot.sequence, Arc::clone(slot.record()?)));
        self.slots.range(from..).filter_map(own).collect()
    }

    /// What stands at `place` and after it, `most` at most.
    pub(in super::super) fn follow(&self, place: u64, most: usize) -> RingRead {
        if place < self.pushed_out {
            return RingRead::Gone(self.pushed_out);
        }
        let from = self.slots.partition_point(|slot| slot.sequence < place);
        let upto = self.slots.partition_point(|slot| slot.sequence < self.notified);
        let slots: Vec<_> = self.slots.range(from.min(upto)..upto).take(most).cloned().collect();
        match slots.last() {
            Some(last) if slots.len() == most => {
                let next = last.sequence + 1;
                RingRead::Some(slots, next)
            }
            Some(_) => RingRead::Some(slots, self.notified),
            None => RingRead::Nothing(place.max(self.notified)),
        }
    }

    fn at(&self, sequence: u64) -> Option<usize> {
        self.slots.binary_search_by_key(&sequence, |slot| slot.sequence).ok()
    }
}
