//! Access tokens: issued, verified, revoked, expired.
//!
//! A token is a JWT signed here (RS256) with the claims of WSO2 API Manager 3.2; the gateway verifies it by signature
//! alone, so a token outlives a restart, and the key that signed it ([`KeyRing`]). What was verified once is remembered with
//! its text: the signature is not checked twice, while expiry and revocation are judged at every use.

mod key;
mod ledger;
mod revocations;
mod shared;
mod verified;

use std::{sync::Arc, time::Instant};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use self::{
    key::{KeyError, KeyRing, SigningKey},
    shared::{Eras, Event},
};
use self::{ledger::Ledger, verified::Verified};
use crate::config::{Dialect, TokenReissue};

/// Issues and judges tokens.
pub struct Tokens {
    keys: ArcSwap<KeyRing>,
    dialect: Dialect,
    /// How long an expired token is still accepted.
    skew: SignedDuration,
    /// Tokens whose signature was found good.
    verified: Verified,
    ledger: Ledger,
}

/// What a token says, once its signature was found good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its identifier: the only part of it that may be written down.
    pub id: String,
    /// The consumer key of the application.
    pub key: String,
    /// The granted scopes, sorted.
    pub scopes: Vec<String>,
    /// From when it counts.
    pub issued: Timestamp,
    /// From when it no longer counts.
    pub expires: Timestamp,
}

/// A request for a token, already found good.
#[derive(Clone, Debug)]
pub struct TokenRequest<'a> {
    /// The consumer key.
    pub key: &'a str,
    /// The scopes to grant; empty for the default ones.
    pub scopes: Vec<String>,
    /// How long it lives; negative for one that has expired already.
    pub lifetime: SignedDuration,
    /// What becomes of an earlier token of the same application and scopes.
    pub reissue: TokenReissue,
}

/// A token as it is handed out.
#[derive(Clone)]
pub struct Issued {
    /// The JWT.
    pub access_token: String,
    pub token: Arc<Token>,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// Not a JWT that can be read: the product takes it for an opaque token, and knows none of that text.
    Opaque,
    /// Dots, but not three parts; or far too long.
    Malformed,
    /// Of another issuer.
    Foreign,
    /// It names this issuer, and none of our keys signed it: another key, another algorithm, or tampered with.
    Forged,
    /// Signed by one of our keys, with a header that asks for extensions (`crit`) which nobody here knows (RFC 7515, 4.1.11).
    Critical,
    /// Its time is over.
    Expired {
        since: Timestamp,
    },
    /// Its time has not come.
    NotYet {
        from: Timestamp,
    },
    Revoked,
}

impl Tokens {
    /// Tokens signed with the first of `keys`, their scopes written as this version of the product does.
    pub fn new(keys: KeyRing, dialect: Dialect) -> Self {
        Self {
            keys: ArcSwap::from_pointee(keys),
            dialect,
            skew: SignedDuration::ZERO,
            verified: Verified::default(),
            ledger: Ledger::default(),
        }
    }

    /// The same for a server that accepts expired tokens for `skew`: what was revoked is remembered so much longer.
    #[must_use]
    pub fn with_skew(self, skew: SignedDuration) -> Self {
        Self { skew, ..self }
    }

    /// What ended at this moment, or before it, is no longer accepted at `now`.
    pub fn ended(&self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.skew).unwrap_or(Timestamp::MIN)
    }

    /// Makes sure that the token that this application is issued next is not refused with those before it, should one of
    /// them be revoked.
    pub fn make_room(&self, key: &str, now: Timestamp) {
        self.ledger.make_room(key, self.ended(now), true);
    }

    /// The applications of which so many tokens were revoked, and had not ended, that all issued before were refused at once:
    /// each is named once.
    pub fn outgrown(&self) -> Vec<String> {
        self.ledger.outgrown()
    }

    /// Puts other keys in place: what none of them signed is refused from now on.
    pub fn rotate(&self, keys: KeyRing) {
        self.keys.store(Arc::new(keys));
        self.verified.clear();
    }

    /// Signs a token, or hands the living one out again when the request says so.
    ///
    /// # Errors
    /// When the key cannot sign, which only a broken key does.
    pub fn issue(&self, request: TokenRequest<'_>, now: Timestamp) -> Result<Issued, KeyError> {
        let scopes = self.granted(request.scopes);
        if request.reissue == TokenReissue::Same
            && let Some(living) = self.ledger.living(request.key, &scopes, now)
        {
            return Ok(living);
        }
        let revoking = request.reissue == TokenReissue::RevokePrevious;
        self.ledger.make_room(request.key, self.ended(now), revoking);
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now); // a JWT knows no parts of a second
        let expires = now.checked_add(request.lifetime).unwrap_or(Timestamp::MAX);
        let token = Token {
            id: self.ledger.id(request.key),
            key: request.key.to_owned(),
            scopes,
            issued: now.min(expires),
            expires,
        };
        let access_token = self.keys.load().sign(&Claims::new(&token))?;
        let issued = Issued { access_token, token: Arc::new(token) };
        self.ledger.record(&issued, request.reissue, now, self.ended(now));
        Ok(issued)
    }

    /// What a token says, if its text is accepted at `now`; `skew` is how far the clocks of the two sides may be apart: how
    /// long an expired one still is, and one whose time has not come already is.
    ///
    /// # Errors
    /// The first reason to refuse it.
    pub fn verify(
        &self,
        text: &(impl AsRef<[u8]> + ?Sized),
        now: Timestamp,
        skew: SignedDuration,
    ) -> Result<Arc<Token>, TokenFault> {
        let text = text.as_ref();
        let token = match self.verified.get(text) {
            Some(token) => token,
            None => {
                let token = Arc::new(self.read(&String::from_utf8_lossy(text))?);
                self.verified.remember(text, &token, now);
                token
            }
        };
        if token.issued.checked_sub(skew).is_ok_and(|from| from > now) {
            return Err(TokenFault::NotYet { from: token.issued });
        }
        if token.expires.checked_add(skew).is_ok_and(|end| end <= now) {
            return Err(TokenFault::Expired { since: token.expires });
        }
        if self.ledger.is_revoked(&token) { Err(TokenFault::Revoked) } else { Ok(token) }
    }

    /// Revokes a token of the application `key`: whoever presents it is refused from now on.
    ///
    /// A text that is no token of ours is none to revoke and changes nothing (RFC 7009, 2.2).
    ///
    /// # Errors
    /// [`NotYours`] for the token of another application.
    pub fn revoke(
        &self,
        text: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<Token>>, NotYours> {
        let Ok(token) = self.read(text) else { return Ok(None) };
        if token.key != key {
            return Err(NotYours);
        }
        self.ledger.revoke(&token, self.ended(now));
        Ok(Some(Arc::new(token)))
    }

    /// Revokes by identifier; whether such a token is known to have been issued here.
    pub fn revoke_id(&self, id: &str, now: Timestamp) -> bool {
        let known = self.ledger.find(id);
        if let Some(token) = &known {
            self.ledger.revoke(token, self.ended(now));
        }
        known.is_some()
    }

    /// The tokens issued here that still count at `now`, oldest first.
    pub fn active(&self, now: Timestamp) -> Vec<Arc<Token>> {
        self.ledger.active(now)
    }

    /// Revokes every token there is, or those of one application; those too that were issued before a restart.
    pub fn revoke_all(&self, key: Option<&str>) {
        self.ledger.revoke_all(key);
    }

    /// Whether all tokens of an application were revoked since `asked`: a token that was asked for then is one of them, however
    /// long its request took.
    pub fn revoked_since(&self, key: &str, asked: Instant) -> bool {
        self.ledger.verdicts().began(key).is_some_and(|began| began >= asked)
    }

    /// The public keys as a JWK set, the one that signs first.
    pub fn jwks(&self) -> String {
        self.keys.load().jwks().to_owned()
    }

    /// The scopes that a token says for these.
    pub fn granted(&self, asked: Vec<String>) -> Vec<String> {
        let mut scopes = if asked.is_empty() { vec!["default".to_owned()] } else { asked };
        scopes.extend(self.dialect.product().application_scope.map(str::to_owned));
        scopes.sort_unstable(); // Java's natural order: capitals first
        scopes.dedup();
        scopes
    }

    fn read(&self, text: &str) -> Result<Token, TokenFault> {
        match text.bytes().filter(|&byte| byte == b'.').count() {
            0 => return Err(TokenFault::Opaque),
            2 if text.len() <= LONGEST => {}
            _ => return Err(TokenFault::Malformed),
        }
        self.keys.load().verify::<Claims>(text)?.token().ok_or(TokenFault::Forged)
    }
}

impl Token {
    /// The scopes as the token endpoint writes them: joined by spaces.
    pub fn scope(&self) -> String {
        self.scopes.join(" ")
    }

    /// The owner of the application, as the product names it: `sub`.
    pub fn owner(&self) -> String {
        format!("{}@carbon.super", self.key)
    }

    /// Whether it was granted `scope`.
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|one| one == scope)
    }
}

/// The token belongs to another application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token belongs to another application")]
pub struct NotYours;

/// The claims of a 3.2 access token for client credentials.
#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    sub: String,
    aut: String,
    aud: String,
    nbf: i64,
    azp: String,
    scope: String,
    iss: String,
    exp: i64,
    iat: i64,
    jti: String,
    client_id: String,
}

impl Claims {
    fn new(token: &Token) -> Self {
        Self {
            sub: token.owner(),
            aut: "APPLICATION".to_owned(),
            aud: token.key.clone(),
            nbf: token.issued.as_second(),
            azp: token.key.clone(),
            scope: token.scope(),
            iss: key::ISSUER.to_owned(),
            exp: token.expires.as_second(),
            iat: token.issued.as_second(),
            jti: token.id.clone(),
            client_id: token.key.clone(),
        }
    }

    fn token(self) -> Option<Token> {
        Some(Token {
            id: self.jti,
            key: self.client_id,
            scopes: self.scope.split(' ').map(str::to_owned).collect(),
            issued: Timestamp::from_second(self.nbf).ok()?,
            expires: Timestamp::from_second(self.exp).ok()?,
        })
    }
}

/// Longer than any token made here.
const LONGEST: usize = 8192;

#[cfg(test)]
mod tests;
