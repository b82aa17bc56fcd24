//! A recorded form, filled: with a persona's value where it has that form, or with one that is nobody's.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::choice::Candidates;
use crate::{clock, domain::Spi, parity::form::Leaf};

impl Candidates<'_> {
    /// A body of this shape.
    pub(super) fn shape(&self, shape: &Value, base: Option<&Value>) -> Value {
        match shape {
            Value::Object(all) => {
                let filled = all.iter().map(|(name, shape)| {
                    (name.clone(), self.shape(shape, base.and_then(|base| base.get(name))))
                });
                Value::Object(filled.collect::<Map<_, _>>())
            }
            Value::Array(all) => {
                let at = |at: usize| base.and_then(|base| base.get(at).or(Some(base)));
                all.iter().enumerate().map(|(n, shape)| self.shape(shape, at(n))).collect()
            }
            Value::String(text) => {
                let leaf = Leaf::try_from(text.clone()).unwrap_or_else(|_| Leaf::form("small"));
                self.json(&leaf, base)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => shape.clone(),
        }
    }

    fn json(&self, leaf: &Leaf, base: Option<&Value>) -> Value {
        if let Some(number) = leaf.as_str().strip_prefix('#') {
            return serde_json::from_str(number).unwrap_or(Value::Null);
        }
        match (leaf.name(), base) {
            (Some("int" | "decimal"), Some(Value::Number(number))) => Value::Number(number.clone()),
            (Some("int"), Some(Value::String(text))) if text.parse::<u64>().is_ok() => {
                serde_json::from_str(text.trim_start_matches('0')).unwrap_or_else(|_| json!(0))
            }
            (Some("int"), _) => json!(7),
            (Some("decimal"), _) => json!(7.5),
            (Some("bool"), base) => base.cloned().filter(Value::is_boolean).unwrap_or(json!(true)),
            (Some("null"), _) => Value::Null,
            _ => Value::String(self.filled(leaf, base)),
        }
    }

    /// The text that was kept, the persona's where it is of that form, or one of that form that is nobody's.
    pub(super) fn filled(&self, leaf: &Leaf, base: Option<&Value>) -> String {
        if let Some(kept) = leaf.kept() {
            return kept.to_owned();
        }
        if let Some(known) = base.and_then(text)
            && (Leaf::from_text(&known).agrees(leaf) || is_valid(leaf, &known))
        {
            return known;
        }
        self.nobody(leaf.name().unwrap_or_default())
    }

    fn nobody(&self, form: &str) -> String {
        let (kind, rest) = form.split_once(':').unwrap_or((form, ""));
        match kind {
            "empty" => String::new(),
            "blank" => " ".to_owned(),
            "date" => self.today().to_string(),
            "uuid" if rest == "A" => self.identifier().to_uppercase(),
            "uuid" => self.identifier(),
            "spi" => Spi::from_base(3_999_999_999).map(|spi| spi.to_string()).unwrap_or_default(),
            // Whoever asks names itself.
            "digits" if rest == "14" => self.role.convention.siret.to_string(),
            "digits" if rest == "9" => self.role.convention.siret.to_string()[..9].to_owned(),
            "digits" => digits(rest),
            "zeros" => "0".repeat(rest.parse().unwrap_or(1_usize).min(LONGEST)),
            "iban" => account(rest),
            "pattern" => rest.chars().map(sample).collect(),
            "CAPITALS" => "XQUELCONQUE".to_owned(),
            "CAPITALS-accents" => "XQUÉLCONQUE".to_owned(),
            "Mixed" => "Xquelconque".to_owned(),
            "Mixed-accents" => "Xquélconque".to_owned(),
            "small-accents" => "quélconque".to_owned(),
            "signs" => "-".to_owned(),
            "long" => "x".repeat(300),
            _ => "quelconque".to_owned(),
        }
    }

    /// A UUID of this exchange's own, the same in every candidate.
    fn identifier(&self) -> String {
        let n = self.original.n;
        format!("{:08x}-0000-4000-8000-{:012x}", n & 0xffff_ffff, n & 0xffff_ffff)
    }

    pub(super) fn today(&self) -> Date {
        self.now.to_zoned(clock::paris()).date()
    }
}

/// A value as it stands in a query.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A persona's number may be right where the original's form only says how long it is.
fn is_valid(leaf: &Leaf, known: &str) -> bool {
    leaf.name() == Some("spi") && known.len() == 13
}

fn digits(rest: &str) -> String {
    let mut parts = rest.split(':');
    let length =
        parts.next().and_then(|length| length.parse().ok()).unwrap_or(1_usize).min(LONGEST);
    let first = if parts.next().is_some() { '0' } else { '9' };
    std::iter::once(first).chain(std::iter::repeat('8')).take(length).collect()
}

/// An account number of nobody's, with wrong check digits where the original's were.
fn account(rest: &str) -> String {
    let country = rest.get(..2).unwrap_or("FR");
    let length =
        rest.get(2..).unwrap_or_default().trim_end_matches(":wrong").parse().unwrap_or(27_usize);
    if country == "FR" && length == 27 && !rest.ends_with(":wrong") {
        return "FR7630001007941234567890185".to_owned();
    }
    format!("{country}00{}", "1".repeat(length.min(LONGEST).saturating_sub(4)))
}

fn sample(kind: char) -> char {
    match kind {
        'A' => 'X',
        'a' => 'x',
        '9' => '1',
        other => other,
    }
}

const LONGEST: usize = 1_024;
