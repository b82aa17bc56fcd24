//! What a request of the token endpoint says: form fields, each given once (RFC 6749, 3.2).

use std::collections::HashSet;

use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::error::OauthError;
use crate::{
    api::announced,
    directory::Convention,
    domain::received,
    product::token_errors::{INVALID_SCOPE, UNSUPPORTED_GRANT_TYPE},
};

/// The fields of a body.
#[derive(Debug)]
pub(super) struct FormFields(Vec<(String, String)>);

impl FormFields {
    /// The fields of a body of this type. No type at all counts as a form, as at the product; some dialects take JSON too; a body of
    /// another type has no fields. Fields of the URI are not read (RFC 6749, 2.3.1).
    pub(super) fn read(
        headers: &HeaderMap,
        body: &[u8],
        takes_json: bool,
    ) -> Result<Self, OauthError> {
        let media = headers.get(header::CONTENT_TYPE).map(|value| value.as_bytes());
        let essence = media
            .map(|media| media.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii());
        let fields = match essence {
            None => urlencoded(body)?,
            Some(essence) if essence.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") => {
                urlencoded(body)?
            }
            Some(essence) if takes_json && essence.eq_ignore_ascii_case(b"application/json") => {
                json(body)?
            }
            Some(_) => Vec::new(),
        };
        let mut names = HashSet::new();
        match fields.iter().all(|(name, _)| names.insert(name.as_str())) {
            true => Ok(Self(fields)),
            false => Err(OauthError::request("Invalid request with repeated parameters.")
                .because(repeated(&fields))
                .caused("repeated-parameter")),
        }
    }

    /// The value of a field; an empty one counts as none (RFC 6749, 3.2).
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    }

    /// Whether the one grant of machines is asked for.
    pub(super) fn grant_type(&self) -> Result<(), OauthError> {
        match self.field("grant_type") {
            None => {
                let why = self.without("grant_type", "grant_type=client_credentials");
                let error = OauthError::request("Missing grant_type parameter value").because(why);
                Err(error.caused("no-grant-type"))
            }
            Some("client_credentials") => Ok(()),
            Some(_) => Err((&UNSUPPORTED_GRANT_TYPE).into()),
        }
    }

    /// The scopes to grant: those asked for that the convention opens, and those that the product grants to everybody. The
    /// others are dropped silently (apim-wire 1.6); what is no scope at all is an error (RFC 6749, 3.3).
    pub(super) fn scopes(&self, client: &Convention) -> Result<Vec<String>, OauthError> {
        let asked = self.field("scope").unwrap_or_default();
        let is_scope = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if !asked.bytes().all(|byte| byte == b' ' || is_scope(byte)) {
            let why = "le paramètre scope contient un caractère qu'aucun scope ne peut avoir : des noms séparés par une espace sont attendus";
            return Err(OauthError::from(&INVALID_SCOPE).because(why));
        }
        let open = client.scopes();
        let for_all = |scope: &str| scope == "openid" || scope.starts_with("device_");
        let granted = asked.split(' ').filter(|scope| open.contains(scope) || for_all(scope));
        let granted: Vec<String> = granted.map(str::to_owned).collect();
        match granted.iter().map(String::len).sum::<usize>() <= LONGEST_SCOPES {
            true => Ok(granted),
            false => Err(OauthError::from(&INVALID_SCOPE).because(format!(
                "les scopes demandés sont trop longs : {LONGEST_SCOPES} caractères au plus"
            ))),
        }
    }

    /// Which scopes were asked for and are not granted, in French, where there are some.
    pub(super) fn dropped(&self, granted: &[String]) -> Option<String> {
        let asked = self.field("scope").unwrap_or_default().split(' ');
        let dropped: Vec<String> = asked
            .filter(|scope| !scope.is_empty() && !granted.iter().any(|one| one == scope))
            .take(SHOWN_SCOPES)
            .map(|scope| scope.chars().take(SHOWN_SCOPE).collect())
            .collect();
        let by_commas = dropped.iter().any(|scope| scope.contains([',', ';']));
        let commas = if by_commas {
            "une virgule ou un point-virgule ne sépare pas les scopes : une espace est attendue entre eux (RFC 6749, 3.3) ; "
        } else {
            ""
        };
        (!dropped.is_empty()).then(|| {
            format!(
                "{commas}scopes demandés que la convention n'ouvre pas, absents du jeton : {}",
                dropped.join(", ")
            )
        })
    }

    /// The lifetime that the client asks for, in seconds (apim-wire 1.2); a negative one is practically unlimited.
    pub(super) fn validity_period(&self) -> Result<Option<i64>, OauthError> {
        let Some(text) = self.field("validity_period") else { return Ok(None) };
        match text.parse::<i64>() {
            Ok(..0) => Ok(Some(i64::MAX)),
            Ok(seconds @ 1..) => Ok(Some(seconds)),
            Ok(0) | Err(_) => Err(OauthError::request("Invalid validity_period parameter value")
                .because(format!(
                    "le paramètre validity_period est un nombre entier de secondes ; reçu : {}",
                    received(text)
                ))
                .caused("wrong-validity-period")),
        }
    }

    /// That a parameter is not there, in French, with what is expected of it.
    pub(super) fn without(&self, name: &str, expected: &str) -> String {
        let Self(fields) = self;
        let is_given = fields.iter().any(|(field, _)| field == name);
        let what = match (fields.is_empty(), is_given) {
            (true, _) => "le corps est vide".to_owned(),
            (false, true) => format!("le paramètre {name} est vide"),
            (false, false) => format!("le paramètre {name} est absent du formulaire"),
        };
        format!("{what} : {expected} est attendu dans le corps")
    }
}

/// Which parameter is there twice, in French, where it is one of this endpoint's.
fn repeated(fields: &[(String, String)]) -> String {
    let count = |name: &str| fields.iter().filter(|(field, _)| field == name).count();
    let known = PARAMETERS.into_iter().find(|name| count(name) > 1);
    let which =
        known.map_or_else(|| "un paramètre".to_owned(), |name| format!("le paramètre {name}"));
    format!("{which} est répété : chacun est attendu une seule fois")
}

/// The parameters of this endpoint; the name of another may be anything.
const PARAMETERS: [&str; 7] = [
    "grant_type",
    "client_id",
    "client_secret",
    "scope",
    "token",
    "token_type_hint",
    "validity_period",
];

/// What a body was announced as where that is no form, in French: such a body has no fields, whatever it holds.
pub(super) fn other_media(headers: &HeaderMap, takes_json: bool) -> Option<String> {
    let media = headers.get(header::CONTENT_TYPE)?;
    let essence = announced(media);
    let is = |wanted: &str| essence.is_some_and(|essence| essence.eq_ignore_ascii_case(wanted));
    if is(FORM) || (takes_json && is("application/json")) {
        return None;
    }
    let received = essence.unwrap_or("un type illisible");
    Some(format!("Content-Type reçu : {received} ; attendu : {FORM}"))
}

/// What the endpoint reads.
const FORM: &str = "application/x-www-form-urlencoded";

/// A form-encoded text (WHATWG URL, application/x-www-form-urlencoded).
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn urlencoded(body: &[u8]) -> Result<Vec<(String, String)>, OauthError> {
    let text = std::str::from_utf8(body)
        .map_err(|_| OauthError::request("The request body is not UTF-8").caused("unread-body"))?;
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    };
    Ok(text.split('&').filter(|pair| !pair.is_empty()).map(pair).collect())
}

fn json(body: &[u8]) -> Result<Vec<(String, String)>, OauthError> {
    let object: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| OauthError::request("Malformed JSON payload").caused("unread-body"))?;
    let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Ok(object.into_iter().map(|(name, value)| (name, text(value))).collect())
}

/// So that no token is longer than a header may be.
const LONGEST_SCOPES: usize = 2048;
/// Scopes that were not granted, as far as the journal names them.
const SHOWN_SCOPES: usize = 10;
/// Characters of such a scope.
const SHOWN_SCOPE: usize = 64;

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn read(
        media: Option<&'static str>,
        body: &str,
        takes_json: bool,
    ) -> Result<FormFields, OauthError> {
        let media = media.map(|media| (header::CONTENT_TYPE, HeaderValue::from_static(media)));
        FormFields::read(&media.into_iter().collect(), body.as_bytes(), takes_json)
    }

    #[test]
    fn the_type_decides_what_is_read() {
        let form = "grant_type=client_credentials";
        let json = r#"{"grant_type":"client_credentials","validity_period":60}"#;
        for (media, body, as_form, with_json) in [
            (None, form, true, true),
            (Some("application/x-www-form-urlencoded"), form, true, true),
            (Some("Application/X-WWW-Form-URLencoded; charset=UTF-8"), form, true, true),
            (Some("text/plain"), form, false, false),
            (Some("multipart/form-data; boundary=x"), form, false, false),
            (Some(""), form, false, false),
            (Some("application/json"), json, false, true),
            (Some("application/json"), form, false, false),
        ] {
            let reads = |takes_json| {
                read(media, body, takes_json).is_ok_and(|form| form.grant_type().is_ok())
            };
            assert_eq!((reads(false), reads(true)), (as_form, with_json), "{media:?} {body}");
        }
    }

    #[test]
    fn a_body_of_another_type_is_told_with_the_one_that_is_expected() {
        let describe = |media: &str, takes_json| {
            let media = HeaderValue::from_bytes(media.as_bytes()).unwrap();
            let media = (header::CONTENT_TYPE, media);
            other_media(&[media].into_iter().collect(), takes_json)
        };
        assert_eq!(
            describe("application/json; charset=utf-8", false).unwrap(),
            "Content-Type reçu : application/json ; attendu : application/x-www-form-urlencoded"
        );
        assert!(describe("é\u{e9}", false).unwrap().contains("un type illisible"));
        assert_eq!(describe("application/json", true), None);
        assert_eq!(describe("application/x-www-form-urlencoded; charset=UTF-8", false), None);
        assert_eq!(other_media(&HeaderMap::new(), false), None);
    }

    #[test]
    fn a_field_given_twice_is_refused_whatever_its_values() {
        for body in ["a=1&a=1", "a=1&a=2", "a&a", "a=1&b=2&%61=3", "=1&=2"] {
            let error = read(None, body, false).unwrap_err();
            assert_eq!(
                error,
                OauthError::request("Invalid request with repeated parameters.")
                    .because("un paramètre est répété : chacun est attendu une seule fois")
                    .caused("repeated-parameter"),
                "{body}"
            );
        }
        assert!(read(None, "a=1&&b=1&", false).is_ok());
    }

    #[test]
    fn an_empty_value_counts_as_none() {
        let form = read(None, "a=&b&c=+", false).unwrap();
        assert_eq!(
            (form.field("a"), form.field("b"), form.field("c"), form.field("d")),
            (None, None, Some(" "), None)
        );
    }

    #[test]
    fn a_lifetime_is_positive_or_unlimited() {
        let period = |text: &str| {
            read(None, &format!("validity_period={text}"), false).unwrap().validity_period()
        };
        assert_eq!(
            (period(""), period("60"), period("-1")),
            (Ok(None), Ok(Some(60)), Ok(Some(i64::MAX)))
        );
        for wrong in ["0", "x", "1.5", "99999999999999999999", "+"] {
            assert!(period(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            for takes_json in [false, true] {
                for media in [None, Some("application/json")] {
                    let media = media.map(|media| (header::CONTENT_TYPE, HeaderValue::from_static(media)));
                    let _ = FormFields::read(&media.into_iter().collect(), &body, takes_json);
                }
            }
        }
    }
}
