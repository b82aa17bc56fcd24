//! The only source of real randomness: the system's, through the cryptographic library.
//!
//! Keys, token identifiers and correlation identifiers made for a caller come from here, never from the seed. Whatever
//! must be reproducible (the register's population, drawn latencies) derives from the seed instead and never calls this.

use aws_lc_rs::rand;
use uuid::{Builder, Uuid};

/// Random bytes from the system's generator.
///
/// # Panics
/// When the operating system has no randomness to give: nothing that needs secrets can go on then.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    rand::fill(&mut out).expect("the operating system provides randomness");
    out
}

/// A random (version 4) UUID.
pub fn uuid() -> Uuid {
    Builder::from_random_bytes(bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_identifiers_differ_and_are_version_4() {
        let (a, b) = (uuid(), uuid());
        assert_ne!(a, b);
        assert_eq!(a.get_version_num(), 4);
    }
}
