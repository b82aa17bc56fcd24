//! `service`: when the APIs are open; a maintenance can be announced.

use std::sync::Arc;

use axum::{Json, extract::State};
use jiff::{SignedDuration, Timestamp, civil::Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use super::{endpoint::Endpoint, problem::Problem, read::Body};
use crate::{
    availability::{Announced, Cause, Closing, Plan},
    config::{self, Minutes, Percent, Profile, SettingValue as _},
    rights::ApiId,
    sandbox::{Act, Sandbox, Through},
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let answers = |endpoint: Endpoint| endpoint.answers::<Service>(200, "The service");
    vec![
        answers(Endpoint::get(PATH, read).about("When the APIs are open, and for the next week when they are not")),
        answers(
            Endpoint::put(PATH, order)
                .about("Choose a profile, the hour at which FICOBA closes and its tail, the share of calls that an incident fails, what maintenance is announced")
                .takes::<ServiceOrder>(),
        ),
        answers(Endpoint::delete(PATH, reset).about("Return to the settings")),
    ]
}

#[derive(Serialize, ToSchema)]
struct Service {
    #[serde(serialize_with = "shown")]
    profile: Profile,
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", examples("01:00"))]
    closing: Time,
    tail_minutes: Minutes,
    incident_percent: Percent,
    announced: Vec<AnnouncedWindow>,
    services: Vec<ServiceOfApi>,
}

#[derive(Serialize, ToSchema)]
struct ServiceOfApi {
    api: ApiId,
    open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    cause: Option<Cause>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    until: Option<Timestamp>,
    closings: Vec<ClosingView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Closing)]
struct ClosingView {
    from: Timestamp,
    to: Timestamp,
    cause: Cause,
}

// What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
struct ServiceOrder {
    #[serde(default, deserialize_with = "profile")]
    profile: Option<Profile>,
    #[serde(default, deserialize_with = "hour")]
    #[schema(value_type = Option<String>, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", examples("01:00"))]
    closing: Option<Time>,
    #[serde(default, deserialize_with = "number")]
    tail_minutes: Option<Minutes>,
    #[serde(default, deserialize_with = "number")]
    incident_percent: Option<Percent>,
    announced: Option<Vec<AnnouncedWindow>>,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnnouncedMaintenance)]
struct AnnouncedWindow {
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<ApiId>,
    from: Timestamp,
    to: Timestamp,
}

async fn read(State(sandbox): State<Arc<Sandbox>>) -> Json<Service> {
    view(&sandbox)
}

async fn order(
    State(sandbox): State<Arc<Sandbox>>,
    Body(request): Body<ServiceOrder>,
) -> Result<Json<Service>, Problem> {
    let ServiceOrder { profile, closing, tail_minutes, incident_percent, announced } = request;
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
    let profile = format!("profil {}", sandbox.availability.plan().profile.show());
    sandbox.intervene(Act::Service, Through::Api, None, profile);
    Ok(view(&sandbox))
}

async fn reset(State(sandbox): State<Arc<Sandbox>>) -> Json<Service> {
    let _turn = sandbox.turn();
    sandbox.availability.reset();
    sandbox.intervene(Act::Service, Through::Api, None, "selon les réglages");
    view(&sandbox)
}

fn windows(all: Vec<AnnouncedWindow>) -> Result<Vec<Announced>, Problem> {
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
    Ok(all
        .into_iter()
        .map(|AnnouncedWindow { api, from, to }| Announced { api, from, to })
        .collect())
}

fn view(sandbox: &Sandbox) -> Json<Service> {
    let (plan, now) = (sandbox.availability.plan(), sandbox.clock.now());
    let announced = plan.announced.iter();
    let announced = announced.map(|&Announced { api, from, to }| AnnouncedWindow { api, from, to });
    Json(Service {
        profile: plan.profile,
        closing: plan.closing,
        tail_minutes: plan.tail_minutes,
        incident_percent: plan.incident_percent,
        announced: announced.collect(),
        services: ApiId::ALL.map(|api| of_api(sandbox, api, now)).into(),
    })
}

/// Whether an API is open now, and when it is not for a week.
fn of_api(sandbox: &Sandbox, api: ApiId, now: Timestamp) -> ServiceOfApi {
    let week = now.checked_add(SignedDuration::from_hours(7 * 24)).unwrap_or(Timestamp::MAX);
    let closings = sandbox.availability.closings(api, now, week);
    let closings = closings.iter();
    let closings = closings.map(|&Closing { from, to, cause }| ClosingView { from, to, cause });
    let closure = sandbox.availability.closure(api, now);
    ServiceOfApi {
        api,
        open: closure.is_none(),
        cause: closure.map(|closure| closure.cause),
        until: closure.map(|closure| closure.until),
        closings: closings.collect(),
    }
}

fn profile<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Profile>, D::Error> {
    setting(deserializer)
}

fn hour<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
    setting(deserializer)
}

/// A number that is judged as its setting is.
fn number<'de, T: config::SettingValue, D: Deserializer<'de>>(
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
fn setting<'de, T: config::SettingValue, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    T::read(&text)
        .map(Some)
        .ok_or_else(|| de::Error::custom(format!("{text:?} is not {}", T::expected())))
}

/// As its setting is written.
fn shown<T: config::SettingValue, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.show())
}

const PATH: &str = "/admin/v1/service";
const MOST: usize = 100;
