//! Days of the generated records. The register stands at [`REFERENCE`]: nothing generated is later, whatever the clock says.

use jiff::{
    ToSpan,
    civil::{Date, date},
};

use crate::register::draw::Draw;

/// The day at which the population stands.
pub(in crate::register) const REFERENCE: Date = date(2026, 6, 30);

pub(in crate::register) const REFERENCE_YEAR: u16 = 2026;

/// A day from the first to the last, both included; the first when the last is before it.
pub(super) fn between(draw: &mut Draw, first: Date, last: Date) -> Date {
    let days = first.until(last).map_or(0, |span| span.get_days()).max(0);
    let days = draw.below(u64::from(days.unsigned_abs()) + 1);
    first.saturating_add((days as i64).days())
}

/// The days that two spans have in common.
pub(super) fn common((first, last): (Date, Date), other: (Date, Date)) -> Option<(Date, Date)> {
    let span = (first.max(other.0), last.min(other.1));
    (span.0 <= span.1).then_some(span)
}
