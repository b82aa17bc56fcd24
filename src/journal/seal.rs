//! Digests that compare and tell nothing: whether two requests asked the same, without keeping what they asked.
//!
//! A plain digest of a tax identifier can be reversed by trying them all; one under a key that dies with the run cannot.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};

use crate::entropy;

/// Makes the digests of one run.
pub struct Seal(Key);

impl Seal {
    /// A seal with a key of its own.
    pub fn new() -> Self {
        Self(Key::new(HMAC_SHA256, &entropy::bytes::<32>()))
    }

    /// A seal with this key.
    pub fn of_key(key: &[u8]) -> Self {
        Self(Key::new(HMAC_SHA256, key))
    }

    /// The digest of these parts: 16 hexadecimal characters, equal within a run when the parts are.
    pub fn of(&self, parts: &[&[u8]]) -> String {
        let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes()); // so that ["a", "bc"] is not ["ab", "c"]
            bytes.extend_from_slice(part);
        }
        sign(&self.0, &bytes).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
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
        assert_eq!(one.of(&[b"a", b"bc"]), one.of(&[b"a", b"bc"]));
        assert_ne!(one.of(&[b"a", b"bc"]), one.of(&[b"ab", b"c"]));
        assert_ne!(one.of(&[b"a"]), other.of(&[b"a"]));
        assert_eq!(one.of(&[]).len(), 16);
    }
}
