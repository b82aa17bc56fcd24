//! How many requests are in progress, and for whom.
//!
//! Connections are counted, but one of HTTP/2 carries many requests, which would wait for each other in memory. So
//! requests are counted from their head to their answer, each for the party that makes it, and nobody takes all places
//! ([`fair`]). One that waits for its body does nothing meanwhile: it leaves its place to those that work, and is counted
//! among those that wait, within a quarter as many places and the same shares: it costs memory, some fifteen kilobytes.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use foldhash::fast::RandomState;
use parking_lot::{Mutex, MutexGuard};

use crate::peer::{Party, fair};

/// The requests in progress at the gateway.
#[derive(Debug)]
pub(super) struct Room {
    working: Hall,
    waiting: Hall,
}

#[derive(Debug)]
struct Hall {
    most: usize,
    present: Mutex<Present>,
}

#[derive(Debug, Default)]
struct Present {
    all: usize,
    guests: usize,
    parties: HashMap<Party, usize, RandomState>,
}

/// A request's place; it is free when this is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    room: Arc<Room>,
    party: Party,
    /// Where it is counted; nowhere between the two halls.
    at: Mutex<Option<At>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Working,
    Waiting,
}

impl Room {
    pub(super) fn new(most: usize) -> Arc<Self> {
        let hall = |most| Hall { most, present: Mutex::default() };
        Arc::new(Self { working: hall(most), waiting: hall(most.div_ceil(WAITING)) })
    }

    /// A permit for one more request of this party; none when there is none left for it.
    pub(super) fn enter(self: &Arc<Self>, party: Party) -> Option<Permit> {
        self.working.enter(party).then(|| {
            let at = Mutex::new(Some(At::Working));
            Permit { room: Arc::clone(self), party, at }
        })
    }

    fn hall(&self, at: At) -> &Hall {
        match at {
            At::Working => &self.working,
            At::Waiting => &self.waiting,
        }
    }
}

/// Of so many places one is for requests that wait for their bodies.
const WAITING: usize = 4;

impl Permit {
    /// The request waits for its body; false when too many do.
    pub(super) fn wait(&self) -> bool {
        self.go(At::Waiting)
    }

    /// It has its body, and is worked on again; false when too many are.
    pub(super) fn resume(&self) -> bool {
        self.go(At::Working)
    }

    fn go(&self, to: At) -> bool {
        let mut at = self.at();
        let entered = self.room.hall(to).enter(self.party);
        if let Some(from) = at.take() {
            self.room.hall(from).leave(self.party);
        }
        *at = entered.then_some(to);
        entered
    }

    fn at(&self) -> MutexGuard<'_, Option<At>> {
        self.at.lock()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(at) = self.at().take() {
            self.room.hall(at).leave(self.party);
        }
    }
}

impl Hall {
    fn enter(&self, party: Party) -> bool {
        let mut present = self.present();
        let free = self.most.saturating_sub(present.all);
        let taken = present.parties.get(&party).copied().unwrap_or(0);
        if !fair(party, taken, present.guests, free) {
            return false;
        }
        present.all += 1;
        present.guests += usize::from(party.is_guest());
        *present.parties.entry(party).or_default() += 1;
        true
    }

    fn leave(&self, party: Party) {
        let mut present = self.present();
        present.all -= 1;
        present.guests -= usize::from(party.is_guest());
        let Entry::Occupied(mut taken) = present.parties.entry(party) else { return };
        *taken.get_mut() -= 1;
        if *taken.get() == 0 {
            taken.remove();
        }
    }

    fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peer::Fingerprint;

    fn holder(n: u8) -> Party {
        Party::Holder(Fingerprint::from_der(&[n]))
    }

    fn all(room: &Arc<Room>, party: Party) -> Vec<Permit> {
        std::iter::from_fn(|| room.enter(party)).collect()
    }

    #[test]
    fn a_party_that_takes_all_it_may_leaves_room_for_others() {
        let room = Room::new(100);
        let guests = all(&room, Party::guest([192, 0, 2, 1].into()));
        assert_eq!(guests.len(), 50, "strangers have half at most");
        let one = all(&room, holder(1));
        assert_eq!(one.len(), 38, "three quarters of the rest");
        assert!(room.enter(holder(2)).is_some(), "another finds room");
        drop((guests, one));
        assert_eq!(all(&room, holder(3)).len(), 75);
    }

    #[test]
    fn a_request_that_waits_for_its_body_leaves_its_place_to_those_that_work() {
        let room = Room::new(1);
        let first = room.enter(holder(1)).unwrap();
        assert!(room.enter(holder(2)).is_none());
        assert!(first.wait());
        let second = room.enter(holder(2)).unwrap();
        assert!(!first.resume(), "the place is taken");
        drop((first, second));
        let third = room.enter(holder(1)).unwrap();
        assert!(third.wait() && third.resume());
        drop(third);
        for hall in [&room.working, &room.waiting] {
            let present = hall.present();
            assert_eq!((present.all, present.guests, present.parties.len()), (0, 0, 0));
        }
    }

    #[test]
    fn those_that_wait_are_bounded_too() {
        let room = Room::new(16);
        let waiting: Vec<_> =
            std::iter::from_fn(|| room.enter(holder(1)).filter(Permit::wait)).collect();
        assert_eq!(waiting.len(), 3, "three of the four places of those that wait");
        assert!(room.enter(holder(2)).is_some_and(|place| place.wait()));
    }
}
