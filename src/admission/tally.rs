//! The counters of one process among several: what the others must hear of, and what they said.
//!
//! With a shared store, the store counts; the counters here repeat what it said last, so that a process that loses it goes
//! on from there, and tell what was admitted meanwhile, so that it can be added afterwards.

use std::num::NonZeroU32;

use jiff::Timestamp;

use super::{
    Change, Refusal,
    quota::{Counter, QuotaState, Quotas, minute, start},
};
use crate::{outbox::Outbox, rights::ApiId};

/// What a process admitted by itself in the current minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alone {
    pub partner: String,
    pub api: ApiId,
    /// The minute, counted from the Unix epoch.
    pub minute: i64,
    /// What was known to be admitted before.
    pub before: u32,
    /// What was admitted since.
    pub alone: u32,
}

/// A minute of the product's time, as all replicas name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    minute: i64,
}

impl Window {
    /// The one of this moment.
    pub fn at(now: Timestamp) -> Self {
        Self { minute: minute(now) }
    }

    /// The one in which a call was counted.
    pub fn counted(state: QuotaState) -> Self {
        Self { minute: minute(state.resets_at) - 1 }
    }

    /// Its number, from the Unix epoch.
    pub fn number(self) -> i64 {
        self.minute
    }

    /// The state after the `used`th call was admitted.
    pub fn admitted(self, used: u32, limit: NonZeroU32) -> QuotaState {
        QuotaState { limit: limit.get(), used, resets_at: start(self.minute + 1) }
    }

    /// No room.
    pub fn full(self, limit: NonZeroU32) -> Refusal {
        Refusal::Quota { limit: limit.get(), resets_at: start(self.minute + 1) }
    }
}

impl Quotas {
    /// What the console changes.
    pub fn changes(&self) -> &Outbox<Change> {
        &self.changes
    }

    /// The store said that this many calls are admitted; it may have said more already.
    pub fn received(&self, partner: &str, api: ApiId, window: Window, used: u32) {
        self.with(partner, api, |counter| {
            if counter.minute <= window.minute {
                counter.turn_to(window.minute);
                counter.used = counter.used.max(used);
                counter.alone = 0;
            }
        });
    }

    /// The store says that this many calls are admitted, more or fewer than before.
    pub fn mirror(&self, partner: &str, api: ApiId, window: Window, used: u32) {
        self.with(partner, api, |counter| {
            *counter = Counter { minute: window.minute, used, ..Counter::default() }
        });
    }

    /// What was admitted by this process alone in the minute of `now`, told once.
    pub fn alone(&self, now: Timestamp) -> Vec<Alone> {
        let current = minute(now);
        let changes = self.each().into_iter().filter_map(|(api, partner, counter)| {
            let mut counter = counter.lock();
            let alone = std::mem::take(&mut counter.alone);
            let before = counter.used.saturating_sub(alone);
            (counter.minute == current).then_some(Alone {
                partner,
                api,
                minute: current,
                before,
                alone,
            })
        });
        changes.collect()
    }

    fn with(&self, partner: &str, api: ApiId, change: impl FnOnce(&mut Counter)) {
        let counter = self.counter(partner, api);
        change(&mut counter.lock());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_process_that_loses_the_store_goes_on_from_what_it_heard_and_tells_what_it_added() {
        let (quotas, clock) =
            (Quotas::default(), Clock::frozen("2026-11-22T10:00:00Z".parse().unwrap()));
        let (window, limit) = (Window::at(clock.now()), NonZeroU32::new(10).unwrap());
        quotas.received("a", ApiId::R2p, window, 7);
        quotas.received("a", ApiId::R2p, window, 6);
        let used: Vec<_> = (0..4)
            .map(|_| quotas.take("a", ApiId::R2p, limit, &clock).map(|state| state.used))
            .collect();
        assert_eq!(used[..3], [Ok(8), Ok(9), Ok(10)]);
        assert!(used[3].is_err());
        let changes = quotas.alone(clock.now());
        let number = window.number();
        assert_eq!(
            changes,
            [Alone {
                partner: "a".to_owned(),
                api: ApiId::R2p,
                minute: number,
                before: 7,
                alone: 3
            }]
        );
        assert_eq!(quotas.alone(clock.now())[0].alone, 0, "told once");
        assert_eq!(Window::counted(window.admitted(3, limit)), window);
    }

    #[test]
    fn what_the_console_changes_is_kept_for_the_others() {
        let (quotas, now) = (Quotas::default(), "2026-11-22T10:00:00Z".parse().unwrap());
        quotas.changes().open();
        quotas.set("a", ApiId::R2p, 3, now);
        quotas.clear(Some("a"), None, now);
        assert_eq!(quotas.changes().drain().len(), 2);
    }
}
