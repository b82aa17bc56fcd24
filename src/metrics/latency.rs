//! How long answers took: a histogram of durations.

/// How many durations fell into each bucket, and their sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    buckets: [u64; BOUNDS_US.len() + 1],
    sum_us: u64,
}

impl Latency {
    /// Adds a duration in microseconds.
    pub fn add(&mut self, micros: u64) {
        let at = BOUNDS_US.iter().position(|&bound| micros <= bound).unwrap_or(BOUNDS_US.len());
        self.buckets[at] += 1;
        self.sum_us = self.sum_us.saturating_add(micros);
    }

    /// Adds what another histogram holds.
    pub fn merge(&mut self, other: &Self) {
        for (mine, other) in self.buckets.iter_mut().zip(other.buckets) {
            *mine += other;
        }
        self.sum_us = self.sum_us.saturating_add(other.sum_us);
    }

    /// How many durations there are.
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// Their sum in seconds.
    pub fn sum(&self) -> f64 {
        self.sum_us as f64 / 1e6
    }

    /// Each bucket's upper bound in seconds, included, and how many durations fell into it; the last has no bound.
    pub fn buckets(&self) -> Vec<(f64, u64)> {
        let bounds = BOUNDS_US.iter().map(|&bound| bound as f64 / 1e6).chain([f64::INFINITY]);
        bounds.zip(self.buckets).collect()
    }
}

/// From an answer that a control gave to one that waited for a fault: microseconds.
const BOUNDS_US: [u64; 14] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 10_000_000,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_falls_into_the_first_bucket_that_holds_it() {
        let mut latency = Latency::default();
        [0, 250, 251, 10_000_000, 10_000_001].into_iter().for_each(|micros| latency.add(micros));
        let buckets = latency.buckets();
        assert_eq!((buckets[0], buckets[1], buckets[13]), ((0.00025, 2), (0.0005, 1), (10.0, 1)));
        assert_eq!(buckets[14], (f64::INFINITY, 1));
        assert_eq!((latency.count(), latency.sum()), (5, 20.000_502));
    }
}
