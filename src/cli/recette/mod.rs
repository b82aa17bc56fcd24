//! `recette`: the acceptance rehearsal, from the list of its cases to the report one can sign.

mod annotations;
mod beside;
mod faults;
mod help;
mod lang;
mod list;
mod next;
mod plan;
mod play;
mod report;
mod source;
mod status;
mod usage_faults;
mod verify;

use std::{path::PathBuf, sync::Arc};

use anyhow::bail;
use clap::{Arg, ArgMatches, Args, Command};

use self::lang::Lang;
pub(super) use self::{
    lang::is_french,
    usage_faults::{fault, hinted},
};
use super::{Outcome, ready, serve};
use crate::{
    client::{Console, ConsoleArgs},
    config::Config,
    directory::{Convention, Directory},
    recette::Recette,
    server,
};

/// What every subcommand needs.
struct Setup {
    config: Config,
    directory: Directory,
    recette: Recette,
}

pub(super) fn command(command: Command) -> Command {
    if is_french() { help::french(english(command)) } else { english(command) }
}

fn english(command: Command) -> Command {
    command
        .about("The acceptance rehearsal: list | plan | next | play | status | report | verify")
        .after_help(
            "What a partner's application has shown is judged from the journal: that of a running server, or journal files. \
             Exit codes: 0 done, 1 not met, 2 usage, or a file or settings that cannot be used.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(lang::argument())
        .subcommands([
            list::ListArgs::augment_args(Command::new("list")),
            plan::PlanArgs::augment_args(Command::new("plan")),
            next::NextArgs::augment_args(Command::new("next")),
            play::PlayArgs::augment_args(Command::new("play")),
            status::StatusArgs::augment_args(Command::new("status")),
            report::ReportArgs::augment_args(Command::new("report")),
            verify::VerifyArgs::augment_args(Command::new("verify")),
        ])
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    ran(arguments).map_err(|error| match Lang::chosen() {
        Lang::French => faults::french(&error),
        Lang::English => error,
    })
}

fn ran(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let (name, arguments) = arguments.subcommand().expect("a subcommand is required");
    let config = serve::configuration(arguments)?;
    let directory = Directory::load(config.fixtures.as_deref()).map_err(server::faulty)?;
    let recette = Recette::load(config.fixtures.as_deref()).map_err(server::faulty)?;
    let setup = Setup { config, directory, recette };
    match name {
        "list" => list::run(&setup, arguments),
        "plan" => plan::run(&setup, arguments),
        "next" => next::run(&setup, arguments),
        "play" => play::run(&setup, arguments),
        "status" => status::run(&setup, arguments),
        "verify" => verify::run(&setup, arguments),
        _ => report::run(&setup, arguments),
    }
}

impl Setup {
    /// The convention that `--partner` names.
    fn convention(&self, id: &str) -> anyhow::Result<&Arc<Convention>> {
        match self.directory.convention(id) {
            Some(convention) => Ok(convention),
            None => {
                let known: Vec<_> =
                    self.directory.iter().map(|convention| convention.id.as_str()).collect();
                let known = known.join(", ");
                bail!(Lang::chosen().pick(
                    format!(
                        "aucune convention n'a l'identifiant «\u{a0}{id}\u{a0}»\u{a0}; connues\u{a0}: {known}"
                    ),
                    format!("no convention has the id {id:?}; known: {known}"),
                ))
            }
        }
    }

    /// The console that the arguments or the settings name.
    fn console(&self, given: &ConsoleArgs) -> anyhow::Result<Console> {
        ready::console(given, &self.config)
    }
}

/// `--partner ID`.
#[derive(Args)]
struct PartnerArgs {
    /// Id of the convention
    #[arg(long, value_name = "ID")]
    partner: String,
}

/// `--case ID` and `--theme ID`.
#[derive(Args)]
struct ChoiceArgs {
    /// Only this case, repeatable
    #[arg(long = "case", value_name = "ID")]
    cases: Vec<String>,
    /// Only this theme, repeatable
    #[arg(long = "theme", value_name = "ID")]
    themes: Vec<String>,
}

/// Where to ask: a running server, or files.
#[derive(Args)]
struct SourceArgs {
    /// Journal files to judge instead of asking a running server
    #[arg(long, value_name = "FILE", num_args = 1..)]
    journal: Vec<PathBuf>,
    #[command(flatten)]
    console: ConsoleArgs,
}

/// The settings that subcommands obey.
fn settings() -> impl Iterator<Item = Arg> {
    serve::settings(|setting| ["certs", "fixtures"].contains(&setting.key))
}

/// Whether a case is among those that `--case` and `--theme` name; all are when neither is given.
///
/// # Errors
/// A name that no case and no theme has.
fn chosen<'a>(
    recette: &Recette,
    ChoiceArgs { cases, themes }: &'a ChoiceArgs,
) -> anyhow::Result<impl Fn(&str, &str) -> bool + use<'a>> {
    if let Some(unknown) = cases.iter().find(|id| recette.catalogue.case(id).is_none()) {
        bail!(Lang::chosen().pick(
            format!(
                "aucun cas n'a l'identifiant «\u{a0}{unknown}\u{a0}»\u{a0}; `bacasable recette list` les donne"
            ),
            format!("no case is called {unknown:?}; `bacasable recette list` names them"),
        ));
    }
    let known = |id: &String| recette.catalogue.themes.iter().any(|theme| theme.id == *id);
    if let Some(unknown) = themes.iter().find(|id| !known(id)) {
        let names: Vec<_> =
            recette.catalogue.themes.iter().map(|theme| theme.id.as_str()).collect();
        let names = names.join(", ");
        bail!(Lang::chosen().pick(
            format!(
                "aucun thème n'a l'identifiant «\u{a0}{unknown}\u{a0}»\u{a0}; connus\u{a0}: {names}"
            ),
            format!("no theme is called {unknown:?}; known: {names}"),
        ));
    }
    Ok(|theme: &str, case: &str| {
        (cases.is_empty() && themes.is_empty())
            || cases.iter().any(|id| id == case)
            || themes.iter().any(|id| id == theme)
    })
}
