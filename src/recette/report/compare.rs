//! A report beside an earlier one of the same partner: gained, lost, unchanged.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Report;
use crate::recette::{conduct::Verdict, coverage::State, words};

/// What has changed since an earlier report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub date: Timestamp,
    /// Its share of cases.
    pub figure: String,
    /// Cases that are conforming now and were not.
    pub gained: Vec<String>,
    /// Cases that were conforming and are not any more.
    pub lost: Vec<String>,
    /// How many cases are as they were.
    pub unchanged: usize,
    /// Rules that are followed now and were broken.
    pub mended: Vec<String>,
    /// Rules that are broken now and were not.
    pub broken: Vec<String>,
    /// Rules that were broken and are not judged now: nothing gave occasion to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unjudged: Vec<String>,
}

impl Comparison {
    pub fn new(report: &Report, earlier: &Report) -> Self {
        let before = |id: &str| earlier.cases().find(|case| case.id == id).map(|case| case.state);
        let (mut gained, mut lost, mut unchanged) = (Vec::new(), Vec::new(), 0);
        for case in report.cases().filter(|case| case.is_applicable()) {
            let was = before(&case.id) == Some(State::Conforming);
            match (was, case.state == State::Conforming) {
                (false, true) => gained.push(case.id.clone()),
                (true, false) => lost.push(case.id.clone()),
                (true, true) | (false, false) => unchanged += 1,
            }
        }
        let was_broken = |id: &str| earlier.broken().any(|rule| rule.id == id);
        let broken_before = |verdicts: &[Verdict]| {
            let those = report.conduct.iter().filter(|rule| verdicts.contains(&rule.verdict));
            let those = those.filter(|rule| was_broken(&rule.id));
            those.map(|rule| rule.title.clone()).collect()
        };
        Self {
            date: earlier.made_at(),
            figure: earlier.figure(),
            gained,
            lost,
            unchanged,
            mended: broken_before(&[Verdict::Respected]),
            unjudged: broken_before(&[Verdict::NotObserved, Verdict::NotApplicable]),
            broken: report
                .broken()
                .filter(|rule| !was_broken(&rule.id))
                .map(|rule| rule.title.clone())
                .collect(),
        }
    }

    /// In lines: what was gained and lost first.
    pub fn lines(&self) -> Vec<String> {
        let named = |count: usize, one: &str, many: &str, names: &[String]| {
            let counted = words::counted(count, one, many);
            if names.is_empty() { counted } else { format!("{counted} : {}", names.join(", ")) }
        };
        let mut lines = vec![
            format!("Rapport précédent du {} : {}", words::moment(self.date), self.figure),
            named(self.gained.len(), "cas gagné", "cas gagnés", &self.gained),
            named(self.lost.len(), "cas perdu", "cas perdus", &self.lost),
            words::counted(self.unchanged, "cas inchangé", "cas inchangés"),
        ];
        lines.extend(
            self.mended.iter().map(|title| format!("Règle de nouveau respectée : {title}")),
        );
        lines.extend(self.unjudged.iter().map(|title| {
            format!("Règle non évaluée cette fois, enfreinte au rapport précédent : {title}")
        }));
        lines.extend(
            self.broken.iter().map(|title| format!("Règle nouvellement enfreinte : {title}")),
        );
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recette::report::tests::report;

    #[test]
    fn a_rule_that_was_broken_and_is_not_judged_now_is_not_said_to_be_followed() {
        let earlier = report(1);
        let with = |verdict| {
            let mut now = earlier.clone();
            let broken = now.conduct.iter_mut().find(|rule| rule.verdict == Verdict::Broken);
            broken.unwrap().verdict = verdict;
            Comparison::new(&now, &earlier)
        };
        let mended = with(Verdict::Respected);
        assert_eq!((mended.mended.len(), mended.unjudged.len()), (1, 0));
        assert!(mended.lines().concat().contains("Règle de nouveau respectée : Après un 401"));
        for verdict in [Verdict::NotObserved, Verdict::NotApplicable] {
            let unjudged = with(verdict);
            assert_eq!((unjudged.mended.len(), unjudged.unjudged.len()), (0, 1));
            let lines = unjudged.lines().concat();
            assert!(lines.contains("Règle non évaluée cette fois"), "{lines}");
            assert!(!lines.contains("de nouveau respectée"), "{lines}");
        }
        let same = with(Verdict::Broken);
        assert!(same.mended.is_empty() && same.unjudged.is_empty() && same.broken.is_empty());
    }
}
