//! `recette next`: the one case to do now, for people.

use clap::{ArgMatches, Args, FromArgMatches};

use super::{
    ChoiceArgs, PartnerArgs, Setup, SourceArgs,
    plan::{Places, script, with_cases},
};
use crate::{
    cli::{Outcome, output},
    client::GatewayArgs,
    recette::script::Held,
};

/// The next case to play: what it requires, how to do it, and the commands that show its answer
#[derive(Args)]
#[command(args = super::settings())]
pub(super) struct NextArgs {
    #[command(flatten)]
    partner: PartnerArgs,
    #[command(flatten)]
    choice: ChoiceArgs,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    gateway: GatewayArgs,
}

pub(super) fn run(setup: &Setup, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = NextArgs::from_arg_matches(arguments)?;
    let NextArgs { partner, choice, sources, gateway } = &typed;
    with_cases(setup, partner, choice, Some(sources), |stage, remaining| {
        let Some(case) = remaining.cases.first() else {
            output::say("Il ne reste aucun cas à jouer.");
            if let Some(awaiting) = remaining.awaiting_line() {
                output::say(&format!("{awaiting}, sur la page de recette du partenaire."));
            }
            return Ok(Outcome::Done);
        };
        output::say(&format!("{} ({})", case.title, case.id));
        output::say(&format!("Exigence\u{a0}: {}", case.requirement));
        output::say(&format!("Source\u{a0}: {}", case.sources.join("\u{a0}; ")));
        output::say(&format!("Comment\u{a0}: {}", case.how));
        output::say(&format!("Reste\u{a0}: {}.", remaining.line()));
        output::say("");
        output::say(
            "Faites-le faire par votre application, puis relancez cette commande. Pour voir d'abord la réponse attendue (ces appels ne comptent pas comme ceux de votre application)\u{a0}:",
        );
        output::say("");
        Places::named(setup, gateway, &sources.console)?.say();
        let text = script(stage, case, 1, &mut Held::default());
        let is_command = |line: &&str| !line.is_empty() && !line.starts_with('#');
        if !text.lines().any(|line| is_command(&line)) {
            output::say("Ce cas se joue à la main.");
        }
        for command in text.lines().filter(is_command) {
            output::exact(format!("{command}\n").as_bytes());
        }
        Ok(Outcome::Done)
    })
}
