//! `personas`: the hand-written cases, with the calls that show them.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde_json::{Map, Value, json};

use super::{
    endpoint::Endpoint,
    schema::{self, Shape, list, object, one_of, optional, text},
};
use crate::{
    register::{Call, Expectation, Persona, Subject},
    rights::ApiId,
    sandbox::Sandbox,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::get(PATH, read).about("The hand-written cases").answers(
        200,
        "Personas",
        list(schema::the("Persona")),
    )]
}

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    let call = object([
        ("api", one_of(ApiId::ALL.map(ApiId::as_str)).into()),
        ("operation", text().into()),
        ("partner", text().into()),
        ("parameters", object([]).into()),
        ("expect", object([("status", schema::integer().into())]).into()),
        ("shows", text().into()),
    ]);
    let persona = object([
        ("id", text().into()),
        ("title", text().into()),
        ("kind", one_of(["person", "company", "group", "accounts"]).into()),
        ("story", text().into()),
        ("shows", list(text())),
        ("calls", list(optional(call, [("motif", text().into())]))),
    ]);
    vec![("Persona", persona.into())]
}

async fn read(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    Json(sandbox.register().personas().iter().map(view).collect())
}

fn view(persona: &Persona) -> Value {
    let kind = match persona.subject {
        Subject::Person(_) => "person",
        Subject::Company(_) => "company",
        Subject::Group(_) => "group",
        Subject::Accounts => "accounts",
    };
    json!({
        "id": persona.id,
        "title": persona.title,
        "kind": kind,
        "story": persona.story,
        "shows": persona.shows,
        "calls": persona.calls.iter().map(call).collect::<Value>(),
    })
}

fn call(call: &Call) -> Value {
    let mut view = json!({
        "api": call.api,
        "operation": call.operation,
        "partner": call.partner,
        "parameters": call.parameters,
        "expect": expectation(&call.expect),
        "shows": call.shows,
    });
    if let Some(motif) = &call.motif {
        view["motif"] = json!(motif.to_string());
    }
    view
}

fn expectation(expect: &Expectation) -> Value {
    let Expectation {
        status,
        code,
        answers,
        accounts,
        ibans,
        exists,
        closed,
        found,
        holders,
        spi,
        body,
    } = expect;
    let ibans =
        ibans.as_ref().map(|ibans| ibans.iter().map(ToString::to_string).collect::<Vec<_>>());
    let members = [
        ("status", json!(status)),
        ("code", json!(code)),
        ("answers", json!(answers)),
        ("accounts", json!(accounts)),
        ("ibans", json!(ibans)),
        ("exists", json!(exists)),
        ("closed", json!(closed)),
        ("found", json!(found)),
        ("holders", json!(holders)),
        ("spi", json!(spi.as_ref().map(ToString::to_string))),
        ("body", json!(body)),
    ];
    let given = members.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(given.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

const PATH: &str = "/admin/v1/personas";
