//! The sessions that may be resumed, within a bound of bytes.
//!
//! A session holds the client's chain, and whoever completes a handshake leaves one or two: counted by their number,
//! strangers with long chains filled hundreds of megabytes. The earliest gives way to the latest; whoever finds his gone
//! makes a full handshake.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
};

use parking_lot::{Mutex, MutexGuard};
use rustls::server::StoresServerSessions;

/// Sessions by their identifiers.
pub(super) struct Sessions {
    most: usize,
    kept: Mutex<KeptSession>,
}

#[derive(Default)]
struct KeptSession {
    /// Each with its number in the order of arrival.
    all: HashMap<Arc<[u8]>, (u64, Vec<u8>)>,
    order: BTreeMap<u64, Arc<[u8]>>,
    next: u64,
    bytes: usize,
}

impl Sessions {
    /// Room for this many bytes.
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, kept: Mutex::default() })
    }

    fn kept(&self) -> MutexGuard<'_, KeptSession> {
        self.kept.lock()
    }
}

impl StoresServerSessions for Sessions {
    fn put(&self, key: Vec<u8>, value: Vec<u8>) -> bool {
        if value.len() > LARGEST {
            return false;
        }
        let mut kept = self.kept();
        let key: Arc<[u8]> = key.into();
        kept.remove(&key);
        kept.bytes += cost(&key, &value);
        let number = kept.next;
        kept.next += 1;
        kept.order.insert(number, Arc::clone(&key));
        kept.all.insert(key, (number, value));
        while kept.bytes > self.most {
            let Some((_, earliest)) = kept.order.first_key_value() else { break };
            let earliest = Arc::clone(earliest);
            kept.remove(&earliest);
        }
        true
    }

    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.kept().all.get(key).map(|(_, value)| value.clone())
    }

    fn take(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.kept().remove(key)
    }

    fn can_cache(&self) -> bool {
        true
    }
}

impl KeptSession {
    fn remove(&mut self, key: &[u8]) -> Option<Vec<u8>> {
        let (number, value) = self.all.remove(key)?;
        self.order.remove(&number);
        self.bytes -= cost(key, &value);
        Some(value)
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("most", &self.most).finish_non_exhaustive()
    }
}

/// What a session takes in memory, its places in the two lists included.
fn cost(key: &[u8], value: &[u8]) -> usize {
    value.len() + 2 * key.len() + OVERHEAD
}

/// A chain of more than ten certificates is nobody's who comes back: it makes a full handshake each time.
const LARGEST: usize = 16 * 1024;
const OVERHEAD: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u32) -> Vec<u8> {
        n.to_be_bytes().repeat(8)
    }

    #[test]
    fn sessions_are_bounded_by_their_bytes_and_the_latest_stay() {
        let sessions = Sessions::new(1 << 20);
        for n in 0..10_000 {
            assert!(sessions.put(key(n), vec![0; 10_000]));
            assert!(sessions.kept().bytes <= 1 << 20);
        }
        assert!(sessions.get(&key(9_999)).is_some() && sessions.get(&key(9_900)).is_some());
        assert_eq!(sessions.get(&key(9_000)), None);
    }

    #[test]
    fn a_chain_of_sixty_kilobytes_is_not_kept() {
        let sessions = Sessions::new(1 << 20);
        assert!(!sessions.put(key(1), vec![0; 60_000]));
        assert_eq!(sessions.take(&key(1)), None);
    }

    #[test]
    fn a_session_is_taken_once_and_its_room_is_free_again() {
        let sessions = Sessions::new(1 << 20);
        for n in 0..1_000 {
            assert!(sessions.put(key(n), vec![1; 100]));
            assert!(sessions.put(key(n), vec![2; 100]));
            assert_eq!(sessions.take(&key(n)), Some(vec![2; 100]));
            assert_eq!(sessions.take(&key(n)), None);
        }
        let kept = sessions.kept();
        assert_eq!((kept.bytes, kept.all.len(), kept.order.len()), (0, 0, 0));
    }
}
