//! The recette of a running sandbox: its journal judged as it grows, and the marks that cases leave in it.

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, LazyLock},
};

use jiff::{SignedDuration, Timestamp};

use super::{
    Recette,
    evidence::{Evidence, Selection, gaps},
    file::{self, Read, ReadError},
    report::{About, Basis, Before, ConventionChange, ConventionSource, Environment, Report},
    words,
};
use crate::{
    clock::Clock,
    directory::Convention,
    entropy,
    fixtures::Diagnostic,
    journal::{Entry, Filter, Kind, Made, Mark, Step},
    pki,
    sandbox::{Intervention, Reset, Sandbox},
};

/// The catalogue of the settings: the embedded one is read once, a folder's as it is now.
///
/// # Errors
/// Everything wrong in the folder's files.
pub fn recette(fixtures: Option<&Path>) -> Result<Arc<Recette>, Vec<Diagnostic>> {
    static EMBEDDED: LazyLock<Arc<Recette>> = LazyLock::new(|| {
        Arc::new(Recette::load(None).expect("the embedded catalogue is sound: a test reads it"))
    });
    match fixtures {
        None => Ok(Arc::clone(&EMBEDDED)),
        Some(dir) => Recette::load(Some(dir)).map(Arc::new),
    }
}

/// What a running server's journal holds at one moment: what is on file, of earlier runs too, then what is in memory alone.
pub struct Held {
    on_file: Vec<Entry>,
    in_memory: Vec<Arc<Entry>>,
    remarks: Vec<String>,
}

impl Held {
    /// What this one holds now.
    ///
    /// # Errors
    /// A journal file that cannot be read.
    pub fn by(sandbox: &Sandbox) -> Result<Self, ReadError> {
        let mut held = entries(sandbox)?;
        let reading = sandbox.clock.read();
        if reading.frozen || reading.offset.abs() > SignedDuration::from_secs(60) {
            held.remarks.push(
                "L'horloge simulée a été déplacée : les dates du rapport et du journal sont celles de cette horloge.".to_owned(),
            );
        }
        Ok(held)
    }

    /// The report about a partner.
    pub fn report(
        &self,
        sandbox: &Sandbox,
        recette: &Recette,
        convention: &Convention,
        selection: &Selection,
        about: About,
    ) -> Report {
        let entries = self.on_file.iter().chain(self.in_memory.iter().map(AsRef::as_ref));
        let mut evidence = Evidence::gather(entries, &convention.id, selection);
        if let ([], Some(first)) = (&*self.on_file, self.in_memory.first()) {
            evidence.truncated = first.sequence > sandbox.journal.first_of(&convention.id);
        }
        if sandbox.config.state.url.is_some() {
            evidence.gaps.clear(); // numbers are those of all replicas, of which some may not be heard of
        }
        let is_on_file = !self.on_file.is_empty();
        let emptied = emptied(sandbox, &convention.id, is_on_file);
        let now = sandbox.clock.times();
        let opening = |one: &Convention| {
            recette.opening(one, now.simulated, sandbox.config.gateway.environment)
        };
        let interventions = ordered(sandbox, &convention.id, is_on_file);
        let written = sandbox.written();
        let before = Before {
            orders: &interventions,
            from: selection.from,
            known: None,
            written: written.convention(&convention.id).map(AsRef::as_ref),
        };
        let change = ConventionChange::find(&recette.catalogue, convention, before, opening);
        let (change, unread) = change.map_or_else(|why| (None, Some(why)), |one| (one, None));
        let mut environment = Environment::of_server(&sandbox.config);
        environment.gateway = sandbox.gateway_url.get().cloned();
        let mut report = Report::new(Basis {
            catalogue: &recette.catalogue,
            convention,
            opening: &opening(convention),
            evidence: &evidence,
            environment,
            selection: selection.clone(),
            about,
            remarks: self.remarks.iter().cloned().chain(emptied).chain(unread).collect(),
            interventions,
            change,
            judged: ConventionSource::AsItIs,
            now,
        });
        report.resets = resets(sandbox, &convention.id, is_on_file);
        serials(sandbox, &convention.id, &mut report);
        report
    }
}

/// When the journal was emptied of this partner's entries, by whom, and whether the calls of before still count.
fn resets(sandbox: &Sandbox, partner: &str, is_on_file: bool) -> Vec<String> {
    let resets = sandbox.resets();
    let those = resets.iter().filter(|reset| concerns(reset, partner));
    those.map(|reset| format!("{} ({})", reset_line(reset), fate(is_on_file))).collect()
}

/// What was ordered at the console since the calls that count.
fn ordered(sandbox: &Sandbox, partner: &str, is_on_file: bool) -> Vec<Intervention> {
    let resets = sandbox.resets();
    let mut begun = resets.iter().filter(|reset| reset.is_beginning && concerns(reset, partner));
    let before = begun.next_back().map_or(0, |reset| reset.ordered);
    sandbox.interventions.for_partner(partner, if is_on_file { 0 } else { before })
}

/// What the last emptying means for the report, where it was no new beginning that somebody wanted.
fn emptied(sandbox: &Sandbox, partner: &str, is_on_file: bool) -> Option<String> {
    let resets = sandbox.resets();
    let mut those = resets.iter().filter(|reset| !reset.is_beginning && concerns(reset, partner));
    let last = reset_line(those.next_back()?);
    Some(format!("Le journal a été vidé {last} : {}.", fate(is_on_file)))
}

/// What became of the calls of before: an emptying leaves the journal's file as it is, and the file is judged too.
fn fate(is_on_file: bool) -> &'static str {
    match is_on_file {
        true => "les appels d'avant restent dans le fichier, et sont comptés",
        false => "les appels d'avant ne sont plus comptés",
    }
}

fn concerns(reset: &Reset, partner: &str) -> bool {
    reset.partner.as_deref().is_none_or(|whose| whose == partner)
}

fn reset_line(Reset { at, by, .. }: &Reset) -> String {
    format!("le {} par {by}", words::dated(at.simulated, Some(at.real)))
}

/// The serial number of the partner's own certificate, where it is the one that was seen.
fn serials(sandbox: &Sandbox, partner: &str, report: &mut Report) {
    let Some(chain) = pki::client_certificate(&sandbox.config.certs, partner) else { return };
    let own = sandbox.trust.describe(&chain);
    let print = own.fingerprint().to_string();
    for seen in report.callers.certificates.iter_mut().filter(|seen| seen.fingerprint == print) {
        seen.serial = Some(own.serial().to_owned());
    }
}

/// Why a case is not for this convention as it is now, in French; nothing where it is.
pub fn objection(
    sandbox: &Sandbox,
    recette: &Recette,
    convention: &Convention,
    case: &str,
) -> Option<String> {
    let now = sandbox.clock.now();
    let opening = recette.opening(convention, now, sandbox.config.gateway.environment);
    recette.catalogue.case(case)?.applies.objection(&opening)
}

/// Writes in the journal that a case begins or ends, for the partner's application or for a run of bacasable's own.
pub fn mark(
    sandbox: &Sandbox,
    convention: &Convention,
    case: &str,
    step: Step,
    made: Option<Made>,
) {
    sandbox.journal.record(Entry {
        time: sandbox.clock.now(),
        kind: Kind::Recette,
        correlation_id: entropy::uuid().to_string(),
        partner: Some(convention.id.clone()),
        arrived_us: sandbox.journal.since_birth(Clock::instant()),
        made,
        mark: Some(Mark { case: case.to_owned(), step }),
        ..Entry::default()
    });
}

/// Every entry there is; none twice. Files that turn over are read again when entries are missing, as some may be that were
/// on their way.
fn entries(sandbox: &Sandbox) -> Result<Held, ReadError> {
    let replicated = sandbox.config.state.url.is_some();
    let mut held = entries_now(sandbox)?;
    for _ in 0..AGAIN {
        let all = held.on_file.iter().chain(held.in_memory.iter().map(AsRef::as_ref));
        if replicated || gaps(all).is_empty() {
            break;
        }
        held = entries_now(sandbox)?;
    }
    Ok(held)
}

fn entries_now(sandbox: &Sandbox) -> Result<Held, ReadError> {
    let mut in_memory = sandbox.journal.read(&Filter::default());
    let shared = in_memory.iter().any(|entry| entry.replica.is_some());
    if shared {
        // Those of other replicas are heard of a moment after they came in.
        in_memory.sort_by_key(|entry| entry.arrived_us);
    }
    let Some(path) = sandbox.config.journal.file.as_deref() else {
        return Ok(Held { on_file: Vec::new(), in_memory, remarks: Vec::new() });
    };
    sandbox.journal.settle();
    let Read { entries: mut on_file, remarks } = file::read_growing(path)?;
    let known: HashSet<_> = on_file.iter().map(name).collect();
    in_memory.retain(|entry| !known.contains(&name(entry)));
    drop(known);
    if !shared && !in_memory.is_empty() {
        // What did not reach the file belongs between what did.
        let own = on_file.iter().rposition(|entry| entry.kind == Kind::Start).unwrap_or_default();
        in_memory.extend(on_file.split_off(own).into_iter().map(Arc::new));
        in_memory.sort_by_key(|entry| entry.sequence);
    }
    Ok(Held { on_file, in_memory, remarks })
}

/// How often files are read again before what is missing counts as missing.
const AGAIN: u8 = 3;

/// What tells an entry from those of other runs.
fn name(entry: &Entry) -> (u64, Timestamp, &str) {
    (entry.sequence, entry.time, &entry.correlation_id)
}
