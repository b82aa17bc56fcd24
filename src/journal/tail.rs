//! Following the journal as it grows.
//!
//! A follower reads the ring at its own pace and has no queue of its own, so that one who is slow or dead costs no memory: what
//! made room for newer entries before it was read is told as a gap. Places are numbers, so the clock may be moved.

use std::sync::Arc;

use tokio::sync::watch;

use super::{
    Entry, Filter, Journal, Since,
    memory::{Memory, RingRead},
};

/// A follower's place in the journal.
pub struct Tail {
    memory: Arc<Memory>,
    bell: watch::Receiver<bool>,
    filter: Filter,
    place: u64,
    /// Its place may be one of another run.
    resumed: bool,
}

/// What a follower is told.
#[derive(Clone, Debug)]
pub enum Followed {
    /// These entries; never none.
    Entries(Vec<Arc<Entry>>),
    /// Its place is one of an earlier run of the server: what comes next is this run's, from the oldest in memory.
    Restarted,
    /// The entries from the first to the last of these numbers are not in memory any more.
    Gap {
        /// The first.
        from: u64,
        /// The last; what follows it comes next.
        to: u64,
    },
}

impl Journal {
    /// Follows the entries that `filter` wants: after the one numbered `last`, or from the filter's `since` on, or from now on.
    pub fn follow(&self, mut filter: Filter, last: Option<u64>) -> Tail {
        let bell = self.memory.listen();
        let place = match (last, filter.since) {
            (Some(last), _) => last.saturating_add(1),
            (None, Some(Since::Sequence(from))) => from,
            (None, Some(Since::Time(_))) => 0,
            (None, None) => self.memory.ring().next(),
        };
        if let Some(Since::Sequence(_)) = filter.since {
            filter.since = None;
        }
        Tail { memory: Arc::clone(&self.memory), bell, filter, place, resumed: last.is_some() }
    }
}

impl Tail {
    /// What comes next, once there is something; nothing when the server stops.
    pub async fn next(&mut self) -> Option<Followed> {
        loop {
            if *self.bell.borrow_and_update() {
                return None;
            }
            match self.look() {
                Some(Followed::Entries(none)) if none.is_empty() => {}
                Some(followed) => return Some(followed),
                None => self.bell.changed().await.ok()?,
            }
        }
    }

    fn look(&mut self) -> Option<Followed> {
        let ring = self.memory.ring();
        if std::mem::take(&mut self.resumed) && self.place > ring.next() {
            self.place = 0; // a number that does not exist yet
            return Some(Followed::Restarted);
        }
        let found = ring.follow(self.place, AT_ONCE);
        drop(ring);
        match found {
            RingRead::Gone(place) => {
                let from = std::mem::replace(&mut self.place, place);
                Some(Followed::Gap { from, to: place - 1 })
            }
            RingRead::Some(slots, place) => {
                self.place = place;
                Some(Followed::Entries(
                    slots.iter().filter_map(|slot| slot.matching(&self.filter)).collect(),
                ))
            }
            RingRead::Nothing(place) => {
                self.place = place;
                None
            }
        }
    }
}

/// Entries that a follower holds at most.
const AT_ONCE: usize = 64;
