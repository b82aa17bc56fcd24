//! `/`: the sandbox at a glance.

use std::sync::Arc;

use askama::Template;

use super::{
    chart::Traffic,
    frame::{Frame, Section},
    page::Page,
    row::Row,
    show::{self, Moment},
    visit::Visit,
    words::Outcome,
};
use crate::{
    config::Mode,
    directory::State as Life,
    journal::{Entry, Filter},
    sandbox::Sandbox,
};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    state: State,
    gateway: String,
    certs: String,
}

/// The part that the script refreshes.
#[derive(Template)]
#[template(path = "home/state.html")]
struct Fragment {
    state: State,
}

/// What changes from one moment to the next.
struct State {
    now: Moment,
    frozen: bool,
    faults: usize,
    traffic: Traffic,
    refused: Vec<Row>,
    journal: String,
    partners: String,
    dataset: String,
    mode: &'static str,
    dialect: &'static str,
    environment: &'static str,
}

pub(super) async fn page(visit: Visit) -> Page {
    let certs = visit.sandbox().config.certs.display().to_string();
    let (frame, state) = (visit.frame(Section::Home, "Accueil"), State::of(visit.sandbox()));
    Page::show(&Home { frame, state, gateway: visit.gateway_url(), certs })
}

pub(super) async fn fragment(visit: Visit) -> Page {
    Page::show(&Fragment { state: State::of(visit.sandbox()) })
}

impl State {
    fn of(sandbox: &Sandbox) -> Self {
        let now = sandbox.clock.now();
        let entries = sandbox.journal.latest(&Filter::default(), None, LOOKED_AT);
        let turned_away =
            |entry: &&Arc<Entry>| matches!(Outcome::of(entry), Outcome::Refused | Outcome::Failed);
        let directory = sandbox.directory();
        let in_force = directory.iter().filter(|one| one.life.state(now) == Life::InForce).count();
        let kept = sandbox.journal.count(&Filter::default());
        let config = &sandbox.config;
        let reading = sandbox.clock.read();
        Self {
            now: Moment::new(reading.now),
            frozen: reading.frozen,
            faults: sandbox.faults.standing().len(),
            traffic: Traffic::of(entries.iter().map(AsRef::as_ref), now),
            refused: entries
                .iter()
                .filter(turned_away)
                .take(5)
                .map(|entry| Row::of(entry))
                .collect(),
            journal: format!(
                "{} {} ({} au maximum ; au-delà, les plus anciennes sont perdues)",
                show::counted(kept, "entrée"),
                if kept > 1 { "conservées" } else { "conservée" },
                show::number(config.journal.capacity.get())
            ),
            partners: format!("{}, dont {in_force} en vigueur", directory.iter().count()),
            dataset: format!(
                "{}, {} personnes générées",
                show::counted(sandbox.register().personas().len(), "persona"),
                show::number(config.population)
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

/// How far back the page looks: enough for half an hour of a busy test suite, and quick to walk.
const LOOKED_AT: usize = 20_000;
