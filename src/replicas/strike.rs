//! Faults that strike so many times do so on all replicas together: each strike is claimed from the store.

use super::Replica;
use crate::{
    faults::{Seen, Strike, Turn},
    state::Away,
};

impl Replica {
    /// The fault that strikes this request, if one does; it is counted, everywhere.
    pub async fn strike(&self, seen: Seen<'_>) -> Option<Strike> {
        let faults = &self.sandbox.faults;
        loop {
            let strike = faults.strike(&seen)?;
            let times = match strike.turn {
                Turn::Scenario => return Some(strike),
                Turn::Standing => 0,
                Turn::Times(times) => times.get(),
            };
            match self.claim(&strike.id, times).await {
                Ok(0) => drop(faults.remove(|order| order.id == strike.id)), // the others used it up
                Ok(struck) => {
                    faults.counted(&strike.id, struck);
                    return Some(strike);
                }
                Err(Away) => return Some(strike),
            }
        }
    }

    /// Learns how often the orders that stand have struck at all replicas.
    pub(super) async fn count_strikes(&self) -> Result<(), Away> {
        let (resets, standing) = (self.sandbox.faults.resets(), self.sandbox.faults.standing());
        if standing.is_empty() {
            return Ok(());
        }
        let mut ask = redis::pipe();
        ask.cmd("HMGET").arg(self.store.key("struck"));
        for order in &standing {
            ask.arg(field(resets, &order.id));
        }
        let (struck,): (Vec<Option<u64>>,) = self.store.send(&ask).await?;
        for (order, struck) in standing.iter().zip(struck) {
            self.sandbox.faults.counted(&order.id, struck.unwrap_or(0));
        }
        Ok(())
    }

    /// One more strike of an order; 0 when it has struck often enough.
    async fn claim(&self, id: &str, times: u64) -> Result<u64, Away> {
        let mut call = self.scripts.claim.key(self.store.key("struck"));
        self.store.run(call.arg(field(self.sandbox.faults.resets(), id)).arg(times)).await
    }
}

/// An id is used again after a reset.
fn field(resets: u64, id: &str) -> String {
    format!("{resets}:{id}")
}

/// KEYS: the strikes. ARGV: the order, and how often it may strike (0: always).
pub(super) const CLAIM: &str = r"
local struck = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local times = tonumber(ARGV[2])
if times > 0 and struck >= times then return 0 end
return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
";
