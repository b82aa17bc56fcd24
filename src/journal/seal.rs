//! Digests that compare and tell nothing: whether two requests asked the same, without keeping what they asked.
//!
//! A plain digest of a tax identifier can be reversed by trying them all; one under a key that dies with the run cannot.
//! SipHash is made for that: without its key nobody can tell, nor choose, what a text's value is.

use std::{array, hash::Hasher};

use siphasher::sip128::{Hasher128, SipHasher24};

use crate::entropy;

/// Makes the digests of one run.
pub struct Seal(SipHasher24);

impl Seal {
    /// A seal with a key of its own.
    pub fn new() -> Self {
        Self(SipHasher24::new_with_key(&entropy::bytes()))
    }

    pub fn of_key(key: [u8; 16]) -> Self {
        Self(SipHasher24::new_with_key(&key))
    }

    /// The digest of these parts: 16 hexadecimal characters, equal within a run when the parts are.
    pub fn digest<'p>(&self, parts: impl IntoIterator<Item = &'p [u8]>) -> String {
        let mut hasher = self.0;
        for part in parts {
            hasher.write_usize(part.len()); // so that ["a", "bc"] is not ["ab", "c"]
            hasher.write(part);
        }
        hexadecimal(hasher.finish128().h1)
    }
}

/// Sixteen digits.
fn hexadecimal(number: u64) -> String {
    let digits: [u8; 16] =
        array::from_fn(|at| b"0123456789abcdef"[(number >> (60 - 4 * at)) as usize & 15]);
    str::from_utf8(&digits).expect("digits").to_owned()
}

impl Default for Seal {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_have_the_same_digest_within_a_run_only() {
        let (one, other) = (Seal::new(), Seal::new());
        let digest =
            |seal: &Seal, parts: &[&str]| seal.digest(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(digest(&one, &["a", "bc"]), digest(&one, &["a", "bc"]));
        assert_ne!(digest(&one, &["a", "bc"]), digest(&one, &["ab", "c"]));
        assert_ne!(digest(&one, &["a"]), digest(&other, &["a"]));
        assert_eq!(digest(&one, &[]).len(), 16);
    }
}
