//! `service`: when the APIs are open; a maintenance can be announced.

use std::sync::Arc;

use axum::{Json, extract::State};
use jiff::{SignedDuration, Timestamp, civil::Time};
use serde::{Deserialize, Deserializer, de};
use serde_json::{Value, json};

use super::{
    endpoint::Endpoint,
    problem::Problem,
    read::Body,
    schema::{
        self, Shape, boolean, closed, given_or_null, integer_from, list, moment, object, one_of,
        optional, text_like,
    },
};
use crate::{
    availability::{Announced, Cause, Closure, Plan},
    config::{self, Minutes, Percent, Profile, Value as _},
    rights::ApiId,
    sandbox::Sandbox,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let told = |endpoint: Endpoint| endpoint.answers(200, "The service", schema::the("Service"));
    vec![
        told(Endpoint::get(PATH, read).about("When the APIs are open, and for the next week when they are not")),
        told(
            Endpoint::put(PATH, order)
                .about("Choose a profile, the hour at which FICOBA closes and its tail, the share of calls that an incident fails, what maintenance is announced")
                .takes(schema::the("ServiceOrder")),
        ),
        told(Endpoint::delete(PATH, reset).about("Return to the settings")),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    let apis = || one_of(ApiId::ALL.map(ApiId::as_str));
    let causes = || one_of(Cause::ALL.map(Cause::as_str));
    let profile = || one_of(["open", "cgu", "incident"]);
    let hour = || text_like("01:00").pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$"));
    let announced = || {
        closed(given_or_null(
            object([("from", moment().into()), ("to", moment().into())]),
            [("api", apis().into())],
        ))
    };
    let closing =
        object([("from", moment().into()), ("to", moment().into()), ("cause", causes().into())]);
    let of_api =
        object([("api", apis().into()), ("open", boolean().into()), ("closings", list(closing))]);
    let of_api = optional(of_api, [("cause", causes().into()), ("until", moment().into())]);
    let service = object([
        ("profile", profile().into()),
        ("closing", hour().into()),
        ("tail_minutes", integer_from(0, 720).into()),
        ("incident_percent", integer_from(1, 100).into()),
        ("announced", list(announced())),
        ("services", list(of_api)),
    ]);
    let order = given_or_null(
        object([]),
        [
            ("profile", profile().into()),
            ("closing", hour().into()),
            ("tail_minutes", integer_from(0, 720).into()),
            ("incident_percent", integer_from(1, 100).into()),
            ("announced", list(announced())),
        ],
    );
    vec![
        ("Service", service.into()),
        ("ServiceOrder", closed(order).min_properties(Some(1)).into()),
    ]
}

/// What an order may hold; what is absent stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AvailabilityRequest {
    #[serde(default, deserialize_with = "profile")]
    profile: Option<Profile>,
    #[serde(default, deserialize_with = "hour")]
    closing: Option<Time>,
    #[serde(default, deserialize_with = "number")]
    tail_minutes: Option<Minutes>,
    #[serde(default, deserialize_with = "number")]
    incident_percent: Option<Percent>,
    announced: Option<Vec<Window>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    api: Option<ApiId>,
    from: Timestamp,
    to: Timestamp,
}

async fn read(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    view(&sandbox)
}

async fn order(
    State(sandbox): State<Arc<Sandbox>>,
    Body(request): Body<AvailabilityRequest>,
) -> Result<Json<Value>, Problem> {
    let AvailabilityRequest { profile, closing, tail_minutes, incident_percent, announced } =
        request;
    let hours = profile.is_none() && closing.is_none() && tail_minutes.is_none();
    if hours && incident_percent.is_none() && announced.is_none() {
        return Err(Problem::unprocessable(
            "",
            "nothing to do: expected profile, closing, tail_minutes, incident_percent or announced",
        ));
    }
    let announced = announced.map(windows).transpose()?;
    let _turn = sandbox.turn();
    let present = sandbox.availability.plan();
    sandbox.availability.change(Plan {
        profile: profile.unwrap_or(present.profile),
        closing: closing.unwrap_or(present.closing),
        tail_minutes: tail_minutes.unwrap_or(present.tail_minutes),
        incident_percent: incident_percent.unwrap_or(present.incident_percent),
        announced: announced.unwrap_or_else(|| present.announced.clone()),
    });
    Ok(view(&sandbox))
}

async fn reset(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    let _turn = sandbox.turn();
    sandbox.availability.reset();
    view(&sandbox)
}

fn windows(all: Vec<Window>) -> Result<Vec<Announced>, Problem> {
    if all.len() > MOST {
        return Err(Problem::unprocessable(
            "/announced",
            format!("expected {MOST} windows at most"),
        ));
    }
    if let Some(at) = all.iter().position(|one| one.from >= one.to) {
        return Err(Problem::unprocessable(
            format!("/announced/{at}/to"),
            "expected a moment after from",
        ));
    }
    Ok(all.into_iter().map(|Window { api, from, to }| Announced { api, from, to }).collect())
}

fn view(sandbox: &Sandbox) -> Json<Value> {
    let (plan, now) = (sandbox.availability.plan(), sandbox.clock.now());
    let announced = plan.announced.iter().map(|one| match one.api {
        Some(api) => json!({ "api": api, "from": one.from, "to": one.to }),
        None => json!({ "from": one.from, "to": one.to }),
    });
    let services = ApiId::ALL.map(|api| {
        let week = now.checked_add(SignedDuration::from_hours(7 * 24)).unwrap_or(Timestamp::MAX);
        let closings = sandbox.availability.closings(api, now, week);
        let closings = closings.iter().map(|one| json!({ "from": one.from, "to": one.to, "cause": one.cause }));
        let closings: Vec<_> = closings.collect();
        match sandbox.availability.closure(api, now) {
            Some(closure) => {
                let Closure { cause, until } = closure;
                json!({ "api": api, "open": false, "cause": cause, "until": until, "closings": closings })
            }
            None => json!({ "api": api, "open": true, "closings": closings }),
        }
    });
    Json(json!({
        "profile": plan.profile.show(),
        "closing": plan.closing.show(),
        "tail_minutes": plan.tail_minutes,
        "incident_percent": plan.incident_percent,
        "announced": announced.collect::<Vec<_>>(),
        "services": services,
    }))
}

fn profile<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Profile>, D::Error> {
    setting(deserializer)
}

fn hour<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
    setting(deserializer)
}

/// A number that is judged as its setting is.
fn number<'de, T: config::Value, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let Some(number) = Option::<serde_json::Number>::deserialize(deserializer)? else {
        return Ok(None);
    };
    T::read(&number.to_string())
        .map(Some)
        .ok_or_else(|| de::Error::custom(format!("{number} is not {}", T::expected())))
}

/// A value that is written as its setting is.
fn setting<'de, T: config::Value, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    T::read(&text)
        .map(Some)
        .ok_or_else(|| de::Error::custom(format!("{text:?} is not {}", T::expected())))
}

const PATH: &str = "/admin/v1/service";
const MOST: usize = 100;
