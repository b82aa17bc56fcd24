use serde::{Deserialize, Serialize};

use super::result::{CaseResult, State};

/// How many cases are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Cases that the convention opens.
    pub applicable: usize,
    /// Of these, shown as they should be.
    pub conforming: usize,
    /// Shown, and the client did what it should not.
    pub not_conforming: usize,
    /// Tried, and calls are still to be made.
    pub seen: usize,
    /// Mistakes that the tester may say were meant.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub to_confirm: usize,
    /// Shown by the calls, and not witnessed yet by the tester.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub awaiting: usize,
    /// Nothing in the journal.
    pub not_seen: usize,
}

impl Tally {
    /// The tally of these cases.
    pub fn count<'a>(cases: impl IntoIterator<Item = &'a CaseResult>) -> Self {
        let mut tally = Self::default();
        for case in cases {
            tally.applicable += usize::from(case.state != State::NotApplicable);
            match case.state {
                State::NotApplicable => {}
                State::NotSeen => tally.not_seen += 1,
                State::Seen => tally.seen += 1,
                State::ToConfirm => tally.to_confirm += 1,
                State::Awaiting => tally.awaiting += 1,
                State::Conforming => tally.conforming += 1,
                State::NotConforming => tally.not_conforming += 1,
            }
        }
        tally
    }

    /// Cases that one word of the tester can end.
    pub fn for_the_tester(self) -> usize {
        self.to_confirm + self.awaiting
    }

    /// The share of applicable cases that are conforming, in whole percents, rounded down; all of none is 100.
    pub fn percent(self) -> usize {
        (self.conforming * 100).checked_div(self.applicable).unwrap_or(100)
    }
}

pub(in crate::recette) fn is_zero(n: &usize) -> bool {
    *n == 0
}
