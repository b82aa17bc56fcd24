//! How a case is played by a program: orders to the console, calls of the partner, in order.
//!
//! A [`Step`] says what to do whoever the partner is; [`Stage`] turns it into the very request for one partner, with its
//! motif, its SIRET and a persona's criteria. The same stage serves `recette play`, which sends the requests, and
//! `recette plan`, which prints them as `curl` commands.

mod action;
mod body;
mod curl;
mod play;
mod stage;

use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Map, Value};

pub use self::{
    action::{Action, Order, Request, Shown},
    curl::{AGENT, Held, commands},
    play::{TOKEN, UUID, token_form},
    stage::{Stage, StageError},
};
use super::list::OneOrMore;
use crate::rights::{ApiId, Search};

/// One step of a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The partner calls an API.
    Call(Box<Call>),
    /// The partner asks for a token, in the form given, and does not keep it.
    Token(TokenForm),
    /// The partner gives its token back, and goes on using it.
    Revoke,
    /// The product's clock moves.
    Clock(SignedDuration),
    /// A fault is ordered for the partner's next calls: the body of `POST faults`, the partner left out.
    Fault(Value),
    /// The convention changes: the body of `PATCH conventions/{id}`.
    Convention(Value),
    /// The convention is as it was again, and faults that still stand are removed.
    Restore,
    /// The next calls carry a token minted by the console: the body of `POST tokens`, the partner left out.
    Mint(Mint),
    /// The partner shows a renewed certificate from now on.
    NewCertificate,
}

/// A call of an API, told by what makes it differ from a good one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    /// What is searched: a kind of search, `etatSante`, or whatever the convention opens.
    pub target: Target,
    /// The persona whose calls give the criteria.
    pub persona: Option<String>,
    /// The criteria, where no persona's are meant: `criteresRecherche`, or the parameters of R2P.
    pub criteria: Option<Map<String, Value>>,
    /// The motif, where it matters which.
    pub motif: Option<String>,
    /// What is changed in the body, by path (`criteresRecherche.iban`), or in the parameters.
    pub set: Map<String, Value>,
    /// What is left out of them.
    pub unset: Vec<String>,
    /// Headers that are changed or added.
    pub headers: Map<String, Value>,
    /// Headers that are left out.
    pub without: Vec<String>,
    /// The scopes of the token; those of the convention when absent.
    pub scope: Option<String>,
    /// The certificate that is shown, by its name below `clients/`; `none` for none at all.
    pub certificate: Option<String>,
    /// The path, where it is not the resource's.
    pub path: Option<String>,
    /// The method, where it is not the resource's.
    pub method: Option<String>,
    /// The body, word for word.
    pub body: Option<String>,
    /// How long the client waits for the answer before it gives up, in milliseconds.
    pub patience_ms: Option<u64>,
}

/// What a call asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// Whatever the convention opens.
    #[default]
    Any,
    /// Whatever the convention opens of this API.
    AnyOf(ApiId),
    /// The first of these kinds of search that the convention opens.
    OneOf(Vec<&'static Search>),
    /// The first of the case's closed kinds of search that the convention does not open.
    Closed,
    /// The state of health of the first API that has one.
    Health,
}

/// A request for a token, told by what makes it differ from a good one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TokenForm {
    /// The grant; `client_credentials` when absent, none when empty.
    pub grant: Option<String>,
    /// The secret; the application's when absent.
    pub secret: Option<String>,
    /// The scopes; the convention's when absent.
    pub scope: Option<String>,
}

/// A token that the console mints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mint {
    /// Whether it is another partner's.
    pub other_partner: bool,
    /// How many seconds it lives; negative for one that has expired.
    pub expires_in: Option<i64>,
}

/// A step as a fixture writes it: one of these keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum RawStep {
    /// `{ call = { search = "spi", persona = "celine-simple" } }`
    Call(Box<RawCall>),
    /// `{ token = { secret = "faux" } }`
    Token(TokenForm),
    /// `{ revoke = true }`
    Revoke(bool),
    /// `{ clock = "PT61M" }`
    Clock(String),
    /// `{ fault = { outcome = { code = "CAT004" }, times = 1 } }`
    Fault(toml::Table),
    /// `{ convention = { state = "suspended" } }`
    Convention(toml::Table),
    /// `{ restore = true }`
    Restore(bool),
    /// `{ mint = { expires_in = -10 } }`
    Mint(Mint),
    /// `{ new-certificate = true }`
    NewCertificate(bool),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawCall {
    search: OneOrMore<String>,
    persona: Option<String>,
    criteria: Option<toml::Table>,
    motif: Option<String>,
    set: toml::Table,
    unset: Vec<String>,
    headers: toml::Table,
    without: Vec<String>,
    scope: Option<String>,
    certificate: Option<String>,
    path: Option<String>,
    method: Option<String>,
    body: Option<String>,
    patience_ms: Option<u64>,
}

impl RawStep {
    /// The step, or the key that is wrong and why.
    pub(super) fn parse(self) -> Result<Step, (&'static str, String)> {
        let step = |key: &'static str, said: bool, step: Step| {
            if said { Ok(step) } else { Err((key, "a step says true, or is not there".to_owned())) }
        };
        match self {
            Self::Call(raw) => raw.parse().map(|call| Step::Call(Box::new(call))),
            Self::Token(form) => Ok(Step::Token(form)),
            Self::Revoke(said) => step("revoke", said, Step::Revoke),
            Self::Clock(text) => match text.parse() {
                Ok(step) => Ok(Step::Clock(step)),
                Err(_) => {
                    Err(("clock", format!("{text:?} is no duration: expected such as \"PT61M\"")))
                }
            },
            Self::Fault(table) => json(table, "fault").map(|body| Step::Fault(Value::Object(body))),
            Self::Convention(table) => {
                json(table, "convention").map(|body| Step::Convention(Value::Object(body)))
            }
            Self::Restore(said) => step("restore", said, Step::Restore),
            Self::Mint(mint) => Ok(Step::Mint(mint)),
            Self::NewCertificate(said) => step("new-certificate", said, Step::NewCertificate),
        }
    }
}

impl RawCall {
    fn parse(self) -> Result<Call, (&'static str, String)> {
        let target = target(self.search.into_vec()).map_err(|message| ("call.search", message))?;
        Ok(Call {
            target,
            persona: self.persona,
            criteria: self.criteria.map(|table| json(table, "call.criteria")).transpose()?,
            motif: self.motif,
            set: json(self.set, "call.set")?,
            unset: self.unset,
            headers: json(self.headers, "call.headers")?,
            without: self.without,
            scope: self.scope,
            certificate: self.certificate,
            path: self.path,
            method: self.method,
            body: self.body,
            patience_ms: self.patience_ms,
        })
    }
}

impl Call {
    /// Whether it is sent as a persona's file has it, so that what that file expects is what comes back.
    pub fn is_plain(&self) -> bool {
        let motif = self.motif.as_deref() != Some(OTHER_MOTIF);
        motif
            && self.criteria.is_none()
            && self.set.is_empty()
            && self.unset.is_empty()
            && self.body.is_none()
    }
}

/// In `motif`: one that exists and that the convention does not have.
const OTHER_MOTIF: &str = "other";

fn target(names: Vec<String>) -> Result<Target, String> {
    match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => return Ok(Target::Any),
        ["etatSante"] => return Ok(Target::Health),
        ["closed"] => return Ok(Target::Closed),
        [name] => {
            if let Some(api) = ApiId::named(name) {
                return Ok(Target::AnyOf(api));
            }
        }
        _ => {}
    }
    let named = |name: String| {
        Search::named(&name).ok_or_else(|| {
            let expected = Search::expected(&["etatSante", "closed"]);
            format!("{name:?} is no search: expected {expected}")
        })
    };
    names.into_iter().map(named).collect::<Result<_, _>>().map(Target::OneOf)
}

fn json(
    table: toml::Table,
    key: &'static str,
) -> Result<Map<String, Value>, (&'static str, String)> {
    match serde_json::to_value(table) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) | Err(_) => Err((key, "cannot be written as JSON".to_owned())),
    }
}
