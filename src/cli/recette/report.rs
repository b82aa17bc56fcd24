//! `recette report`: the report one can sign.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::{ArgMatches, Args, FromArgMatches};

use super::{
    PartnerArgs, Setup, SourceArgs,
    lang::Lang,
    source::{self, PeriodArgs, WithPlayArgs},
    verify,
};
use crate::{
    cli::{Outcome, output, typed::one_of},
    recette::report::{About, Comparison, Format, Report},
};

/// The report of the rehearsal, to read, to archive and to sign
#[derive(Args)]
#[command(args = super::settings())]
pub(super) struct ReportArgs {
    #[command(flatten)]
    partner: PartnerArgs,
    /// How it is written [default: by the end of the file's name, or html]
    #[arg(long, value_name = "FORMAT", value_parser = one_of(Format::ALL, Format::as_str))]
    format: Option<Format>,
    /// File to write, repeatable: the same report, each by the end of its name [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Vec<PathBuf>,
    #[command(flatten)]
    about: AboutArgs,
    #[command(flatten)]
    period: PeriodArgs,
    /// An earlier report in JSON: what was gained and lost since stands on the first page
    #[arg(long, value_name = "REPORT.json")]
    previous: Option<PathBuf>,
    #[command(flatten)]
    calls: WithPlayArgs,
    #[command(flatten)]
    sources: SourceArgs,
}

/// What was rehearsed, and who did.
#[derive(Args)]
struct AboutArgs {
    /// The application that was rehearsed
    #[arg(long, value_name = "TEXT")]
    application: Option<String>,
    /// Its version
    #[arg(long, value_name = "TEXT")]
    application_version: Option<String>,
    /// The campaign
    #[arg(long, value_name = "TEXT")]
    campaign: Option<String>,
    /// Who played it
    #[arg(long, value_name = "TEXT")]
    tester: Option<String>,
    /// Who checked it
    #[arg(long, value_name = "TEXT")]
    checked_by: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "TEXT")]
    responsible: Option<String>,
}

pub(super) fn run(setup: &Setup, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = ReportArgs::from_arg_matches(arguments)?;
    let (files, asked) = (&typed.output, typed.format);
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
    let selection = typed.period.within(typed.calls.selection())?;
    let convention = setup.convention(&typed.partner.partner)?;
    let said = typed.about.about().checked(|_| true).map_err(anyhow::Error::msg)?;
    let earlier = typed.previous.as_deref().map(verify::read).transpose()?;
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
    let mut report = source::report(setup, &typed.sources, convention, &selection)?;
    let about = report.about.clone().overridden_by(said);
    report = report.with_about(about);
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

impl AboutArgs {
    fn about(self) -> About {
        About {
            application: self.application,
            application_version: self.application_version,
            campaign: self.campaign,
            tester: self.tester,
            checked_by: self.checked_by,
            responsible: self.responsible,
            ..About::default()
        }
    }
}
