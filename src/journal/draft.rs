//! The draft of an entry, which a request carries along.

use std::{borrow::Cow, sync::LazyLock, time::Instant};

use super::{
    Entry, SharedList,
    facts::{ControlFacts, JustificationFacts, RefusalFacts},
};
use crate::admission::{Chain, Control, Verdict};

/// The facts that a request gathers on its way; each room writes what it knows.
#[derive(Debug, Default)]
pub struct Draft {
    /// The entry so far.
    pub entry: Entry,
    /// The controls so far.
    pub chain: Chain,
    /// Why the answer is what it is, in French, where no control says it: told in the diagnostics.
    pub reason: Option<String>,
    /// Why the answer was ordered, in French, where somebody or the opening hours chose it.
    pub ordered: Option<String>,
    /// Whether an answer that succeeds gives less than was asked, so that its headers say why as a refusal's do.
    pub is_partial: bool,
    /// The series of references that was current when it came in.
    pub series: u64,
    /// When it came in, monotonic.
    pub began: Option<Instant>,
}

/// What an API notes of a request that it answers (CGU FICOBA 10, CGU R2P 10): names and counts, never values.
#[derive(Debug, Default)]
pub struct Facts {
    /// The code in the answer, where it has one.
    pub code: Option<&'static str>,
    /// The motif, as sent.
    pub motif: Option<String>,
    /// The kinds of criteria given.
    pub criteria: Vec<Cow<'static, str>>,
    /// The kinds of identifiers given that look like those of the real world.
    pub vigilance: Vec<String>,
    /// The mistake that the answer says nothing of.
    pub mistake: Option<&'static str>,
    /// What is kept of the demand's justification.
    pub justification: Option<JustificationFacts>,
    /// The reference given to the demand.
    pub reference: Option<String>,
    /// How many answers came back.
    pub answers: Option<u32>,
    /// The keys restituted.
    pub restituted: SharedList<Cow<'static, str>>,
    /// Why the convention does not open what was asked, in French: shown under the control of rights.
    pub refused_right: Option<String>,
    /// Why the answer is what it is, in French, where no control says it.
    pub reason: Option<String>,
    /// Why the API refused.
    pub refusal: Option<RefusalFacts>,
}

impl Draft {
    /// Adds what an API noted.
    pub fn add(&mut self, facts: Facts) {
        let entry = &mut self.entry;
        entry.code = facts.code.map(str::to_owned).or(entry.code.take());
        entry.motif = facts.motif;
        entry.criteria = facts.criteria;
        entry.vigilance = facts.vigilance;
        entry.mistake = facts.mistake.map(Cow::Borrowed);
        entry.justification = facts.justification;
        entry.reference = facts.reference;
        entry.answers = facts.answers;
        entry.restituted = facts.restituted;
        if let Some(reason) = facts.refused_right {
            self.chain.refuse_right(reason);
        }
        self.explain(facts.reason);
        if let Some(refusal) = facts.refusal {
            self.refuse(refusal);
        }
    }

    /// Writes down whose call it is, as far as the controls know.
    pub fn note_partner(&mut self) {
        let partner = self.chain.partner().map(|partner| &partner.id);
        if self.entry.partner.as_ref() != partner {
            self.entry.partner = partner.cloned();
        }
    }

    /// Keeps a reason for the diagnostics, and as the entry's note.
    pub fn explain(&mut self, reason: Option<String>) {
        if let Some(reason) = reason {
            self.entry.note.get_or_insert_with(|| reason.clone());
            self.reason = Some(reason);
        }
    }

    /// Keeps why an API or the token endpoint refused; the diagnostics tell it.
    pub fn refuse(&mut self, facts: RefusalFacts) {
        self.reason = Some(facts.sentence());
        self.entry.refusal = Some(Box::new(facts));
    }

    /// Completes the entry with what the controls said.
    pub fn finish(&mut self) {
        let Self { entry, chain, .. } = self;
        entry.controls = verdicts(chain);
        entry.cause = chain.cause.map(Cow::Borrowed);
        entry.next_access = chain.next_access;
        if let Some(token) = &chain.token {
            entry.token = Some(token.id.clone());
        }
    }
}

fn verdicts(chain: &Chain) -> SharedList<ControlFacts> {
    static ALL_GRANTED: LazyLock<SharedList<ControlFacts>> = LazyLock::new(|| {
        Control::ALL
            .iter()
            .map(|control| ControlFacts::from((*control, &Verdict::Granted)))
            .collect()
    });
    match chain.verdicts().all(|(_, verdict)| *verdict == Verdict::Granted) {
        true => ALL_GRANTED.clone(),
        false => chain.verdicts().map(ControlFacts::from).collect(),
    }
}
