//! `recette plan`: the cases still to play, in a sensible order, each with the commands that play it.
//!
//! The whole is a shell script: what is for people stands in comments.

use clap::{ArgMatches, Args, FromArgMatches};
use serde_json::json;

use super::{ChoiceArgs, PartnerArgs, Setup, SourceArgs, faults, source};
use crate::{
    cli::{Outcome, output, ready},
    client::{self, Console, ConsoleArgs, GatewayArgs, ListenerAddress},
    clock::Clock,
    config::Config,
    escape::{comment, shell},
    recette::{
        catalogue::{Case, another},
        evidence::Selection,
        report::Report,
        script::{Action, Held, Order, Stage, Step, commands},
    },
    register::{Register, Spec},
    server,
};

/// The cases still to play, in order, each with the curl that plays it; the whole is a shell script
#[derive(Args)]
#[command(
    after_help = "Paste a case to see what it answers, then let your own application do the same: calls of these commands (User-Agent \
     bacasable-recette-plan) are not your application's, and only `--with-play` counts them.",
    args = super::settings()
)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    partner: PartnerArgs,
    #[command(flatten)]
    choice: ChoiceArgs,
    /// Every case that applies, played already or not; no journal is read
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    gateway: GatewayArgs,
}

pub(super) fn run(setup: &Setup, arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let typed = PlanArgs::from_arg_matches(arguments)?;
    let PlanArgs { partner, choice, all, sources, gateway } = &typed;
    with_cases(setup, partner, choice, (!all).then_some(sources), |stage, remaining| {
        let places = Places::named(setup, gateway, &sources.console)?;
        preface(&places, &stage.convention.organisation, remaining);
        let cases = &remaining.cases;
        let mut held = Held::default();
        for (at, case) in cases.iter().enumerate() {
            output::exact(script(stage, case, at + 1, &mut held).as_bytes());
        }
        if cases.iter().any(|case| case.play.iter().any(|step| matches!(step, Step::Clock(_)))) {
            output::say("");
            output::say(
                "# Des cas ont avancé l'horloge simulée. La voici remise à l'heure, pour tous les partenaires de ce serveur.",
            );
            output::say(RESET_CLOCK);
        }
        Ok(Outcome::Done)
    })
}

/// What is still to be done of the cases that were chosen.
pub(super) struct Remaining<'a> {
    /// The cases to play, in order.
    pub(super) cases: Vec<&'a Case>,
    /// How many wait for a word of the tester: they are not to be played again.
    pub(super) awaiting: usize,
    /// The share of all applicable cases that are conforming, where that is known.
    percent: Option<usize>,
}

impl Remaining<'_> {
    /// `105 cas à jouer ; 15 cas attendent un mot du testeur ; 12 % des cas applicables sont conformes`.
    pub(super) fn line(&self) -> String {
        let percent = self
            .percent
            .map(|percent| format!("\u{a0}; {percent} % des cas applicables sont conformes"));
        let awaiting = self.awaiting_line().map(|line| format!("\u{a0}; {line}"));
        let (awaiting, percent) = (awaiting.unwrap_or_default(), percent.unwrap_or_default());
        format!("{} cas à jouer{awaiting}{percent}", self.cases.len())
    }

    /// How many wait for a word of the tester, where some do.
    pub(super) fn awaiting_line(&self) -> Option<String> {
        match self.awaiting {
            0 => None,
            1 => Some("1 cas attend un mot du testeur".to_owned()),
            several => Some(format!("{several} cas attendent un mot du testeur")),
        }
    }
}

/// The cases that `--case` and `--theme` leave: those that are still to play by `sources`, or without any, all that apply.
pub(super) fn with_cases(
    setup: &Setup,
    PartnerArgs { partner }: &PartnerArgs,
    choice: &ChoiceArgs,
    sources: Option<&SourceArgs>,
    then: impl FnOnce(&Stage<'_>, &Remaining<'_>) -> anyhow::Result<Outcome>,
) -> anyhow::Result<Outcome> {
    let convention = setup.convention(partner)?;
    let chosen = super::chosen(&setup.recette, choice)?;
    let config = &setup.config;
    let spec = Spec { seed: config.seed, population: 0, fixtures: config.fixtures.clone() };
    let register = Register::load(&spec).map_err(server::faulty)?;
    let now = Clock::system().now();
    let opening = setup.recette.opening(convention, now, config.gateway.environment);
    let left = |case: &Case| case.applies.objection(&opening).is_none();
    let report = sources
        .map(|sources| source::report(setup, sources, convention, &Selection::default()))
        .transpose()?;
    let wanted = |case: &Case| match &report {
        None => left(case),
        Some(report) => report.left().any(|one| one.id == case.id),
    };
    let cases: Vec<&Case> = setup
        .recette
        .catalogue
        .cases()
        .filter(|(theme, case)| chosen(&theme.id, &case.id) && wanted(case))
        .map(|(_, case)| case)
        .collect();
    let stage = Stage {
        convention,
        opening: &opening,
        catalogue: &setup.recette.catalogue,
        register: &register,
        apis: &setup.recette.apis,
        other: another(&setup.directory, convention).map(|other| other.id.as_str()),
        today: now.to_zoned(jiff::tz::TimeZone::UTC).date(),
    };
    let is_chosen = |id: &str| {
        let mut all = setup.recette.catalogue.cases();
        all.any(|(theme, case)| case.id == id && chosen(&theme.id, &case.id))
    };
    let awaiting = report.iter().flat_map(Report::awaiting).filter(|case| is_chosen(&case.id));
    let remaining = Remaining {
        cases,
        awaiting: awaiting.count(),
        percent: report.as_ref().map(|report| report.percent),
    };
    then(&stage, &remaining)
}

fn preface(places: &Places, organisation: &str, remaining: &Remaining<'_>) {
    output::print(&comment(&format!("Plan de recette de {organisation} : {}.", remaining.line())));
    output::say("# Environnement fictif, outil non officiel.");
    output::say(
        "# Ces commandes montrent la réponse attendue : leurs appels (User-Agent bacasable-recette-plan) ne comptent pas comme ceux de votre application.",
    );
    let Places { gateway, console, .. } = places;
    output::print(&comment(&format!("Serveur : {gateway} (console {console}).")));
    places.say();
    output::say(
        "# CONSOLE_TOKEN : le jeton de la console, si elle en demande un (docs/console.md)",
    );
}

/// The clock goes with the machine's again.
const RESET_CLOCK: &str = "curl -sS -X DELETE \"$CONSOLE\"/admin/v1/clock ${CONSOLE_TOKEN:+-H \"Authorization: Bearer $CONSOLE_TOKEN\"}";

/// Where the commands go, and the program that printed them, which some of them call.
pub(super) struct Places {
    gateway: String,
    console: String,
    certs: String,
    /// Why the gateway may be another server's than the console, in French.
    doubt: Option<String>,
}

impl Places {
    /// Those of the arguments. The console names its gateway: marks go to the one and calls to the other. What the present
    /// folder says is taken where it does not.
    ///
    /// # Errors
    /// `--gateway` or `--console` that is no URL.
    pub(super) fn named(
        setup: &Setup,
        gateway: &GatewayArgs,
        console: &ConsoleArgs,
    ) -> anyhow::Result<Self> {
        let config = &setup.config;
        let console = setup.console(console)?;
        let (address, doubt) = gateway_of(gateway, &console, config)?;
        Ok(Self {
            gateway: format!("https://{}", address.authority()),
            console: format!("http://{}", console.authority()),
            certs: config.certs.display().to_string(),
            doubt,
        })
    }

    /// Prints them as variables of the shell, with what their commands call.
    pub(super) fn say(&self) {
        let Self { gateway, console, certs, doubt } = self;
        output::print(&doubt.as_deref().map(comment).unwrap_or_default());
        output::say("uuid() { uuidgen 2>/dev/null || cat /proc/sys/kernel/random/uuid; }");
        let program = program();
        for (name, value) in
            [("GATEWAY", gateway), ("CONSOLE", console), ("CERTS", certs), ("BACASABLE", &program)]
        {
            output::exact(format!("{name}={}\n", shell(value)).as_bytes());
        }
    }
}

/// The gateway of the arguments, or the console's; and why it may be another server's than the console, in French.
///
/// # Errors
/// `--gateway` that is no URL.
pub(super) fn gateway_of(
    given: &GatewayArgs,
    console: &Console,
    config: &Config,
) -> anyhow::Result<(ListenerAddress, Option<String>)> {
    if given.url.is_some() {
        return Ok((given.address(config)?, None));
    }
    Ok(match client::block_on(console.gateway()) {
        Ok(address) => (address, None),
        Err(error) => {
            let (address, whose) = guessed(given, config)?;
            let why = faults::french(&error);
            let doubt = format!(
                "L'adresse de la passerelle est {whose}, car la console ne l'a pas dite ({why:#})."
            );
            (address, Some(doubt))
        }
    })
}

/// The gateway where no console names it, and where that comes from, in French.
fn guessed(given: &GatewayArgs, config: &Config) -> anyhow::Result<(ListenerAddress, String)> {
    Ok(match ready::gateway_on_file(config) {
        Some(address) => {
            (address, format!("celle du fichier {}", ready::default_path(config).display()))
        }
        None => (given.address(config)?, "celle des réglages (gateway.listen)".to_owned()),
    })
}

/// The path of this program: it need not be installed where the shell looks for programs.
fn program() -> String {
    std::env::current_exe()
        .map_or_else(|_| "bacasable".to_owned(), |path| path.display().to_string())
}

/// What a case does to others than its partner's application, in French.
fn warning(case: &Case) -> Option<&'static str> {
    let has = |wanted: fn(&Step) -> bool| case.play.iter().any(wanted);
    if has(|step| matches!(step, Step::Clock(_))) {
        Some(
            "Attention : l'horloge simulée avance pour tous les partenaires de ce serveur (jetons, quotas, conventions).",
        )
    } else if has(|step| matches!(step, Step::Convention(_))) {
        Some(
            "Attention : la convention de ce partenaire change pour tous ceux qui l'utilisent, jusqu'à son rétablissement.",
        )
    } else if has(|step| matches!(step, Step::Restore)) {
        Some(
            "Attention : les incidents et les changements de convention de ce partenaire sont effacés.",
        )
    } else {
        None
    }
}

/// The case as a part of a script: what is for people in comments, then the commands.
pub(super) fn script(stage: &Stage<'_>, case: &Case, number: usize, held: &mut Held) -> String {
    let mut text = "\n".to_owned();
    for line in [
        format!("{number}. {} ({})", case.title, case.id),
        format!("Exigence : {}", case.requirement),
        format!("Source : {}", case.sources.join(" ; ")),
        format!("Comment : {}", case.how),
    ] {
        text.push_str(&comment(&line));
    }
    text.push_str(&warning(case).map(comment).unwrap_or_default());
    let actions: Result<Vec<_>, _> =
        case.play.iter().map(|step| stage.action(case, step)).collect();
    let mut actions = match actions {
        Ok(actions) => actions,
        Err(error) => {
            text.push_str(&comment(&format!("à jouer à la main : {error}")));
            return text;
        }
    };
    if case.deliberate {
        let mark = |step| {
            let path = format!("recette/cases/{}/{step}", case.id);
            Action::Order(Order {
                method: "POST",
                path,
                body: json!({ "partner": stage.convention.id }),
            })
        };
        actions.insert(0, mark("begin"));
        actions.push(mark("end"));
    }
    for command in commands(&stage.convention.id, &stage.token_form(), &actions, held) {
        text.push_str(&command);
        text.push('\n');
    }
    text
}
