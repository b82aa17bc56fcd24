//! The reason that a request gives for its search (`motif`).
//!
//! The samples write the same one `020` and `0020`: motifs compare as numbers. Echoing what was sent is the caller's
//! business, and so is whether the motif is known (CAF003).

use std::{fmt, str::FromStr};

use crate::domain::text::{self, text_form};

/// A number of at most four digits, shown with four.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Motif(u16);

/// Why a text is no motif; checked in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MotifError {
    /// No character, or more than four.
    #[error("a motif is 1 to 4 digits long")]
    Length,
    /// A character that is no digit.
    #[error("a motif holds digits only")]
    Digits,
}

impl Motif {
    /// The motif of this number; none above 9999.
    pub const fn new(number: u16) -> Option<Self> {
        if number <= 9999 { Some(Self(number)) } else { None }
    }

    pub const fn number(self) -> u16 {
        self.0
    }
}

impl FromStr for Motif {
    type Err = MotifError;

    fn from_str(text: &str) -> Result<Self, MotifError> {
        if !(1..=4).contains(&text.chars().count()) {
            return Err(MotifError::Length);
        }
        if !text::all_digits(text) {
            return Err(MotifError::Digits);
        }
        text.parse().map(Self).map_err(|_| MotifError::Digits)
    }
}

impl fmt::Display for Motif {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl fmt::Debug for Motif {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Motif({self})")
    }
}

text_form!(Motif);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn motifs_compare_as_numbers_and_show_four_digits() {
        let motif: Motif = "020".parse().unwrap();
        assert_eq!(motif, "0020".parse().unwrap());
        assert_eq!(motif, "20".parse().unwrap());
        assert_eq!((motif.to_string().as_str(), motif.number()), ("0020", 20));
        assert_eq!(Motif::new(10_000), None);
    }

    #[test]
    fn length_comes_before_digits() {
        assert_eq!("".parse::<Motif>(), Err(MotifError::Length));
        assert_eq!("0A020".parse::<Motif>(), Err(MotifError::Length));
        assert_eq!("+20".parse::<Motif>(), Err(MotifError::Digits));
        assert_eq!("２０".parse::<Motif>(), Err(MotifError::Digits));
        assert_eq!(" 20".parse::<Motif>(), Err(MotifError::Digits));
    }

    proptest! {
        #[test]
        fn every_number_reads_back(number in 0..=9999_u16) {
            let motif = Motif::new(number).unwrap();
            prop_assert_eq!(motif.to_string().parse(), Ok(motif));
            prop_assert_eq!(number.to_string().parse(), Ok(motif));
        }

        #[test]
        fn exactly_one_to_four_ascii_digits_parse(text in "[0-9+é]{0,5}") {
            let formed = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            prop_assert_eq!(text.parse::<Motif>().is_ok(), formed);
        }
    }
}
