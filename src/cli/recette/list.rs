//! `recette list`: every case of the catalogue.

use clap::{Arg, ArgMatches, Command};
use serde_json::json;

use super::Setup;
use crate::{
    cli::{Outcome, output},
    clock::Clock,
    recette::catalogue::{Case, Theme},
};

pub(super) fn command() -> Command {
    let partner =
        super::partner().required(false).help("Only the cases that apply to this convention");
    let format =
        Arg::new("format").long("format").value_name("FORMAT").value_parser(["text", "json"]);
    Command::new("list")
        .about("Every case, with what it requires and where that is written")
        .arg(partner)
        .args(super::choice())
        .arg(format.default_value("text").help("How it is written"))
        .args(super::settings())
}

pub(super) fn run(setup: &Setup, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let chosen = super::chosen(&setup.recette, arguments)?;
    let opening = match arguments.contains_id("partner") {
        true => {
            let (now, environment) = (Clock::system().now(), setup.config.gateway.environment);
            Some(setup.recette.opening(setup.convention(arguments)?, now, environment))
        }
        false => None,
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
    if arguments.get_one::<String>("format").is_some_and(|format| format == "json") {
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
