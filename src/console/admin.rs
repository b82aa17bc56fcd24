//! The admin API, `/admin/v1`: what a test suite looks back with.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::Problem;
use crate::{admission::Control, directory::Convention, journal::Filter, rights::ApiId, sandbox::Sandbox};

pub(super) fn routes() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/journal", get(journal).delete(forget))
        .route("/journal/{correlation_id}", get(journal_of))
        .route("/conventions", get(conventions))
}

/// The journal's filters, as query parameters.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Wanted {
    partner: Option<String>,
    api: Option<String>,
    operation: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    control: Option<String>,
    correlation_id: Option<String>,
}

type Answer = Result<Json<Value>, Problem>;

async fn journal(State(sandbox): State<Arc<Sandbox>>, wanted: Query<Wanted>) -> Answer {
    Ok(page(&sandbox, &wanted.0.filter()?))
}

async fn journal_of(State(sandbox): State<Arc<Sandbox>>, Path(correlation_id): Path<String>) -> Answer {
    Ok(page(&sandbox, &Filter { correlation_id: Some(correlation_id), ..Filter::default() }))
}

async fn forget(State(sandbox): State<Arc<Sandbox>>, wanted: Query<Wanted>) -> Answer {
    let forgotten = sandbox.journal.forget(&wanted.0.filter()?);
    Ok(Json(json!({ "forgotten": forgotten })))
}

async fn conventions(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    let now = sandbox.clock.now();
    let view = |convention: &Arc<Convention>| {
        let quota = |api| convention.quota(api);
        json!({
            "id": convention.id,
            "organisation": convention.organisation,
            "title": convention.title,
            "siret": convention.siret,
            "state": convention.life.state(now),
            "explanation": convention.life.explain(now),
            "networks": convention.networks,
            "quotas": { "ficoba": quota(ApiId::Ficoba), "r2p": quota(ApiId::R2p) },
            "scopes": convention.scopes(),
        })
    };
    Json(sandbox.directory().iter().map(view).collect())
}

fn page(sandbox: &Sandbox, filter: &Filter) -> Json<Value> {
    let entries = sandbox.journal.read(filter);
    Json(json!({ "total": entries.len(), "entries": entries }))
}

impl Wanted {
    fn filter(self) -> Result<Filter, Problem> {
        let control = |name: String| {
            let known = Control::ALL.map(Control::as_str).join(", ");
            Control::named(&name)
                .ok_or(Problem::bad_request(format!("{name:?} is no control: expected {known}")).at("control"))
        };
        Ok(Filter {
            partner: self.partner,
            api: self.api,
            operation: self.operation,
            status: self.status,
            code: self.code,
            control: self.control.map(control).transpose()?,
            correlation_id: self.correlation_id,
        })
    }
}
