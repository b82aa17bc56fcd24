//! Refusals that somebody lifted: whoever signs is to know that a case was refused before it was accepted.

use serde::{Deserialize, Serialize};

use super::{Decision, Former, Report};
use crate::recette::{coverage::CaseResult, remark::Remark};

/// A refusal that was replaced by an acceptance, or withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiftedRefusal {
    /// The case's id.
    pub case: String,
    /// Who refused and why, and all that was decided then, in French.
    pub what: String,
}

impl Report {
    /// The last refusal of every case that is refused no more.
    pub(super) fn all_lifted_refusals(&self) -> Vec<LiftedRefusal> {
        self.cases().filter_map(|case| self.lifted_refusal(case)).collect()
    }

    /// Whether the case was refused, and is refused no more.
    pub(super) fn was_refused(&self, case: &CaseResult) -> bool {
        self.lifted_refusals.iter().any(|lifted| lifted.case == case.id)
    }

    fn lifted_refusal(&self, case: &CaseResult) -> Option<LiftedRefusal> {
        let formers: Vec<_> = self.about.former_of(&case.id).collect();
        let is_refusal = |one: &&Former| one.decision.decision == Decision::Refused;
        let (former, later) = formers[formers.iter().rposition(is_refusal)?..].split_first()?;
        let remark = self.about.remark(&case.id);
        if remark.is_some_and(|remark| remark.decision == Decision::Refused) {
            return None;
        }
        let refusal = &former.decision;
        let detail = Some(refusal.detail()).filter(|detail| !detail.is_empty());
        let mut parts = vec![refusal.decision.french().to_owned()];
        parts.extend(detail);
        if !self.about.is_replaced(former) {
            parts.push(format!("retiré {}", former.end()));
        }
        // An acceptance that was withdrawn since has lifted the refusal all the same.
        for one in later {
            parts.push(acceptance(refusal, &one.decision));
            if !self.about.is_replaced(one) {
                parts.push(format!("acceptation retirée {}", one.end()));
            }
        }
        parts.extend(remark.map(|remark| acceptance(refusal, remark)));
        Some(LiftedRefusal { case: case.id.clone(), what: parts.join(" ; ") })
    }
}

/// Who accepted a case that was refused, by which call, and why.
fn acceptance(refusal: &Remark, accepted: &Remark) -> String {
    let proofs = refusal.proof.as_ref().zip(accepted.proof.as_ref());
    let call = proofs.map(|(refused, shown)| match refused == shown {
        true => ", d'après le même appel",
        false => ", d'après un autre appel",
    });
    let (decision, signature) = (accepted.decision.french(), accepted.signature());
    let signature = Some(signature).filter(|signature| !signature.is_empty());
    let signature = signature.map(|text| format!(" {text}")).unwrap_or_default();
    let why = accepted.comment.as_ref().map(|why| format!(" : {why}")).unwrap_or_default();
    format!("puis {decision}{signature}{}{why}", call.unwrap_or_default())
}

impl LiftedRefusal {
    /// `r2p-spi : refusé ; gravité bloquante ; muet ; par Paul, le ... ; puis accepté par Marie, le ...`.
    pub fn line(&self) -> String {
        format!("{} : {}", self.case, self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recette::{
        coverage::State,
        remark::Severity,
        report::{Format, Synthesis, tests::report},
    };

    fn at(hour: &str) -> jiff::Timestamp {
        format!("2026-11-22T{hour}:00Z").parse().unwrap()
    }

    fn by(name: &str, hour: &str, decision: Decision) -> Remark {
        Remark {
            by: Some(name.to_owned()),
            at: Some(at(hour)),
            real_at: Some(at(hour)),
            proof: Some(format!("{name}.1.2")),
            ..Remark::new("numcpte-cas-5", decision)
        }
    }

    fn refused(until: &str) -> Former {
        let decision = Remark {
            severity: Some(Severity::Blocking),
            comment: Some("muet".to_owned()),
            ..by("Paul", "10:00", Decision::Refused)
        };
        let (until_by, comment) = (None, None);
        Former { decision, until: at(until), real_until: Some(at(until)), until_by, comment }
    }

    /// A report whose last case was refused by Paul.
    fn after(former: Vec<Former>, remark: Option<Remark>) -> Report {
        let mut report = report(6);
        report.themes.truncate(1);
        let case = report.themes[0].cases.last_mut().unwrap();
        (case.state, case.journal) = (State::Conforming, Some(State::Awaiting));
        (report.about.former, report.about.remarks) = (former, remark.into_iter().collect());
        report.lifted_refusals = report.all_lifted_refusals();
        report.synthesis = Synthesis::new(&report);
        report
    }

    #[test]
    fn a_refusal_that_was_overridden_is_said_on_the_first_page_and_beside_the_signature() {
        const LINE: &str = "numcpte-cas-5 : refusé ; gravité bloquante ; muet ; par Paul, le 22/11/2026 à 11:00:00 ; puis \
                            accepté par Marie, le 22/11/2026 à 12:00:00, d'après un autre appel";
        let report = after(vec![refused("11:00")], Some(by("Marie", "11:00", Decision::Accepted)));
        let cases = &report.synthesis.cases;
        assert!(cases.ends_with("1 conforme (dont 1 après un refus)"), "{cases}");
        assert_eq!(report.lifted_refusals[0].line(), LINE);
        let plain = |text: String| {
            text.replace("&#39;", "'").split_whitespace().collect::<Vec<_>>().join(" ")
        };
        for format in [Format::Html, Format::Markdown, Format::Json] {
            let text = plain(String::from_utf8(report.write(format).unwrap().bytes).unwrap());
            assert!(text.contains("dont 1 après un refus"), "{format}");
            assert!(text.contains(LINE.split_once(" : ").unwrap().1), "{format}");
        }
        let html = plain(String::from_utf8(report.write(Format::Html).unwrap().bytes).unwrap());
        let beside = html.find("Refus levés").unwrap();
        let decision = html.find("Décision du partenaire").unwrap();
        assert!(decision < beside && beside < html.find("Signature").unwrap());
        #[cfg(feature = "pdf")]
        {
            let pages = super::super::pdf::lines(&report);
            let first = plain(pages[0].join(" "));
            assert!(first.contains("dont 1 après un refus"), "{first}");
            let last = plain(pages.concat().join(" "));
            let (_, beside) = last.rsplit_once("Refus levés").unwrap();
            assert!(beside.contains("puis accepté par Marie") && beside.contains("Nom et prénom"));
        }
    }

    #[test]
    fn a_refusal_that_was_withdrawn_is_said_too_and_one_that_stands_is_not_lifted() {
        let (until_by, comment) = (Some("Jean".to_owned()), Some("corrigé en 2.1".to_owned()));
        let withdrawn = Former { until_by, comment, ..refused("11:00") };
        let mut report = after(vec![withdrawn.clone()], None);
        let line = report.lifted_refusals[0].line();
        let end = " ; retiré le 22/11/2026 à 12:00:00, par Jean : corrigé en 2.1";
        assert!(line.ends_with(end), "{line}");
        report.themes[0].cases.last_mut().unwrap().journal = None;
        let cases = Synthesis::new(&report).cases;
        assert!(
            cases.ends_with("1 cas refusé, puis de nouveau jugé d'après ses appels"),
            "{cases}"
        );
        let later = after(vec![withdrawn], Some(by("Marie", "12:00", Decision::Accepted)));
        let line = later.lifted_refusals[0].line();
        assert!(
            line.contains(
                "retiré le 22/11/2026 à 12:00:00, par Jean : corrigé en 2.1 ; puis accepté"
            ),
            "{line}"
        );
        let accepted = Remark {
            comment: Some("affichage corrigé".to_owned()),
            proof: refused("11:00").decision.proof,
            ..by("Marie", "11:00", Decision::Accepted)
        };
        let until_by = Some("Luc".to_owned());
        let accepted = Former { decision: accepted, until_by, ..refused("12:00") };
        let line = after(vec![refused("11:00"), accepted], None).lifted_refusals[0].line();
        let end = "puis accepté par Marie, le 22/11/2026 à 12:00:00, d'après le même appel : affichage corrigé ; acceptation \
                   retirée le 22/11/2026 à 13:00:00, par Luc";
        assert!(line.ends_with(end), "{line}");
        let again = after(vec![refused("11:00")], Some(by("Paul", "11:00", Decision::Refused)));
        assert!(again.lifted_refusals.is_empty(), "it stands");
    }
}
