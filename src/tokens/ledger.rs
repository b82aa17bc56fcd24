//! What became of the tokens issued here: which is the latest of its kind, which were revoked.
//!
//! Memory is bounded: what has expired is forgotten, and the oldest go first when there are too many.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard},
};

use jiff::Timestamp;

use super::{Issued, Token};
use crate::config::TokenReissue;

#[derive(Default)]
pub(super) struct Ledger {
    issued: Mutex<Book>,
    /// Read at every request, written rarely: apart from the book.
    revoked: RwLock<HashMap<String, Timestamp>>,
}

#[derive(Default)]
struct Book {
    tokens: VecDeque<Arc<Token>>,
    latest: HashMap<(String, Vec<String>), Issued>,
}

impl Ledger {
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
        found.filter(|issued| issued.token.expires > now && !self.is_revoked(&issued.token.id))
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<Token>> {
        self.book().tokens.iter().find(|token| token.id == id).cloned()
    }

    pub(super) fn active(&self, now: Timestamp) -> Vec<Arc<Token>> {
        let counts = |token: &&Arc<Token>| token.expires > now && !self.is_revoked(&token.id);
        self.book().tokens.iter().filter(counts).cloned().collect()
    }

    pub(super) fn is_revoked(&self, id: &str) -> bool {
        self.revoked.read().unwrap_or_else(PoisonError::into_inner).contains_key(id)
    }

    pub(super) fn revoke(&self, id: &str, expires: Timestamp) {
        self.revoked().insert(id.to_owned(), expires);
    }

    pub(super) fn revoke_all(&self, key: Option<&str>) {
        let concerned = |token: &Arc<Token>| key.is_none_or(|key| token.key == key);
        let ids: Vec<_> = self.book().tokens.iter().filter(|token| concerned(token)).cloned().collect();
        let mut revoked = self.revoked();
        revoked.extend(ids.into_iter().map(|token| (token.id.clone(), token.expires)));
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn revoked(&self) -> RwLockWriteGuard<'_, HashMap<String, Timestamp>> {
        self.revoked.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many issued tokens are remembered for listing and revoking by identifier.
const KEPT: usize = 10_000;
