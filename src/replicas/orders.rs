//! The orders of the console, as one document with a revision: the clock, the faults, the conventions that differ from
//! their files, when the APIs are open, the eras of tokens, the series of references, what is said of rehearsals.
//!
//! An order takes the turn of all replicas, catches up with the document, acts here, and writes the next revision by a
//! compare-and-set. The turn ends by itself after a while, so that a replica that dies holds up nobody; should one be so slow
//! that its turn is over, its order is undone and refused. The document is what counts.

use std::{sync::atomic::Ordering, time::Duration};

use tokio::{
    sync::MutexGuard,
    time::{sleep, timeout},
};

use super::{
    Replica,
    agreed::{Agreed, Document},
};
use crate::{clock::Clock, state::Away};

/// The turn of an order at all replicas.
pub struct Turn<'a> {
    /// Orders of this process wait here.
    _queue: MutexGuard<'a, ()>,
    /// What the turn is known by in the store; nothing while the store is away.
    name: Option<String>,
}

/// Why there is no turn, or why an order did not come into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TurnError {
    /// The store is away, and `state.on_loss` refuses.
    #[error("the shared store cannot be reached, and state.on_loss is refuse")]
    Away,
    /// Other orders took too long.
    #[error("other replicas are busy with orders: give it again")]
    Busy,
    /// The turn was over before the order was.
    #[error("another order came first: this one is undone, give it again")]
    Overtaken,
}

impl Replica {
    /// Catches up with orders and counters, for whoever reads them here.
    ///
    /// # Errors
    /// [`Away`]: what is here is what was heard last.
    pub async fn refresh(&self) -> Result<(), Away> {
        if !self.store.is_open() {
            return Err(Away);
        }
        self.catch_up_between_orders().await?;
        self.receive_tokens().await?;
        self.count_injections().await?;
        self.receive_journal().await?;
        self.mirror_quotas().await
    }

    /// Catches up without disturbing an order of this process.
    pub(super) async fn catch_up_between_orders(&self) -> Result<(), Away> {
        match self.queue.try_lock() {
            Ok(_idle) => self.catch_up(true).await,
            Err(_) => self.catch_up(false).await,
        }
    }

    /// Waits for the turn of an order, and catches up with the orders before it.
    ///
    /// # Errors
    /// [`TurnError::Away`], [`TurnError::Busy`].
    pub async fn turn(&self) -> Result<Turn<'_>, TurnError> {
        let queue = timeout(WAIT, self.queue.lock()).await.map_err(|_| TurnError::Busy)?;
        let taken = timeout(WAIT, self.take_turn()).await;
        self.crowded.store(taken.is_err(), Ordering::Release);
        match taken {
            Err(_) => Err(TurnError::Busy),
            Ok(Ok(name)) => Ok(Turn { _queue: queue, name: Some(name) }),
            Ok(Err(Away)) if self.refuses() => Err(TurnError::Away),
            Ok(Err(Away)) => Ok(Turn { _queue: queue, name: None }),
        }
    }

    /// The order has acted here: puts it in force everywhere.
    ///
    /// # Errors
    /// [`TurnError::Overtaken`]; it is undone here then.
    pub async fn finish(&self, turn: Turn<'_>) -> Result<(), TurnError> {
        let Some(name) = &turn.name else {
            self.ordered_alone.store(true, Ordering::Release); // told when the store is back
            return Ok(());
        };
        let sent = async {
            self.change_quotas().await?;
            self.publish_tokens().await?;
            self.publish_journal().await?;
            self.publish().await
        };
        let outcome = match sent.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(TurnError::Overtaken),
            Err(Away) if self.refuses() => Err(TurnError::Away),
            Err(Away) => Ok(()),
        };
        if self.release(name).await.is_err() {
            self.doubt_turn();
        }
        outcome
    }

    async fn release(&self, name: &str) -> Result<(), Away> {
        let mut release = self.scripts.release.key(self.store.key("turn"));
        self.store.run::<u8>(release.arg(name)).await.map(drop)
    }

    /// A turn was asked for, or given back, and the store did not say whether it stands.
    fn doubt_turn(&self) {
        let until = Clock::instant() + Duration::from_millis(TURN_MS);
        *self.doubt.lock() = Some(until);
    }

    /// Gives a turn back that stands here by mistake: the store did what was asked and its answer was lost, or does it late.
    /// And looks whether orders need not wait any more.
    pub(super) async fn tidy_turn(&self) -> Result<(), Away> {
        let doubtful = {
            let mut doubt = self.doubt.lock();
            *doubt = doubt.filter(|until| Clock::instant() < *until);
            doubt.is_some()
        };
        // An order of this process that is under way has its turn by right.
        if doubtful && let Ok(_idle) = self.queue.try_lock() {
            self.release(&self.id).await?;
        }
        if self.is_crowded() {
            let mut ask = redis::pipe();
            let (held,): (bool,) =
                self.store.send(ask.cmd("EXISTS").arg(self.store.key("turn"))).await?;
            self.crowded.store(held, Ordering::Release);
        }
        Ok(())
    }

    /// Holds to the document of the store, if it has another revision; fixtures that were loaded anew are looked at unless an
    /// order is about to, which may have loaded them.
    ///
    /// # Errors
    /// [`Away`]
    pub(super) async fn catch_up(&self, fixtures: bool) -> Result<(), Away> {
        let mut agreed = self.agreed.lock().await;
        let mut ask = redis::pipe();
        ask.cmd("HMGET").arg(self.store.key("orders")).arg("revision").arg("document");
        let ((revision, document),): ((Option<u64>, Option<String>),) =
            self.store.send(&ask).await?;
        if fixtures {
            self.look_at_fixtures(&mut agreed);
        }
        match (revision, document) {
            (Some(revision), Some(document)) if revision != agreed.revision => {
                self.adopt(&mut agreed, revision, &document);
                Ok(())
            }
            (None, _) if agreed.revision > 0 => {
                self.store.lose("it was emptied");
                Err(Away)
            }
            (Some(_), _) | (None, _) => Ok(()),
        }
    }

    /// Brings the document of the store and the orders of this replica together, after they were apart: if nobody gave an order
    /// since, those given here count; if somebody did, they are dropped. Whether they were.
    ///
    /// A store that came back empty, or with less than what was agreed on, is told what this replica holds to, under the
    /// revision that it had: another replica that holds to the same has nothing to do then.
    pub(super) async fn reconcile(&self) -> Result<bool, Away> {
        let mut ask = redis::pipe();
        ask.cmd("HGET").arg(self.store.key("orders")).arg("revision");
        loop {
            let (stored,): (Option<u64>,) = self.store.send(&ask).await?;
            let (mut agreed, alone) =
                (self.agreed.lock().await, self.ordered_alone.load(Ordering::Acquire));
            let stands = stored.is_some_and(|stored| {
                stored > agreed.revision || (stored == agreed.revision && !alone)
            });
            if stands {
                break;
            }
            let next = (agreed.revision + u64::from(alone)).max(1);
            if self.write(&mut agreed, stored.unwrap_or(0), next).await? {
                self.ordered_alone.store(false, Ordering::Release);
                return Ok(false);
            }
            // Another one that came back was quicker: what it wrote is to be judged in its turn.
        }
        self.catch_up(true).await?;
        Ok(self.ordered_alone.swap(false, Ordering::AcqRel))
    }

    /// Writes the next revision, if anything differs; false when another replica wrote it first, and that one counts here too.
    async fn publish(&self) -> Result<bool, Away> {
        let mut agreed = self.agreed.lock().await;
        self.look_at_reset(&mut agreed);
        if Document::new(&self.sandbox, &agreed.fixtures) == agreed.document {
            return Ok(true);
        }
        let revision = agreed.revision;
        if self.write(&mut agreed, revision, revision + 1).await? {
            return Ok(true);
        }
        agreed.revision = 0; // whatever the store has is another one
        drop(agreed);
        self.catch_up(true).await?;
        Ok(false)
    }

    /// Puts what this replica holds to in the place of a revision, if it is still that one.
    async fn write(&self, agreed: &mut Agreed, expected: u64, next: u64) -> Result<bool, Away> {
        self.look_at_reset(agreed);
        let document = Document::new(&self.sandbox, &agreed.fixtures);
        let text = serde_json::to_string(&document).expect("texts and numbers");
        let mut call = self.scripts.write.key(self.store.key("orders"));
        let written: bool = self.store.run_early(call.arg(expected).arg(next).arg(text)).await?;
        if written {
            self.sandbox.tokens.agree(&document.eras);
            let eras_changed = document.eras != agreed.document.eras;
            (agreed.revision, agreed.document) = (next, document);
            if eras_changed {
                self.sweep_revoked().await?;
            }
        }
        Ok(written)
    }

    async fn take_turn(&self) -> Result<String, Away> {
        if !self.store.is_open() {
            return Err(Away);
        }
        // The orders of this process wait for each other here, so that one name does for all: a turn that stands under it
        // is of an order that is over.
        loop {
            let mut ask = self.scripts.turn.key(self.store.key("turn"));
            let asked = self.store.run::<bool>(ask.arg(&self.id).arg(TURN_MS)).await;
            match asked {
                Ok(true) => break,
                Ok(false) => sleep(PAUSE).await,
                Err(away) => {
                    self.doubt_turn();
                    return Err(away);
                }
            }
        }
        self.catch_up(true).await.inspect_err(|_| self.doubt_turn())?;
        Ok(self.id.clone())
    }
}

/// How long an order waits for its turn.
const WAIT: Duration = Duration::from_secs(5);

/// How long a turn lasts at most, in milliseconds.
const TURN_MS: u64 = 10_000;

const PAUSE: Duration = Duration::from_millis(10);

/// KEYS: the orders. ARGV: the revision they must have, the next one, and its document.
pub(super) const WRITE: &str = r"
local revision = tonumber(redis.call('HGET', KEYS[1], 'revision') or '0')
if revision ~= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'document', ARGV[3])
return 1
";

/// KEYS: the turn. ARGV: whose it shall be, and for how long in ms.
pub(super) const TURN: &str = r"
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
";

/// KEYS: the turn. ARGV: whose it must be.
pub(super) const RELEASE: &str = r"
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
";
