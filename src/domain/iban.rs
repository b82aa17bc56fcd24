//! French account numbers: the 27 characters of an IBAN whose country is `FR`, or `FC` (PT 2.3.2, 7.3.2).
//!
//! `FC` numbers appear in the samples of verifIban and multiDet only: they pass ISO 13616 modulo 97 and carry `99` where
//! an IBAN carries its RIB key. We take them for accounts and safes without a true IBAN. The RIB key is no part of the
//! form, because annexe 9 names no fault for it.

use std::{array, str::FromStr};

use crate::domain::text::{self, DigitsError, Misfit, ascii_form};

/// 27 characters: country, check digits (2), bank (5), branch (5), account number (11), RIB key (2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Iban([u8; 27]);

/// Where the number belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IbanCountry {
    Fr,
    /// The form that FICOBA gives to accounts without one.
    Fc,
}

/// The code of a bank (`code établissement`): five digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BankCode([u8; 5]);

/// The code of a bank's branch (`code guichet`): five digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BranchCode([u8; 5]);

/// Why a text is no IBAN; checked in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IbanError {
    /// More or fewer than 27 characters.
    #[error("a French IBAN is 27 characters long")]
    Length,
    /// Neither `FR` nor `FC`.
    #[error("the country must be FR or FC")]
    Country,
    /// A letter where digits stand, or a character that is neither a digit nor a capital.
    #[error("an IBAN holds digits, and capital letters in the account number only")]
    Characters,
    /// ISO 13616 modulo 97 does not give 1.
    #[error("the check digits do not match (ISO 13616, modulo 97)")]
    Checksum,
}

/// The account number is not eleven digits or capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an account number is 11 digits or capital letters")]
pub struct AccountNumberError;

impl Iban {
    /// The IBAN of an account, RIB key and check digits computed.
    ///
    /// # Errors
    /// [`AccountNumberError`] unless the account number is eleven of `0-9A-Z`.
    pub fn french(
        bank: BankCode,
        branch: BranchCode,
        account_number: &str,
    ) -> Result<Self, AccountNumberError> {
        Self::build(*b"FR", bank, branch, account_number, |iban| iban.expected_rib_key())
    }

    /// The `FC` number of an account without an IBAN: `99` as RIB key, check digits computed.
    ///
    /// # Errors
    /// [`AccountNumberError`] unless the account number is eleven of `0-9A-Z`.
    pub fn fc(
        bank: BankCode,
        branch: BranchCode,
        account_number: &str,
    ) -> Result<Self, AccountNumberError> {
        Self::build(*b"FC", bank, branch, account_number, |_| FC_KEY)
    }

    /// `FR` or `FC`.
    pub fn country(&self) -> IbanCountry {
        if self.0[1] == b'R' { IbanCountry::Fr } else { IbanCountry::Fc }
    }

    /// The bank's code.
    pub fn bank(&self) -> BankCode {
        BankCode(array::from_fn(|at| self.0[4 + at]))
    }

    /// The branch's code.
    pub fn branch(&self) -> BranchCode {
        BranchCode(array::from_fn(|at| self.0[9 + at]))
    }

    /// The eleven characters of the account number.
    pub fn account_number(&self) -> &str {
        text::ascii(&self.0[14..25])
    }

    /// The two digits of the RIB key; `99` in the known `FC` numbers.
    pub fn rib_key(&self) -> &str {
        text::ascii(&self.0[25..])
    }

    /// Whether the RIB key is the national one; for an `FC` number, whether it is `99`.
    pub fn rib_key_is_valid(&self) -> bool {
        let expected = match self.country() {
            IbanCountry::Fr => self.expected_rib_key(),
            IbanCountry::Fc => FC_KEY,
        };
        text::number(&self.0[25..]) == expected
    }

    /// The 27 characters, without spaces.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn as_str(&self) -> &str {
        text::ascii(&self.0)
    }

    fn build(
        country: [u8; 2],
        bank: BankCode,
        branch: BranchCode,
        account_number: &str,
        rib_key: impl FnOnce(&Self) -> u64,
    ) -> Result<Self, AccountNumberError> {
        if account_number.len() != 11 || !account_number.bytes().all(is_account_character) {
            return Err(AccountNumberError);
        }
        let mut iban = Self([b'0'; 27]);
        iban.0[..2].copy_from_slice(&country);
        iban.0[4..9].copy_from_slice(&bank.0);
        iban.0[9..14].copy_from_slice(&branch.0);
        iban.0[14..25].copy_from_slice(account_number.as_bytes());
        let key = rib_key(&iban);
        text::write_digits(&mut iban.0[25..], key);
        let check = 98 - iban.modulo_97();
        text::write_digits(&mut iban.0[2..4], check);
        Ok(iban)
    }

    /// ISO 13616: the four first characters moved to the end, letters as 10 to 35.
    fn modulo_97(&self) -> u64 {
        // One after the other: a chain looks at each byte in which of the two it is. Divided seldom: a division costs more than
        // the rest.
        let after = |number: u64, bytes: &[u8]| {
            bytes.iter().fold(number, |number, &byte| {
                let number = if number < ROOM { number } else { number % 97 };
                match byte {
                    b'0'..=b'9' => number * 10 + u64::from(byte - b'0'),
                    _ => number * 100 + u64::from(byte - b'A') + 10,
                }
            })
        };
        after(after(0, &self.0[4..]), &self.0[..4]) % 97
    }

    /// The national key: 97 less (89 bank + 15 branch + 3 account) modulo 97, letters as in [`rib_digit`].
    fn expected_rib_key(&self) -> u64 {
        let account = self.0[14..25].iter().fold(0, |value, &byte| value * 10 + rib_digit(byte));
        let weighted =
            89 * text::number(&self.0[4..9]) + 15 * text::number(&self.0[9..14]) + 3 * account;
        97 - weighted % 97
    }
}

impl FromStr for Iban {
    type Err = IbanError;

    fn from_str(text: &str) -> Result<Self, IbanError> {
        let characters = text::characters(text);
        if let Err(Misfit::Length(_)) = characters {
            return Err(IbanError::Length);
        }
        if !text.starts_with("FR") && !text.starts_with("FC") {
            return Err(IbanError::Country);
        }
        let bytes: [u8; 27] = characters.map_err(|_| IbanError::Characters)?;
        let formed = bytes[2..].iter().enumerate().all(|(at, &byte)| match at {
            12..23 => is_account_character(byte),
            _ => byte.is_ascii_digit(),
        });
        if !formed {
            return Err(IbanError::Characters);
        }
        let iban = Self(bytes);
        if iban.modulo_97() == 1 { Ok(iban) } else { Err(IbanError::Checksum) }
    }
}

impl BankCode {
    /// The five digits.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn as_str(&self) -> &str {
        text::ascii(&self.0)
    }
}

impl FromStr for BankCode {
    type Err = DigitsError;

    fn from_str(text: &str) -> Result<Self, DigitsError> {
        text::digits(text).map(Self)
    }
}

impl BranchCode {
    /// The five digits.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn as_str(&self) -> &str {
        text::ascii(&self.0)
    }
}

impl FromStr for BranchCode {
    type Err = DigitsError;

    fn from_str(text: &str) -> Result<Self, DigitsError> {
        text::digits(text).map(Self)
    }
}

ascii_form!(Iban, BankCode, BranchCode);

/// A number below it has room for one more character in 64 bits.
const ROOM: u64 = u64::MAX / 1000;
/// What stands for the RIB key in `FC` numbers.
const FC_KEY: u64 = 99;

fn is_account_character(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase()
}

/// A-I and J-R count as 1-9, S-Z as 2-9.
fn rib_digit(byte: u8) -> u64 {
    u64::from(match byte {
        b'0'..=b'9' => byte - b'0',
        b'A'..=b'I' => byte - b'A' + 1,
        b'J'..=b'R' => byte - b'J' + 1,
        _ => byte - b'S' + 2,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every sample of PT v11.
    const SAMPLES: [&str; 13] = [
        "FC1030004008711812050237399",
        "FC1430004021971896960539599",
        "FR7610008000015215522274511",
        "FR7610107006163355668777396",
        "FR7611689007003478364737625",
        "FR7612619000243483748343475",
        "FR7612619000243843748343457",
        "FR7612619000243847384737463",
        "FR7612619000247463376343426",
        "FR7630004008110003124794680",
        "FR7630004009550000135601429",
        "FR7630004016920000166957361",
        "FR7645598000011234563754394",
    ];

    #[test]
    fn every_published_sample_parses_with_its_key_and_can_be_rebuilt() {
        for text in SAMPLES {
            let iban: Iban = text.parse().unwrap();
            assert!(iban.rib_key_is_valid(), "{text}");
            let build = match iban.country() {
                IbanCountry::Fr => Iban::french,
                IbanCountry::Fc => Iban::fc,
            };
            assert_eq!(build(iban.bank(), iban.branch(), iban.account_number()), Ok(iban));
        }
    }

    #[test]
    fn the_parts_are_where_they_belong() {
        let iban: Iban = "FR7630004008110003124794680".parse().unwrap();
        assert_eq!(iban.country(), IbanCountry::Fr);
        assert_eq!(iban.bank().as_str(), "30004");
        assert_eq!(iban.branch().as_str(), "00811");
        assert_eq!((iban.account_number(), iban.rib_key()), ("00031247946", "80"));
    }

    #[test]
    fn letters_of_the_account_number_count_in_both_keys() {
        // The example that banks print: 20041 01005 0500013M026 06.
        let iban: Iban = "FR1420041010050500013M02606".parse().unwrap();
        assert!(iban.rib_key_is_valid());
        assert_eq!(Iban::french(iban.bank(), iban.branch(), "0500013M026"), Ok(iban));
    }

    #[test]
    fn a_wrong_rib_key_alone_is_still_an_iban() {
        let iban: Iban = "FR4930006000011234567890190".parse().unwrap();
        assert!(!iban.rib_key_is_valid());
    }

    #[test]
    fn faults_are_named_in_the_order_length_country_characters_checksum() {
        for (text, fault) in [
            ("", IbanError::Length),
            ("FR76 3000 4008 1100 0312 4794 680", IbanError::Length),
            ("FR763000400811000312479468", IbanError::Length),
            ("BE7630004008110003124794680", IbanError::Country),
            ("fr7630004008110003124794680", IbanError::Country),
            ("FR76300040081100031247946é0", IbanError::Characters),
            ("FR7630004008110003124794６80", IbanError::Characters),
            ("FRA630004008110003124794680", IbanError::Characters),
            ("FR76300040081100031247946A0", IbanError::Characters),
            ("FR763000400811000312479a680", IbanError::Characters),
            ("FR7630004008110003124794681", IbanError::Checksum),
        ] {
            assert_eq!(text.parse::<Iban>(), Err(fault), "{text}");
        }
    }

    #[test]
    fn an_account_number_of_another_form_builds_nothing() {
        let (bank, branch) = ("30004".parse().unwrap(), "00811".parse().unwrap());
        for number in
            ["", "0003124794", "000312479461", "0003124794a", "0003124794é", "0003124794 "]
        {
            assert_eq!(Iban::french(bank, branch, number), Err(AccountNumberError), "{number}");
            assert_eq!(Iban::fc(bank, branch, number), Err(AccountNumberError), "{number}");
        }
    }

    proptest! {
        #[test]
        fn built_ones_parse_with_a_valid_key(
            bank in "[0-9]{5}", branch in "[0-9]{5}", number in "[0-9A-Z]{11}", french: bool
        ) {
            let build = if french { Iban::french } else { Iban::fc };
            let iban = build(bank.parse().unwrap(), branch.parse().unwrap(), &number).unwrap();
            prop_assert_eq!(iban.as_str().parse(), Ok(iban));
            prop_assert!(iban.rib_key_is_valid());
            prop_assert_eq!(iban.bank().to_string(), bank);
            prop_assert_eq!(iban.branch().to_string(), branch);
            prop_assert_eq!(iban.account_number(), number);
            prop_assert_eq!(iban.country(), if french { IbanCountry::Fr } else { IbanCountry::Fc });
        }

        #[test]
        fn one_changed_digit_breaks_the_checksum(sample in 0..13_usize, at in 4..27_usize, step in 1..10_u8) {
            let mut bytes = SAMPLES[sample].as_bytes().to_vec();
            bytes[at] = b'0' + (bytes[at] - b'0' + step) % 10;
            prop_assert_eq!(String::from_utf8(bytes).unwrap().parse::<Iban>(), Err(IbanError::Checksum));
        }

        #[test]
        fn no_text_panics(text in "F[RC][0-9A-Zé]{24,26}|\\PC{0,30}") {
            if let Ok(iban) = text.parse::<Iban>() {
                prop_assert_eq!(iban.to_string(), text);
            }
        }
    }
}
