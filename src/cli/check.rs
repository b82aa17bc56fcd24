//! `check`: validate a fixtures folder and explain every fault, without serving.

use std::path::PathBuf;

use clap::{ArgMatches, Command};

use super::{Outcome, output, serve};
use crate::{
    api::Apis,
    directory::Directory,
    fixtures::Fault,
    register::{Register, Spec},
};

pub(super) fn command() -> Command {
    Command::new("check")
        .about("Validate a fixtures folder and explain every fault, without serving")
        .after_help("Exit code 0 when the fixtures are sound, 1 when they have faults.")
        .arg(serve::config_file())
        .args(serve::settings(|setting| ["fixtures", "seed", "population"].contains(&setting.key)))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let config = serve::configuration(arguments)?;
    let dir = config.fixtures.as_deref();
    let spec = Spec { seed: config.seed, population: config.population, fixtures: dir.map(PathBuf::from) };
    let mut faults: Vec<Fault> = Vec::new();
    faults.extend(Directory::load(dir).err().into_iter().flatten());
    faults.extend(Apis::load(dir).err().into_iter().flatten());
    faults.extend(Register::load(&spec).err().into_iter().flatten());
    faults.sort();
    faults.dedup();
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
