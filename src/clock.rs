//! The product's time: the system's, shifted or frozen on request.
//!
//! Tokens, certificates, CRL, quotas, conventions, `Date` and `horodatage` all read this clock, so that a test can make an
//! hour pass. Time limits and measured durations are monotonic and cannot be moved: they use [`Clock::instant`].
//! This module is the only place that asks the system what time it is (`clippy.toml` forbids it elsewhere).

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use jiff::{
    SignedDuration, Span, Timestamp,
    tz::{self, TimeZone},
};
use parking_lot::{Mutex, MutexGuard};
use rustls::time_provider::TimeProvider;
use rustls_pki_types::UnixTime;
use serde::{Deserialize, Serialize};

/// A handle on the product's time; clones share one time.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    /// Nanoseconds added to the system's time while the clock runs.
    offset: AtomicI64,
    /// Nanoseconds since the Unix epoch at which the clock stands still, or [`RUNNING`].
    frozen_at: AtomicI64,
    /// How often time went back.
    turned_back: AtomicU64,
    /// Orders (not readings) take their turn: each is whole.
    orders: Mutex<()>,
    /// The real time of a clock that was made standing still: its tests depend on no other.
    real: Option<Timestamp>,
}

/// One moment by both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// The product's time, which anybody may move.
    pub simulated: Timestamp,
    /// The system's time, by which people live.
    pub real: Timestamp,
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

/// What the clock is told to do: `PUT /admin/v1/clock`. The parts apply in the order of the fields, and readers see all of
/// them at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct ClockChange {
    /// The time to show.
    pub now: Option<Timestamp>,
    /// How far to move it then; days and longer are the calendar's, in UTC.
    pub advance: Option<Span>,
    /// Whether it stands still from then on.
    pub frozen: Option<bool>,
}

/// How a clock was set, for another one to show the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Nanoseconds added to the system's time while the clock runs.
    pub offset: i64,
    /// Nanoseconds since the Unix epoch at which it stands still.
    pub frozen_at: Option<i64>,
    /// How often time went back: a minute that is lived twice is two minutes.
    pub turned_back: u64,
}

/// A time that the clock cannot show: outside the years 1900 to 2200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock accepts times from 1900 to 2200 only")]
pub struct OutOfRange;

/// The civil time of the DGFiP's documents: days begin, and `horodatage` is told, in Paris. The one time zone of the binary.
pub fn paris() -> TimeZone {
    tz::get!("Europe/Paris")
}

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self(Arc::new(Inner::default()))
    }

    /// Whether the system's clock shows a time from which every time of 1900 to 2200 can be shown: 64 bits of nanoseconds reach
    /// 292 years.
    ///
    /// # Errors
    /// The time that it shows, outside the years 1970 to 2190.
    pub fn check_system() -> Result<(), Timestamp> {
        let now = timestamp(system_nanos());
        let years = 1970..2190;
        let year = now.to_zoned(TimeZone::UTC).year();
        if years.contains(&year) { Ok(()) } else { Err(now) }
    }

    /// A clock that stands still at `now` until it is moved; real time ([`Clock::times`]) stays there.
    pub fn frozen(now: Timestamp) -> Self {
        let inner =
            Inner { frozen_at: AtomicI64::new(nanos(now)), real: Some(now), ..Inner::default() };
        Self(Arc::new(inner))
    }

    /// The product's time.
    pub fn now(&self) -> Timestamp {
        match self.0.frozen_at.load(Ordering::Acquire) {
            RUNNING => self.at(system_nanos()),
            at => timestamp(at),
        }
    }

    /// This moment by both clocks; the same twice where the clock was not moved.
    pub fn times(&self) -> Times {
        let system = system_nanos();
        let real = self.0.real.unwrap_or_else(|| timestamp(system));
        Times { simulated: self.at(system), real }
    }

    /// A monotonic instant, for time limits and measured durations: moving the clock does not touch it.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks")]
    pub fn instant() -> Instant {
        Instant::now()
    }

    /// The product's time, whether it stands still, and its distance from the system's.
    pub fn read(&self) -> Reading {
        let _turn = self.turn(); // so that the three belong together
        self.reading()
    }

    /// Does what an order says, whole or not at all.
    ///
    /// # Errors
    /// [`OutOfRange`] when it leads outside the years 1900 to 2200; the clock is then unchanged.
    pub fn order(&self, order: ClockChange) -> Result<Reading, OutOfRange> {
        let _turn = self.turn();
        let system = system_nanos(); // read once, so that an hour forward is an hour and not what is left of it
        let before = self.at(system);
        let mut now = order.now.unwrap_or(before);
        if let Some(step) = order.advance {
            let moved = now.to_zoned(TimeZone::UTC).checked_add(step).map_err(|_| OutOfRange)?;
            now = moved.timestamp();
        }
        let (moved, frozen) = (order.now.is_some() || order.advance.is_some(), self.is_frozen());
        let at = if moved { checked(now)? } else { nanos(now) };
        match order.frozen.unwrap_or(frozen) {
            true => self.0.frozen_at.store(at, Ordering::Release),
            false if frozen || moved => self.run_from(at, system),
            false => {}
        }
        self.note_turn(before);
        Ok(self.reading())
    }

    /// Sets the time; a clock that stood still stands still at the new time.
    ///
    /// # Errors
    /// [`OutOfRange`] outside the years 1900 to 2200; the clock is then unchanged.
    pub fn set(&self, now: Timestamp) -> Result<(), OutOfRange> {
        self.order(ClockChange { now: Some(now), ..ClockChange::default() }).map(drop)
    }

    /// Moves the time by `step`, forward or back.
    ///
    /// # Errors
    /// [`OutOfRange`] when that leaves the years 1900 to 2200; the clock is then unchanged.
    pub fn advance(&self, step: SignedDuration) -> Result<(), OutOfRange> {
        let step = Span::try_from(step).map_err(|_| OutOfRange)?;
        self.order(ClockChange { advance: Some(step), ..ClockChange::default() }).map(drop)
    }

    /// Lets the time run again from where it stands.
    pub fn resume(&self) {
        let resumed = self.order(ClockChange { frozen: Some(false), ..ClockChange::default() });
        resumed.expect("nothing is moved, so nothing leads out of range");
    }

    /// Returns to the system's time.
    pub fn reset(&self) {
        let _turn = self.turn();
        let before = self.now();
        self.0.offset.store(0, Ordering::Release);
        self.0.frozen_at.store(RUNNING, Ordering::Release);
        self.note_turn(before);
    }

    /// How it is set.
    pub fn setting(&self) -> Setting {
        let _turn = self.turn();
        let frozen_at = self.0.frozen_at.load(Ordering::Acquire);
        Setting {
            offset: self.0.offset.load(Ordering::Acquire),
            frozen_at: (frozen_at != RUNNING).then_some(frozen_at),
            turned_back: self.0.turned_back.load(Ordering::Acquire),
        }
    }

    /// Shows the time that another clock shows, as far as the systems of both agree.
    pub fn adopt(&self, setting: Setting) {
        let _turn = self.turn();
        self.0.turned_back.store(setting.turned_back, Ordering::Release);
        self.0.offset.store(setting.offset, Ordering::Release);
        self.0.frozen_at.store(setting.frozen_at.unwrap_or(RUNNING), Ordering::Release);
    }

    /// How often time went back.
    pub fn turned_back(&self) -> u64 {
        self.0.turned_back.load(Ordering::Acquire)
    }

    /// The product's time when the system's is this.
    fn at(&self, system: i64) -> Timestamp {
        match self.0.frozen_at.load(Ordering::Acquire) {
            RUNNING => timestamp(system.saturating_add(self.0.offset.load(Ordering::Acquire))),
            at => timestamp(at),
        }
    }

    fn note_turn(&self, before: Timestamp) {
        if self.now() < before {
            self.0.turned_back.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.0.orders.lock()
    }

    fn is_frozen(&self) -> bool {
        self.0.frozen_at.load(Ordering::Acquire) != RUNNING
    }

    fn reading(&self) -> Reading {
        let frozen = self.is_frozen();
        let now = self.now();
        let offset = if frozen {
            nanos(now).saturating_sub(system_nanos())
        } else {
            self.0.offset.load(Ordering::Acquire)
        };
        Reading { now, frozen, offset: SignedDuration::from_nanos(offset) }
    }

    /// A clock that stood still shows its offset only once it runs: readers see one change.
    fn run_from(&self, at: i64, system: i64) {
        self.0.offset.store(at.saturating_sub(system), Ordering::Release);
        self.0.frozen_at.store(RUNNING, Ordering::Release);
    }
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            offset: AtomicI64::new(0),
            frozen_at: AtomicI64::new(RUNNING),
            turned_back: AtomicU64::new(0),
            orders: Mutex::new(()),
            real: None,
        }
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

/// Nanoseconds of a second.
const NANOS: i64 = 1_000_000_000;

fn checked(now: Timestamp) -> Result<i64, OutOfRange> {
    const EARLIEST: i64 = -2_208_988_800; // 1900-01-01T00:00:00Z
    const LATEST: i64 = 7_258_118_400; // 2200-01-01T00:00:00Z
    if (EARLIEST..LATEST).contains(&now.as_second()) { Ok(nanos(now)) } else { Err(OutOfRange) }
}

fn nanos(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(if at.as_second() < 0 {
        RUNNING + 1
    } else {
        i64::MAX
    })
}

/// The parts are divided out here, in 64 bits: jiff takes 128, which cost a hundred instructions at each look at the clock.
fn timestamp(nanos: i64) -> Timestamp {
    let (second, rest) = (nanos.div_euclid(NANOS), nanos.rem_euclid(NANOS));
    let rest = i32::try_from(rest).expect("less than a second");
    Timestamp::new(second, rest).expect("64-bit nanoseconds lie within jiff's years")
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks")]
fn system_nanos() -> i64 {
    let nanos = |distance: Duration| i64::try_from(distance.as_nanos()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => nanos(since),
        Err(before) => -nanos(before.duration()),
    }
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
    fn real_time_does_not_move_with_the_clock() {
        let (start, later) = (at("2026-11-22T10:00:00Z"), at("2027-03-01T10:00:00Z"));
        let clock = Clock::frozen(start);
        assert_eq!(clock.times(), Times { simulated: start, real: start });
        clock.set(later).unwrap();
        assert_eq!(clock.times(), Times { simulated: later, real: start });
        let running = Clock::system();
        let Times { simulated, real } = running.times();
        assert_eq!(simulated, real, "nobody moved it");
        running.advance(SignedDuration::from_mins(70)).unwrap();
        let Times { simulated, real } = running.times();
        assert_eq!(simulated.duration_since(real), SignedDuration::from_mins(70));
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
    fn an_order_sets_then_moves_then_freezes() {
        let clock = Clock::system();
        let order = ClockChange {
            now: Some(at("2028-01-31T10:00:00Z")),
            advance: Some("P1M".parse().unwrap()),
            frozen: Some(true),
        };
        let reading = clock.order(order).unwrap();
        assert_eq!((reading.now, reading.frozen), (at("2028-02-29T10:00:00Z"), true));
        let back =
            ClockChange { advance: Some("-PT61M".parse().unwrap()), ..ClockChange::default() };
        assert_eq!(clock.order(back).unwrap().now, at("2028-02-29T08:59:00Z"));
    }

    #[test]
    fn a_running_clock_is_ahead_by_what_it_was_moved_to_the_nanosecond() {
        let clock = Clock::system();
        for (step, ahead) in [("PT61M", 3660), ("PT1S", 3661), ("-PT1H", 61), ("-PT2M", -59)] {
            let order =
                ClockChange { advance: Some(step.parse().unwrap()), ..ClockChange::default() };
            let reading = clock.order(order).unwrap();
            assert_eq!(reading.offset, SignedDuration::from_secs(ahead), "{step}");
        }
    }

    #[test]
    fn an_order_that_cannot_be_whole_changes_nothing() {
        let clock = Clock::frozen(at("2026-11-22T10:00:00Z"));
        let order = ClockChange {
            now: Some(at("2030-01-01T00:00:00Z")),
            advance: Some("P300Y".parse().unwrap()),
            frozen: Some(false),
        };
        assert_eq!(clock.order(order), Err(OutOfRange));
        assert_eq!((clock.now(), clock.read().frozen), (at("2026-11-22T10:00:00Z"), true));
    }

    #[test]
    fn orders_from_many_threads_are_each_whole() {
        let clock = Clock::frozen(at("2026-01-01T00:00:00Z"));
        let step = || (0..250).for_each(|_| clock.advance(SignedDuration::from_secs(1)).unwrap());
        std::thread::scope(|scope| (0..8).for_each(|_| drop(scope.spawn(step))));
        assert_eq!(clock.now(), at("2026-01-01T00:33:20Z"));
    }

    #[test]
    fn a_time_outside_1900_to_2200_is_refused_and_changes_nothing() {
        let clock = Clock::frozen(at("2026-11-22T10:00:00Z"));
        assert_eq!(clock.set(at("2200-01-01T00:00:00Z")), Err(OutOfRange));
        assert_eq!(clock.advance(SignedDuration::from_hours(24 * 365 * 200)), Err(OutOfRange));
        assert_eq!(clock.now(), at("2026-11-22T10:00:00Z"));
    }

    #[test]
    fn a_clock_shows_the_time_of_another_that_it_follows_and_counts_the_turns_back() {
        let (one, other) = (Clock::system(), Clock::system());
        one.set("2030-01-01T00:00:00Z".parse().unwrap()).unwrap();
        one.order(ClockChange { frozen: Some(true), ..ClockChange::default() }).unwrap();
        other.adopt(one.setting());
        assert_eq!((one.now(), one.turned_back()), (other.now(), 0));
        one.advance(SignedDuration::from_secs(-1)).unwrap();
        one.advance(SignedDuration::from_secs(5)).unwrap();
        one.reset();
        other.adopt(one.setting());
        assert_eq!((other.turned_back(), other.read().frozen), (2, false));
    }
}
