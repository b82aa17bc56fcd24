//! Which cases the partner's application has shown, and how it behaved: computed from the journal, and from nothing else.

mod proof;
mod result;
mod tally;
mod trial;

use std::collections::HashMap;

pub(super) use self::tally::is_zero;
use self::trial::Trial;
pub use self::{
    proof::Proof,
    result::{CaseResult, State, ThemeResult},
    tally::Tally,
};
use super::{
    applies::Opening,
    catalogue::{Case, Catalogue, Theme},
    evidence::Evidence,
    line::Line,
    remark::Remark,
};

/// The state of every case for the partner that the evidence is about; `decisions` are those of people, by case.
pub fn cover(
    catalogue: &Catalogue,
    opening: &Opening,
    evidence: &Evidence<'_>,
    decisions: &[Remark],
) -> Vec<ThemeResult> {
    let line = Line::new(evidence.exhibits.iter().collect());
    let mut claimed = vec![false; line.len()];
    let events: HashMap<&str, Vec<usize>> = catalogue
        .cases()
        .filter(|(_, case)| case.applies.objection(opening).is_none())
        .map(|(_, case)| {
            let events: Vec<_> = (0..line.len()).filter(|&at| case.shown_by(line[at])).collect();
            events.iter().for_each(|&at| claimed[at] = true);
            (case.id.as_str(), events)
        })
        .collect();
    let judge = |case: &Case| {
        let remark = decisions.iter().find(|remark| remark.case == case.id);
        let all = events.get(case.id.as_str()).map_or(&[][..], Vec::as_slice);
        Trial { case, opening, line: &line, claimed: &claimed, all }.judge(remark)
    };
    let theme = |theme: &Theme| ThemeResult {
        id: theme.id.clone(),
        title: theme.title.clone(),
        cases: theme.cases.iter().map(judge).collect(),
    };
    catalogue.themes.iter().map(theme).collect()
}
