//! The values of one exchange, and texts without them.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderMap;
use percent_encoding::percent_decode;
use serde_json::Value;

use crate::parity::{
    body::BodyContent,
    form::{MASK, is_uuid},
    vocabulary::{Keeping, Vocabulary},
};

/// The values of one exchange, which no text that is kept may repeat.
#[derive(Default)]
pub(super) struct Seen(Vec<String>);

impl Seen {
    /// Those of a path and of a query.
    pub(super) fn new(path: &[String], query: &[(String, String)]) -> Self {
        let query = query.iter().map(|(_, value)| value.clone());
        Self(path.iter().cloned().chain(query).collect())
    }

    /// What the request's `Authorization` holds.
    pub(super) fn credentials(&mut self, headers: &HeaderMap) {
        for value in headers.get_all(http::header::AUTHORIZATION) {
            let text = String::from_utf8_lossy(value.as_bytes());
            let rest = text.split_once(' ').map_or("", |(_, rest)| rest.trim());
            self.0.push(rest.to_owned());
            if let Some((client, secret)) = pair(rest) {
                self.0.extend([client, secret]);
            }
        }
        self.0.retain(|value| value.chars().count() >= SHORTEST);
    }

    /// The values of a body that are kept by their form.
    pub(super) fn collect(&mut self, content: &BodyContent, vocabulary: &Vocabulary) {
        match content {
            BodyContent::Json(value) | BodyContent::Xml(value) => self.walk("", value, vocabulary),
            BodyContent::Form(fields) => {
                for (name, value) in fields {
                    self.add(name, value, vocabulary);
                }
            }
            BodyContent::Empty
            | BodyContent::Html
            | BodyContent::Text
            | BodyContent::Binary
            | BodyContent::BadJson
            | BodyContent::TooLong => {}
        }
    }

    fn walk(&mut self, under: &str, value: &Value, vocabulary: &Vocabulary) {
        match value {
            Value::Object(all) => {
                all.iter().for_each(|(key, value)| self.walk(key, value, vocabulary))
            }
            Value::Array(all) => all.iter().for_each(|value| self.walk(under, value, vocabulary)),
            Value::String(text) => self.add(under, text, vocabulary),
            Value::Number(number) => self.add(under, &number.to_string(), vocabulary),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn add(&mut self, under: &str, text: &str, vocabulary: &Vocabulary) {
        if vocabulary.keeping(under, text) == Keeping::Form
            && text.chars().count() >= SHORTEST
            && self.0.len() < MOST_VALUES
        {
            self.0.push(text.to_owned());
        }
    }

    /// A text without what could be somebody's: the exchange's own values, long numbers, account numbers, tokens.
    pub(super) fn masked(&self, text: &str, numeric: bool) -> String {
        let mut masked = text.to_owned();
        for value in &self.0 {
            masked = without(&masked, value);
        }
        let is_word = |c: char| c.is_alphanumeric() || "_-.@+/=".contains(c);
        let mut out = String::with_capacity(masked.len());
        let mut rest = masked.as_str();
        while !rest.is_empty() {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            match is_sensitive(word, numeric) {
                true => out.push(MASK),
                false => out.push_str(word),
            }
            let gap = after.find(is_word).unwrap_or(after.len());
            out.push_str(&after[..gap]);
            rest = &after[gap..];
        }
        out
    }
}

/// A name of the other side's, which a value may stand for: one with a long number in it, or one that is a value.
pub(super) fn key(name: &str, seen: &Seen) -> String {
    let is_value = seen.0.iter().any(|value| value == name);
    match is_value || is_sensitive(name, false) || name.chars().count() > 64 {
        true => MASK.to_string(),
        false => name.to_owned(),
    }
}

/// `text` without `value`, wherever it stands as a word.
fn without(text: &str, value: &str) -> String {
    let (lower, needle) = (text.to_lowercase(), value.to_lowercase());
    if lower.len() != text.len() || !lower.contains(&needle) {
        return text.replace(value, &MASK.to_string());
    }
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let (mut out, mut from) = (String::new(), 0);
    for (at, _) in lower.match_indices(&needle) {
        let end = at + needle.len();
        if at >= from && edge(text[..at].chars().next_back()) && edge(text[end..].chars().next()) {
            out.push_str(&text[from..at]);
            out.push(MASK);
            from = end;
        }
    }
    out + &text[from..]
}

/// A long number, an address, an identifier or a token; `WSO2-PassThrough-HTTP` and a media type with its version are none.
fn is_sensitive(word: &str, numeric: bool) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    let longest = word.split(|c: char| !is_digit(c)).map(str::len).max().unwrap_or_default();
    let digits = word.chars().filter(|c| is_digit(*c)).count();
    let mut runs = word.split(|c: char| !c.is_alphanumeric());
    let is_key = runs.any(|run| run.len() >= 16 && run.contains(is_digit));
    let is_mixed = word.len() >= 20 && digits >= 5;
    let is_opaque = word.len() >= 40 && !word.contains(['/', '.']);
    let is_token = is_key || is_mixed || is_opaque || is_uuid(word);
    (longest >= 5 && !numeric) || is_token || word.contains('@')
}

/// The identifier and the secret of HTTP Basic, form-decoded as RFC 6749 has it.
pub(super) fn pair(encoded: &str) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (client, secret) = text.split_once(':')?;
    let plain = |text: &str| percent_decode(text.as_bytes()).decode_utf8_lossy().into_owned();
    Some((plain(client), plain(secret)))
}

/// The values of an exchange that texts are searched for.
const MOST_VALUES: usize = 2_000;
/// The shortest value, in characters, that a text is searched for.
const SHORTEST: usize = 3;
