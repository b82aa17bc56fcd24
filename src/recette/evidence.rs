//! The evidence about one partner: its entries in order, and which of them belong to a rehearsed case.
//!
//! A case is rehearsed between its `begin` and its `end` mark. What no partner could be found for (no certificate, an
//! address outside the list) counts for the partner that began a case on it, provided nobody else was at the same case.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::{
    admission::Control,
    journal::{Entry, Kind, Mark, RunFacts, Step, VerdictName},
};

/// What the journal holds about one partner.
#[derive(Debug, Default)]
pub struct Evidence<'a> {
    /// Its entries, in the order of the answers.
    pub exhibits: Vec<Exhibit<'a>>,
    /// Cases that began and never ended: the calls after them are not judged as everyday conduct.
    pub unclosed: Vec<String>,
    /// Everything that the judgement rests on, marks included, in order.
    pub material: Vec<&'a Entry>,
    /// What the servers said of themselves when they started.
    pub runs: Vec<&'a RunFacts>,
    /// The other partners of the same journal.
    pub others: Vec<String>,
    /// Whether the journal begins after its beginning: what was before was forgotten.
    pub truncated: bool,
}

/// An entry, and what was going on.
#[derive(Clone, Debug)]
pub struct Exhibit<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// The number of the server's run, from 0.
    pub run: usize,
    /// The cases that were being rehearsed.
    pub during: Vec<&'a str>,
    /// Whether the entry names the partner; otherwise it counts for the cases of `during` only.
    pub own: bool,
}

impl<'a> Evidence<'a> {
    /// What these entries, in order, say about `partner`.
    pub fn gather(entries: impl IntoIterator<Item = &'a Entry>, partner: &str) -> Self {
        let mut new = Self::default();
        let mut open: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut run = 0;
        let mut last: Option<u64> = None;
        for entry in entries {
            if last.is_some_and(|last| entry.sequence <= last) {
                run += 1; // a server that starts counts from 0
                new.close(&mut open, partner);
            } else if last.is_none() {
                new.truncated = entry.sequence > 0;
            }
            last = Some(entry.sequence);
            new.runs.extend(&entry.run);
            let whose = owner(entry);
            if let Some(other) = whose.filter(|whose| *whose != partner)
                && !new.others.iter().any(|known| known == other)
            {
                new.others.push(other.to_owned());
            }
            match (&entry.mark, whose) {
                (Some(mark), Some(whose)) => {
                    turn(open.entry(whose).or_default(), mark);
                    new.material.extend((whose == partner).then_some(entry));
                }
                (Some(_), None) => {}
                (None, Some(whose)) if whose != partner => {}
                (None, _) => {
                    if let Some(exhibit) = exhibit(entry, run, partner, &open) {
                        new.material.push(entry);
                        new.exhibits.push(exhibit);
                    }
                }
            }
        }
        new.close(&mut open, partner);
        new.others.sort();
        new
    }

    /// The exhibits of everyday use: the partner's own, outside rehearsed cases.
    pub fn everyday(&self) -> Vec<&Exhibit<'a>> {
        self.exhibits.iter().filter(|exhibit| exhibit.own && exhibit.during.is_empty()).collect()
    }

    /// The times of the first and the last entry.
    pub fn period(&self) -> Option<(Timestamp, Timestamp)> {
        let times = || self.exhibits.iter().map(|exhibit| exhibit.entry.time);
        Some((times().min()?, times().max()?))
    }

    fn close(&mut self, open: &mut BTreeMap<&str, Vec<&str>>, partner: &str) {
        let left = std::mem::take(open).remove(partner).unwrap_or_default();
        self.unclosed.extend(left.into_iter().map(str::to_owned));
    }
}

impl Exhibit<'_> {
    /// When its answer was known.
    pub fn end(&self) -> Timestamp {
        let duration = SignedDuration::from_micros(i64::try_from(self.entry.duration_us).unwrap_or(i64::MAX));
        self.entry.time.checked_add(duration).unwrap_or(Timestamp::MAX)
    }

    /// Whether it was sent once the answer of `earlier` was known, in the same run, and `span` had not passed since.
    pub fn follows(&self, earlier: &Self, span: SignedDuration) -> bool {
        self.run == earlier.run && self.is_after(earlier) && self.elapsed_since(earlier) < span
    }

    /// How long after the answer of `earlier` it was sent: by the product's clock or by the wall's, whichever says more. A test
    /// may stop the one, a command that moves it has no patience for the other.
    pub fn elapsed_since(&self, earlier: &Self) -> SignedDuration {
        let by_clock = self.entry.time.duration_since(earlier.end());
        let answered = earlier.entry.arrived_us.saturating_add(earlier.entry.duration_us);
        let by_wall = self.entry.arrived_us.saturating_sub(answered);
        by_clock.max(SignedDuration::from_micros(i64::try_from(by_wall).unwrap_or(i64::MAX)))
    }

    fn is_after(&self, earlier: &Self) -> bool {
        let answered = earlier.entry.arrived_us.saturating_add(earlier.entry.duration_us);
        match (self.entry.arrived_us, earlier.entry.arrived_us) {
            (0, _) | (_, 0) => self.entry.time >= earlier.end(),
            (arrived, _) => arrived >= answered,
        }
    }

    /// Whether it is a call of an API.
    pub fn is_call(&self) -> bool {
        self.entry.kind == Kind::Request && self.entry.api.is_some()
    }

    /// Whether it asks for a token.
    pub fn asks_token(&self) -> bool {
        self.entry.operation.as_deref() == Some("token")
    }

    /// Whether it obtained a token.
    pub fn obtained_token(&self) -> bool {
        self.asks_token() && self.succeeded()
    }

    /// Whether the token it carried was refused, for a reason that a new token mends.
    pub fn token_refused(&self) -> bool {
        let cause = self.entry.cause.as_deref().unwrap_or_default();
        self.entry.refused_by() == Some(Control::TechnicalId) && cause.starts_with("token-")
    }

    /// Whether its token was accepted.
    pub fn token_accepted(&self) -> bool {
        self.entry.verdict(Control::TechnicalId) == VerdictName::Granted
    }

    /// Whether it succeeded.
    pub fn succeeded(&self) -> bool {
        self.entry.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether it failed through no fault of the caller's: a 5xx, or no answer at all.
    pub fn failed(&self) -> bool {
        self.entry.kind == Kind::Request && self.entry.status.is_none_or(|status| status >= 500)
    }
}

/// The partner that the entry is surely about: a certificate that was refused proves nothing about who showed it.
fn owner(entry: &Entry) -> Option<&str> {
    let proven = entry.refused_by() != Some(Control::Certificate);
    entry.partner.as_deref().filter(|_| proven)
}

fn turn<'a>(open: &mut Vec<&'a str>, mark: &'a Mark) {
    open.retain(|case| *case != mark.case);
    if mark.step == Step::Begin {
        open.push(&mark.case);
    }
}

fn exhibit<'a>(
    entry: &'a Entry,
    run: usize,
    partner: &str,
    open: &BTreeMap<&str, Vec<&'a str>>,
) -> Option<Exhibit<'a>> {
    if matches!(entry.kind, Kind::Start | Kind::Recette | Kind::Store) {
        return None;
    }
    let own = owner(entry).is_some();
    let mut during = open.get(partner).cloned().unwrap_or_default();
    if !own {
        let elsewhere = |case: &&str| open.iter().any(|(whose, cases)| *whose != partner && cases.contains(case));
        during.retain(|case| !elsewhere(case));
    }
    (own || !during.is_empty()).then_some(Exhibit { entry, run, during, own })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recette::sample::{at, mark, numbered};

    fn ids<'a>(evidence: &'a Evidence<'_>) -> Vec<(&'a str, Vec<&'a str>)> {
        evidence.exhibits.iter().map(|one| (one.entry.correlation_id.as_str(), one.during.clone())).collect()
    }

    fn entry(id: &str, partner: Option<&str>) -> Entry {
        Entry { correlation_id: id.to_owned(), partner: partner.map(str::to_owned), ..at("10:00:00") }
    }

    #[test]
    fn entries_between_the_marks_are_the_case_s() {
        let entries = numbered([
            entry("a", Some("p")),
            mark("p", "x", Step::Begin),
            entry("b", Some("p")),
            entry("c", Some("q")),
            mark("p", "x", Step::End),
            entry("d", Some("p")),
        ]);
        let evidence = Evidence::gather(&entries, "p");
        assert_eq!(ids(&evidence), [("a", vec![]), ("b", vec!["x"]), ("d", vec![])]);
        assert_eq!(evidence.everyday().len(), 2);
        assert_eq!((evidence.others, evidence.unclosed), (vec!["q".to_owned()], vec![]));
    }

    #[test]
    fn what_names_nobody_counts_for_the_one_partner_that_began_a_case() {
        let entries = numbered([
            entry("a", None),
            mark("p", "x", Step::Begin),
            entry("b", None),
            mark("q", "y", Step::Begin),
            entry("c", None),
            mark("q", "x", Step::Begin),
            entry("d", None),
        ]);
        let evidence = Evidence::gather(&entries, "p");
        assert_eq!(ids(&evidence), [("b", vec!["x"]), ("c", vec!["x"])]);
        assert!(evidence.everyday().is_empty());
        assert_eq!(evidence.unclosed, ["x"]);
    }

    #[test]
    fn a_server_that_starts_again_closes_what_was_open() {
        let mut entries = numbered([mark("p", "x", Step::Begin), entry("a", Some("p"))]);
        entries.extend(numbered([entry("b", Some("p"))]));
        let evidence = Evidence::gather(&entries, "p");
        assert_eq!(ids(&evidence), [("a", vec!["x"]), ("b", vec![])]);
        assert_eq!(evidence.exhibits.iter().map(|one| one.run).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(evidence.unclosed, ["x"]);
    }

    #[test]
    fn a_journal_that_lost_its_beginning_is_known_as_such() {
        let mut entries = numbered([entry("a", Some("p")), entry("b", Some("p"))]);
        assert!(!Evidence::gather(&entries, "p").truncated);
        entries.remove(0);
        assert!(Evidence::gather(&entries, "p").truncated);
    }
}
