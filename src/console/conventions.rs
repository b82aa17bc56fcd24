//! `conventions`: list, read, change at run time; a reset restores them.

use std::{borrow::Cow, sync::Arc};

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, Type, schema::AnyOfBuilder},
};

use super::{
    endpoint::Endpoint,
    problem::Problem,
    read::{Body, Path},
    schema::{
        Shape, closed, day, integer, integer_from, list, map, object, one_of, optional, or_null,
        text,
    },
};
use crate::{
    directory::Convention,
    fixtures::Wrong,
    rights::{ApiId, KeyKind},
    sandbox::{Sandbox, Through},
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(ALL, read_all)
            .about("Every convention")
            .lists::<ConventionView>(200, "Conventions"),
        Endpoint::get(ONE, read)
            .about("One convention")
            .answers::<ConventionView>(200, "The convention")
            .refuses(404),
        Endpoint::patch(ONE, amend)
            .about("Change it until the next reset: a merge patch, judged as a whole by the rules of the file")
            .takes::<ConventionPatch>()
            .answers::<ConventionView>(200, "The convention afterwards")
            .refuses(404),
    ]
}

/// A convention as it is told: members that the APIs' plugs name are among them, so that no type has them all.
#[derive(Serialize)]
#[serde(transparent)]
struct ConventionView(Value);

#[derive(Deserialize)]
#[serde(transparent)]
struct ConventionPatch(Map<String, Value>);

impl PartialSchema for ConventionView {
    fn schema() -> Shape {
        let convention = object([
            ("id", text().into()),
            ("organisation", text().into()),
            ("title", text().into()),
            ("siret", text().into()),
            ("state", one_of(STATES).into()),
            ("explanation", text().into()),
            ("networks", list(text())),
            ("quotas", map(or_null(integer(), Type::Integer)).into()),
            ("scopes", list(text())),
            ("certificates", list(certificate())),
            (
                "application",
                optional(
                    object([]),
                    ["name", "key", "id_teleservice"].map(|name| (name, text().into())),
                )
                .into(),
            ),
            ("life", optional(object([]), dates()).into()),
        ]);
        let imposed =
            one_of(STATES).description(Some("The state that was imposed, whatever the dates say"));
        optional(
            convention,
            [("imposed", imposed.into())]
                .into_iter()
                .chain(ApiId::ALL.map(|api| (api.as_str(), table(api, quota()).into()))),
        )
        .into()
    }
}

impl ToSchema for ConventionView {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Convention")
    }
}

impl PartialSchema for ConventionPatch {
    fn schema() -> Shape {
        let quotas = ApiId::ALL.map(|api| (api.as_str(), nullable_quota().into()));
        let quotas = closed(optional(object([]), quotas))
            .description(Some("Calls per minute of each API; null for those that the file has"));
        let application =
            ["name", "key", "secret", "id_teleservice"].map(|name| (name, text().into()));
        let patch = optional(
            object([]),
            [
                ("state", one_of_or_null(STATES)),
                ("quotas", nullable_object(quotas)),
                ("scopes", list(text())),
                ("organisation", text().into()),
                ("title", text().into()),
                ("siret", text().into()),
                ("networks", list(text())),
                ("certificates", list(closed(certificate()))),
                ("application", closed(optional(object([]), application)).into()),
                (
                    "life",
                    closed(optional(
                        object([]),
                        LIFE.map(|name| (name, or_null(day(), Type::String).into())),
                    ))
                    .into(),
                ),
            ],
        );
        let tables = ApiId::ALL
            .map(|api| (api.as_str(), nullable_object(closed(table(api, nullable_quota())))));
        closed(optional(patch, tables)).into()
    }
}

impl ToSchema for ConventionPatch {}

fn dates() -> [(&'static str, Shape); LIFE.len()] {
    LIFE.map(|name| (name, day().into()))
}

fn certificate() -> ObjectBuilder {
    let names =
        ["common_name", "subject", "issuer", "fingerprint"].map(|name| (name, text().into()));
    optional(optional(object([]), names), ["from", "until"].map(|name| (name, day().into())))
}

fn quota() -> ObjectBuilder {
    integer_from(1, u32::MAX.into())
}

/// A quota, or null for that of the file.
fn nullable_quota() -> ObjectBuilder {
    or_null(quota(), Type::Integer)
}

fn table(api: ApiId, quota: ObjectBuilder) -> ObjectBuilder {
    let quota = ("quota", quota.into());
    let shape = |kind: &KeyKind| match kind {
        KeyKind::Text => text().into(),
        KeyKind::Texts => list(text()),
        KeyKind::OneOf(names) => one_of(names.iter().copied()).into(),
        KeyKind::SomeOf(names) => list(one_of(names.iter().copied())),
        KeyKind::OneOfOrEach(names, keys) => {
            let one = || one_of(names.iter().copied());
            let each = keys.iter().fold(object([]), |object, key| object.property(*key, one()));
            AnyOfBuilder::new().item(one()).item(closed(each)).into()
        }
    };
    let keys = api.plug().keys();
    let keys = keys.iter().map(|key| (key.name, shape(&key.kind)));
    optional(object([]), [quota].into_iter().chain(keys))
}

async fn read_all(State(sandbox): State<Arc<Sandbox>>) -> Json<Vec<ConventionView>> {
    let now = sandbox.clock.now();
    Json(sandbox.directory().iter().map(|convention| view(convention, now)).collect())
}

async fn read(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
) -> Result<Json<ConventionView>, Problem> {
    let directory = sandbox.directory();
    let convention = directory.convention(&id).ok_or_else(|| unknown(&id))?;
    Ok(Json(view(convention, sandbox.clock.now())))
}

async fn amend(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
    Body(patch): Body<ConventionPatch>,
) -> Result<Json<ConventionView>, Problem> {
    change(&sandbox, &id, patch.0, Through::Api)
        .ok_or_else(|| unknown(&id))?
        .map_err(Problem::wrong)?;
    let directory = sandbox.directory();
    let convention = directory.convention(&id).ok_or_else(|| unknown(&id))?;
    Ok(Json(view(convention, sandbox.clock.now())))
}

/// Changes a convention until the next reset, as a merge patch says; nothing when there is none of this id.
pub(super) fn change(
    sandbox: &Sandbox,
    id: &str,
    patch: Map<String, Value>,
    by: Through,
) -> Option<Result<(), Vec<Wrong>>> {
    let _turn = sandbox.turn();
    let present = sandbox.directory();
    let amended = present.amended(id, patch, &sandbox.written())?;
    Some(amended.map(|directory| {
        if let Some((before, after)) = present.convention(id).zip(directory.convention(id)) {
            sandbox.note_change(before, after, by);
        }
        sandbox.replace_directory(directory);
    }))
}

/// What the file says, and what comes of it now.
fn view(convention: &Convention, now: Timestamp) -> ConventionView {
    let mut view = json!({
        "id": convention.id,
        "organisation": convention.organisation,
        "title": convention.title,
        "siret": convention.siret.to_string(),
        "state": convention.life.state(now),
        "explanation": convention.life.explain(now),
        "networks": convention.networks,
        "quotas": ApiId::ALL.map(|api| (api.as_str(), convention.quota(api))).into_iter().collect::<Quotas>(),
        "scopes": convention.scopes(),
    });
    if let Some(imposed) = convention.life.imposed {
        view["imposed"] = json!(imposed);
    }
    if let (Value::Object(view), Value::Object(described)) = (&mut view, convention.described()) {
        for (name, value) in described {
            if !value.is_null() {
                view.entry(name).or_insert(value);
            }
        }
    }
    ConventionView(view)
}

type Quotas = std::collections::BTreeMap<&'static str, Option<u32>>;

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("no convention has the id {id:?}"))
}

fn one_of_or_null(names: [&str; 4]) -> Shape {
    let values = names.into_iter().map(Value::from).chain([Value::Null]);
    or_null(text(), Type::String).enum_values(Some(values)).into()
}

fn nullable_object(object: ObjectBuilder) -> Shape {
    or_null(object, Type::Object).into()
}

const STATES: [&str; 4] = ["not-begun", "in-force", "suspended", "ended"];
const LIFE: [&str; 7] = [
    "begins",
    "homologation_until",
    "questionnaire_on",
    "suspended_on",
    "resumed_on",
    "notice_on",
    "ended_on",
];
const ALL: &str = "/admin/v1/conventions";
const ONE: &str = "/admin/v1/conventions/{id}";
