//! Chance that can be repeated: keys from the seed, draws from a key and an index, and permutations that can be undone.
//!
//! ChaCha8 makes the keys from the seed; a draw is SplitMix64 over a key and the record's index, so that any record is
//! made without the ones before it. Nothing here is secret.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// One key for each thing that chance decides, so that a draw more in one place changes nothing elsewhere.
#[derive(Clone, Debug)]
pub(super) struct DrawKeys([u64; Topic::COUNT]);

/// What chance decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Cell,
    Age,
    Sex,
    Birth,
    BirthDay,
    Birthplace,
    Death,
    Names,
    Home,
    Household,
    Holding,
    Account,
    Right,
    RightOrder,
    Proxy,
    Owners,
    Company,
    Founding,
    Dissolution,
    EstablishmentLife,
    EstablishmentCount,
    Establishment,
    CompanyHolding,
    Spi,
    Siren,
    AccountNumber,
    Surname,
    ComposedSurname,
    CoinedSurname,
    CompanyName,
    Sigle,
    Branch,
    Attachment,
    Situation,
    Assessment,
    Income,
    IncomeOfYear,
}

/// A stream of draws for one record.
#[derive(Clone, Debug)]
pub(super) struct Draw(u64);

/// A bijection of `0..size` that looks random: a Feistel network, walked until it lands inside.
#[derive(Clone, Debug)]
pub(super) struct Permutation {
    size: u64,
    half_bits: u32,
    keys: [u64; ROUNDS],
}

impl Topic {
    const COUNT: usize = Self::IncomeOfYear as usize + 1;
}

impl DrawKeys {
    pub(super) fn new(seed: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(ALGORITHM);
        hash.update(seed.to_le_bytes());
        let mut chance = ChaCha8Rng::from_seed(hash.finalize().into());
        Self(std::array::from_fn(|_| chance.next_u64()))
    }

    /// The draws for one thing about one record.
    pub(super) fn draw(&self, topic: Topic, index: u64) -> Draw {
        Draw(mix(self.0[topic as usize] ^ mix(index)))
    }

    pub(super) fn permutation(&self, topic: Topic, size: u64) -> Permutation {
        let mut draw = self.draw(topic, size);
        let bits = (u64::BITS - (size - 1).leading_zeros()).max(2);
        Permutation {
            size,
            half_bits: bits.div_ceil(2),
            keys: std::array::from_fn(|_| draw.next()),
        }
    }
}

impl Draw {
    /// The draws for one persona, which no seed changes.
    pub(super) fn of_persona(number: u64) -> Self {
        Self(mix(number))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// Uniform in `0..bound`.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// Yes so many times in a thousand.
    pub(super) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < u64::from(per_mille)
    }

    /// One of a list that is not empty.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }

    /// One of a list that is not empty, each as often as its weight.
    pub(super) fn weighted<'a, T>(&mut self, list: &'a [(u32, T)]) -> &'a T {
        let total: u32 = list.iter().map(|(weight, _)| weight).sum();
        let mut rest = self.below(total.into());
        for (weight, value) in list {
            match rest.checked_sub(u64::from(*weight)) {
                Some(less) => rest = less,
                None => return value,
            }
        }
        unreachable!("the rest is below the sum of the weights")
    }
}

impl Permutation {
    /// Where `index` goes; it must be below the size.
    pub(super) fn apply(&self, index: u64) -> u64 {
        self.walk(index, |value| self.keys.iter().fold(value, |value, key| self.round(value, *key)))
    }

    /// What goes to `image`; it must be below the size.
    pub(super) fn undo(&self, image: u64) -> u64 {
        self.walk(image, |value| {
            self.keys.iter().rev().fold(value, |value, key| self.round_back(value, *key))
        })
    }

    fn walk(&self, from: u64, step: impl Fn(u64) -> u64) -> u64 {
        debug_assert!(from < self.size);
        let mut at = step(from);
        while at >= self.size {
            at = step(at);
        }
        at
    }

    fn round(&self, value: u64, key: u64) -> u64 {
        let (left, right) = (value >> self.half_bits, value & self.mask());
        right << self.half_bits | (left ^ (mix(right ^ key) & self.mask()))
    }

    fn round_back(&self, value: u64, key: u64) -> u64 {
        let (right, mixed) = (value >> self.half_bits, value & self.mask());
        (mixed ^ (mix(right ^ key) & self.mask())) << self.half_bits | right
    }

    fn mask(&self) -> u64 {
        (1 << self.half_bits) - 1
    }
}

/// Changes with [`super::VERSION`], which says what a seed gives.
const ALGORITHM: &[u8] = b"bacasable population 2";
const ROUNDS: usize = 4;
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// SplitMix64's finaliser.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_permutation_is_undone(seed: u64, size in 2u64..100_000_000_000, at: u64) {
            let permutation = DrawKeys::new(seed).permutation(Topic::Spi, size);
            let at = at % size;
            let image = permutation.apply(at);
            prop_assert!(image < size);
            prop_assert_eq!(permutation.undo(image), at);
        }
    }

    #[test]
    fn the_keys_of_a_seed_are_pinned() {
        let first = |seed| DrawKeys::new(seed).draw(Topic::Cell, 0).next();
        assert_eq!(first(1), first(1));
        assert_ne!(first(1), first(2));
        assert_ne!(DrawKeys::new(1).draw(Topic::Age, 0).next(), first(1));
    }

    #[test]
    fn weights_are_kept() {
        let mut draw = DrawKeys::new(1).draw(Topic::Cell, 0);
        let ones = (0..10_000).filter(|_| *draw.weighted(&[(1, 1), (3, 3)]) == 1).count();
        assert!((2_300..2_700).contains(&ones), "{ones}");
    }
}
