//! `clock`: read, set, advance, freeze, resume.

use std::sync::Arc;

use axum::{Json, extract::State};
use jiff::{SignedDuration, Span, Timestamp, Unit, fmt::temporal::SpanParser};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Value, json};

use super::{
    endpoint::Endpoint,
    problem::Problem,
    read::Body,
    schema::{self, Shape, boolean, closed, given_or_null, integer, moment, object, text_like},
};
use crate::{
    clock::{Order, OutOfRange, Reading},
    sandbox::Sandbox,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(PATH, read).about("The product's time").answers(
            200,
            "The clock",
            schema::the("Clock"),
        ),
        Endpoint::put(PATH, order)
            .about("Set, then advance, then freeze or resume: one whole order")
            .takes(schema::the("ClockOrder"))
            .answers(200, "The clock afterwards", schema::the("Clock")),
        Endpoint::delete(PATH, reset).about("Return to the system's time").answers(
            200,
            "The clock afterwards",
            schema::the("Clock"),
        ),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    let clock = object([
        ("now", moment().into()),
        ("frozen", boolean().into()),
        (
            "offset_seconds",
            integer().description(Some("How far ahead of the system's time")).into(),
        ),
    ]);
    let advance = text_like("PT61M").description(Some("ISO 8601 duration, negative ones too"));
    let order = given_or_null(
        object([]),
        [("now", moment().into()), ("advance", advance.into()), ("frozen", boolean().into())],
    );
    vec![("Clock", clock.into()), ("ClockOrder", closed(order).min_properties(Some(1)).into())]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockRequest {
    now: Option<Timestamp>,
    #[serde(default, deserialize_with = "duration")]
    advance: Option<Span>,
    frozen: Option<bool>,
}

async fn read(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    view(sandbox.clock.read())
}

async fn order(
    State(sandbox): State<Arc<Sandbox>>,
    Body(request): Body<ClockRequest>,
) -> Result<Json<Value>, Problem> {
    let ClockRequest { now, advance, frozen } = request;
    if now.is_none() && advance.is_none() && frozen.is_none() {
        return Err(Problem::unprocessable("", "nothing to do: expected now, advance or frozen"));
    }
    let pointer = if advance.is_some() { "/advance" } else { "/now" };
    obey(&sandbox, Order { now, advance, frozen })
        .map(view)
        .map_err(|error| Problem::unprocessable(pointer, error.to_string()))
}

async fn reset(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    view(restore(&sandbox))
}

/// Moves or stops the clock.
pub(super) fn obey(sandbox: &Sandbox, order: Order) -> Result<Reading, OutOfRange> {
    let _turn = sandbox.turn();
    sandbox.clock.order(order)
}

/// Returns to the system's time.
pub(super) fn restore(sandbox: &Sandbox) -> Reading {
    let _turn = sandbox.turn();
    sandbox.clock.reset();
    sandbox.clock.read()
}

fn view(reading: Reading) -> Json<Value> {
    let Reading { now, frozen, offset } = reading;
    Json(json!({ "now": now, "frozen": frozen, "offset_seconds": nearest(offset) }))
}

/// Whole seconds: of a clock that stands still, a little has passed since it was moved.
fn nearest(offset: SignedDuration) -> i64 {
    offset.round(Unit::Second).map_or(offset.as_secs(), |offset| offset.as_secs())
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Span>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let expected = |_| {
        de::Error::custom(format!("{text:?} is no ISO 8601 duration, such as PT61M, P1D or -PT30S"))
    };
    SpanParser::new().parse_span(&text).map_err(expected).map(Some)
}

const PATH: &str = "/admin/v1/clock";
