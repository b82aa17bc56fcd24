//! `/`: the sandbox at a glance.

use std::sync::Arc;

use askama::Template;

use super::{
    chart::Traffic,
    frame::{Frame, Section},
    page::Page,
    refusals::Group,
    show::{self, Moment},
    visit::Visit,
};
use crate::{
    config::Mode,
    console::motifs,
    directory::State as Life,
    faults,
    journal::{Entry, Filter},
};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    state: HomeState,
    gateway: String,
    certs: String,
    /// The motif of the first call, in words.
    motif: String,
}

/// The part that the script refreshes.
#[derive(Template)]
#[template(path = "home/state.html")]
struct Fragment {
    state: HomeState,
}

/// What changes from one moment to the next.
struct HomeState {
    now: Moment,
    frozen: bool,
    faults: usize,
    traffic: Traffic,
    /// The refusals and errors of the day, by code.
    refused: Vec<Group>,
    /// The first things to do, with those that the journal shows done.
    steps: [FirstStep; 4],
    /// How many codes there are besides.
    others: Option<String>,
    journal: String,
    partners: String,
    dataset: String,
    mode: &'static str,
    dialect: &'static str,
    environment: &'static str,
}

pub(super) async fn page(visit: Visit) -> Page {
    let certs = visit.sandbox().config.certs.display().to_string();
    let (frame, state) = (visit.frame(Section::Home, "Accueil"), HomeState::new(&visit));
    let motif = motifs::named(&visit.console().apis.load(), "0020");
    Page::show(&Home { frame, state, gateway: visit.gateway_url(), certs, motif })
}

pub(super) async fn fragment(visit: Visit) -> Page {
    Page::show(&Fragment { state: HomeState::new(&visit) })
}

impl HomeState {
    fn new(visit: &Visit) -> Self {
        let sandbox = visit.sandbox();
        let now = sandbox.clock.now();
        let entries = sandbox.journal.latest(&Filter::default(), None, LOOKED_AT);
        let mut refused = Group::of_day(&entries, &visit.console().apis.load(), now);
        let others = refused.len().saturating_sub(SHOWN);
        refused.truncate(SHOWN);
        let directory = sandbox.directory();
        let in_force = directory.iter().filter(|one| one.life.state(now) == Life::InForce).count();
        let kept = sandbox.journal.count(&Filter::default());
        let config = &sandbox.config;
        let reading = sandbox.clock.read();
        Self {
            now: Moment::new(reading.now),
            frozen: reading.frozen,
            faults: sandbox.faults.standing().len(),
            traffic: Traffic::count(entries.iter().map(AsRef::as_ref), now),
            refused,
            steps: steps(&entries),
            others: (others > 0).then(|| show::counted(others, "autre code")),
            journal: format!(
                "{} {} ({} au maximum ; au-delà, les plus anciennes sont perdues)",
                show::counted(kept, "entrée"),
                if kept > 1 { "conservées" } else { "conservée" },
                show::number(config.journal.capacity.get())
            ),
            partners: format!("{}, dont {in_force} en vigueur", directory.iter().count()),
            dataset: format!(
                "{}, {}",
                show::counted(sandbox.register().personas().len(), "persona"),
                show::generated(config.population)
            ),
            mode: match config.gateway.mode {
                Mode::Enforce => "contrôles appliqués (refus actifs)",
                Mode::Observe => "contrôles en observation (aucun refus)",
            },
            dialect: config.gateway.dialect.product().label,
            environment: config.gateway.environment.french(),
        }
    }
}

/// A first thing to do, and where.
struct FirstStep {
    done: bool,
    label: &'static str,
    href: &'static str,
}

/// What an application, and not this console, has done already.
fn steps(entries: &[Arc<Entry>]) -> [FirstStep; 4] {
    let own = || entries.iter().filter(|entry| !entry.from_console && entry.made.is_none());
    let is_token = |entry: &Arc<Entry>| entry.operation.as_deref() == Some(faults::TOKEN);
    let is_good = |entry: &Arc<Entry>| entry.status == Some(200);
    [
        FirstStep {
            done: own().any(|entry| is_token(entry) && is_good(entry)),
            label: "Obtenir un jeton avec l'application",
            href: "/aide/depannage",
        },
        FirstStep {
            done: own().any(|entry| entry.api.is_some() && is_good(entry)),
            label: "Recevoir une première réponse d'une API",
            href: "/donnees",
        },
        FirstStep {
            done: own().any(|entry| entry.fault.is_some()),
            label: "Provoquer un incident et observer l'application",
            href: "/incidents",
        },
        FirstStep {
            done: own().any(|entry| entry.mark.is_some()),
            label: "Marquer un premier cas de recette",
            href: "/recette",
        },
    ]
}

impl HomeState {
    /// Whether something is left of the first things to do.
    fn is_new(&self) -> bool {
        self.steps.iter().any(|step| !step.done)
    }
}

/// Codes that are shown.
const SHOWN: usize = 6;

/// How far back the page looks: enough for half an hour of a busy test suite, and quick to walk.
const LOOKED_AT: usize = 20_000;
