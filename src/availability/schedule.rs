//! The closures of four weeks, worked out from the seed: four weeks at a time, so that the published rate holds in each.
//!
//! # Design
//! FICOBA's hour is at night, and some calls still fail for a while after it: both as integrators met them. They are outside the
//! opening hours on which the rate is measured (*decision*: the tail alone is longer than what the rate leaves of a day). The
//! CGU give rates, not hours, so the rest is a *decision* too: of what the rate leaves, half is planned maintenance, at night,
//! right after that tail, and half is incidents at any time. The time is shared out to the second: incidents are placed on the
//! open time alone, where they cannot overlap anything, and then stretched over what lies between.

use jiff::{SignedDuration, Timestamp, civil::Time, tz};
use rand::Rng;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::{clock, rights::ApiId};

/// Why an API is closed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ClosingCause)]
pub enum Cause {
    /// The hour a day that the opening hours leave out.
    DailyClosure,
    /// What follows that hour: some calls still fail.
    Tail,
    /// A planned maintenance.
    Maintenance,
    Incident,
    /// A maintenance that a tester announced.
    Announced,
}

impl Cause {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::DailyClosure, Self::Tail, Self::Maintenance, Self::Incident, Self::Announced];

    /// What people call it.
    pub fn french(self) -> &'static str {
        match self {
            Self::DailyClosure => "fermeture quotidienne",
            Self::Tail => "réouverture : 30 % des appels échouent encore",
            Self::Maintenance => "maintenance programmée",
            Self::Incident => "incident",
            Self::Announced => "maintenance annoncée par un testeur",
        }
    }

    /// The name in the console's answers and in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DailyClosure => "daily-closure",
            Self::Tail => "tail",
            Self::Maintenance => "maintenance",
            Self::Incident => "incident",
            Self::Announced => "announced",
        }
    }
}

/// Seconds since the epoch, the last one not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) cause: Cause,
}

/// The hour of each day, and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Daily {
    /// When it begins, in Paris.
    pub(super) closing: Time,
    /// For how many seconds some calls still fail after it.
    pub(super) tail: i64,
}

/// Four weeks of an API.
#[derive(Debug)]
pub(super) struct Block {
    index: i64,
    daily: Daily,
    /// In order, none touching the inside of another.
    pub(super) intervals: Vec<Interval>,
}

/// The four weeks in which a moment falls.
pub(super) fn index(at: Timestamp) -> i64 {
    at.as_second().div_euclid(BLOCK)
}

impl Block {
    pub(super) fn new(seed: u64, api: ApiId, daily: Daily, index: i64) -> Self {
        let hours = api.plug().terms().hours;
        let mut draw = Draw::new(seed, api, index);
        let mut taken = match hours.closes_daily {
            true => daily_closures(index, daily),
            false => Vec::new(),
        };
        let open = BLOCK - length(&taken);
        let lost = open * hours.lost / 10_000;
        let planned = lost / 2;
        taken.extend(maintenances(index, daily, planned, &mut draw));
        taken.sort_by_key(|one| one.from);
        let incidents = incidents(index, lost - planned, &taken, &mut draw);
        taken.extend(incidents);
        taken.sort_by_key(|one| one.from);
        Self { index, daily, intervals: taken }
    }

    pub(super) fn is(&self, index: i64, daily: Daily) -> bool {
        (self.index, self.daily) == (index, daily)
    }

    /// The closure in which a moment falls.
    pub(super) fn at(&self, now: Timestamp) -> Option<&Interval> {
        let now = now.as_second();
        let next = self.intervals.partition_point(|one| one.to <= now);
        self.intervals.get(next).filter(|one| one.from <= now)
    }
}

/// The hour of each day and its tail, as far as they fall into the block.
fn daily_closures(index: i64, daily: Daily) -> Vec<Interval> {
    let within = |from: i64, length: i64, cause| {
        let (from, to) = (from.max(index * BLOCK), (from + length).min((index + 1) * BLOCK));
        (from < to).then_some(Interval { from, to, cause })
    };
    let day = |day| {
        let from = in_paris(index, day, daily.closing);
        let hour = within(from, HOUR, Cause::DailyClosure);
        hour.into_iter().chain(within(from + HOUR, daily.tail, Cause::Tail))
    };
    (-1..=DAYS).flat_map(day).collect()
}

/// Windows of four hours at most, on days of their own, right after the hour at which FICOBA is closed and its tail.
fn maintenances(index: i64, daily: Daily, total: i64, draw: &mut Draw) -> Vec<Interval> {
    let count = (total / (4 * HOUR)) + 1;
    let mut days: Vec<i64> = (1..DAYS - 1).collect();
    let one = |at: i64| {
        let day = days.swap_remove(draw.below(days.len() as u64) as usize);
        let length = total / count + i64::from(at < total % count);
        let from = in_paris(index, day, daily.closing) + HOUR + daily.tail;
        Interval { from, to: from + length, cause: Cause::Maintenance }
    };
    (0..count).map(one).filter(|one| one.from < one.to).collect()
}

/// Some incidents, long and short, that together last `total` seconds of what is not taken.
fn incidents(index: i64, total: i64, taken: &[Interval], draw: &mut Draw) -> Vec<Interval> {
    let count = total / (2 * HOUR) + 1 + draw.below(3) as i64;
    let weights: Vec<i64> = (0..count).map(|_| 100 + draw.below(900) as i64).collect();
    let sum: i64 = weights.iter().sum();
    let mut lengths: Vec<i64> = weights.iter().map(|weight| total * weight / sum).collect();
    let rest = total - lengths.iter().sum::<i64>();
    lengths.iter_mut().take(1).for_each(|first| *first += rest);
    let free = BLOCK - length(taken) - total;
    let mut starts: Vec<i64> = lengths.iter().map(|_| draw.below(free as u64 + 1) as i64).collect();
    starts.sort_unstable();
    let mut before = 0;
    let mut all = Vec::new();
    for (start, length) in starts.into_iter().zip(lengths) {
        let from = index * BLOCK + start + before;
        all.extend(stretched(from, from + length, taken));
        before += length;
    }
    all
}

/// The part of real time that a part of the open time covers: what is taken is skipped.
fn stretched(from: i64, to: i64, taken: &[Interval]) -> Vec<Interval> {
    let (mut from, mut left) = (from, to - from);
    let mut parts = Vec::new();
    let mut push = |from, to| {
        if from < to {
            parts.push(Interval { from, to, cause: Cause::Incident });
        }
    };
    for skipped in taken {
        if skipped.from <= from {
            from += skipped.to - skipped.from;
        } else if skipped.from < from + left {
            push(from, skipped.from);
            left -= skipped.from - from;
            from = skipped.to;
        } else {
            break;
        }
    }
    push(from, from + left);
    parts
}

/// When clocks in Paris show this hour on this day of the block; an hour that the change of time leaves out is the next one.
fn in_paris(index: i64, day: i64, hour: Time) -> i64 {
    let start = Timestamp::from_second(index * BLOCK).unwrap_or(Timestamp::MIN);
    let date = (start + SignedDuration::from_hours(24 * day)).to_zoned(tz::TimeZone::UTC).date();
    let zoned = date.to_datetime(hour).to_zoned(clock::paris());
    zoned.map_or(index * BLOCK + day * 24 * HOUR, |zoned| zoned.timestamp().as_second())
}

fn length(intervals: &[Interval]) -> i64 {
    intervals.iter().map(|one| one.to - one.from).sum()
}

/// What is drawn for four weeks of an API.
struct Draw(ChaCha8Rng);

impl Draw {
    fn new(seed: u64, api: ApiId, index: i64) -> Self {
        let hash = Sha256::new()
            .chain_update("service")
            .chain_update(seed.to_le_bytes())
            .chain_update(api.as_str());
        Self(ChaCha8Rng::from_seed(hash.chain_update(index.to_le_bytes()).finalize().into()))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64() % bound.max(1)
    }
}

const HOUR: i64 = 3600;
const DAYS: i64 = 28;
const BLOCK: i64 = DAYS * 24 * HOUR;
