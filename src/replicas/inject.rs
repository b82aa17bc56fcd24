//! Faults that apply so many times do so on all replicas together: each injection is claimed from the store.

use super::Replica;
use crate::{
    faults::{Injection, InjectionTurn, RequestFacts},
    state::Away,
};

impl Replica {
    /// The fault that applies to this request, if one does; it is counted, everywhere.
    pub async fn inject(&self, facts: RequestFacts<'_>) -> Option<Injection> {
        let faults = &self.sandbox.faults;
        loop {
            let injection = faults.inject(&facts)?;
            let times = match injection.turn {
                InjectionTurn::Scenario => return Some(injection),
                InjectionTurn::Standing => 0,
                InjectionTurn::Times(times) => times.get(),
            };
            match self.claim(&injection.id, times).await {
                Ok(0) => drop(faults.remove(|order| order.id == injection.id)), // the others used it up
                Ok(injected) => {
                    faults.counted(&injection.id, injected);
                    return Some(injection);
                }
                Err(Away) => return Some(injection),
            }
        }
    }

    /// Learns how often the orders that stand were injected at all replicas.
    pub(super) async fn count_injections(&self) -> Result<(), Away> {
        let (resets, standing) = (self.sandbox.faults.resets(), self.sandbox.faults.standing());
        if standing.is_empty() {
            return Ok(());
        }
        let mut ask = redis::pipe();
        ask.cmd("HMGET").arg(self.store.key("struck"));
        for order in &standing {
            ask.arg(field(resets, &order.id));
        }
        let (injected,): (Vec<Option<u64>>,) = self.store.send(&ask).await?;
        for (order, injected) in standing.iter().zip(injected) {
            self.sandbox.faults.counted(&order.id, injected.unwrap_or(0));
        }
        Ok(())
    }

    /// One more injection of an order; 0 when it was injected often enough.
    async fn claim(&self, id: &str, times: u64) -> Result<u64, Away> {
        let mut call = self.scripts.claim.key(self.store.key("struck"));
        self.store.run(call.arg(field(self.sandbox.faults.resets(), id)).arg(times)).await
    }
}

/// An id is used again after a reset.
fn field(resets: u64, id: &str) -> String {
    format!("{resets}:{id}")
}

/// KEYS: the injections. ARGV: the order, and how often it may apply (0: always).
pub(super) const CLAIM: &str = r"
local injected = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local times = tonumber(ARGV[2])
if times > 0 and injected >= times then return 0 end
return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
";
