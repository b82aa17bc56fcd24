//! The SPI: the tax administration's number for a person (CGU R2P 4, PT 3.3).
//!
//! Thirteen digits, the first 0 to 3; in every published sample the last three are the first ten modulo 511. The key is
//! no part of the form: neither API is documented to check it, so a wrong key just finds nobody.

use std::str::FromStr;

use crate::domain::text::{self, DigitsError, ascii_form};

/// Thirteen digits, the first 0 to 3.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spi([u8; 13]);

/// Why a text is no SPI; checked in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpiError {
    /// More or fewer than 13 characters (CAF004).
    #[error("an SPI is 13 characters long")]
    Length,
    /// A character that is no digit.
    #[error("an SPI holds digits only")]
    Digits,
    /// The first digit is 4 or more (CAF005).
    #[error("an SPI starts with 0, 1, 2 or 3")]
    FirstDigit,
}

impl Spi {
    /// The SPI of these ten first digits, with its key; none from 4 000 000 000 on.
    pub fn from_base(base: u64) -> Option<Self> {
        if base >= 4_000_000_000 {
            return None;
        }
        let mut bytes = [0; 13];
        let (head, key) = bytes.split_at_mut(10);
        text::write_digits(head, base);
        text::write_digits(key, base % MODULUS);
        Some(Self(bytes))
    }

    /// The ten first digits as a number.
    pub fn base(&self) -> u64 {
        text::number(&self.0[..10])
    }

    /// Whether the last three digits are the first ten modulo 511.
    pub fn has_valid_key(&self) -> bool {
        text::number(&self.0[10..]) == self.base() % MODULUS
    }

    /// The thirteen digits.
    pub fn as_str(&self) -> &str {
        text::ascii(&self.0)
    }
}

impl FromStr for Spi {
    type Err = SpiError;

    fn from_str(text: &str) -> Result<Self, SpiError> {
        let bytes = text::digits(text).map_err(|error| match error {
            DigitsError::Length { .. } => SpiError::Length,
            DigitsError::Digits => SpiError::Digits,
        })?;
        if bytes[0] > b'3' {
            return Err(SpiError::FirstDigit);
        }
        Ok(Self(bytes))
    }
}

ascii_form!(Spi);

const MODULUS: u64 = 511;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_swagger_sample_has_a_valid_key() {
        let spi: Spi = "1899582886173".parse().unwrap();
        assert!(spi.has_valid_key());
        assert_eq!(spi.base(), 1_899_582_886);
        assert_eq!(Spi::from_base(1_899_582_886), Some(spi));
    }

    #[test]
    fn a_wrong_key_is_still_an_spi() {
        assert!(!"1899582886174".parse::<Spi>().unwrap().has_valid_key());
    }

    #[test]
    fn faults_are_named_in_the_order_length_digits_first_digit() {
        for (text, fault) in [
            ("", SpiError::Length),
            ("1489335901", SpiError::Length),
            ("18995828861730", SpiError::Length),
            ("9A", SpiError::Length),
            ("A899582886173", SpiError::Digits),
            ("989958288617A", SpiError::Digits),
            ("１８９９５８２８８６１７３", SpiError::Digits),
            ("189958288617é", SpiError::Digits),
            ("4899582886173", SpiError::FirstDigit),
        ] {
            assert_eq!(text.parse::<Spi>(), Err(fault), "{text}");
        }
    }

    #[test]
    fn json_carries_it_as_a_string() {
        let spi = Spi::from_base(7).unwrap();
        assert_eq!(serde_json::to_string(&spi).unwrap(), "\"0000000007007\"");
        assert_eq!(serde_json::from_str::<Spi>("\"0000000007007\"").unwrap(), spi);
        let error = serde_json::from_str::<Spi>("\"7\"").unwrap_err();
        assert!(error.to_string().starts_with("an SPI is 13 characters long"), "{error}");
    }

    proptest! {
        #[test]
        fn exactly_the_texts_of_the_form_parse(text in "[0-4A０]{0,2}[0-9]{10,12}") {
            let bytes = text.as_bytes();
            let formed = bytes.len() == 13 && bytes.iter().all(u8::is_ascii_digit) && bytes[0] <= b'3';
            prop_assert_eq!(text.parse::<Spi>().is_ok(), formed);
        }

        #[test]
        fn built_ones_have_their_key_and_read_back(base in 0..4_000_000_000_u64) {
            let spi = Spi::from_base(base).unwrap();
            prop_assert!(spi.has_valid_key());
            prop_assert_eq!(spi.base(), base);
            prop_assert_eq!(spi.to_string().parse(), Ok(spi));
        }

        #[test]
        fn no_base_beyond_ten_digits_or_first_digit_3(base in 4_000_000_000_u64..) {
            prop_assert_eq!(Spi::from_base(base), None);
        }
    }
}
