//! Which cases the partner's application has shown, and how it behaved: computed from the journal, and from nothing else.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    applies::Opening,
    catalogue::{Case, Catalogue},
    evidence::{Evidence, Exhibit},
    line::Line,
    reaction::{FollowUp, Reaction},
    remark::{Decision, Remark},
    words,
};
use crate::journal::{Entry, Kind};

/// How far a case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The convention does not open it.
    NotApplicable,
    /// Nothing in the journal.
    NotSeen,
    /// Tried without the expected end, or what the client must do next has not happened yet.
    Seen,
    /// The mistake that the case asks for, which may not have been meant: the tester says whether it was.
    ToConfirm,
    /// The calls are as they should be; what they cannot show waits for the tester's word.
    Awaiting,
    /// Shown, with the reaction expected.
    Conforming,
    /// Shown, and the client did what it should not.
    NotConforming,
}

/// What the journal says of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseResult {
    /// The case's id.
    pub id: String,
    pub title: String,
    /// What is required.
    pub requirement: String,
    /// Where that is written.
    pub sources: Vec<String>,
    /// How to play it.
    pub how: String,
    /// How far it has come.
    pub state: State,
    /// How far it has come by the journal alone, where that is another state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<State>,
    /// Whether the hour that the client was to wait for came because the clock was moved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_clock: bool,
    /// What the journal cannot show and the tester must witness, in French.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
    /// Why it is where it is, where that needs a word.
    pub note: Option<String>,
    /// How many entries show it.
    pub seen: usize,
    /// The last of them, with what followed.
    pub evidence: Vec<Proof>,
}

/// An entry that proves something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The correlation identifier.
    pub correlation_id: String,
    /// When.
    pub time: jiff::Timestamp,
    pub operation: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    pub code: Option<String>,
    /// The method and the path, where they are of no operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// What tells its entry from every other one, whatever identifier the client sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
}

/// Cases of one theme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThemeResult {
    /// The theme's id.
    pub id: String,
    pub title: String,
    pub cases: Vec<CaseResult>,
}

/// How many cases are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Cases that the convention opens.
    pub applicable: usize,
    /// Of these, shown as they should be.
    pub conforming: usize,
    /// Shown, and the client did what it should not.
    pub not_conforming: usize,
    /// Tried, and calls are still to be made.
    pub seen: usize,
    /// Mistakes that the tester may say were meant.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub to_confirm: usize,
    /// Shown by the calls, and not witnessed yet by the tester.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub awaiting: usize,
    /// Nothing in the journal.
    pub not_seen: usize,
}

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
    let theme = |theme: &super::catalogue::Theme| ThemeResult {
        id: theme.id.clone(),
        title: theme.title.clone(),
        cases: theme.cases.iter().map(judge).collect(),
    };
    catalogue.themes.iter().map(theme).collect()
}

impl Tally {
    /// The tally of these cases.
    pub fn count<'a>(cases: impl IntoIterator<Item = &'a CaseResult>) -> Self {
        let mut tally = Self::default();
        for case in cases {
            tally.applicable += usize::from(case.state != State::NotApplicable);
            match case.state {
                State::NotApplicable => {}
                State::NotSeen => tally.not_seen += 1,
                State::Seen => tally.seen += 1,
                State::ToConfirm => tally.to_confirm += 1,
                State::Awaiting => tally.awaiting += 1,
                State::Conforming => tally.conforming += 1,
                State::NotConforming => tally.not_conforming += 1,
            }
        }
        tally
    }

    /// Cases that one word of the tester can end.
    pub fn for_the_tester(self) -> usize {
        self.to_confirm + self.awaiting
    }

    /// The share of applicable cases that are conforming, in whole percents, rounded down; all of none is 100.
    pub fn percent(self) -> usize {
        (self.conforming * 100).checked_div(self.applicable).unwrap_or(100)
    }
}

impl CaseResult {
    /// Whether the convention opens it.
    pub fn is_applicable(&self) -> bool {
        self.state != State::NotApplicable
    }

    /// Whether it is still to be played, to be completed by calls or to be played again.
    pub fn is_left(&self) -> bool {
        matches!(self.state, State::NotSeen | State::Seen | State::NotConforming)
    }

    /// What tells the calls that show it from any others: who decides of it decides of these.
    pub fn proofs(&self) -> String {
        let names: Vec<_> = self.evidence.iter().filter_map(|one| one.entry.as_deref()).collect();
        names.join(" ")
    }

    /// How far it has come by the journal alone: what people decided of it does not matter.
    pub fn by_journal(&self) -> State {
        self.journal.unwrap_or(self.state)
    }
}

impl State {
    /// In French.
    pub fn french(self) -> &'static str {
        match self {
            Self::NotApplicable => "sans objet",
            Self::NotSeen => "non joué",
            Self::Seen => "à compléter",
            Self::ToConfirm => "à confirmer",
            Self::Awaiting => "constat attendu",
            Self::Conforming => "conforme",
            Self::NotConforming => "non conforme",
        }
    }
}

impl Proof {
    pub(super) fn new(entry: &Entry) -> Self {
        Self {
            correlation_id: words::clipped(&entry.correlation_id),
            time: entry.time,
            operation: entry.operation.as_deref().map(str::to_owned),
            status: entry.status,
            code: entry.code.clone(),
            asked: asked(entry),
            entry: Some(name(entry)),
        }
    }
}

impl Proof {
    /// How it ended, in French: the status, and the code where that says more.
    pub fn outcome(&self) -> String {
        let Some(status) = self.status.map(|status| status.to_string()) else {
            return "sans réponse".to_owned();
        };
        let code = self.code.as_ref().filter(|code| **code != status);
        [Some(&status), code].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
    }
}

/// What was asked where there is no such thing, as the entry explains it: `PUT /ficoba-api/v2/etatSante`.
fn asked(entry: &Entry) -> Option<String> {
    if entry.operation.is_some() || entry.kind != Kind::Request {
        return None;
    }
    let explanation = entry.refusal.as_ref().and_then(|refusal| refusal.explanation.as_deref());
    let asked = explanation.and_then(|text| Some(text.split_once(" : ")?.0));
    asked.or(entry.method.as_deref()).map(words::clipped)
}

/// The entry's number, and when it came by both clocks.
fn name(entry: &Entry) -> String {
    format!("{}.{}.{}", entry.sequence, entry.arrived_us, entry.time.as_microsecond())
}

/// A case, and what the journal holds for it.
struct Trial<'a, 'e> {
    case: &'a Case,
    opening: &'a Opening,
    line: &'a Line<'a, 'e>,
    /// The exhibits that show some case.
    claimed: &'a [bool],
    /// Those that show this one.
    all: &'a [usize],
}

impl Trial<'_, '_> {
    fn judge(&self, remark: Option<&Remark>) -> CaseResult {
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
        let during = |one: &Exhibit<'_>| one.during.contains(&case.id.as_str());
        let is_one = |&at: &usize| {
            let one = self.line[at];
            let own = one.own && !self.claimed[at] && !case.expect.has.is_empty();
            let own = own && case.expect.wants_success();
            // A token that was asked for on the way to the call is no attempt at it.
            let is_aside = one.asks_token() && case.expect.operation.is_empty();
            case.expect.asks(one.entry) && (own || (during(one) && !is_aside))
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
        self.line[at].during.contains(&self.case.id.as_str())
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
            result.note =
                Some(format!("Les appels sont conformes. À constater par le testeur : {witness}"));
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

    /// The tester's word stands for the call that it was taken about, and for none that came after it.
    fn accept(&self, remark: &Remark, result: &mut CaseResult) {
        let is_witnessed = |&at: &usize| self.is_about(remark, at);
        let Some(witnessed) = self.all.iter().copied().find(is_witnessed) else { return };
        let said = match &result.witness {
            Some(witness) => format!("Constaté par le testeur : {witness}"),
            None => "Appel fait volontairement, d'après le testeur.".to_owned(),
        };
        result.state = State::Conforming;
        result.note = Some(said + &self.later(witnessed, "ce constat"));
        result.evidence = vec![self.proof(witnessed)];
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

    /// Whether a decision was taken about this call.
    fn is_about(&self, remark: &Remark, at: usize) -> bool {
        let entry = self.line[at].entry;
        remark.is_of(entry.sequence, || name(entry))
    }

    fn proof(&self, at: usize) -> Proof {
        Proof::new(self.line[at].entry)
    }
}

impl Case {
    /// Whether the exhibit is what the case waits for.
    fn shown_by(&self, exhibit: &Exhibit<'_>) -> bool {
        let counts = exhibit.own || exhibit.during.contains(&self.id.as_str());
        counts && self.expect.takes(exhibit.entry)
    }

    /// Whether the exhibit was made for this case: while it was being played, or by an incident that was ordered.
    fn chosen_in(&self, exhibit: &Exhibit<'_>) -> bool {
        let is_this = |id: &&str| **id == *self.id || self.with.iter().any(|other| other == *id);
        exhibit.entry.fault.is_some() || exhibit.during.iter().any(is_this)
    }
}

/// Why a mistake alone does not show a case that asks for one.
const BLUNDER: &str = "Fait hors du déroulement du cas, cet appel peut être une erreur non voulue. Le testeur confirme qu'il était voulu, \
     ou l'appel est refait entre le début et la fin du cas.";

/// How an hour came that nobody waited for.
const SKIPPED: &str = "Cette heure a été atteinte en avançant l'horloge simulée, et non par une attente de l'application.";

pub(super) fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// How many proofs a case shows.
const SHOWN: usize = 3;
