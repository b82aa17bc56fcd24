//! The date of a request (`dateDemande`).
//!
//! PT asks for `AAAA-MM-JJ`; its samples also show `2024-02-08T10:00:00.000Z`, `2024-05-16 T10:00:00.000Z` and
//! `2024-11-19T10:38:32.83`. A leading date with such a time is accepted, and only the date is kept.

use jiff::civil::Date;

use crate::domain::text;

/// Why a text is no request date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestDateError {
    /// It does not begin with four, two and two digits joined by hyphens.
    #[error("a request date begins as YYYY-MM-DD")]
    Form,
    /// The calendar has no such day.
    #[error("the calendar has no such day")]
    NoSuchDay,
    /// What follows the date is no time.
    #[error("only a time may follow the date, as in T10:00:00.000Z")]
    Time,
}

/// The day of a `dateDemande`, with or without a time after it.
///
/// # Errors
/// [`RequestDateError`] names the first fault.
pub fn request_date(text: &str) -> Result<Date, RequestDateError> {
    let (day, time) = text.split_at_checked(10).ok_or(RequestDateError::Form)?;
    let day = calendar_day(day)?;
    if time.is_empty() || after_time(time).is_some_and(is_offset) {
        Ok(day)
    } else {
        Err(RequestDateError::Time)
    }
}

fn calendar_day(text: &str) -> Result<Date, RequestDateError> {
    let formed = text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if !formed {
        return Err(RequestDateError::Form);
    }
    match (text[..4].parse(), text[5..7].parse(), text[8..].parse()) {
        (Ok(year), Ok(month), Ok(day)) => {
            Date::new(year, month, day).map_err(|_| RequestDateError::NoSuchDay)
        }
        _ => Err(RequestDateError::Form),
    }
}

/// What follows a separator (`T`, a space, or both) and `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`.
fn after_time(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(' ').unwrap_or(text);
    let rest = rest.strip_prefix('T').unwrap_or(rest);
    if rest.len() == text.len() {
        return None;
    }
    let rest = below(rest, 24)?;
    let rest = below(rest.strip_prefix(':')?, 60)?;
    let Some(seconds) = rest.strip_prefix(':') else { return Some(rest) };
    let rest = below(seconds, 61)?;
    let Some(fraction) = rest.strip_prefix('.') else { return Some(rest) };
    let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < fraction.len()).then_some(rest)
}

/// Nothing, `Z`, `+hh:mm` or `+hhmm`.
fn is_offset(text: &str) -> bool {
    match text.strip_prefix(['+', '-']) {
        None => text.is_empty() || text == "Z",
        Some(offset) => {
            below(offset, 24).and_then(|rest| below(rest.strip_prefix(':').unwrap_or(rest), 60))
                == Some("")
        }
    }
}

/// What follows two digits that write a number below `bound`.
fn below(text: &str, bound: u64) -> Option<&str> {
    let (digits, rest) = text.split_at_checked(2)?;
    (text::all_digits(digits) && text::number(digits.as_bytes()) < bound).then_some(rest)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_of_the_samples_gives_its_day() {
        for (text, day) in [
            ("2024-10-29", date(2024, 10, 29)),
            ("2024-02-08T10:00:00.000Z", date(2024, 2, 8)),
            ("2024-05-16 T10:00:00.000Z", date(2024, 5, 16)),
            ("2024-11-19T10:38:32.83", date(2024, 11, 19)),
            ("2024-02-29 10:00", date(2024, 2, 29)),
            ("2024-02-08T10:00:00+02:00", date(2024, 2, 8)),
            ("2024-02-08T10:00:00-0330", date(2024, 2, 8)),
        ] {
            assert_eq!(request_date(text), Ok(day), "{text}");
        }
    }

    #[test]
    fn each_fault_has_its_name() {
        for (text, fault) in [
            ("", RequestDateError::Form),
            ("2024-1-29", RequestDateError::Form),
            ("29/10/2024", RequestDateError::Form),
            ("20241029T10:00", RequestDateError::Form),
            ("2024-1é-29", RequestDateError::Form),
            ("２024-10-29", RequestDateError::Form),
            ("+024-10-29", RequestDateError::Form),
            ("2024-13-01", RequestDateError::NoSuchDay),
            ("2024-00-01", RequestDateError::NoSuchDay),
            ("2023-02-29", RequestDateError::NoSuchDay),
            ("2024-10-29T", RequestDateError::Time),
            ("2024-10-29 ", RequestDateError::Time),
            ("2024-10-290", RequestDateError::Time),
            ("2024-10-2910:00", RequestDateError::Time),
            ("2024-10-29T24:00", RequestDateError::Time),
            ("2024-10-29T10:00:", RequestDateError::Time),
            ("2024-10-29T10:00:00.", RequestDateError::Time),
            ("2024-10-29T10:00:00.1z", RequestDateError::Time),
            ("2024-10-29T10:00:00+2", RequestDateError::Time),
            ("2024-10-29  T10:00", RequestDateError::Time),
            ("2024-10-29Té0:00", RequestDateError::Time),
        ] {
            assert_eq!(request_date(text), Err(fault), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_written_day_reads_back_whatever_time_follows(
            year in 1000..=9999_i16, month in 1..=12_i8, day in 1..=31_i8,
            time in "(( |T| T)(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?(Z|[+-]0[0-9]:[0-5][0-9])?)?"
        ) {
            let expected = Date::new(year, month, day).map_err(|_| RequestDateError::NoSuchDay);
            prop_assert_eq!(request_date(&format!("{year:04}-{month:02}-{day:02}{time}")), expected);
        }

        #[test]
        fn no_text_panics(text in "[0-9T:.Z +é-]{0,30}|\\PC{0,30}") {
            if let Ok(day) = request_date(&text) {
                prop_assert_eq!(day.to_string(), &text[..10]);
            }
        }
    }
}
