//! `parity import`: a session from a HAR file.

use std::{fs::File, path::PathBuf};

use anyhow::Context;
use clap::{Arg, ArgMatches, Command, value_parser};

use crate::{
    cli::{Outcome, output, serve},
    parity::{
        har,
        session::{Head, SessionWriter, Source},
    },
};

pub(super) fn command() -> Command {
    Command::new("import")
        .about("Make a session of a HAR 1.2 file (a browser, mitmproxy, Bruno, Postman); values are left out on the way in")
        .arg(Arg::new("har").value_name("FILE.har").required(true).value_parser(value_parser!(PathBuf)).help("HAR file"))
        .arg(super::record::out())
        .arg(serve::config_file())
        .args(serve::settings(|setting| setting.key == "fixtures"))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let config = serve::configuration(arguments)?;
    let (file, out) = (super::path(arguments, "har"), super::path(arguments, "out"));
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
