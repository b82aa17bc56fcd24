//! `faults` and `scenarios`: what is ordered, and what data choose.

use std::{num::NonZeroU64, sync::Arc};

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Console,
    endpoint::Endpoint,
    problem::Problem,
    read::{Body, Path},
};
use crate::{
    faults::{FaultRequest, Order, OutcomeSpec, Scenario, Target, Wrong},
    sandbox::{Act, Sandbox, Through},
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(FAULTS, standing)
            .about("The orders that stand")
            .lists::<FaultView>(200, "Orders"),
        Endpoint::post(FAULTS, order)
            .about("Order a fault: next N, until removed, or with a probability")
            .takes::<FaultRequest>()
            .answers::<FaultView>(201, "The order; Location names it"),
        Endpoint::delete(FAULTS, remove_all)
            .about("Remove every order")
            .answers::<Removed>(200, "How many there were"),
        Endpoint::get(FAULT, one)
            .about("One order")
            .answers::<FaultView>(200, "The order")
            .refuses(404),
        Endpoint::delete(FAULT, remove)
            .about("Remove one order")
            .answers::<Removed>(200, "It is removed")
            .refuses(404),
        Endpoint::get(SCENARIOS, scenarios)
            .about("The faults that a tester chooses by the data they type")
            .lists::<ScenarioView>(200, "Scenarios"),
    ]
}

#[derive(Serialize, ToSchema)]
#[schema(as = Fault)]
struct FaultView {
    #[schema(examples("f1"))]
    id: String,
    r#match: Target,
    #[schema(value_type = Option<u64>)]
    times: Option<NonZeroU64>,
    left: Option<u64>,
    probability: Option<f64>,
    struck: u64,
    outcome: OutcomeSpec,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Scenario)]
struct ScenarioView {
    id: String,
    title: String,
    when: Vec<Target>,
    probability: Option<f64>,
    struck: u64,
    outcome: OutcomeSpec,
}

#[derive(Serialize, ToSchema)]
struct Removed {
    removed: usize,
}

async fn standing(State(sandbox): State<Arc<Sandbox>>) -> Json<Vec<FaultView>> {
    Json(sandbox.faults.standing().iter().map(view).collect())
}

async fn order(
    State(console): State<Console>,
    Body(request): Body<FaultRequest>,
) -> Result<Response, Problem> {
    let order = give(&console, request, Through::Api).map_err(Problem::wrong)?;
    let location = format!("{FAULTS}/{}", order.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(view(&order))).into_response())
}

async fn one(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
) -> Result<Json<FaultView>, Problem> {
    let standing = sandbox.faults.standing();
    standing
        .iter()
        .find(|order| order.id == id)
        .map(|order| Json(view(order)))
        .ok_or_else(|| unknown(&id))
}

async fn remove(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
) -> Result<Json<Removed>, Problem> {
    match withdraw(&sandbox, Some(&id)) {
        0 => Err(unknown(&id)),
        removed => Ok(Json(Removed { removed })),
    }
}

async fn remove_all(State(sandbox): State<Arc<Sandbox>>) -> Json<Removed> {
    Json(Removed { removed: withdraw(&sandbox, None) })
}

pub(super) fn give(
    console: &Console,
    request: FaultRequest,
    by: Through,
) -> Result<Order, Vec<Wrong>> {
    let sandbox = &console.sandbox;
    let catalogue = console.apis.load().catalogue();
    let _turn = sandbox.turn();
    let order = sandbox.faults.order(request, &catalogue, &sandbox.directory())?;
    let partner = order.request.target.partner.as_deref();
    sandbox.intervene(Act::Fault, by, partner, format!("{} : {}", order.id, effect(&order)));
    Ok(order)
}

/// What an incident does, in French.
fn effect(order: &Order) -> String {
    let OutcomeSpec { code, status, html, incident, drop, truncate, .. } = &order.request.outcome;
    let is = |flag: &Option<bool>| *flag == Some(true);
    match (code, status) {
        (Some(code), _) => format!("code {code}"),
        (None, Some(status)) => format!("statut {status}"),
        (None, None) if is(html) => "page HTML".to_owned(),
        (None, None) if is(incident) => "incident de l'API".to_owned(),
        (None, None) if is(drop) => "coupure".to_owned(),
        (None, None) if is(truncate) => "réponse tronquée".to_owned(),
        (None, None) => "attente".to_owned(),
    }
}

/// Removes the order of this id, or all; how many there were.
pub(super) fn withdraw(sandbox: &Sandbox, id: Option<&str>) -> usize {
    let _turn = sandbox.turn();
    sandbox.faults.remove(|order| id.is_none_or(|id| order.id == id))
}

async fn scenarios(State(sandbox): State<Arc<Sandbox>>) -> Json<Vec<ScenarioView>> {
    let view = |scenario: &Scenario| ScenarioView {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        when: scenario.when.iter().map(|matcher| matcher.target().clone()).collect(),
        probability: scenario.probability,
        struck: scenario.injected(),
        outcome: scenario.spec.clone(),
    };
    Json(sandbox.faults.scenarios().iter().map(view).collect())
}

fn view(order: &Order) -> FaultView {
    let FaultRequest { target, times, probability, outcome } = order.request.clone();
    FaultView {
        id: order.id.clone(),
        r#match: target,
        times,
        left: order.left(),
        probability,
        struck: order.injected,
        outcome,
    }
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!(
        "no fault {id:?} stands: it was injected as often as it should be, was removed, or never was"
    ))
}

const FAULTS: &str = "/admin/v1/faults";
const FAULT: &str = "/admin/v1/faults/{id}";
const SCENARIOS: &str = "/admin/v1/scenarios";
