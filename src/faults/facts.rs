//! A request as faults see it: its parameters are read when the first matcher asks for one.

use std::cell::OnceCell;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::value::Effort;
use crate::rights::ApiId;

/// A request that passed every control before the API or the token endpoint.
pub struct RequestFacts<'a> {
    /// The API; none for the gateway's own operations.
    pub api: Option<ApiId>,
    pub operation: &'a str,
    /// The partner whose certificate calls.
    pub partner: &'a str,
    raw: RawRequest<'a>,
    parameters: OnceCell<Vec<(String, String)>>,
    effort: Effort,
}

/// Where the parameters are.
#[derive(Clone, Copy)]
pub struct RawRequest<'a> {
    /// The query string, as it came.
    pub query: Option<&'a str>,
    /// The names and the texts of the segments that the path's braces stand for.
    pub segments: &'a [(&'static str, &'a str)],
    /// The body: JSON for an API, a form for the token endpoint.
    pub body: &'a [u8],
}

impl<'a> RequestFacts<'a> {
    /// A request of this operation.
    pub fn new(
        api: Option<ApiId>,
        operation: &'a str,
        partner: &'a str,
        raw: RawRequest<'a>,
    ) -> Self {
        Self {
            api,
            operation,
            partner,
            raw,
            parameters: OnceCell::new(),
            effort: Effort::default(),
        }
    }

    /// Whether a parameter of this name has a value that is accepted; an empty value counts as none.
    pub(super) fn any(&self, name: &str, accepts: impl Fn(&str) -> bool) -> bool {
        let parameters = self.parameters.get_or_init(|| self.raw.parameters(self.api.is_some()));
        parameters
            .iter()
            .any(|(path, value)| is_named(path, name) && !value.is_empty() && accepts(value))
    }

    /// What patterns may still cost this request.
    pub(super) fn effort(&self) -> &Effort {
        &self.effort
    }

    /// The texts in which a literal value must stand as it is, or `None` where it may be written with escapes.
    pub(super) fn plain(&self) -> Option<impl Iterator<Item = &'a [u8]> + use<'a>> {
        let query = self.raw.query.unwrap_or_default();
        let segments = self.raw.segments.iter().map(|(_, text)| *text);
        let escaped = |text: &str| text.contains(['%', '+']);
        let body = self.raw.body;
        let body_escaped = match self.api {
            Some(_) => body.contains(&b'\\'),
            None => body.iter().any(|byte| matches!(byte, b'%' | b'+')),
        };
        let plain = !escaped(query) && !segments.clone().any(escaped) && !body_escaped;
        plain.then(|| segments.chain([query]).map(str::as_bytes).chain([body]))
    }
}

impl RawRequest<'_> {
    fn parameters(&self, json: bool) -> Vec<(String, String)> {
        let pairs = |form| form_urlencoded::parse(form).into_owned();
        let mut all: Vec<_> = pairs(self.query.unwrap_or_default().as_bytes()).collect();
        let segment = |(name, text): &(&str, &str)| ((*name).to_owned(), decoded(text));
        all.extend(self.segments.iter().map(segment));
        if !json {
            let body = std::str::from_utf8(self.body).unwrap_or_default();
            all.extend(pairs(body.as_bytes()));
        } else if !self.body.is_empty()
            && let Ok(body) = serde_json::from_slice(self.body)
        {
            flatten(String::new(), &body, &mut all);
        }
        all
    }
}

/// Every leaf of a JSON document with its path; the members of an array have the array's path.
fn flatten(path: String, value: &Value, all: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Bool(flag) => all.push((path, flag.to_string())),
        Value::Number(number) => all.push((path, number.to_string())),
        Value::String(text) => all.push((path, text.clone())),
        Value::Array(members) => {
            members.iter().for_each(|member| flatten(path.clone(), member, all))
        }
        Value::Object(members) => {
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(path, member, all);
            }
        }
    }
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// Whether a parameter's path is meant by a name: the whole path, or its end.
pub(super) fn is_named(path: &str, name: &str) -> bool {
    path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts<'a>(api: Option<ApiId>, raw: RawRequest<'a>) -> RequestFacts<'a> {
        RequestFacts::new(api, "x", "p", raw)
    }

    const NOTHING: RawRequest<'_> = RawRequest { query: None, segments: &[], body: b"" };

    #[test]
    fn a_name_is_a_whole_path_or_the_end_of_one() {
        assert!(is_named("criteresRecherche.etatCivil.nom", "nom"));
        assert!(is_named("criteresRecherche.etatCivil.nom", "etatCivil.nom"));
        assert!(is_named("nom", "nom"));
        assert!(!is_named("criteresRecherche.etatCivil.prenom", "nom"));
    }

    #[test]
    fn attributes_are_found_by_path_whatever_their_type() {
        let body =
            br#"{"justification":"J","criteresRecherche":{"iban":"FR","verificationCompte":1,"prenoms":["A","B"]}}"#;
        let facts = facts(Some(ApiId::Ficoba), RawRequest { body, ..NOTHING });
        assert!(facts.any("criteresRecherche.iban", |value| value == "FR"));
        assert!(facts.any("verificationCompte", |value| value == "1"));
        assert!(facts.any("prenoms", |value| value == "B"));
        assert!(!facts.any("iban.justification", |_| true));
    }

    #[test]
    fn queries_and_segments_are_decoded() {
        let raw = RawRequest {
            query: Some("nom=D%27ARC+JEANNE&sexe="),
            segments: &[("spi", "%33")],
            body: b"",
        };
        let facts = facts(Some(ApiId::R2p), raw);
        assert!(facts.any("nom", |value| value == "D'ARC JEANNE"));
        assert!(facts.any("spi", |value| value == "3"));
        assert!(!facts.any("sexe", |_| true), "an empty value is none");
    }

    #[test]
    fn a_form_is_read_at_the_token_endpoint_and_json_is_not() {
        let facts =
            facts(None, RawRequest { body: b"grant_type=client_credentials&scope=a+b", ..NOTHING });
        assert!(facts.any("scope", |value| value == "a b"));
    }

    #[test]
    fn what_may_be_escaped_is_not_plain() {
        let plain =
            |body| facts(Some(ApiId::Ficoba), RawRequest { body, ..NOTHING }).plain().is_some();
        assert!(plain(b"{\"a\":\"b\"}") && !plain(b"{\"a\":\"\\u0062\"}"));
    }

    #[test]
    fn a_body_that_is_no_json_has_no_attributes() {
        for body in ["{", "[[[[", "\u{0}", "{\"a\":1e999}"] {
            assert!(
                !facts(Some(ApiId::Ficoba), RawRequest { body: body.as_bytes(), ..NOTHING })
                    .any("a", |_| true),
                "{body}"
            );
        }
    }
}
