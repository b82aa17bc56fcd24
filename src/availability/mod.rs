//! When the APIs are open: always, or as the CGU have it.
//!
//! Source: CGU FICOBA 11 (open 23 hours a day, available 99.69 % of that time) and CGU R2P 11 (open day and night, 97.16 %), where
//! the rate is measured on the opening hours, "que les indisponibilités soient programmées ou non". Besides, a tester can announce
//! a maintenance. Whether an API is closed is a function of the seed and of the product's time alone (`schedule`): a run can be
//! replayed, and moving the clock back brings the same closures again.

mod schedule;

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::{Timestamp, civil::Time};

pub use self::schedule::Cause;
use self::schedule::{Block, Interval};
use crate::{
    config::{self, Profile},
    rights::ApiId,
};

/// The opening hours of the APIs.
pub struct Availability {
    seed: u64,
    settings: Plan,
    plan: ArcSwap<Plan>,
    /// The last stretch of time that was worked out for each API: what comes next is nearly always in it.
    worked_out: [ArcSwapOption<Block>; ApiId::ALL.len()],
}

/// What decides when the APIs are open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Always, or as the CGU have it.
    pub profile: Profile,
    /// When FICOBA's daily hour begins, in Paris.
    pub closing: Time,
    /// What a tester announced.
    pub announced: Vec<Announced>,
}

/// A maintenance that a tester announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Of which API; of all when absent.
    pub api: Option<ApiId>,
    /// Its first moment.
    pub from: Timestamp,
    /// The moment after its last.
    pub to: Timestamp,
}

/// An API that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closure {
    /// Why.
    pub cause: Cause,
    /// When it opens again.
    pub until: Timestamp,
}

/// A time during which an API is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Closing {
    /// Its first moment.
    pub from: Timestamp,
    /// The moment after its last.
    pub to: Timestamp,
    /// Why.
    pub cause: Cause,
}

impl Availability {
    /// The opening hours of the settings; what is drawn comes from `seed`.
    pub fn new(seed: u64, settings: &config::Availability) -> Self {
        let settings =
            Plan { profile: settings.profile, closing: settings.closing, announced: Vec::new() };
        let plan = ArcSwap::from_pointee(settings.clone());
        Self { seed, settings, plan, worked_out: std::array::from_fn(|_| ArcSwapOption::empty()) }
    }

    /// Whether an API is closed at this moment, why, and until when.
    pub fn closure(&self, api: ApiId, now: Timestamp) -> Option<Closure> {
        let plan = self.plan.load();
        if plan.is_always_open() {
            return None;
        }
        let (cause, mut until) = self.closed_at(&plan, api, now)?;
        // One closure may begin where another ends.
        for _ in 0..FOLLOWED {
            match self.closed_at(&plan, api, until) {
                Some((_, later)) => until = later,
                None => break,
            }
        }
        Some(Closure { cause, until })
    }

    /// When an API is closed from `from` to `to`, earliest first.
    pub fn closings(&self, api: ApiId, from: Timestamp, to: Timestamp) -> Vec<Closing> {
        let plan = self.plan.load();
        let mut all: Vec<_> = plan
            .announced(api)
            .map(|one| Closing { from: one.from, to: one.to, cause: Cause::Announced })
            .collect();
        if plan.profile == Profile::Cgu {
            for index in schedule::index(from)..=schedule::index(to) {
                all.extend(self.block(&plan, api, index).intervals.iter().map(Closing::from));
            }
        }
        all.retain(|one| one.from < to && one.to > from);
        all.sort();
        all
    }

    /// The plan in force.
    pub fn plan(&self) -> Arc<Plan> {
        self.plan.load_full()
    }

    /// Puts another plan in force.
    pub fn change(&self, plan: Plan) {
        self.plan.store(Arc::new(plan));
    }

    /// Back to the settings.
    pub fn reset(&self) {
        self.change(self.settings.clone());
    }

    fn closed_at(&self, plan: &Plan, api: ApiId, now: Timestamp) -> Option<(Cause, Timestamp)> {
        let announced = plan
            .announced(api)
            .filter(|one| (one.from..one.to).contains(&now))
            .max_by_key(|one| one.to);
        if let Some(one) = announced {
            return Some((Cause::Announced, one.to));
        }
        if plan.profile == Profile::Open {
            return None;
        }
        let block = self.block(plan, api, schedule::index(now));
        block.at(now).map(Closing::from).map(|one| (one.cause, one.to))
    }

    fn block(&self, plan: &Plan, api: ApiId, index: i64) -> Arc<Block> {
        let slot = &self.worked_out[api as usize];
        if let Some(block) = slot.load().as_ref().filter(|block| block.is(index, plan.closing)) {
            return Arc::clone(block);
        }
        let block = Arc::new(Block::new(self.seed, api, plan.closing, index));
        slot.store(Some(Arc::clone(&block)));
        block
    }
}

impl Plan {
    fn is_always_open(&self) -> bool {
        self.profile == Profile::Open && self.announced.is_empty()
    }

    fn announced(&self, api: ApiId) -> impl Iterator<Item = &Announced> {
        self.announced.iter().filter(move |one| one.api.is_none_or(|of| of == api))
    }
}

impl From<&Interval> for Closing {
    fn from(interval: &Interval) -> Self {
        let at = |second| Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
        Self { from: at(interval.from), to: at(interval.to), cause: interval.cause }
    }
}

/// How many closures in a row are followed to tell when an API opens again.
const FOLLOWED: usize = 16;

#[cfg(test)]
mod tests;
