//! What identifiers of a few ASCII characters have in common: digits, and one text form for display and serde.

use std::str;

/// What is wrong with a text that must be a fixed number of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigitsError {
    /// Not the expected number of characters.
    #[error("expected {expected} digits, found {found} characters")]
    Length {
        expected: usize,
        /// How many characters there are.
        found: usize,
    },
    /// A character that is not one of 0 to 9.
    #[error("expected digits only")]
    Digits,
}

/// Why a text is not so many ASCII characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// It has so many characters.
    Length(usize),
    /// Some of them are not ASCII.
    NotAscii,
}

/// The `N` ASCII characters of a text. Characters are counted, not bytes, so that a full-width digit is no fault of length.
pub(super) fn characters<const N: usize>(text: &str) -> Result<[u8; N], Misfit> {
    if let Ok(bytes) = <[u8; N]>::try_from(text.as_bytes())
        && bytes.is_ascii()
    {
        return Ok(bytes);
    }
    let found = text.chars().count();
    Err(if found == N { Misfit::NotAscii } else { Misfit::Length(found) })
}

/// The `N` ASCII digits of a text.
pub(super) fn digits<const N: usize>(text: &str) -> Result<[u8; N], DigitsError> {
    let bytes = characters(text).map_err(|misfit| match misfit {
        Misfit::Length(found) => DigitsError::Length { expected: N, found },
        Misfit::NotAscii => DigitsError::Digits,
    })?;
    if bytes.iter().all(u8::is_ascii_digit) { Ok(bytes) } else { Err(DigitsError::Digits) }
}

/// Whether there is at least one character and all are ASCII digits.
pub(super) fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Fills `out` with the last digits of `value`, zeros in front.
pub(super) fn write_digits(out: &mut [u8], mut value: u64) {
    for byte in out.iter_mut().rev() {
        *byte = b"0123456789"[(value % 10) as usize];
        value /= 10;
    }
}

/// The number that some ASCII digits write (at most 19 of them).
pub(super) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
}

/// The text of bytes that were checked to be ASCII.
pub(super) fn ascii(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("only ASCII is stored")
}

/// `TryFrom<&str>` and serde as a string, for a type with `FromStr` and `Display`.
macro_rules! text_form {
    ($($type:ty),+) => {$(
        impl TryFrom<&str> for $type {
            type Error = <Self as std::str::FromStr>::Err;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

/// [`text_form`], `Display`, `Debug` and `AsRef<str>`, for a type with `FromStr` and `as_str`.
macro_rules! ascii_form {
    ($($type:ident),+) => {$(
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($type), "({})"), self.as_str())
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        $crate::domain::text::text_form!($type);
    )+};
}

pub(super) use {ascii_form, text_form};
