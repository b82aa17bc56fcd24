//! `healthcheck`: exit 0 when a server is ready; for images without a shell.

use std::path::PathBuf;

use anyhow::Context;
use clap::{ArgMatches, Command};

use super::{
    Outcome, output,
    ready::{self, Ready},
    serve,
};
use crate::{
    client::{self, Console},
    config::Config,
};

pub(super) fn command() -> Command {
    Command::new("healthcheck")
        .about("Exit 0 when a server is ready to answer, 1 when it is not")
        .after_help(
            "The console is the one of --console; without it, the one that the server's ready file names; where there is no such \
             file, or nobody answers there, the one of the settings.",
        )
        .args(Console::arguments())
        .arg(Ready::argument(
            "The server's ready file: without it the server is not ready [default: ready.json in the certs folder]",
        ))
        .arg(serve::config_file())
        .args(serve::settings(|setting| setting.key == "certs"))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let config = serve::configuration(arguments)?;
    for console in consoles(arguments, &config)? {
        match client::block_on(console.is_ready()) {
            Ok(true) => return Ok(Outcome::Done),
            Ok(false) => {
                output::complain(&format!("{console}: not ready"));
                return Ok(Outcome::No);
            }
            Err(error) => output::complain(&format!("{console}: {error:#}")),
        }
    }
    Ok(Outcome::No)
}

/// Whom to ask, one after the other while nobody answers.
fn consoles(arguments: &ArgMatches, config: &Config) -> anyhow::Result<Vec<Console>> {
    let of_settings = || Console::from_arguments(arguments, config);
    if arguments.contains_id("console-url") {
        return Ok(vec![of_settings()?]);
    }
    let at = |ready: Ready| Console::at(&ready.console, arguments, config);
    if let Some(file) = arguments.get_one::<PathBuf>("ready-file") {
        let ready = Ready::read(file)?;
        if ready.is_none() {
            output::complain(&format!("{}: not there: no server is ready", file.display()));
        }
        return ready.map(at).into_iter().collect::<anyhow::Result<_>>().context("--ready-file");
    }
    // What a server that was killed left behind, or another version wrote, is no reason to say no.
    let found = Ready::read(&ready::default_path(config)).ok().flatten();
    let mut both: Vec<_> = found.and_then(|ready| at(ready).ok()).into_iter().collect();
    both.push(of_settings()?);
    both.dedup_by_key(|console| console.to_string());
    Ok(both)
}
