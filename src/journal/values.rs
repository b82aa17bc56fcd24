//! What a request held, for a local debug session (`journal.values`): never a credential.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

/// What is kept of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// Its path and query; values of parameters that carry credentials are masked.
    pub target: String,
    /// Its body, as text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub body: Option<String>,
}

impl Values {
    /// What is kept of a path and query.
    pub fn of(path: &str, query: Option<&str>) -> Self {
        let mut target = masked(path).into_owned();
        if let Some(query) = query {
            let parameters: Vec<_> = query.split('&').map(parameter).collect();
            target = format!("{target}?{}", parameters.join("&"));
        }
        Self { target: cut(&target), body: None }
    }

    /// Keeps what is kept of a body.
    pub fn keep_body(&mut self, body: &[u8]) {
        if !body.is_empty() {
            self.body = Some(cut(&masked(&String::from_utf8_lossy(body))));
        }
    }
}

fn parameter(pair: &str) -> Cow<'_, str> {
    let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
    let plain = percent_decode_str(name).decode_utf8_lossy().to_ascii_lowercase();
    if CREDENTIALS.iter().any(|word| plain.contains(word)) {
        return Cow::Owned(format!("{name}={MASK}"));
    }
    masked(pair)
}

/// The text, with whatever looks like a JWT masked: somebody pasted it where it does not belong.
fn masked(text: &str) -> Cow<'_, str> {
    if !text.contains(JWT) {
        return Cow::Borrowed(text);
    }
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(JWT) {
        out.push_str(&rest[..at]);
        let end = rest[at..].find(|c| !inner(c)).map_or(rest.len(), |length| at + length);
        out.push_str(if rest[at..end].contains('.') { MASK } else { &rest[at..end] });
        rest = &rest[end..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Parameters whose name holds one of these words carry credentials.
const CREDENTIALS: [&str; 7] =
    ["token", "secret", "password", "assertion", "authorization", "apikey", "api_key"];
const MASK: &str = "[masqué]";
/// How the JSON of a JWT's header begins in base64.
const JWT: &str = "eyJ";
/// Characters kept at most: some thousands of such entries fit in memory.
const LONGEST: usize = 8192;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_masked_wherever_they_stand() {
        let kept = |query| Values::of("/r2p/v1/personne", Some(query)).target;
        assert_eq!(kept("nom=VALBRUNE&sexe=2"), "/r2p/v1/personne?nom=VALBRUNE&sexe=2");
        for query in [
            "access_token=abc",
            "Client%5FSecret=abc",
            "x-api_key=abc",
            "nom=eyJhbGciOi.eyJpc3Mi.c2ln",
        ] {
            let kept = kept(query);
            assert!(kept.ends_with(MASK) || kept.ends_with("nom=[masqué]"), "{kept}");
            assert!(!kept.contains("abc") && !kept.contains("c2ln"), "{kept}");
        }
        let mut values = Values::of("/x/eyJhbGciOi.eyJpc3Mi.c2ln/y", None);
        assert_eq!(values.target, "/x/[masqué]/y");
        values.keep_body(br#"{"justification":"Bearer eyJhbGciOi.eyJpc3Mi.c2ln","motif":"eyJ"}"#);
        assert_eq!(
            values.body.as_deref(),
            Some(r#"{"justification":"Bearer [masqué]","motif":"eyJ"}"#)
        );
    }

    #[test]
    fn what_is_long_is_cut_and_what_is_no_text_is_replaced() {
        let mut values = Values::of("/", None);
        values.keep_body(&[b'x'; 70_000]);
        assert_eq!(values.body.as_ref().map(|body| body.chars().count()), Some(LONGEST + 1));
        values.keep_body(b"a\xffb");
        assert_eq!(values.body.as_deref(), Some("a\u{fffd}b"));
    }
}
