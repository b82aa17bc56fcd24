//! What replicas tell each other of tokens: which were issued and revoked, never their text.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Claims, Issued, KeyError, Token, Tokens,
    ledger::{Era, Ledger},
};

/// Something that happened to a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// It was issued.
    Issued(Token),
    /// It was revoked.
    Revoked {
        /// Its identifier.
        id: String,
        /// When it ends anyway.
        expires: Timestamp,
    },
}

/// The eras of tokens, for another replica to judge by: those of before a revocation of everything are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eras {
    /// The era of every application that has none of its own.
    common: [u8; 6],
    /// Whether tokens of other eras than the common one are refused.
    common_only: bool,
    /// The eras of the applications whose tokens were revoked, all of them.
    own: BTreeMap<String, [u8; 6]>,
}

impl Tokens {
    /// Keeps what happens to tokens here, for [`Tokens::told`].
    pub fn keep_events(&self) {
        self.ledger.told().get_or_insert_default();
    }

    /// What happened to tokens here since this was asked last.
    pub fn told(&self) -> Vec<Event> {
        self.ledger.told().as_mut().map(std::mem::take).unwrap_or_default().into()
    }

    /// What could not be told to the others after all: to be told again, before what happened since.
    pub fn untold(&self, events: Vec<Event>) {
        if let Some(told) = self.ledger.told().as_mut() {
            for event in events.into_iter().rev() {
                told.push_front(event);
            }
            told.truncate(KEPT);
        }
    }

    /// What happened at another replica.
    pub fn learn(&self, event: Event, now: Timestamp) {
        match event {
            Event::Issued(token) => self.ledger.learn_issued(token, now),
            Event::Revoked { id, expires } => self.ledger.learn_revoked(&id, expires),
        }
    }

    /// Whether a token still counts, its time left aside.
    pub fn is_revoked(&self, token: &Token) -> bool {
        self.ledger.is_revoked(token)
    }

    /// The eras that tokens are judged by.
    pub fn eras(&self) -> Eras {
        let verdicts = self.ledger.verdicts();
        let own = verdicts.own.iter().map(|(key, era)| (key.clone(), era.0)).collect();
        Eras { common: verdicts.common.0, common_only: verdicts.common_only, own }
    }

    /// Judges by these eras.
    pub fn adopt(&self, eras: Eras) {
        let own = eras.own.into_iter().map(|(key, era)| (key, Era(era))).collect();
        self.ledger.verdicts_mut().adopt(Era(eras.common), eras.common_only, own);
    }

    /// The text of a token that another replica issued: RSA signatures of PKCS#1 v1.5 are the same each time, so that what was
    /// handed out need not be kept anywhere to be handed out again.
    ///
    /// # Errors
    /// When the key cannot sign, which only a broken key does.
    pub fn written(&self, token: Token) -> Result<Issued, KeyError> {
        let access_token = self.keys.load().sign(&Claims::of(&token))?;
        Ok(Issued { access_token, token: token.into() })
    }

    /// The identifiers of the keys, the one that signs first.
    pub fn key_ids(&self) -> Vec<String> {
        self.keys.load().ids()
    }

    /// Revokes a token that was replaced by another.
    pub fn replace(&self, earlier: &Token) {
        self.ledger.revoke(&earlier.id, earlier.expires);
    }
}

impl Token {
    /// Whether it is in its time, at `now`.
    pub fn lives(&self, now: Timestamp) -> bool {
        self.issued <= now && self.expires > now
    }

    /// How long it lives from `now` on.
    pub fn left(&self, now: Timestamp) -> SignedDuration {
        self.expires.duration_since(now)
    }
}

impl Ledger {
    pub(super) fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(told) = self.told().as_mut() {
            if told.len() >= KEPT {
                told.pop_front();
            }
            told.push_back(event());
        }
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Option<VecDeque<Event>>> {
        self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// How much is kept for the others while they cannot be told.
const KEPT: usize = 100_000;
