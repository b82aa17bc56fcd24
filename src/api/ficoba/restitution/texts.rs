//! Values that answers write as texts: counts, flags, numbers, first names.

use std::fmt;

use serde::{Serialize, Serializer};

/// A number of answers or of accounts: three digits.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Count(pub(in super::super) usize);

/// `"0"` or `"1"`.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Flag(pub(in super::super) bool);

/// A number as a text.
pub(super) struct Shown<T>(pub(super) T);

/// A number of four digits as a text.
pub(super) struct FourDigits(pub(super) u16);

/// First names, parted by spaces.
pub(super) struct Words<'a>(pub(super) &'a [String]);

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0 { "1" } else { "0" })
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:03}", self.0))
    }
}

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Serialize for FourDigits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:04}", self.0))
    }
}

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, word) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { " " })?;
            f.write_str(word)?;
        }
        Ok(())
    }
}

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [one] => serializer.serialize_str(one),
            _ => serializer.collect_str(self),
        }
    }
}
