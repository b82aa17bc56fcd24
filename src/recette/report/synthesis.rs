//! The first page in four lines: cases, rules, points of vigilance, and one sentence of conclusion.
//!
//! A share of cases is never given alone while a rule is broken: 100 % would read as a success.

use serde::{Deserialize, Serialize};

use super::{Decision, Excused, Report};
use crate::recette::{
    conduct::Verdict,
    coverage::{CaseResult, State},
    words::counted,
};

/// What a report comes to, in French.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Synthesis {
    /// How it ended.
    pub outcome: Conclusion,
    /// How many cases, of which kinds.
    pub cases: String,
    /// How many rules, of which kinds.
    pub rules: String,
    /// How many points of vigilance.
    pub vigilance: String,
    /// One sentence.
    pub conclusion: String,
}

/// How a rehearsal ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// Nothing can be concluded: no call of the application, entries that are missing, or calls of bacasable's own.
    #[default]
    Void,
    /// A case is not conforming, or a rule is broken.
    Adverse,
    /// Cases are left, or wait for a word of the tester.
    Incomplete,
    /// All is shown, and no rule is broken.
    Conclusive,
}

impl Synthesis {
    /// That of a report that is complete but for this.
    pub(super) fn new(report: &Report) -> Self {
        let tally = report.tally;
        let rules = |verdict| report.conduct.iter().filter(|rule| rule.verdict == verdict).count();
        let (broken, respected) = (rules(Verdict::Broken), rules(Verdict::Respected));
        let outcome = outcome(report, broken);
        let points = report.vigilance.len();
        Self {
            outcome,
            cases: format!(
                "{} : {}, {}, {} à compléter, {} à confirmer et {} à constater par le testeur, {}{}",
                counted(tally.applicable, "cas applicable", "cas applicables"),
                counted(tally.conforming, "conforme", "conformes"),
                counted(tally.not_conforming, "non conforme", "non conformes"),
                tally.seen,
                tally.to_confirm,
                tally.awaiting,
                counted(tally.not_seen, "non joué", "non joués"),
                decided(report),
            ),
            rules: format!(
                "{}, {}, {}{}{}",
                counted(respected, "règle respectée", "règles respectées"),
                counted(broken, "non respectée", "non respectées"),
                counted(rules(Verdict::NotObserved), "non évaluée", "non évaluées"),
                unobserved(report),
                unjudged(report),
            ),
            vigilance: match points {
                0 => "aucun point de vigilance".to_owned(),
                points => counted(points, "point de vigilance", "points de vigilance"),
            },
            conclusion: conclusion(report, outcome, broken),
        }
    }
}

impl Conclusion {
    /// In one or two words.
    pub fn french(self) -> &'static str {
        match self {
            Self::Void => "sans conclusion possible",
            Self::Adverse => "non concluante",
            Self::Incomplete => "incomplète",
            Self::Conclusive => "concluante",
        }
    }
}

impl Report {
    /// The share of conforming cases, never alone while a rule is broken or cases were kept out: `100 %, mais 2 règles non respectées`.
    pub fn figure(&self) -> String {
        let broken = self.broken().count();
        let broken =
            (broken > 0).then(|| counted(broken, "règle non respectée", "règles non respectées"));
        let but: Vec<_> = broken.into_iter().chain(self.curtailed()).collect();
        match &*but {
            [] => format!("{} %", self.percent),
            [..] => format!("{} %, mais {}", self.percent, but.join(" et ")),
        }
    }

    /// How many cases are what they are by decision: `2 conformes (dont 1 avec réserve et 1 après un refus) ; 1 refusé`, and how
    /// many have a reservation or had a refusal besides; nothing where nobody decided.
    pub fn by_decision(&self) -> Option<String> {
        let cases = |state, by_decision: bool| {
            let those = self.cases().filter(move |case| case.journal.is_some() == by_decision);
            those.filter(move |case| case.state == state)
        };
        let is_reserved = |case: &&CaseResult| {
            self.about.remark(&case.id).is_some_and(|one| one.decision == Decision::Reserved)
        };
        let was_refused = |case: &&CaseResult| self.was_refused(case);
        let accepted = || cases(State::Conforming, true);
        let dont: Vec<_> = [
            (accepted().filter(is_reserved).count(), "avec réserve"),
            (accepted().filter(was_refused).count(), "après un refus"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, how)| format!("{count} {how}"))
        .collect();
        let dont =
            if dont.is_empty() { String::new() } else { format!(" (dont {})", dont.join(" et ")) };
        let besides = self.cases().filter(|case| case.journal.is_none());
        let some =
            |count: usize, one: &str, many: &str| (count > 0).then(|| counted(count, one, many));
        let parts = [
            some(accepted().count(), "conforme", "conformes").map(|all| format!("{all}{dont}")),
            some(cases(State::NotConforming, true).count(), "refusé", "refusés"),
            some(
                cases(State::Conforming, false).filter(is_reserved).count(),
                "réserve sur un cas conforme par ses appels",
                "réserves sur des cas conformes par leurs appels",
            ),
            some(
                besides.filter(was_refused).count(),
                "cas refusé, puis de nouveau jugé d'après ses appels",
                "cas refusés, puis de nouveau jugés d'après leurs appels",
            ),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" ; "))
    }
}

/// The same at the end of a line.
fn decided(report: &Report) -> String {
    let decided = report.by_decision();
    decided.map(|text| format!(" ; par décision du testeur : {text}")).unwrap_or_default()
}

/// The rules that no judged call tells of, by their ids.
fn unobserved(report: &Report) -> String {
    let unobserved = report.conduct.iter().filter(|rule| rule.verdict == Verdict::NotObserved);
    let ids: Vec<_> = unobserved.map(|rule| rule.id.as_str()).collect();
    if ids.is_empty() { String::new() } else { format!(" ({})", ids.join(", ")) }
}

/// How many calls no rule judged, at the end of a line.
fn unjudged(report: &Report) -> String {
    let told = report.excused.as_ref().map(|Excused { calls, of, .. }| {
        let calls = counted(*calls, "appel", "appels");
        format!(
            " ; {calls} sur {of} hors de ce jugement, faits pendant un cas d'erreur ou d'incident"
        )
    });
    told.unwrap_or_default()
}

fn outcome(report: &Report, broken: usize) -> Conclusion {
    let void = report.groundless().is_some() || report.played > 0;
    let open = report.left().chain(report.awaiting()).next().is_some() || report.withdrawn() > 0;
    match (void, broken + report.tally.not_conforming, open) {
        (true, ..) => Conclusion::Void,
        (false, 1.., _) => Conclusion::Adverse,
        (false, 0, true) => Conclusion::Incomplete,
        (false, 0, false) => Conclusion::Conclusive,
    }
}

fn conclusion(report: &Report, outcome: Conclusion, broken: usize) -> String {
    let points = match report.vigilance.len() {
        0 => String::new(),
        points => format!(
            ", compte tenu {}",
            match points {
                1 => "du point de vigilance signalé".to_owned(),
                points => format!("des {points} points de vigilance signalés"),
            }
        ),
    };
    match outcome {
        Conclusion::Void if report.evidence_sha256.is_none() => {
            "Rien ne peut être conclu : il manque des entrées au journal.".to_owned()
        }
        Conclusion::Void if report.played > 0 => {
            "Rien ne peut être conclu sur l'application : des appels retenus ont été faits par bacasable lui-même.".to_owned()
        }
        Conclusion::Void => {
            format!("Rien ne peut être conclu : {}.", report.groundless().unwrap_or_default())
        }
        Conclusion::Adverse => {
            let rules = counted(
                broken,
                "règle de comportement n'est pas respectée",
                "règles de comportement ne sont pas respectées",
            );
            let cases = counted(
                report.tally.not_conforming,
                "cas n'est pas conforme",
                "cas ne sont pas conformes",
            );
            let what = match (broken, report.tally.not_conforming) {
                (_, 0) => rules,
                (0, _) => cases,
                (..) => format!("{rules} et {cases}"),
            };
            format!("La recette à blanc n'est pas concluante : {what}.")
        }
        Conclusion::Incomplete => {
            let (left, awaiting) = (report.left().count(), report.awaiting().count());
            let to_play = counted(
                left,
                "cas applicable reste à jouer ou à compléter",
                "cas applicables restent à jouer ou à compléter",
            );
            let to_witness = counted(
                awaiting,
                "cas attend un mot du testeur (constat ou confirmation)",
                "cas attendent un mot du testeur (constat ou confirmation)",
            );
            let open = [(left, to_play), (awaiting, to_witness)].into_iter();
            let open = open.filter(|(count, _)| *count > 0).map(|(_, what)| what);
            let what = open.chain(report.curtailed()).collect::<Vec<_>>().join(", et ");
            format!("La recette à blanc est incomplète : {what}.")
        }
        Conclusion::Conclusive => format!(
            "La recette à blanc est concluante : tous les cas applicables sont conformes et aucune règle n'est enfreinte{points}."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recette::report::tests::report;

    fn synthesis(change: impl FnOnce(&mut Report)) -> Synthesis {
        let mut report = report(1); // one conforming case per theme
        report.vigilance.clear();
        change(&mut report);
        Synthesis::new(&report)
    }

    fn heal(report: &mut Report) {
        report.conduct.retain(|rule| rule.verdict != Verdict::Broken);
    }

    #[test]
    fn a_broken_rule_is_told_beside_the_share_of_cases() {
        let report = report(1);
        assert_eq!((report.percent, &*report.figure()), (100, "100 %, mais 1 règle non respectée"));
        let synthesis = synthesis(|_| {});
        assert_eq!(synthesis.outcome, Conclusion::Adverse);
        assert_eq!(
            synthesis.conclusion,
            "La recette à blanc n'est pas concluante : 1 règle de comportement n'est pas respectée."
        );
        assert_eq!(
            synthesis.rules,
            "1 règle respectée, 1 non respectée, 1 non évaluée (regle-0) ; 200 appels sur 300 hors de ce jugement, faits pendant un cas d'erreur ou d'incident"
        );
        assert_eq!(
            synthesis.cases,
            "4 cas applicables : 4 conformes, 0 non conforme, 0 à compléter, 0 à confirmer et 0 à constater par le testeur, 0 non joué"
        );
    }

    #[test]
    fn what_was_decided_is_counted_apart() {
        let synthesis = synthesis(|report| {
            for (theme, (decision, state)) in report.themes.iter_mut().zip([
                (Decision::Accepted, State::Conforming),
                (Decision::Reserved, State::Conforming),
                (Decision::Refused, State::NotConforming),
            ]) {
                let case = &mut theme.cases[0];
                case.id = format!("cas-{}", decision.as_str());
                (case.state, case.journal) = (state, Some(State::Awaiting));
            }
            report.themes[3].cases[0].id = "cas-besides".to_owned();
            let decided =
                |case: &str, decision| crate::recette::remark::Remark::new(case, decision);
            report.about.remarks = vec![
                decided("cas-accepted", Decision::Accepted),
                decided("cas-reserved", Decision::Reserved),
                decided("cas-refused", Decision::Refused),
                decided("cas-besides", Decision::Reserved),
            ];
        });
        let (_, decided) = synthesis.cases.split_once(" ; par décision du testeur : ").unwrap();
        assert_eq!(
            decided,
            "2 conformes (dont 1 avec réserve) ; 1 refusé ; 1 réserve sur un cas conforme par ses appels"
        );
    }

    #[test]
    fn the_conclusion_follows_from_the_rest() {
        let good = synthesis(heal);
        assert_eq!(good.outcome, Conclusion::Conclusive);
        assert!(good.conclusion.ends_with("aucune règle n'est enfreinte."), "{}", good.conclusion);
        let watched = synthesis(|report| {
            heal(report);
            report.vigilance = vec![String::new(); 2];
        });
        assert!(watched.conclusion.contains("compte tenu des 2 points"), "{}", watched.conclusion);
        let awaiting = synthesis(|report| {
            heal(report);
            report.themes[0].cases[0].state = State::Awaiting;
        });
        assert_eq!(awaiting.outcome, Conclusion::Incomplete);
        assert!(
            awaiting
                .conclusion
                .ends_with("1 cas attend un mot du testeur (constat ou confirmation).")
        );
        for (change, end) in [
            (
                Box::new(|report: &mut Report| report.observed = 0) as Box<dyn FnOnce(&mut Report)>,
                "observé.",
            ),
            (
                Box::new(|report: &mut Report| {
                    report.observed = 0;
                    report.selection.to = Some(report.date);
                }),
                "observé dans la période choisie.",
            ),
            (Box::new(|report: &mut Report| report.played = 1), "par bacasable lui-même."),
            (Box::new(|report: &mut Report| report.evidence_sha256 = None), "au journal."),
        ] {
            let synthesis = synthesis(|report| {
                heal(report);
                change(report);
            });
            assert_eq!(synthesis.outcome, Conclusion::Void);
            assert!(synthesis.conclusion.ends_with(end), "{}", synthesis.conclusion);
        }
    }
}
