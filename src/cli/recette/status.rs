//! `recette status`: how far the rehearsal has come; the gate for CI.

use clap::{ArgMatches, Args, FromArgMatches, value_parser};

use super::{
    PartnerArgs, Setup, SourceArgs, annotations,
    source::{self, WithPlayArgs},
};
use crate::{
    cli::{Outcome, output},
    recette::{
        conduct::Verdict,
        coverage::{State, Tally},
        report::Report,
    },
};

/// How far the rehearsal has come; with thresholds, a gate for CI
#[derive(Args)]
#[command(args = super::settings())]
pub(super) struct StatusArgs {
    #[command(flatten)]
    partner: PartnerArgs,
    /// Exit with 1 below this share of conforming cases
    #[arg(long, value_name = "PERCENT", value_parser = value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,
    /// Exit with 1 when a rule of conduct is broken
    #[arg(long)]
    fail_on_conduct: bool,
    /// Annotate for this CI system; gitlab writes gl-code-quality-report.json [default: the one it runs on]
    #[arg(long, value_name = "SYSTEM", value_parser = ["github", "gitlab", "none"])]
    annotations: Option<String>,
    #[command(flatten)]
    calls: WithPlayArgs,
    #[command(flatten)]
    sources: SourceArgs,
}

pub(super) fn run(setup: &Setup, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = StatusArgs::from_arg_matches(arguments)?;
    let convention = setup.convention(&typed.partner.partner)?;
    let report = source::report(setup, &typed.sources, convention, &typed.calls.selection())?;
    table(&report);
    let (least, conduct) = (typed.min_coverage.map(usize::from), typed.fail_on_conduct);
    // A report of nothing opens no gate, whatever its numbers.
    // Nor does one of less than the convention asks for.
    let groundless = report.groundless().map(str::to_owned).or_else(|| report.curtailed());
    let groundless = groundless.filter(|_| conduct || least.is_some());
    let why = groundless.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    let is_judged = groundless.is_none();
    let reached = least.is_none_or(|least| is_judged && report.percent >= least);
    let followed = !conduct || (is_judged && report.broken().next().is_none());
    if let Some(least) = least {
        let verdict = if reached { "atteint" } else { "non atteint" };
        output::say(&format!("Seuil de {least} % : {verdict}{why}"));
    }
    if conduct {
        let verdict = match (is_judged, followed) {
            (false, _) => "non évalué",
            (true, true) => "respecté",
            (true, false) => "non respecté",
        };
        output::say(&format!("Comportement exigé : {verdict}{why}"));
    }
    annotations::write(typed.annotations.as_deref(), &report, least, groundless.as_deref())?;
    Ok(if reached && followed { Outcome::Done } else { Outcome::No })
}

/// The state of the rehearsal, for a terminal.
pub(super) fn table(report: &Report) {
    let partner = &report.partner;
    output::say(&format!(
        "Recette à blanc : {} ({}), convention {}",
        partner.organisation, partner.id, partner.state
    ));
    output::say(&report.notice);
    report.warning().iter().for_each(|warning| output::say(warning));
    output::say("");
    let widest =
        report.themes.iter().map(|theme| theme.title.chars().count()).max().unwrap_or_default();
    let row = |cells: [&str; 7]| {
        let [theme, conforming, wrong, seen, to_confirm, awaiting, unseen] = cells;
        let pad = " ".repeat(widest.saturating_sub(theme.chars().count()));
        output::say(&format!(
            "{theme}{pad}  {conforming:>9}  {wrong:>13}  {seen:>11}  {to_confirm:>11}  {awaiting:>11}  {unseen:>9}"
        ));
    };
    row([
        "thème",
        "conformes",
        "non conformes",
        "à compléter",
        "à confirmer",
        "à constater",
        "non joués",
    ]);
    for theme in &report.themes {
        let Tally { applicable, conforming, not_conforming, seen, to_confirm, awaiting, not_seen } =
            Tally::count(&theme.cases);
        if applicable > 0 {
            let cells = [
                format!("{conforming} / {applicable}"),
                not_conforming.to_string(),
                seen.to_string(),
                to_confirm.to_string(),
                awaiting.to_string(),
                not_seen.to_string(),
            ];
            row([&theme.title, &cells[0], &cells[1], &cells[2], &cells[3], &cells[4], &cells[5]]);
        }
    }
    let Tally { applicable, conforming, .. } = report.tally;
    output::say("");
    output::say(&report.synthesis.conclusion);
    output::say(&format!(
        "Couverture : {} ({conforming} / {applicable} cas applicables)",
        report.figure()
    ));
    if let Some(decided) = report.by_decision() {
        output::say(&format!("Par décision du testeur : {decided}"));
    }
    for lifted in &report.lifted_refusals {
        output::say(&format!("Refus levé : {}", lifted.line()));
    }
    for case in report.cases().filter(|case| {
        matches!(
            case.state,
            State::NotConforming | State::Seen | State::ToConfirm | State::Awaiting
        )
    }) {
        let note = case.note.as_deref().unwrap_or_default();
        output::say(&format!("  {} : {} ; {note}", case.state.french(), case.id));
    }
    let count = |verdict| report.conduct.iter().filter(|rule| rule.verdict == verdict).count();
    output::say(&format!(
        "Comportement, règles respectées : {}, non respectées : {}, non évaluées : {}",
        count(Verdict::Respected),
        count(Verdict::Broken),
        count(Verdict::NotObserved)
    ));
    for rule in report.broken() {
        output::say(&format!("  non respectée : {}", rule.title));
        for breach in &rule.breaches {
            output::say(&format!("    {} : {}", breach.proof.correlation_id, breach.what));
        }
    }
    for rule in &report.conduct {
        for remark in &rule.remarks {
            output::say(&format!(
                "Remarque : {} : {} ({})",
                rule.title, remark.what, remark.proof.correlation_id
            ));
        }
    }
    for calls in &report.left_out {
        output::say(&format!("Non retenus : {calls}"));
    }
    for point in &report.vigilance {
        output::say(&format!("Vigilance : {point}"));
    }
}
