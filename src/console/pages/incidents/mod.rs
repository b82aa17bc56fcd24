//! `/incidents`: the clock, what goes wrong on purpose, and beginning again.

mod clock;
mod described;
mod hours;
mod order;

use askama::Template;
use axum::{
    Extension, Router,
    extract::Query,
    response::Redirect,
    routing::{get, post},
};
use http::StatusCode;

use self::{
    described::{Scenario, StandingOrder},
    hours::Opening,
};
use super::{
    fault,
    forgery::Fields,
    frame::{Frame, Section},
    loss,
    page::Page,
    path::Path,
    show::{self, Moment},
    typed::Typed,
    visit::{Pages, Visit, done},
    words::Notice,
};
use crate::{
    console::{clock as hands, faults, reset},
    sandbox::Through,
};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/incidents", get(page))
        .route("/incidents/horloge", post(turn).get(async || Redirect::to("/incidents")))
        .route("/incidents/commandes", post(order).get(async || Redirect::to("/incidents")))
        .route("/incidents/commandes/{id}/retrait", post(remove))
        .route("/incidents/retrait", post(remove_all))
        .route("/incidents/remise-a-zero", get(ask).post(begin_again))
}

#[derive(Template)]
#[template(path = "incidents.html")]
struct Incidents {
    frame: Frame,
    /// What is wrong in what was typed, by field.
    refused: Typed,
    /// What the forms are filled in with.
    typed: Fields,
    is_filled: bool,
    now: Moment,
    typed_now: String,
    frozen: bool,
    offset: Option<String>,
    /// What the opening hours are, in a sentence; then API by API.
    hours: String,
    openings: Vec<Opening>,
    standing: Vec<StandingOrder>,
    scenarios: Vec<Scenario>,
    operations: Vec<(String, String)>,
    codes: Vec<String>,
    partners: Vec<String>,
}

/// The page; its forms are filled in with what the address asks.
async fn page(visit: Visit, Query(asked): Query<Vec<(String, String)>>) -> Page {
    Page::show(&Incidents::new(&visit, Vec::new(), asked.into()))
}

/// Freezes, lets run, advances, sets or restores the clock.
async fn turn(visit: Visit, Extension(fields): Extension<Fields>) -> Result<Redirect, Page> {
    let sandbox = visit.sandbox();
    let outcome = match clock::read(&fields) {
        Ok(clock::ClockRequest::System) => {
            hands::restore(sandbox, Through::Page);
            Ok(Notice::ClockRestored)
        }
        Ok(clock::ClockRequest::Order(order, notice)) => {
            let outside = |_| "Horloge : elle accepte les années 1900 à 2200.".to_owned();
            hands::obey(sandbox, order, Through::Page).map(|_| notice).map_err(outside)
        }
        Err(fault) => Err(fault),
    };
    outcome
        .map(|notice| done("/incidents", notice))
        .map_err(|fault| again(&visit, vec![fault], fields))
}

async fn order(visit: Visit, Extension(fields): Extension<Fields>) -> Result<Redirect, Page> {
    let given = order::read(&fields).map_err(|fault| vec![fault]).and_then(|request| {
        faults::give(visit.console(), request, Through::Page)
            .map_err(|wrong| order::sentences(&wrong, &fields))
    });
    given
        .map(|_| done("/incidents", Notice::FaultOrdered))
        .map_err(|faults| again(&visit, faults, fields))
}

async fn remove(visit: Visit, Path(id): Path<String>) -> Result<Redirect, Page> {
    match faults::withdraw(visit.sandbox(), Some(&id)) {
        0 => Err(fault::missing(
            &visit,
            format!(
                "Aucun incident « {id} » n'est actif : il a atteint son nombre de déclenchements, ou a été retiré."
            ),
        )),
        _ => Ok(done("/incidents", Notice::FaultRemoved)),
    }
}

async fn remove_all(visit: Visit) -> Redirect {
    faults::withdraw(visit.sandbox(), None);
    done("/incidents", Notice::FaultsRemoved)
}

/// What beginning again loses, and the order to do it.
async fn ask(visit: Visit) -> Page {
    loss::page(&visit, loss::JournalLoss::Everything)
}

async fn begin_again(visit: Visit) -> Result<Redirect, Page> {
    let console = visit.console().clone();
    let reset = tokio::task::spawn_blocking(move || {
        reset::everything(&console).map_err(|problem| problem.detail())
    });
    match reset.await {
        Ok(Ok(_)) => Ok(done("/incidents", Notice::EverythingReset)),
        Ok(Err(detail)) => Err(again(&visit, vec![detail], Fields::default())),
        Err(error) => Err(again(&visit, vec![error.to_string()], Fields::default())),
    }
}

/// The page again, with what is wrong and what was typed.
fn again(visit: &Visit, faults: Vec<String>, typed: Fields) -> Page {
    Page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &Incidents::new(visit, faults, typed))
}

/// Labels of fields, as what is wrong with them begins, and their names.
const LABELS: [(&str, &str); 12] = [
    ("Avancer de", "duree"),
    ("Régler à", "instant"),
    ("Sur", "operation"),
    ("Pour les appels de", "partenaire"),
    ("Combien de fois", "fois"),
    ("Probabilité", "probabilite"),
    ("Critère", "critere"),
    ("Effet", "effet"),
    ("Code à répondre", "code"),
    ("Statut HTTP à répondre", "statut"),
    ("Attente", "attente"),
    ("Retry-After", "revenir"),
];

impl Incidents {
    /// What a field of the order holds: what was typed or asked, else what stands there at first.
    fn field<'a>(&'a self, name: &str, first: &'a str) -> &'a str {
        match self.typed.get(name) {
            Some(typed) => typed,
            None if self.is_filled => "",
            None => first,
        }
    }

    /// The duration that the clock's form starts with.
    fn duration(&self) -> &str {
        self.typed.get("duree").unwrap_or("PT61M")
    }

    fn is(&self, name: &str, value: &str, first: &str) -> bool {
        self.field(name, first) == value
    }

    fn new(visit: &Visit, faults: Vec<String>, typed: Fields) -> Self {
        let sandbox = visit.sandbox();
        let reading = sandbox.clock.read();
        let now = Moment::new(reading.now);
        let apis = visit.console().apis.load();
        let typed_now = typed.get("instant").map(str::to_owned);
        Self {
            frame: visit.frame(Section::Incidents, "Incidents"),
            refused: Typed::refused(typed.clone(), faults, &LABELS),
            is_filled: typed.get("effet").is_some(),
            typed,
            now,
            typed_now: typed_now.unwrap_or_else(|| now.typed()),
            frozen: reading.frozen,
            offset: (reading.offset.abs().as_secs() > 0).then(|| show::span(reading.offset)),
            hours: hours::profile(&sandbox.availability),
            openings: Opening::all(&sandbox.availability, reading.now),
            standing: sandbox.faults.standing().iter().map(StandingOrder::new).collect(),
            scenarios: sandbox.faults.scenarios().iter().map(Scenario::new).collect(),
            operations: described::operations(&apis),
            codes: described::codes(&apis),
            partners: sandbox.directory().iter().map(|convention| convention.id.clone()).collect(),
        }
    }
}
