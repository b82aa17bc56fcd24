//! What became of the tokens issued here: which is the latest of its kind, which were revoked.
//!
//! Memory is bounded: what has expired is forgotten first, then the oldest. A token forgotten by the book is still
//! accepted, and can still be revoked by its text; a revocation is forgotten only when [`REVOKED`] others stand.

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
        book.make_room(now);
        book.tokens.push_back(Arc::clone(&issued.token));
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
        let lives = |token: &Token| token.issued <= now && token.expires > now && !self.is_revoked(&token.id);
        found.filter(|issued| lives(&issued.token))
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<Token>> {
        self.book().tokens.iter().find(|token| token.id == id).cloned()
    }

    pub(super) fn active(&self, now: Timestamp) -> Vec<Arc<Token>> {
        let counts = |token: &&Arc<Token>| token.expires > now && !self.is_revoked(&token.id);
        self.book().tokens.iter().filter(counts).cloned().collect()
    }

    pub(super) fn is_revoked(&self, id: &str) -> bool {
        let revoked = self.revoked.read().unwrap_or_else(PoisonError::into_inner);
        !revoked.is_empty() && revoked.contains_key(id)
    }

    pub(super) fn revoke(&self, id: &str, expires: Timestamp) {
        let mut revoked = self.revoked();
        if revoked.len() >= REVOKED {
            forget_soonest(&mut revoked);
        }
        revoked.insert(id.to_owned(), expires);
    }

    pub(super) fn revoke_all(&self, key: Option<&str>) {
        let concerned = |token: &Arc<Token>| key.is_none_or(|key| token.key == key);
        let ids: Vec<_> = self.book().tokens.iter().filter(|token| concerned(token)).cloned().collect();
        ids.into_iter().for_each(|token| self.revoke(&token.id, token.expires));
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn revoked(&self) -> RwLockWriteGuard<'_, HashMap<String, Timestamp>> {
        self.revoked.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// For one more token, and one more kind.
    fn make_room(&mut self, now: Timestamp) {
        if self.tokens.len() >= KEPT {
            self.tokens.retain(|token| token.expires > now);
            // A tenth at once, so that a full book is not gone through for each token.
            let excess = if self.tokens.len() >= KEPT { KEPT / 10 } else { 0 };
            self.tokens.drain(..excess);
        }
        if self.latest.len() >= KEPT {
            self.latest.retain(|_, issued| issued.token.expires > now);
            if self.latest.len() >= KEPT {
                self.latest.clear();
            }
        }
    }
}

/// Forgets the tenth of the revocations whose tokens end first: they are the least missed.
fn forget_soonest(revoked: &mut HashMap<String, Timestamp>) {
    let mut ends: Vec<Timestamp> = revoked.values().copied().collect();
    let (_, &mut last, _) = ends.select_nth_unstable(REVOKED / 10);
    let mut left = REVOKED / 10 + 1;
    revoked.retain(|_, expires| {
        let goes = *expires <= last && left > 0;
        left -= usize::from(goes);
        !goes
    });
}

/// How many issued tokens are remembered for listing and revoking by identifier.
const KEPT: usize = 10_000;

/// How many revocations are remembered.
const REVOKED: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(n: usize, expires: i64) -> Issued {
        let at = |second| Timestamp::from_second(second).unwrap();
        let (id, scopes) = (format!("t{n}"), vec![format!("s{n}")]);
        let token = Token { id, key: "k".to_owned(), scopes, issued: at(0), expires: at(expires) };
        Issued { access_token: "x".to_owned(), token: Arc::new(token) }
    }

    #[test]
    fn the_book_is_bounded_whatever_the_number_of_tokens_and_kinds() {
        let ledger = Ledger::default();
        for n in 0..2 * KEPT + 5 {
            ledger.record(&issued(n, 1_000_000), TokenReissue::Same, Timestamp::UNIX_EPOCH);
            let book = ledger.book();
            assert!(book.tokens.len() <= KEPT && book.latest.len() <= KEPT, "{n}");
        }
        assert!(ledger.find(&format!("t{}", 2 * KEPT)).is_some(), "the latest are there");
        assert!(ledger.find("t0").is_none());
    }

    #[test]
    fn what_has_expired_makes_room_first() {
        let ledger = Ledger::default();
        for n in 0..KEPT {
            ledger.record(
                &issued(n, if n % 2 == 0 { 10 } else { 1_000_000 }),
                TokenReissue::Keep,
                Timestamp::UNIX_EPOCH,
            );
        }
        ledger.record(&issued(KEPT, 1_000_000), TokenReissue::Keep, Timestamp::from_second(20).unwrap());
        assert_eq!(ledger.book().tokens.len(), KEPT / 2 + 1);
        assert!(ledger.find("t1").is_some() && ledger.find("t2").is_none());
    }

    #[test]
    fn revocations_are_bounded_and_the_longest_lived_stay() {
        let ledger = Ledger::default();
        let at = |n: usize| Timestamp::from_second(i64::try_from(n).unwrap()).unwrap();
        for n in 0..REVOKED + 1 {
            ledger.revoke(&format!("t{n}"), at(n));
        }
        assert!(ledger.revoked().len() <= REVOKED);
        assert!(!ledger.is_revoked("t0") && ledger.is_revoked(&format!("t{REVOKED}")));
        let same = at(7);
        for n in 0..REVOKED + 1 {
            ledger.revoke(&format!("u{n}"), same);
            assert!(ledger.revoked().len() <= REVOKED, "all of one end");
        }
    }

    #[test]
    fn a_token_of_the_future_is_not_handed_out_again_when_the_clock_went_back() {
        let ledger = Ledger::default();
        let mut one = issued(1, 4000);
        Arc::get_mut(&mut one.token).unwrap().issued = Timestamp::from_second(400).unwrap();
        ledger.record(&one, TokenReissue::Same, Timestamp::from_second(400).unwrap());
        let living = |second| ledger.living("k", &one.token.scopes, Timestamp::from_second(second).unwrap()).is_some();
        assert!(living(400) && living(3999) && !living(399) && !living(4000));
    }
}
