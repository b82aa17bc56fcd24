//! `dataset`: look into the fictitious register.

use clap::{ArgMatches, Command};

use super::Outcome;

pub(super) fn command() -> Command {
    Command::new("dataset").about("Look into the fictitious register")
}

pub(super) fn run(_arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    Ok(Outcome::Done)
}
