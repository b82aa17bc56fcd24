//! One entry of the journal, as a line of a list.

use super::{
    show::{self, Moment},
    words::{self, EntryOutcome},
};
use crate::{
    api::Apis,
    console::motifs,
    journal::{Entry, RefusalFacts, VerdictName},
};

/// What a list shows of an entry.
pub(super) struct Row {
    pub(super) sequence: u64,
    pub(super) at: Moment,
    pub(super) partner: String,
    pub(super) operation: String,
    pub(super) outcome: EntryOutcome,
    /// How the answer is marked, and in a word.
    pub(super) tag: (&'static str, &'static str),
    pub(super) status: String,
    pub(super) code: String,
    /// Class and mark of each control, and what they mean.
    pub(super) marks: Vec<(&'static str, &'static str, String)>,
    /// The controls in words.
    pub(super) verdicts: String,
    /// Why it was refused: a control's reason, else what the API held against the demand.
    pub(super) reason: String,
    /// The motifs that the reason names, with their labels and their legal grounds.
    pub(super) motifs: Vec<String>,
    pub(super) duration: String,
}

impl Row {
    pub(super) fn new(entry: &Entry, apis: &Apis) -> Self {
        let mark = |control| {
            let (class, mark, verdict) = words::verdict(entry.verdict_of_gateway(control));
            (class, mark, format!("{} : {verdict}", words::control(control)))
        };
        let refusal = entry.controls.iter().find(|facts| facts.verdict == VerdictName::Refused);
        let said = || entry.refusal.as_deref().map(RefusalFacts::sentence);
        let reason = refusal.and_then(|facts| facts.reason.clone()).or_else(said);
        let reason = reason.or_else(|| entry.note.clone()).unwrap_or_default();
        Self {
            sequence: entry.sequence,
            at: Moment::new(entry.time),
            partner: entry.partner.clone().unwrap_or_default(),
            operation: words::operation(entry),
            outcome: EntryOutcome::from_entry(entry),
            tag: words::tag(entry),
            status: words::status(entry),
            code: entry.code.clone().unwrap_or_default(),
            marks: entry.controls.iter().map(|facts| mark(facts.control)).collect(),
            verdicts: verdicts(entry),
            motifs: motifs::cited(apis, &reason).into_iter().take(CITED).collect(),
            reason: shortened(&reason),
            duration: show::measured(entry.duration_us),
        }
    }
}

/// A reason as long as a list bears; the entry's own page tells the whole.
fn shortened(reason: &str) -> String {
    match reason.char_indices().nth(LONGEST) {
        Some((at, _)) => {
            let start = &reason[..at];
            let end = start.rfind(' ').unwrap_or(at);
            format!("{}…", start[..end].trim_end_matches([',', ';', ':', ' ']))
        }
        None => reason.to_owned(),
    }
}

/// Characters of a reason in a list.
const LONGEST: usize = 240;

/// Motifs that a list names in full; the entry's own page names all.
const CITED: usize = 3;

/// `2 contrôles non demandés, 3 contrôles validés, refus : Identité`.
fn verdicts(entry: &Entry) -> String {
    let all: Vec<_> = entry
        .controls
        .iter()
        .map(|facts| (facts.control, entry.verdict_of_gateway(facts.control)))
        .collect();
    let count = |wanted| all.iter().filter(|(_, verdict)| *verdict == wanted).count();
    let (granted, unreached) = (count(VerdictName::Granted), count(VerdictName::NotReached));
    let mut parts = Vec::new();
    let unasked = count(VerdictName::NotAsked);
    if unasked > 0 {
        parts.push(format!(
            "{} non {}",
            show::counted(unasked, "contrôle"),
            if unasked > 1 { "demandés" } else { "demandé" }
        ));
    }
    if granted > 0 {
        parts.push(format!(
            "{} {}",
            show::counted(granted, "contrôle"),
            if granted > 1 { "validés" } else { "validé" }
        ));
    }
    let refused = all.iter().filter(|(_, verdict)| *verdict == VerdictName::Refused);
    parts.extend(refused.map(|(control, _)| format!("refus : {}", words::control(*control))));
    if let (Some(_), Some(api)) = (entry.refused_right(), entry.api) {
        parts.push(format!("refus : {}", words::api(api)));
    }
    if unreached > 0 {
        parts.push(format!(
            "{} non {}",
            show::counted(unreached, "contrôle"),
            if unreached > 1 { "évalués" } else { "évalué" }
        ));
    }
    if parts.is_empty() { "aucun contrôle".to_owned() } else { parts.join(", ") }
}
