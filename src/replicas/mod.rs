//! Several processes as one gateway: what moves is kept in a [`Store`], and each replica follows it.
//!
//! The register is drawn from the seed, so replicas agree on it for nothing. What they share is what moves: the counters of
//! the minute, the tokens that were issued and revoked, the references, and the orders of the console (clock, faults,
//! conventions). `docs/replicas.md` says point by point what is promised.
//!
//! # Design
//! Counters and references are the store's, asked by one script per call (`quota`). Orders are one document with a
//! revision (`orders`): an order takes the turn of all replicas, catches up, acts, and writes the next revision, and only
//! that one; whoever wrote in between wins. Everybody reads the revision four times a second. Tokens are verified by their
//! signature alone, and what happens to them is told in a stream (`tokens`).
//!
//! While the store is away each replica goes on alone from what it heard last, or refuses (`state.on_loss`); when it is
//! back, [`Replica::follow`] brings both sides together before requests ask it again.

mod agreed;
mod follow;
mod inject;
mod journal;
mod orders;
mod quota;
mod revoked;
mod tokens;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use arc_swap::ArcSwap;
use redis::Script;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

pub use self::orders::{Turn, TurnError};
use self::{agreed::Agreed, journal::Bookmarks, quota::Scripts, tokens::Received};
use crate::{
    api::Apis,
    config::{OnLoss, SETTINGS},
    entropy, hex, register,
    sandbox::Sandbox,
    state::{Away, Health, Store, StoreError},
};

/// This process among its likes.
pub struct Replica {
    /// Its name in the store, for as long as it runs.
    id: String,
    sandbox: Arc<Sandbox>,
    apis: Arc<ArcSwap<Apis>>,
    store: Store,
    scripts: Scripts,
    /// The orders of this process take their turn here before they ask for that of all replicas.
    queue: Mutex<()>,
    agreed: Mutex<Agreed>,
    /// How far what happens to tokens was heard.
    received: Mutex<Received>,
    /// How far the journal was told and heard.
    marks: Mutex<Bookmarks>,
    /// Until when a turn may stand in the store that was asked for here and whose answer was lost.
    doubt: parking_lot::Mutex<Option<Instant>>,
    /// Whether the last order here found no turn.
    crowded: AtomicBool,
    /// Whether orders were given here while the store was away.
    ordered_alone: AtomicBool,
}

/// What replicas of one store must have in common, told by each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct CommonFacts {
    /// The identifiers of its token keys.
    keys: Vec<String>,
    seed: u64,
    population: u64,
    version: String,
    /// What a seed means there; 0 for a replica that does not say.
    #[serde(default)]
    register: u32,
    /// The settings that decide what a client is answered, as the file would write them.
    #[serde(default)]
    answers: BTreeMap<String, String>,
}

impl Replica {
    /// This process as a replica, if the settings name a store; it has joined no others yet.
    ///
    /// # Errors
    /// An address or an authority of the store that cannot be used.
    pub fn open(
        sandbox: &Arc<Sandbox>,
        apis: &Arc<ArcSwap<Apis>>,
    ) -> Result<Option<Arc<Self>>, StoreError> {
        let Some(store) = Store::from_settings(&sandbox.config.state, NAMES)? else {
            return Ok(None);
        };
        sandbox.quotas.changes().open();
        sandbox.tokens.events().open();
        sandbox.forgotten().open();
        Ok(Some(Arc::new(Self {
            id: hex::encode(&entropy::bytes::<4>()),
            agreed: Mutex::new(Agreed::new(sandbox)),
            sandbox: Arc::clone(sandbox),
            apis: Arc::clone(apis),
            store,
            scripts: Scripts::new(),
            queue: Mutex::default(),
            received: Mutex::default(),
            marks: Mutex::default(),
            doubt: parking_lot::Mutex::default(),
            crowded: AtomicBool::new(false),
            ordered_alone: AtomicBool::new(false),
        })))
    }

    /// Whether the store can be asked.
    pub fn health(&self) -> Health {
        self.store.health()
    }

    /// The store's address, without its password.
    pub fn store(&self) -> String {
        self.store.url().to_string()
    }

    /// Whether requests are refused for want of the store.
    pub fn refuses(&self) -> bool {
        !self.store.is_open() && self.sandbox.config.state.on_loss == OnLoss::Refuse
    }

    /// Why orders find no turn at present, where they do not: another replica holds it for longer than an order waits.
    pub fn crowded(&self) -> Option<String> {
        self.is_crowded().then(|| TurnError::Busy.to_string())
    }

    fn is_crowded(&self) -> bool {
        self.crowded.load(Ordering::Acquire)
    }

    /// Connects, and takes a place among the replicas.
    ///
    /// # Errors
    /// A store that cannot be used, or replicas that have another register, dialect, environment or other token keys.
    pub async fn join(&self) -> Result<(), StoreError> {
        self.store.reach().await?;
        let lost = |_: Away| match self.store.health() {
            Health::Away { reason } => StoreError::differs(&self.store(), reason),
            Health::Reached => StoreError::differs(&self.store(), "lost at once".to_owned()),
        };
        let others = self.sit().await.map_err(lost)?;
        if let Err(error) = others.iter().try_for_each(|other| self.agrees_with(other)) {
            self.leave().await; // so that nobody is refused for its sake
            return Err(error);
        }
        self.converge().await.map_err(lost)
    }

    /// Leaves the others.
    pub async fn leave(&self) {
        let mut leave = redis::pipe();
        leave.cmd("HDEL").arg(self.store.key("replicas")).arg(&self.id).ignore();
        let _: Result<(), Away> = self.store.send(&leave).await; // whoever cannot say goodbye is forgotten after a while
    }

    /// Tells the others that this replica is there; what those who are say of themselves.
    async fn sit(&self) -> Result<Vec<CommonFacts>, Away> {
        let facts = serde_json::to_string(&self.facts()).expect("names and numbers");
        let script = &self.scripts.sit;
        let mut call = script.key(self.store.key("replicas"));
        let call = call.arg(&self.id).arg(facts).arg(FORGOTTEN_MS);
        let texts: Vec<String> = self.store.run_early(call).await?;
        Ok(texts.iter().filter_map(|facts| serde_json::from_str(facts).ok()).collect())
    }

    fn facts(&self) -> CommonFacts {
        let config = &self.sandbox.config;
        CommonFacts {
            keys: self.sandbox.tokens.key_ids(),
            seed: config.seed,
            population: config.population,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            register: register::VERSION,
            answers: SETTINGS
                .iter()
                .filter(|setting| ALIKE.contains(&setting.key))
                .map(|setting| (setting.key.to_owned(), setting.show(config)))
                .collect(),
        }
    }

    fn agrees_with(&self, other: &CommonFacts) -> Result<(), StoreError> {
        let own = self.facts();
        let differs = |what: &str, why: String| {
            Err(StoreError::differs(&self.store(), format!("{what}: {why}")))
        };
        if own.register != other.register {
            let why = format!(
                "version {} of the register here, {} at another replica of the same store: the same seed means other people",
                own.register, other.register
            );
            return differs("another register version", why);
        }
        for (key, value) in &own.answers {
            let theirs = other.answers.get(key).map_or("", String::as_str);
            if value != theirs {
                let why =
                    format!("\"{value}\" here, \"{theirs}\" at another replica of the same store");
                return differs(key, why);
            }
        }
        if (own.seed, own.population) != (other.seed, other.population) {
            let why = format!(
                "seed {} and population {} here, {} and {} at another replica of the same store",
                own.seed, own.population, other.seed, other.population
            );
            return differs("another register", why);
        }
        if !own.keys.iter().any(|key| other.keys.contains(key)) {
            let why =
                "this replica would refuse the tokens of the others: let all use one certs folder"
                    .to_owned();
            return differs("another token key", why);
        }
        if own.version != other.version {
            tracing::warn!(own = %own.version, other = %other.version, "another replica of the same store is of another version");
        }
        Ok(())
    }
}

/// The settings that replicas of one store have alike: a client must not be answered now so, now otherwise.
const ALIKE: &[&str] = &["gateway.dialect", "gateway.environment"];

/// What keys are called: up to the first colon behind the prefix.
const NAMES: &[&str] = &[
    "quota",
    "orders",
    "turn",
    "tokens",
    "latest",
    "revocations",
    "revoked",
    "references",
    "spare",
    "struck",
    "journal",
    "seal",
    "replicas",
];

/// A replica that said nothing for so long is gone.
const FORGOTTEN_MS: u64 = 5_000;

/// KEYS: the replicas. ARGV: one's own id and facts, and after how long the others are forgotten.
fn sit() -> Script {
    Script::new(
        r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local all = redis.call('HGETALL', KEYS[1])
local living = {}
for i = 1, #all, 2 do
  local at, facts = string.match(all[i + 1], '^(%d+) (.*)$')
  if not at or now - tonumber(at) > tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[1], all[i])
  elseif all[i] ~= ARGV[1] then
    table.insert(living, facts)
  end
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now) .. ' ' .. ARGV[2])
return living
",
    )
}
