//! Control 6: is there room left this minute for this partner on this API?
//!
//! Source: CGU FICOBA 9.2 and CGU R2P 9.2; the window is the product's: one minute, aligned on the clock, the N+1st call
//! refused, refused calls not counted. The clock is read under the counter's lock, so that of two calls at the edge of a
//! minute none can count in the other's window; a clock moved back opens an empty window. A convention has one application,
//! so that its id stands for both; there is one counter per convention and API, whatever the minutes.
//!
//! # Design
//! The product counts asynchronously: its gateways learn some time after the Nth call that it was the Nth (apim-wire 3.3).
//! `gateway.quota_lag_ms` imitates that: calls are refused from that long after the Nth call of the minute was admitted,
//! on the product's clock, and what comes in between is admitted and counted. Nothing is carried over into the next minute.
//!
//! Where its gateways hear nothing of each other, each counts for itself: `gateway.simulated_nodes` makes that many sets of
//! counters, and [`Quotas::node`] is one of them. What is read, set and emptied from outside is so on all of them.

use std::{collections::HashMap, num::NonZeroU32, sync::Arc};

use foldhash::fast::RandomState;
use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, RwLock};

use super::{Refusal, change::Change};
use crate::{clock::Clock, outbox::Outbox, rights::ApiId};

/// The counters of the current minute, one per partner and API.
#[derive(Default)]
pub struct Quotas {
    lag: SignedDuration,
    counters: RwLock<HashMap<ApiId, OfApi, RandomState>>,
    /// What the console changed, for the other replicas.
    pub(super) changes: Outbox<Change>,
    /// The counters of the second gateway and of those after it.
    others: Vec<Self>,
}

/// What is left of a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaState {
    /// Calls per minute.
    pub limit: u32,
    /// Calls admitted in this minute.
    pub used: u32,
    /// When the next minute begins.
    pub resets_at: Timestamp,
}

/// By partner.
type OfApi = HashMap<String, Arc<Mutex<Counter>>, RandomState>;

#[derive(Default)]
pub(super) struct Counter {
    pub(super) minute: i64,
    pub(super) used: u32,
    /// How many of them this process admitted by itself.
    pub(super) alone: u32,
    /// When the last call that the quota allows was admitted.
    pub(super) reached: Option<Timestamp>,
}

impl Quotas {
    /// Counters that lag behind, as the product's do; none by default.
    pub fn new(lag: SignedDuration) -> Self {
        Self { lag, ..Self::default() }
    }

    /// How long the end of a quota goes unnoticed.
    pub fn lag(&self) -> SignedDuration {
        self.lag
    }

    /// The counters of so many gateways that hear nothing of each other.
    #[must_use]
    pub fn apart(self, nodes: usize) -> Self {
        let others = (1..nodes).map(|_| Self::new(self.lag)).collect();
        Self { others, ..self }
    }

    /// How many gateways count apart.
    pub fn nodes(&self) -> usize {
        1 + self.others.len()
    }

    /// The counters of one gateway: those to count with. Numbers go round.
    pub fn node(&self, number: usize) -> &Self {
        match number % self.nodes() {
            0 => self,
            other => &self.others[other - 1],
        }
    }

    /// Counts one call, if the minute has room for it.
    ///
    /// # Errors
    /// [`Refusal::Quota`] when `limit` calls were admitted in this minute already.
    pub fn take(
        &self,
        partner: &str,
        api: ApiId,
        limit: NonZeroU32,
        clock: &Clock,
    ) -> Result<QuotaState, Refusal> {
        let counter = self.counter(partner, api);
        let mut counter = counter.lock();
        let now = clock.now();
        let minute = minute(now);
        counter.turn_to(minute);
        if counter.used >= limit.get() && !counter.is_unnoticed(now, self.lag) {
            return Err(Refusal::Quota { limit: limit.get(), resets_at: start(minute + 1) });
        }
        counter.used = counter.used.saturating_add(1);
        counter.alone = counter.alone.saturating_add(1);
        if counter.used == limit.get() {
            counter.reached = Some(now);
        }
        Ok(QuotaState { limit: limit.get(), used: counter.used, resets_at: start(minute + 1) })
    }

    /// Takes back a call that was counted and then refused on purpose, if its minute is still running.
    pub fn give_back(&self, partner: &str, api: ApiId, counted: QuotaState) {
        let Some(counter) = self.known(partner, api) else { return };
        let mut counter = counter.lock();
        if start(counter.minute + 1) == counted.resets_at {
            counter.used = counter.used.saturating_sub(1);
            counter.alone = counter.alone.saturating_sub(1);
        }
    }

    /// The state of a partner's minute, without counting: what all gateways admitted.
    pub fn state(&self, partner: &str, api: ApiId, limit: u32, now: Timestamp) -> QuotaState {
        let used = self.used(partner, api, now).into_iter().sum();
        QuotaState { limit, used, resets_at: start(minute(now) + 1) }
    }

    /// How many calls of a partner's minute each gateway admitted.
    pub fn used(&self, partner: &str, api: ApiId, now: Timestamp) -> Vec<u32> {
        let minute = minute(now);
        let used = |node: &Self| {
            node.known(partner, api).map_or(0, |counter| {
                let counter = counter.lock();
                if counter.minute == minute { counter.used } else { 0 }
            })
        };
        std::iter::once(self).chain(&self.others).map(used).collect()
    }

    /// Sets how many calls of the current minute count as admitted, by each gateway.
    pub fn set(&self, partner: &str, api: ApiId, used: u32, now: Timestamp) {
        self.others.iter().for_each(|node| node.set(partner, api, used, now));
        let counter = self.counter(partner, api);
        let mut counter = counter.lock();
        *counter = Counter { minute: minute(now), used, ..Counter::default() };
        drop(counter);
        self.changes.push(|| Change::Set {
            partner: partner.to_owned(),
            api,
            used,
            minute: minute(now),
        });
    }

    /// Empties the windows of a partner or of all, on an API or on all.
    pub fn clear(&self, partner: Option<&str>, api: Option<ApiId>, now: Timestamp) {
        self.others.iter().for_each(|node| node.clear(partner, api, now));
        let mut counters = self.counters.write();
        for (_, of_api) in counters.iter_mut().filter(|(one, _)| api.is_none_or(|api| api == **one))
        {
            of_api.retain(|id, _| partner.is_some_and(|partner| partner != id));
        }
        drop(counters);
        self.changes.push(|| Change::Clear {
            partner: partner.map(str::to_owned),
            api,
            minute: minute(now),
        });
    }

    pub(super) fn each(&self) -> Vec<(ApiId, String, Arc<Mutex<Counter>>)> {
        let counters = self.counters.read();
        let of = |(api, of_api): (&ApiId, &OfApi)| {
            of_api
                .iter()
                .map(|(id, counter)| (*api, id.clone(), Arc::clone(counter)))
                .collect::<Vec<_>>()
        };
        counters.iter().flat_map(of).collect()
    }

    fn known(&self, partner: &str, api: ApiId) -> Option<Arc<Mutex<Counter>>> {
        self.counters.read().get(&api)?.get(partner).cloned()
    }

    pub(super) fn counter(&self, partner: &str, api: ApiId) -> Arc<Mutex<Counter>> {
        if let Some(known) = self.known(partner, api) {
            return known;
        }
        let mut counters = self.counters.write();
        Arc::clone(counters.entry(api).or_default().entry(partner.to_owned()).or_default())
    }
}

impl Counter {
    pub(super) fn turn_to(&mut self, minute: i64) {
        if self.minute != minute {
            *self = Self { minute, ..Self::default() };
        }
    }

    /// Whether the end of the quota was reached so lately that the product would not know.
    fn is_unnoticed(&self, now: Timestamp, lag: SignedDuration) -> bool {
        self.reached.is_some_and(|reached| reached <= now && now.duration_since(reached) < lag)
    }
}

pub(super) fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

pub(super) fn start(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
