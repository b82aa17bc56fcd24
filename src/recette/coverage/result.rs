use serde::{Deserialize, Serialize};

use super::proof::Proof;

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
    /// The mistake that the case asks for, which may not have been meant: the tester says whether it was.
    ToConfirm,
    /// The calls are as they should be; what they cannot show waits for the tester's word.
    Awaiting,
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
    /// How far it has come by the journal alone, where that is another state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<State>,
    /// Whether the hour that the client was to wait for came because the clock was moved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_clock: bool,
    /// What the journal cannot show and the tester must witness, in French.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
    /// Why it is where it is, where that needs a word.
    pub note: Option<String>,
    /// How many entries show it.
    pub seen: usize,
    /// The last of them, with what followed.
    pub evidence: Vec<Proof>,
}

/// Cases of one theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThemeResult {
    /// The theme's id.
    pub id: String,
    pub title: String,
    pub cases: Vec<CaseResult>,
}

impl CaseResult {
    /// Whether the convention opens it.
    pub fn is_applicable(&self) -> bool {
        self.state != State::NotApplicable
    }

    /// Whether it is still to be played, to be completed by calls or to be played again.
    pub fn is_left(&self) -> bool {
        matches!(self.state, State::NotSeen | State::Seen | State::NotConforming)
    }

    /// What tells the calls that show it from any others: who decides of it decides of these.
    pub fn proofs(&self) -> String {
        let names: Vec<_> = self.evidence.iter().filter_map(|one| one.entry.as_deref()).collect();
        names.join(" ")
    }

    /// How far it has come by the journal alone: what people decided of it does not matter.
    pub fn by_journal(&self) -> State {
        self.journal.unwrap_or(self.state)
    }
}

impl State {
    pub fn french(self) -> &'static str {
        match self {
            Self::NotApplicable => "sans objet",
            Self::NotSeen => "non joué",
            Self::Seen => "à compléter",
            Self::ToConfirm => "à confirmer",
            Self::Awaiting => "constat attendu",
            Self::Conforming => "conforme",
            Self::NotConforming => "non conforme",
        }
    }
}
