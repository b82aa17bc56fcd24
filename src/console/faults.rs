//! `faults` and `scenarios`: what is ordered, and what data choose.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use serde_json::{Value, json};
use utoipa::openapi::{OneOfBuilder, Type};

use super::{
    Console,
    endpoint::Endpoint,
    problem::Problem,
    read::{Body, Path},
    schema::{
        self, Shape, boolean, closed, given_or_null, integer, integer_from, list, map, object,
        one_of, optional, text, text_like,
    },
};
use crate::{
    faults::{Order, Request, Scenario, Wrong},
    rights::ApiId,
    sandbox::Sandbox,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(FAULTS, standing).about("The orders that stand").answers(
            200,
            "Orders",
            list(schema::the("Fault")),
        ),
        Endpoint::post(FAULTS, order)
            .about("Order a fault: next N, until removed, or with a probability")
            .takes(schema::the("FaultOrder"))
            .answers(201, "The order; Location names it", schema::the("Fault")),
        Endpoint::delete(FAULTS, remove_all).about("Remove every order").answers(
            200,
            "How many there were",
            schema::the("Removed"),
        ),
        Endpoint::get(FAULT, one)
            .about("One order")
            .answers(200, "The order", schema::the("Fault"))
            .refuses(404),
        Endpoint::delete(FAULT, remove)
            .about("Remove one order")
            .answers(200, "It is removed", schema::the("Removed"))
            .refuses(404),
        Endpoint::get(SCENARIOS, scenarios)
            .about("The faults that a tester chooses by the data they type")
            .answers(200, "Scenarios", list(schema::the("Scenario"))),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    let pattern = text_like("SCENARIO-*").description(Some("* is any text, ? any one character"));
    let test = OneOfBuilder::new()
        .item(schema::text())
        .item(integer())
        .item(closed(object([("pattern", pattern.into())])))
        .description(Some("The value to the letter, or what it is like"));
    let target = given_or_null(
        optional(object([]), [("criteria", map(test).into())]),
        [
            ("api", one_of(ApiId::ALL.map(ApiId::as_str)).into()),
            ("operation", text_like("numCpte").into()),
            ("partner", text_like("editeur-demo").into()),
        ],
    );
    let milliseconds = || Shape::from(integer_from(0, 600_000));
    let drawn = closed(object([("min", milliseconds()), ("max", milliseconds())]));
    let delay = OneOfBuilder::new().item(integer_from(0, 600_000)).item(drawn);
    let code = OneOfBuilder::new().item(text_like("CAT004")).item(integer());
    let outcome = given_or_null(
        object([]),
        [
            ("code", code.into()),
            ("status", integer_from(200, 599).into()),
            ("message", text_like("Nombre incorrect de paramètres").into()),
            ("delay_ms", delay.into()),
            ("drop", boolean().enum_values(Some([true])).into()),
            ("truncate", boolean().enum_values(Some([true])).into()),
            ("html", boolean().enum_values(Some([true])).into()),
            ("retry_after", integer_from(0, 86_400).into()),
            ("incident", boolean().enum_values(Some([true])).into()),
        ],
    );
    let about = "One of code, status, drop, truncate, html; delay_ms alone or beside another, html alone or with a status; \
                 retry_after, the seconds of Retry-After, beside code, status or html";
    let outcome = closed(outcome).min_properties(Some(1)).description(Some(about));
    let order = || {
        let probability = schema::number().exclusive_minimum(Some(0.0)).maximum(Some(1.0));
        given_or_null(
            optional(
                object([("outcome", schema::the("Outcome"))]),
                [("match", schema::the("Target"))],
            ),
            [("times", integer().minimum(Some(1)).into()), ("probability", probability.into())],
        )
    };
    let fault = optional(
        object([
            ("id", text_like("f1").into()),
            ("match", schema::the("Target")),
            ("struck", integer().into()),
            ("outcome", schema::the("Outcome")),
        ]),
        [
            ("times", schema::or_null(integer(), Type::Integer).into()),
            ("left", schema::or_null(integer(), Type::Integer).into()),
            ("probability", schema::or_null(schema::number(), Type::Number).into()),
        ],
    );
    let scenario = optional(
        object([
            ("id", text().into()),
            ("title", text().into()),
            ("when", list(schema::the("Target"))),
            ("struck", integer().into()),
            ("outcome", schema::the("Outcome")),
        ]),
        [("probability", schema::or_null(schema::number(), Type::Number).into())],
    );
    vec![
        ("Target", closed(target).into()),
        ("Outcome", outcome.into()),
        ("FaultOrder", closed(order()).into()),
        ("Fault", fault.into()),
        ("Scenario", scenario.into()),
        ("Removed", object([("removed", integer().into())]).into()),
    ]
}

async fn standing(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    Json(sandbox.faults.standing().iter().map(view).collect())
}

async fn order(
    State(console): State<Console>,
    Body(request): Body<Request>,
) -> Result<Response, Problem> {
    let order = give(&console, request).map_err(Problem::wrong)?;
    let location = format!("{FAULTS}/{}", order.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(view(&order))).into_response())
}

async fn one(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
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
) -> Result<Json<Value>, Problem> {
    match withdraw(&sandbox, Some(&id)) {
        0 => Err(unknown(&id)),
        removed => Ok(Json(json!({ "removed": removed }))),
    }
}

async fn remove_all(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    Json(json!({ "removed": withdraw(&sandbox, None) }))
}

/// Gives an order.
pub(super) fn give(console: &Console, request: Request) -> Result<Order, Vec<Wrong>> {
    let sandbox = &console.sandbox;
    let catalogue = console.apis.load().catalogue();
    let _turn = sandbox.turn();
    sandbox.faults.order(request, &catalogue, &sandbox.directory())
}

/// Removes the order of this id, or all; how many there were.
pub(super) fn withdraw(sandbox: &Sandbox, id: Option<&str>) -> usize {
    let _turn = sandbox.turn();
    sandbox.faults.remove(|order| id.is_none_or(|id| order.id == id))
}

async fn scenarios(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    let view = |scenario: &Scenario| {
        let when: Vec<_> = scenario.when.iter().map(|matcher| matcher.target()).collect();
        json!({
            "id": scenario.id,
            "title": scenario.title,
            "when": when,
            "probability": scenario.probability,
            "struck": scenario.injected(),
            "outcome": scenario.spec,
        })
    };
    Json(sandbox.faults.scenarios().iter().map(view).collect())
}

fn view(order: &Order) -> Value {
    let Request { target, times, probability, outcome } = &order.request;
    json!({
        "id": order.id,
        "match": target,
        "times": times,
        "left": order.left(),
        "probability": probability,
        "struck": order.injected,
        "outcome": outcome,
    })
}

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!(
        "no fault {id:?} stands: it was injected as often as it should be, was removed, or never was"
    ))
}

const FAULTS: &str = "/admin/v1/faults";
const FAULT: &str = "/admin/v1/faults/{id}";
const SCENARIOS: &str = "/admin/v1/scenarios";
