//! The ends of a period, as people write them.

use jiff::{Timestamp, civil::Date};

use crate::clock;

/// The beginning of a period: a day in Paris, or a moment.
///
/// # Errors
/// Neither a day nor a moment; the message is French.
pub fn begin(text: &str) -> Result<Timestamp, String> {
    moment(text, |day| day.to_zoned(clock::paris()).ok().map(|start| start.timestamp()))
}

/// The end of a period: the last instant of a day in Paris, or a moment.
///
/// # Errors
/// As [`begin`].
pub fn end(text: &str) -> Result<Timestamp, String> {
    moment(text, |day| {
        let next = day.tomorrow().ok()?.to_zoned(clock::paris()).ok()?.timestamp();
        Timestamp::from_nanosecond(next.as_nanosecond() - 1).ok()
    })
}

fn moment(text: &str, of_day: impl Fn(Date) -> Option<Timestamp>) -> Result<Timestamp, String> {
    let day = text.parse::<Date>().ok().filter(|_| !text.contains('T')).and_then(of_day);
    let moment = || text.parse::<Timestamp>().ok();
    let local = || {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        civil.to_zoned(clock::paris()).ok().map(|zoned| zoned.timestamp())
    };
    let known = day.or_else(moment).or_else(|| local().filter(|_| text.contains('T')));
    known.ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        format!("« {shown} » n'est ni un jour (2026-11-29) ni un moment (2026-11-29T10:00:00Z)")
    })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn a_day_is_that_of_paris_and_whole() {
        let at =
            |moment: Result<Timestamp, String>| moment.unwrap().to_zoned(TimeZone::UTC).to_string();
        assert!(at(begin("2026-11-29")).starts_with("2026-11-28T23:00:00+00:00"));
        assert!(at(end("2026-11-29")).starts_with("2026-11-29T22:59:59.999999999"));
        assert_eq!(begin("2026-11-29T10:00:00Z"), end("2026-11-29T10:00:00Z"));
        assert_eq!(begin("2026-11-29T11:00:00"), begin("2026-11-29T10:00:00Z"));
        for wrong in ["", "hier", "29/11/2026", "2026-13-01", "2026-11-29T99:00:00Z"] {
            assert!(begin(wrong).is_err(), "{wrong}");
        }
    }
}
