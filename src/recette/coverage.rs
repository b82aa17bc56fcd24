//! Which cases the partner's application has shown, and how it behaved: computed from the journal, and from nothing else.

use serde::{Deserialize, Serialize};

use super::{
    applies::Opening,
    catalogue::{Case, Catalogue},
    evidence::{Evidence, Exhibit},
    line::Line,
    reaction::Outcome,
    words,
};
use crate::journal::Entry;

/// How far a case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The convention does not open it.
    NotApplicable,
    /// Nothing in the journal.
    NotSeen,
    /// Tried without the expected end, or what the client must do next has not happened yet.
    Seen,
    /// Shown, with the reaction expected.
    Conforming,
    /// Shown, and the client did what it should not.
    NotConforming,
}

/// What the journal says of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseResult {
    /// The case's id.
    pub id: String,
    pub title: String,
    /// What is required.
    pub requirement: String,
    /// Where that is written.
    pub sources: Vec<String>,
    /// How to play it.
    pub how: String,
    /// How far it has come.
    pub state: State,
    /// Why it is where it is, where that needs a word.
    pub note: Option<String>,
    /// How many entries show it.
    pub seen: usize,
    /// The last of them, with what followed.
    pub evidence: Vec<Proof>,
}

/// An entry that proves something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The correlation identifier.
    pub correlation_id: String,
    /// When.
    pub time: jiff::Timestamp,
    pub operation: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    pub code: Option<String>,
}

/// Cases of one theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThemeResult {
    /// The theme's id.
    pub id: String,
    pub title: String,
    pub cases: Vec<CaseResult>,
}

/// How many cases are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Cases that the convention opens.
    pub applicable: usize,
    /// Of these, shown as they should be.
    pub conforming: usize,
    /// Shown, and the client did what it should not.
    pub not_conforming: usize,
    /// Tried.
    pub seen: usize,
    /// Nothing in the journal.
    pub not_seen: usize,
}

/// The state of every case for the partner that the evidence is about.
pub fn cover(
    catalogue: &Catalogue,
    opening: &Opening,
    evidence: &Evidence<'_>,
) -> Vec<ThemeResult> {
    let exhibits = Line::of(evidence.exhibits.iter().collect());
    let theme = |theme: &super::catalogue::Theme| ThemeResult {
        id: theme.id.clone(),
        title: theme.title.clone(),
        cases: theme.cases.iter().map(|case| judge(case, opening, &exhibits)).collect(),
    };
    catalogue.themes.iter().map(theme).collect()
}

impl Tally {
    /// The tally of these cases.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a CaseResult>) -> Self {
        let mut tally = Self::default();
        for case in cases {
            tally.applicable += usize::from(case.state != State::NotApplicable);
            match case.state {
                State::NotApplicable => {}
                State::NotSeen => tally.not_seen += 1,
                State::Seen => tally.seen += 1,
                State::Conforming => tally.conforming += 1,
                State::NotConforming => tally.not_conforming += 1,
            }
        }
        tally
    }

    /// The share of applicable cases that are conforming, in whole percents, rounded down; all of none is 100.
    pub fn percent(self) -> usize {
        (self.conforming * 100).checked_div(self.applicable).unwrap_or(100)
    }
}

impl CaseResult {
    /// Whether the convention opens it.
    pub fn is_applicable(&self) -> bool {
        self.state != State::NotApplicable
    }
}

impl State {
    /// In French.
    pub fn french(self) -> &'static str {
        match self {
            Self::NotApplicable => "sans objet",
            Self::NotSeen => "non joué",
            Self::Seen => "à compléter",
            Self::Conforming => "conforme",
            Self::NotConforming => "non conforme",
        }
    }
}

impl Proof {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            correlation_id: words::clipped(&entry.correlation_id),
            time: entry.time,
            operation: entry.operation.as_deref().map(str::to_owned),
            status: entry.status,
            code: entry.code.clone(),
        }
    }
}

/// The last occurrence that says something decides: a client that was mended is judged by what it does now.
fn judge(case: &Case, opening: &Opening, exhibits: &Line<'_, '_>) -> CaseResult {
    let mut result = CaseResult {
        id: case.id.clone(),
        title: case.title.clone(),
        requirement: case.requirement.clone(),
        sources: case.sources.clone(),
        how: case.how.clone(),
        state: State::NotSeen,
        note: None,
        seen: 0,
        evidence: Vec::new(),
    };
    if let Some(objection) = case.applies.objection(opening) {
        return CaseResult { state: State::NotApplicable, note: Some(objection), ..result };
    }
    let counts = |exhibit: &Exhibit<'_>| exhibit.own || exhibit.during.contains(&case.id.as_str());
    let taken = |at: &usize| counts(exhibits[*at]) && case.expect.takes(exhibits[*at].entry);
    let events: Vec<usize> = (0..exhibits.len()).filter(taken).collect();
    result.seen = events.len();
    if events.is_empty() {
        let tried = |exhibit: &&&Exhibit<'_>| exhibit.own && case.expect.asks(exhibit.entry);
        if case.expect.wants_success()
            && let Some(attempt) = exhibits.iter().rfind(tried)
        {
            result.state = State::Seen;
            result.note = Some("essayé, sans la réponse attendue jusqu'ici".to_owned());
            result.evidence.push(Proof::of(attempt.entry));
        }
        return result;
    }
    let prove = |at: &usize| Proof::of(exhibits[*at].entry);
    let Some(reaction) = case.reaction else {
        result.state = State::Conforming;
        result.evidence = events.iter().rev().take(SHOWN).rev().map(prove).collect();
        return result;
    };
    let Some(decided) = reaction.decide(&events, exhibits) else { return result };
    match decided {
        (event, Outcome::Met(by)) => {
            result.state = State::Conforming;
            result.note = Some(reaction.expectation().to_owned());
            result.evidence = [event].iter().chain(&by).map(prove).collect();
        }
        (event, Outcome::Pending(why)) => {
            result.state = State::Seen;
            result.note = Some(format!("{why} ; attendu : {}", reaction.expectation()));
            result.evidence = vec![prove(&event)];
        }
        (event, Outcome::Broken(culprit, why)) => {
            result.state = State::NotConforming;
            result.note = Some(format!("{why} ; attendu : {}", reaction.expectation()));
            result.evidence = [event, culprit].iter().map(prove).collect();
        }
    }
    result
}

/// How many proofs a case shows.
const SHOWN: usize = 3;
