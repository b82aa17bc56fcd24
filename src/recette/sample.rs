//! Entries for the tests of this folder, written as a story: who did what, when, and how it ended.

use jiff::Timestamp;

use super::evidence::{Evidence, Exhibit, Selection};
use crate::{
    admission::Control,
    journal::{ControlFacts, Entry, Kind, Mark, SharedList, Step, VerdictName},
    rights::ApiId,
};

/// The partner of every story.
pub(super) const PARTNER: &str = "p";

/// An entry of [`PARTNER`]'s at this hour of the day.
pub(super) fn at(hour: &str) -> Entry {
    let time: Timestamp = format!("2026-11-22T{hour}Z").parse().unwrap();
    Entry {
        time,
        partner: Some(PARTNER.to_owned()),
        duration_us: 1_000,
        tls: Some("TLSv1.3".into()),
        ..Entry::default()
    }
}

/// A call of FICOBA that was answered so.
pub(super) fn call(hour: &str, status: u16) -> Entry {
    Entry {
        api: Some(ApiId::Ficoba),
        operation: Some("spi".into()),
        status: Some(status),
        digest: Some(hour.to_owned()),
        port: Some(40_000),
        correlation_id: format!("00000000-0000-4000-8000-{:0>12}", hour.replace([':', '.'], "")),
        controls: granted(),
        ..at(hour)
    }
}

/// The same with a code.
pub(super) fn anomaly(hour: &str, status: u16, code: &str) -> Entry {
    Entry { code: Some(code.to_owned()), ..call(hour, status) }
}

/// A call that a control refused.
pub(super) fn refused(hour: &str, status: u16, control: Control, cause: &str) -> Entry {
    let mut entry =
        Entry { cause: Some(cause.to_owned().into()), digest: None, ..call(hour, status) };
    let judged = |facts: &ControlFacts| ControlFacts {
        verdict: match facts.control.cmp(&control) {
            std::cmp::Ordering::Less => VerdictName::Granted,
            std::cmp::Ordering::Equal => VerdictName::Refused,
            std::cmp::Ordering::Greater => VerdictName::NotReached,
        },
        ..facts.clone()
    };
    entry.controls = entry.controls.iter().map(judged).collect();
    entry
}

/// A call whose quota was used up until the next minute.
pub(super) fn throttled(hour: &str) -> Entry {
    let mut entry = Entry {
        code: Some("900804".to_owned()),
        ..refused(hour, 429, Control::Quota, "quota-used-up")
    };
    let second = entry.time.as_second();
    entry.next_access = Timestamp::from_second(second - second.rem_euclid(60) + 60).ok();
    entry
}

/// A request for a token.
pub(super) fn token(hour: &str, status: u16) -> Entry {
    Entry { operation: Some("token".into()), status: Some(status), port: Some(40_000), ..at(hour) }
}

/// The beginning or the end of a case.
pub(super) fn mark(partner: &str, case: &str, step: Step) -> Entry {
    let mark = Some(Mark { case: case.to_owned(), step });
    Entry { kind: Kind::Recette, partner: Some(partner.to_owned()), mark, ..Entry::default() }
}

/// The entries, numbered from 0 as one run numbers them.
pub(super) fn numbered(entries: impl IntoIterator<Item = Entry>) -> Vec<Entry> {
    let number = |(sequence, entry): (usize, Entry)| Entry { sequence: sequence as u64, ..entry };
    entries.into_iter().enumerate().map(number).collect()
}

/// What they say about [`PARTNER`].
pub(super) fn exhibits(entries: &[Entry]) -> Vec<Exhibit<'_>> {
    Evidence::gather(entries, PARTNER, &Selection::default()).exhibits
}

fn granted() -> SharedList<ControlFacts> {
    let facts = |control| ControlFacts { control, verdict: VerdictName::Granted, reason: None };
    Control::ALL.into_iter().map(facts).collect()
}
