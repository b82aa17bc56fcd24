//! `recette list`: every case of the catalogue.

use clap::{ArgMatches, Args, FromArgMatches};
use serde_json::json;

use super::{ChoiceArgs, Setup};
use crate::{
    cli::{Outcome, output, typed::Format},
    clock::Clock,
    recette::catalogue::{Case, Theme},
};

/// Every case, with what it requires and where that is written
#[derive(Args)]
#[command(args = super::settings())]
pub(super) struct ListArgs {
    /// Only the cases that apply to this convention
    #[arg(long, value_name = "ID")]
    partner: Option<String>,
    #[command(flatten)]
    choice: ChoiceArgs,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

pub(super) fn run(setup: &Setup, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = ListArgs::from_arg_matches(arguments)?;
    let chosen = super::chosen(&setup.recette, &typed.choice)?;
    let opening = match &typed.partner {
        Some(partner) => {
            let (now, environment) = (Clock::system().now(), setup.config.gateway.environment);
            Some(setup.recette.opening(setup.convention(partner)?, now, environment))
        }
        None => None,
    };
    let applies = |case: &Case| {
        opening.as_ref().is_none_or(|opening| case.applies.objection(opening).is_none())
    };
    let cases: Vec<(&Theme, &Case)> = setup
        .recette
        .catalogue
        .cases()
        .filter(|(theme, case)| chosen(&theme.id, &case.id) && applies(case))
        .collect();
    if typed.format == Format::Json {
        output::json(&cases.iter().map(view).collect::<Vec<_>>())?;
        return Ok(Outcome::Done);
    }
    let widest = cases.iter().map(|(_, case)| case.id.len()).max().unwrap_or_default();
    let mut last = "";
    for (theme, case) in &cases {
        if theme.id != last {
            output::say("");
            output::say(&format!("{} ({})", theme.title, theme.id));
            last = &theme.id;
        }
        output::say(&format!(
            "  {:widest$}  {} [{}]",
            case.id,
            case.title,
            case.sources.join(" ; ")
        ));
    }
    output::say("");
    output::say(&format!("{} cas", cases.len()));
    Ok(Outcome::Done)
}

fn view((theme, case): &(&Theme, &Case)) -> serde_json::Value {
    json!({
        "id": case.id,
        "theme": theme.id,
        "title": case.title,
        "requirement": case.requirement,
        "sources": case.sources,
        "how": case.how,
        "deliberate": case.deliberate,
        "witness": case.witness,
    })
}
