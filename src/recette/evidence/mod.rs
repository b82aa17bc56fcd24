//! The evidence about one partner: its entries in order, and which of them belong to a rehearsed case.
//!
//! A case is rehearsed between its `begin` and its `end` mark, by the moments when requests and marks came in: what is cut
//! is written down when the server notices it, perhaps after the end. What no partner could be found for (no certificate,
//! an address outside the list) counts for the partner that began a case on it, provided nobody else was at the same case.

mod exhibit;
mod gap;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use self::gap::{Numbers, begins_anew};
pub use self::{
    exhibit::Exhibit,
    gap::{Gap, gaps},
};
use crate::{
    admission::Control,
    journal::{Entry, Kind, Maker, Mark, RunFacts, Step},
    recette::script::AGENT,
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
    /// The application's alone: neither those that bacasable made, nor those of the commands that it printed.
    #[default]
    Application,
    /// Those that `recette play` made too, and those of the commands that `recette plan` and `recette next` print.
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
    /// How many of the application's calls are left out, for they are before or after the period that was chosen.
    pub outside: usize,
    /// How many calls in the partner's name are left out, for bacasable made them itself: from a page or by a command.
    pub left_out: BTreeMap<Option<Maker>, usize>,
    /// How many are left out, for they are of the commands that `recette plan` and `recette next` print.
    pub pasted: usize,
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
            let whose = owner(entry);
            if entry.mark.is_none() && !selection.spans(entry.time) {
                let is_of_application = entry.made.is_none()
                    && calls.take(entry, &windows, &others)
                    && whose.is_none_or(|whose| whose == partner)
                    && exhibit(entry, run, partner, &windows).is_some();
                new.outside += usize::from(is_of_application);
                continue;
            }
            if !calls.take(entry, &windows, &others) {
                if let (Some(mark), Some(whose)) = (&entry.mark, whose) {
                    turn(others.entry(whose).or_default(), mark, entry.arrived_us);
                } else if is_pasted(entry) && is_of(partner, whose, &windows, entry) {
                    new.pasted += 1;
                } else if is_of(partner, whose, &others, entry) && calls.leave_out(entry) {
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
                        new.played += usize::from(entry.made.is_some() || is_pasted(entry));
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

    /// How many of the exhibits are the application's.
    pub fn observed(&self) -> usize {
        self.exhibits.len() - self.played
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
    pub(super) fn spans(&self, at: Timestamp) -> bool {
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
            (Self::Application, None) if is_pasted(entry) => false,
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

impl Window<'_> {
    /// Whether the entry came in between the two marks. Where a moment is not told, the order of the journal decides.
    fn holds(&self, entry: &Entry) -> bool {
        let at = entry.arrived_us;
        let begun = at == 0 || self.began <= at;
        let not_ended = self.ended.is_none_or(|ended| at != 0 && at <= ended);
        begun && not_ended
    }
}

/// The partner that the entry is surely about: a certificate that was refused proves nothing about who showed it.
fn owner(entry: &Entry) -> Option<&str> {
    let proven = entry.refused_by() != Some(Control::Certificate);
    entry.partner.as_deref().filter(|_| proven)
}

/// Whether an entry that does not count is about the partner: by its name, or because no name is proven and one of its cases was
/// being played.
fn is_of(partner: &str, whose: Option<&str>, others: &Windows<'_>, entry: &Entry) -> bool {
    let during = || others.get(partner).into_iter().flatten().any(|window| window.holds(entry));
    whose.map_or_else(during, |whose| whose == partner)
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

/// Whether it is of a command that `recette plan` or `recette next` printed, and not of the application.
fn is_pasted(entry: &Entry) -> bool {
    entry.user_agent.as_deref() == Some(AGENT)
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
