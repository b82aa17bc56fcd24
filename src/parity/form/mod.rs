//! The form of a value: what can be said of it without saying it.
//!
//! A [`Leaf`] is what a session keeps of one value, as one string: `=CAF011` a text kept to the letter, `#4003` a number
//! kept so, `~digits:13` a form. Only what the contract enumerates is kept to the letter ([`super::vocabulary`]).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::{Iban, Spi};

/// What a session keeps of one value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Leaf(String);

/// A text that is no leaf.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no value of a session: expected = and a text, # and a number, or ~ and a form")]
pub struct NoLeaf(String);

impl Leaf {
    /// A text kept to the letter.
    pub fn literal(text: &str) -> Self {
        Self(format!("={text}"))
    }

    pub fn number(number: &serde_json::Number) -> Self {
        Self(format!("#{number}"))
    }

    pub fn form(name: &str) -> Self {
        Self(format!("~{name}"))
    }

    /// The form of a text.
    pub fn from_text(text: &str) -> Self {
        Self::form(&classify(text))
    }

    /// The text or the number that was kept to the letter.
    pub fn kept(&self) -> Option<&str> {
        self.0.strip_prefix(['=', '#'])
    }

    /// The name of the form.
    pub fn name(&self) -> Option<&str> {
        self.0.strip_prefix('~')
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether two values of different people can have these two forms where one program wrote both.
    pub fn agrees(&self, other: &Self) -> bool {
        match (self.name(), other.name()) {
            (Some(one), Some(other)) => one == other || forms_agree(one, other),
            (None, None) => {
                self.0.starts_with('=') == other.0.starts_with('=')
                    && texts_agree(&self.0[1..], &other.0[1..])
            }
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// For people, in French.
    pub fn french(&self) -> String {
        let Some(name) = self.name() else {
            return format!("« {} »", &self.0[1..]);
        };
        let (kind, rest) = name.split_once(':').unwrap_or((name, ""));
        match kind {
            "null" => "null".to_owned(),
            "bool" => "un booléen".to_owned(),
            "int" => "un nombre entier".to_owned(),
            "decimal" => "un nombre décimal".to_owned(),
            "empty" => "un texte vide".to_owned(),
            "blank" => "un blanc".to_owned(),
            "date" => "une date (AAAA-MM-JJ)".to_owned(),
            "uuid" => "un UUID".to_owned(),
            "spi" => "un SPI (13 chiffres)".to_owned(),
            "iban" => format!("un IBAN ({rest})"),
            "digits" if rest.ends_with(":0") => {
                format!("{} chiffres, dont un 0 en tête", rest.trim_end_matches(":0"))
            }
            "digits" => format!("{rest} chiffres"),
            "zeros" => format!("{rest} zéros"),
            "CAPITALS" => "un texte en capitales sans accents".to_owned(),
            "CAPITALS-accents" => "un texte en capitales avec des accents".to_owned(),
            "Mixed" | "Mixed-accents" => "un texte en casse mixte".to_owned(),
            "small" | "small-accents" => "un texte en minuscules".to_owned(),
            "pattern" => format!("un texte de la forme {rest}"),
            "token" => "un jeton".to_owned(),
            "own" => "présent".to_owned(),
            "echo" => format!("la valeur de l'en-tête {rest} de la requête"),
            _ => format!("un texte ({name})"),
        }
    }
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Leaf {
    type Error = NoLeaf;

    fn try_from(text: String) -> Result<Self, NoLeaf> {
        let number = |digits: &str| digits.parse::<f64>().is_ok();
        match text.split_at_checked(1) {
            Some(("=", _)) => Ok(Self(text)),
            Some(("#", digits)) if number(digits) => Ok(Self(text)),
            Some(("~", form)) if !form.is_empty() => Ok(Self(text)),
            _ => Err(NoLeaf(text)),
        }
    }
}

impl From<Leaf> for String {
    fn from(leaf: Leaf) -> Self {
        leaf.0
    }
}

/// What is put in the place of what a kept text must not say; when texts are compared it stands for anything.
pub const MASK: char = '…';

fn texts_agree(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (pattern, text) = if one.contains(MASK) { (one, other) } else { (other, one) };
    if !pattern.contains(MASK) {
        return false;
    }
    let mut rest = text;
    let parts: Vec<&str> = pattern.split(MASK).collect();
    for (at, part) in parts.iter().enumerate() {
        let last = at + 1 == parts.len();
        let found = match (at, last) {
            (0, _) => rest.starts_with(part).then_some(0),
            (_, true) if rest.len() >= part.len() && rest.ends_with(part) => {
                Some(rest.len() - part.len())
            }
            (_, true) => None,
            (_, false) => rest.find(part),
        };
        let Some(start) = found else { return false };
        rest = &rest[start + part.len()..];
    }
    true
}

/// Short numbers are written without padding, or with it: one with a zero in front, and one of another length that has
/// none, cannot both come from one program. Longer ones have one length. Whether a text in mixed case has accents depends
/// on what it says; in capitals it is a habit.
fn forms_agree(one: &str, other: &str) -> bool {
    // Which token, application or secret it is says nothing; that a token is a new one does.
    let number = |form: &str| {
        let (kind, number) = form.split_once(':')?;
        let is_numbered = ["token", "client", "secret"].contains(&kind);
        is_numbered.then(|| (kind.to_owned(), number.parse::<usize>().is_ok()))
    };
    if let (Some((one, known)), Some((other, also_known))) = (number(one), number(other)) {
        return one == other && known && also_known;
    }
    let digits = |form: &str| {
        let mut parts = form.strip_prefix("digits:")?.split(':');
        let length: usize = parts.next()?.parse().ok()?;
        Some((length, parts.next().is_some()))
    };
    if let (Some((one, padded)), Some((other, also_padded))) = (digits(one), digits(other)) {
        return one == other || (one <= 4 && other <= 4 && !padded && !also_padded);
    }
    let is_letters = |form: &str| form.starts_with("CAPITALS") || is_code(form);
    if is_letters(one) && is_letters(other) {
        return is_code(one) || is_code(other);
    }
    let without = |form: &str| form.trim_end_matches("-accents").to_owned();
    !one.starts_with("CAPITALS") && without(one) == without(other)
}

/// A pattern of capitals and digits alone, such as a BIC's.
fn is_code(form: &str) -> bool {
    form.strip_prefix("pattern:")
        .is_some_and(|pattern| pattern.bytes().all(|byte| matches!(byte, b'A' | b'9')))
}

fn classify(text: &str) -> String {
    if text.is_empty() {
        return "empty".to_owned();
    }
    if text.trim().is_empty() {
        return "blank".to_owned();
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits(text);
    }
    if text.chars().count() > LONGEST {
        return "long".to_owned();
    }
    let shape = pattern(text);
    if shape == "9999-99-99" {
        return "date".to_owned();
    }
    if is_uuid(text) {
        return if text.contains(|c: char| c.is_ascii_uppercase()) { "uuid:A" } else { "uuid" }
            .to_owned();
    }
    if (15..=34).contains(&text.len()) && is_account_number(text) {
        let fault = if text.parse::<Iban>().is_ok() { "" } else { ":wrong" };
        return format!("iban:{}{}{fault}", &text[..2], text.len());
    }
    let has_digit = text.contains(|c: char| c.is_ascii_digit());
    if has_digit && text.is_ascii() && !text.contains(char::is_whitespace) {
        return format!("pattern:{shape}");
    }
    letters(text).to_owned()
}

fn digits(text: &str) -> String {
    match text.len() {
        2 if text == "00" => "zeros:2".to_owned(),
        13 if text.parse::<Spi>().is_ok_and(|spi| spi.has_valid_key()) => "spi".to_owned(),
        length if text.starts_with('0') && length > 1 => format!("digits:{length}:0"),
        length => format!("digits:{length}"),
    }
}

/// Each letter and digit by its kind, every other character as it is; a long run of both, as in a key or a digest, by its
/// length.
fn pattern(text: &str) -> String {
    let kind = |c: char| match c {
        c if c.is_ascii_digit() => '9',
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c => c,
    };
    let mut out = String::new();
    for part in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let run = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_mixed =
            run.contains(|c: char| c.is_ascii_digit()) && run.contains(|c: char| c.is_alphabetic());
        if is_mixed && run.chars().count() >= LONG_RUN {
            out.push_str(&format!("<{}>", run.chars().count()));
        } else {
            out.extend(run.chars().map(kind));
        }
        out.push_str(&part[run.len()..]);
    }
    out
}

pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}

fn is_account_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn letters(text: &str) -> &'static str {
    let accents = text.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
    let capitals = text.chars().any(char::is_uppercase);
    let small = text.chars().any(char::is_lowercase);
    match (capitals, small, accents) {
        (true, false, false) => "CAPITALS",
        (true, false, true) => "CAPITALS-accents",
        (true, true, false) => "Mixed",
        (true, true, true) => "Mixed-accents",
        (false, true, false) => "small",
        (false, true, true) => "small-accents",
        (false, false, _) => "signs",
    }
}

/// From how many characters on letters and digits together are a key or a digest.
const LONG_RUN: usize = 20;
/// The longest text, in characters, whose form says more than that it is long.
const LONGEST: usize = 256;

#[cfg(test)]
mod tests;
