//! What became of the tokens issued here: which is the latest of its kind, which were revoked.
//!
//! Memory is bounded: what has expired is forgotten, and the oldest go first when there are too many. So that all tokens
//! of an application can be revoked, those too that are forgotten here or were issued before a restart, each token's
//! identifier carries the [`Era`] in which it was issued: revoking all begins another era and refuses the others.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use jiff::Timestamp;

use super::{Issued, Token};
use crate::{config::TokenReissue, entropy};

#[derive(Default)]
pub(super) struct Ledger {
    issued: Mutex<Book>,
    /// Read at every request, written rarely: apart from the book.
    verdicts: RwLock<Verdicts>,
}

/// What decides whether a token that is good otherwise still counts.
struct Verdicts {
    revoked: HashMap<String, Timestamp>,
    /// The era of every application that has none of its own.
    common: Era,
    /// Whether tokens of other eras than the common one are refused.
    common_only: bool,
    /// The eras of the applications whose tokens were revoked, all of them.
    own: HashMap<String, Era>,
}

/// A stretch of time between two revocations of everything: the first 12 hexadecimal digits of the identifiers of its
/// tokens, drawn at its beginning.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Era([u8; 6]);

#[derive(Default)]
struct Book {
    tokens: VecDeque<Arc<Token>>,
    latest: HashMap<(String, Vec<String>), Issued>,
}

impl Ledger {
    /// The identifier of a new token of this application: a random UUID in all but its era.
    pub(super) fn id(&self, key: &str) -> String {
        let mut bytes = entropy::bytes::<16>();
        bytes[..6].copy_from_slice(&self.verdicts().era(key).0);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    pub(super) fn record(&self, issued: &Issued, reissue: TokenReissue, now: Timestamp) {
        let kind = (issued.token.key.clone(), issued.token.scopes.clone());
        let mut book = self.book();
        book.tokens.push_back(Arc::clone(&issued.token));
        if book.tokens.len() > KEPT {
            book.tokens.retain(|token| token.expires > now);
            book.latest.retain(|_, issued| issued.token.expires > now);
            let excess = book.tokens.len().saturating_sub(KEPT);
            book.tokens.drain(..excess);
        }
        let kept = match reissue {
            TokenReissue::Keep => return,
            TokenReissue::RevokePrevious => Issued { access_token: String::new(), token: Arc::clone(&issued.token) },
            TokenReissue::Same => issued.clone(),
        };
        let previous = book.latest.insert(kind, kept);
        drop(book);
        if let (TokenReissue::RevokePrevious, Some(previous)) = (reissue, previous) {
            self.revoke(&previous.token.id, previous.token.expires);
        }
    }

    pub(super) fn living(&self, key: &str, scopes: &[String], now: Timestamp) -> Option<Issued> {
        let kind = (key.to_owned(), scopes.to_vec());
        let found = self.book().latest.get(&kind).filter(|issued| !issued.access_token.is_empty()).cloned();
        found.filter(|issued| issued.token.expires > now && !self.is_revoked(&issued.token))
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<Token>> {
        self.book().tokens.iter().find(|token| token.id == id).cloned()
    }

    pub(super) fn active(&self, now: Timestamp) -> Vec<Arc<Token>> {
        let counts = |token: &&Arc<Token>| token.expires > now && !self.is_revoked(token);
        self.book().tokens.iter().filter(counts).cloned().collect()
    }

    pub(super) fn is_revoked(&self, token: &Token) -> bool {
        let verdicts = self.verdicts();
        verdicts.revoked.contains_key(&token.id) || verdicts.is_of_the_past(token)
    }

    pub(super) fn revoke(&self, id: &str, expires: Timestamp) {
        self.verdicts_mut().revoked.insert(id.to_owned(), expires);
    }

    pub(super) fn revoke_all(&self, key: Option<&str>) {
        let concerned = |token: &Token| key.is_none_or(|key| token.key == key);
        let mut book = self.book();
        let mut verdicts = self.verdicts_mut();
        match key {
            Some(key) => drop(verdicts.own.insert(key.to_owned(), Era::new())),
            None => *verdicts = Verdicts { common_only: true, ..Verdicts::default() },
        }
        // Those of a past era need no verdict of their own any more.
        let mine: HashSet<_> = book.tokens.iter().filter(|token| concerned(token)).map(|token| &token.id).collect();
        verdicts.revoked.retain(|id, _| !mine.contains(id));
        book.tokens.retain(|token| !concerned(token));
        book.latest.retain(|_, issued| !concerned(&issued.token));
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verdicts(&self) -> RwLockReadGuard<'_, Verdicts> {
        self.verdicts.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn verdicts_mut(&self) -> RwLockWriteGuard<'_, Verdicts> {
        self.verdicts.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Verdicts {
    fn era(&self, key: &str) -> Era {
        self.own.get(key).copied().unwrap_or(self.common)
    }

    fn is_of_the_past(&self, token: &Token) -> bool {
        let own = self.own.contains_key(&token.key);
        (own || self.common_only) && Era::of(&token.id) != Some(self.era(&token.key))
    }
}

impl Default for Verdicts {
    fn default() -> Self {
        Self { revoked: HashMap::new(), common: Era::new(), common_only: false, own: HashMap::new() }
    }
}

impl Era {
    fn new() -> Self {
        Self(entropy::bytes())
    }

    /// The era of the token of this identifier.
    fn of(id: &str) -> Option<Self> {
        let bytes = uuid::Uuid::try_parse(id).ok()?.into_bytes();
        bytes.first_chunk().copied().map(Self)
    }
}

/// How many issued tokens are remembered for listing and revoking by identifier.
const KEPT: usize = 10_000;
