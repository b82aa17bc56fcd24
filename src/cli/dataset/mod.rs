//! `dataset`: look into the fictitious register.

mod export;
mod find;
mod show;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::{Outcome, output, progress::Progress, serve, typed::Format};
use crate::{
    config::Config,
    register::{Register, Spec, Stats},
    server,
};

/// `--format text|json`.
#[derive(Args)]
struct FormatArgs {
    /// How to write it
    #[arg(long, value_name = "format", default_value = "text")]
    format: Format,
}

pub(super) fn command(command: Command) -> Command {
    let named = |name| Command::new(name);
    let all = [
        show::ShowArgs::augment_args(named("show")),
        find::FindArgs::augment_args(named("find")),
        export::ExportArgs::augment_args(named("export")),
        FormatArgs::augment_args(named("stats")).about("Count what the register holds"),
    ];
    let settings = || serve::settings(|one| ["fixtures", "seed", "population"].contains(&one.key));
    command
        .about("Look into the fictitious register")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(all.map(|command| command.args(settings())))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let (name, arguments) = arguments.subcommand().expect("a subcommand is required");
    let Config { seed, population, fixtures, .. } = serve::configuration(arguments)?;
    let register = Register::load(&Spec { seed, population, fixtures }).map_err(server::faulty)?;
    match name {
        "show" => show::run(&register, arguments),
        "find" => find::run(&register, arguments),
        "export" => export::run(&register, arguments),
        _ => stats(&register, arguments),
    }
}

fn stats(register: &Register, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let mut progress = Progress::new("records", None);
    let stats = Stats::count(register, || progress.step());
    progress.end();
    let value = serde_json::to_value(&stats)?;
    match FormatArgs::from_arg_matches(arguments)?.format {
        Format::Json => output::json(&value)?,
        Format::Text => output::print(&show::readable(&value)),
    }
    Ok(Outcome::Done)
}
