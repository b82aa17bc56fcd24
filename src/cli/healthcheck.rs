//! `healthcheck`: exit 0 when a server is ready; for images without a shell.

use std::path::PathBuf;

use anyhow::Context;
use clap::{ArgMatches, Args, FromArgMatches};

use super::{
    Outcome, output,
    ready::{self, Ready},
    serve,
};
use crate::{
    client::{self, Console, ConsoleArgs},
    config::Config,
};

/// Exit 0 when a server is ready to answer, 1 when it is not
#[derive(Args)]
#[command(
    after_help = "The console is the one of --console; without it, the one that the server's ready file names; where there is no such \
     file, or nobody answers there, the one of the settings.",
    args = serve::settings(|setting| setting.key == "certs")
)]
pub(super) struct HealthArgs {
    #[command(flatten)]
    console: ConsoleArgs,
    /// The server's ready file: without it the server is not ready [default: ready.json in the certs folder]
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = HealthArgs::from_arg_matches(arguments)?;
    let config = serve::configuration(arguments)?;
    for console in consoles(&typed, &config)? {
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
fn consoles(typed: &HealthArgs, config: &Config) -> anyhow::Result<Vec<Console>> {
    let of_settings = || Console::from_arguments(&typed.console, config);
    if typed.console.url.is_some() {
        return Ok(vec![of_settings()?]);
    }
    let at = |ready: Ready| Console::at(&ready.console, &typed.console, config);
    if let Some(file) = &typed.ready_file {
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
