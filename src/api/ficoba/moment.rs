//! Time as FICOBA writes it: stamps in UTC with milliseconds, days and years of Paris.
//!
//! `horodatage` is `2024-10-29T12:01:54.951Z` in every sample. "La date du jour", against which CAF024 and CAF033 compare,
//! and the year of `referenceDemande` are those of Paris, where the service stands (*decision*).

use jiff::{Timestamp, civil::Date};

use crate::{clock, json::append_digits};

/// The reference of a demand: `FCB_<year>_<9 digits>`, 18 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    year: i16,
    number: u64,
}

/// The `horodatage` of this moment.
pub(super) fn stamp(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// The day it is in Paris.
pub(super) fn today(now: Timestamp) -> Date {
    clock::paris().to_datetime(now).date()
}

impl Reference {
    /// The reference of this number of the sequence, given now.
    pub(super) fn new(number: u64, now: Timestamp) -> Self {
        Self { year: today(now).year(), number }
    }

    /// As answers and the journal have it.
    pub(super) fn text(self) -> String {
        let mut out = Vec::with_capacity(LENGTH);
        out.extend_from_slice(b"FCB_");
        append_digits(&mut out, self.year.unsigned_abs().into(), 4);
        out.push(b'_');
        append_digits(&mut out, self.number, 9);
        String::from_utf8(out).expect("letters, digits and underscores")
    }
}

/// Characters of a reference.
const LENGTH: usize = 18;

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_stamp_has_three_digits_after_the_second_whatever_the_fraction() {
        let stamp_of = |text: &str| stamp(text.parse().unwrap());
        assert_eq!(stamp_of("2024-10-29T12:01:54.951Z"), "2024-10-29T12:01:54.951Z");
        assert_eq!(stamp_of("2024-10-29T12:01:54Z"), "2024-10-29T12:01:54.000Z");
        assert_eq!(stamp_of("2024-10-29T12:01:54.9519Z"), "2024-10-29T12:01:54.951Z");
    }

    #[test]
    fn the_day_and_the_year_are_those_of_paris() {
        let midnight_in_paris: Timestamp = "2025-12-31T23:00:00Z".parse().unwrap();
        assert_eq!(today(midnight_in_paris), date(2026, 1, 1));
        let reference = Reference::new(1019, midnight_in_paris);
        assert_eq!(reference.text(), "FCB_2026_000001019");
        assert_eq!(reference.text().len(), LENGTH);
    }
}
