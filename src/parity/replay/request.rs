//! The request of a choice: the original's form, with the values of the one who asks here.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{
    call::ReplayCall,
    choice::{Base, Candidates, Choice, Variant},
};
use crate::parity::{body::MOST, form::Leaf, session::Body};

impl Candidates<'_> {
    /// The request of a choice.
    pub(super) fn call(&self, choice: &Choice) -> ReplayCall {
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
        ReplayCall {
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
        self.role.tokens.find(theirs).cloned().unwrap_or_else(|| "unknown-token".to_owned())
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

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const ID_TELESERVICE: &str = "id_teleservice";
const WRONG: &str = "another-secret";
