//! What happens with a probability: a stream of draws for each thing that chance decides, made from the server's seed, so that a
//! run can be replayed.

use rand::Rng;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use sha2::{Digest, Sha256};

/// A stream of draws.
#[derive(Clone, Debug)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of the thing of this kind and id.
    pub fn new(seed: u64, kind: &str, id: &str) -> Self {
        let hash =
            Sha256::new().chain_update(kind).chain_update(seed.to_le_bytes()).chain_update(id);
        Self(ChaCha8Rng::from_seed(hash.finalize().into()))
    }

    /// Whether something happens that does so with this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        const UNIT: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * UNIT < probability
    }

    /// A number from `min` to `max`, both included.
    pub fn between(&mut self, min: u64, max: u64) -> u64 {
        match (max - min).checked_add(1) {
            Some(width) => min + self.0.next_u64() % width,
            None => self.0.next_u64(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_id_draw_the_same_and_others_do_not() {
        let draws = |seed, id| {
            let mut chance = Chance::new(seed, "fault", id);
            std::array::from_fn::<u64, 8, _>(|_| chance.between(0, u64::MAX))
        };
        assert_eq!(draws(1, "f1"), draws(1, "f1"));
        assert_ne!(draws(1, "f1"), draws(2, "f1"));
        assert_ne!(draws(1, "f1"), draws(1, "f2"));
    }

    #[test]
    fn a_probability_is_kept_on_the_whole_and_a_range_is_never_left() {
        let mut chance = Chance::new(7, "fault", "f1");
        let injected = (0..10_000).filter(|_| chance.happens(0.25)).count();
        assert!((2_300..2_700).contains(&injected), "{injected}");
        assert!((0..10_000).all(|_| chance.happens(1.0)));
        assert!((0..1_000).all(|_| (5..=9).contains(&chance.between(5, 9))));
    }
}
