//! Where a report comes from: the console of a running server, or journal files.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches};
use jiff::Timestamp;

use super::{Setup, lang::Lang};
use crate::{
    client,
    clock::Clock,
    directory::Convention,
    recette::{
        evidence::{Calls, Evidence, Selection},
        file, period,
        report::{About, Basis, Environment, Report},
    },
};

/// `--with-play`.
pub(super) fn with_play() -> Arg {
    Arg::new("with-play").long("with-play").action(ArgAction::SetTrue).help(
        "Let the calls that `recette play` made count too; the report says so in red [default: the application's calls alone]",
    )
}

/// `--from` and `--to`.
pub(super) fn period() -> [Arg; 2] {
    let from = Arg::new("from").long("from").value_name("WHEN");
    let to = Arg::new("to").long("to").value_name("WHEN");
    [
        from.value_parser(period::begin).help(
            "Judge what came from this day (2026-11-29, Paris) or moment (2026-11-29T10:00:00Z) on",
        ),
        to.value_parser(period::end)
            .help("Judge what came up to the end of this day, or this moment"),
    ]
}

/// Which entries count, by the arguments.
fn selection(arguments: &ArgMatches) -> Selection {
    let calls =
        match arguments.try_get_one::<bool>("with-play").is_ok_and(|given| given == Some(&true)) {
            true => Calls::WithPlay,
            false => Calls::Application,
        };
    let moment = |name| arguments.try_get_one::<Timestamp>(name).ok().flatten().copied();
    Selection { calls, from: moment("from"), to: moment("to"), first: None }
}

/// The report about a partner, of files where `--journal` names some.
pub(super) fn report(
    setup: &Setup,
    arguments: &ArgMatches,
    convention: &Convention,
) -> anyhow::Result<Report> {
    selected(setup, arguments, convention, &selection(arguments))
}

/// The same, by the entries that count.
pub(super) fn selected(
    setup: &Setup,
    arguments: &ArgMatches,
    convention: &Convention,
    selection: &Selection,
) -> anyhow::Result<Report> {
    let files: Vec<PathBuf> =
        arguments.get_many::<PathBuf>("journal").unwrap_or_default().cloned().collect();
    if files.is_empty() {
        of_server(setup, arguments, convention, selection)
    } else {
        of_files(setup, &files, convention, selection)
    }
}

/// The report of a running server.
pub(super) fn of_server(
    setup: &Setup,
    arguments: &ArgMatches,
    convention: &Convention,
    selection: &Selection,
) -> anyhow::Result<Report> {
    let console = setup.console(arguments)?;
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
) -> anyhow::Result<Report> {
    let file::Read { entries, mut remarks } = file::read(files)?;
    remarks.extend(file::without(&entries, &convention.id));
    let evidence = Evidence::gather(&entries, &convention.id, selection);
    let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    let now = Clock::system().now();
    // The convention is judged in the state it was in while it was rehearsed.
    let then = evidence.period().map_or(now, |(_, last)| last);
    let environment = Environment::of_files(&names, &evidence);
    Ok(Report::of(Basis {
        catalogue: &setup.recette.catalogue,
        convention,
        opening: &setup.recette.opening(convention, then, environment.rehearsed()),
        evidence: &evidence,
        environment,
        selection: selection.clone(),
        about: About::default(),
        remarks,
        now,
    }))
}
