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
use clap::{Arg, ArgMatches, Args, Command, ValueEnum};

use super::{Outcome, output, serve};
use crate::{
    api::Apis,
    config::Config,
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

pub(super) fn command(command: Command) -> Command {
    command
        .about("Distance from the original: record | import | compare | share | contract")
        .after_help(
            "For the DGFiP's test environment only, whose people are fictitious, and for one's own habilitation only (docs/parity.md). \
             A session keeps forms, codes and messages; values of people, accounts, identifiers, tokens and secrets are left out.\n\n\
             Exit codes: 0 done, 1 there are differences that nobody accepted, 2 usage.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([
            record::RecordArgs::augment_args(Command::new("record")),
            import::ImportArgs::augment_args(Command::new("import")),
            compare::CompareArgs::augment_args(Command::new("compare")),
            share::ShareArgs::augment_args(Command::new("share")),
            contract::ContractArgs::augment_args(Command::new("contract")),
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
#[derive(Args)]
struct SessionArgs {
    /// Session of `parity record` or `parity import`
    #[arg(value_name = "SESSION")]
    session: PathBuf,
}

/// `--out FILE`.
#[derive(Args)]
struct OutArgs {
    /// Session to write; a file that is there is not overwritten
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// How the differences are reported.
#[derive(Args)]
struct ReportArgs {
    /// How the report is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ReportFormat,
    /// File to write the report to [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Differences that are accepted, with the reason [default: parity.accepted.toml, where it is there]
    #[arg(long, value_name = "FILE")]
    accepted: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReportFormat {
    Text,
    Json,
    Junit,
}

impl SessionArgs {
    /// Reads the session; what is missing of it is said.
    fn read(&self) -> anyhow::Result<Session> {
        let file = &self.session;
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
}

fn redactor(config: &Config, keeps_values: bool) -> anyhow::Result<Redactor> {
    let apis = Apis::load(config.fixtures.as_deref()).map_err(server::faulty)?;
    Ok(Redactor::new(Vocabulary::new(apis), keeps_values))
}

/// The settings that change what goes over the wire.
fn settings() -> impl Iterator<Item = Arg> {
    serve::settings(|setting| {
        ["certs", "fixtures", "seed"].contains(&setting.key)
            || setting.key.starts_with("availability.")
            || is_of_the_wire(setting.key)
    })
}

impl ReportArgs {
    fn accepted(&self) -> anyhow::Result<Accepted> {
        match &self.accepted {
            Some(file) => Accepted::read(file),
            None if Path::new(accepted::NAME).exists() => Accepted::read(Path::new(accepted::NAME)),
            None => Ok(Accepted::default()),
        }
    }

    /// Writes the report as it was asked for; the answer is no where a difference is open.
    fn write(&self, report: &Report) -> anyhow::Result<Outcome> {
        let written = match self.format {
            ReportFormat::Text => text(report),
            ReportFormat::Json => serde_json::to_string_pretty(report)? + "\n",
            ReportFormat::Junit => junit(report),
        };
        match &self.output {
            Some(file) => std::fs::write(file, written)
                .with_context(|| format!("{}: cannot be written", file.display()))?,
            None if self.format == ReportFormat::Text => output::print(&written),
            None => output::exact(written.as_bytes()),
        }
        Ok(if report.open().next().is_none() { Outcome::Done } else { Outcome::No })
    }
}

/// Asks for an answer to be written; whether it is the expected one.
fn agreed(question: &str, expected: &str) -> anyhow::Result<bool> {
    output::complain(question);
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("standard input cannot be read")?;
    Ok(line.trim() == expected)
}
