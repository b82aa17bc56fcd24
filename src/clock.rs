//! The product's time: the system's, shifted or frozen on request.
//!
//! Tokens, certificates, CRL, quotas, conventions, `Date` and `horodatage` all read this clock, so that a test can make an
//! hour pass. Time limits and measured durations are monotonic and cannot be moved: they use [`Clock::instant`].
//! This module is the only place that asks the system what time it is (`clippy.toml` forbids it elsewhere).

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use rustls::time_provider::TimeProvider;
use rustls_pki_types::UnixTime;

/// A handle on the product's time; clones share one time.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    /// Nanoseconds added to the system's time while the clock runs.
    offset: AtomicI64,
    /// Nanoseconds since the Unix epoch at which the clock stands still, or [`RUNNING`].
    frozen_at: AtomicI64,
    /// Orders (not readings) take their turn: each is whole.
    orders: Mutex<()>,
}

/// What a reader of the clock is told: `GET /admin/v1/clock`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The product's time.
    pub now: Timestamp,
    /// Whether time stands still.
    pub frozen: bool,
    /// How far the product's time is ahead of the system's.
    pub offset: SignedDuration,
}

/// A time that the clock cannot show: outside the years 1900 to 2200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock accepts times from 1900 to 2200 only")]
pub struct OutOfRange;

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self(Arc::new(Inner::default()))
    }

    /// A clock that stands still at `now` until it is moved.
    pub fn frozen(now: Timestamp) -> Self {
        Self(Arc::new(Inner { frozen_at: AtomicI64::new(nanos(now)), ..Inner::default() }))
    }

    /// The product's time.
    pub fn now(&self) -> Timestamp {
        match self.0.frozen_at.load(Ordering::Acquire) {
            RUNNING => timestamp(system_nanos().saturating_add(self.0.offset.load(Ordering::Acquire))),
            at => timestamp(at),
        }
    }

    /// A monotonic instant, for time limits and measured durations: moving the clock does not touch it.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks")]
    pub fn instant() -> Instant {
        Instant::now()
    }

    /// The product's time, whether it stands still, and its distance from the system's.
    pub fn read(&self) -> Reading {
        let frozen = self.0.frozen_at.load(Ordering::Acquire) != RUNNING;
        let now = self.now();
        let offset = if frozen { nanos(now) - system_nanos() } else { self.0.offset.load(Ordering::Acquire) };
        Reading { now, frozen, offset: SignedDuration::from_nanos(offset) }
    }

    /// Sets the time; a clock that stood still stands still at the new time.
    ///
    /// # Errors
    /// [`OutOfRange`] outside the years 1900 to 2200; the clock is then unchanged.
    pub fn set(&self, now: Timestamp) -> Result<(), OutOfRange> {
        let _turn = self.turn();
        self.place(checked(now)?);
        Ok(())
    }

    /// Moves the time by `step`, forward or back.
    ///
    /// # Errors
    /// [`OutOfRange`] when that leaves the years 1900 to 2200; the clock is then unchanged.
    pub fn advance(&self, step: SignedDuration) -> Result<(), OutOfRange> {
        let _turn = self.turn();
        self.place(checked(self.now().checked_add(step).map_err(|_| OutOfRange)?)?);
        Ok(())
    }

    /// Stops the time where it is; nothing happens when it stands still already.
    pub fn freeze(&self) {
        let _turn = self.turn();
        self.0.frozen_at.store(nanos(self.now()), Ordering::Release);
    }

    /// Lets the time run again from where it stands.
    pub fn resume(&self) {
        let _turn = self.turn();
        let at = self.0.frozen_at.load(Ordering::Acquire);
        if at != RUNNING {
            self.0.offset.store(at - system_nanos(), Ordering::Release);
            self.0.frozen_at.store(RUNNING, Ordering::Release);
        }
    }

    /// Returns to the system's time.
    pub fn reset(&self) {
        let _turn = self.turn();
        self.0.offset.store(0, Ordering::Release);
        self.0.frozen_at.store(RUNNING, Ordering::Release);
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.0.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, wanted: i64) {
        if self.0.frozen_at.load(Ordering::Acquire) == RUNNING {
            self.0.offset.store(wanted - system_nanos(), Ordering::Release);
        } else {
            self.0.frozen_at.store(wanted, Ordering::Release);
        }
    }
}

impl Default for Inner {
    fn default() -> Self {
        Self { offset: AtomicI64::new(0), frozen_at: AtomicI64::new(RUNNING), orders: Mutex::new(()) }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.read()).finish()
    }
}

/// TLS judges dates by the product's time too.
impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.now().as_second()).unwrap_or(0);
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

const RUNNING: i64 = i64::MIN;

fn checked(now: Timestamp) -> Result<i64, OutOfRange> {
    const EARLIEST: i64 = -2_208_988_800; // 1900-01-01T00:00:00Z
    const LATEST: i64 = 7_258_118_400; // 2200-01-01T00:00:00Z
    if (EARLIEST..LATEST).contains(&now.as_second()) { Ok(nanos(now)) } else { Err(OutOfRange) }
}

fn nanos(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(if at.as_second() < 0 { RUNNING + 1 } else { i64::MAX })
}

fn timestamp(nanos: i64) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(nanos)).expect("64-bit nanoseconds lie within jiff's years")
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks")]
fn system_nanos() -> i64 {
    nanos(Timestamp::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let clock = Clock::frozen(at("2026-11-22T10:00:00Z"));
        assert_eq!(clock.now(), clock.now());
        clock.advance(SignedDuration::from_mins(61)).unwrap();
        assert_eq!(clock.now(), at("2026-11-22T11:01:00Z"));
    }

    #[test]
    fn clones_share_one_time() {
        let clock = Clock::frozen(at("2026-11-22T10:00:00Z"));
        let other = clock.clone();
        clock.set(at("2030-01-01T00:00:00Z")).unwrap();
        assert_eq!(other.now(), at("2030-01-01T00:00:00Z"));
    }

    #[test]
    fn a_resumed_clock_runs_on_from_where_it_stood() {
        let clock = Clock::frozen(at("2030-01-01T00:00:00Z"));
        clock.resume();
        let now = clock.now();
        assert!(now >= at("2030-01-01T00:00:00Z") && now < at("2030-01-01T00:01:00Z"));
        assert!(!clock.read().frozen);
        clock.reset();
        assert_eq!(clock.read().offset, SignedDuration::ZERO);
    }

    #[test]
    fn a_time_outside_1900_to_2200_is_refused_and_changes_nothing() {
        let clock = Clock::frozen(at("2026-11-22T10:00:00Z"));
        assert_eq!(clock.set(at("2200-01-01T00:00:00Z")), Err(OutOfRange));
        assert_eq!(clock.advance(SignedDuration::from_hours(24 * 365 * 200)), Err(OutOfRange));
        assert_eq!(clock.now(), at("2026-11-22T10:00:00Z"));
    }
}
