//! What a server keeps beside its journal: what people say of a rehearsal, what was ordered at the console, and what the conventions were.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use serde_json::Value;

use super::{Setup, lang::Lang};
use crate::{
    cli::output,
    journal::Entry,
    recette::{report::About, words},
    sandbox::{Abouts, Act, Intervention, Interventions, KnownConventions},
};

/// What the console keeps about a partner's rehearsal beside the files of `--journal`; of files that were turned over
/// (`journal.1.jsonl`), beside the one that goes on. Where several say something, the last counts. Where it was read is noted.
///
/// # Errors
/// A file that is there and cannot be read: a report without its decisions would not say so.
pub(super) fn said(setup: &Setup, journals: &[PathBuf], partner: &str) -> anyhow::Result<About> {
    let mut about = About::default();
    for file in beside(journals.iter(), Abouts::file_beside) {
        let shown = file.display().to_string();
        let wrong = |why| unreadable(&file, "les renseignements du rapport", why);
        let Some(said) = Abouts::kept_in(&file).map_err(wrong)?.remove(partner) else { continue };
        let said: About =
            serde_json::from_value(said).map_err(|error| wrong(format!("{shown}: {error}")))?;
        let known = |case: &str| setup.recette.catalogue.case(case).is_some();
        let said = said.checked(known).map_err(anyhow::Error::msg).context(shown.clone())?;
        about = about.overridden_by(said);
        output::note(&Lang::chosen().pick(
            format!("{shown} : renseignements et décisions lus à côté du journal"),
            format!("{shown}: what was said of the rehearsal is read beside the journal"),
        ));
    }
    Ok(about)
}

/// What a server keeps beside its journal besides what people say.
pub(super) struct Beside {
    /// What was ordered at the console about the partner.
    pub(super) orders: Vec<Intervention>,
    /// The partner's convention as the last server read its file.
    pub(super) known: Option<Value>,
    /// What is missing, in French.
    pub(super) remarks: Vec<String>,
}

impl Beside {
    /// What stands beside the files of `--journal`.
    ///
    /// # Errors
    /// A file that is there and cannot be read: a report would not say what was changed.
    pub(super) fn read(journals: &[PathBuf], partner: &str) -> anyhow::Result<Self> {
        let mut all = Self { orders: Vec::new(), known: None, remarks: Vec::new() };
        let files = beside(journals.iter(), Interventions::file_beside);
        for file in &files {
            let wrong = |why| unreadable(file, "les interventions faites depuis la console", why);
            let kept = Interventions::kept_in(file).map_err(wrong)?;
            all.orders.extend(kept.into_iter().filter(|one| one.concerns(partner)));
        }
        all.remarks.extend(missing(
            &files,
            "ce qui a été ordonné à la console (incidents, horloge, quotas, convention) n'est pas connu",
        ));
        all.remarks.extend(missing(
            &beside(journals.iter(), Abouts::file_beside),
            "les renseignements et les décisions (acceptations, réserves, refus) ne sont pas connus",
        ));
        let files = beside(journals.iter(), KnownConventions::file_beside);
        for file in &files {
            let wrong = |why| unreadable(file, "les conventions lues par le serveur", why);
            let kept = KnownConventions::kept_in(file).map_err(wrong)?;
            all.known = kept.and_then(|mut all| all.remove(partner)).or(all.known);
        }
        all.remarks.extend(missing(
            &files,
            "rien ne dit si la convention jugée est celle que le serveur avait lue",
        ));
        Ok(all)
    }
}

fn unreadable(file: &Path, what: &str, why: String) -> anyhow::Error {
    anyhow!(Lang::chosen().pick(
        format!(
            "{} : ce fichier, à côté du journal, devrait contenir {what} et ne se lit pas. Le réparer ou l'écarter",
            file.display()
        ),
        format!("{why} (it stands beside the journal: mend it, or move it away)"),
    ))
}

/// What is to be known where none of these files is there, which a server makes when it starts.
fn missing(files: &[PathBuf], so: &str) -> Option<String> {
    let last = files.last().filter(|_| !files.iter().any(|file| file.is_file()))?;
    let name = last.file_name().unwrap_or_default().to_string_lossy();
    Some(format!("Le fichier {name} n'accompagne pas le journal : {so}."))
}

/// What is to be known where the journal shows incidents, and the file beside it knows of none.
pub(super) fn orders_missing(
    entries: &[Entry],
    orders: &[Intervention],
    partner: &str,
) -> Option<String> {
    let is_ordered =
        |entry: &&Entry| entry.fault.is_some() && entry.partner.as_deref() == Some(partner);
    let shown = entries.iter().filter(is_ordered).count();
    let knows = orders.iter().any(|one| one.act == Act::Fault);
    (shown > 0 && !knows).then(|| {
        let calls = words::counted(shown, "appel qui a reçu", "appels qui ont reçu");
        format!(
            "Le journal montre {calls} un incident commandé, et le fichier des interventions, à côté de lui, n'en connaît aucun : il est \
             incomplet, et ce qui a été ordonné à la console n'est pas connu."
        )
    })
}

/// The files that a server keeps beside these journals, each once.
fn beside<'a>(
    journals: impl Iterator<Item = &'a PathBuf>,
    name: impl Fn(&Path) -> PathBuf,
) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for journal in journals {
        let stem = journal.file_stem().and_then(OsStr::to_str).and_then(|stem| {
            let (stem, number) = stem.rsplit_once('.')?;
            number.bytes().all(|byte| byte.is_ascii_digit()).then_some(stem)
        });
        let goes_on = stem.map(|stem| journal.with_file_name(format!("{stem}.jsonl")));
        for file in [Some(journal.clone()), goes_on].into_iter().flatten() {
            let file = name(&file);
            if !all.contains(&file) {
                all.push(file);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_stands_beside_the_journal_that_goes_on() {
        let named = |names: &[&str]| {
            let files: Vec<_> = names.iter().map(PathBuf::from).collect();
            let found = beside(files.iter(), Abouts::file_beside);
            found.iter().map(|file| file.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(named(&["d/journal.jsonl"]), ["d/journal.recette.json"]);
        assert_eq!(
            named(&["d/journal.12.jsonl", "d/journal.jsonl"]),
            ["d/journal.12.recette.json", "d/journal.recette.json"]
        );
        assert_eq!(named(&["a.b.jsonl"]), ["a.b.recette.json"]);
        assert!(named(&[]).is_empty());
    }
}
