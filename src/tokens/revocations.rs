//! Tokens revoked one by one, by application: bounded, and none forgotten that could still be used.
//!
//! What has ended is forgotten only when an application has no room left, and then all that ended with it stays refused
//! ([`Own::ended`]). When nothing has ended there is no room, and whoever asks must refuse every token of that application.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Token;

/// The revocations of every application.
#[derive(Default)]
pub(super) struct Revocations(HashMap<String, Own>);

/// Those of one application.
#[derive(Default)]
struct Own {
    /// When each token ends anyway.
    ends: HashMap<String, Timestamp>,
    /// Until when tokens had ended when some of them were forgotten: none that ended before is good again, should the clock
    /// go back.
    ended: Option<Timestamp>,
}

/// There is no room for one more of this application.
pub(super) struct Full;

impl Revocations {
    pub(super) fn contains(&self, token: &Token) -> bool {
        !self.0.is_empty() && self.0.get(&token.key).is_some_and(|own| own.refuses(token))
    }

    /// Remembers one more; what has `ended` may be forgotten for it.
    pub(super) fn insert(
        &mut self,
        key: &str,
        id: &str,
        expires: Timestamp,
        ended: Timestamp,
    ) -> Result<(), Full> {
        if !self.0.contains_key(key) {
            self.0.insert(key.to_owned(), Own::default());
        }
        let own = self.0.get_mut(key).ok_or(Full)?;
        if !own.ends.contains_key(id) {
            own.make_room(ended)?;
        }
        own.ends.insert(id.to_owned(), expires);
        Ok(())
    }

    /// Whether the next revocation of this application finds no room.
    pub(super) fn is_full(&self, key: &str, ended: Timestamp) -> bool {
        self.0.get(key).is_some_and(|own| {
            own.ends.len() >= REVOKED && own.ends.values().all(|end| *end > ended)
        })
    }

    /// Whether the clock went back behind the moment at which some were forgotten: a token issued now could pass for one of
    /// them.
    pub(super) fn is_ahead(&self, key: &str, ended: Timestamp) -> bool {
        self.0.get(key).and_then(|own| own.ended).is_some_and(|until| until > ended)
    }

    /// Forgets those of an application, all of whose tokens are refused.
    pub(super) fn clear(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// Keeps those for which `counts` (application, token).
    pub(super) fn retain(&mut self, counts: impl Fn(&str, &str) -> bool) {
        self.0.retain(|key, own| {
            own.ends.retain(|id, _| counts(key, id));
            !own.ends.is_empty() || own.ended.is_some()
        });
    }

    /// Each: the application, the token, when it ends.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str, Timestamp)> {
        self.0.iter().flat_map(|(key, own)| {
            own.ends.iter().map(|(id, end)| (key.as_str(), id.as_str(), *end))
        })
    }
}

impl Own {
    fn refuses(&self, token: &Token) -> bool {
        self.ends.contains_key(&token.id) || self.ended.is_some_and(|ended| token.expires <= ended)
    }

    fn make_room(&mut self, ended: Timestamp) -> Result<(), Full> {
        if self.ends.len() < REVOKED {
            return Ok(());
        }
        self.ends.retain(|_, end| *end > ended);
        if self.ends.len() >= REVOKED {
            return Err(Full);
        }
        self.ended = self.ended.max(Some(ended));
        Ok(())
    }
}

/// How many revocations of one application are remembered.
pub(super) const REVOKED: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: usize) -> Timestamp {
        Timestamp::from_second(i64::try_from(second).unwrap()).unwrap()
    }

    fn token(key: &str, n: usize, expires: usize) -> Token {
        let (key, expires) = (key.to_owned(), at(expires));
        Token { id: format!("t{n}"), key, scopes: Vec::new(), issued: at(0), expires }
    }

    #[test]
    fn one_application_is_bounded_and_leaves_the_others_theirs() {
        let mut all = Revocations::default();
        assert!(all.insert("other", "t0", at(10), at(5)).is_ok());
        for n in 0..REVOKED {
            assert!(all.insert("k", &format!("t{n}"), at(1_000_000), at(5)).is_ok(), "{n}");
        }
        assert!(all.insert("k", "t3", at(1_000_000), at(5)).is_ok(), "known already");
        assert!(all.insert("k", "one too many", at(1_000_000), at(5)).is_err());
        assert!(all.contains(&token("other", 0, 10)) && all.contains(&token("k", 0, 1_000_000)));
        assert!(all.is_full("k", at(5)) && !all.is_full("other", at(5)));
        all.clear("k");
        assert!(all.contains(&token("other", 0, 10)) && !all.contains(&token("k", 0, 1_000_000)));
    }

    #[test]
    fn what_has_ended_makes_room_and_is_not_good_again_when_the_clock_goes_back() {
        let mut all = Revocations::default();
        for n in 0..REVOKED {
            let expires = if n == 7 { 100 } else { 1_000_000 };
            assert!(all.insert("k", &format!("t{n}"), at(expires), at(99)).is_ok());
        }
        assert!(all.insert("k", "more", at(1_000_000), at(99)).is_err(), "nothing has ended yet");
        assert!(!all.is_full("k", at(100)), "there will be room");
        assert!(all.insert("k", "more", at(1_000_000), at(100)).is_ok());
        assert!(all.contains(&token("k", 7, 100)), "forgotten by name, and still refused");
        assert!(!all.contains(&token("k", REVOKED + 1, 101)));
        assert!(all.is_ahead("k", at(99)) && !all.is_ahead("k", at(100)));
    }
}
