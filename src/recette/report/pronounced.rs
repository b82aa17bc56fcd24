//! What whoever signs can pronounce: nothing that the report above the signature contradicts.

use super::{Conclusion, Decision, Remark, Report, Severity};
use crate::recette::words::counted;

/// Something that speaks against a success: how often, as a sentence says it and as an aside does, of one and of several.
struct Obstacle {
    count: usize,
    sentence: (&'static str, &'static str),
    aside: (&'static str, &'static str),
}

impl Report {
    /// The reservations that stand: whoever signs takes them over.
    pub fn reservations(&self) -> impl Iterator<Item = &Remark> {
        self.decided(Decision::Reserved).filter(|remark| self.ineffective(remark).is_none())
    }

    /// The other ones, each in a line that says why it changes nothing.
    pub fn idle_reservations(&self) -> impl Iterator<Item = String> {
        let idle = self.decided(Decision::Reserved).filter(|one| self.ineffective(one).is_some());
        idle.map(|one| format!("{} : {}", one.case, self.decision_line(one)))
    }

    /// The refusals that nobody has lifted, whether or not the journal still holds their calls.
    pub fn refusals(&self) -> impl Iterator<Item = &Remark> {
        self.decided(Decision::Refused)
    }

    /// What can be ticked, each with what speaks against it.
    pub fn pronouncements(&self) -> Vec<String> {
        let against = some(self.obstacles().map(|one| (one.count, one.aside)));
        let against = match &*against {
            [] => String::new(),
            [one] => format!(", {one}"),
            [firsts @ .., last] => format!(", {} et {last}", firsts.join(", ")),
        };
        let outright =
            self.is_outright().then(|| "recette à blanc prononcée sans réserve".to_owned());
        let reserved = self
            .takes_reservations()
            .then(|| format!("recette à blanc prononcée avec les réserves ci-dessus{against}"));
        let again = Some("recette à blanc à reprendre".to_owned());
        [outright, reserved, again].into_iter().flatten().collect()
    }

    /// Whether reservations can be pronounced: nothing blocks, and what is not shown is reserved by somebody. Under a rehearsal
    /// that is conclusive they may be written by hand.
    pub fn takes_reservations(&self) -> bool {
        let is_conclusive = self.synthesis.outcome == Conclusion::Conclusive;
        self.blocking() == 0 && (is_conclusive || self.reservations().next().is_some())
    }

    /// Why something is not to be pronounced, in French: a sentence for each that is not.
    pub fn withheld(&self) -> Vec<String> {
        let reservations = (
            self.reservations().count(),
            ("réserve n'est pas levée", "réserves ne sont pas levées"),
        );
        let reasons = self.obstacles().map(|one| (one.count, one.sentence));
        let outright = (!self.is_outright()).then(|| {
            let why = some(reasons.into_iter().chain([reservations])).join(" ; ");
            format!("« Prononcée sans réserve » n'est pas proposé : {why}.")
        });
        let blocking = some([(
            self.blocking(),
            (
                "refus de gravité bloquante n'est pas levé",
                "refus de gravité bloquante ne sont pas levés",
            ),
        )]);
        let unreserved = || {
            (!self.takes_reservations())
                .then(|| "aucune réserve n'est consignée sur ce qui manque".to_owned())
        };
        let why = blocking.into_iter().next().or_else(unreserved);
        let reserved =
            why.map(|why| format!("« Prononcée avec réserves » n'est pas proposé : {why}."));
        outright.into_iter().chain(reserved).collect()
    }

    /// Whether it can be pronounced without reservation: all is shown, nothing is broken, reserved or refused.
    fn is_outright(&self) -> bool {
        let clear = self.reservations().next().is_none() && self.refusals().next().is_none();
        self.synthesis.outcome == Conclusion::Conclusive && clear
    }

    /// What speaks against any success.
    fn obstacles(&self) -> [Obstacle; 7] {
        let tally = self.tally;
        [
            Obstacle {
                count: tally.not_seen,
                sentence: ("cas n'est pas joué", "cas ne sont pas joués"),
                aside: ("cas n'étant pas joué", "cas n'étant pas joués"),
            },
            Obstacle {
                count: tally.seen,
                sentence: ("cas reste à compléter", "cas restent à compléter"),
                aside: ("cas restant à compléter", "cas restant à compléter"),
            },
            Obstacle {
                count: tally.for_the_tester(),
                sentence: ("cas attend un mot du testeur", "cas attendent un mot du testeur"),
                aside: ("cas attendant un mot du testeur", "cas attendant un mot du testeur"),
            },
            Obstacle {
                count: tally.not_conforming,
                sentence: ("cas n'est pas conforme", "cas ne sont pas conformes"),
                aside: ("cas n'étant pas conforme", "cas n'étant pas conformes"),
            },
            Obstacle {
                count: self.broken().count(),
                sentence: (
                    "règle de comportement n'est pas respectée",
                    "règles de comportement ne sont pas respectées",
                ),
                aside: ("règle n'étant pas respectée", "règles n'étant pas respectées"),
            },
            Obstacle {
                count: self.withdrawn(),
                sentence: (
                    "cas ne s'applique pas du fait d'une convention ou d'un catalogue modifiés",
                    "cas ne s'appliquent pas du fait d'une convention ou d'un catalogue modifiés",
                ),
                aside: (
                    "cas ne s'appliquant pas du fait d'une convention ou d'un catalogue modifiés",
                    "cas ne s'appliquant pas du fait d'une convention ou d'un catalogue modifiés",
                ),
            },
            Obstacle {
                count: self.refusals().count(),
                sentence: ("refus n'est pas levé", "refus ne sont pas levés"),
                aside: ("refus n'étant pas levé", "refus n'étant pas levés"),
            },
        ]
    }

    /// How many refusals block production.
    fn blocking(&self) -> usize {
        self.refusals().filter(|one| one.severity == Some(Severity::Blocking)).count()
    }

    fn decided(&self, decision: Decision) -> impl Iterator<Item = &Remark> {
        self.about.remarks.iter().filter(move |one| one.decision == decision)
    }
}

/// Those of which there are any, counted; each has its words for one and for several.
fn some(all: impl IntoIterator<Item = (usize, (&'static str, &'static str))>) -> Vec<String> {
    let some = all.into_iter().filter(|(count, _)| *count > 0);
    some.map(|(count, (one, many))| counted(count, one, many)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recette::{
        conduct::Verdict,
        coverage::{State, Tally},
        report::{Synthesis, tests::report},
    };

    fn remark(case: u32, decision: Decision, severity: Severity) -> Remark {
        let severity = Some(severity);
        Remark { severity, ..Remark::new(&format!("numcpte-cas-{case}"), decision) }
    }

    /// A report of which nothing is adverse, but for this.
    fn changed(change: impl FnOnce(&mut Report)) -> Report {
        let mut report = report(1);
        report.conduct.retain(|rule| rule.verdict != Verdict::Broken);
        report.about.remarks.clear();
        change(&mut report);
        report.tally = Tally::count(report.cases());
        report.synthesis = Synthesis::new(&report);
        report
    }

    const RESERVED: &str = "recette à blanc prononcée avec les réserves ci-dessus";

    #[test]
    fn what_can_be_ticked_contradicts_nothing_above_it() {
        let clean = changed(|_| {});
        assert!(clean.withheld().is_empty());
        assert_eq!(
            clean.pronouncements(),
            ["recette à blanc prononcée sans réserve", RESERVED, "recette à blanc à reprendre"]
        );
        let state = |state| move |report: &mut Report| report.themes[0].cases[0].state = state;
        let refused = remark(3, Decision::Refused, Severity::Major);
        let reserved = remark(0, Decision::Reserved, Severity::Minor);
        let broken = report(1).conduct;
        let missing = "« Prononcée avec réserves » n'est pas proposé : aucune réserve n'est consignée sur ce qui manque.";
        for (mut report, why, beside) in [
            (changed(state(State::NotSeen)), "1 cas n'est pas joué", ", 1 cas n'étant pas joué"),
            (changed(state(State::Seen)), "1 cas reste à compléter", ", 1 cas restant à compléter"),
            (
                changed(state(State::Awaiting)),
                "1 cas attend un mot du testeur",
                ", 1 cas attendant un mot du testeur",
            ),
            (
                changed(state(State::NotConforming)),
                "1 cas n'est pas conforme",
                ", 1 cas n'étant pas conforme",
            ),
            (
                changed(|report| report.conduct = broken),
                "1 règle de comportement n'est pas respectée",
                ", 1 règle n'étant pas respectée",
            ),
        ] {
            let outright = format!("« Prononcée sans réserve » n'est pas proposé : {why}");
            assert_eq!(report.withheld(), [format!("{outright}."), missing.to_owned()]);
            assert_eq!(report.pronouncements(), ["recette à blanc à reprendre"]);
            // What somebody reserved stands in the table that the box speaks of.
            report.themes[3].cases[0].id = "numcpte-cas-7".to_owned();
            report.about.remarks = vec![remark(7, Decision::Reserved, Severity::Minor)];
            assert_eq!(report.withheld(), [format!("{outright} ; 1 réserve n'est pas levée.")]);
            let boxes = [format!("{RESERVED}{beside}"), "recette à blanc à reprendre".to_owned()];
            assert_eq!(report.pronouncements(), boxes);
        }
        // Under a rehearsal that is conclusive, the table is there to be filled in by hand.
        for (report, why, beside) in [
            (
                changed(|report| report.about.remarks = vec![refused]),
                "1 refus n'est pas levé",
                ", 1 refus n'étant pas levé",
            ),
            (
                changed(|report| report.about.remarks = vec![reserved]),
                "1 réserve n'est pas levée",
                "",
            ),
        ] {
            let said = report.withheld();
            assert_eq!(said, [format!("« Prononcée sans réserve » n'est pas proposé : {why}.")]);
            let boxes = [format!("{RESERVED}{beside}"), "recette à blanc à reprendre".to_owned()];
            assert_eq!(report.pronouncements(), boxes);
        }
    }

    #[test]
    fn the_box_with_reservations_says_in_numbers_what_is_missing() {
        let report = changed(|report| {
            report.themes[0].cases[0].state = State::NotSeen;
            report.themes[1].cases[0].state = State::NotSeen;
            report.themes[2].cases[0].state = State::NotConforming;
            report.conduct = super::super::tests::report(1).conduct;
            report.themes[3].cases[0].id = "numcpte-cas-7".to_owned();
            report.about.remarks = vec![remark(7, Decision::Reserved, Severity::Minor)];
        });
        assert_eq!(
            report.pronouncements()[0],
            format!(
                "{RESERVED}, 2 cas n'étant pas joués, 1 cas n'étant pas conforme et 1 règle n'étant pas respectée"
            )
        );
    }

    #[test]
    fn under_a_refusal_that_blocks_the_rehearsal_can_only_be_done_again() {
        let blocked = changed(|report| {
            report.about.remarks = vec![
                remark(0, Decision::Reserved, Severity::Minor),
                remark(1, Decision::Refused, Severity::Blocking),
            ];
        });
        assert_eq!(blocked.pronouncements(), ["recette à blanc à reprendre"]);
        assert_eq!(
            blocked.withheld()[1],
            "« Prononcée avec réserves » n'est pas proposé : 1 refus de gravité bloquante n'est pas levé."
        );
        let cases = |all: Vec<&Remark>| all.iter().map(|one| one.case.clone()).collect::<Vec<_>>();
        assert_eq!(cases(blocked.reservations().collect()), ["numcpte-cas-0"]);
        assert_eq!(cases(blocked.refusals().collect()), ["numcpte-cas-1"]);
    }

    /// What stands beside the signature says what the first page says.
    #[test]
    fn a_reservation_on_a_case_that_is_not_conforming_is_none() {
        let mut report = report(6);
        let due = Some(jiff::civil::date(2027, 1, 31));
        let comment = Some("à revoir".to_owned());
        let first = remark(1, Decision::Reserved, Severity::Major);
        report.about.remarks =
            vec![Remark { due, comment, ..first }, remark(0, Decision::Reserved, Severity::Major)];
        let standing: Vec<_> = report.reservations().map(|one| one.case.clone()).collect();
        assert_eq!(standing, ["numcpte-cas-0"]);
        let idle: Vec<_> = report.idle_reservations().collect();
        assert_eq!(
            idle,
            [
                "numcpte-cas-1 : accepté avec réserve ; gravité majeure ; échéance le 31/01/2027 ; à revoir (sans effet : les appels ne sont pas conformes)"
            ]
        );
    }
}
