//! Decisions of people about cases: who took them, when, about which calls; and those that cannot be taken.

use jiff::{Timestamp, ToSpan};

use super::{About, Decision, Remark, Report};
use crate::{clock, recette::coverage::State};

impl About {
    /// The same, its decisions signed and dated: those that `earlier` has too stay as they were taken, unless another moment
    /// takes them again; new ones are about what `report` shows now.
    ///
    /// # Errors
    /// In French, the first decision that cannot be taken: about a case that was not played, due in the past, without its
    /// reason or its author.
    pub fn decided(
        mut self,
        earlier: &Self,
        report: &Report,
        now: Timestamp,
    ) -> Result<Self, String> {
        let tester = self.tester.clone();
        for remark in &mut self.remarks {
            match earlier.remark(&remark.case).filter(|one| one.stands_for(remark)) {
                Some(one) => *remark = one.clone(),
                None => remark.take(tester.as_deref(), report, now)?,
            }
        }
        Ok(self)
    }

    /// Whether some decision is not one that `earlier` has too.
    pub fn decides_more_than(&self, earlier: &Self) -> bool {
        let known = |remark: &Remark| {
            earlier.remark(&remark.case).is_some_and(|one| one.stands_for(remark))
        };
        !self.remarks.iter().all(known)
    }
}

impl Report {
    /// Why a decision changes nothing of this report, in French; nothing where it does, or confirms what the calls show.
    pub fn ineffective(&self, remark: &Remark) -> Option<&'static str> {
        let case = self.cases().find(|case| case.id == remark.case)?;
        if case.journal.is_some() {
            return None;
        }
        match case.state {
            State::Conforming => None,
            State::NotConforming if remark.decision == Decision::Refused => None,
            State::NotSeen | State::NotApplicable => {
                Some("sans effet : le journal ne contient plus l'appel concerné")
            }
            State::ToConfirm | State::Awaiting => {
                Some("sans effet : le journal ne contient plus l'appel constaté")
            }
            State::Seen => Some("sans effet : le cas reste à compléter"),
            State::NotConforming => Some("sans effet : les appels ne sont pas conformes"),
        }
    }
}

impl Remark {
    fn take(
        &mut self,
        tester: Option<&str>,
        report: &Report,
        now: Timestamp,
    ) -> Result<(), String> {
        let case = report.cases().find(|one| one.id == self.case);
        let case =
            case.ok_or_else(|| format!("Cas : « {} » n'est pas un cas du catalogue.", self.case))?;
        match case.by_journal() {
            State::NotSeen => {
                return Err(format!(
                    "Cas : « {} » n'est pas joué. Une décision porte sur ce que le journal montre.",
                    case.title
                ));
            }
            State::NotApplicable => {
                return Err(format!(
                    "Cas : « {} » est sans objet pour cette convention.",
                    case.title
                ));
            }
            State::Seen
            | State::ToConfirm
            | State::Awaiting
            | State::Conforming
            | State::NotConforming => {}
        }
        if self.decision == Decision::Accepted {
            let superfluous = match (self.severity, self.due) {
                (Some(_), _) => Some("Gravité"),
                (None, Some(_)) => Some("Échéance"),
                (None, None) => None,
            };
            if let Some(label) = superfluous {
                return Err(format!(
                    "{label} : un cas accepté sans réserve n'en a pas ; laissez ce champ vide, ou choisissez « {} ».",
                    Decision::Reserved.french()
                ));
            }
        }
        let today = now.to_zoned(clock::paris()).date();
        if let Some(due) = self.due.filter(|due| *due < today) {
            return Err(format!(
                "Échéance : le {} est passé ; une date à partir du {} est attendue.",
                due.strftime("%d/%m/%Y"),
                today.strftime("%d/%m/%Y")
            ));
        }
        let last = today.saturating_add(LONGEST_DUE.years());
        if let Some(due) = self.due.filter(|due| *due > last) {
            return Err(format!(
                "Échéance : le {} est trop loin ; une date jusqu'au {} est attendue.",
                due.strftime("%d/%m/%Y"),
                last.strftime("%d/%m/%Y")
            ));
        }
        if self.comment.is_none() {
            match self.decision {
                Decision::Accepted => {}
                Decision::Reserved => {
                    return Err("Commentaire : dites en quoi consiste la réserve.".to_owned());
                }
                Decision::Refused => {
                    return Err("Commentaire : dites pourquoi le cas est refusé.".to_owned());
                }
            }
        }
        self.by = self.by.take().or_else(|| tester.map(str::to_owned));
        if self.by.is_none() {
            return Err(
                "Auteur : indiquez qui décide, ou renseignez le testeur du rapport.".to_owned()
            );
        }
        self.at = Some(now);
        self.proof = case.evidence.last().and_then(|proof| proof.entry.clone());
        Ok(())
    }
}

/// How far ahead a reservation may be due, in years.
const LONGEST_DUE: i32 = 10;

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::recette::{remark::Severity, report::tests::report};

    fn now() -> Timestamp {
        "2026-11-22T23:30:00Z".parse().unwrap() // the 23rd in Paris
    }

    fn about(remark: Remark) -> About {
        About { tester: Some("Ada".to_owned()), remarks: vec![remark], ..About::default() }
    }

    fn of(case: u32, decision: Decision) -> Remark {
        let comment = (decision != Decision::Accepted).then(|| "à revoir".to_owned());
        Remark { comment, ..Remark::of(&format!("numcpte-cas-{case}"), decision) }
    }

    fn taken(remark: Remark) -> Result<Remark, String> {
        let about = about(remark).decided(&About::default(), &report(6), now())?;
        Ok(about.remarks[0].clone())
    }

    #[test]
    fn a_decision_is_signed_dated_and_about_a_call() {
        let taken = taken(of(0, Decision::Accepted)).unwrap();
        assert_eq!(taken.signature(), "par Ada, le 23/11/2026 à 00:30:00");
        let report = report(6);
        let proof = report.cases().next().unwrap().evidence.last().unwrap();
        let name = || proof.entry.clone().unwrap();
        assert!(taken.is_of(0, name));
        assert!(!taken.is_of(1, name) && !taken.is_of(0, || "0.1.2".to_owned()));
        assert!(!Remark { proof: None, ..taken }.is_of(0, name));
    }

    #[test]
    fn what_was_decided_before_stays_as_it_was() {
        let earlier = Remark {
            by: Some("Grace".to_owned()),
            at: Some(Timestamp::UNIX_EPOCH),
            due: Some(date(2026, 1, 1)),
            ..of(3, Decision::Reserved)
        };
        let again = Remark { by: None, at: None, ..earlier.clone() };
        let (earlier, again) = (about(earlier), about(again));
        assert!(!again.decides_more_than(&earlier));
        let kept = again.decided(&earlier, &report(6), now()).unwrap();
        assert_eq!(kept.remarks, earlier.remarks);
        let other = about(of(3, Decision::Refused));
        assert!(other.decides_more_than(&earlier));
        let renewed = Remark { at: Some(now()), ..of(0, Decision::Accepted) };
        let kept = about(taken(of(0, Decision::Accepted)).unwrap());
        let kept = About {
            remarks: vec![Remark { at: Some(Timestamp::UNIX_EPOCH), ..kept.remarks[0].clone() }],
            ..kept
        };
        let again = about(renewed).decided(&kept, &report(6), now()).unwrap();
        assert_eq!(again.remarks[0].at, Some(now()), "another moment takes it again");
    }

    #[test]
    fn a_decision_that_changes_nothing_is_told_with_the_reason() {
        let report = report(6);
        let why = |case, decision| report.ineffective(&of(case, decision));
        assert_eq!(why(0, Decision::Accepted), None, "it confirms what the calls show");
        assert_eq!(
            why(1, Decision::Accepted),
            Some("sans effet : les appels ne sont pas conformes")
        );
        assert_eq!(why(1, Decision::Refused), None);
        assert_eq!(
            why(3, Decision::Accepted),
            Some("sans effet : le journal ne contient plus l'appel concerné")
        );
    }

    #[test]
    fn what_cannot_be_decided_is_said() {
        let due = |day| Remark { due: Some(day), ..of(1, Decision::Reserved) };
        assert!(taken(due(date(2026, 11, 23))).is_ok());
        for (remark, why) in [
            (of(3, Decision::Accepted), "n'est pas joué"),
            (of(4, Decision::Accepted), "est sans objet pour cette convention"),
            (of(99, Decision::Accepted), "n'est pas un cas du catalogue"),
            (due(date(2026, 11, 22)), "à partir du 23/11/2026"),
            (due(date(2036, 11, 24)), "une date jusqu'au 23/11/2036"),
            (
                Remark { severity: Some(Severity::Blocking), ..of(0, Decision::Accepted) },
                "Gravité : un cas accepté sans réserve n'en a pas",
            ),
            (
                Remark { due: Some(date(2027, 1, 1)), ..of(0, Decision::Accepted) },
                "Échéance : un cas accepté sans réserve n'en a pas",
            ),
            (Remark { comment: None, ..of(1, Decision::Reserved) }, "en quoi consiste la réserve"),
            (Remark { comment: None, ..of(1, Decision::Refused) }, "pourquoi le cas est refusé"),
        ] {
            let told = taken(remark).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
        let nobody = About { tester: None, ..about(of(0, Decision::Accepted)) };
        let told = nobody.decided(&About::default(), &report(6), now()).unwrap_err();
        assert!(told.starts_with("Auteur : "), "{told}");
    }
}
