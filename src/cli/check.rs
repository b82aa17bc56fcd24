//! `check`: validate a fixtures folder and explain every fault, without serving.

use clap::{ArgMatches, Command};

use super::{Outcome, output, serve};
use crate::api::World;

pub(super) fn command() -> Command {
    Command::new("check")
        .about("Validate a fixtures folder and explain every fault, without serving")
        .after_help("Exit code 0 when the fixtures are sound, 1 when they have faults.")
        .arg(serve::config_file())
        .args(serve::settings(|setting| ["fixtures", "seed", "population"].contains(&setting.key)))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let config = serve::configuration(arguments)?;
    let faults = World::load(&config).err().unwrap_or_default();
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
