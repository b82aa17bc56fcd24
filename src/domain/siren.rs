//! SIREN and SIRET: a company's nine digits, and fourteen for one of its establishments.
//!
//! Only digits and length are the form: some SIRETs of the protocol's own samples fail Luhn. Those that we make satisfy it.

use std::{array, str::FromStr};

use crate::domain::text::{self, DigitsError, ascii_form};

/// Nine digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Siren([u8; 9]);

/// Fourteen digits: a SIREN and the five of the NIC.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Siret([u8; 14]);

impl Siren {
    /// The SIREN of these eight first digits, its Luhn digit computed; none from 100 000 000 on.
    pub fn from_base(base: u32) -> Option<Self> {
        if base >= 100_000_000 {
            return None;
        }
        let mut bytes = [b'0'; 9];
        text::write_digits(&mut bytes[..8], u64::from(base));
        bytes[8] = luhn_digit(&bytes);
        Some(Self(bytes))
    }

    /// Whether the nine digits satisfy Luhn.
    pub fn luhn_is_valid(&self) -> bool {
        luhn_sum(&self.0).is_multiple_of(10)
    }

    /// The nine digits.
    pub fn as_str(&self) -> &str {
        text::ascii(&self.0)
    }
}

impl FromStr for Siren {
    type Err = DigitsError;

    fn from_str(text: &str) -> Result<Self, DigitsError> {
        text::digits(text).map(Self)
    }
}

impl Siret {
    /// The SIRET of this company and the four first digits of the NIC, its Luhn digit computed; none from 10 000 on.
    pub fn from_siren(siren: Siren, nic_base: u16) -> Option<Self> {
        if nic_base >= 10_000 {
            return None;
        }
        let mut bytes = [b'0'; 14];
        bytes[..9].copy_from_slice(&siren.0);
        text::write_digits(&mut bytes[9..13], u64::from(nic_base));
        bytes[13] = luhn_digit(&bytes);
        Some(Self(bytes))
    }

    /// The company.
    pub fn siren(&self) -> Siren {
        Siren(array::from_fn(|at| self.0[at]))
    }

    /// The five last digits: the establishment within the company.
    pub fn nic(&self) -> &str {
        text::ascii(&self.0[9..])
    }

    /// Whether the fourteen digits are as INSEE gives them out: they satisfy Luhn; or they are an establishment of La Poste, whose
    /// digits add up to a multiple of five instead.
    pub fn has_valid_key(&self) -> bool {
        let sum: u32 = self.0.iter().map(|digit| u32::from(digit - b'0')).sum();
        let of_la_poste = self.0.starts_with(LA_POSTE) && sum.is_multiple_of(5);
        self.luhn_is_valid() || of_la_poste
    }

    /// Whether the fourteen digits satisfy Luhn.
    pub fn luhn_is_valid(&self) -> bool {
        luhn_sum(&self.0).is_multiple_of(10)
    }

    /// The fourteen digits.
    pub fn as_str(&self) -> &str {
        text::ascii(&self.0)
    }
}

impl FromStr for Siret {
    type Err = DigitsError;

    fn from_str(text: &str) -> Result<Self, DigitsError> {
        text::digits(text).map(Self)
    }
}

ascii_form!(Siren, Siret);

/// La Poste has more establishments than Luhn leaves numbers for.
const LA_POSTE: &[u8] = b"356000000";

/// The last digit that makes `bytes`, which end in 0, satisfy Luhn.
fn luhn_digit(bytes: &[u8]) -> u8 {
    b'0' + (10 - luhn_sum(bytes) % 10) % 10
}

/// Luhn's sum: every second digit from the right doubled, its own digits added. At most 14 × 9, so it fits.
fn luhn_sum(bytes: &[u8]) -> u8 {
    let digits = bytes.iter().rev().map(|byte| byte - b'0');
    digits
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 })
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_applicant_of_the_samples_satisfies_luhn_and_splits() {
        let siret: Siret = "13000453400017".parse().unwrap();
        assert!(siret.luhn_is_valid() && siret.siren().luhn_is_valid());
        assert_eq!((siret.siren().as_str(), siret.nic()), ("130004534", "00017"));
        assert_eq!(Siret::from_siren(siret.siren(), 1), Some(siret));
        assert_eq!(Siren::from_base(13_000_453), Some(siret.siren()));
    }

    #[test]
    fn a_sample_that_fails_luhn_is_still_a_siret() {
        assert!(!"12655768512289".parse::<Siret>().unwrap().luhn_is_valid());
    }

    #[test]
    fn an_establishment_of_la_poste_has_a_checksum_of_its_own() {
        let siret = |text: &str| text.parse::<Siret>().unwrap();
        assert!(siret("35600000049837").has_valid_key(), "an establishment");
        assert!(!siret("35600000049837").luhn_is_valid());
        assert!(siret("35600000000048").has_valid_key(), "the head office satisfies Luhn");
        assert!(!siret("35600000049838").has_valid_key());
        assert!(!siret("12655768512289").has_valid_key(), "and nobody else's");
    }

    #[test]
    fn length_then_digits_are_the_only_faults() {
        assert_eq!("12345678".parse::<Siren>(), Err(DigitsError::Length { expected: 9, found: 8 }));
        assert_eq!("".parse::<Siret>(), Err(DigitsError::Length { expected: 14, found: 0 }));
        assert_eq!("12345678A".parse::<Siren>(), Err(DigitsError::Digits));
        assert_eq!("１23456789".parse::<Siren>(), Err(DigitsError::Digits));
        assert_eq!(" 3000453400017".parse::<Siret>(), Err(DigitsError::Digits));
    }

    proptest! {
        #[test]
        fn built_ones_satisfy_luhn_and_read_back(base in 0..100_000_000_u32, nic in 0..10_000_u16) {
            let siren = Siren::from_base(base).unwrap();
            let siret = Siret::from_siren(siren, nic).unwrap();
            prop_assert!(siren.luhn_is_valid() && siret.luhn_is_valid());
            prop_assert_eq!(siret.siren(), siren);
            prop_assert_eq!(siren.to_string().parse(), Ok(siren));
            prop_assert_eq!(siret.to_string().parse(), Ok(siret));
            prop_assert_eq!(siret.to_string(), format!("{siren}{}", siret.nic()));
        }

        #[test]
        fn luhn_sees_any_one_changed_digit(base in 0..100_000_000_u32, at in 0..9_usize, step in 1..10_u8) {
            let mut siren = Siren::from_base(base).unwrap();
            siren.0[at] = b'0' + (siren.0[at] - b'0' + step) % 10;
            prop_assert!(!siren.luhn_is_valid());
        }

        #[test]
        fn exactly_nine_ascii_digits_are_a_siren(text in "[0-9A-Aé]{7,10}") {
            let formed = text.len() == 9 && text.bytes().all(|byte| byte.is_ascii_digit());
            prop_assert_eq!(text.parse::<Siren>().is_ok(), formed);
        }

        #[test]
        fn too_large_a_base_builds_nothing(base in 100_000_000_u32.., nic in 10_000_u16..) {
            prop_assert_eq!(Siren::from_base(base), None);
            prop_assert_eq!(Siret::from_siren(Siren::from_base(0).unwrap(), nic), None);
        }
    }
}
