//! `parity import`: a session from a HAR file.

use std::{fs::File, path::PathBuf};

use anyhow::Context;
use clap::{ArgMatches, Args, FromArgMatches};

use super::OutArgs;
use crate::{
    cli::{Outcome, output, serve},
    parity::{
        har,
        session::{Head, SessionWriter, Source},
    },
};

/// Make a session of a HAR 1.2 file (a browser, mitmproxy, Bruno, Postman); values are left out on the way in
#[derive(Args)]
#[command(args = serve::settings(|setting| setting.key == "fixtures"))]
pub(super) struct ImportArgs {
    /// HAR file
    #[arg(value_name = "FILE.har")]
    har: PathBuf,
    #[command(flatten)]
    out: OutArgs,
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = ImportArgs::from_arg_matches(arguments)?;
    let config = serve::configuration(arguments)?;
    let (file, out) = (&typed.har, &typed.out.out);
    let reader = File::open(file).with_context(|| format!("{}: cannot be read", file.display()))?;
    let mut redactor = super::redactor(&config, false)?;
    let mut writer = SessionWriter::create(out, &Head::new(Source::Import, false))?;
    let imported = har::import(reader, &mut redactor, |exchange| writer.write(exchange));
    let imported = imported.with_context(|| file.display().to_string())?;
    let (exchanges, others) = (imported.exchanges, imported.others);
    output::say(&format!(
        "{} : échanges repris : {exchanges}, entrées d'autres sites ou chemins : {others}",
        out.display()
    ));
    Ok(if exchanges > 0 { Outcome::Done } else { Outcome::No })
}
