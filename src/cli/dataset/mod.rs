//! `dataset`: look into the fictitious register.

mod export;
mod find;
mod show;

use anyhow::bail;
use clap::{Arg, ArgMatches, Command, builder::PossibleValuesParser};

use super::{Outcome, output, progress::Progress, serve};
use crate::{
    config::Config,
    register::{Register, Spec, Stats},
    server,
};

pub(super) fn command() -> Command {
    Command::new("dataset")
        .about("Look into the fictitious register")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(with_register(show::command()))
        .subcommand(with_register(find::command()))
        .subcommand(with_register(export::command()))
        .subcommand(with_register(
            Command::new("stats")
                .about("Count what the register holds")
                .arg(format(&["text", "json"])),
        ))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    match arguments.subcommand() {
        Some(("show", arguments)) => show::run(&register(arguments)?, arguments),
        Some(("find", arguments)) => find::run(&register(arguments)?, arguments),
        Some(("export", arguments)) => export::run(&register(arguments)?, arguments),
        Some(("stats", arguments)) => stats(&register(arguments)?, arguments),
        other => bail!("no such subcommand: {other:?}"),
    }
}

fn with_register(command: Command) -> Command {
    let settings =
        serve::settings(|setting| ["fixtures", "seed", "population"].contains(&setting.key));
    command.arg(serve::config_file()).args(settings)
}

fn format(words: &[&'static str]) -> Arg {
    let words = words.to_vec();
    let first = words[0];
    Arg::new("format")
        .long("format")
        .value_parser(PossibleValuesParser::new(words))
        .default_value(first)
        .help("How to write it")
}

fn register(arguments: &ArgMatches) -> anyhow::Result<Register> {
    let Config { seed, population, fixtures, .. } = serve::configuration(arguments)?;
    Register::load(&Spec { seed, population, fixtures }).map_err(server::faulty)
}

fn stats(register: &Register, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let mut progress = Progress::new("records", None);
    let stats = Stats::count(register, || progress.step());
    progress.end();
    let value = serde_json::to_value(&stats)?;
    match arguments.get_one::<String>("format").map(String::as_str) {
        Some("json") => output::json(&value)?,
        _ => output::print(&show::readable(&value)),
    }
    Ok(Outcome::Done)
}
