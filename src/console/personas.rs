//! `personas`: the hand-written cases, with the calls that show them.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::endpoint::Endpoint;
use crate::{
    register::{Expectation, Persona, SampleCall, Subject},
    rights::ApiId,
    sandbox::Sandbox,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(PATH, read)
            .about("The hand-written cases")
            .lists::<PersonaView>(200, "Personas"),
    ]
}

#[derive(Serialize, ToSchema)]
#[schema(as = Persona)]
struct PersonaView {
    id: String,
    title: String,
    kind: PersonaKind,
    story: String,
    shows: Vec<String>,
    calls: Vec<CallView>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum PersonaKind {
    Person,
    Company,
    Group,
    Accounts,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PersonaCall)]
struct CallView {
    api: ApiId,
    operation: String,
    partner: String,
    #[schema(value_type = Object)]
    parameters: Value,
    expect: Expectation,
    shows: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    motif: Option<String>,
}

async fn read(State(sandbox): State<Arc<Sandbox>>) -> Json<Vec<PersonaView>> {
    Json(sandbox.register().personas().iter().map(view).collect())
}

fn view(persona: &Persona) -> PersonaView {
    PersonaView {
        id: persona.id.clone(),
        title: persona.title.clone(),
        kind: match persona.subject {
            Subject::Person(_) => PersonaKind::Person,
            Subject::Company(_) => PersonaKind::Company,
            Subject::Group(_) => PersonaKind::Group,
            Subject::Accounts => PersonaKind::Accounts,
        },
        story: persona.story.clone(),
        shows: persona.shows.clone(),
        calls: persona.calls.iter().map(call).collect(),
    }
}

fn call(call: &SampleCall) -> CallView {
    CallView {
        api: call.api,
        operation: call.operation.clone(),
        partner: call.partner.clone(),
        parameters: call.parameters.clone(),
        expect: call.expect.clone(),
        shows: call.shows.clone(),
        motif: call.motif.as_ref().map(ToString::to_string),
    }
}

const PATH: &str = "/admin/v1/personas";
