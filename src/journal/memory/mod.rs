//! The ring in memory: the last entries, oldest first, and what is read from it.
//!
//! Whoever reads takes the slots along and looks at them once the ring is free again: a reader holds up no request.

mod ring;
#[cfg(test)]
mod tests;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::watch;

pub(super) use self::ring::{Ring, RingRead};
use super::{Entry, Filter, slot::Slot};

/// The ring, shared by the journal, the thread that writes its file, and those who follow it.
pub(super) struct Memory {
    ring: Mutex<Ring>,
    /// Wakes followers; its value is whether they are sent away.
    bell: watch::Sender<bool>,
    /// When the last run began, in microseconds: most requests came in later, and need not ask the ring.
    latest_run_us: AtomicU64,
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

impl Memory {
    pub(super) fn new(capacity: usize) -> Self {
        let ring = Ring::new(capacity);
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
    pub(super) fn notify(&self, notified: u64) {
        let mut ring = self.ring();
        ring.notified = ring.notified.max(notified);
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
