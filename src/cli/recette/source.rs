//! Where a report comes from: the console of a running server, or journal files.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use clap::Args;
use jiff::Timestamp;

use super::{Setup, SourceArgs, lang::Lang};
use crate::{
    cli::output,
    client::{self, ConsoleArgs},
    clock::Clock,
    directory::Convention,
    journal::Entry,
    recette::{
        evidence::{Calls, Evidence, Selection},
        file, period,
        report::{About, Basis, ConventionSource, Environment, Report},
        words,
    },
    sandbox::{Abouts, Act, Intervention, Interventions},
};

/// `--with-play`.
#[derive(Args)]
pub(super) struct WithPlayArgs {
    /// Let the calls that `recette play` made count too; the report says so in red [default: the application's calls alone]
    #[arg(long)]
    with_play: bool,
}

/// `--from` and `--to`.
#[derive(Args)]
pub(super) struct PeriodArgs {
    /// Judge what came from this day (2026-11-29, Paris) or moment (2026-11-29T10:00:00Z) on, by the simulated clock
    #[arg(long, value_name = "WHEN", value_parser = begin)]
    from: Option<Timestamp>,
    /// Judge what came up to the end of this day, or this moment, by the simulated clock
    #[arg(long, value_name = "WHEN", value_parser = end)]
    to: Option<Timestamp>,
}

impl WithPlayArgs {
    /// Which entries count.
    pub(super) fn selection(&self) -> Selection {
        let calls = if self.with_play { Calls::WithPlay } else { Calls::Application };
        Selection { calls, ..Selection::default() }
    }
}

impl PeriodArgs {
    /// Those of `selection` that came in this period.
    ///
    /// # Errors
    /// It does not begin before it ends: nothing could be in it.
    pub(super) fn within(&self, selection: Selection) -> anyhow::Result<Selection> {
        let Self { from, to } = *self;
        match from.zip(to) {
            Some((from, to)) if from > to => Err(anyhow!(Lang::chosen().pick(
                "--from : ce moment est après celui de --to ; la période doit commencer avant de finir".to_owned(),
                "--from: this moment is after that of --to; the period must begin before it ends".to_owned(),
            ))),
            Some(_) | None => Ok(Selection { from, to, ..selection }),
        }
    }
}

fn begin(text: &str) -> Result<Timestamp, String> {
    period::begin(text).map_err(|_| no_moment(text))
}

fn end(text: &str) -> Result<Timestamp, String> {
    period::end(text).map_err(|_| no_moment(text))
}

fn no_moment(text: &str) -> String {
    let shown: String = text.chars().take(40).collect();
    format!(
        "{shown:?} is neither a day that exists, such as 2026-11-29, nor a moment, such as 2026-11-29T10:00:00Z"
    )
}

/// The report about a partner, of files where `--journal` names some.
pub(super) fn report(
    setup: &Setup,
    sources: &SourceArgs,
    convention: &Convention,
    selection: &Selection,
) -> anyhow::Result<Report> {
    let SourceArgs { journal, console } = sources;
    if journal.is_empty() {
        return of_server(setup, console, convention, selection);
    }
    let about = said_beside(setup, journal, &convention.id)?;
    of_files(setup, journal, convention, selection, about)
}

/// The evidence's report, by the entries that count: what people said about it stays out.
pub(super) fn selected(
    setup: &Setup,
    sources: &SourceArgs,
    convention: &Convention,
    selection: &Selection,
) -> anyhow::Result<Report> {
    let SourceArgs { journal, console } = sources;
    if journal.is_empty() {
        of_server(setup, console, convention, selection)
    } else {
        of_files(setup, journal, convention, selection, About::default())
    }
}

/// The report of a running server.
pub(super) fn of_server(
    setup: &Setup,
    console: &ConsoleArgs,
    convention: &Convention,
    selection: &Selection,
) -> anyhow::Result<Report> {
    let console = setup.console(console)?;
    let calls = match &selection.calls {
        Calls::Application => String::new(),
        Calls::WithPlay => "&with_play=true".to_owned(),
        Calls::Run(run) => format!("&run={run}"),
    };
    let bound = |name: &str, at: Option<Timestamp>| at.map(|at| format!("&{name}={at}"));
    let bounds = [bound("from", selection.from), bound("to", selection.to)];
    let first = selection.first.map(|first| format!("&first={first}"));
    let more: String = bounds.into_iter().chain([first]).flatten().collect();
    let path = format!("recette/report?partner={}&format=json{calls}{more}", convention.id);
    let bytes = client::block_on(async { console.read(&path).await }).with_context(|| {
        Lang::chosen().pick(
            "interroger un serveur en marche, ou donner --journal FICHIER".to_owned(),
            "ask a running server, or give --journal FILE".to_owned(),
        )
    })?;
    let report: Report = serde_json::from_slice(&bytes).with_context(|| {
        Lang::chosen().pick(
            "le rapport du serveur est celui d'une autre version".to_owned(),
            "the server's report is of another version".to_owned(),
        )
    })?;
    Ok(Report { seal: None, ..report })
}

/// What the console keeps about a partner's rehearsal beside the files of `--journal`; of files that were turned over
/// (`journal.1.jsonl`), beside the one that goes on. Where several say something, the last counts. Where it was read is noted.
///
/// # Errors
/// A file that is there and cannot be read: a report without its decisions would not say so.
fn said_beside(setup: &Setup, journals: &[PathBuf], partner: &str) -> anyhow::Result<About> {
    let mut about = About::default();
    for file in beside(journals.iter(), Abouts::file_beside) {
        let shown = file.display().to_string();
        let wrong = |why: String| {
            anyhow!(Lang::chosen().pick(
                format!(
                    "{shown} : ce fichier, à côté du journal, devrait contenir les renseignements du rapport et ne se lit pas. Le réparer ou l'écarter"
                ),
                format!("{why} (it stands beside the journal: mend it, or move it away)"),
            ))
        };
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

/// What was ordered at the console, as its server kept it beside the files of `--journal`.
///
/// # Errors
/// A file that is there and cannot be read: a report would not say what was changed.
fn ordered_beside(journals: &[PathBuf], partner: &str) -> anyhow::Result<Vec<Intervention>> {
    let mut all: Vec<Intervention> = Vec::new();
    for file in beside(journals.iter(), Interventions::file_beside) {
        let shown = file.display().to_string();
        let wrong = |why: String| {
            anyhow!(Lang::chosen().pick(
                format!(
                    "{shown} : ce fichier, à côté du journal, devrait contenir les interventions faites depuis la console et ne se lit pas. Le réparer ou l'écarter"
                ),
                format!("{why} (it stands beside the journal: mend it, or move it away)"),
            ))
        };
        let kept = Interventions::kept_in(&file).map_err(wrong)?;
        all.extend(kept.into_iter().filter(|one| one.concerns(partner)));
    }
    Ok(all)
}

/// What is to be known where the journal shows an order, and the file of the orders is not beside it.
fn orders_missing(entries: &[Entry], orders: &[Intervention], partner: &str) -> Option<String> {
    let is_ordered =
        |entry: &&Entry| entry.fault.is_some() && entry.partner.as_deref() == Some(partner);
    let shown = entries.iter().filter(is_ordered).count();
    let knows = orders.iter().any(|one| one.act == Act::Fault);
    (shown > 0 && !knows).then(|| {
        let calls = words::counted(shown, "appel qui a reçu", "appels qui ont reçu");
        format!(
            "Le journal montre {calls} un incident commandé, et le fichier des interventions n'est pas à côté de lui : ce qui a été ordonné à la \
             console (incidents, horloge, quotas, convention) n'est pas connu."
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

fn of_files(
    setup: &Setup,
    files: &[PathBuf],
    convention: &Convention,
    selection: &Selection,
    about: About,
) -> anyhow::Result<Report> {
    let file::Read { entries, mut remarks } = file::read(files)?;
    let interventions = ordered_beside(files, &convention.id)?;
    remarks.extend(file::without(&entries, &convention.id));
    remarks.extend(orders_missing(&entries, &interventions, &convention.id));
    let evidence = Evidence::gather(&entries, &convention.id, selection);
    let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    let now = Clock::system().times();
    // The convention is judged in the state it was in while it was rehearsed.
    let then = evidence.period().map_or(now.simulated, |(_, last)| last);
    let environment = Environment::of_files(&names, &evidence);
    Ok(Report::new(Basis {
        catalogue: &setup.recette.catalogue,
        convention,
        opening: &setup.recette.opening(convention, then, environment.rehearsed()),
        evidence: &evidence,
        environment,
        selection: selection.clone(),
        about,
        remarks,
        interventions,
        change: None,
        judged: ConventionSource::AsWritten,
        now,
    }))
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
