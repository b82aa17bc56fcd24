//! The requests that could be the original's: its form, filled with a persona's values.

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{call::Call, fill::text};
use crate::{
    api::{Api, Ask, Resource},
    directory::Convention,
    parity::{
        body::MOST,
        difference,
        form::Leaf,
        session::{Body, Exchange},
    },
    register::{self, Register, Subject},
    rights::Identifier,
};

/// Who calls, and with what.
pub(super) struct Role<'a> {
    pub(super) convention: &'a Convention,
    pub(super) register: &'a Register,
    pub(super) tokens: &'a Tokens,
}

/// The tokens of a replay: which of ours stands for which of the original's.
#[derive(Default)]
pub(super) struct Tokens {
    ours: HashMap<String, String>,
}

/// The candidates of one exchange.
pub(super) struct Candidates<'a> {
    pub(super) original: &'a Exchange,
    /// What it asked, where that is known here.
    pub(super) asked: Option<(&'a dyn Api, &'static Resource)>,
    pub(super) role: Role<'a>,
    pub(super) now: Timestamp,
}

/// How a request of the session is asked here.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    base: Arc<Base>,
    variant: Variant,
    /// The code of the fault that must be ordered for the original's answer, where no caller can bring it about.
    pub(super) fault: Option<String>,
}

/// What a form is filled with: a persona's call, brought to JSON, by the names of its values.
#[derive(Debug)]
struct Base {
    /// The body, or the parameters of the query and of the path.
    values: Value,
    motif: Option<String>,
}

impl Tokens {
    pub(super) fn learn(&mut self, theirs: String, ours: String) {
        self.ours.insert(theirs, ours);
    }

    fn of(&self, theirs: &str) -> Option<&String> {
        self.ours.get(theirs)
    }
}

impl Candidates<'_> {
    /// The requests, the likeliest first, with the data of so many persons and calls. Where the stage can be ordered to fail,
    /// the last one asks for the original's code.
    pub(super) fn calls(&self, steers: bool, most: usize) -> Vec<(Choice, Call)> {
        let mut calls: Vec<(Choice, Call)> = Vec::new();
        for base in self.bases(most).into_iter().map(Arc::new) {
            for variant in [Variant::Kept, Variant::Own, Variant::Wrong] {
                let choice = Choice { base: Arc::clone(&base), variant, fault: None };
                let call = self.call(&choice);
                let same = |(_, one): &(Choice, Call)| {
                    one.target == call.target
                        && one.body == call.body
                        && one.headers == call.headers
                };
                if !calls.iter().any(same) {
                    calls.push((choice, call));
                }
            }
        }
        if let (true, Some((first, _)), Some(code)) = (steers, calls.first(), self.code()) {
            let choice = Choice { fault: Some(code), ..first.clone() };
            let call = self.call(&choice);
            calls.push((choice, call));
        }
        calls
    }

    fn code(&self) -> Option<String> {
        let response = self.original.response.as_ref()?;
        difference::code(&response.body).map(|(_, code)| code.replace(' ', ""))
    }

    /// The personas' calls of this resource: those that end as the original did come first.
    fn bases(&self, most: usize) -> Vec<Base> {
        let status = self.original.response.as_ref().map(|response| response.status);
        let code = self.code();
        let personas = self.role.register.personas().iter();
        let mut calls: Vec<&register::Call> = personas.flat_map(|persona| &persona.calls).collect();
        calls.sort_by_key(|call| call.partner != self.role.convention.id);
        let ends =
            |call: &register::Call| Some(call.expect.status) == status && call.expect.code == code;
        let mut ranked: Vec<(bool, Base)> =
            calls.into_iter().filter_map(|call| Some((ends(call), self.base(call)?))).collect();
        ranked.sort_by_key(|(ends, base)| std::cmp::Reverse((*ends, self.fit(base))));
        let mut bases: Vec<Base> = ranked.into_iter().map(|(_, base)| base).collect();
        bases.extend(self.people());
        bases.truncate(most);
        bases.push(Base { values: json!({}), motif: None });
        bases
    }

    /// The personas' people, each asked for by the SPI, where the resource takes it.
    fn people(&self) -> Vec<Base> {
        let Some((api, resource)) = self.asked else { return Vec::new() };
        let register = self.role.register;
        let ids = register.personas().iter().flat_map(|persona| match &persona.subject {
            Subject::Person(id) => vec![*id],
            Subject::Group(ids) => ids.clone(),
            Subject::Company(_) | Subject::Accounts => Vec::new(),
        });
        let asked = ids.filter_map(|id| {
            let spi = register.person(id).spi?;
            let asked = api.id().plug().asks_by(&Identifier::Spi(spi))?;
            let template = asked.resource(api.id())?;
            (template == resource.template).then(|| self.example(None, asked.parameters))?
        });
        asked.collect()
    }

    /// A persona's call of the resource that was asked.
    fn base(&self, call: &register::Call) -> Option<Base> {
        let (api, resource) = self.asked?;
        if call.api != api.id() || call.resource() != Some(resource.template) {
            return None;
        }
        let motif = call.motif.as_ref().map(ToString::to_string);
        self.example(motif, call.parameters.clone())
    }

    fn example(&self, motif: Option<String>, parameters: Value) -> Option<Base> {
        let (api, resource) = self.asked?;
        let mut example = api.example(Ask {
            resource,
            convention: self.role.convention,
            motif: motif.clone(),
            parameters,
            justification: "dossier de comparaison".to_owned(),
            today: self.today(),
        });
        Some(Base { values: example.attributes().take(), motif })
    }

    /// The names of the values in the path.
    fn segments(&self) -> Vec<&'static str> {
        let template = self.asked.map_or("", |(_, resource)| resource.template);
        let braced = |segment: &'static str| segment.strip_prefix('{')?.strip_suffix('}');
        template.split('/').filter_map(braced).collect()
    }

    /// Whether the persona's call ends as the original did, which counts most, and how many of the original's values it has
    /// one of the same form for, less those that it cannot give.
    fn fit(&self, base: &Base) -> i64 {
        let mut fit = 0;
        let request = &self.original.request;
        let mut judge = |name: &str, leaf: &Leaf, known: Option<&Value>| match known.and_then(text)
        {
            Some(known) if leaf.kept().is_some_and(|kept| kept == known) => fit += 3,
            Some(known) if Leaf::of(&known).agrees(leaf) => fit += 2,
            Some(_) | None if name == "motif" => {}
            Some(_) | None => fit -= 1,
        };
        for (name, leaf) in self.segments().into_iter().zip(&request.segments) {
            judge(name, leaf, base.values.get(name));
        }
        for (name, leaf) in &request.query {
            judge(name, leaf, base.values.get(name));
        }
        if let Body::Json { shape } = &request.body {
            leaves("", shape, Some(&base.values), &mut judge);
        }
        fit - self.absent(&base.values)
    }

    /// How many of the persona's values the original did not send.
    fn absent(&self, base: &Value) -> i64 {
        let request = &self.original.request;
        if let Body::Json { shape } = &request.body {
            return missing(base, shape);
        }
        let segments = self.segments();
        let sent = |name: &str| {
            segments.contains(&name) || request.query.iter().any(|(other, _)| other == name)
        };
        let names = base.as_object().into_iter().flat_map(|all| all.keys());
        i64::try_from(names.filter(|name| !sent(name)).count()).unwrap_or(0)
    }

    /// The request of a choice.
    pub(super) fn call(&self, choice: &Choice) -> Call {
        let Choice { base, variant, .. } = choice;
        let variant = *variant;
        let request = &self.original.request;
        let names = self.segments();
        let mut values = request.segments.iter();
        let mut path = String::new();
        for (at, part) in request.path.split("{}").enumerate() {
            if at > 0 {
                let leaf = values.next().cloned().unwrap_or_else(|| Leaf::form("small"));
                let known = names.get(at - 1).and_then(|name| base.values.get(*name));
                path.push_str(&encoded(&self.filled(&leaf, known)));
            }
            path.push_str(part);
        }
        let query: Vec<String> = request
            .query
            .iter()
            .map(|(name, leaf)| {
                format!("{}={}", encoded(name), encoded(&self.filled(leaf, base.values.get(name))))
            })
            .collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        Call {
            method: request.method.clone(),
            target: format!("{path}{query}"),
            headers: self.headers(variant),
            body: self.body(base, variant),
        }
    }

    fn headers(&self, variant: Variant) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, leaf) in &self.original.request.headers {
            let value = match name.as_str() {
                "authorization" => self.authorization(leaf, variant),
                ID_TELESERVICE if variant != Variant::Wrong => self.teleservice(leaf),
                "cookie" | "expect" => continue,
                _ => self.filled(leaf, None),
            };
            let (Ok(name), Ok(value)) = (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_bytes(value.as_bytes()),
            ) else {
                continue;
            };
            headers.append(name, value);
        }
        headers
    }

    fn authorization(&self, leaf: &Leaf, variant: Variant) -> String {
        let application = &self.role.convention.application;
        let parts: Vec<&str> = leaf.name().unwrap_or_default().splitn(2, ':').collect();
        match parts.as_slice() {
            [scheme, "empty"] => (*scheme).to_owned(),
            [scheme, "unreadable"] => format!("{scheme} ?"),
            [scheme, token] if scheme.eq_ignore_ascii_case("bearer") => {
                format!("{scheme} {}", self.token(token))
            }
            [scheme, _] => {
                let secret = match variant {
                    Variant::Kept | Variant::Own => application.secret.as_str(),
                    Variant::Wrong => WRONG,
                };
                let pair = STANDARD.encode(format!("{}:{secret}", application.key));
                format!("{scheme} {pair}")
            }
            _ => "Other x".to_owned(),
        }
    }

    /// The convention's own, where it is declared; whether the original's was right is seen by the answer.
    fn teleservice(&self, leaf: &Leaf) -> String {
        let declared = self.role.convention.application.id_teleservice.clone();
        declared.filter(|_| leaf.name() != Some("empty")).unwrap_or_else(|| self.filled(leaf, None))
    }

    /// Ours for one of the original's, or what is none: a token that was issued before the session is not known here.
    fn token(&self, theirs: &str) -> String {
        self.role.tokens.of(theirs).cloned().unwrap_or_else(|| "unknown-token".to_owned())
    }

    fn body(&self, base: &Base, variant: Variant) -> Bytes {
        match &self.original.request.body {
            Body::Empty => Bytes::new(),
            Body::Json { shape } => {
                let mut body = self.shape(shape, Some(&base.values));
                if let (Variant::Own, Some(motif), Some(place)) =
                    (variant, &base.motif, body.get_mut("motif"))
                    && place.is_string()
                {
                    *place = json!(motif);
                }
                Bytes::from(body.to_string())
            }
            Body::Form { fields } => {
                let pair = |(name, leaf): &(String, Leaf)| {
                    format!("{}={}", encoded(name), encoded(&self.field(name, leaf, variant)))
                };
                Bytes::from(fields.iter().map(pair).collect::<Vec<_>>().join("&"))
            }
            Body::Xml { .. } => Bytes::from_static(b"<a/>"),
            Body::Html => Bytes::from_static(b"<html></html>"),
            Body::Text => Bytes::from_static(b"texte"),
            Body::Binary => Bytes::from_static(b"\xff\x00"),
            Body::BadJson => Bytes::from_static(b"{"),
            Body::TooLong => Bytes::from(vec![b' '; MOST + 1]),
        }
    }

    fn field(&self, name: &str, leaf: &Leaf, variant: Variant) -> String {
        let application = &self.role.convention.application;
        let of = leaf.name().unwrap_or_default();
        match (name, variant) {
            ("client_id", _) if of.starts_with("client:") => application.key.clone(),
            ("client_secret", Variant::Kept | Variant::Own) if of.starts_with("secret:") => {
                application.secret.clone()
            }
            ("client_secret", Variant::Wrong) if of.starts_with("secret:") => WRONG.to_owned(),
            ("scope", Variant::Own) => self.role.convention.scopes().join(" "),
            _ if of.starts_with("token:") => self.token(of),
            _ => self.filled(leaf, None),
        }
    }
}

/// What of a request is taken from the session, and what from the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Variant {
    /// The session's motif and scopes, the role's secret.
    Kept,
    /// The persona's motif, the role's scopes and secret.
    Own,
    /// The session's motif and scopes, another secret, another `ID_Teleservice`.
    Wrong,
}

fn leaves(
    name: &str,
    shape: &Value,
    base: Option<&Value>,
    judge: &mut impl FnMut(&str, &Leaf, Option<&Value>),
) {
    match shape {
        Value::Object(all) => all.iter().for_each(|(name, shape)| {
            leaves(name, shape, base.and_then(|base| base.get(name)), judge)
        }),
        Value::Array(all) => all.iter().for_each(|shape| leaves(name, shape, base, judge)),
        Value::String(text) => {
            if let Ok(leaf) = Leaf::try_from(text.clone()) {
                judge(name, &leaf, base);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// How many values of `base` have no place in `shape`.
fn missing(base: &Value, shape: &Value) -> i64 {
    let Value::Object(all) = base else { return 0 };
    let each = all.iter().map(|(name, value)| match shape.get(name) {
        Some(shape) => missing(value, shape),
        None => 1,
    });
    each.sum()
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const ID_TELESERVICE: &str = "id_teleservice";
const WRONG: &str = "another-secret";
