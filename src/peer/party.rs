//! On whose account something is taken of what all share: connections, requests in progress.
//!
//! Whoever shows a trusted certificate has an account of its own. All others are guests, with an account for each address:
//! an address alone is nobody, since everybody behind one gateway or on one machine has the same.

use std::net::{IpAddr, Ipv6Addr};

use jiff::Timestamp;

use super::{Fingerprint, Peer, TrustStore};

/// Whoever something is counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Party {
    /// The holder of a trusted certificate.
    Holder(Fingerprint),
    /// A trusted proxy, as far as it is not known whom it speaks for.
    Proxy(IpAddr),
    /// Nobody known, at this address; of IPv6 at this network of 64 bits, which is one subscriber's.
    Guest(IpAddr),
}

impl Party {
    /// Nobody known at this address.
    pub fn guest(address: IpAddr) -> Self {
        Self::Guest(match address.to_canonical() {
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
            v4 @ IpAddr::V4(_) => v4,
        })
    }

    /// Whom a peer is counted for at this moment.
    pub fn from_peer(peer: &Peer, trust: &TrustStore, now: Timestamp) -> Self {
        match &peer.certificate {
            Some(certificate) if trust.judge(certificate, now).is_ok() => {
                Self::Holder(certificate.fingerprint())
            }
            Some(_) | None => Self::guest(peer.address.ip()),
        }
    }

    /// Whether nobody vouches for it.
    pub fn is_guest(self) -> bool {
        matches!(self, Self::Guest(_))
    }
}

/// Whether one more may be taken of what `free` are left of, by a party that has `taken` already, where all guests together
/// have `guests`.
///
/// A party may have three times what it leaves to the others, all guests together as much as they leave: so k greedy
/// parties leave one of 3k + 1 parts free, whoever comes next finds room, and strangers never have more than half,
/// from however many addresses. (Dynamic thresholds of shared buffers: Choudhury and Hahne, 1998.)
pub fn fair(party: Party, taken: usize, guests: usize, free: usize) -> bool {
    free > 0 && taken < 3 * free && (!party.is_guest() || guests < free)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(n: u8) -> Party {
        Party::Holder(Fingerprint::from_der(&[n]))
    }

    /// How many each of these parties gets of `most`, when all take as long as they may.
    fn greedy(most: usize, parties: &[Party]) -> Vec<usize> {
        let mut taken = vec![0; parties.len()];
        loop {
            let before = taken.clone();
            for (at, party) in parties.iter().enumerate() {
                let free = most - taken.iter().sum::<usize>();
                let guests = parties.iter().zip(&taken).filter(|(one, _)| one.is_guest());
                let guests = guests.map(|(_, taken)| taken).sum();
                taken[at] += usize::from(fair(*party, taken[at], guests, free));
            }
            if taken == before {
                return taken;
            }
        }
    }

    #[test]
    fn nobody_takes_all_and_whoever_comes_next_finds_room() {
        assert_eq!(greedy(1, &[holder(1)]), [1]);
        assert_eq!(greedy(10_000, &[holder(1)]), [7_500]);
        let several = greedy(10_000, &[holder(1), holder(2), holder(3)]);
        assert_eq!(several, [3_000, 3_000, 3_000]);
        let address = |n: u8| Party::guest([192, 0, 2, n].into());
        let strangers: Vec<_> = (0..200).map(address).collect();
        assert_eq!(greedy(10_000, &strangers).iter().sum::<usize>(), 5_000);
        let beside: Vec<_> = strangers.iter().copied().chain([holder(1)]).collect();
        assert!(greedy(10_000, &beside)[200] >= 3_750, "what a partner finds beside them");
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_guest() {
        let guest = |text: &str| Party::guest(text.parse().unwrap());
        assert_eq!(guest("2001:db8::1"), guest("2001:db8::ffff:1"));
        assert_ne!(guest("2001:db8::1"), guest("2001:db8:0:1::1"));
        assert_eq!(guest("::ffff:192.0.2.1"), guest("192.0.2.1"));
    }
}
