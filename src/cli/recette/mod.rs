//! `recette`: the acceptance rehearsal, from the list of its cases to the report one can sign.

mod annotations;
mod faults;
mod lang;
mod list;
mod next;
mod plan;
mod play;
mod report;
mod source;
mod status;
mod verify;

use std::sync::Arc;

use anyhow::bail;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use self::lang::Lang;
pub(super) use self::lang::{fault, hinted, is_french};
use super::{Outcome, ready, serve};
use crate::{
    client::Console,
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

pub(super) fn command() -> Command {
    if is_french() { lang::french(english()) } else { english() }
}

fn english() -> Command {
    Command::new("recette")
        .about("The acceptance rehearsal: list | plan | next | play | status | report | verify")
        .after_help(
            "What a partner's application has shown is judged from the journal: that of a running server, or journal files. \
             Exit codes: 0 done, 1 not met, 2 usage, or a file or settings that cannot be used.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(lang::argument())
        .subcommands([list::command(), plan::command(), next::command(), play::command(), status::command(), report::command(), verify::command()])
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
    fn convention(&self, arguments: &ArgMatches) -> anyhow::Result<&Arc<Convention>> {
        let id = arguments.get_one::<String>("partner").map_or("", String::as_str);
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
    fn console(&self, arguments: &ArgMatches) -> anyhow::Result<Console> {
        ready::console(arguments, &self.config)
    }
}

/// `--partner ID`.
fn partner() -> Arg {
    Arg::new("partner").long("partner").value_name("ID").required(true).help("Id of the convention")
}

/// `--case ID` and `--theme ID`, repeatable.
fn choice() -> [Arg; 2] {
    [
        Arg::new("case")
            .long("case")
            .value_name("ID")
            .action(ArgAction::Append)
            .help("Only this case, repeatable"),
        Arg::new("theme")
            .long("theme")
            .value_name("ID")
            .action(ArgAction::Append)
            .help("Only this theme, repeatable"),
    ]
}

/// Where to ask: a running server, or files.
fn sources() -> Vec<Arg> {
    let journal = Arg::new("journal").long("journal").value_name("FILE").num_args(1..);
    let journal = journal.value_parser(value_parser!(std::path::PathBuf)).action(ArgAction::Append);
    let journal = journal.help("Journal files to judge instead of asking a running server");
    std::iter::once(journal).chain(Console::arguments()).collect()
}

/// The settings that subcommands obey.
fn settings() -> impl Iterator<Item = Arg> {
    let own = |setting: &crate::config::Setting| ["certs", "fixtures"].contains(&setting.key);
    [serve::config_file()].into_iter().chain(serve::settings(own))
}

/// Whether a case is among those that `--case` and `--theme` name; all are when neither is given.
///
/// # Errors
/// A name that no case and no theme has.
fn chosen(
    recette: &Recette,
    arguments: &ArgMatches,
) -> anyhow::Result<impl Fn(&str, &str) -> bool + use<>> {
    let all =
        |name| arguments.get_many::<String>(name).unwrap_or_default().cloned().collect::<Vec<_>>();
    let (cases, themes) = (all("case"), all("theme"));
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
    Ok(move |theme: &str, case: &str| {
        (cases.is_empty() && themes.is_empty())
            || cases.iter().any(|id| id == case)
            || themes.iter().any(|id| id == theme)
    })
}
