//! The evidence about one partner: its entries in order, and which of them belong to a rehearsed case.
//!
//! A case is rehearsed between its `begin` and its `end` mark, by the moments when requests and marks came in: what is cut
//! is written down when the server notices it, perhaps after the end. What no partner could be found for (no certificate,
//! an address outside the list) counts for the partner that began a case on it, provided nobody else was at the same case.

mod exhibit;
mod gap;
mod gather;
#[cfg(test)]
mod tests;
mod window;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use self::{
    exhibit::{During, Exhibit},
    gap::{Gap, gaps},
};
use self::{
    gather::{Gatherer, is_pasted},
    window::Windows,
};
use crate::journal::{Entry, Kind, Maker, RunFacts};

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
    /// Cases that began and never ended.
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

impl<'a> Evidence<'a> {
    /// What these entries, in order, say about `partner`, by the calls that count.
    pub fn gather(
        entries: impl IntoIterator<Item = &'a Entry>,
        partner: &str,
        selection: &Selection,
    ) -> Self {
        Gatherer::new(partner, selection).gather(entries)
    }

    /// The exhibits of everyday use: the partner's own, but for those made while a case was being played that is `excused`,
    /// for it asks for a mistake or an incident. They bear no case: no mark sets one of them apart from another.
    pub fn everyday(&self, excused: impl Fn(&str) -> bool) -> Vec<Exhibit<'a>> {
        let judged =
            |one: &&Exhibit<'a>| one.own && !one.during.iter().any(|one| excused(one.case));
        let bare = |one: &Exhibit<'a>| Exhibit { during: Vec::new(), ..one.clone() };
        self.exhibits.iter().filter(judged).map(bare).collect()
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

/// More than any system's adjustment of its clock.
const MOVED: SignedDuration = SignedDuration::from_secs(20);
