//! Measures: what the journal says of each request, counted for good.
//!
//! The journal forgets its oldest entries, counters never do. A request is counted where its entry is written, from that very
//! entry, so that both say the same. What is a state and no count (quotas, open connections) is read when it is asked for.
//!
//! # Design
//! The way of a request must not wait for another's: each thread counts in a place of its own (`counts`), and whoever asks
//! adds the places up. Labels are names that the program or its fixtures hold, never what a caller sent, and their number is
//! bounded. The text is OpenMetrics, written by `prometheus-client`.

mod counts;
mod latency;
mod text;

use jiff::Timestamp;

use self::counts::Shards;
pub use self::{
    counts::{Connection, Count, CountedRequest, RequestEnd},
    latency::Latency,
    text::{JournalFacts, MEDIA, MeasuredFacts, QuotaFacts, write},
};
use crate::{clock::Clock, journal::Entry};

/// The counters of a run.
pub struct Metrics {
    places: Shards,
    /// When the run began, by the system's clock.
    started: Timestamp,
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Self {
        Self { places: Shards::new(), started: Clock::system().now() }
    }

    /// Counts a request from its entry.
    pub fn request(&self, entry: &Entry) {
        self.places.mine().request(entry);
    }

    /// Counts a connection that brought no request; `reason` is one of the program's own words.
    pub fn connection(&self, which: Connection, reason: &'static str) {
        self.places.mine().connection(which, reason);
    }

    /// Everything counted until now.
    pub fn counted(&self) -> Count {
        self.places.sum()
    }

    /// When the run began.
    pub fn started(&self) -> Timestamp {
        self.started
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
