//! The evidence about one partner: its entries in order, and which of them belong to a rehearsed case.
//!
//! A case is rehearsed between its `begin` and its `end` mark, by the moments when requests and marks came in: what is cut
//! is written down when the server notices it, perhaps after the end. What no partner could be found for (no certificate,
//! an address outside the list) counts for the partner that began a case on it, provided nobody else was at the same case.

use std::{collections::BTreeMap, fmt};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    admission::Control,
    journal::{Entry, Kind, Maker, Mark, RunFacts, Step, VerdictName},
};

/// Which entries count as evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// Whose calls.
    pub calls: Calls,
    /// From this moment of the product's time on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Up to this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// No more than so many entries, the first ones: to judge again what an earlier report was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<usize>,
}

/// Whose calls count as evidence; those of the console's page never do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calls {
    /// The application's alone.
    #[default]
    Application,
    /// Those that `recette play` made too.
    WithPlay,
    /// Those that bacasable made in this run alone.
    Run(String),
}

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
    /// The numbers that no entry has between others of the same run, whoever they would be about.
    pub gaps: Vec<Gap>,
    /// How many of the exhibits bacasable made itself.
    pub played: usize,
    /// How many calls in the partner's name are left out, for bacasable made them itself: from a page or by a command.
    pub left_out: BTreeMap<Option<Maker>, usize>,
}

/// Numbers of entries that are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The first.
    pub from: u64,
    /// The last.
    pub to: u64,
}

/// An entry, and what was going on.
#[derive(Clone, Debug)]
pub struct Exhibit<'a> {
    pub entry: &'a Entry,
    /// The number of the server's run, from 0.
    pub run: usize,
    /// The cases that were being rehearsed.
    pub during: Vec<&'a str>,
    /// Whether the entry names the partner; otherwise it counts for the cases of `during` only.
    pub own: bool,
}

/// A case's begin and end, in microseconds of the server's run; 0 where a file does not tell.
#[derive(Debug)]
struct Window<'a> {
    case: &'a str,
    began: u64,
    ended: Option<u64>,
}

/// The windows of each partner.
type Windows<'a> = BTreeMap<&'a str, Vec<Window<'a>>>;

impl<'a> Evidence<'a> {
    /// What these entries, in order, say about `partner`, by the calls that count.
    pub fn gather(
        entries: impl IntoIterator<Item = &'a Entry>,
        partner: &str,
        selection: &Selection,
    ) -> Self {
        let Selection { calls, .. } = selection;
        let (mut new, mut numbers) = (Self::default(), Numbers::default());
        let (mut windows, mut others) = (Windows::new(), Windows::new());
        let mut run = 0;
        let mut last: Option<&Entry> = None;
        for entry in entries {
            if selection.first.is_some_and(|first| new.material.len() >= first) {
                break;
            }
            if last.is_some_and(|last| begins_anew(entry, last)) {
                run += 1;
                new.close(&mut windows, partner);
                others.clear();
            } else if last.is_none() {
                new.truncated = entry.sequence > 0;
            }
            last = Some(entry);
            new.gaps.extend(numbers.missing_before(entry));
            new.runs.extend(&entry.run);
            if entry.before_reset {
                continue; // let go by a reset: it tells nothing about the partner's client
            }
            if entry.mark.is_none() && !selection.spans(entry.time) {
                continue;
            }
            let whose = owner(entry);
            if !calls.take(entry, &windows, &others) {
                if let (Some(mark), Some(whose)) = (&entry.mark, whose) {
                    turn(others.entry(whose).or_default(), mark, entry.arrived_us);
                } else if whose == Some(partner) && calls.leave_out(entry) {
                    *new.left_out.entry(entry.made.as_ref().map(|made| made.by)).or_default() += 1;
                }
                continue;
            }
            if let Some(other) = whose.filter(|whose| *whose != partner)
                && !new.others.iter().any(|known| known == other)
            {
                new.others.push(other.to_owned());
            }
            match (&entry.mark, whose) {
                (Some(mark), Some(whose)) => {
                    turn(windows.entry(whose).or_default(), mark, entry.arrived_us);
                    new.material.extend((whose == partner).then_some(entry));
                }
                (Some(_), None) => {}
                (None, Some(whose)) if whose != partner => {}
                (None, _) => {
                    if let Some(exhibit) = exhibit(entry, run, partner, &windows) {
                        new.material.push(entry);
                        new.played += usize::from(entry.made.is_some());
                        new.exhibits.push(exhibit);
                    }
                }
            }
        }
        new.close(&mut windows, partner);
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

    /// Whether the product's clock did not go as the wall's does, within one run.
    pub fn clock_moved(&self) -> bool {
        let dated: Vec<_> = self.exhibits.iter().filter(|one| one.entry.arrived_us > 0).collect();
        let passed = |from: u64, to: u64| {
            i64::try_from(to).unwrap_or(i64::MAX).saturating_sub_unsigned(from)
        };
        dated.windows(2).any(|pair| {
            let [one, next] = [pair[0], pair[1]];
            let by_wall =
                SignedDuration::from_micros(passed(one.entry.arrived_us, next.entry.arrived_us));
            let by_clock = next.entry.time.duration_since(one.entry.time);
            one.run == next.run && (by_clock - by_wall).abs() > MOVED
        })
    }

    fn close(&mut self, windows: &mut Windows<'a>, partner: &str) {
        let left = std::mem::take(windows).remove(partner).unwrap_or_default();
        let open = left.into_iter().filter(|window| window.ended.is_none());
        self.unclosed.extend(open.map(|window| window.case.to_owned()));
    }
}

impl Selection {
    /// Whether a moment is in the period that was chosen.
    fn spans(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at <= to)
    }
}

impl From<Calls> for Selection {
    fn from(calls: Calls) -> Self {
        Self { calls, ..Self::default() }
    }
}

impl Calls {
    /// Whether an entry counts. What came before any request could be read bears no key: it is of who began a case then.
    fn take(&self, entry: &Entry, windows: &Windows<'_>, others: &Windows<'_>) -> bool {
        let during =
            |windows: &Windows<'_>| windows.values().flatten().any(|window| window.holds(entry));
        let nameless = matches!(entry.kind, Kind::Handshake | Kind::Connection);
        match (self, &entry.made) {
            _ if entry.from_console => false,
            (Self::Application | Self::WithPlay, None) => !nameless || !during(others),
            (Self::Application, Some(_)) => false,
            (Self::WithPlay, Some(made)) => made.by == Maker::RecettePlay,
            (Self::Run(run), Some(made)) => made.run == *run,
            (Self::Run(_), None) => nameless && during(windows),
        }
    }

    /// Whether a reader is told that an entry which does not count is left out: it was made by bacasable itself.
    fn leave_out(&self, entry: &Entry) -> bool {
        !matches!(self, Self::Run(_)) && (entry.from_console || entry.made.is_some())
    }
}

impl Exhibit<'_> {
    /// When its answer was known.
    pub fn end(&self) -> Timestamp {
        let duration =
            SignedDuration::from_micros(i64::try_from(self.entry.duration_us).unwrap_or(i64::MAX));
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

impl Window<'_> {
    /// Whether the entry came in between the two marks. Where a moment is not told, the order of the journal decides.
    fn holds(&self, entry: &Entry) -> bool {
        let at = entry.arrived_us;
        let begun = at == 0 || self.began <= at;
        let not_ended = self.ended.is_none_or(|ended| at != 0 && at <= ended);
        begun && not_ended
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to - self.from {
            0 => write!(f, "{}", self.from),
            _ => write!(f, "{} à {}", self.from, self.to),
        }
    }
}

/// The numbers that no entry has, in entries that are in order.
pub fn gaps<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Gap> {
    let mut numbers = Numbers::default();
    entries.into_iter().filter_map(|entry| numbers.missing_before(entry)).collect()
}

/// The numbers that entries have had.
#[derive(Default)]
struct Numbers<'a> {
    last: Option<&'a Entry>,
    /// The highest of the run.
    highest: u64,
    /// Whether the run shares its numbers with other replicas, whose entries are elsewhere.
    shared: bool,
}

impl<'a> Numbers<'a> {
    /// What is missing between the entries so far and this one. What was before the first is no gap: it is forgotten in time.
    fn missing_before(&mut self, entry: &'a Entry) -> Option<Gap> {
        let last = self.last.replace(entry);
        let begins = last.is_none_or(|last| begins_anew(entry, last));
        let next = if begins { 0 } else { self.highest + 1 };
        if begins {
            (self.highest, self.shared) = (0, entry.run.as_ref().is_some_and(|run| run.replica));
        }
        self.shared |= entry.replica.is_some();
        self.highest = self.highest.max(entry.sequence);
        let missing = last.is_some() && entry.sequence > next && entry.kind != Kind::Start;
        (missing && !self.shared).then(|| Gap { from: next, to: entry.sequence - 1 })
    }
}

/// Whether a server started between the two: it says so, or counts from the beginning again, its entries and its time. Entries
/// of several servers in the order of their time are not that.
fn begins_anew(entry: &Entry, last: &Entry) -> bool {
    let earlier =
        entry.sequence == 0 || entry.arrived_us == 0 || entry.arrived_us < last.arrived_us;
    entry.kind == Kind::Start || (entry.sequence <= last.sequence && earlier)
}

/// The partner that the entry is surely about: a certificate that was refused proves nothing about who showed it.
fn owner(entry: &Entry) -> Option<&str> {
    let proven = entry.refused_by() != Some(Control::Certificate);
    entry.partner.as_deref().filter(|_| proven)
}

fn turn<'a>(windows: &mut Vec<Window<'a>>, mark: &'a Mark, at: u64) {
    windows.retain(|window| window.ended.is_none_or(|ended| at.saturating_sub(ended) < LATE_US));
    for window in
        windows.iter_mut().filter(|window| window.case == mark.case && window.ended.is_none())
    {
        window.ended = Some(at);
    }
    if mark.step == Step::Begin {
        windows.push(Window { case: &mark.case, began: at, ended: None });
    }
}

fn exhibit<'a>(
    entry: &'a Entry,
    run: usize,
    partner: &str,
    windows: &Windows<'a>,
) -> Option<Exhibit<'a>> {
    if matches!(entry.kind, Kind::Start | Kind::Recette | Kind::Store | Kind::Tokens) {
        return None;
    }
    let own = owner(entry).is_some();
    let mut during = Vec::new();
    for window in windows.get(partner).into_iter().flatten().filter(|window| window.holds(entry)) {
        if !during.contains(&window.case) {
            during.push(window.case);
        }
    }
    if !own {
        let others = || {
            windows.iter().filter(|(whose, _)| **whose != partner).flat_map(|(_, windows)| windows)
        };
        during.retain(|case| !others().any(|window| window.case == *case && window.holds(entry)));
    }
    (own || !during.is_empty()).then_some(Exhibit { entry, run, during, own })
}

/// More than any system's adjustment of its clock.
const MOVED: SignedDuration = SignedDuration::from_secs(20);

/// How long after the end of a case an entry that came in before it may still be written: longer than any time limit.
const LATE_US: u64 = 600_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::Made,
        recette::sample::{at, mark, numbered},
    };

    fn ids<'a>(evidence: &'a Evidence<'_>) -> Vec<(&'a str, Vec<&'a str>)> {
        evidence
            .exhibits
            .iter()
            .map(|one| (one.entry.correlation_id.as_str(), one.during.clone()))
            .collect()
    }

    fn of_application(entries: &[Entry]) -> Evidence<'_> {
        Evidence::gather(entries, "p", &Selection::default())
    }

    fn entry(id: &str, partner: Option<&str>) -> Entry {
        Entry {
            correlation_id: id.to_owned(),
            partner: partner.map(str::to_owned),
            ..at("10:00:00")
        }
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
        let evidence = of_application(&entries);
        assert_eq!(ids(&evidence), [("a", vec![]), ("b", vec!["x"]), ("d", vec![])]);
        assert_eq!(evidence.everyday().len(), 2);
        assert_eq!((evidence.others, evidence.unclosed), (vec!["q".to_owned()], vec![]));
    }

    #[test]
    fn a_call_tried_from_a_page_of_the_console_is_no_evidence() {
        let tried = Entry { from_console: true, ..entry("b", Some("p")) };
        let entries = numbered([entry("a", Some("p")), tried, entry("c", Some("p"))]);
        let evidence = of_application(&entries);
        assert_eq!(evidence.left_out, BTreeMap::from([(None, 1)]));
        assert_eq!(ids(&evidence), [("a", vec![]), ("c", vec![])]);
        assert_eq!(evidence.material.len(), 2);
    }

    #[test]
    fn what_bacasable_played_counts_on_request_and_its_cases_are_not_the_application_s() {
        let made = |by, run: &str, entry: Entry| Entry {
            made: Some(Made { by, run: run.to_owned() }),
            ..entry
        };
        let played = |run, entry| made(Maker::RecettePlay, run, entry);
        let refused = || Entry { kind: Kind::Handshake, ..entry("handshake", None) };
        let entries = numbered([
            entry("app", Some("p")),
            played("1", entry("play", Some("p"))),
            played("1", mark("p", "x", Step::Begin)),
            entry("app", Some("p")),
            refused(),
            played("1", entry("play", None)),
            played("1", mark("p", "x", Step::End)),
            played("2", entry("again", Some("p"))),
            made(Maker::Call, "3", entry("call", Some("p"))),
        ]);
        let gather = |calls: Calls| Evidence::gather(&entries, "p", &calls.into());
        let own = gather(Calls::Application);
        assert_eq!(ids(&own), [("app", vec![]), ("app", vec![])]);
        let left = [(Some(Maker::RecettePlay), 2), (Some(Maker::Call), 1)];
        assert_eq!((own.played, own.left_out), (0, BTreeMap::from(left)));
        let both = gather(Calls::WithPlay);
        assert_eq!((both.exhibits.len(), both.played), (6, 3));
        let run = gather(Calls::Run("1".to_owned()));
        assert_eq!(ids(&run), [("play", vec![]), ("handshake", vec!["x"]), ("play", vec!["x"])]);
    }

    #[test]
    fn a_period_and_a_number_of_entries_bound_what_counts() {
        let at = |hour: &str| Entry { partner: Some("p".to_owned()), ..at(hour) };
        let entries = numbered([at("09:59:59"), at("10:00:00"), at("10:30:00"), at("11:00:01")]);
        let moment = |hour: &str| format!("2026-11-22T{hour}Z").parse().ok();
        let (from, to) = (moment("10:00:00"), moment("11:00:00"));
        let count = |selection: Selection| {
            let evidence = Evidence::gather(&entries, "p", &selection);
            assert!(evidence.gaps.is_empty(), "what is left out is not missing");
            evidence.exhibits.len()
        };
        assert_eq!(count(Selection { from, to, ..Selection::default() }), 2);
        assert_eq!(count(Selection { from, ..Selection::default() }), 3);
        assert_eq!(count(Selection { first: Some(1), ..Selection::default() }), 1);
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
        let evidence = of_application(&entries);
        assert_eq!(ids(&evidence), [("b", vec!["x"]), ("c", vec!["x"])]);
        assert!(evidence.everyday().is_empty());
        assert_eq!(evidence.unclosed, ["x"]);
    }

    #[test]
    fn what_is_written_late_counts_for_when_it_came_in() {
        let came = |entry: Entry, arrived_us| Entry { arrived_us, ..entry };
        let entries = numbered([
            came(mark("p", "x", Step::Begin), 10),
            came(entry("early", Some("p")), 5),
            came(mark("p", "x", Step::End), 30),
            came(entry("late", Some("p")), 20),
            came(mark("p", "y", Step::Begin), 40),
            came(entry("cut", None), 25),
            came(entry("after", Some("p")), 50),
        ]);
        let evidence = of_application(&entries);
        let expected =
            [("early", vec![]), ("late", vec!["x"]), ("cut", vec!["x"]), ("after", vec!["y"])];
        assert_eq!(ids(&evidence), expected);
    }

    #[test]
    fn a_server_that_starts_again_closes_what_was_open() {
        let mut entries = numbered([mark("p", "x", Step::Begin), entry("a", Some("p"))]);
        entries.extend(numbered([entry("b", Some("p"))]));
        let evidence = of_application(&entries);
        assert_eq!(ids(&evidence), [("a", vec!["x"]), ("b", vec![])]);
        assert_eq!(evidence.exhibits.iter().map(|one| one.run).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(evidence.unclosed, ["x"]);
    }

    #[test]
    fn a_clock_that_is_moved_is_noticed() {
        let came = |hour: &str, seconds: u64| Entry {
            arrived_us: seconds * 1_000_000,
            partner: Some("p".to_owned()),
            ..at(hour)
        };
        let moved = |entries: &[Entry]| of_application(&numbered(entries.to_vec())).clock_moved();
        assert!(!moved(&[came("10:00:00", 5), came("10:20:01", 1206), came("10:20:00", 1205)]));
        assert!(moved(&[came("10:00:00", 5), came("11:01:00", 6)]));
        assert!(moved(&[came("11:01:00", 5), came("10:00:00", 6)]));
    }

    #[test]
    fn a_start_is_known_by_its_word_its_numbers_or_its_time() {
        let came =
            |sequence, arrived_us, kind| Entry { sequence, arrived_us, kind, ..Entry::default() };
        let request = |sequence, arrived_us| came(sequence, arrived_us, Kind::Request);
        let last = request(8, 900);
        assert!(begins_anew(&came(9, 5, Kind::Start), &last));
        assert!(begins_anew(&request(0, 950), &last) && begins_anew(&request(3, 800), &last));
        assert!(!begins_anew(&request(9, 800), &last), "written late");
        assert!(!begins_anew(&request(7, 950), &last), "another server's, in the order of time");
    }

    #[test]
    fn a_journal_that_lost_its_beginning_is_known_as_such() {
        let mut entries = numbered([entry("a", Some("p")), entry("b", Some("p"))]);
        assert!(!of_application(&entries).truncated);
        entries.remove(0);
        assert!(of_application(&entries).truncated);
    }
}
