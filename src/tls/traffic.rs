//! How many connections came past their handshake, and how many are still there.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// The connections of an endpoint.
#[derive(Debug, Default)]
pub struct Traffic {
    full: AtomicU64,
    resumed: AtomicU64,
    open: AtomicU64,
    next: AtomicU64,
}

/// A connection that is open; it is over when this is dropped.
#[derive(Debug)]
pub(super) struct Present {
    traffic: Arc<Traffic>,
    /// How many there were before it.
    pub(super) number: u64,
}

impl Traffic {
    /// Handshakes that succeeded with a full exchange.
    pub fn full(&self) -> u64 {
        self.full.load(Ordering::Relaxed)
    }

    /// Handshakes that resumed an earlier session.
    pub fn resumed(&self) -> u64 {
        self.resumed.load(Ordering::Relaxed)
    }

    /// Connections that are open.
    pub fn open(&self) -> u64 {
        self.open.load(Ordering::Relaxed)
    }

    /// One more is established.
    pub(super) fn enter(self: &Arc<Self>, resumed: bool) -> Present {
        let counter = if resumed { &self.resumed } else { &self.full };
        counter.fetch_add(1, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
        Present { traffic: Arc::clone(self), number: self.next.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.traffic.open.fetch_sub(1, Ordering::Relaxed);
    }
}
