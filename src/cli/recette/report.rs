//! `recette report`: the report one can sign.

use std::{fs, path::PathBuf};

use anyhow::Context;
use clap::{Arg, ArgMatches, Command, value_parser};

use super::{Desk, source};
use crate::{
    cli::{Outcome, output},
    recette::report::Format,
};

pub(super) fn command() -> Command {
    let format = Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(Format::ALL.map(Format::as_str));
    let file = Arg::new("output")
        .long("output")
        .short('o')
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf));
    Command::new("report")
        .about("The report of the rehearsal, to read, to archive and to sign")
        .arg(super::partner())
        .arg(format.help("How it is written [default: by the end of the file's name, or html]"))
        .arg(file.help("File to write [default: standard output]"))
        .arg(source::with_play())
        .args(super::sources())
        .args(super::settings())
}

pub(super) fn run(desk: &Desk, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let file = arguments.get_one::<PathBuf>("output");
    let by_name = || {
        let end = file?.extension()?.to_str()?;
        Format::ALL.into_iter().find(|format| format.extension() == end)
    };
    let asked = arguments.get_one::<String>("format").and_then(|name| Format::named(name));
    let format = asked.or_else(by_name).unwrap_or(Format::Html);
    let report = source::report(desk, arguments, desk.convention(arguments)?)?;
    let written = report.write(format)?;
    match file {
        Some(file) => {
            fs::write(file, &written.bytes)
                .with_context(|| format!("{}: cannot be written", file.display()))?;
            output::say(&format!(
                "{} : couverture {}, {}",
                file.display(),
                report.figure(),
                report.notice
            ));
        }
        None => output::exact(&written.bytes),
    }
    Ok(Outcome::Done)
}
