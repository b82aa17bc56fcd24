//! `healthcheck`: exit 0 when a server is ready; for images without a shell.

use clap::{ArgMatches, Command};

use super::{Outcome, output, serve};
use crate::client::{self, Console};

pub(super) fn command() -> Command {
    Command::new("healthcheck")
        .about("Exit 0 when a server is ready to answer, 1 when it is not")
        .args(Console::arguments())
        .arg(serve::config_file())
        .args(serve::settings(|setting| setting.key == "certs"))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let console = Console::of(arguments, &serve::configuration(arguments)?)?;
    match client::block_on(console.is_ready()) {
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
