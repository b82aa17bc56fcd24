//! What became of the tokens issued here: which is the latest of its kind, which were revoked.
//!
//! Memory is bounded: of the tokens issued, what has expired is forgotten first, then the oldest. A token forgotten by the
//! book is still accepted, and can still be revoked by its text. Revocations are bounded by application ([`Revocations`]).
//! So that all tokens of an application can be refused, those too that are forgotten here or were issued before a restart,
//! each token's identifier carries the [`Era`] in which it was issued: revoking all begins another era and refuses the
//! others. An application that has no room for one more revocation begins another era too, the next of its line, so that
//! replicas that come to it apart come to the same.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Instant,
};

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::{Event, Issued, Token, revocations::Revocations};
use crate::{clock::Clock, config::TokenReissue, entropy, outbox::Outbox};

#[derive(Default)]
pub(super) struct Ledger {
    issued: Mutex<Book>,
    /// Read at every request, written rarely: apart from the book.
    verdicts: RwLock<Verdicts>,
    /// What happened here, for the other replicas.
    pub(super) events: Outbox<Event>,
    /// Applications that had no room for one more revocation, until somebody writes it down.
    outgrown: Mutex<Vec<String>>,
}

/// What decides whether a token that is good otherwise still counts.
pub(super) struct Verdicts {
    pub(super) revoked: Revocations,
    /// The era of every application that has none of its own.
    pub(super) common: Era,
    /// Whether tokens of other eras than the common one are refused.
    pub(super) common_only: bool,
    /// The eras of the applications whose tokens were revoked, all of them.
    pub(super) own: HashMap<String, Era>,
    /// When these eras began here, by application, and the common one's; those of an earlier start have no beginning.
    began: HashMap<Option<String>, Instant>,
    /// The eras that applications have outgrown here, while other replicas may not know it.
    pub(super) outgrown: HashMap<String, Vec<Era>>,
}

/// A stretch of time between two revocations of everything: the first 12 hexadecimal digits of the identifiers of its
/// tokens, drawn at its beginning.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Era(pub(super) [u8; 6]);

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

    /// Before a token is issued, begins another era where it would not count: where tokens that ended were forgotten and the
    /// clock went back, and where a revocation on its heels (`revoking`) would find no room.
    pub(super) fn make_room(&self, key: &str, ended: Timestamp, revoking: bool) {
        let era = {
            let verdicts = self.verdicts();
            let Verdicts { revoked, .. } = &*verdicts;
            let needed = revoked.is_ahead(key, ended) || (revoking && revoked.is_full(key, ended));
            needed.then(|| verdicts.era(key))
        };
        if let Some(era) = era {
            self.outgrow(key, era);
        }
    }

    /// `now` is the time, `ended` when tokens are no longer accepted that ended then.
    pub(super) fn record(
        &self,
        issued: &Issued,
        reissue: TokenReissue,
        now: Timestamp,
        ended: Timestamp,
    ) {
        let kind = (issued.token.key.clone(), issued.token.scopes.clone());
        let mut book = self.book();
        book.make_room(now);
        book.tokens.push_back(Arc::clone(&issued.token));
        self.events.push(|| Event::Issued(Token::clone(&issued.token)));
        let kept = match reissue {
            TokenReissue::Keep => return,
            TokenReissue::RevokePrevious => {
                Issued { access_token: String::new(), token: Arc::clone(&issued.token) }
            }
            TokenReissue::Same => issued.clone(),
        };
        let previous = book.latest.insert(kind, kept);
        drop(book);
        if let (TokenReissue::RevokePrevious, Some(previous)) = (reissue, previous) {
            self.revoke(&previous.token, ended);
        }
    }

    pub(super) fn living(&self, key: &str, scopes: &[String], now: Timestamp) -> Option<Issued> {
        let kind = (key.to_owned(), scopes.to_vec());
        let found =
            self.book().latest.get(&kind).filter(|issued| !issued.access_token.is_empty()).cloned();
        let lives =
            |token: &Token| token.issued <= now && token.expires > now && !self.is_revoked(token);
        found.filter(|issued| lives(&issued.token))
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
        verdicts.revoked.contains(token) || verdicts.is_of_the_past(&token.key, &token.id)
    }

    pub(super) fn revoke(&self, token: &Token, ended: Timestamp) {
        let Token { key, id, expires, .. } = token;
        self.events.push(|| Event::Revoked { key: key.clone(), id: id.clone(), expires: *expires });
        self.apply_revoked(key, id, *expires, ended);
    }

    /// A token that another replica issued.
    pub(super) fn apply_issued(&self, token: Token, now: Timestamp) {
        let mut book = self.book();
        if book.tokens.iter().rev().all(|known| known.id != token.id) {
            book.make_room(now);
            book.tokens.push_back(Arc::new(token));
        }
    }

    /// A token that was revoked, here or at another replica.
    pub(super) fn apply_revoked(&self, key: &str, id: &str, expires: Timestamp, ended: Timestamp) {
        let mut verdicts = self.verdicts_mut();
        if verdicts.is_of_the_past(key, id) {
            return; // refused already
        }
        let (era, full) =
            (verdicts.era(key), verdicts.revoked.insert(key, id, expires, ended).is_err());
        drop(verdicts);
        if full {
            self.outgrow(key, era);
        }
    }

    /// Refuses every token that the application was issued until now, unless its era is another one already.
    pub(super) fn outgrow(&self, key: &str, era: Era) {
        let shared = self.events.is_open();
        let mut book = self.book();
        let mut verdicts = self.verdicts_mut();
        if verdicts.era(key) != era {
            return;
        }
        verdicts.own.insert(key.to_owned(), era.next(key));
        if shared {
            verdicts.outgrown.entry(key.to_owned()).or_default().push(era);
        }
        verdicts.revoked.clear(key);
        drop(verdicts);
        book.forget(|token| token.key == key);
        drop(book);
        self.outgrown.lock().push(key.to_owned());
    }

    /// The applications that were outgrown since this was asked last.
    pub(super) fn outgrown(&self) -> Vec<String> {
        std::mem::take(&mut *self.outgrown.lock())
    }

    pub(super) fn revoke_all(&self, key: Option<&str>) {
        let concerned = |token: &Token| key.is_none_or(|key| token.key == key);
        let mut book = self.book();
        let mut verdicts = self.verdicts_mut();
        match key {
            Some(key) => drop(verdicts.own.insert(key.to_owned(), Era::new())),
            None => *verdicts = Verdicts { common_only: true, ..Verdicts::default() },
        }
        verdicts.began.insert(key.map(str::to_owned), Clock::instant());
        verdicts.drop_past();
        book.forget(concerned);
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.issued.lock()
    }

    pub(super) fn verdicts(&self) -> RwLockReadGuard<'_, Verdicts> {
        self.verdicts.read()
    }

    pub(super) fn verdicts_mut(&self) -> RwLockWriteGuard<'_, Verdicts> {
        self.verdicts.write()
    }
}

impl Verdicts {
    pub(super) fn era(&self, key: &str) -> Era {
        self.own.get(key).copied().unwrap_or(self.common)
    }

    /// When the era of an application began, if it did so since the start.
    pub(super) fn began(&self, key: &str) -> Option<Instant> {
        let whose = self.own.contains_key(key).then(|| key.to_owned());
        self.began.get(&whose).copied()
    }

    /// Judges by other eras from now on.
    pub(super) fn adopt(&mut self, common: Era, common_only: bool, own: HashMap<String, Era>) {
        let now = Clock::instant();
        let is_new = |key: &&String| self.own.get(*key) != own.get(*key);
        let new: Vec<_> = own.keys().filter(is_new).cloned().map(Some).collect();
        let all = (self.common != common).then_some(None);
        self.began.extend(new.into_iter().chain(all).map(|whose| (whose, now)));
        (self.common, self.common_only, self.own) = (common, common_only, own);
    }

    /// Whether a token of this application and identifier is of an era that is over.
    pub(super) fn is_of_the_past(&self, key: &str, id: &str) -> bool {
        (self.common_only || self.own.contains_key(key)) && Era::from_id(id) != Some(self.era(key))
    }

    /// Whether every token of this application and era is refused.
    pub(super) fn is_over(&self, key: &str, era: Era) -> bool {
        (self.common_only || self.own.contains_key(key)) && era != self.era(key)
    }

    /// Tokens of a past era need no verdict of their own any more.
    pub(super) fn drop_past(&mut self) {
        let mut revoked = std::mem::take(&mut self.revoked);
        revoked.retain(|key, id| !self.is_of_the_past(key, id));
        self.revoked = revoked;
    }
}

impl Default for Verdicts {
    fn default() -> Self {
        Self {
            revoked: Revocations::default(),
            common: Era::new(),
            common_only: false,
            own: HashMap::new(),
            began: HashMap::new(),
            outgrown: HashMap::new(),
        }
    }
}

impl Era {
    fn new() -> Self {
        Self(entropy::bytes())
    }

    /// The one that follows when an application outgrows this one: the same at every replica.
    fn next(self, key: &str) -> Self {
        let mut from = self.0.to_vec();
        from.extend_from_slice(key.as_bytes());
        let mut next = [0; 6];
        next.copy_from_slice(&digest(&SHA256, &from).as_ref()[..6]);
        Self(next)
    }

    /// The era of the token of this identifier.
    pub(super) fn from_id(id: &str) -> Option<Self> {
        let bytes = uuid::Uuid::try_parse(id).ok()?.into_bytes();
        bytes.first_chunk().copied().map(Self)
    }
}

impl Book {
    fn forget(&mut self, concerned: impl Fn(&Token) -> bool) {
        self.tokens.retain(|token| !concerned(token));
        self.latest.retain(|_, issued| !concerned(&issued.token));
    }

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

/// How many issued tokens are remembered for listing and revoking by identifier.
const KEPT: usize = 10_000;

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
            ledger.record(
                &issued(n, 1_000_000),
                TokenReissue::Same,
                Timestamp::UNIX_EPOCH,
                Timestamp::UNIX_EPOCH,
            );
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
                Timestamp::UNIX_EPOCH,
            );
        }
        ledger.record(
            &issued(KEPT, 1_000_000),
            TokenReissue::Keep,
            Timestamp::from_second(20).unwrap(),
            Timestamp::from_second(20).unwrap(),
        );
        assert_eq!(ledger.book().tokens.len(), KEPT / 2 + 1);
        assert!(ledger.find("t1").is_some() && ledger.find("t2").is_none());
    }

    #[test]
    fn a_token_of_the_future_is_not_handed_out_again_when_the_clock_went_back() {
        let ledger = Ledger::default();
        let mut one = issued(1, 4000);
        Arc::get_mut(&mut one.token).unwrap().issued = Timestamp::from_second(400).unwrap();
        let then = Timestamp::from_second(400).unwrap();
        ledger.record(&one, TokenReissue::Same, then, then);
        let living = |second| {
            ledger.living("k", &one.token.scopes, Timestamp::from_second(second).unwrap()).is_some()
        };
        assert!(living(400) && living(3999) && !living(399) && !living(4000));
    }
}
