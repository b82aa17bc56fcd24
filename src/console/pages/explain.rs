//! `/jeton`: an access token explained: what it says, its dates, its scopes, and what each control would say of it.
//!
//! The token comes in a form's body and goes nowhere: it is in no address, no journal and no log, and is not shown again.

use askama::Template;
use axum::{Extension, Router, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    forgery::Fields,
    frame::{Frame, Section},
    page::Page,
    show::{self, Moment},
    visit::{Pages, Visit},
    words,
};
use crate::{
    admission::{Chain, Control, Demand, Refusal},
    journal::{ControlFacts, VerdictName},
    rights::ApiId,
};

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/jeton", get(page).post(explain))
}

#[derive(Template)]
#[template(path = "explain.html")]
struct Explain {
    frame: Frame,
    fault: Option<&'static str>,
    api: ApiId,
    explained: Option<Explained>,
}

/// What is known of a token.
struct Explained {
    /// Whether the gateway accepts it just now, and why not otherwise.
    verdict: (&'static str, String),
    /// The claims of its header and of its body; none when it is no JWT that can be read.
    claims: Vec<Claim>,
    /// The partner whose application it names.
    partner: Option<String>,
    /// Each of its scopes, and whether the partner's convention opens it.
    scopes: Vec<(String, bool)>,
    /// What its scopes leave of the API's answers.
    restituted: Option<String>,
    steps: Vec<ControlStep>,
}

struct Claim {
    name: String,
    value: String,
    meaning: &'static str,
}

/// What a control would say.
struct ControlStep {
    name: &'static str,
    class: &'static str,
    mark: &'static str,
    sentence: String,
}

async fn page(visit: Visit) -> Page {
    Page::show(&Explain::new(&visit, ApiId::ALL[0]))
}

async fn explain(visit: Visit, Extension(fields): Extension<Fields>) -> Page {
    let api = fields.given("api").and_then(ApiId::named).unwrap_or(ApiId::ALL[0]);
    let start = Explain::new(&visit, api);
    let Some(text) = fields.given("jeton").map(bare).filter(|text| !text.is_empty()) else {
        let fault = Some("Jeton : collez le jeton à expliquer, avec ou sans le mot Bearer.");
        return Page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &Explain { fault, ..start });
    };
    let explained = Some(Explained::new(&visit, text, api));
    Page::show(&Explain { explained, ..start })
}

/// The token alone, of what is pasted: a header, or its value.
fn bare(typed: &str) -> &str {
    let value = typed.strip_prefix("Authorization:").unwrap_or(typed).trim();
    let word = value.get(..7).filter(|word| word.eq_ignore_ascii_case("bearer "));
    word.map_or(value, |word| value[word.len()..].trim())
}

impl Explain {
    fn new(visit: &Visit, api: ApiId) -> Self {
        let frame = visit.frame(Section::Api, "Expliquer un jeton");
        Self { frame, fault: None, api, explained: None }
    }
}

impl Explained {
    fn new(visit: &Visit, text: &str, api: ApiId) -> Self {
        let sandbox = visit.sandbox();
        let now = sandbox.clock.now();
        let directory = sandbox.directory();
        let skew = sandbox.gate(&directory).policy.skew;
        let judged = sandbox.tokens.verify(text, now, skew);
        let claims = claims(text, now);
        let key = claims.iter().find(|claim| claim.name == "client_id").map(|claim| &*claim.value);
        let convention = key.and_then(|key| directory.of_application(key));
        let scopes = claims.iter().find(|claim| claim.name == "scope");
        let opened = |scope: &str| {
            convention.is_some_and(|one| {
                one.grants.iter().any(|(_, grant)| grant.scopes().contains(&scope))
            })
        };
        let steps = steps(visit, text, api);
        let token_scopes: Vec<&str> =
            scopes.iter().flat_map(|claim| claim.value.split(' ')).collect();
        let restituted = convention
            .and_then(|convention| convention.grants.get(api))
            .filter(|_| judged.is_ok())
            .and_then(|grant| grant.restituted(&token_scopes));
        Self {
            verdict: match judged {
                Ok(_) => call_verdict(&steps, api),
                Err(fault) => ("refused", sentence(&Refusal::Token(fault).reason())),
            },
            restituted,
            partner: convention.map(|convention| convention.id.clone()),
            scopes: scopes
                .map(|claim| {
                    claim.value.split(' ').map(|one| (one.to_owned(), opened(one))).collect()
                })
                .unwrap_or_default(),
            steps,
            claims,
        }
    }
}

/// What a call to the API with a token that is good would get.
fn call_verdict(steps: &[ControlStep], api: ApiId) -> (&'static str, String) {
    let (refused, ..) = words::verdict(VerdictName::Refused);
    let label = api.label();
    match steps.iter().find(|step| step.class == refused) {
        None => ("granted", format!("La passerelle accepte ce jeton pour un appel à {label}.")),
        Some(step) => (
            refused,
            format!(
                "Le jeton est valable, mais un appel à {label} serait refusé par le contrôle « {} » ({}).",
                step.name, step.sentence
            ),
        ),
    }
}

/// What each control would say of a call to an API's first resource that asks for a scope, with this token, nothing counted. Certificate and address are the
/// connection's, and not the token's.
fn steps(visit: &Visit, text: &str, api: ApiId) -> Vec<ControlStep> {
    let sandbox = visit.sandbox();
    let apis = visit.console().apis.load();
    let (directory, now) = (sandbox.directory(), sandbox.clock.now());
    let gate = sandbox.gate(&directory);
    let mut chain = Chain::default();
    let caller = gate.skip_identity(&mut chain);
    let owner = sandbox.tokens.verify(text, now, gate.policy.skew).ok();
    let owner = owner.and_then(|token| directory.of_application(&token.key).cloned());
    let authorization = format!("Bearer {text}");
    let demand = Demand {
        api,
        scope: apis.api(api).resources().iter().find_map(|one| one.scope),
        authorization: Some(authorization.as_bytes()),
        id_teleservice: owner.as_ref().and_then(|one| one.application.id_teleservice.as_deref()),
    };
    let entitled = gate.entitle(caller, demand, &mut chain);
    let of_chain = chain.verdicts().map(|judged| {
        let ControlFacts { control, verdict, reason } = ControlFacts::from(judged);
        let (class, mark, word) = words::verdict(verdict);
        let sentence = match (control, reason) {
            (Control::Certificate | Control::Address, _) => {
                "dépend de la connexion, et non du jeton".to_owned()
            }
            (_, Some(reason)) => format!("{word} : {reason}"),
            (_, None) => word.to_owned(),
        };
        ControlStep { name: words::control(control), class, mark, sentence }
    });
    let mut steps: Vec<_> = of_chain.collect();
    if let (Ok(entitled), Some(last)) = (entitled, steps.last_mut()) {
        let limit = entitled.limit().get();
        let state = sandbox.quotas.state(&entitled.convention().id, api, limit, now);
        let left = state.limit.saturating_sub(state.used);
        let (class, mark, word) =
            words::verdict(if left > 0 { VerdictName::Granted } else { VerdictName::Refused });
        let sentence =
            format!("{word} : {} sur {} dans la minute en cours", state.used, state.limit);
        *last = ControlStep { name: last.name, class, mark, sentence };
    }
    steps
}

/// The claims that a text holds, if it is a JWT, whoever signed it.
fn claims(text: &str, now: Timestamp) -> Vec<Claim> {
    let mut parts = text.split('.');
    let mut part = || -> Option<Map<String, Value>> {
        let bytes = URL_SAFE_NO_PAD.decode(parts.next()?.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let (Some(header), Some(body)) = (part(), part()) else { return Vec::new() };
    let all = header.into_iter().chain(body).take(MOST);
    all.map(|(name, value)| Claim {
        meaning: MEANINGS.iter().find(|(one, _)| *one == name).map_or("", |(_, meaning)| meaning),
        value: shown(&name, &value, now),
        name: clipped(&name),
    })
    .collect()
}

/// A claim's value; a date beside its number of seconds.
fn shown(name: &str, value: &Value, now: Timestamp) -> String {
    let at = value.as_i64().filter(|_| ["exp", "iat", "nbf"].contains(&name));
    let at = at.and_then(|seconds| Timestamp::from_second(seconds).ok());
    match (value, at) {
        (_, Some(at)) => {
            let (moment, apart) = (Moment::new(at), show::span(at.duration_since(now)));
            let sense = if at > now { "dans" } else { "il y a" };
            format!(
                "{value}, soit le {} à {} (heure de Paris), {sense} {apart}",
                moment.date(),
                moment.hour()
            )
        }
        (Value::String(text), _) => clipped(text),
        (other, _) => clipped(&other.to_string()),
    }
}

fn clipped(text: &str) -> String {
    let mut start: String = text.chars().take(LONGEST).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

/// With a capital and a full stop.
fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// What the claims of these tokens say (RFC 7519, 4.1; RFC 9068, 2.2; WSO2 API Manager 3.2).
const MEANINGS: [(&str, &str); 14] = [
    ("alg", "algorithme de la signature"),
    ("typ", "genre de jeton"),
    ("kid", "clé qui l'a signé, parmi celles de /oauth2/jwks"),
    ("x5t", "empreinte du certificat de la clé"),
    ("iss", "émetteur"),
    ("sub", "propriétaire de l'application"),
    ("aud", "destinataire : la clé de l'application"),
    ("azp", "application à qui le jeton a été remis"),
    ("client_id", "clé de l'application"),
    ("aut", "genre d'appelant : une application, et non une personne"),
    ("scope", "scopes accordés"),
    ("iat", "date d'émission"),
    ("nbf", "début de validité"),
    ("exp", "fin de validité"),
];

/// Claims that are shown.
const MOST: usize = 40;
/// Characters of a claim that are shown.
const LONGEST: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_in_what_is_pasted() {
        for typed in ["a.b.c", "Bearer a.b.c", "Authorization: Bearer  a.b.c", "bearer a.b.c"] {
            assert_eq!(bare(typed), "a.b.c", "{typed}");
        }
        assert_eq!(bare("é"), "é");
    }

    #[test]
    fn claims_are_read_whoever_signed_and_nothing_is_read_of_what_is_no_jwt() {
        let text = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let jwt = format!("{}.{}.x", text(r#"{"alg":"none"}"#), text(r#"{"exp":60,"x":[1]}"#));
        let now = Timestamp::from_second(0).unwrap();
        let rows: Vec<_> = claims(&jwt, now).into_iter().map(|one| (one.name, one.value)).collect();
        assert_eq!(rows[0], ("alg".to_owned(), "none".to_owned()));
        assert_eq!(
            rows[1].1,
            "60, soit le 01/01/1970 à 01:01:00 (heure de Paris), dans 1\u{a0}min"
        );
        assert_eq!(rows[2].1, "[1]");
        for other in ["", "a", "a.b", "..", "é.é.é"] {
            assert!(claims(other, now).is_empty(), "{other}");
        }
    }
}
