//! A text in all the forms in which it may hide another: percent-encoding, JSON's and HTML's escapes, base64,
//! hexadecimal digits, white space in between, one within the other.

use std::collections::HashSet;

use base64::{
    Engine,
    alphabet::{Alphabet, STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use percent_encoding::percent_decode_str;

/// The text and what it can be decoded to, each once; nothing when that takes more than [`MOST`] texts or [`LARGEST`]
/// bytes: whoever hides something so well has something to hide.
pub(super) fn forms(text: &str) -> Option<Vec<String>> {
    let (mut all, mut known, mut size) = (vec![text.to_owned()], HashSet::new(), text.len());
    known.insert(text.to_owned());
    let mut at = 0;
    while at < all.len() {
        for next in decodings(&all[at]) {
            if !next.is_empty() && known.insert(next.clone()) {
                size += next.len();
                all.push(next);
            }
        }
        at += 1;
        if all.len() > MOST || size > LARGEST {
            return None;
        }
    }
    Some(all)
}

/// One step further, in every way.
fn decodings(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if text.contains('%') {
        found.push(percent_decode_str(text).decode_utf8_lossy().into_owned());
    }
    if text.contains('\\') {
        found.push(unescaped(text));
        found.push(without_code_points(text));
    }
    if text.contains("&#") {
        found.push(without_references(text, Closed::Always));
        found.push(without_references(text, Closed::OrNot));
    }
    if text.contains(is_space) {
        found.push(text.chars().filter(|c| !is_space(*c)).collect());
    }
    // Something may be glued before a run: a path's `/` is a digit of base64 too.
    let in_standard = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    let in_url_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    for run in runs(text, in_standard, 8) {
        found.extend((0..4).flat_map(|start| readable(&from_base64(&run[start..], &STANDARD))));
    }
    for run in runs(text, in_url_safe, 8) {
        found.extend((0..4).flat_map(|start| readable(&from_base64(&run[start..], &URL_SAFE))));
    }
    for run in runs(text, |c| c.is_ascii_hexdigit(), 8) {
        found.extend((0..2).flat_map(|start| readable(&from_hexadecimal(&run[start..]))));
    }
    found
}

/// JSON's escapes, doubled backslashes last, as in a text within a text.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(escape) = rest.chars().next() else { break };
        if let Some(c) = code_point(rest) {
            out.push(c);
            rest = &rest[5..];
        } else {
            out.push(escape);
            rest = &rest[escape.len_utf8()..];
        }
    }
    out.push_str(rest);
    out
}

/// The escapes by number alone: any other backslash stays, as it may begin an escape whose letter or digits are escaped
/// themselves (`\\u007500\u0032e`).
fn without_code_points(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(c) = code_point(rest) {
            out.push(c);
            rest = &rest[5..];
        } else {
            out.push('\\');
        }
    }
    out.push_str(rest);
    out
}

/// The character of an escape by number, behind its backslash: `u002e`.
fn code_point(rest: &str) -> Option<char> {
    let code = u32::from_str_radix(rest.strip_prefix('u')?.get(..4)?, 16).ok()?;
    Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// Whether a reference ends with a semicolon. Browsers do without; but the digits of one that seems to lack it may go on
/// in a reference (`&#4&#54;;`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closed {
    Always,
    OrNot,
}

/// HTML's numeric references: `&#46;`, `&#x2e;`.
fn without_references(text: &str, closed: Closed) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("&#") {
        out.push_str(&rest[..at]);
        rest = &rest[at + 2..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (digits, radix) = match rest[..end].strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16),
            None => (&rest[..end], 10),
        };
        let after = match (rest[end..].strip_prefix(';'), closed) {
            (None, Closed::OrNot) => Some(&rest[end..]),
            (after, _) => after,
        };
        let referred = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        if let (Some(c), Some(after)) = (referred, after) {
            out.push(c);
            rest = after;
        } else {
            out.push_str("&#");
        }
    }
    out.push_str(rest);
    out
}

fn from_base64(run: &str, alphabet: &Alphabet) -> Vec<u8> {
    let anyhow =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let anyhow = anyhow.with_decode_allow_trailing_bits(true);
    let whole = &run[..run.len() - usize::from(run.len() % 4 == 1)];
    GeneralPurpose::new(alphabet, anyhow).decode(whole).unwrap_or_default()
}

fn from_hexadecimal(run: &str) -> Vec<u8> {
    let byte = |at| run.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..run.len()).step_by(2).map_while(byte).collect()
}

/// The texts among these bytes: what was no encoding decodes to anything but.
fn readable(bytes: &[u8]) -> Vec<String> {
    let printed = |byte: &u8| (0x20..0x7f).contains(byte);
    let runs = bytes.split(|byte| !printed(byte)).filter(|run| run.len() >= SHORTEST);
    runs.map(|run| String::from_utf8_lossy(run).into_owned()).collect()
}

/// Shorter texts come out of anything that is decoded.
const SHORTEST: usize = 7;

/// The runs of such characters, from a length on.
fn runs(text: &str, inner: fn(char) -> bool, shortest: usize) -> impl Iterator<Item = &str> {
    text.split(move |c| !inner(c)).filter(move |run| run.len() >= shortest)
}

/// White space and what is not seen.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

/// How many forms of a text are looked at.
const MOST: usize = 256;

/// How many bytes of them.
const LARGEST: usize = 8 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_under_every_encoding_and_one_within_the_other() {
        for hidden in [
            "se.cret",
            "se%2Ecret",
            "se%252Ecret",
            "%25%37%33%25%36%35.cret",
            r"se\u002ecret",
            r"se\\u002ecret",
            "se%5Cu002ecret",
            "se&#46;cret",
            "se&#x2E;cret",
            r"se\\u007500\u0032ecret",
            r"se\u\u0030\u00302\u0065cret",
            r"se\u005c\u007500\u00325\\u0075003\u0032\u005cu0045cret",
            "se&#4&#54;;cret",
            "se&&#35;46;cret",
            "se&#46 cret",
            "se\u{200B}.cr et",
            "c2UuY3JldA",
            "c2UuY3JldA==",
            "73652E63726574",
            "/x/73652E63726574",
            "/x/c2UuY3JldD8_",
            "YzJVdVkzSmxkQT09",
            "a=1&b=c2UuY3JldA%3D%3D",
        ] {
            let forms = forms(hidden).unwrap();
            assert!(forms.iter().any(|form| form.contains("se.cret")), "{hidden}: {forms:?}");
        }
    }

    #[test]
    fn an_ordinary_text_has_few_forms_and_an_endless_one_is_given_up() {
        assert!(forms("nom=VALBRUNE&sexe=2").unwrap().len() <= 2);
        assert!(
            forms(r#"{"justification":"test d'intégration","motif":"0020"}"#).unwrap().len() < 10
        );
        let mut deep = "a%2Eb".to_owned();
        for _ in 0..400 {
            deep = deep.replace('%', "%25");
        }
        assert!(forms(&deep).is_none());
    }
}
