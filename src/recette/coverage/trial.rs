//! How far one case has come, by the calls that show it and by what people decided of it.

use jiff::{SignedDuration, Timestamp};

use super::{
    proof::{Proof, name},
    result::{CaseResult, State},
};
use crate::recette::{
    applies::Opening,
    catalogue::Case,
    evidence::{During, Exhibit},
    line::Line,
    reaction::{FollowUp, Reaction},
    remark::{Decision, Remark},
    words,
};

/// A case, and what the journal holds for it.
pub(super) struct Trial<'a, 'e> {
    pub(super) case: &'a Case,
    pub(super) opening: &'a Opening,
    pub(super) line: &'a Line<'a, 'e>,
    /// The exhibits that show some case.
    pub(super) claimed: &'a [bool],
    /// Those that show this one.
    pub(super) all: &'a [usize],
}

impl Trial<'_, '_> {
    pub(super) fn judge(&self, remark: Option<&Remark>) -> CaseResult {
        let Self { case, .. } = self;
        let mut result = CaseResult {
            id: case.id.clone(),
            title: case.title.clone(),
            requirement: case.requirement.clone(),
            sources: case.sources.clone(),
            how: case.how.clone(),
            state: State::NotSeen,
            journal: None,
            by_clock: false,
            witness: case.witness.clone(),
            note: None,
            seen: self.all.len(),
            evidence: Vec::new(),
        };
        if let Some(objection) = case.applies.objection(self.opening) {
            return CaseResult { state: State::NotApplicable, note: Some(objection), ..result };
        }
        if self.all.is_empty() {
            if let Some(attempt) = self.attempt() {
                result.state = State::Seen;
                result.note = Some("Essayé, sans la réponse attendue jusqu'ici.".to_owned());
                result.evidence.push(self.proof(attempt));
            }
            return result;
        }
        let chosen: Vec<usize> =
            self.all.iter().copied().filter(|&at| case.chosen_in(self.line[at])).collect();
        let is_doubtful = case.deliberate && chosen.is_empty();
        let events = if case.deliberate && !is_doubtful { &chosen } else { self.all };
        self.weigh(events, &mut result);
        self.settle(is_doubtful, remark, &mut result);
        result
    }

    /// A call that is surely of this case, and did not end as it should: made while it was being played, or with the criteria
    /// that are its own. What shows another case is of that other one.
    fn attempt(&self) -> Option<usize> {
        let case = self.case;
        let is_one = |&at: &usize| {
            let one = self.line[at];
            let own = one.own && !self.claimed[at] && !case.expect.has.is_empty();
            let own = own && case.expect.wants_success();
            // A token that was asked for on the way to the call is no attempt at it.
            let is_aside = one.asks_token() && case.expect.operation.is_empty();
            case.expect.asks(one.entry) && (own || (one.is_during(&case.id) && !is_aside))
        };
        (0..self.line.len()).rfind(is_one)
    }

    /// What the calls show: the last occurrence that says something decides, for a client that was mended is judged by what it
    /// does now.
    fn weigh(&self, events: &[usize], result: &mut CaseResult) {
        let Some(reaction) = self.case.reaction else {
            result.state = State::Conforming;
            result.evidence =
                events.iter().rev().take(SHOWN).rev().map(|&at| self.proof(at)).collect();
            return;
        };
        let Some(decided) = reaction.decide(events, self.line) else { return };
        let expected = reaction.expectation();
        let proofs = |all: &[usize]| all.iter().map(|&at| self.proof(at)).collect();
        match decided {
            (event, FollowUp::Met(by)) => {
                result.state = State::Conforming;
                result.note = Some(words::sentence(expected));
                if by.is_some_and(|by| reaction.skipped(self.line[event], self.line[by])) {
                    result.by_clock = true;
                    result.note = Some(format!("{} {SKIPPED}", words::sentence(expected)));
                }
                result.evidence = proofs(&[event].into_iter().chain(by).collect::<Vec<_>>());
            }
            // Any call shows a certificate: only one that was made for the case is a try at showing another one.
            (event, FollowUp::Pending(_))
                if reaction == Reaction::NewCertificate && !self.is_tried(event) =>
            {
                result.seen = 0;
            }
            (event, FollowUp::Pending(why)) => {
                result.state = State::Seen;
                result.note = Some(words::sentence(&format!("{why} ; attendu : {expected}")));
                result.evidence = proofs(&[event]);
            }
            (event, FollowUp::Broken(culprit, why)) => {
                result.state = State::NotConforming;
                result.note = Some(words::sentence(&format!("{why} ; attendu : {expected}")));
                result.evidence = proofs(&[event, culprit]);
            }
        }
    }

    /// Whether an exhibit was made while the case was being played.
    fn is_tried(&self, at: usize) -> bool {
        self.line[at].is_during(&self.case.id)
    }

    /// What the journal leaves open, and what people decided of it. A refusal lasts until it is withdrawn; an acceptance is of
    /// calls that the journal still holds.
    fn settle(&self, is_doubtful: bool, remark: Option<&Remark>, result: &mut CaseResult) {
        if result.state == State::Conforming && is_doubtful {
            result.state = State::ToConfirm;
            result.note = Some(BLUNDER.to_owned());
        } else if result.state == State::Conforming
            && let Some(witness) = &result.witness
        {
            result.state = State::Awaiting;
            result.note = Some(format!(
                "Les appels sont conformes.{} À constater par le testeur : {witness}",
                self.rush()
            ));
        } else if !matches!(result.state, State::Conforming | State::NotConforming) {
            return;
        }
        let by_journal = result.state;
        let Some(remark) = remark else { return };
        match remark.decision {
            Decision::Refused => {
                result.state = State::NotConforming;
                self.refuse(remark, result);
            }
            Decision::Accepted | Decision::Reserved => {
                if matches!(by_journal, State::Awaiting | State::ToConfirm) {
                    self.accept(remark, result);
                }
            }
        }
        if result.state != by_journal {
            result.journal = Some(by_journal);
        }
    }

    /// The tester's word stands for the call that it was taken about, and for none that came after it. Of an event with its
    /// recovery the tester was shown both, and the word is about the last.
    fn accept(&self, remark: &Remark, result: &mut CaseResult) {
        let Some(shown) = (0..self.line.len()).find(|&at| self.is_about(remark, at)) else {
            return;
        };
        let mut before = self.all.iter().copied().filter(|&event| event <= shown);
        let Some(witnessed) = before.next_back() else { return };
        let said = match &result.witness {
            Some(witness) if remark.decision == Decision::Reserved => {
                format!("Accepté avec réserve par le testeur, qui devait constater : {witness}")
            }
            Some(witness) => format!("Constaté par le testeur : {witness}"),
            None => "Appel fait volontairement, d'après le testeur.".to_owned(),
        };
        result.state = State::Conforming;
        result.note = Some(said + &self.rush() + &self.later(witnessed, "ce constat"));
        let recovery = Some(shown).filter(|&shown| shown != witnessed);
        result.evidence =
            [witnessed].into_iter().chain(recovery).map(|at| self.proof(at)).collect();
    }

    /// A refusal shows the call that its author saw, and the newest one where others came after it.
    fn refuse(&self, remark: &Remark, result: &mut CaseResult) {
        let Some(refused) = (0..self.line.len()).find(|&at| self.is_about(remark, at)) else {
            let gone = remark.proof.as_ref().map(|_| " L'appel refusé n'est pas dans ce rapport.");
            result.note = Some(format!("Refusé par décision.{}", gone.unwrap_or_default()));
            return;
        };
        let proof = self.proof(refused);
        let hour = words::hour(proof.time);
        let later = self.later(refused, "ce refus");
        result.note = Some(format!("Refusé par décision, d'après l'appel de {hour}.{later}"));
        let newest = result.evidence.pop().filter(|one| one.entry != proof.entry);
        let newest = newest.filter(|_| !later.is_empty());
        result.evidence = [proof].into_iter().chain(newest).collect();
    }

    /// How many calls showed the case after this one: ` 1 autre appel a été fait depuis ce refus.`
    fn later(&self, at: usize, since: &str) -> String {
        match self.all.iter().filter(|&&other| other > at).count() {
            0 => String::new(),
            n => format!(
                " {} depuis {since}.",
                words::counted(n, "autre appel a été fait", "autres appels ont été faits")
            ),
        }
    }

    /// How many calls that show the case came together, where these are more than somebody tries by hand: what is to be witnessed
    /// may be that there are few.
    fn rush(&self) -> String {
        let most = crowd(self.all.iter().map(|&at| self.line[at].entry.time));
        match most >= CROWD {
            true => format!(" {most} de ces appels ont été faits en dix secondes ou moins."),
            false => String::new(),
        }
    }

    /// Whether a decision was taken about this call.
    fn is_about(&self, remark: &Remark, at: usize) -> bool {
        let entry = self.line[at].entry;
        remark.is_of(entry.sequence, || name(entry))
    }

    fn proof(&self, at: usize) -> Proof {
        Proof::new(self.line[at].entry)
    }
}

/// The most of these moments that lie within ten seconds.
fn crowd(moments: impl Iterator<Item = Timestamp>) -> usize {
    let mut all: Vec<_> = moments.collect();
    all.sort_unstable();
    let within = |first: usize| {
        let (from, start) = (all[first], &all[first..]);
        start.partition_point(|at| at.duration_since(from) <= TOGETHER)
    };
    (0..all.len()).map(within).max().unwrap_or_default()
}

impl Case {
    /// Whether the exhibit is what the case waits for.
    pub(in crate::recette) fn shown_by(&self, exhibit: &Exhibit<'_>) -> bool {
        let counts = exhibit.own || exhibit.is_during(&self.id);
        counts && self.expect.takes(exhibit.entry)
    }

    /// Whether the exhibit was made for this case: while it was being played, or by an incident that was ordered.
    fn chosen_in(&self, exhibit: &Exhibit<'_>) -> bool {
        let is_this = |one: &During<'_>| {
            one.case == self.id || self.with.iter().any(|other| other == one.case)
        };
        exhibit.entry.fault.is_some() || exhibit.during.iter().any(is_this)
    }
}

/// Why a mistake alone does not show a case that asks for one.
const BLUNDER: &str = "Fait hors du déroulement du cas, cet appel peut être une erreur non voulue. Le testeur confirme qu'il était voulu, \
     ou l'appel est refait entre le début et la fin du cas.";

/// How an hour came that nobody waited for.
const SKIPPED: &str = "Cette heure a été atteinte en avançant l'horloge simulée, et non par une attente de l'application.";

/// How many proofs a case shows.
const SHOWN: usize = 3;

/// So many calls in ten seconds are told.
const CROWD: usize = 5;
const TOGETHER: SignedDuration = SignedDuration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_came_together_are_counted() {
        let at = |seconds: &[i64]| {
            crowd(seconds.iter().map(|&second| Timestamp::from_second(second).unwrap()))
        };
        assert_eq!(at(&[]), 0);
        assert_eq!(at(&[0, 20, 40]), 1);
        assert_eq!(at(&[30, 0, 5, 10, 11, 31]), 3);
    }
}
