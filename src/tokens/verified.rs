//! Tokens whose signature was found good, to be known again by their text.
//!
//! # Design
//! A text is filed under a fast hash with a key of this process, and known only if it is the same as the one that is filed, byte
//! for byte, compared in constant time. So the hash need not withstand somebody who chooses texts: whoever finds two with the same
//! hash has the signature of the second one checked, and refused or found good for itself. Only good tokens are filed, one
//! under each hash, so that nobody makes a look-up longer either. A digest in the place of the text would have to be one
//! that nobody can forge, and such a one takes several instructions for each byte of a token.

use std::{collections::HashMap, hash::BuildHasher, sync::Arc};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use foldhash::fast::RandomState;
use jiff::Timestamp;
use parking_lot::RwLock;

use super::Token;

/// Good tokens by the hash of their text.
#[derive(Default)]
pub(super) struct Verified {
    tokens: RwLock<HashMap<u64, Good, RandomState>>,
    hashes: RandomState,
}

struct Good {
    text: Box<[u8]>,
    token: Arc<Token>,
}

impl Verified {
    /// The token of this text, if it was remembered.
    pub(super) fn get(&self, text: &[u8]) -> Option<Arc<Token>> {
        let tokens = self.tokens.read();
        let good = tokens.get(&self.hashes.hash_one(text))?;
        verify_slices_are_equal(&good.text, text).is_ok().then(|| Arc::clone(&good.token))
    }

    /// Remembers a good token; where there are too many, those that have expired at `now` are forgotten, or all.
    pub(super) fn remember(&self, text: &[u8], token: &Arc<Token>, now: Timestamp) {
        let mut tokens = self.tokens.write();
        if tokens.len() >= REMEMBERED {
            tokens.retain(|_, good| good.token.expires > now);
            if tokens.len() >= REMEMBERED {
                tokens.clear();
            }
        }
        let good = Good { text: text.into(), token: Arc::clone(token) };
        tokens.insert(self.hashes.hash_one(text), good);
    }

    /// Forgets all of them.
    pub(super) fn clear(&self) {
        self.tokens.write().clear();
    }
}

/// How many tokens are remembered: some kilobyte each.
const REMEMBERED: usize = 16_384;

#[cfg(test)]
mod tests {
    use super::*;

    fn token(expires: i64) -> Arc<Token> {
        let at = |second| Timestamp::from_second(second).unwrap();
        let (id, key) = ("t".to_owned(), "k".to_owned());
        Arc::new(Token { id, key, scopes: Vec::new(), issued: at(0), expires: at(expires) })
    }

    #[test]
    fn a_text_is_known_again_and_another_with_the_same_hash_is_not() {
        let verified = Verified::default();
        verified.remember(b"a.b.c", &token(10), Timestamp::UNIX_EPOCH);
        assert!(verified.get(b"a.b.c").is_some() && verified.get(b"a.b.d").is_none());
        let hash = verified.hashes.hash_one(&b"x.y.z"[..]);
        let good = Good { text: b"a.b.c".as_slice().into(), token: token(10) };
        verified.tokens.write().insert(hash, good);
        assert!(verified.get(b"x.y.z").is_none(), "the text decides, not its hash");
        verified.clear();
        assert!(verified.get(b"a.b.c").is_none());
    }

    #[test]
    fn what_has_expired_makes_room_first_and_their_number_is_bounded() {
        let (verified, now) = (Verified::default(), Timestamp::from_second(20).unwrap());
        let remember = |n: usize, expires| {
            verified.remember(n.to_string().as_bytes(), &token(expires), now);
        };
        (0..REMEMBERED).for_each(|n| remember(n, if n % 2 == 0 { 10 } else { 30 }));
        remember(REMEMBERED, 30);
        assert!(verified.get(b"1").is_some() && verified.get(b"2").is_none());
        (0..3 * REMEMBERED).for_each(|n| remember(n, 30));
        assert!(verified.tokens.read().len() <= REMEMBERED);
    }
}
