//! Calls ready to be made: as a request, and as a command to paste.

use std::fmt::Write;

use http::Method;
use jiff::{Timestamp, tz::TimeZone};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::visit::Visit;
use crate::{
    api::Apis,
    directory::{Convention, Directory},
    escape::shell,
    register::{Call, CallApi, Expectation},
    rights::ApiId,
};

/// A call that can be shown, pasted and tried.
pub(super) struct Example {
    /// What it shows.
    pub(super) shows: String,
    /// What it must answer.
    pub(super) expected: String,
    pub(super) api: ApiId,
    pub(super) operation: &'static str,
    pub(super) partner: String,
    pub(super) method: Method,
    /// Path and query, the API's context included.
    pub(super) path: String,
    pub(super) body: Option<String>,
    /// The scopes to ask the token with; the gateway's default when empty.
    scope: String,
    secret: String,
}

/// Where a reader would paste a command.
pub(super) struct Shell {
    gateway: String,
    certs: String,
}

impl Example {
    /// The call as a request of today; nothing when its partner or its operation is unknown.
    pub(super) fn of(
        call: &Call,
        apis: &Apis,
        directory: &Directory,
        now: Timestamp,
    ) -> Option<Self> {
        let convention = directory.convention(&call.partner)?;
        let id = match call.api {
            CallApi::Ficoba => ApiId::Ficoba,
            CallApi::R2p => ApiId::R2p,
        };
        let resources = apis.api(id).resources();
        let wanted = |template: &str| match call.api {
            CallApi::Ficoba => template.rsplit('/').next() == Some(&call.operation),
            CallApi::R2p => template.strip_prefix('/') == Some(&call.operation),
        };
        let resource = resources.iter().find(|resource| wanted(resource.template))?;
        let (path, body) = match call.api {
            CallApi::Ficoba => (resource.template.to_owned(), Some(body(call, convention, now))),
            CallApi::R2p => (with_parameters(resource.template, &call.parameters), None),
        };
        let r2p = convention
            .grants
            .r2p
            .iter()
            .flat_map(|grant| grant.scopes.iter())
            .map(|scope| scope.as_str());
        Some(Self {
            shows: call.shows.clone(),
            expected: expected(&call.expect),
            api: id,
            operation: resource.operation,
            partner: call.partner.clone(),
            method: resource.method.clone(),
            path: format!("{}{path}", id.context()),
            body,
            scope: if call.api == CallApi::R2p {
                r2p.collect::<Vec<_>>().join(" ")
            } else {
                String::new()
            },
            secret: convention.application.secret.clone(),
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
        if let Some(body) = &self.body {
            let _ = write!(command, " \\\n  -d {}", shell(body)); // writing to a String never fails
        }
        command
    }
}

impl Shell {
    pub(super) fn of(visit: &Visit) -> Self {
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

/// A FICOBA demand of today around the call's criteria.
fn body(call: &Call, convention: &Convention, now: Timestamp) -> String {
    let motif = call.motif.map(|motif| motif.to_string());
    let demand = json!({
        "dateDemande": now.to_zoned(TimeZone::UTC).date().to_string(),
        "motif": motif,
        "siretDemandeur": convention.siret.to_string(),
        "justification": "essai depuis la console",
        "criteresRecherche": call.parameters,
    });
    serde_json::to_string_pretty(&demand).unwrap_or_default()
}

/// An R2P path with its parameters, in the place of its braces or behind a question mark.
fn with_parameters(template: &str, parameters: &Value) -> String {
    let encoded = |value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string()
    };
    let Some(parameters) = parameters.as_object() else { return template.to_owned() };
    let (mut path, mut query) = (template.to_owned(), Vec::new());
    for (name, value) in parameters {
        let braces = format!("{{{name}}}");
        if path.contains(&braces) {
            path = path.replace(&braces, &encoded(value));
        } else {
            query.push(format!("{name}={}", encoded(value)));
        }
    }
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

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
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_go_into_the_path_or_into_the_query() {
        let parameters = json!({ "spi": "3990000101192" });
        assert_eq!(with_parameters("/personne/{spi}", &parameters), "/personne/3990000101192");
        let parameters = json!({ "nom": "D'ARC É", "sexe": 2 });
        assert_eq!(
            with_parameters("/personne", &parameters),
            "/personne?nom=D%27ARC%20%C3%89&sexe=2"
        );
    }
}
