//! Where a report comes from: the console of a running server, or journal files.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches};

use super::Desk;
use crate::{
    client,
    clock::Clock,
    directory::Convention,
    recette::{
        evidence::{Calls, Evidence},
        file,
        report::{Basis, Environment, Report},
    },
};

/// `--with-play`.
pub(super) fn with_play() -> Arg {
    Arg::new("with-play").long("with-play").action(ArgAction::SetTrue).help(
        "Let the calls that `recette play` made count too; the report says so in red [default: the application's calls alone]",
    )
}

/// Whose calls count, by the arguments.
fn calls(arguments: &ArgMatches) -> Calls {
    match arguments.try_get_one::<bool>("with-play").is_ok_and(|given| given == Some(&true)) {
        true => Calls::WithPlay,
        false => Calls::Application,
    }
}

/// The report about a partner, of files where `--journal` names some.
pub(super) fn report(
    desk: &Desk,
    arguments: &ArgMatches,
    convention: &Convention,
) -> anyhow::Result<Report> {
    let files: Vec<PathBuf> =
        arguments.get_many::<PathBuf>("journal").unwrap_or_default().cloned().collect();
    if files.is_empty() {
        of_server(desk, arguments, convention, &calls(arguments))
    } else {
        of_files(desk, &files, convention, &calls(arguments))
    }
}

/// The report of a running server.
pub(super) fn of_server(
    desk: &Desk,
    arguments: &ArgMatches,
    convention: &Convention,
    calls: &Calls,
) -> anyhow::Result<Report> {
    let console = desk.console(arguments)?;
    let calls = match calls {
        Calls::Application => String::new(),
        Calls::WithPlay => "&with_play=true".to_owned(),
        Calls::Run(run) => format!("&run={run}"),
    };
    let path = format!("recette/report?partner={}&format=json{calls}", convention.id);
    let bytes = client::block_on(async { console.read(&path).await })
        .context("ask a running server, or give --journal FILE")?;
    serde_json::from_slice(&bytes).context("the server's report is of another version")
}

fn of_files(
    desk: &Desk,
    files: &[PathBuf],
    convention: &Convention,
    calls: &Calls,
) -> anyhow::Result<Report> {
    let file::Read { entries, mut remarks } = file::read(files)?;
    remarks.extend(file::without(&entries, &convention.id));
    let evidence = Evidence::gather(&entries, &convention.id, calls);
    let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    let now = Clock::system().now();
    // The convention is judged in the state it was in while it was rehearsed.
    let then = evidence.period().map_or(now, |(_, last)| last);
    let environment = Environment::of_files(&names, &evidence);
    Ok(Report::of(Basis {
        catalogue: &desk.recette.catalogue,
        convention,
        opening: &desk.recette.opening(convention, then, environment.rehearsed()),
        evidence: &evidence,
        environment,
        remarks,
        now,
    }))
}
