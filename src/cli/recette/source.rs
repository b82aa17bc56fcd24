//! Where a report comes from: the console of a running server, or journal files.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::Args;
use jiff::Timestamp;

use super::{
    Setup, SourceArgs,
    beside::{self, Beside},
    lang::Lang,
};
use crate::{
    client::{self, ConsoleArgs},
    clock::Clock,
    directory::Convention,
    recette::{
        evidence::{Calls, Evidence, Selection},
        file, period,
        report::{About, Basis, Before, ConventionChange, ConventionSource, Environment, Report},
    },
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
    let about = beside::said(setup, journal, &convention.id)?;
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

fn of_files(
    setup: &Setup,
    files: &[PathBuf],
    convention: &Convention,
    selection: &Selection,
    about: About,
) -> anyhow::Result<Report> {
    let file::Read { entries, mut remarks } = file::read(files)?;
    let Beside { orders: interventions, known, remarks: lacking } =
        Beside::read(files, &convention.id)?;
    remarks.extend(file::without(&entries, &convention.id));
    if lacking.is_empty() {
        remarks.extend(beside::orders_missing(&entries, &interventions, &convention.id));
    }
    remarks.extend(lacking);
    let evidence = Evidence::gather(&entries, &convention.id, selection);
    let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    let now = Clock::system().times();
    // The convention is judged in the state it was in while it was rehearsed.
    let then = evidence.period().map_or(now.simulated, |(_, last)| last);
    let environment = Environment::of_files(&names, &evidence);
    let opening = |one: &Convention| setup.recette.opening(one, then, environment.rehearsed());
    let before = Before {
        orders: &interventions,
        from: selection.from,
        known: known.as_ref(),
        written: None,
    };
    let catalogue = &setup.recette.catalogue;
    let change =
        ConventionChange::find(catalogue, convention, before, opening).unwrap_or_else(|why| {
            remarks.push(why);
            None
        });
    Ok(Report::new(Basis {
        catalogue,
        convention,
        opening: &opening(convention),
        evidence: &evidence,
        environment,
        selection: selection.clone(),
        about,
        remarks,
        interventions,
        change,
        judged: ConventionSource::AsWritten,
        now,
    }))
}
