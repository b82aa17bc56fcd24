//! Faults on purpose: what a tester orders from the console, and what scenarios hold ready for certain data.
//!
//! A [`Matcher`] says which requests, an [`Outcome`] what happens to them; both are checked against the [`Catalogue`] of
//! everything that can be called and answered, so that a fault that could never apply is refused when it is ordered.
//!
//! # Design
//! A fault is injected into a request that has passed every control, in the place of the API or of the token endpoint: what a
//! control refuses by itself, it refuses, and the fault waits for the next request. Orders come before scenarios, the
//! earlier before the later; one applies. Nothing is drawn but from a stream made of the server's seed and the fault's id.

mod catalogue;
mod delay;
mod facts;
mod matcher;
mod outcome;
mod scenarios;
mod shared;
mod spec;
mod value;

use std::{
    num::NonZeroU64,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use parking_lot::{Mutex, MutexGuard};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    catalogue::{Catalogue, Code, JWKS, Lines, Operation, REVOKE, TOKEN},
    delay::Delay,
    facts::{RawRequest, RequestFacts},
    matcher::{Matcher, Target},
    outcome::{End, Outcome},
    scenarios::{Scenario, Scenarios},
    shared::StandingOrders,
    spec::OutcomeSpec,
    value::Test,
};
pub use crate::fixtures::Wrong;
use crate::{chance::Chance, directory::Directory, fixtures};

/// The faults that may apply.
pub struct Faults {
    seed: u64,
    orders: Mutex<Orders>,
    /// How many orders stand: a request reads this, and nothing else when there is none.
    standing: AtomicUsize,
    scenarios: ArcSwap<Scenarios>,
}

#[derive(Default)]
struct Orders {
    all: Vec<Order>,
    given: u64,
    /// How often everything began again.
    resets: u64,
}

/// An order as it is written: `POST /admin/v1/faults`.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FaultOrder)]
pub struct FaultRequest {
    /// Which requests.
    #[serde(rename = "match", default, deserialize_with = "fixtures::table")]
    pub target: Target,
    /// How many times; until it is removed when absent.
    #[schema(value_type = Option<u64>, minimum = 1)]
    pub times: Option<NonZeroU64>,
    /// How often it applies to what it matches; when absent, once in ten for an incident, always for anything else.
    #[schema(exclusive_minimum = 0.0, maximum = 1.0)]
    pub probability: Option<f64>,
    /// What happens.
    #[serde(deserialize_with = "fixtures::table")]
    pub outcome: OutcomeSpec,
}

/// A fault ordered from the console.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its name: `f1`, `f2`...
    pub id: String,
    pub request: FaultRequest,
    /// How often it was injected.
    pub injected: u64,
    matcher: Matcher,
    outcome: Outcome,
    chance: Chance,
}

/// A fault that applies, with everything drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injection {
    /// The order's or the scenario's id.
    pub id: String,
    /// How long the caller waits first.
    pub delay: Option<Duration>,
    /// What comes then.
    pub end: End,
    /// After how many seconds the caller is told to come back.
    pub retry_after: Option<u64>,
    /// The outcome in one line.
    pub summary: String,
    /// Whose it is, and how often it may.
    pub turn: InjectionTurn,
}

/// Whose an injection is, and how often it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InjectionTurn {
    /// A scenario's: whenever the data ask for it.
    Scenario,
    /// An order's, until it is removed.
    Standing,
    /// An order's, so many times in all.
    Times(NonZeroU64),
}

impl Faults {
    /// No order yet; what is drawn comes from `seed`.
    pub fn new(seed: u64, scenarios: Scenarios) -> Self {
        let scenarios = ArcSwap::from_pointee(scenarios);
        Self { seed, orders: Mutex::default(), standing: AtomicUsize::new(0), scenarios }
    }

    /// The fault that applies to this request, if one does; it is counted.
    pub fn inject(&self, facts: &RequestFacts<'_>) -> Option<Injection> {
        if self.standing.load(Ordering::Acquire) > 0
            && let Some(injection) = self.inject_as_ordered(facts)
        {
            return Some(injection);
        }
        self.scenarios.load().inject(facts)
    }

    /// Whether any fault stands or waits: when not, a request need not even be described.
    pub fn is_idle(&self) -> bool {
        self.standing.load(Ordering::Acquire) == 0 && self.scenarios.load().iter().next().is_none()
    }

    /// Gives an order; its id.
    ///
    /// # Errors
    /// Everything wrong with it; nothing stands then.
    pub fn order(
        &self,
        request: FaultRequest,
        catalogue: &Catalogue,
        directory: &Directory,
    ) -> Result<Order, Vec<Wrong>> {
        let mut wrong: Vec<_> = check_probability(request.probability).err().into_iter().collect();
        let resolved = Matcher::resolve(&request.target, &request.outcome, catalogue, directory);
        let (matcher, outcome) = match resolved {
            Ok(resolved) if wrong.is_empty() => resolved,
            Ok(_) => return Err(wrong),
            Err(more) => {
                wrong.extend(more);
                return Err(wrong);
            }
        };
        let mut orders = self.orders();
        if orders.all.len() >= MOST {
            return Err(vec![Wrong::at("", format!("{MOST} faults stand already: remove some"))]);
        }
        orders.given += 1;
        let id = format!("f{}", orders.given);
        let chance = Chance::new(self.seed, KIND, &id);
        let order = Order { id, request, injected: 0, matcher, outcome, chance };
        orders.all.push(order.clone());
        self.standing.store(orders.all.len(), Ordering::Release);
        Ok(order)
    }

    /// The orders that stand, earliest first.
    pub fn standing(&self) -> Vec<Order> {
        self.orders().all.clone()
    }

    /// Removes the orders that `which` picks; how many there were.
    pub fn remove(&self, which: impl Fn(&Order) -> bool) -> usize {
        let mut orders = self.orders();
        let before = orders.all.len();
        orders.all.retain(|order| !which(order));
        self.standing.store(orders.all.len(), Ordering::Release);
        before - orders.all.len()
    }

    /// As at the start: no order, ids and draws from the beginning.
    pub fn reset(&self) {
        let mut orders = self.orders();
        *orders = Orders { resets: orders.resets + 1, ..Orders::default() };
        self.standing.store(0, Ordering::Release);
        self.scenarios.load().restart(self.seed);
    }

    /// Puts other scenarios in place; the orders stand.
    pub fn replace_scenarios(&self, scenarios: Scenarios) {
        self.scenarios.store(Arc::new(scenarios));
    }

    /// The scenarios of this moment.
    pub fn scenarios(&self) -> Arc<Scenarios> {
        self.scenarios.load_full()
    }

    fn inject_as_ordered(&self, facts: &RequestFacts<'_>) -> Option<Injection> {
        let mut orders = self.orders();
        let injection = orders.all.iter_mut().find_map(|order| order.inject(facts))?;
        orders.all.retain(|order| order.left() != Some(0));
        self.standing.store(orders.all.len(), Ordering::Release);
        Some(injection)
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock()
    }
}

impl Order {
    /// How often it applies to what it matches, if not always.
    pub fn probability(&self) -> Option<f64> {
        self.request.probability.or(self.request.outcome.usual_probability())
    }

    /// How many injections are left; none when it stands until it is removed.
    pub fn left(&self) -> Option<u64> {
        self.request.times.map(|times| times.get().saturating_sub(self.injected))
    }

    fn inject(&mut self, facts: &RequestFacts<'_>) -> Option<Injection> {
        if !self.matcher.matches(facts) {
            return None;
        }
        let probability = self.probability();
        let injection = Injection::draw(&self.id, probability, &self.outcome, &mut self.chance)?;
        self.injected += 1;
        Some(Injection {
            turn: self.request.times.map_or(InjectionTurn::Standing, InjectionTurn::Times),
            ..injection
        })
    }
}

impl Injection {
    fn draw(
        id: &str,
        probability: Option<f64>,
        outcome: &Outcome,
        chance: &mut Chance,
    ) -> Option<Self> {
        if !probability.is_none_or(|probability| chance.happens(probability)) {
            return None;
        }
        let delay = outcome.delay.map(|delay| delay.draw(chance));
        let end = match outcome.end == End::Incident {
            true => End::of_incident(chance.happens(0.5)),
            false => outcome.end.clone(),
        };
        let summary = Outcome { end: end.clone(), ..outcome.clone() }.to_string();
        Some(Self {
            id: id.to_owned(),
            delay,
            end,
            retry_after: outcome.retry_after,
            summary,
            turn: InjectionTurn::Scenario,
        })
    }
}

fn check_probability(probability: Option<f64>) -> Result<(), Wrong> {
    match probability {
        Some(p) if !(p > 0.0 && p <= 1.0) => Err(Wrong::at(
            "/probability",
            format!("{p} is no probability: expected more than 0 and at most 1"),
        )),
        Some(_) | None => Ok(()),
    }
}

/// What their draws are made from, beside the seed and the id.
const KIND: &str = "fault";

/// More orders than any test needs: memory stays bounded.
const MOST: usize = 1000;

#[cfg(test)]
mod tests;
