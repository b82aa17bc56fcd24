//! Calls ready to be made: as a request, and as a command to paste.

use std::fmt::Write;

use http::Method;
use jiff::{Timestamp, tz::TimeZone};

use super::{motifs, visit::Visit};
use crate::{
    api::{Apis, Ask},
    directory::Directory,
    escape::shell,
    register::{Call, Expectation},
    rights::ApiId,
};

/// A call that can be shown, pasted and tried.
pub(in crate::console) struct Example {
    pub(super) shows: String,
    /// What it must answer.
    pub(super) expected: String,
    pub(in crate::console) api: ApiId,
    pub(in crate::console) operation: &'static str,
    pub(super) partner: String,
    /// Under which motif it asks, in words.
    pub(super) motif: Option<String>,
    pub(super) method: Method,
    /// Path and query, the API's context included.
    pub(super) path: String,
    pub(in crate::console) body: Option<String>,
    /// The scopes to ask the token with; the gateway's default when empty.
    scope: String,
    secret: String,
    /// The header that the convention declares.
    teleservice: Option<String>,
}

/// Where a reader would paste a command.
pub(super) struct Shell {
    gateway: String,
    certs: String,
}

impl Example {
    /// The call as a request of today; nothing when its partner or its operation is unknown.
    pub(in crate::console) fn of(
        call: &Call,
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

    /// The command that makes it, behind [`Shell::prelude`].
    pub(super) fn command(&self, place: &Shell) -> String {
        let Self { partner, path, scope, secret, .. } = self;
        let gateway = &place.gateway;
        let scope = if scope.is_empty() {
            String::new()
        } else {
            format!(" -d {}", shell(&format!("scope={scope}")))
        };
        let mut command = format!(
            "token=$(as {} {} -u {} -d grant_type=client_credentials{scope} \\\n  \
             | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')\n\
             as {} {} \\\n  -H \"Authorization: Bearer $token\"",
            shell(partner),
            shell(&format!("{gateway}/token")),
            shell(&format!("{partner}:{secret}")),
            shell(partner),
            shell(&format!("{gateway}{path}")),
        );
        if let Some(id) = &self.teleservice {
            let _ = write!(command, " \\\n  -H {}", shell(&format!("ID_Teleservice: {id}")));
        }
        if let Some(body) = &self.body {
            let _ = write!(command, " \\\n  -d {}", shell(body)); // writing to a String never fails
        }
        command
    }
}

impl Shell {
    pub(in crate::console) fn of(visit: &Visit) -> Self {
        Self {
            gateway: visit.gateway_url(),
            certs: visit.sandbox().config.certs.display().to_string(),
        }
    }

    /// What every command leans on: a call as a partner, with its certificate and fresh identifiers.
    pub(super) fn prelude(&self) -> String {
        let file = |name: &str| format!("{}\"{name}\"", shell(&format!("{}/", self.certs)));
        format!(
            "as() {{ curl -s --cacert {} --cert {} --key {} \\\n  \
             -H \"X-Correlation-ID: $(cat /proc/sys/kernel/random/uuid)\" -H \"X-Request-ID: essai\" \"${{@:2}}\"; }}",
            file("ca.pem"),
            file("clients/$1.pem"),
            file("clients/$1.key"),
        )
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
