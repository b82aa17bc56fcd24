//! Numbers, times and durations as French readers write them.

use std::fmt;

use jiff::{SignedDuration, Timestamp, Zoned, civil::DateTime, tz::TimeZone};

use crate::clock;

/// A moment of the product's time. Pages and reports tell the hour of Paris; its title tells UTC, as headers and files do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment(Timestamp);

impl Moment {
    pub(super) fn new(at: Timestamp) -> Self {
        Self(at)
    }

    /// For machines: the `datetime` attribute.
    pub(super) fn iso(&self) -> String {
        self.0.to_string()
    }

    pub(super) fn date(&self) -> String {
        self.format("%d/%m/%Y")
    }

    pub(super) fn hour(&self) -> String {
        self.format("%H:%M:%S")
    }

    /// Without seconds.
    pub(super) fn minute(&self) -> String {
        self.format("%H:%M")
    }

    /// With milliseconds, to tell apart what happened in one second.
    pub(super) fn precise(&self) -> String {
        self.hour() + &self.millis()
    }

    /// The milliseconds, with their comma.
    pub(super) fn millis(&self) -> String {
        self.format(",%3f")
    }

    /// As a field of date and time takes it.
    pub(super) fn typed(&self) -> String {
        self.format("%Y-%m-%dT%H:%M")
    }

    /// `22/11/2026 à 10:00:00 UTC`, for a title.
    pub(super) fn utc(&self) -> String {
        self.0.to_zoned(TimeZone::UTC).strftime("%d/%m/%Y à %H:%M:%S UTC").to_string()
    }

    fn format(&self, pattern: &str) -> String {
        self.0.to_zoned(clock::paris()).strftime(pattern).to_string()
    }
}

/// `22/11/2026 à 11:00:00, heure de Paris`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} à {}, heure de Paris", self.date(), self.hour())
    }
}

/// The moment of a field of date and time, in Paris: the earlier one where clocks show an hour twice. UTC where it ends in Z.
pub(super) fn moment(typed: &str) -> Option<Timestamp> {
    let typed = typed.trim();
    let (text, zone) = match typed.strip_suffix(['Z', 'z']) {
        Some(text) => (text, TimeZone::UTC),
        None => (typed, clock::paris()),
    };
    let at: DateTime = text.parse().ok()?;
    at.to_zoned(zone).ok().map(|at: Zoned| at.timestamp())
}

/// Thousands apart: `1 000 000`.
pub(super) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A number and its noun, which takes an `s` from two on: `0 requête`, `2 requêtes`.
pub(super) fn counted(n: usize, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        number(u64::try_from(n).unwrap_or(u64::MAX)),
        if n > 1 { "s" } else { "" }
    )
}

/// `0 personne générée`, `1 000 personnes générées`.
pub(super) fn generated(people: u64) -> String {
    let s = if people > 1 { "s" } else { "" };
    format!("{} personne{s} générée{s}", number(people))
}

/// Names in a sentence: `a`, `a et b`, `a, b et c`.
pub(super) fn enumerated(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} et {last}", first.join(", ")),
    }
}

/// A measured duration: `850 µs`, `1,2 ms`, `3,41 s`.
pub(super) fn measured(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros}\u{a0}µs"),
        1_000..1_000_000 => format!("{},{}\u{a0}ms", micros / 1_000, micros % 1_000 / 100),
        _ => format!("{},{:02}\u{a0}s", number(micros / 1_000_000), micros % 1_000_000 / 10_000),
    }
}

/// A measured duration in milliseconds, as a French spreadsheet reads a number: `1,5`.
pub(super) fn milliseconds(micros: u64) -> String {
    let text = format!("{},{:03}", micros / 1_000, micros % 1_000);
    text.trim_end_matches('0').trim_end_matches(',').to_owned()
}

/// A span of time in its two largest units: `1 h 5 min`, `3 j`.
pub(super) fn span(duration: SignedDuration) -> String {
    let seconds = duration.abs().round(jiff::Unit::Second).unwrap_or(duration.abs()).as_secs();
    let units = [(86_400, "j"), (3_600, "h"), (60, "min"), (1, "s")];
    let first = units.iter().position(|(unit, _)| seconds >= *unit).unwrap_or(units.len() - 1);
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, name) in units.iter().skip(first).take(2) {
        parts.push((rest / unit, name));
        rest %= unit;
    }
    let shown = parts.iter().enumerate().filter(|(at, (n, _))| *at == 0 || *n > 0);
    shown.map(|(_, (n, name))| format!("{n}\u{a0}{name}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_durations_read_as_french_writes_them() {
        assert_eq!(
            [number(7), number(1_000), number(1_234_567)],
            ["7", "1\u{202f}000", "1\u{202f}234\u{202f}567"]
        );
        let named = [enumerated(&["a"]), enumerated(&["a", "b"]), enumerated(&["a", "b", "c"])];
        assert_eq!(named, ["a", "a et b", "a, b et c"]);
        assert_eq!(
            [counted(0, "appel"), counted(1, "appel"), counted(2, "appel")],
            ["0 appel", "1 appel", "2 appels"]
        );
        assert_eq!(
            [measured(850), measured(1_250), measured(3_410_000)],
            ["850\u{a0}µs", "1,2\u{a0}ms", "3,41\u{a0}s"]
        );
    }

    #[test]
    fn a_span_is_told_in_its_two_largest_units() {
        let shown = |seconds| span(SignedDuration::from_secs(seconds));
        assert_eq!(
            [shown(0), shown(59), shown(3_660), shown(3_605)],
            ["0\u{a0}s", "59\u{a0}s", "1\u{a0}h 1\u{a0}min", "1\u{a0}h"]
        );
        assert_eq!([shown(86_400 * 40), shown(-90)], ["40\u{a0}j", "1\u{a0}min 30\u{a0}s"]);
    }

    #[test]
    fn a_moment_tells_paris_and_its_title_utc() {
        let moment = Moment::new("2026-07-01T22:30:05.042Z".parse().unwrap());
        assert_eq!(moment.to_string(), "02/07/2026 à 00:30:05, heure de Paris");
        assert_eq!(
            (moment.precise().as_str(), moment.utc().as_str()),
            ("00:30:05,042", "01/07/2026 à 22:30:05 UTC")
        );
    }

    #[test]
    fn a_typed_moment_is_one_of_paris() {
        for (typed, utc) in [
            ("2026-11-22T11:00", "2026-11-22T10:00:00Z"),
            ("2026-07-01T12:00:30", "2026-07-01T10:00:30Z"),
            ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
            ("2026-10-25T02:30", "2026-10-25T00:30:00Z"), // shown twice: the first
        ] {
            assert_eq!(moment(typed), Some(utc.parse().unwrap()), "{typed}");
        }
        for typed in ["", "demain", "2026-13-01T10:00", "10:00"] {
            assert_eq!(moment(typed), None, "{typed}");
        }
    }
}
