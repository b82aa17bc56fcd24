//! Control 6: is there room left this minute for this partner on this API?
//!
//! Source: CGU FICOBA 9.2 and CGU R2P 9.2; the window is the product's: one minute, aligned on the clock, the N+1st call
//! refused, refused calls not counted. The clock is read under the counter's lock, so that of two calls at the edge of a
//! minute none can count in the other's window; a clock moved back opens an empty window.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use jiff::Timestamp;

use super::Refusal;
use crate::{clock::Clock, rights::ApiId};

/// The counters of the current minute, one per partner and API.
#[derive(Default)]
pub struct Quotas {
    counters: RwLock<HashMap<ApiId, OfApi>>,
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
type OfApi = HashMap<String, Arc<Mutex<Counter>>>;

#[derive(Default)]
struct Counter {
    minute: i64,
    used: u32,
}

impl Quotas {
    /// Counts one call, if the minute has room for it.
    ///
    /// # Errors
    /// [`Refusal::Quota`] when `limit` calls were admitted in this minute already.
    pub fn take(&self, partner: &str, api: ApiId, limit: NonZeroU32, clock: &Clock) -> Result<QuotaState, Refusal> {
        let counter = self.counter(partner, api);
        let mut counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = minute(clock.now());
        counter.turn_to(minute);
        if counter.used >= limit.get() {
            return Err(Refusal::Quota { limit: limit.get(), resets_at: start(minute + 1) });
        }
        counter.used += 1;
        Ok(QuotaState { limit: limit.get(), used: counter.used, resets_at: start(minute + 1) })
    }

    /// Takes back a call that was counted and then refused on purpose, if its minute is still running.
    pub fn give_back(&self, partner: &str, api: ApiId, counted: QuotaState) {
        let Some(counter) = self.known(partner, api) else { return };
        let mut counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
        if start(counter.minute + 1) == counted.resets_at {
            counter.used = counter.used.saturating_sub(1);
        }
    }

    /// The state of a partner's minute, without counting.
    pub fn state(&self, partner: &str, api: ApiId, limit: u32, now: Timestamp) -> QuotaState {
        let minute = minute(now);
        let used = self.known(partner, api).map_or(0, |counter| {
            let counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
            if counter.minute == minute { counter.used } else { 0 }
        });
        QuotaState { limit, used, resets_at: start(minute + 1) }
    }

    /// Sets how many calls of the current minute count as admitted.
    pub fn set(&self, partner: &str, api: ApiId, used: u32, now: Timestamp) {
        let counter = self.counter(partner, api);
        let mut counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
        counter.minute = minute(now);
        counter.used = used;
    }

    /// Empties the windows of a partner or of all, on an API or on all.
    pub fn clear(&self, partner: Option<&str>, api: Option<ApiId>) {
        let mut counters = self.counters.write().unwrap_or_else(PoisonError::into_inner);
        for (_, of_api) in counters.iter_mut().filter(|(one, _)| api.is_none_or(|api| api == **one)) {
            of_api.retain(|id, _| partner.is_some_and(|partner| partner != id));
        }
    }

    fn known(&self, partner: &str, api: ApiId) -> Option<Arc<Mutex<Counter>>> {
        self.counters.read().unwrap_or_else(PoisonError::into_inner).get(&api)?.get(partner).cloned()
    }

    fn counter(&self, partner: &str, api: ApiId) -> Arc<Mutex<Counter>> {
        if let Some(known) = self.known(partner, api) {
            return known;
        }
        let mut counters = self.counters.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(counters.entry(api).or_default().entry(partner.to_owned()).or_default())
    }
}

impl Counter {
    fn turn_to(&mut self, minute: i64) {
        if self.minute != minute {
            *self = Self { minute, used: 0 };
        }
    }
}

fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

fn start(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use jiff::SignedDuration;

    use super::*;

    fn clock(text: &str) -> Clock {
        Clock::frozen(text.parse().unwrap())
    }

    fn n(limit: u32) -> NonZeroU32 {
        NonZeroU32::new(limit).unwrap()
    }

    #[test]
    fn n_calls_pass_and_the_next_is_refused_until_the_minute_turns() {
        let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:59Z"));
        for used in 1..=3 {
            assert_eq!(quotas.take("a", ApiId::Ficoba, n(3), &clock).unwrap().used, used);
        }
        let resets_at = "2026-11-22T10:01:00Z".parse().unwrap();
        assert_eq!(quotas.take("a", ApiId::Ficoba, n(3), &clock), Err(Refusal::Quota { limit: 3, resets_at }));
        clock.advance(SignedDuration::from_secs(1)).unwrap();
        assert_eq!(quotas.take("a", ApiId::Ficoba, n(3), &clock).unwrap().used, 1);
    }

    #[test]
    fn partners_and_apis_are_counted_apart() {
        let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
        for (partner, api) in [("a", ApiId::Ficoba), ("b", ApiId::Ficoba), ("a", ApiId::R2p)] {
            assert!(quotas.take(partner, api, n(1), &clock).is_ok());
            assert!(quotas.take(partner, api, n(1), &clock).is_err());
        }
    }

    #[test]
    fn a_clock_moved_back_opens_an_empty_window() {
        let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
        quotas.take("a", ApiId::R2p, n(1), &clock).unwrap();
        clock.advance(SignedDuration::from_mins(-5)).unwrap();
        assert!(quotas.take("a", ApiId::R2p, n(1), &clock).is_ok());
    }

    #[test]
    fn a_call_given_back_leaves_room_for_another_in_its_own_minute_only() {
        let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
        let counted = quotas.take("a", ApiId::R2p, n(1), &clock).unwrap();
        quotas.give_back("a", ApiId::R2p, counted);
        let counted = quotas.take("a", ApiId::R2p, n(1), &clock).unwrap();
        clock.advance(SignedDuration::from_mins(1)).unwrap();
        quotas.take("a", ApiId::R2p, n(1), &clock).unwrap();
        quotas.give_back("a", ApiId::R2p, counted);
        assert!(quotas.take("a", ApiId::R2p, n(1), &clock).is_err());
    }

    #[test]
    fn windows_are_emptied_by_partner_and_by_api() {
        let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
        let all = || [("a", ApiId::Ficoba), ("a", ApiId::R2p), ("b", ApiId::R2p)];
        let full = |quotas: &Quotas| all().map(|(partner, api)| quotas.state(partner, api, 1, clock.now()).used == 1);
        let fill = || all().into_iter().for_each(|(partner, api)| quotas.set(partner, api, 1, clock.now()));
        fill();
        quotas.clear(Some("a"), Some(ApiId::R2p));
        assert_eq!(full(&quotas), [true, false, true]);
        fill();
        quotas.clear(Some("a"), None);
        assert_eq!(full(&quotas), [false, false, true]);
        fill();
        quotas.clear(None, Some(ApiId::R2p));
        assert_eq!(full(&quotas), [true, false, false]);
        quotas.clear(None, None);
        assert_eq!(full(&quotas), [false, false, false]);
    }

    #[test]
    fn eight_threads_never_get_more_nor_fewer_than_the_limit() {
        let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
        let admitted = thread::scope(|scope| {
            let calls = || (0..100).filter(|_| quotas.take("a", ApiId::Ficoba, n(250), &clock).is_ok()).count();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(calls)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
        });
        assert_eq!(admitted, 250);
    }
}
