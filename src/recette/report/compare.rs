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
    /// Cases that are not conforming now, and were neither that nor conforming.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    /// Cases that were for the convention and are not any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<String>,
    /// How many cases are for the convention and were not.
    #[serde(default, skip_serializing_if = "coverage::is_zero")]
    pub entered: usize,
    /// How many cases are otherwise in another state.
    #[serde(default, skip_serializing_if = "coverage::is_zero")]
    pub moved: usize,
    /// How many cases are in the same state.
    pub unchanged: usize,
    /// Rules that are followed now and were broken.
    pub mended: Vec<String>,
    /// Rules that are broken now and were not.
    pub broken: Vec<String>,
    /// Rules that were broken and are not judged now: nothing gave occasion to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unjudged: Vec<String>,
    /// Whether the two are of different chosen periods: what is judged on other calls is not compared.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub other_period: bool,
}

impl Comparison {
    pub fn new(report: &Report, earlier: &Report) -> Self {
        let period = |report: &Report| (report.selection.from, report.selection.to);
        let other_period = period(report) != period(earlier);
        let mut new = Self {
            date: earlier.made_at(),
            figure: earlier.figure(),
            gained: Vec::new(),
            gained_by_decision: 0,
            lost: Vec::new(),
            failed: Vec::new(),
            gone: Vec::new(),
            entered: 0,
            moved: 0,
            unchanged: 0,
            mended: Vec::new(),
            broken: Vec::new(),
            unjudged: Vec::new(),
            other_period,
        };
        if !other_period {
            new.compare_cases(report, earlier);
            new.compare_rules(report, earlier);
        }
        new
    }

    fn compare_cases(&mut self, report: &Report, earlier: &Report) {
        let of = |report: &Report, id: &str| {
            let case = report.cases().find(|case| case.id == id);
            case.map_or(State::NotApplicable, |case| case.state)
        };
        for case in report.cases() {
            match (of(earlier, &case.id), case.state) {
                (State::NotApplicable, State::NotApplicable) => {}
                (_, State::NotApplicable) => self.gone.push(case.id.clone()),
                (before, State::Conforming) if before != State::Conforming => {
                    self.gained.push(case.id.clone());
                    self.gained_by_decision += usize::from(case.journal.is_some());
                }
                (before, now) if before == now => self.unchanged += 1,
                (State::Conforming, _) => self.lost.push(case.id.clone()),
                (_, State::NotConforming) => self.failed.push(case.id.clone()),
                (State::NotApplicable, _) => self.entered += 1,
                _ => self.moved += 1,
            }
        }
        let absent = |id: &str| report.cases().all(|case| case.id != id);
        let gone = earlier.cases().filter(|case| case.is_applicable() && absent(&case.id));
        self.gone.extend(gone.map(|case| case.id.clone()));
    }

    fn compare_rules(&mut self, report: &Report, earlier: &Report) {
        let rules = || report.conduct.iter();
        let was_broken = |id: &str| earlier.broken().any(|rule| rule.id == id);
        let broken_before = |verdicts: &[Verdict]| {
            let those = rules().filter(|rule| verdicts.contains(&rule.verdict));
            let those = those.filter(|rule| was_broken(&rule.id));
            those.map(|rule| rule.title.clone()).collect()
        };
        self.mended = broken_before(&[Verdict::Respected]);
        self.unjudged = broken_before(&[Verdict::NotObserved, Verdict::NotApplicable]);
        let broken =
            rules().filter(|rule| rule.verdict == Verdict::Broken && !was_broken(&rule.id));
        self.broken = broken.map(|rule| rule.title.clone()).collect();
    }

    /// In lines: what was gained and lost first.
    pub fn lines(&self) -> Vec<String> {
        let named = |counted: String, names: &[String]| match names {
            [] => counted,
            names => format!("{counted} : {}", names.join(", ")),
        };
        let date = format!("Rapport précédent du {} : {}", words::moment(self.date), self.figure);
        if self.other_period {
            let why = "Périodes différentes : ni les cas ni les règles ne sont comparés";
            return vec![date, why.to_owned()];
        }
        let mut gained = words::counted(self.gained.len(), "cas gagné", "cas gagnés");
        if self.gained_by_decision > 0 {
            gained.push_str(&format!(", dont {} par décision", self.gained_by_decision));
        }
        let lost = words::counted(self.lost.len(), "cas perdu", "cas perdus");
        let failed = words::counted(
            self.failed.len(),
            "cas devenu non conforme",
            "cas devenus non conformes",
        );
        let gone =
            words::counted(self.gone.len(), "cas devenu sans objet", "cas devenus sans objet");
        let mut lines = vec![date, named(gained, &self.gained), named(lost, &self.lost)];
        lines.extend((!self.failed.is_empty()).then(|| named(failed, &self.failed)));
        lines.extend((!self.gone.is_empty()).then(|| named(gone, &self.gone)));
        let counts = [
            (self.entered, "cas nouvellement applicable", "cas nouvellement applicables"),
            (self.moved, "cas dans un autre état", "cas dans un autre état"),
        ];
        let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
        lines.extend(counts.map(|(count, one, many)| words::counted(count, one, many)));
        lines.push(words::counted(self.unchanged, "cas inchangé", "cas inchangés"));
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
        assert!(other.gained.is_empty() && other.lost.is_empty() && other.unchanged == 0);
        let said = "Périodes différentes : ni les cas ni les règles ne sont comparés";
        assert!(other.lines().contains(&said.to_owned()), "{:?}", other.lines());
        let back = Comparison::new(&earlier, &now);
        assert!(back.broken.is_empty() && back.other_period, "{back:?}");
    }

    #[test]
    fn only_a_case_in_the_same_state_is_unchanged() {
        let mut earlier = report(6);
        earlier.themes.truncate(1);
        let mut now = earlier.clone();
        let cases = &mut now.themes[0].cases;
        cases[2].state = State::NotApplicable; // was seen
        cases[3].state = State::NotConforming; // was not played
        cases[4].state = State::NotSeen; // was not for the convention
        cases[5].state = State::ToConfirm; // waited for a word
        let compared = Comparison::new(&now, &earlier);
        assert_eq!((compared.unchanged, compared.lost.len(), compared.gained.len()), (2, 0, 0));
        assert_eq!(
            compared.lines()[3..7],
            [
                "1 cas devenu non conforme : numcpte-cas-3",
                "1 cas devenu sans objet : numcpte-cas-2",
                "1 cas nouvellement applicable",
                "1 cas dans un autre état",
            ]
        );
        now.themes[0].cases.remove(0);
        let without = Comparison::new(&now, &earlier);
        assert_eq!(without.gone, ["numcpte-cas-2", "numcpte-cas-0"], "told, and not as unchanged");
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
