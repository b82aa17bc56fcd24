//! `healthcheck`: exit 0 when a server is ready; for images without a shell.

use clap::{ArgMatches, Command};

use super::{Outcome, output, serve};
use crate::client::{self, Target};

pub(super) fn command() -> Command {
    Command::new("healthcheck")
        .about("Exit 0 when a server is ready to answer, 1 when it is not")
        .arg(Target::console_argument())
        .arg(serve::config_file())
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let console = Target::console(arguments, &serve::configuration(arguments)?)?;
    match client::block_on(client::ready(&console)) {
        Ok(true) => Ok(Outcome::Done),
        Ok(false) => {
            output::complain(&format!("{console}: not ready"));
            Ok(Outcome::No)
        }
        Err(error) => {
            output::complain(&format!("{console}: {error:#}"));
            Ok(Outcome::No)
        }
    }
}
