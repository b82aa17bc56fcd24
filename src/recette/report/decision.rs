//! Decisions of people about cases: who took them, when, about which calls; and those that cannot be taken.

use jiff::{ToSpan, civil::Date};

use super::{About, Decision, Former, Remark, Report, Severity, Unsayable, WithoutEffect};
use crate::{
    clock::{self, Times},
    recette::coverage::{CaseResult, State},
};

impl About {
    /// The same, its decisions signed and dated: those that `earlier` has too stay as they were taken, unless another moment
    /// takes them again; new ones are about what `report` shows now.
    ///
    /// # Errors
    /// The first decision that cannot be taken: about a case that was not played, due in the past, without its reason, its
    /// author, or what a reservation needs.
    pub fn decided(
        mut self,
        earlier: &Self,
        report: &Report,
        now: Times,
    ) -> Result<Self, Unsayable> {
        let tester = self.tester.clone();
        for (index, remark) in self.remarks.iter_mut().enumerate() {
            match earlier.remark(&remark.case).filter(|one| one.stands_for(remark)) {
                Some(one) => *remark = one.clone(),
                None => {
                    let lifted = earlier.remark(&remark.case);
                    let taken = remark.take(tester.as_deref(), report, lifted, now);
                    taken.map_err(|(member, why)| Unsayable {
                        pointer: format!("/remarks/{index}/{member}"),
                        why,
                    })?;
                }
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
    /// Why a decision changes nothing of this report, in French; nothing where it does.
    pub fn ineffective(&self, remark: &Remark) -> Option<&'static str> {
        let case = self.cases().find(|case| case.id == remark.case)?;
        if case.journal.is_some() {
            return None;
        }
        if case.state == State::NotApplicable {
            return Some(
                "sans effet : le cas ne s'applique pas à cette convention telle qu'elle est",
            );
        }
        let [concerned, witnessed] = match remark.call_at() {
            Some(at) if !self.selection.spans(at) => [
                "sans effet : l'appel concerné est hors de la période choisie",
                "sans effet : l'appel constaté est hors de la période choisie",
            ],
            None if self.chosen_period().is_some() => [
                "sans effet : aucun appel de ce cas n'est dans la période choisie",
                "sans effet : la décision ne dit pas quel appel a été constaté",
            ],
            Some(_) | None => [
                "sans effet : le journal ne contient plus l'appel concerné",
                "sans effet : le journal ne contient plus l'appel constaté",
            ],
        };
        match case.state {
            State::Conforming
                if remark.decision == Decision::Accepted && !self.refused_before(case) =>
            {
                Some("sans effet : les appels suffisent à rendre le cas conforme")
            }
            State::Conforming => None,
            State::NotConforming if remark.decision == Decision::Refused => None,
            State::NotSeen | State::NotApplicable => Some(concerned),
            State::ToConfirm | State::Awaiting => Some(witnessed),
            State::Seen => Some("sans effet : le cas reste à compléter"),
            State::NotConforming => Some("sans effet : les appels ne sont pas conformes"),
        }
    }

    /// Whether an acceptance took the place of a refusal: lifting it was its effect.
    fn refused_before(&self, case: &CaseResult) -> bool {
        let mut former = self.about.former_of(&case.id);
        former.any(|former| former.decision.decision == Decision::Refused)
    }

    /// Every decision that changes nothing.
    pub(super) fn all_without_effect(&self) -> Vec<WithoutEffect> {
        let without = |remark: &Remark| {
            let why = self.ineffective(remark)?.to_owned();
            Some(WithoutEffect { case: remark.case.clone(), why })
        };
        self.about.remarks.iter().filter_map(without).collect()
    }

    /// What was decided and why, by whom and when, where gravity and due date stand beside.
    pub fn observation(&self, remark: &Remark) -> String {
        let comment = remark.comment.as_ref().map(|comment| format!(" : {comment}"));
        let signature = Some(remark.signature()).filter(|signature| !signature.is_empty());
        let signature = signature.map(|signature| format!(" ({signature})"));
        let why = self.ineffective(remark).map(|why| format!(" ({why})"));
        let parts = [comment, signature, why].into_iter().flatten();
        parts.fold(remark.decision.french().to_owned(), |line, part| line + &part)
    }

    /// A decision that is no more, in one line: a short one where it is about a call of before those that are judged.
    pub fn former_line(&self, former: &Former) -> String {
        let Former { decision, .. } = former;
        let unjudged = |call| self.period.is_none_or(|(first, _)| call < first);
        if !decision.call_at().is_some_and(unjudged) {
            return self.about.line_of(former);
        }
        let signature = Some(decision.signature()).filter(|signature| !signature.is_empty());
        let signature = signature.map(|signature| format!(", {signature}")).unwrap_or_default();
        format!(
            "Décision antérieure, sans effet : {}{signature}, d'après un appel que ce rapport ne juge pas",
            decision.decision.french()
        )
    }

    /// A decision in one line, and whether it changes nothing.
    pub fn decision_line(&self, remark: &Remark) -> String {
        let detail = Some(remark.detail()).filter(|detail| !detail.is_empty());
        let detail = detail.map(|detail| format!(" ; {detail}")).unwrap_or_default();
        let why = self.ineffective(remark).map(|why| format!(" ({why})")).unwrap_or_default();
        format!("{}{detail}{why}", remark.decision.french())
    }
}

impl Remark {
    /// Signs and dates it, about the call that the report shows; `former` is the decision whose place it takes.
    ///
    /// # Errors
    /// The member that is wrong, and why.
    fn take(
        &mut self,
        tester: Option<&str>,
        report: &Report,
        former: Option<&Self>,
        now: Times,
    ) -> Result<(), (&'static str, String)> {
        let case = report.cases().find(|one| one.id == self.case);
        let unknown = || format!("Cas : « {} » n'est pas un cas du catalogue.", self.case);
        let case = case.ok_or_else(|| ("case", unknown()))?;
        decidable(case).map_err(|why| ("case", why))?;
        self.check_gravity()?;
        if let Some(due) = self.due {
            check_due(due, now.real.to_zoned(clock::paris()).date()).map_err(|why| ("due", why))?;
        }
        if self.comment.is_none() {
            match self.decision {
                Decision::Accepted => {
                    former.map_or(Ok(()), |former| former.keeps_out(&case.title))?
                }
                Decision::Reserved => {
                    let why = "Commentaire : dites en quoi consiste la réserve.";
                    return Err(("comment", why.to_owned()));
                }
                Decision::Refused => {
                    let why = "Commentaire : dites pourquoi le cas est refusé.";
                    return Err(("comment", why.to_owned()));
                }
            }
        }
        self.by = self.by.take().or_else(|| tester.map(str::to_owned));
        if self.by.is_none() {
            let why = "Auteur : indiquez qui décide, ou renseignez le testeur du rapport.";
            return Err(("by", why.to_owned()));
        }
        (self.at, self.real_at) = (Some(now.simulated), Some(now.real));
        self.proof = case.evidence.last().and_then(|proof| proof.entry.clone());
        Ok(())
    }

    /// Whether an acceptance takes its place without a word: a refusal is lifted for a reason, which whoever signs reads.
    fn keeps_out(&self, title: &str) -> Result<(), (&'static str, String)> {
        let lifted = "dites pourquoi ce refus est levé, dans la décision de ce cas.";
        self.stands_against(title, lifted).map_err(|why| ("comment", why))
    }

    /// Whether it is withdrawn without a word: a refusal that was could then be followed by an acceptance that says none
    /// either.
    ///
    /// # Errors
    /// It is a refusal.
    pub fn check_withdrawal(&self, title: &str) -> Result<(), String> {
        self.stands_against(title, "dites pourquoi ce refus est retiré.")
    }

    fn stands_against(&self, title: &str, demand: &str) -> Result<(), String> {
        if self.decision != Decision::Refused {
            return Ok(());
        }
        let by = self.by.as_ref().map(|by| format!(" par {by}")).unwrap_or_default();
        let gravity = self.severity.map(|one| format!(" (gravité {})", one.french()));
        let gravity = gravity.unwrap_or_default();
        Err(format!("Commentaire : « {title} » a été refusé{by}{gravity} ; {demand}"))
    }

    /// A reservation has a gravity and a due date; a plain acceptance has neither.
    fn check_gravity(&self) -> Result<(), (&'static str, String)> {
        let (severity, due) = (("severity", "Gravité"), ("due", "Échéance"));
        let superfluous = |(member, label)| {
            let why = format!(
                "{label} : un cas accepté sans réserve n'en a pas ; laissez ce champ vide, ou choisissez « {} ».",
                Decision::Reserved.french()
            );
            Err((member, why))
        };
        match (self.decision, self.severity, self.due) {
            (Decision::Accepted, Some(_), _) => superfluous(severity),
            (Decision::Accepted, None, Some(_)) => superfluous(due),
            (Decision::Reserved, None, _) => {
                let all = Severity::ALL.map(Severity::french).join(", ");
                let why = format!("Gravité : une réserve en demande une ({all}).");
                Err(("severity", why))
            }
            (Decision::Reserved, Some(_), None) => {
                let why = "Échéance : une réserve en demande une, à laquelle elle doit être levée.";
                Err(("due", why.to_owned()))
            }
            (Decision::Accepted, None, None)
            | (Decision::Reserved, Some(_), Some(_))
            | (Decision::Refused, ..) => Ok(()),
        }
    }
}

/// Whether a decision can be taken about this case.
fn decidable(case: &CaseResult) -> Result<(), String> {
    match case.by_journal() {
        State::NotSeen => Err(format!(
            "Cas : « {} » n'est pas joué. Une décision porte sur ce que le journal montre.",
            case.title
        )),
        State::NotApplicable => {
            Err(format!("Cas : « {} » est sans objet pour cette convention.", case.title))
        }
        State::Seen
        | State::ToConfirm
        | State::Awaiting
        | State::Conforming
        | State::NotConforming => Ok(()),
    }
}

/// Whether something can be due on this day.
fn check_due(due: Date, today: Date) -> Result<(), String> {
    let shown = |day: Date| day.strftime("%d/%m/%Y").to_string();
    if due < today {
        return Err(format!(
            "Échéance : le {} est passé ; une date à partir du {} est attendue.",
            shown(due),
            shown(today)
        ));
    }
    let last = today.saturating_add(LONGEST_DUE.years());
    if due > last {
        return Err(format!(
            "Échéance : le {} est trop loin ; une date jusqu'au {} est attendue.",
            shown(due),
            shown(last)
        ));
    }
    Ok(())
}

/// How far ahead a reservation may be due, in years.
const LONGEST_DUE: i32 = 10;

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};

    use super::*;
    use crate::recette::report::tests::report;

    fn now() -> Timestamp {
        "2026-11-22T23:30:00Z".parse().unwrap() // the 23rd in Paris
    }

    /// Of clocks that agree.
    fn times() -> Times {
        Times { simulated: now(), real: now() }
    }

    fn about(remark: Remark) -> About {
        About { tester: Some("Ada".to_owned()), remarks: vec![remark], ..About::default() }
    }

    fn remark(case: u32, decision: Decision) -> Remark {
        let comment = (decision != Decision::Accepted).then(|| "à revoir".to_owned());
        let is_reserved = decision == Decision::Reserved;
        let severity = is_reserved.then_some(Severity::Major);
        let due = is_reserved.then_some(date(2027, 1, 31));
        Remark { comment, severity, due, ..Remark::new(&format!("numcpte-cas-{case}"), decision) }
    }

    fn taken(remark: Remark) -> Result<Remark, Unsayable> {
        let about = about(remark).decided(&About::default(), &report(6), times())?;
        Ok(about.remarks[0].clone())
    }

    #[test]
    fn a_decision_is_signed_dated_and_about_a_call() {
        let taken = taken(remark(0, Decision::Accepted)).unwrap();
        assert_eq!(taken.signature(), "par Ada, le 23/11/2026 à 00:30:00");
        let report = report(6);
        let proof = report.cases().next().unwrap().evidence.last().unwrap();
        let name = || proof.entry.clone().unwrap();
        assert!(taken.is_of(0, name));
        assert!(!taken.is_of(1, name) && !taken.is_of(0, || "0.1.2".to_owned()));
        assert!(!Remark { proof: None, ..taken }.is_of(0, name));
    }

    /// Several cases are accepted at once: that lifts nobody's refusal by the way.
    #[test]
    fn a_refusal_is_lifted_for_a_reason() {
        let severity = Some(Severity::Blocking);
        let by = Some("Paul".to_owned());
        let refused = about(Remark { severity, by, ..remark(0, Decision::Refused) });
        let refused = refused.decided(&About::default(), &report(6), times()).unwrap();
        let accept = |comment: Option<&str>| {
            let comment = comment.map(str::to_owned);
            let accepted = Remark { comment, ..remark(0, Decision::Accepted) };
            about(accepted).decided(&refused, &report(6), times())
        };
        let wrong = accept(None).unwrap_err();
        assert_eq!(wrong.pointer, "/remarks/0/comment");
        assert!(wrong.why.contains("a été refusé par Paul (gravité bloquante)"), "{}", wrong.why);
        let wrong = refused.remarks[0].check_withdrawal("Titre").unwrap_err();
        assert!(wrong.ends_with("; dites pourquoi ce refus est retiré."), "{wrong}");
        assert_eq!(remark(0, Decision::Reserved).check_withdrawal("Titre"), Ok(()));
        let lifted = accept(Some("corrigé en 2.1")).unwrap();
        assert_eq!(lifted.remarks[0].decision, Decision::Accepted);
        let first = about(remark(0, Decision::Accepted));
        assert!(first.decided(&About::default(), &report(6), times()).is_ok());
    }

    /// Anybody moves the simulated clock: what a person decided, and by when, is no matter of it.
    #[test]
    fn a_decision_bears_the_real_date_and_what_is_due_is_held_against_it() {
        let simulated = "2027-03-01T10:00:00Z".parse().unwrap();
        let times = Times { simulated, real: now() };
        let decided = |remark| about(remark).decided(&About::default(), &report(6), times);
        let taken = decided(remark(1, Decision::Reserved)).unwrap(); // due before the simulated date
        assert_eq!(
            taken.remarks[0].signature(),
            "par Ada, le 23/11/2026 à 00:30:00, soit le 01/03/2027 à 11:00:00 à l'horloge simulée"
        );
        let past = Remark { due: Some(date(2026, 11, 22)), ..remark(1, Decision::Reserved) };
        assert!(decided(past).unwrap_err().why.contains("à partir du 23/11/2026"));
        let old = Remark { real_at: None, ..taken.remarks[0].clone() };
        assert_eq!(old.signature(), "par Ada, le 01/03/2027 à 11:00:00 à l'horloge simulée");
    }

    #[test]
    fn what_was_decided_before_stays_as_it_was() {
        let earlier = Remark {
            by: Some("Grace".to_owned()),
            at: Some(Timestamp::UNIX_EPOCH),
            due: Some(date(2026, 1, 1)),
            ..remark(3, Decision::Reserved)
        };
        let again = Remark { by: None, at: None, ..earlier.clone() };
        let (earlier, again) = (about(earlier), about(again));
        assert!(!again.decides_more_than(&earlier));
        let kept = again.decided(&earlier, &report(6), times()).unwrap();
        assert_eq!(kept.remarks, earlier.remarks);
        let other = about(remark(3, Decision::Refused));
        assert!(other.decides_more_than(&earlier));
        let renewed = Remark { at: Some(now()), ..remark(0, Decision::Accepted) };
        let kept = about(taken(remark(0, Decision::Accepted)).unwrap());
        let kept = About {
            remarks: vec![Remark { at: Some(Timestamp::UNIX_EPOCH), ..kept.remarks[0].clone() }],
            ..kept
        };
        let again = about(renewed).decided(&kept, &report(6), times()).unwrap();
        assert_eq!(again.remarks[0].at, Some(now()), "another moment takes it again");
    }

    #[test]
    fn a_decision_that_changes_nothing_is_told_with_the_reason() {
        let report = report(6);
        let why = |case, decision| report.ineffective(&remark(case, decision));
        let enough = "sans effet : les appels suffisent à rendre le cas conforme";
        assert_eq!(why(0, Decision::Accepted), Some(enough));
        assert_eq!(why(0, Decision::Reserved), None, "a reservation stands");
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
    fn a_decision_about_a_call_out_of_the_period_says_so() {
        let mut report = report(6);
        let of_call = |at: Timestamp| Remark {
            proof: Some(format!("3.250.{}", at.as_microsecond())),
            ..remark(3, Decision::Accepted)
        };
        report.selection.from = Some(now());
        assert_eq!(
            report.ineffective(&of_call(Timestamp::UNIX_EPOCH)),
            Some("sans effet : l'appel concerné est hors de la période choisie")
        );
        assert_eq!(
            report.ineffective(&of_call(now())),
            Some("sans effet : le journal ne contient plus l'appel concerné")
        );
        assert_eq!(
            report.ineffective(&remark(3, Decision::Accepted)),
            Some("sans effet : aucun appel de ce cas n'est dans la période choisie")
        );
        report.about.remarks = vec![of_call(Timestamp::UNIX_EPOCH)];
        let [idle] = <[_; 1]>::try_from(report.all_without_effect()).unwrap();
        assert_eq!(idle.case, "numcpte-cas-3");
        assert!(idle.why.ends_with("hors de la période choisie"), "{}", idle.why);
    }

    /// Decisions outlive a reset of the journal: those of the run before fill no cell of the next one.
    #[test]
    fn a_former_decision_about_a_call_of_before_is_told_in_one_short_line() {
        let of_call = |at: Timestamp| Former {
            decision: Remark {
                by: Some("Paul".to_owned()),
                at: Some(now()),
                real_at: Some(now()),
                proof: Some(format!("3.250.{}", at.as_microsecond())),
                ..remark(0, Decision::Refused)
            },
            until: now(),
            real_until: Some(now()),
            until_by: None,
            comment: None,
        };
        let mut report = report(6);
        report.period = Some((now(), now()));
        let short = "Décision antérieure, sans effet : refusé, par Paul, le 23/11/2026 à 00:30:00, d'après un appel que ce rapport ne \
                     juge pas";
        assert_eq!(report.former_line(&of_call(Timestamp::UNIX_EPOCH)), short);
        let within = report.former_line(&of_call(now()));
        assert!(within.contains("à revoir") && within.contains("(retirée le"), "{within}");
        report.period = None;
        assert_eq!(report.former_line(&of_call(now())), short, "no call is judged");
        let unknown = Former {
            decision: Remark { proof: None, ..of_call(now()).decision },
            ..of_call(now())
        };
        assert_eq!(report.former_line(&unknown), within, "nobody knows its call");
    }

    #[test]
    fn what_cannot_be_decided_is_said() {
        let due = |day| Remark { due: Some(day), ..remark(1, Decision::Reserved) };
        assert!(taken(due(date(2026, 11, 23))).is_ok());
        for (remark, member, why) in [
            (remark(3, Decision::Accepted), "case", "n'est pas joué"),
            (remark(4, Decision::Accepted), "case", "est sans objet pour cette convention"),
            (remark(99, Decision::Accepted), "case", "n'est pas un cas du catalogue"),
            (due(date(2026, 11, 22)), "due", "à partir du 23/11/2026"),
            (due(date(2036, 11, 24)), "due", "une date jusqu'au 23/11/2036"),
            (
                Remark { severity: Some(Severity::Blocking), ..remark(0, Decision::Accepted) },
                "severity",
                "Gravité : un cas accepté sans réserve n'en a pas",
            ),
            (
                Remark { due: Some(date(2027, 1, 1)), ..remark(0, Decision::Accepted) },
                "due",
                "Échéance : un cas accepté sans réserve n'en a pas",
            ),
            (
                Remark { severity: None, ..remark(1, Decision::Reserved) },
                "severity",
                "Gravité : une réserve en demande une (mineure, majeure, bloquante).",
            ),
            (
                Remark { due: None, ..remark(1, Decision::Reserved) },
                "due",
                "Échéance : une réserve en demande une, à laquelle elle doit être levée.",
            ),
            (
                Remark { comment: None, ..remark(1, Decision::Reserved) },
                "comment",
                "en quoi consiste la réserve",
            ),
            (
                Remark { comment: None, ..remark(1, Decision::Refused) },
                "comment",
                "pourquoi le cas est refusé",
            ),
        ] {
            let wrong = taken(remark).unwrap_err();
            assert_eq!(wrong.pointer, format!("/remarks/0/{member}"));
            assert!(wrong.why.contains(why), "{}", wrong.why);
        }
        let nobody = About { tester: None, ..about(remark(0, Decision::Accepted)) };
        let wrong = nobody.decided(&About::default(), &report(6), times()).unwrap_err();
        assert!(
            wrong.pointer == "/remarks/0/by" && wrong.why.starts_with("Auteur : "),
            "{wrong:?}"
        );
    }
}
