//! What a request held, for a local debug session (`journal.values`): never a credential, whatever it is encoded in, and
//! nothing of a request that holds an identifier which looks real.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{decoded, real};

/// What is kept of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// Its path and query; values of parameters that carry credentials are masked.
    pub target: String,
    /// Its body, as text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub body: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeldKind {
    Nothing,
    Credential,
    /// An identifier that looks real.
    Real,
}

impl Values {
    /// What is kept of a path and query; nothing when they hold an identifier that looks real. `secrets` are those of all
    /// applications.
    pub fn from_target(path: &str, query: Option<&str>, secrets: &[&str]) -> Option<Self> {
        let mut target = kept(path, secrets)?.into_owned();
        if let Some(query) = query {
            let parameters: Option<Vec<_>> =
                query.split('&').map(|pair| parameter(pair, secrets)).collect();
            let parameters = parameters?.join("&");
            // As a whole too: what is cut at each `&` may be one text to whoever reads it.
            let parameters = match (held(query, secrets), held(&parameters, secrets)) {
                (HeldKind::Real, _) => return None,
                (_, HeldKind::Nothing) => &parameters,
                (_, HeldKind::Credential | HeldKind::Real) => MASK,
            };
            target = format!("{target}?{parameters}");
        }
        Some(Self { target: cut(&target), body: None })
    }

    /// The same with what is kept of a body; nothing at all when that holds an identifier which looks real.
    pub fn with_body(mut self, body: &[u8], secrets: &[&str]) -> Option<Self> {
        if !body.is_empty() {
            self.body = Some(cut(&kept(&String::from_utf8_lossy(body), secrets)?));
        }
        Some(self)
    }
}

/// A parameter: its value is masked when its name says that it carries a credential, or when that is what it holds.
fn parameter<'a>(pair: &'a str, secrets: &[&str]) -> Option<Cow<'a, str>> {
    let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
    match (held(name, secrets), held(pair, secrets)) {
        (_, HeldKind::Real) => None,
        (HeldKind::Nothing, HeldKind::Nothing) if !names_credential(name) => {
            Some(Cow::Borrowed(pair))
        }
        (HeldKind::Nothing, _) => Some(Cow::Owned(format!("{name}={MASK}"))),
        (_, _) => Some(Cow::Borrowed(MASK)),
    }
}

/// The text; with whatever looks like a JWT masked where it stands as it is, masked as a whole where it holds a credential
/// in another form; nothing when it holds an identifier that looks real.
fn kept<'a>(text: &'a str, secrets: &[&str]) -> Option<Cow<'a, str>> {
    match held(text, secrets) {
        HeldKind::Real => return None,
        HeldKind::Nothing => return Some(Cow::Borrowed(text)),
        HeldKind::Credential => {}
    }
    let masked = masked(text);
    // Behind an escape the rest of it may go on.
    let is_plain = !text.contains(['%', '\\']) && !text.contains("&#");
    match held(&masked, secrets) {
        HeldKind::Nothing if is_plain => Some(masked),
        HeldKind::Nothing | HeldKind::Credential | HeldKind::Real => Some(Cow::Borrowed(MASK)),
    }
}

/// What a text holds, in any of its forms; one that has too many is taken to hold a credential.
fn held(text: &str, secrets: &[&str]) -> HeldKind {
    let Some(forms) = decoded::forms(text) else { return HeldKind::Credential };
    if forms.iter().any(|form| real::holds_one(form)) {
        return HeldKind::Real;
    }
    let credential = |form: &String| {
        holds_jwt(form)
            || assigns_credential(form)
            || secrets.iter().any(|secret| form.contains(secret))
    };
    if forms.iter().any(credential) { HeldKind::Credential } else { HeldKind::Nothing }
}

fn names_credential(name: &str) -> bool {
    let named = |form: &String| {
        let form = form.to_ascii_lowercase();
        CREDENTIALS.iter().any(|word| form.contains(word))
    };
    decoded::forms(name).is_none_or(|forms| forms.iter().any(named))
}

/// Whether a name that holds one of the words is given a value: `client_secret=`, `"access_token":`.
fn assigns_credential(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let assigned = |after: &str| {
        let rest =
            after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_-.".contains(c));
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "\"'\\]".contains(c));
        let value = rest.strip_prefix(['=', ':']).map(str::trim_start);
        value.is_some_and(|value| !value.starts_with(MASK) && !value.starts_with("\"[masqu"))
    };
    CREDENTIALS
        .iter()
        .any(|word| text.match_indices(word).any(|(at, _)| assigned(&text[at + word.len()..])))
}

fn holds_jwt(text: &str) -> bool {
    matches!(masked(text), Cow::Owned(_))
}

/// The text, with whatever looks like a JWT masked: somebody pasted it where it does not belong.
fn masked(text: &str) -> Cow<'_, str> {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let (mut out, mut rest, mut hidden) = (String::new(), text, false);
    while let Some(at) = rest.find(JWT) {
        out.push_str(&rest[..at]);
        let end = rest[at..].find(|c| !inner(c)).map_or(rest.len(), |length| at + length);
        let is_token = rest[at..end].contains('.');
        out.push_str(if is_token { MASK } else { &rest[at..end] });
        hidden |= is_token;
        rest = &rest[end..];
    }
    out.push_str(rest);
    if hidden { Cow::Owned(out) } else { Cow::Borrowed(text) }
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
    use proptest::prelude::*;

    use super::*;

    const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJiYWMifQ.c2lnbmF0dXJl";
    const SECRET: &str = "s3cret de l'application";

    fn values(path: &str, query: Option<&str>) -> Option<Values> {
        Values::from_target(path, query, &[SECRET])
    }

    fn target(query: &str) -> String {
        values("/r2p/v1/personne", Some(query)).unwrap().target
    }

    fn body(text: &str) -> Option<String> {
        values("/", None).unwrap().with_body(text.as_bytes(), &[SECRET])?.body
    }

    #[test]
    fn credentials_are_masked_wherever_they_stand() {
        assert_eq!(target("nom=VALBRUNE&sexe=2"), "/r2p/v1/personne?nom=VALBRUNE&sexe=2");
        for query in [
            "access_token=abc",
            "Client%5FSecret=abc",
            "Client%255FSecret=abc",
            "x-api_key=abc",
            "nom=eyJhbGciOi.eyJpc3Mi.c2ln",
            "nom=eyJhbGciOi%2EeyJpc3Mi%2Ec2ln",
            "nom=eyJhbGciOi%252EeyJpc3Mi%252Ec2ln",
            "nom=https://x/?access_token=abc",
            "nom=https%3A%2F%2Fx%2F%3Faccess_token%3Dabc",
            "nom={%22client_secret%22:%22abc%22}",
            "nom=s3cret%20de%20l'application",
        ] {
            let kept = target(query);
            assert!(kept.ends_with(MASK), "{query}: {kept}");
            assert!(!kept.contains("abc") && !kept.contains("c2ln"), "{kept}");
        }
        assert_eq!(values("/x/eyJhbGciOi.eyJpc3Mi.c2ln/y", None).unwrap().target, "/x/[masqué]/y");
        assert_eq!(
            body(r#"{"justification":"Bearer eyJhbGciOi.eyJpc3Mi.c2ln","motif":"eyJ"}"#).unwrap(),
            r#"{"justification":"Bearer [masqué]","motif":"eyJ"}"#
        );
        for hidden in [
            r#"{"justification":"eyJhbGciOi\u002eeyJpc3Mi\u002ec2ln"}"#,
            r#"{"client_secret":"abc"}"#,
            r#"{"client\u005fsecret" : "abc"}"#,
            r#"{"x":"s3cret de l'application"}"#,
            "a=1&access_token=abc",
        ] {
            assert_eq!(body(hidden).as_deref(), Some(MASK), "{hidden}");
        }
        let plain = r#"{"justification":"test du jeton token expiré","motif":"0020"}"#;
        assert_eq!(body(plain).as_deref(), Some(plain), "a word is no credential");
    }

    #[test]
    fn nothing_is_kept_of_a_request_that_holds_an_identifier_which_looks_real() {
        for text in [
            r#"{"justification":"compte FR76 3000 6000 0112 3456 7890 189"}"#,
            r#"{"inconnu":{"x":["1899582886173"]}}"#,
            r#"{"justification":"\u0031899582886173"}"#,
        ] {
            assert_eq!(body(text), None, "{text}");
        }
        for query in
            ["x=1899582886173", "x=%31899582886173", "a=1&x%2531899582886173=", "x=732+829+320"]
        {
            assert_eq!(values("/", Some(query)), None, "{query}");
        }
        assert_eq!(values("/r2p/v1/personne/1899582886173", None), None);
        assert!(values("/r2p/v1/personne/3990000000", Some("nom=X")).is_some());
    }

    #[test]
    fn what_is_long_is_cut_and_what_is_no_text_is_replaced() {
        assert_eq!(body(&"x ".repeat(35_000)).map(|body| body.chars().count()), Some(LONGEST + 1));
        let kept = values("/", None).unwrap().with_body(b"a\xffb", &[]).unwrap();
        assert_eq!(kept.body.as_deref(), Some("a\u{fffd}b"));
    }

    /// One way to write a text; those that are chosen by `which` alone.
    fn encoded(text: &str, how: u8, which: u64) -> String {
        use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
        let chosen = |at: usize| which >> (at % 64) & 1 == 1 || at == 20;
        let some = |escape: &dyn Fn(char) -> String| -> String {
            let each = |(at, c): (usize, char)| if chosen(at) { escape(c) } else { c.to_string() };
            text.chars().enumerate().map(each).collect()
        };
        let bytes =
            |c: char| c.to_string().bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        match how % 7 {
            0 => some(&bytes),
            1 => some(&|c| bytes(c).replace('%', "%25")),
            2 => some(&|c| format!("\\u{:04x}", u32::from(c))),
            3 => some(&|c| format!("&#{};", u32::from(c))),
            4 => base64::Engine::encode(&STANDARD, text),
            5 => base64::Engine::encode(&URL_SAFE_NO_PAD, text),
            _ => text.bytes().map(|b| format!("{b:02x}")).collect(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn no_token_and_no_secret_is_kept_in_any_encoding_nor_in_one_within_another(
            hows in proptest::collection::vec(0_u8..7, 0..3),
            which in any::<u64>(),
            real in 0_usize..3,
            place in 0_usize..4,
        ) {
            let hidden = [TOKEN, SECRET, "1899582886173"][real];
            let text = hows.iter().fold(hidden.to_owned(), |text, how| encoded(&text, *how, which));
            let kept = match place {
                0 => values("/x", Some(&format!("nom=X&y={text}&z=1"))),
                1 => values("/x", Some(&format!("nom=https://x/?a=1%26b={text}"))),
                2 => values(&format!("/x/{text}"), None),
                _ => {
                    let body = format!(r#"{{"a":{{"b":"{text}"}},"c":"{}"}}"#, "x".repeat(50));
                    values("/x", None).and_then(|kept| kept.with_body(body.as_bytes(), &[SECRET]))
                }
            };
            let shown = kept.map(|kept| serde_json::to_string(&kept).unwrap()).unwrap_or_default();
            let json = serde_json::to_string(&text).unwrap();
            prop_assert!(!shown.contains(json.trim_matches('"')), "{hows:?} {text}: {shown}");
            prop_assert!(real < 2 || shown.is_empty(), "{hows:?} {text}: {shown}");
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let kept = values(&text, Some(&text));
            if let Some(kept) = kept {
                kept.with_body(&bytes, &["x"]);
            }
        }
    }
}
