//! The open connections of a door: who has a place, and who gives his up when none is left.
//!
//! A connection comes in as a guest of its address. Once its handshake showed a trusted certificate, it counts for its
//! holder, within the holder's fair share. When no place is left for a newcomer, the guest that has been there longest
//! gives way, at the address that has most: strangers who keep connections open, from wherever, displace each other
//! and nobody else, and a partner needs a guest's place for the milliseconds of its handshake only.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::Arc,
};

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;

use crate::peer::{Party, fair};

/// The places of a door.
#[derive(Clone)]
pub(super) struct Places(Arc<SharedPlaces>);

struct SharedPlaces {
    most: usize,
    table: Mutex<PlaceTable>,
    freed: Notify,
}

#[derive(Default)]
struct PlaceTable {
    next: u64,
    taken: usize,
    guests: usize,
    /// Each party's connections, the longest there first.
    parties: HashMap<Party, BTreeMap<u64, Arc<Notify>>>,
}

/// A connection's place; it is free when this is dropped.
pub(super) struct ConnectionPlace {
    shared: Arc<SharedPlaces>,
    party: Party,
    number: u64,
    displaced: Arc<Notify>,
}

impl Places {
    pub(super) fn new(most: usize) -> Self {
        Self(Arc::new(SharedPlaces { most, table: Mutex::default(), freed: Notify::new() }))
    }

    /// A place for somebody at this address, as soon as there is one.
    pub(super) async fn enter(&self, address: IpAddr) -> ConnectionPlace {
        let party = Party::guest(address);
        loop {
            if let Some(place) = self.0.take(party) {
                return place;
            }
            self.0.freed.notified().await;
        }
    }

    pub(super) fn taken(&self) -> usize {
        self.0.table().taken
    }

    /// Until none is taken.
    pub(super) async fn emptied(&self) {
        while self.taken() > 0 {
            self.0.freed.notified().await;
        }
    }
}

impl SharedPlaces {
    /// Takes a place, or asks a guest for his.
    fn take(self: &Arc<Self>, party: Party) -> Option<ConnectionPlace> {
        let mut table = self.table();
        if table.taken >= self.most {
            if let Some(guest) = table.first_to_go() {
                guest.notify_one();
            }
            return None;
        }
        let displaced = Arc::new(Notify::new());
        let number = table.next;
        table.next += 1;
        table.add(party, number, Arc::clone(&displaced));
        Some(ConnectionPlace { shared: Arc::clone(self), party, number, displaced })
    }

    fn table(&self) -> MutexGuard<'_, PlaceTable> {
        self.table.lock()
    }
}

impl PlaceTable {
    fn add(&mut self, party: Party, number: u64, displaced: Arc<Notify>) {
        self.taken += 1;
        self.guests += usize::from(party.is_guest());
        self.parties.entry(party).or_default().insert(number, displaced);
    }

    fn remove(&mut self, party: Party, number: u64) {
        let Some(connections) = self.parties.get_mut(&party) else { return };
        if connections.remove(&number).is_none() {
            return;
        }
        if connections.is_empty() {
            self.parties.remove(&party);
        }
        self.taken -= 1;
        self.guests -= usize::from(party.is_guest());
    }

    /// The guest that has been there longest, at the address that has most.
    fn first_to_go(&self) -> Option<&Arc<Notify>> {
        let guests = self.parties.iter().filter(|(party, _)| party.is_guest());
        let (_, connections) = guests.max_by_key(|(_, connections)| connections.len())?;
        connections.first_key_value().map(|(_, displaced)| displaced)
    }
}

impl ConnectionPlace {
    /// Counts for this party from now on; false when it has its fair share already, and this connection must go.
    pub(super) fn become_that_of(&mut self, party: Party) -> bool {
        if party.is_guest() {
            return true;
        }
        let mut table = self.shared.table();
        table.remove(self.party, self.number);
        let taken = table.parties.get(&party).map_or(0, BTreeMap::len);
        let fair = fair(party, taken, table.guests, self.shared.most - table.taken);
        self.party = party;
        table.add(party, self.number, Arc::clone(&self.displaced));
        fair
    }

    /// Until another needs the place more.
    pub(super) fn displaced(&self) -> impl Future<Output = ()> + use<> {
        let displaced = Arc::clone(&self.displaced);
        async move { displaced.notified().await }
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        self.shared.table().remove(self.party, self.number);
        self.shared.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::peer::Fingerprint;

    fn address(n: u8) -> IpAddr {
        [192, 0, 2, n].into()
    }

    fn enter(places: &Places, n: u8) -> Option<ConnectionPlace> {
        places.enter(address(n)).now_or_never()
    }

    fn is_displaced(place: &ConnectionPlace) -> bool {
        place.displaced().now_or_never().is_some()
    }

    #[tokio::test]
    async fn the_longest_there_gives_way_at_the_address_that_has_most() {
        let places = Places::new(4);
        let alone = enter(&places, 9).unwrap();
        let [first, second, third] = [1, 1, 1].map(|n| enter(&places, n).unwrap());
        assert!(enter(&places, 2).is_none(), "no place");
        assert!(is_displaced(&first) && !is_displaced(&second) && !is_displaced(&alone));
        drop(first);
        assert!(enter(&places, 2).is_some());
        drop((second, third, alone));
        assert_eq!(places.taken(), 0);
    }

    #[tokio::test]
    async fn a_holder_is_not_displaced_and_has_no_more_than_its_share() {
        let places = Places::new(8);
        let party = Party::Holder(Fingerprint::from_der(b"one"));
        let mut kept = Vec::new();
        for n in 0..8 {
            let mut place = enter(&places, 1).unwrap();
            match place.become_that_of(party) {
                true => kept.push(place),
                false => assert_eq!(n, 6, "three quarters"),
            }
            if n >= 6 {
                break;
            }
        }
        assert_eq!(kept.len(), 6);
        let (_seventh, _eighth) = (enter(&places, 1).unwrap(), enter(&places, 1).unwrap());
        assert!(enter(&places, 2).is_none());
        assert!(!kept.iter().any(is_displaced), "the guest is");
    }

    #[tokio::test]
    async fn whoever_waits_comes_in_when_a_place_is_free() {
        let places = Places::new(1);
        let mut held = enter(&places, 1).unwrap();
        assert!(held.become_that_of(Party::Holder(Fingerprint::from_der(b"one"))));
        let waits = places.enter(address(2));
        tokio::pin!(waits);
        assert!((&mut waits).now_or_never().is_none());
        assert!(!is_displaced(&held));
        drop(held);
        assert!(waits.now_or_never().is_some());
    }
}
