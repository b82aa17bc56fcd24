//! Values that answers write as texts: counts, flags, numbers, first names.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{config::PartialDates, domain::plain_capitals};

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

/// A name, in plain capitals or with its accents.
pub(super) struct Name<'a> {
    pub(super) text: &'a str,
    pub(super) plain: bool,
}

/// First names, parted by spaces, in plain capitals or with their accents.
pub(super) struct Words<'a> {
    pub(super) list: &'a [String],
    pub(super) plain: bool,
}

/// A month or a day of birth; an unknown one is written in one of two ways, where it is written at all.
pub(super) enum DatePart {
    Known(u8),
    /// Blanks, as PT 2.5.3.5.1 has the date.
    Blank,
    /// Zeros, as banks declare it (PT annexe 10).
    Zero,
}

impl DatePart {
    /// The part as this setting has it written; nothing where an unknown one is left out.
    pub(super) fn new(part: Option<u8>, unknown: PartialDates) -> Option<Self> {
        match (part, unknown) {
            (Some(part), _) => Some(Self::Known(part)),
            (None, PartialDates::Absent) => None,
            (None, PartialDates::Blank) => Some(Self::Blank),
            (None, PartialDates::Zero) => Some(Self::Zero),
        }
    }
}

impl Serialize for DatePart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(part) => serializer.collect_str(part),
            Self::Blank => serializer.serialize_str(" "),
            Self::Zero => serializer.serialize_str("00"),
        }
    }
}

impl Serialize for Name<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.plain {
            serializer.serialize_str(&plain_capitals(self.text))
        } else {
            serializer.serialize_str(self.text)
        }
    }
}

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
        for (at, word) in self.list.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { " " })?;
            f.write_str(word)?;
        }
        Ok(())
    }
}

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.list {
            _ if self.plain => serializer.serialize_str(&plain_capitals(&self.to_string())),
            [one] => serializer.serialize_str(one),
            _ => serializer.collect_str(self),
        }
    }
}
