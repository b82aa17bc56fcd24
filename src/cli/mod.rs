//! The commands: one file each.
//!
//! Exit codes everywhere: 0 done, 1 the answer is no (not healthy, coverage not met, fixtures faulty), 2 usage or configuration.

mod call;
mod certs;
mod check;
mod completions;
mod dataset;
mod discard;
mod healthcheck;
mod journal;
mod log;
mod output;
mod parent;
mod parity;
mod partner;
mod process;
mod progress;
mod ready;
mod recette;
mod serve;
mod signals;
mod stopping;
mod style;
mod token;
mod typed;

use std::process::ExitCode;

use clap::{ArgMatches, Args, Command};

/// How a command ends when nothing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It did what it was asked.
    Done,
    /// The answer is no.
    No,
}

/// One command of the program: its name, what fills it in, what runs it.
type CommandEntry =
    (&'static str, fn(Command) -> Command, fn(&ArgMatches) -> anyhow::Result<Outcome>);

/// Every command, in the order of `--help`.
const COMMANDS: &[CommandEntry] = &[
    ("serve", serve::ServeArgs::augment_args, serve::run),
    ("certs", certs::CertsArgs::augment_args, certs::run),
    ("token", token::TokenArgs::augment_args, token::run),
    ("call", call::CallArgs::augment_args, call::run),
    ("partner", partner::command, partner::run),
    ("dataset", dataset::command, dataset::run),
    ("journal", journal::command, journal::run),
    ("check", check::command, check::run),
    ("recette", recette::command, recette::run),
    ("healthcheck", healthcheck::HealthArgs::augment_args, healthcheck::run),
    ("parity", parity::command, parity::run),
    ("completions", completions::CompletionsArgs::augment_args, completions::run),
];

/// Reads the arguments and runs the command they name.
pub fn run() -> ExitCode {
    if let Err(error) = process::prepare() {
        output::complain(&output::describe(&error));
        return ExitCode::from(2);
    }
    let matches = match command().try_get_matches().map_err(recette::hinted) {
        Ok(matches) => matches,
        // Its usage faults repeat arguments, which may be anybody's text: a file's name, a line of a list.
        Err(fault) if fault.use_stderr() && process::has_controls() => {
            output::complain(&fault.render().to_string());
            return ExitCode::from(2);
        }
        Err(fault) if fault.use_stderr() && recette::is_french() && !shows_help(&fault) => {
            output::complain(&recette::fault(&fault));
            return ExitCode::from(2);
        }
        Err(fault) => fault.exit(), // --help, --version and usage faults: 0 or 2
    };
    let (name, arguments) = matches.subcommand().expect("a subcommand is required");
    let entry = COMMANDS.iter().find(|(known, ..)| *known == name);
    let (.., run) = entry.expect("clap knows the commands of the table only");
    match run(arguments) {
        Ok(_) if output::failed() => ExitCode::from(2),
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::No) => ExitCode::from(1),
        Err(error) => {
            output::complain(&output::describe(&error));
            ExitCode::from(2)
        }
    }
}

/// Whether it is no fault to explain, but the help for who gave nothing.
fn shows_help(fault: &clap::Error) -> bool {
    fault.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

/// The whole command line.
pub fn command() -> Command {
    Command::new("bacasable")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Offline emulator of the DGFiP API gateway with the FICOBA and R2P APIs, on fictitious data")
        .after_help(
            "Exit codes: 0 done, 1 the answer is no, 2 usage or configuration.\n\n\
             Fictitious data, unofficial tool: not certified by the DGFiP, not for production.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(COMMANDS.iter().map(|(name, fill, _)| fill(Command::new(*name))))
}
