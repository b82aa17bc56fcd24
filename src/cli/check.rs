//! `check`: validate a fixtures folder and explain every fault, without serving.

use clap::{ArgMatches, Command};

use super::{Outcome, output, serve};
use crate::{
    api::World,
    clock::Clock,
    config::Config,
    fixtures::Diagnostic,
    recette::{Recette, catalogue},
};

pub(super) fn command(command: Command) -> Command {
    command
        .about("Validate a fixtures folder and explain every fault, without serving")
        .after_help("Exit code 0 when the fixtures are sound, 1 when they have faults.")
        .args(serve::settings(|setting| ["fixtures", "seed", "population"].contains(&setting.key)))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let config = serve::configuration(arguments)?;
    let faults = faults(&config);
    for fault in &faults {
        output::say(&fault.to_string());
    }
    match faults.len() {
        0 => output::say("the fixtures are sound"),
        1 => output::say("1 fault"),
        n => output::say(&format!("{n} faults")),
    }
    Ok(if faults.is_empty() { Outcome::Done } else { Outcome::No })
}

/// Everything wrong: in each file, then in what the recette asks of the others. A world that does not load has faults enough.
fn faults(config: &Config) -> Vec<Diagnostic> {
    let (world, recette) = (World::load(config), Recette::load(config.fixtures.as_deref()));
    match (world, recette) {
        (Ok(World { directory, register, apis, .. }), Ok(recette)) => {
            let now = Clock::system().now();
            recette.check(&catalogue::World {
                directory: &directory,
                register: &register,
                apis: &apis,
                now,
            })
        }
        (world, recette) => {
            let mut all: Vec<_> = world.err().into_iter().chain(recette.err()).flatten().collect();
            all.sort();
            all.dedup();
            all
        }
    }
}
