//! Control 3: is there an access token, well formed, signed here, in force, of a known application?
//!
//! Source: CGU FICOBA 4 ("présence et conformité de l'identifiant technique"), CGU R2P 4 ("présence"). How the header is
//! read follows the product: split on commas then spaces, the word `Bearer` in that very case introduces the token.

use std::sync::Arc;

use jiff::Timestamp;
use memchr::memchr2;
use subtle::ConstantTimeEq;

use super::{Demand, Policy, Refusal, refusal::Authorization};
use crate::{
    directory::{Convention, Directory},
    tokens::{Token, Tokens},
};

pub(super) fn check(
    demand: &Demand<'_>,
    convention: Option<&Convention>,
    tokens: &Tokens,
    directory: &Directory,
    policy: &Policy,
    now: Timestamp,
) -> Result<Arc<Token>, Refusal> {
    let text = bearer(demand.authorization, policy.bearer_any_case)
        .map_err(|seen| Refusal::NoToken { seen })?;
    let token = tokens.verify(text, now, policy.skew).map_err(|fault| {
        // No token is such a word: whoever builds the header was given a text that has the word already.
        if is_bearer(text) {
            return Refusal::RepeatedWord;
        }
        if is_quoted(text) {
            return Refusal::QuotedToken(fault);
        }
        let refused = |is_secret| Refusal::CredentialAsToken { is_secret };
        credential(text, convention, directory).map_or(Refusal::Token(fault), refused)
    })?;
    let owner = directory.of_application(&token.key).ok_or(Refusal::UnknownApplication)?;
    let seen = demand.id_teleservice.filter(|id| !id.is_empty());
    let convention = convention.unwrap_or(owner);
    match (&convention.application.id_teleservice, seen) {
        (None, _) => Ok(token),
        (Some(_), None) if demand.api.plug().answers_absent_teleservice() => Ok(token),
        (Some(wanted), Some(seen)) if wanted.as_bytes().ct_eq(seen.as_bytes()).into() => Ok(token),
        (Some(_), seen) => {
            Err(Refusal::Teleservice { partner: convention.id.clone(), is_given: seen.is_some() })
        }
    }
}

fn bearer(header: Option<&[u8]>, any_case: bool) -> Result<&[u8], Authorization> {
    let header = header.ok_or(Authorization::Absent)?;
    // Nearly all are the word and a token, which is long: it is looked through once.
    if let Some(token) = header.strip_prefix(b"Bearer ")
        && !token.is_empty()
        && memchr2(b' ', b',', token).is_none()
    {
        return Ok(token);
    }
    let mut other_case = false;
    for segment in header.split(|byte| *byte == b',') {
        let mut words = segment.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            if word == b"Bearer" || (any_case && is_bearer(word)) {
                return words.next().ok_or(Authorization::Empty);
            }
            other_case |= is_bearer(word);
        }
    }
    Err(if other_case { Authorization::OtherCase } else { Authorization::OtherScheme })
}

/// Whether the text is an application's secret (else its key): that of the partner who calls, or of any where nobody says who does.
fn credential(text: &[u8], convention: Option<&Convention>, directory: &Directory) -> Option<bool> {
    let same = |known: &str| -> bool { known.as_bytes().ct_eq(text).into() };
    let which = |convention: &Convention| {
        let application = &convention.application;
        let (is_secret, is_key) = (same(&application.secret), same(&application.key));
        (is_secret || is_key).then_some(is_secret)
    };
    match convention {
        Some(convention) => which(convention),
        None => directory.iter().find_map(|one| which(one)),
    }
}

/// Whether the text stands between quotation marks: a value of JSON was copied with them.
fn is_quoted(text: &[u8]) -> bool {
    matches!(text, [b'"', .., b'"'] | [b'\'', .., b'\''])
}

/// Whether it is the word that introduces a token, in any case.
fn is_bearer(word: &[u8]) -> bool {
    word.eq_ignore_ascii_case(b"bearer")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(header: Option<&str>, any_case: bool) -> Result<&str, Authorization> {
        let token = super::bearer(header.map(str::as_bytes), any_case);
        token.map(|token| str::from_utf8(token).unwrap())
    }

    #[test]
    fn the_word_bearer_is_case_sensitive_unless_told_otherwise() {
        assert_eq!(bearer(Some("Bearer x.y.z"), false), Ok("x.y.z"));
        assert_eq!(bearer(Some("bearer x.y.z"), false), Err(Authorization::OtherCase));
        assert_eq!(bearer(Some("bearer x.y.z"), true), Ok("x.y.z"));
    }

    #[test]
    fn a_header_is_split_on_commas_then_spaces() {
        assert_eq!(bearer(Some("Basic abc, Bearer   x.y.z"), false), Ok("x.y.z"));
        assert_eq!(bearer(Some("Bearer x.y.z trailing"), false), Ok("x.y.z"));
    }

    #[test]
    fn a_token_between_quotation_marks_is_known() {
        for (text, quoted) in [
            ("\"x.y.z\"", true),
            ("'x.y.z'", true),
            ("x.y.z", false),
            ("\"", false),
            ("\"x'", false),
        ] {
            assert_eq!(is_quoted(text.as_bytes()), quoted, "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_told_apart() {
        assert_eq!(bearer(None, false), Err(Authorization::Absent));
        assert_eq!(bearer(Some(""), false), Err(Authorization::OtherScheme));
        assert_eq!(bearer(Some("Basic abc"), false), Err(Authorization::OtherScheme));
        assert_eq!(bearer(Some("Bearer "), false), Err(Authorization::Empty));
    }
}
