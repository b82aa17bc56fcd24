//! A report beside an earlier one of the same partner: gained, lost, unchanged.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Report;
use crate::recette::{
    conduct::Verdict,
    coverage::{self, State},
    words,
};

/// What has changed since an earlier report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub date: Timestamp,
    /// Its share of cases.
    pub figure: String,
    /// Cases that are conforming now and were not.
    pub gained: Vec<String>,
    /// How many of these are conforming by a decision, and not by their calls alone.
    #[serde(default, skip_serializing_if = "coverage::is_zero")]
    pub gained_by_decision: usize,
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
    /// Whether the two are of different chosen periods: rules that are judged on other calls are not compared.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub other_period: bool,
}

impl Comparison {
    pub fn new(report: &Report, earlier: &Report) -> Self {
        let before = |id: &str| earlier.cases().find(|case| case.id == id).map(|case| case.state);
        let (mut gained, mut lost, mut unchanged) = (Vec::new(), Vec::new(), 0);
        let mut gained_by_decision = 0;
        for case in report.cases().filter(|case| case.is_applicable()) {
            let was = before(&case.id) == Some(State::Conforming);
            match (was, case.state == State::Conforming) {
                (false, true) => {
                    gained.push(case.id.clone());
                    gained_by_decision += usize::from(case.journal.is_some());
                }
                (true, false) => lost.push(case.id.clone()),
                (true, true) | (false, false) => unchanged += 1,
            }
        }
        let period = |report: &Report| (report.selection.from, report.selection.to);
        let other_period = period(report) != period(earlier);
        let rules = || report.conduct.iter().filter(|_| !other_period);
        let was_broken = |id: &str| earlier.broken().any(|rule| rule.id == id);
        let broken_before = |verdicts: &[Verdict]| {
            let those = rules().filter(|rule| verdicts.contains(&rule.verdict));
            let those = those.filter(|rule| was_broken(&rule.id));
            those.map(|rule| rule.title.clone()).collect()
        };
        Self {
            date: earlier.made_at(),
            figure: earlier.figure(),
            gained,
            gained_by_decision,
            lost,
            unchanged,
            mended: broken_before(&[Verdict::Respected]),
            unjudged: broken_before(&[Verdict::NotObserved, Verdict::NotApplicable]),
            broken: rules()
                .filter(|rule| rule.verdict == Verdict::Broken && !was_broken(&rule.id))
                .map(|rule| rule.title.clone())
                .collect(),
            other_period,
        }
    }

    /// In lines: what was gained and lost first.
    pub fn lines(&self) -> Vec<String> {
        let named = |counted: String, names: &[String]| match names {
            [] => counted,
            names => format!("{counted} : {}", names.join(", ")),
        };
        let mut gained = words::counted(self.gained.len(), "cas gagné", "cas gagnés");
        if self.gained_by_decision > 0 {
            gained.push_str(&format!(", dont {} par décision", self.gained_by_decision));
        }
        let lost = words::counted(self.lost.len(), "cas perdu", "cas perdus");
        let mut lines = vec![
            format!("Rapport précédent du {} : {}", words::moment(self.date), self.figure),
            named(gained, &self.gained),
            named(lost, &self.lost),
            words::counted(self.unchanged, "cas inchangé", "cas inchangés"),
        ];
        if self.other_period {
            lines.push("Périodes différentes : les règles ne sont pas comparées".to_owned());
        }
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
    fn rules_of_different_periods_are_not_compared() {
        let earlier = report(1);
        let mut now = earlier.clone();
        now.conduct.iter_mut().for_each(|rule| rule.verdict = Verdict::Respected);
        assert_eq!(Comparison::new(&now, &earlier).mended.len(), 1);
        now.selection.from = Some(now.date);
        let other = Comparison::new(&now, &earlier);
        assert!(other.mended.is_empty() && other.unjudged.is_empty(), "{other:?}");
        let said = "Périodes différentes : les règles ne sont pas comparées";
        assert!(other.lines().contains(&said.to_owned()), "{:?}", other.lines());
        let back = Comparison::new(&earlier, &now);
        assert!(back.broken.is_empty() && back.other_period, "{back:?}");
    }

    #[test]
    fn what_a_click_gained_is_said_apart() {
        let mut earlier = report(1);
        earlier.themes.truncate(1);
        let now = earlier.clone();
        earlier.themes[0].cases[0].state = State::Awaiting;
        let line = |now: &Report| Comparison::new(now, &earlier).lines()[1].clone();
        assert_eq!(line(&now), "1 cas gagné : numcpte-cas-0");
        let mut decided = now.clone();
        decided.themes[0].cases[0].journal = Some(State::Awaiting);
        assert_eq!(line(&decided), "1 cas gagné, dont 1 par décision : numcpte-cas-0");
    }

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
