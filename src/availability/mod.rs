//! When the APIs are open: always, as the CGU have it, or with an incident that fails a share of the calls.
//!
//! Source: CGU FICOBA 11 (open 23 hours a day, available 99.69 % of that time) and CGU R2P 11 (open day and night, 97.16 %), where
//! the rate is measured on the opening hours, "que les indisponibilités soient programmées ou non". What integrators met behind
//! this gateway: FICOBA closes from 01:00 to 02:00 and some calls fail until about 02:15; an incident fails one call in ten with 503
//! and 504 while the state of health says that all is well. Besides, a tester can announce a maintenance. Whether an API is closed
//! is a function of the seed and of the product's time alone (`schedule`): a run can be replayed, and moving the clock back brings
//! the same closures again. Which calls fail where some do is drawn from the seed, call by call, from the beginning at each order.

mod schedule;

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use jiff::{Timestamp, civil::Time};
use parking_lot::Mutex;

pub use self::schedule::Cause;
use self::schedule::{Block, Daily, Interval};
use crate::{
    chance::Chance,
    config::{self, Minutes, Percent, Profile},
    rights::ApiId,
};

/// The opening hours of the APIs.
pub struct Availability {
    seed: u64,
    settings: Plan,
    plan: ArcSwap<Plan>,
    /// What is drawn for each API where some calls fail.
    chances: Mutex<[Chance; ApiId::ALL.len()]>,
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
    /// For how many minutes after it some calls still fail.
    pub tail_minutes: Minutes,
    /// Of a hundred calls, those that fail in an incident.
    pub incident_percent: Percent,
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

/// What becomes of a call that is not answered as usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// The API is closed.
    Closed(Closure),
    /// The call is one of those that still fail after the daily hour.
    Tail(Closure),
    /// The call is one of those that the incident fails: the API is out of reach, or too slow.
    Incident {
        /// Whether it is too slow.
        slow: bool,
    },
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
        let &config::Availability { profile, closing, tail_minutes, incident_percent } = settings;
        let settings =
            Plan { profile, closing, tail_minutes, incident_percent, announced: Vec::new() };
        let plan = ArcSwap::from_pointee(settings.clone());
        let chances = Mutex::new(chances(seed));
        Self {
            seed,
            settings,
            plan,
            chances,
            worked_out: std::array::from_fn(|_| ArcSwapOption::empty()),
        }
    }

    /// What becomes of a call at this moment, when it is not answered as usual; `searches` when it is no question about the
    /// state of health, which an incident leaves alone. A call among which some fail is drawn for.
    pub fn hindrance(&self, api: ApiId, searches: bool, now: Timestamp) -> Option<Hindrance> {
        match self.closure(api, now) {
            Some(closure) if closure.cause == Cause::Tail => self
                .draw(api, |chance| chance.happens(TAIL_SHARE).then_some(Hindrance::Tail(closure))),
            Some(closure) => Some(Hindrance::Closed(closure)),
            None if searches => {
                let plan = self.plan.load();
                let share = f64::from(plan.incident_percent.0) / 100.0;
                let incident = |chance: &mut Chance| {
                    let slow = chance.happens(share).then(|| chance.happens(0.5))?;
                    Some(Hindrance::Incident { slow })
                };
                (plan.profile == Profile::Incident).then(|| self.draw(api, incident)).flatten()
            }
            None => None,
        }
    }

    /// Whether every call is answered as usual at any time.
    pub fn is_always_open(&self) -> bool {
        self.plan.load().is_always_open()
    }

    /// Whether an API is closed at this moment, why, and until when; the tail of the daily hour counts as closed.
    pub fn closure(&self, api: ApiId, now: Timestamp) -> Option<Closure> {
        let plan = self.plan.load();
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

    /// Puts another plan in force; draws begin again.
    pub fn change(&self, plan: Plan) {
        *self.chances.lock() = chances(self.seed);
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
        if plan.profile != Profile::Cgu {
            return None;
        }
        let block = self.block(plan, api, schedule::index(now));
        block.at(now).map(Closing::from).map(|one| (one.cause, one.to))
    }

    fn draw<T>(&self, api: ApiId, from: impl FnOnce(&mut Chance) -> T) -> T {
        let mut chances = self.chances.lock();
        from(&mut chances[api as usize])
    }

    fn block(&self, plan: &Plan, api: ApiId, index: i64) -> Arc<Block> {
        let daily = Daily { closing: plan.closing, tail: 60 * i64::from(plan.tail_minutes.0) };
        let slot = &self.worked_out[api as usize];
        if let Some(block) = slot.load().as_ref().filter(|block| block.is(index, daily)) {
            return Arc::clone(block);
        }
        let block = Arc::new(Block::new(self.seed, api, daily, index));
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

fn chances(seed: u64) -> [Chance; ApiId::ALL.len()] {
    ApiId::ALL.map(|api| Chance::new(seed, "availability", api.as_str()))
}

/// Of the calls in the tail, those that fail (*decision*: "some" were met).
const TAIL_SHARE: f64 = 0.3;

/// How many closures in a row are followed to tell when an API opens again.
const FOLLOWED: usize = 16;

#[cfg(test)]
mod tests;
