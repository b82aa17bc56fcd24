//! `parity share`: the smallest excerpt of a session that shows each of its differences.

use clap::{ArgMatches, Args, FromArgMatches};

use super::{OutArgs, SessionArgs};
use crate::{
    cli::{Outcome, output, serve},
    client,
    parity::{
        excerpt,
        session::{Head, SessionWriter, Source},
    },
};

/// Write the smallest excerpt of a session that shows each difference, to attach to a report of a fault
#[derive(Args)]
#[command(
    after_help = "The excerpt is shown, and written once \"oui\" has been typed.",
    args = super::settings()
)]
pub(super) struct ShareArgs {
    #[command(flatten)]
    session: SessionArgs,
    #[command(flatten)]
    out: OutArgs,
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = ShareArgs::from_arg_matches(arguments)?;
    let config = serve::configuration(arguments)?;
    let (session, out) = (typed.session.read()?, &typed.out.out);
    let comparison = client::run(super::compare::comparison(&session, &config, None, None, false))?;
    let excerpt = excerpt::select(&session, &comparison.played);
    if excerpt.is_empty() {
        output::say("Aucune différence : rien à partager.");
        return Ok(Outcome::Done);
    }
    for exchange in &excerpt {
        output::say(&serde_json::to_string(exchange)?);
    }
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
