//! Calls of personas and samples, ready to be made.

use http::Method;
use jiff::{Timestamp, tz::TimeZone};

use super::motifs;
use crate::{
    api::{Apis, Ask},
    directory::Directory,
    register::{Expectation, SampleCall},
    rights::ApiId,
};

/// A call that can be shown, pasted and tried.
pub(super) struct Example {
    pub(super) shows: String,
    /// What it must answer.
    pub(super) expected: String,
    pub(super) api: ApiId,
    pub(super) operation: &'static str,
    pub(super) partner: String,
    /// Under which motif it asks, in words.
    pub(super) motif: Option<String>,
    pub(super) method: Method,
    /// Path and query, the API's context included.
    pub(super) path: String,
    pub(super) body: Option<String>,
    /// The scopes to ask the token with; the gateway's default when empty.
    pub(super) scope: String,
    pub(super) secret: String,
    /// The header that the convention declares.
    pub(super) teleservice: Option<String>,
}

impl Example {
    /// The call as a request of today; nothing when its partner or its operation is unknown.
    pub(super) fn from_call(
        call: &SampleCall,
        apis: &Apis,
        directory: &Directory,
        now: Timestamp,
    ) -> Option<Self> {
        let convention = directory.convention(&call.partner)?;
        let api = apis.api(call.api);
        let template = call.resource()?;
        let resource = api.resources().iter().find(|one| one.template == template)?;
        let example = api.example(Ask {
            resource,
            convention,
            motif: call.motif.map(|motif| motif.to_string()),
            parameters: call.parameters.clone(),
            justification: justification(&call.shows),
            today: now.to_zoned(TimeZone::UTC).date(),
        });
        // A resource that asks for no scope is called with the gateway's default one.
        let grant = convention.grants.get(call.api).filter(|_| resource.scope.is_some());
        Some(Self {
            shows: call.shows.clone(),
            expected: expected(&call.expect),
            api: call.api,
            operation: resource.operation,
            partner: call.partner.clone(),
            motif: call.motif.map(|motif| motifs::named(apis, &motif.to_string())),
            path: example.path(),
            method: example.method,
            body: example.body.map(|body| serde_json::to_string_pretty(&body).unwrap_or_default()),
            scope: grant.map(|grant| grant.scopes().join(" ")).unwrap_or_default(),
            secret: convention.application.secret.clone(),
            teleservice: convention.application.id_teleservice.clone(),
        })
    }
}

/// One of the call's own: a client that gives one text for all its demands breaks a rule.
fn justification(shows: &str) -> String {
    let shows: String = shows.chars().take(LONGEST).collect();
    format!("Essai : {shows}")
}

/// Characters of what a call shows, in its justification: FICOBA takes 250 in all.
const LONGEST: usize = 200;

/// `200, code CAF011`, `200, 001 réponse`.
fn expected(expect: &Expectation) -> String {
    let mut parts = Vec::new();
    if expect.status > 0 {
        parts.push(format!("statut {}", expect.status));
    }
    parts.extend(expect.code.as_ref().map(|code| format!("code {code}")));
    parts.extend(expect.answers.as_ref().map(|answers| format!("nombreReponses {answers}")));
    parts.extend(expect.exists.as_ref().map(|exists| format!("ibanExistant {exists}")));
    parts.extend(expect.found.as_ref().map(|found| format!("nRep {found}")));
    parts.extend(expect.body.iter().flatten().map(|(key, value)| format!("{key} {value}")));
    parts.join(", ")
}
