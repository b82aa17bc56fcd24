//! From what went over the wire to what a session keeps of it: the one place through which a value can reach the disk.

mod content;
mod seen;

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Version};
use serde_json::{Map, Value};

use self::seen::{Seen, pair};
use super::{
    body::{self, BodyContent},
    form::Leaf,
    session::{RecordedRequest, Response},
    vocabulary::{self, Keeping, Secret, Vocabulary},
};

/// Takes values out; the same token, application or secret has the same number in the whole session.
pub struct Redactor {
    vocabulary: Vocabulary,
    /// Whether the values of people and accounts stay in; tokens and secrets never do.
    keeps_values: bool,
    aliases: HashMap<(Secret, String), usize>,
}

/// A request as it went over the wire.
pub struct RawRequest<'a> {
    pub method: &'a str,
    /// The path and the query.
    pub target: &'a str,
    pub headers: &'a HeaderMap,
    /// The body; none when it is longer than is looked at.
    pub body: Option<Bytes>,
}

/// An answer as it went over the wire.
pub struct RawResponse<'a> {
    /// The HTTP status.
    pub status: u16,
    pub version: Option<Version>,
    pub headers: &'a HeaderMap,
    /// The body; none when it is longer than is looked at.
    pub body: Option<Bytes>,
}

impl Redactor {
    /// A redactor that has seen nothing yet.
    pub fn new(vocabulary: Vocabulary, keeps_values: bool) -> Self {
        Self { vocabulary, keeps_values, aliases: HashMap::new() }
    }

    /// What is known of paths.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Forgets the tokens, applications and secrets that it has numbered.
    pub fn forget(&mut self) {
        self.aliases.clear();
    }

    /// What a session keeps of a request and of its answer.
    pub fn exchange(
        &mut self,
        request: &RawRequest<'_>,
        response: Option<&RawResponse<'_>>,
    ) -> (RecordedRequest, Option<Response>) {
        let sent = body::read(request.headers, request.body.as_ref());
        let received =
            response.map(|response| body::read(response.headers, response.body.as_ref()));
        let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
        let query = body::form(query.as_bytes());
        let named = self.vocabulary.named(request.method, path);
        let mut seen = Seen::new(&named.values, &query);
        seen.credentials(request.headers);
        seen.collect(&sent, &self.vocabulary);
        if let Some(received) = &received {
            seen.collect(received, &self.vocabulary);
        }
        let segments = named.values.iter().map(|value| self.value("", value, &seen)).collect();
        let query = self.fields(query, &seen);
        let written = RecordedRequest {
            method: request.method.to_owned(),
            operation: named.operation,
            path: named.template,
            segments,
            query,
            headers: self.headers(request.headers, None, &seen),
            body: self.body(sent, &seen),
        };
        let answered = response.zip(received).map(|(response, received)| {
            let jwt = token(&received).and_then(|token| self.jwt(&token));
            Response {
                status: response.status,
                http: response.version.map(|version| version_name(version).to_owned()),
                headers: self.headers(response.headers, Some(request.headers), &seen),
                body: self.body(received, &seen),
                jwt,
            }
        });
        (written, answered)
    }

    fn headers(
        &mut self,
        headers: &HeaderMap,
        asked: Option<&HeaderMap>,
        seen: &Seen,
    ) -> Vec<(String, Leaf)> {
        let ours =
            headers.iter().filter(|(name, _)| !vocabulary::is_of_the_connection(name.as_str()));
        ours.filter(|(name, _)| !["host", "content-length"].contains(&name.as_str()))
            .map(|(name, value)| (name.as_str().to_owned(), self.header(name, value, asked, seen)))
            .collect()
    }

    fn header(
        &mut self,
        name: &HeaderName,
        value: &HeaderValue,
        asked: Option<&HeaderMap>,
        seen: &Seen,
    ) -> Leaf {
        if name == http::header::AUTHORIZATION {
            return self.authorization(&String::from_utf8_lossy(value.as_bytes()));
        }
        if name.as_str().starts_with("revokedaccesstoken") {
            return Leaf::form("token");
        }
        let text = String::from_utf8_lossy(value.as_bytes());
        if vocabulary::keeps_header(name.as_str()) {
            return Leaf::literal(&seen.masked(&text, is_numeric(name.as_str())));
        }
        let is_echo = |asked: &HeaderMap| asked.get_all(name).iter().any(|sent| sent == value);
        if !value.is_empty() && asked.is_some_and(is_echo) {
            return Leaf::form(&format!("echo:{name}"));
        }
        match self.keeps_values && !is_private(name.as_str()) {
            true => Leaf::literal(&text),
            false => Leaf::from_text(&text),
        }
    }

    /// `Bearer ~token:1`, `Basic ~client:1 ~secret:1`, by the scheme's own spelling.
    fn authorization(&mut self, text: &str) -> Leaf {
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        if !["bearer", "basic"].contains(&scheme.to_ascii_lowercase().as_str()) {
            return Leaf::form("other-authorization");
        }
        if scheme.eq_ignore_ascii_case("bearer") {
            return match rest.is_empty() {
                true => Leaf::form(&format!("{scheme}:empty")),
                false => Leaf::form(&format!("{scheme}:{}", self.alias(Secret::Token, rest))),
            };
        }
        let Some((client, secret)) = pair(rest.trim()) else {
            return Leaf::form(&format!("{scheme}:unreadable"));
        };
        let (client, secret) =
            (self.alias(Secret::Client, &client), self.alias(Secret::Secret, &secret));
        Leaf::form(&format!("{scheme}:{client}:{secret}"))
    }

    fn value(&mut self, under: &str, text: &str, seen: &Seen) -> Leaf {
        if let Some(secret) = vocabulary::is_secret(under) {
            return match text.is_empty() {
                true => Leaf::form("empty"),
                false => Leaf::form(&self.alias(secret, text)),
            };
        }
        let other = |keeps: bool| if keeps { Leaf::literal(text) } else { Leaf::from_text(text) };
        match self.vocabulary.keeping(under, text) {
            Keeping::Letter => Leaf::literal(text),
            Keeping::Message if !text.trim().is_empty() => Leaf::literal(&seen.masked(text, false)),
            Keeping::Form | Keeping::Message => other(self.keeps_values),
        }
    }

    /// `token:1`: which of the session's tokens this is.
    fn alias(&mut self, secret: Secret, text: &str) -> String {
        let kind = match secret {
            Secret::Token => "token",
            Secret::Client => "client",
            Secret::Secret => "secret",
        };
        let known = self.aliases.keys().filter(|(of, _)| *of == secret).count();
        let number = *self.aliases.entry((secret, digest(text))).or_insert(known + 1);
        format!("{kind}:{number}")
    }

    /// The shapes of a JWT's two parts; none of another kind of token.
    fn jwt(&mut self, token: &str) -> Option<Value> {
        let mut parts = token.split('.');
        let mut part = || -> Option<Value> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()
        };
        let (header, claims) = (part()?, part()?);
        let values = std::mem::replace(&mut self.keeps_values, false);
        let nothing = Seen::default();
        let mut shape = Map::new();
        let mut head = self.shape("", &header, &nothing);
        for name in ["alg", "typ"] {
            if let Some(Value::String(text)) = header.get(name) {
                head[name] = Leaf::literal(text).as_str().into();
            }
        }
        shape.insert("header".to_owned(), head);
        shape.insert("claims".to_owned(), self.shape("", &claims, &nothing));
        self.keeps_values = values;
        Some(Value::Object(shape))
    }
}

/// Whether long numbers are what this header is about.
fn is_numeric(name: &str) -> bool {
    matches!(
        name,
        "age"
            | "cache-control"
            | "strict-transport-security"
            | "access-control-max-age"
            | "date"
            | "expires"
            | "retry-after"
    )
}

/// Headers that are somebody's, whatever the environment.
fn is_private(name: &str) -> bool {
    name.contains("authorization")
        || name.contains("cookie")
        || name.contains("token")
        || name.contains("assertion")
        || name.contains("certificate")
        || name.contains("key")
}

fn token(content: &BodyContent) -> Option<String> {
    let BodyContent::Json(value) = content else { return None };
    value.get("access_token").and_then(Value::as_str).map(str::to_owned)
}

/// What stands for a secret in memory while a session is recorded.
fn digest(text: &str) -> String {
    use sha2::{Digest, Sha256};
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

fn version_name(version: Version) -> &'static str {
    if version == Version::HTTP_2 {
        "2"
    } else if version == Version::HTTP_10 {
        "1.0"
    } else {
        "1.1"
    }
}

#[cfg(test)]
mod tests;
