//! `recette verify`: a report held against its own seal, and against the journal that it was made from.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{ArgMatches, Args, FromArgMatches};

use super::{Setup, SourceArgs, lang::Lang, source};
use crate::{
    cli::{Outcome, output},
    files,
    recette::{evidence::Selection, report::Report},
};

/// Check a report in JSON against its seal and against the journal
#[derive(Args)]
#[command(
    after_help = "The journal is that of a running server, or the files of --journal. Exit code 0 when the report is as it was written and \
     the journal holds its evidence, 1 when the journal does not or the seal is another, 2 for what is no report or was altered.",
    args = super::settings()
)]
pub(super) struct VerifyArgs {
    /// The report
    #[arg(value_name = "REPORT.json")]
    report: PathBuf,
    /// The seal that a PDF, an HTML page or a Markdown text bears, or its first digits: whether it is that of this report
    #[arg(long, value_name = "DIGITS", value_parser = digits)]
    seal: Option<String>,
    #[command(flatten)]
    sources: SourceArgs,
}

pub(super) fn run(setup: &Setup, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = VerifyArgs::from_arg_matches(arguments)?;
    let report = read(&typed.report)?;
    output::say(&format!(
        "Rapport {} : intact, son sceau est celui de son contenu.",
        report.reference()
    ));
    if let Some(warning) = report.warning() {
        output::say(&warning);
    }
    if let Some(seal) = &typed.seal
        && !bears(&report, seal)
    {
        output::say(
            "Sceau : ce n'est pas celui de ce rapport. Le document qui le porte a été établi à partir d'un autre.",
        );
        return Ok(Outcome::No);
    }
    let Some(digest) = &report.evidence_sha256 else {
        output::say(
            "Ce rapport ne porte pas d'empreinte de ses preuves : il n'y a rien à retrouver dans le journal.",
        );
        return Ok(Outcome::No);
    };
    let Some(convention) = setup.directory.convention(&report.partner.id) else {
        let id = &report.partner.id;
        bail!(Lang::chosen().pick(
            format!("aucune convention n'a l'identifiant « {id} » : donner --fixtures"),
            format!("no convention has the id {id:?}: give --fixtures"),
        ));
    };
    let selection = Selection { first: Some(report.entries), ..report.selection.clone() };
    let again = source::selected(setup, &typed.sources, convention, &selection)?;
    if again.evidence_sha256.as_ref() == Some(digest) {
        output::say(&format!("Preuves : retrouvées dans le journal, empreinte {digest}."));
        return Ok(Outcome::Done);
    }
    output::say(&format!(
        "Preuves : le journal ne les contient pas telles quelles. Empreinte du rapport : {digest} ; empreinte du journal : {}.",
        again.digest()
    ));
    Ok(Outcome::No)
}

/// Whether the report's seal begins so; it is said that it does.
fn bears(report: &Report, seal: &str) -> bool {
    let own = report.sealed().seal.unwrap_or_default();
    let is_own = own.starts_with(seal);
    if is_own {
        output::say(&format!("Sceau : celui de ce rapport, {own}."));
    }
    is_own
}

/// The first digits of a seal, as a person copies them.
fn digits(text: &str) -> Result<String, String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_seal = (SHORTEST..=64).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let wrong = || {
        Lang::chosen().pick(
            format!("de {SHORTEST} à 64 chiffres hexadécimaux sont attendus"),
            format!("expected from {SHORTEST} to 64 hexadecimal digits"),
        )
    };
    is_seal.then(|| digits.to_ascii_lowercase()).ok_or_else(wrong)
}

/// Fewer digits would tell no report from another.
const SHORTEST: usize = 12;

/// A report in JSON, as it was written.
///
/// # Errors
/// A file that cannot be read, no report, or one that was altered.
pub(super) fn read(path: &Path) -> anyhow::Result<Report> {
    let bytes = files::read(path, files::MOST).with_context(|| {
        let path = path.display();
        Lang::chosen()
            .pick(format!("{path} : le fichier ne se lit pas"), format!("{path}: cannot be read"))
    })?;
    Report::unsealed(&bytes).with_context(|| path.display().to_string())
}
