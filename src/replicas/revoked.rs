//! Revocations in the store: by application and era, bounded, and none forgotten that could still be used; those who hear of
//! them in the stream may have missed some of it, or come late.
//!
//! The index has a field for each application and era with the number of its revocations; each has a hash of its own, from the
//! token's identifier to the second in which it ends. One that finds no room has its application refuse the whole era, which
//! the orders then tell everybody.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::Replica;
use crate::{
    hex,
    state::Away,
    tokens::{Event, Tokens},
};

/// The identifiers and ends, in seconds since 1970, of the tokens of one application and era.
type RevokedGroup<'a> = Vec<(&'a str, i64)>;

impl Replica {
    /// Writes the revocations among these events into the store.
    pub(super) async fn keep_revoked(&self, events: &[Event]) -> Result<(), Away> {
        let mut groups: BTreeMap<(&str, [u8; 6]), RevokedGroup<'_>> = BTreeMap::new();
        for event in events {
            if let Event::Revoked { key, id, expires } = event {
                let group = groups.entry((key, Tokens::era_of(id))).or_default();
                group.push((id, expires.as_second()));
            }
        }
        let tokens = &self.sandbox.tokens;
        for ((key, era), revoked) in groups {
            let name = name(key, era);
            for some in revoked.chunks(PAGE) {
                let mut call = self.scripts.revoke.key(self.store.key(INDEX));
                let call = call.key(self.store.key(&format!("revoked:{name}")));
                let call = call.arg(&name).arg(self.ended().as_second()).arg(KEPT);
                for (id, end) in some {
                    call.arg(id).arg(end);
                }
                let full: bool = self.store.run_aside(call).await?;
                if full && !tokens.is_over(key, era) {
                    tokens.outgrow(key, era);
                }
            }
        }
        self.sandbox.note_outgrown();
        Ok(())
    }

    /// Learns every revocation in the store, and writes there those that it does not know: it may have been emptied, or could
    /// not be told. The others hear of these too: they may have looked before they stood there.
    pub(super) async fn share_revoked(&self) -> Result<(), Away> {
        let (tokens, now) = (&self.sandbox.tokens, self.sandbox.clock.now());
        let mut known = HashSet::new();
        for name in self.index().await? {
            let Some((key, _)) = parts(&name) else { continue };
            let mut ask = redis::pipe();
            ask.cmd("HGETALL").arg(self.store.key(&format!("revoked:{name}")));
            let (all,): (HashMap<String, i64>,) = self.store.send_aside(&ask).await?;
            for (id, end) in all {
                let expires = Timestamp::from_second(end).unwrap_or(Timestamp::MAX);
                tokens.apply(Event::Revoked { key: key.to_owned(), id: id.clone(), expires }, now);
                known.insert(id);
            }
        }
        let mut missing = tokens.revocations();
        missing.retain(|event| match event {
            Event::Revoked { id, .. } => !known.contains(id),
            Event::Issued(_) => false,
        });
        self.keep_revoked(&missing).await?;
        // What has ended is of no use to anybody, and not kept for ever: told at each look, it would push out the rest.
        let ended = self.ended();
        missing.retain(|event| matches!(event, Event::Revoked { expires, .. } if *expires > ended));
        let sent = async {
            for some in missing.chunks(PAGE) {
                self.spread(some).await?;
            }
            Ok(())
        };
        let sent: Result<(), Away> = sent.await;
        sent.inspect_err(|_| tokens.events().requeue(missing))
    }

    /// Puts in force everywhere that an application outgrew its era here.
    pub(super) async fn publish_outgrown(&self) -> Result<(), Away> {
        if !self.sandbox.tokens.has_news() {
            return Ok(());
        }
        if let Ok(turn) = self.turn().await {
            let _ = self.finish(turn).await; // whoever was overtaken comes back at the next look
        }
        Ok(())
    }

    /// Forgets in the store the revocations of eras that are over.
    pub(super) async fn sweep_revoked(&self) -> Result<(), Away> {
        let mut sweep = redis::pipe();
        for name in self.index().await? {
            let over = parts(&name).is_none_or(|(key, era)| self.sandbox.tokens.is_over(key, era));
            if over {
                sweep.cmd("UNLINK").arg(self.store.key(&format!("revoked:{name}"))).ignore();
                sweep.cmd("HDEL").arg(self.store.key(INDEX)).arg(&name).ignore();
            }
        }
        if sweep.is_empty() {
            return Ok(()); // no commands are an error of the library, which would be taken for a loss of the store
        }
        self.store.send_aside(&sweep).await
    }

    async fn index(&self) -> Result<Vec<String>, Away> {
        let mut ask = redis::pipe();
        ask.cmd("HGETALL").arg(self.store.key(INDEX));
        let (index,): (HashMap<String, u64>,) = self.store.send_aside(&ask).await?;
        Ok(index.into_keys().collect())
    }

    /// What ended then is accepted by no replica. A day of margin: their clocks are set by orders, which take a moment.
    fn ended(&self) -> Timestamp {
        let ended = self.sandbox.tokens.ended(self.sandbox.clock.now());
        ended.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN)
    }
}

/// What an application's era is called in the index; keys have no colon, eras are of one length.
fn name(key: &str, era: [u8; 6]) -> String {
    format!("{}:{key}", hex::encode(&era))
}

fn parts(name: &str) -> Option<(&str, [u8; 6])> {
    let (hex, key) = name.split_once(':')?;
    let number = u64::from_str_radix(hex, 16).ok()?;
    let bytes = number.to_be_bytes();
    (hex.len() == 12).then(|| (key, [bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]]))
}

const INDEX: &str = "revocations";

/// How many revocations of one application and era the store keeps: as many as a replica.
const KEPT: usize = 10_000;

/// How many are written at once.
const PAGE: usize = 1_000;

/// KEYS: the index; the revocations of one application and era. ARGV: the name of these in the index, the second until which
/// tokens have ended, how many are kept; then identifiers, each with the second in which it ends. Whether there are too many.
pub(super) const REVOKE: &str = r"
local count = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
for i = 4, #ARGV, 2 do
  count = count + redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
end
if count > tonumber(ARGV[3]) then
  local all = redis.call('HGETALL', KEYS[2])
  for i = 1, #all, 2 do
    if tonumber(all[i + 1]) <= tonumber(ARGV[2]) then
      count = count - redis.call('HDEL', KEYS[2], all[i])
    end
  end
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', count))
return count > tonumber(ARGV[3]) and 1 or 0
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_index_is_read_as_it_is_written() {
        for era in [[0, 1, 2, 0xfd, 0xfe, 0xff], [0; 6], [0xff; 6]] {
            assert_eq!(parts(&name("a key", era)), Some(("a key", era)));
        }
        for wrong in ["", "a", "00:key", "00000000000g:key"] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }
}
