//! `recette verify`: a report held against its own seal, and against the journal that it was made from.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Arg, ArgMatches, Command, value_parser};

use super::{Setup, lang::Lang, source};
use crate::{
    cli::{Outcome, output},
    files,
    recette::{evidence::Selection, report::Report},
};

pub(super) fn command() -> Command {
    let report = Arg::new("report").value_name("REPORT.json").required(true);
    Command::new("verify")
        .about("Check a report in JSON against its seal and against the journal")
        .after_help(
            "The journal is that of a running server, or the files of --journal. Exit code 0 when the report is as it was written and \
             the journal holds its evidence, 1 when the journal does not, 2 for what is no report or was altered.",
        )
        .arg(report.value_parser(value_parser!(PathBuf)).help("The report"))
        .args(super::sources())
        .args(super::settings())
}

pub(super) fn run(setup: &Setup, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let path = arguments.get_one::<PathBuf>("report").expect("it is required");
    let report = read(path)?;
    output::say(&format!(
        "Rapport {} : intact, son sceau est celui de son contenu.",
        report.reference()
    ));
    if let Some(warning) = report.warning() {
        output::say(&warning);
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
    let again = source::selected(setup, arguments, convention, &selection)?;
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
