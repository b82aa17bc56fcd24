//! `recette report`: the report one can sign.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::{Setup, lang::Lang, source, verify};
use crate::{
    cli::{Outcome, output},
    recette::report::{About, Comparison, Format, Report},
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
        .action(ArgAction::Append)
        .value_parser(value_parser!(PathBuf));
    let previous = Arg::new("previous")
        .long("previous")
        .value_name("REPORT.json")
        .value_parser(value_parser!(PathBuf));
    Command::new("report")
        .about("The report of the rehearsal, to read, to archive and to sign")
        .arg(super::partner())
        .arg(format.help("How it is written [default: by the end of the file's name, or html]"))
        .arg(file.help(
            "File to write, repeatable: the same report, each by the end of its name [default: standard output]",
        ))
        .args(ABOUT.map(|(name, help)| Arg::new(name).long(name).value_name("TEXT").help(help)))
        .args(source::period())
        .arg(previous.help(
            "An earlier report in JSON: what was gained and lost since stands on the first page",
        ))
        .arg(source::with_play())
        .args(super::sources())
        .args(super::settings())
}

pub(super) fn run(setup: &Setup, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let files: Vec<_> = arguments.get_many::<PathBuf>("output").unwrap_or_default().collect();
    let asked = arguments.get_one::<String>("format").and_then(|name| Format::named(name));
    if asked.is_some() && files.len() > 1 {
        bail!(
            Lang::chosen().pick(
                "--format : avec plusieurs --output, le format est celui de chaque extension"
                    .to_owned(),
                "--format: with several --output, the format is that of the end of each name"
                    .to_owned(),
            )
        );
    }
    source::check_period(arguments)?;
    let convention = setup.convention(arguments)?;
    let said = about(arguments).checked(|_| true).map_err(anyhow::Error::msg)?;
    let earlier = arguments.get_one::<PathBuf>("previous");
    let earlier = earlier.map(|path| verify::read(path)).transpose()?;
    if let Some(other) = earlier.as_ref().filter(|one| one.partner.id != convention.id) {
        let (theirs, own) = (&other.partner.id, &convention.id);
        bail!(Lang::chosen().pick(
            format!("--previous : ce rapport est celui de « {theirs} », et non de « {own} »"),
            format!("--previous: this report is that of {theirs:?}, not of {own:?}"),
        ));
    }
    if earlier.as_ref().is_some_and(|earlier| earlier.played > 0) {
        bail!(Lang::chosen().pick(
            "--previous : ce rapport contient des appels de bacasable (recette play) ; il ne dit rien de l'application".to_owned(),
            "--previous: this report holds calls of bacasable's own (recette play); it says nothing of the application".to_owned(),
        ));
    }
    let mut report = source::report(setup, arguments, convention)?;
    report.about = report.about.overridden_by(said);
    report.previous = earlier.map(|earlier| Comparison::new(&report, &earlier));
    if files.is_empty() {
        output::exact(&report.write(asked.unwrap_or(Format::Html))?.bytes);
    }
    for file in files {
        let format = asked.or_else(|| by_name(file)).unwrap_or(Format::Html);
        write(&report, file, format)?;
    }
    Ok(Outcome::Done)
}

fn by_name(file: &Path) -> Option<Format> {
    let end = file.extension()?.to_str()?;
    Format::ALL.into_iter().find(|format| format.extension() == end)
}

fn write(report: &Report, file: &Path, format: Format) -> anyhow::Result<()> {
    let written = report.write(format)?;
    fs::write(file, &written.bytes).with_context(|| {
        let file = file.display();
        Lang::chosen().pick(
            format!("{file}\u{a0}: le fichier ne peut pas être écrit"),
            format!("{file}: cannot be written"),
        )
    })?;
    output::say(&format!("{} : couverture {}, {}", file.display(), report.figure(), report.notice));
    Ok(())
}

fn about(arguments: &ArgMatches) -> About {
    let text = |name: &str| arguments.get_one::<String>(name).cloned();
    About {
        application: text("application"),
        application_version: text("application-version"),
        campaign: text("campaign"),
        tester: text("tester"),
        checked_by: text("checked-by"),
        responsible: text("responsible"),
        ..About::default()
    }
}

/// What and who, by their options.
const ABOUT: [(&str, &str); 6] = [
    ("application", "The application that was rehearsed"),
    ("application-version", "Its version"),
    ("campaign", "The campaign"),
    ("tester", "Who played it"),
    ("checked-by", "Who checked it"),
    ("responsible", "Who answers for it"),
];
