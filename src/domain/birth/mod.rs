//! Dates of birth, of which the month and the day may be unknown (PT 6.3.2.1, annexe 10), and what a search asks of them.

use std::{fmt, str::FromStr};

use jiff::{ToSpan, civil::Date};

use crate::domain::text::{self, text_form};

/// A date of birth: the year at least, then the month, then the day. Shown as `1980`, `1980-03` or `1980-03-12`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BirthDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

/// Why there is no such date of birth; checked in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BirthDateError {
    /// Not four digits from 1850 to 2199.
    #[error("the year of birth is four digits, 1850 to 2199")]
    Year,
    /// Not one or two digits from 1 to 12 (0 for unknown).
    #[error("the month of birth is 1 to 12, or 0 when unknown")]
    Month,
    /// Not one or two digits from 1 to 31 (0 for unknown).
    #[error("the day of birth is 1 to 31, or 0 when unknown")]
    Day,
    /// A day in an unknown month.
    #[error("a day of birth needs a month")]
    DayWithoutMonth,
    /// The month has no such day.
    #[error("the month of birth has no such day")]
    NoSuchDay,
    /// Not `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    #[error("a date of birth is written YYYY, YYYY-MM or YYYY-MM-DD")]
    Form,
}

/// What a search asks of a date of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BirthCriterion {
    /// The parts given here are the person's; the others are not looked at. A part the person lacks matches nothing.
    Exact(BirthDate),
    /// The person may have been born within.
    Interval(BirthInterval),
}

/// Two dates of birth in order; a partial one stands for its earliest day as the start and its latest as the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BirthInterval {
    first: Date,
    last: Date,
}

/// Why two dates of birth are no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntervalError {
    /// The end lies before the start.
    #[error("the birth interval ends before it starts")]
    Reversed,
}

impl BirthDate {
    /// The date of these parts.
    ///
    /// # Errors
    /// [`BirthDateError`] names the first part that cannot be.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Result<Self, BirthDateError> {
        if !(1850..=2199).contains(&year) {
            return Err(BirthDateError::Year);
        }
        if month.is_some_and(|month| !(1..=12).contains(&month)) {
            return Err(BirthDateError::Month);
        }
        let Some(number) = day else { return Ok(Self { year, month, day }) };
        if !(1..=31).contains(&number) {
            return Err(BirthDateError::Day);
        }
        let Some(in_month) = month else { return Err(BirthDateError::DayWithoutMonth) };
        if number > days_in(year, in_month) {
            return Err(BirthDateError::NoSuchDay);
        }
        Ok(Self { year, month, day })
    }

    /// The date of parts as an API receives them: month and day padded or not; absent, empty, `0` and `00` are unknown.
    ///
    /// # Errors
    /// [`BirthDateError`] names the first part that cannot be.
    pub fn from_parts(
        year: &str,
        month: Option<&str>,
        day: Option<&str>,
    ) -> Result<Self, BirthDateError> {
        if year.len() != 4 || !text::all_digits(year) {
            return Err(BirthDateError::Year);
        }
        let year = year.parse().map_err(|_| BirthDateError::Year)?;
        let month = part(month).ok_or(BirthDateError::Month)?;
        // The month's own range comes before the day's form.
        Self::new(year, month, None)?;
        Self::new(year, month, part(day).ok_or(BirthDateError::Day)?)
    }

    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, when known.
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// The day, when known; the month is then known too.
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// The whole date, when month and day are known.
    pub fn complete(self) -> Option<Date> {
        self.day.map(|_| self.earliest())
    }

    /// The first day that it may be.
    pub fn earliest(self) -> Date {
        calendar(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// The last day that it may be.
    pub fn latest(self) -> Date {
        let month = self.month.unwrap_or(12);
        calendar(self.year, month, self.day.unwrap_or_else(|| days_in(self.year, month)))
    }

    /// Whether a person born then is one that the criterion looks for.
    pub fn matches(self, criterion: &BirthCriterion) -> bool {
        match criterion {
            BirthCriterion::Exact(wanted) => {
                self.year == wanted.year
                    && (wanted.month.is_none() || self.month == wanted.month)
                    && (wanted.day.is_none() || self.day == wanted.day)
            }
            BirthCriterion::Interval(interval) => {
                interval.first <= self.latest() && self.earliest() <= interval.last
            }
        }
    }
}

impl TryFrom<Date> for BirthDate {
    type Error = BirthDateError;

    fn try_from(date: Date) -> Result<Self, BirthDateError> {
        let year = u16::try_from(date.year()).map_err(|_| BirthDateError::Year)?;
        Self::new(year, Some(date.month().unsigned_abs()), Some(date.day().unsigned_abs()))
    }
}

impl FromStr for BirthDate {
    type Err = BirthDateError;

    fn from_str(text: &str) -> Result<Self, BirthDateError> {
        let mut parts = text.splitn(3, '-');
        let date = Self::from_parts(parts.next().unwrap_or_default(), parts.next(), parts.next())?;
        // One way of writing each date, so that what is read is what is shown.
        if date.to_string() == text { Ok(date) } else { Err(BirthDateError::Form) }
    }
}

impl fmt::Display for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        [self.month, self.day].iter().flatten().try_for_each(|part| write!(f, "-{part:02}"))
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BirthDate({self})")
    }
}

text_form!(BirthDate);

impl BirthInterval {
    /// The days from the earliest that `from` may be to the latest that `to` may be.
    ///
    /// # Errors
    /// [`IntervalError::Reversed`] when there is no such day. One that is too long is an interval still: see
    /// [`BirthInterval::longer_than_a_year`].
    pub fn new(from: BirthDate, to: BirthDate) -> Result<Self, IntervalError> {
        let (first, last) = (from.earliest(), to.latest());
        if first <= last { Ok(Self { first, last }) } else { Err(IntervalError::Reversed) }
    }

    /// The first day.
    pub fn first(self) -> Date {
        self.first
    }

    /// The last day.
    pub fn last(self) -> Date {
        self.last
    }

    /// Whether the last day comes after the first one's anniversary (CAF032). 29 February has it on the 28th.
    pub fn longer_than_a_year(self) -> bool {
        self.first.checked_add(1.year()).is_ok_and(|anniversary| self.last > anniversary)
    }
}

/// The month or day of a text: nothing when unknown, `None` when it is no number of one or two digits.
fn part(text: Option<&str>) -> Option<Option<u8>> {
    match text {
        None | Some("") => Some(None),
        Some(text) if text.len() <= 2 && text::all_digits(text) => {
            text.parse().ok().map(|number| (number != 0).then_some(number))
        }
        Some(_) => None,
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    calendar(year, month, 1).days_in_month().unsigned_abs()
}

fn calendar(year: u16, month: u8, day: u8) -> Date {
    Date::new(year.cast_signed(), month.cast_signed(), day.cast_signed())
        .expect("year, month and day were checked")
}

#[cfg(test)]
mod tests;
