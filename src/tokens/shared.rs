//! What replicas tell each other of tokens: which were issued and revoked, never their text.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Claims, Issued, KeyError, Token, Tokens, ledger::Era};
use crate::outbox::Outbox;

/// Something that happened to a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    Issued(Token),
    Revoked {
        /// The consumer key of its application.
        key: String,
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
    /// What happens to tokens here. Revocations for which it has no room are told from what is remembered, once the store is
    /// back.
    pub fn events(&self) -> &Outbox<Event> {
        &self.ledger.events
    }

    /// What happened at another replica.
    pub fn apply(&self, event: Event, now: Timestamp) {
        match event {
            Event::Issued(token) => self.ledger.apply_issued(token, now),
            Event::Revoked { key, id, expires } => {
                self.ledger.apply_revoked(&key, &id, expires, self.ended(now));
            }
        }
    }

    /// Every revocation that is remembered here, for a replica or a store that may not know them.
    pub fn revocations(&self) -> Vec<Event> {
        let revoked = |(key, id, expires): (&str, &str, Timestamp)| Event::Revoked {
            key: key.to_owned(),
            id: id.to_owned(),
            expires,
        };
        self.ledger.verdicts().revoked.iter().map(revoked).collect()
    }

    /// The era of the token of this identifier.
    pub fn era_of(id: &str) -> [u8; 6] {
        Era::from_id(id).map_or([0; 6], |era| era.0)
    }

    /// Whether every token of this application and era is refused.
    pub fn is_over(&self, key: &str, era: [u8; 6]) -> bool {
        self.ledger.verdicts().is_over(key, Era(era))
    }

    /// Refuses every token of this application and era: there was no room in the store for one more revocation.
    pub fn outgrow(&self, key: &str, era: [u8; 6]) {
        self.ledger.outgrow(key, Era(era));
    }

    /// Whether an application has outgrown its era here, and others may not know it.
    pub fn has_news(&self) -> bool {
        !self.ledger.verdicts().outgrown.is_empty()
    }

    /// What others know of the eras now.
    pub fn agree(&self, eras: &Eras) {
        let mut verdicts = self.ledger.verdicts_mut();
        verdicts.outgrown.retain(|key, past| past.iter().any(|era| era.0 == eras.for_key(key)));
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

    /// Judges by these eras, but for those that an application has outgrown here and that whoever wrote these did not know
    /// yet.
    pub fn adopt(&self, eras: Eras) {
        self.agree(&eras);
        let mut verdicts = self.ledger.verdicts_mut();
        let mut own: HashMap<_, _> =
            eras.own.into_iter().map(|(key, era)| (key, Era(era))).collect();
        own.extend(verdicts.outgrown.keys().map(|key| (key.clone(), verdicts.era(key))));
        verdicts.adopt(Era(eras.common), eras.common_only, own);
        verdicts.drop_past();
    }

    /// The text of a token that another replica issued: RSA signatures of PKCS#1 v1.5 are the same each time, so that what was
    /// handed out need not be kept anywhere to be handed out again.
    ///
    /// # Errors
    /// When the key cannot sign, which only a broken key does.
    pub fn written(&self, token: Token) -> Result<Issued, KeyError> {
        let access_token = self.keys.load().sign(&Claims::new(&token))?;
        Ok(Issued { access_token, token: token.into() })
    }

    /// The identifiers of the keys, the one that signs first.
    pub fn key_ids(&self) -> Vec<String> {
        self.keys.load().ids()
    }

    /// Revokes a token that was replaced by another.
    pub fn replace(&self, earlier: &Token, now: Timestamp) {
        self.ledger.revoke(earlier, self.ended(now));
    }
}

impl Eras {
    fn for_key(&self, key: &str) -> [u8; 6] {
        self.own.get(key).copied().unwrap_or(self.common)
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
