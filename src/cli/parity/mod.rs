//! `parity`: how far this emulator is from what it imitates.

mod compare;
mod contract;
mod import;
mod inside;
mod outside;
mod record;
mod share;

use std::{
    io::{self, BufRead},
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{Arg, ArgMatches, Command, value_parser};

use super::{Outcome, output, serve};
use crate::{
    api::Apis,
    config::{Config, Setting},
    parity::{
        accepted::{self, Accepted},
        compare::is_of_the_wire,
        redact::Redactor,
        report::{Report, junit, text},
        session::Session,
        vocabulary::Vocabulary,
    },
    server,
};

pub(super) fn command() -> Command {
    Command::new("parity")
        .about("Distance from the original: record | import | compare | share | contract")
        .after_help(
            "For the DGFiP's test environment only, whose people are fictitious, and for one's own habilitation only (docs/parity.md). \
             A session keeps forms, codes and messages; values of people, accounts, identifiers, tokens and secrets are left out.\n\n\
             Exit codes: 0 done, 1 there are differences that nobody accepted, 2 usage.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([
            record::command(),
            import::command(),
            compare::command(),
            share::command(),
            contract::command(),
        ])
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let (name, arguments) = arguments.subcommand().expect("a subcommand is required");
    match name {
        "record" => record::run(arguments),
        "import" => import::run(arguments),
        "compare" => compare::run(arguments),
        "share" => share::run(arguments),
        _ => contract::run(arguments),
    }
}

/// The file that is compared.
fn session_argument() -> Arg {
    Arg::new("session")
        .value_name("SESSION")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help("Session of `parity record` or `parity import`")
}

fn path<'a>(arguments: &'a ArgMatches, name: &str) -> &'a Path {
    arguments.get_one::<PathBuf>(name).expect("it is required, or has a default")
}

/// Reads the session; what is missing of it is said.
fn session(arguments: &ArgMatches) -> anyhow::Result<Session> {
    let file = path(arguments, "session");
    let session = Session::read(file)?;
    if session.is_cut {
        output::complain(&format!(
            "{}: the last line is cut: the {} exchanges before it are used",
            file.display(),
            session.exchanges.len()
        ));
    }
    if session.exchanges.is_empty() {
        anyhow::bail!("{}: holds no exchange", file.display());
    }
    Ok(session)
}

fn redactor(config: &Config, keeps_values: bool) -> anyhow::Result<Redactor> {
    let apis = Apis::load(config.fixtures.as_deref()).map_err(server::faulty)?;
    Ok(Redactor::new(Vocabulary::new(apis), keeps_values))
}

/// The settings that change what goes over the wire.
fn settings() -> impl Iterator<Item = Arg> {
    let own = |setting: &Setting| {
        ["certs", "fixtures", "seed"].contains(&setting.key)
            || setting.key.starts_with("availability.")
            || is_of_the_wire(setting.key)
    };
    [serve::config_file()].into_iter().chain(serve::settings(own))
}

/// `--format`, `--output`, `--accepted`.
fn report_arguments() -> [Arg; 3] {
    let format = Arg::new("format").long("format").value_name("FORMAT");
    let output = Arg::new("output").long("output").short('o').value_name("FILE");
    let list = Arg::new("accepted").long("accepted").value_name("FILE");
    [
        format
            .value_parser(["text", "json", "junit"])
            .default_value("text")
            .help("How the report is written"),
        output
            .value_parser(value_parser!(PathBuf))
            .help("File to write the report to [default: standard output]"),
        list.value_parser(value_parser!(PathBuf)).help(
            "Differences that are accepted, with the reason [default: parity.accepted.toml, where it is there]",
        ),
    ]
}

fn accepted(arguments: &ArgMatches) -> anyhow::Result<Accepted> {
    match arguments.get_one::<PathBuf>("accepted") {
        Some(file) => Accepted::read(file),
        None if Path::new(accepted::NAME).exists() => Accepted::read(Path::new(accepted::NAME)),
        None => Ok(Accepted::default()),
    }
}

/// Writes the report as it was asked for; the answer is no where a difference is open.
fn write(arguments: &ArgMatches, report: &Report) -> anyhow::Result<Outcome> {
    let written = match arguments.get_one::<String>("format").map(String::as_str) {
        Some("json") => serde_json::to_string_pretty(report)? + "\n",
        Some("junit") => junit(report),
        _ => text(report),
    };
    match arguments.get_one::<PathBuf>("output") {
        Some(file) => std::fs::write(file, written)
            .with_context(|| format!("{}: cannot be written", file.display()))?,
        None if arguments.get_one::<String>("format").is_some_and(|format| format == "text") => {
            output::print(&written);
        }
        None => output::exact(written.as_bytes()),
    }
    Ok(if report.open().next().is_none() { Outcome::Done } else { Outcome::No })
}

/// Asks for an answer to be written; whether it is the expected one.
fn agreed(question: &str, expected: &str) -> anyhow::Result<bool> {
    output::complain(question);
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("standard input cannot be read")?;
    Ok(line.trim() == expected)
}
