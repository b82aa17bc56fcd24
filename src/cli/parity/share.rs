//! `parity share`: the smallest excerpt of a session that shows each of its differences.

use clap::{ArgMatches, Command};

use crate::{
    cli::{Outcome, output, serve},
    client,
    parity::{
        excerpt,
        session::{Head, SessionWriter, Source},
    },
};

pub(super) fn command() -> Command {
    Command::new("share")
        .about("Write the smallest excerpt of a session that shows each difference, to attach to a report of a fault")
        .after_help("The excerpt is shown, and written once \"oui\" has been typed.")
        .arg(super::session_argument())
        .arg(super::record::out())
        .args(super::settings())
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let config = serve::configuration(arguments)?;
    let session = super::session(arguments)?;
    let comparison = client::run(super::compare::comparison(&session, &config, None, None, false))?;
    let excerpt = excerpt::select(&session, &comparison.played);
    if excerpt.is_empty() {
        output::say("Aucune différence : rien à partager.");
        return Ok(Outcome::Done);
    }
    for exchange in &excerpt {
        output::say(&serde_json::to_string(exchange)?);
    }
    let out = super::path(arguments, "out");
    let question = format!(
        "relisez ces {} lignes, qui iront dans {} : tapez \"oui\" si rien n'y est d'une personne",
        excerpt.len(),
        out.display()
    );
    if !super::agreed(&question, "oui")? {
        output::say("Rien n'a été écrit.");
        return Ok(Outcome::No);
    }
    let mut writer = SessionWriter::create(out, &Head::new(Source::Share, session.head.values))?;
    for exchange in &excerpt {
        writer.write(exchange)?;
    }
    output::say(&format!(
        "{} : échanges écrits : {} sur {}",
        out.display(),
        excerpt.len(),
        session.exchanges.len()
    ));
    Ok(Outcome::Done)
}
