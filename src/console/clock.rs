//! `clock`: read, set, advance, freeze, resume.

use std::sync::Arc;

use axum::{Json, extract::State};
use jiff::{SignedDuration, Span, Timestamp, Unit, fmt::temporal::SpanParser};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

use super::{endpoint::Endpoint, problem::Problem, read::Body};
use crate::{
    clock::{ClockChange, OutOfRange, Reading},
    sandbox::{Act, Sandbox, Through},
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(PATH, read)
            .about("The product's time")
            .answers::<ClockView>(200, "The clock"),
        Endpoint::put(PATH, order)
            .about("Set, then advance, then freeze or resume: one whole order")
            .takes::<ClockOrder>()
            .answers::<ClockView>(200, "The clock afterwards"),
        Endpoint::delete(PATH, reset)
            .about("Return to the system's time")
            .answers::<ClockView>(200, "The clock afterwards"),
    ]
}

#[derive(Serialize, ToSchema)]
#[schema(as = Clock)]
struct ClockView {
    now: Timestamp,
    frozen: bool,
    /// How far ahead of the system's time
    offset_seconds: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
struct ClockOrder {
    now: Option<Timestamp>,
    /// ISO 8601 duration, negative ones too
    #[serde(default, deserialize_with = "duration")]
    #[schema(value_type = Option<String>, examples("PT61M"))]
    advance: Option<Span>,
    frozen: Option<bool>,
}

async fn read(State(sandbox): State<Arc<Sandbox>>) -> Json<ClockView> {
    view(sandbox.clock.read())
}

async fn order(
    State(sandbox): State<Arc<Sandbox>>,
    Body(request): Body<ClockOrder>,
) -> Result<Json<ClockView>, Problem> {
    let ClockOrder { now, advance, frozen } = request;
    if now.is_none() && advance.is_none() && frozen.is_none() {
        return Err(Problem::unprocessable("", "nothing to do: expected now, advance or frozen"));
    }
    let pointer = if advance.is_some() { "/advance" } else { "/now" };
    obey(&sandbox, ClockChange { now, advance, frozen }, Through::Api)
        .map(view)
        .map_err(|error| Problem::unprocessable(pointer, error.to_string()))
}

async fn reset(State(sandbox): State<Arc<Sandbox>>) -> Json<ClockView> {
    view(restore(&sandbox, Through::Api))
}

/// Moves or stops the clock.
pub(super) fn obey(
    sandbox: &Sandbox,
    order: ClockChange,
    by: Through,
) -> Result<Reading, OutOfRange> {
    let _turn = sandbox.turn();
    let what = moved(&order);
    let reading = emptying(sandbox, || sandbox.clock.order(order))?;
    sandbox.intervene(Act::Clock, by, None, what);
    Ok(reading)
}

/// What becomes of the clock, in French.
fn moved(ClockChange { now, advance, frozen }: &ClockChange) -> String {
    let set = now.map(|_| "réglée".to_owned());
    let advanced = advance.as_ref().map(|span| format!("avancée de {span}"));
    let frozen = frozen.map(|frozen| if frozen { "figée" } else { "remise en marche" }.to_owned());
    [set, advanced, frozen].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Returns to the system's time.
pub(super) fn restore(sandbox: &Sandbox, by: Through) -> Reading {
    let _turn = sandbox.turn();
    emptying(sandbox, || sandbox.clock.reset());
    sandbox.intervene(Act::Clock, by, None, "remise à l'heure");
    sandbox.clock.read()
}

/// Moves the clock; where that takes it back, the quotas' windows are empty afterwards, within one minute too.
fn emptying<T>(sandbox: &Sandbox, move_clock: impl FnOnce() -> T) -> T {
    let before = sandbox.clock.turned_back();
    let moved = move_clock();
    if sandbox.clock.turned_back() != before {
        sandbox.quotas.clear(None, None, sandbox.clock.now());
    }
    moved
}

fn view(reading: Reading) -> Json<ClockView> {
    let Reading { now, frozen, offset } = reading;
    Json(ClockView { now, frozen, offset_seconds: nearest(offset) })
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
