//! `recette play`: the catalogue played by bacasable itself, over real mutual TLS, as a good client would.

use std::{thread, time::Duration};

use clap::{ArgMatches, Args, FromArgMatches};

use super::{ChoiceArgs, PartnerArgs, Setup, plan, source, status};
use crate::{
    cli::{Outcome, output},
    client::{self, ConsoleArgs, GatewayArgs, Player},
    clock::Clock,
    recette::{
        catalogue::{Case, another},
        coverage::{CaseResult, State},
        evidence::{Calls, Selection},
        report::Report,
        script::Stage,
    },
    register::{Register, Spec},
    server,
};

/// Play the catalogue itself against a running server, over real mutual TLS, as a good client would
#[derive(Args)]
#[command(
    after_help = "The console is given orders: the clock moves where a client would wait, conventions change and are restored, \
     faults are ordered. Its calls do not count as the application's; `recette report --with-play` counts them, and says so. Exit code 0 when every case played is conforming and no rule is broken, 1 otherwise.",
    args = super::settings()
)]
pub(super) struct PlayArgs {
    #[command(flatten)]
    partner: PartnerArgs,
    #[command(flatten)]
    choice: ChoiceArgs,
    #[command(flatten)]
    console: ConsoleArgs,
    #[command(flatten)]
    gateway: GatewayArgs,
}

pub(super) fn run(setup: &Setup, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = PlayArgs::from_arg_matches(arguments)?;
    let convention = setup.convention(&typed.partner.partner)?;
    let chosen = super::chosen(&setup.recette, &typed.choice)?;
    let before = source::of_server(setup, &typed.console, convention, &Selection::default())?;
    let applicable =
        |case: &Case| before.cases().any(|one| one.id == case.id && one.is_applicable());
    let cases: Vec<&Case> = setup
        .recette
        .catalogue
        .cases()
        .filter(|(theme, case)| chosen(&theme.id, &case.id) && applicable(case))
        .map(|(_, case)| case)
        .collect();
    let config = &setup.config;
    let spec = Spec { seed: config.seed, population: 0, fixtures: config.fixtures.clone() };
    let register = Register::load(&spec).map_err(server::faulty)?;
    let stage = Stage {
        convention,
        opening: &setup.recette.opening(convention, before.date, before.environment.rehearsed()),
        catalogue: &setup.recette.catalogue,
        register: &register,
        apis: &setup.recette.apis,
        other: another(&setup.directory, convention).map(|other| other.id.as_str()),
        today: before.date.to_zoned(jiff::tz::TimeZone::UTC).date(),
    };
    let console = setup.console(&typed.console)?;
    let (gateway, doubt) = plan::gateway_of(&typed.gateway, &console, config)?;
    doubt.iter().for_each(|doubt| output::note(doubt));
    let mut player = Player::new(stage, &gateway, console, config.certs.clone())?;
    let own = Calls::Run(player.run()).into();
    let since = Clock::instant();
    let failed = client::run(async {
        let mut failed = Vec::new();
        for case in &cases {
            if let Err(error) = player.play(case).await {
                output::complain(&output::describe(&error));
                failed.push(case.id.as_str());
            }
        }
        player.leave().await?;
        Ok(failed)
    })?;
    let (after, missed) =
        settled(|| source::of_server(setup, &typed.console, convention, &own), &cases)?;
    status::table(&after);
    output::say(&format!("{} cas joués en {:.1} s", cases.len(), since.elapsed().as_secs_f64()));
    output::say("Ces appels sont ceux de bacasable : ils ne comptent pas pour l'application.");
    if !missed.is_empty() {
        output::say(&format!("sans être conformes : {}", missed.join(", ")));
    }
    let good = missed.is_empty() && failed.is_empty() && after.broken().next().is_none();
    Ok(if good { Outcome::Done } else { Outcome::No })
}

/// The report once it holds what was played, and the cases that it does not call conforming. What the client cut short is
/// written down when the server notices: a report that lacks something is asked for again, for a while.
fn settled<'c>(
    report: impl Fn() -> anyhow::Result<Report>,
    cases: &[&'c Case],
) -> anyhow::Result<(Report, Vec<&'c str>)> {
    let since = Clock::instant();
    // Nobody is there to witness what the journal cannot show.
    let shown = |one: &CaseResult| matches!(one.by_journal(), State::Conforming | State::Awaiting);
    loop {
        let report = report()?;
        let conforming = |case: &&&Case| report.cases().any(|one| one.id == case.id && shown(one));
        let missed: Vec<&str> =
            cases.iter().filter(|case| !conforming(case)).map(|case| case.id.as_str()).collect();
        if missed.is_empty() || since.elapsed() > SETTLE {
            return Ok((report, missed));
        }
        thread::sleep(SETTLE / 10);
    }
}

/// How long the server is given to notice what was cut.
const SETTLE: Duration = Duration::from_secs(2);
