//! Which application asks: HTTP Basic or form fields, not both (RFC 6749, 2.3.1).

use std::sync::Arc;

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::{HeaderMap, HeaderValue, header};
use subtle::ConstantTimeEq;

use super::{
    OauthInput,
    error::OauthError,
    form::{self, FormFields},
};
use crate::{directory::Convention, domain::received, gateway::Gateway, product::TokenEndpoint};

/// The application that the credentials name, if they are its own. Errors in the product's order: both styles at once (6),
/// an undecodable header (7), an unknown client (4), no credentials (8), a wrong secret (9). A secret in the form is a style
/// by itself: beside HTTP Basic it is refused, whichever application the form names or does not name (RFC 6749, 2.3).
pub(super) fn authenticated(
    asked: &mut OauthInput<'_>,
    words: &TokenEndpoint,
) -> Result<Arc<Convention>, OauthError> {
    let in_header = basic(asked.headers)?;
    let (id, secret) = (asked.form.field("client_id"), asked.form.field("client_secret"));
    let given = match (in_header, id, secret) {
        (Some(_), _, Some(_)) => {
            return Err(OauthError::request(BOTH).because(
                "les identifiants sont donnés deux fois : dans l'en-tête Authorization: Basic, et dans le formulaire (client_id, client_secret)",
            )
            .caused("repeated-credentials"));
        }
        (Some(pair), Some(id), None) if id != pair.id => return Err(another(&pair.id, id)),
        (Some(pair), _, None) => pair,
        (None, Some(id), Some(secret)) => {
            Credentials { id: id.to_owned(), secret: secret.to_owned(), raw: None }
        }
        (None, id, _) => return Err(half(asked, id, words)),
    };
    let directory = asked.gateway.sandbox.directory();
    let convention = directory.of_application(&given.id).ok_or_else(|| unknown(&given.id))?;
    if !given.opens(&convention.application.secret) {
        let cause = if given.secret.is_empty() { "no-secret" } else { "wrong-secret" };
        let error = OauthError::client(words.wrong_secret).because(wrong(&given, convention));
        return Err(error.caused(cause));
    }
    let draft = &mut *asked.draft;
    if draft.chain.partner().is_none() {
        draft.entry.partner = Some(convention.id.clone()); // no certificate was asked for
    }
    Ok(Arc::clone(convention))
}

/// The partner that a request names as its client, whether or not the secret is good.
pub(super) fn named(
    gateway: &Gateway,
    headers: &HeaderMap,
    form: Option<&FormFields>,
) -> Option<String> {
    let in_header = basic(headers).ok().flatten().map(|given| given.id);
    let id = in_header.or_else(|| form?.field("client_id").map(str::to_owned))?;
    Some(gateway.sandbox.directory().of_application(&id)?.id.clone())
}

/// An identifier and a secret, form-decoded as the RFC has it, and the secret as it came: most clients do not encode theirs.
struct Credentials {
    id: String,
    secret: String,
    raw: Option<String>,
}

impl Credentials {
    fn opens(&self, secret: &str) -> bool {
        let same = |given: &str| bool::from(secret.as_bytes().ct_eq(given.as_bytes()));
        same(&self.secret) | self.raw.as_deref().is_some_and(same)
    }
}

/// The credentials of the `Authorization: Basic` header; other schemes are none.
fn basic(headers: &HeaderMap) -> Result<Option<Credentials>, OauthError> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    match (lines.next(), lines.next()) {
        (None, _) => Ok(None),
        (Some(_), Some(_)) => {
            let why = "l'en-tête Authorization est donné deux fois";
            Err(OauthError::request(BOTH).because(why).caused("repeated-credentials"))
        }
        (Some(line), None) => match encoded(line) {
            None => Ok(None),
            Some(encoded) => decoded(encoded).map(Some).ok_or_else(undecodable),
        },
    }
}

/// What follows the word Basic, in any case (RFC 9110, 11.1).
fn encoded(line: &HeaderValue) -> Option<&[u8]> {
    let line = line.as_bytes().trim_ascii();
    let scheme = line.split(|&byte| byte == b' ').next()?;
    scheme.eq_ignore_ascii_case(b"basic").then(|| line[scheme.len()..].trim_ascii())
}

fn undecodable() -> OauthError {
    OauthError::request(UNDECODABLE).because(
        "l'en-tête Authorization: Basic ne se décode pas : client_id:client_secret, codé en base64, est attendu",
    )
    .caused("undecodable-credentials")
}

fn decoded(encoded: &[u8]) -> Option<Credentials> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let text = String::from_utf8(LENIENT.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some(Credentials {
        id: form::decoded(id),
        secret: form::decoded(secret),
        raw: Some(secret.to_owned()),
    })
}

/// No whole pair of credentials: a `client_id` without its secret is looked up all the same.
fn half(asked: &OauthInput<'_>, id: Option<&str>, words: &TokenEndpoint) -> OauthError {
    let directory = asked.gateway.sandbox.directory();
    match id {
        Some(id) if directory.of_application(id).is_none() => unknown(id),
        Some(_) => OauthError::client(words.no_credentials).because(
            "le secret est absent : client_secret est attendu à côté de client_id, ou l'un et l'autre dans l'en-tête Authorization: Basic",
        )
        .caused("no-secret"),
        None => OauthError::client(words.no_credentials).because(
            "l'application ne se nomme pas : ni client_id et client_secret dans le formulaire, ni en-tête Authorization: Basic",
        )
        .caused("no-credentials"),
    }
}

/// A `client_id` beside HTTP Basic is no second authentication method, and RFC 6749, 3.2.1 lets a client name itself so; one
/// that names another application contradicts the header, and the request is malformed (5.2) (*decision*).
fn another(in_header: &str, in_form: &str) -> OauthError {
    let shown = |id: &str| id.chars().take(LONGEST_ID).collect::<String>();
    OauthError::request(CONTRADICTION)
        .because(format!(
            "le champ client_id nomme « {} », l'en-tête Authorization « {} »",
            shown(in_form),
            shown(in_header)
        ))
        .caused("contradictory-credentials")
}

/// The client is told its identifier again; what it is not is told without it, for it may be a secret in the wrong place.
fn unknown(id: &str) -> OauthError {
    OauthError::client(format!("A valid OAuth client could not be found for client_id: {id}"))
        .because(format!(
            "le client_id n'est la clé d'aucune application ; reçu : {}",
            received(id)
        ))
        .caused("unknown-client")
}

fn wrong(given: &Credentials, convention: &Convention) -> String {
    let partner = &convention.id;
    match given.secret.is_empty() {
        true => format!(
            "le secret est vide : celui de l'application du partenaire « {partner} » est attendu"
        ),
        false => format!(
            "le client_id est connu, mais le secret n'est pas celui de l'application du partenaire « {partner} »"
        ),
    }
}

const BOTH: &str = "The client MUST NOT use more than one authentication method in each request";
const CONTRADICTION: &str =
    "The client_id parameter does not match the client of the Authorization header";
/// Characters of an identifier that are worth telling.
const LONGEST_ID: usize = 80;
const UNDECODABLE: &str =
    "Error decoding authorization header. Basic credentials are not well formed.";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(line: &str) -> Result<Option<(String, String)>, OauthError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_str(line).unwrap());
        Ok(basic(&headers)?.map(|given| (given.id, given.secret)))
    }

    fn pair(id: &str, secret: &str) -> Result<Option<(String, String)>, OauthError> {
        Ok(Some((id.to_owned(), secret.to_owned())))
    }

    #[test]
    fn the_scheme_is_read_in_any_case_and_other_schemes_are_none() {
        for line in ["Basic YTpi", "basic YTpi", "BASIC   YTpi", " Basic YTpi "] {
            assert_eq!(read(line), pair("a", "b"), "{line:?}");
        }
        for line in ["Bearer YTpi", "Basically YTpi", "YTpi", ""] {
            assert_eq!(read(line), Ok(None), "{line:?}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_the_requests_fault() {
        for line in
            ["Basic", "Basic ", "Basic %%%", "Basic YQ==", "Basic /////w==", "Basic YTpi YTpi"]
        {
            assert_eq!(read(line), Err(undecodable()), "{line:?}");
        }
    }

    #[test]
    fn a_secret_is_taken_encoded_or_not_and_may_hold_colons() {
        let opens = |line: &str, secret: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_str(line).unwrap());
            basic(&headers).unwrap().unwrap().opens(secret)
        };
        assert!(opens("Basic YTp4JTNBeQ", "x:y"), "a:x%3Ay");
        assert!(opens("Basic YTp4OnkreiU=", "x:y+z%"), "a:x:y+z%, as curl sends it");
        assert!(!opens("Basic YTp4", "y") && !opens("Basic YTo=", "x"));
    }

    proptest! {
        #[test]
        fn no_header_panics(line in "[ -~]{0,80}|[Bb]asic [A-Za-z0-9+/=]{0,80}") {
            let _ = read(&line);
        }
    }
}
