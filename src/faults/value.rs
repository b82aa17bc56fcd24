//! What a value of a request must be: this text, or one like a pattern.

use std::{borrow::Cow, cell::Cell, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema, Type,
        schema::{AdditionalProperties, OneOfBuilder},
    },
};

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Test {
    /// This, capitals or not; a number counts as its digits.
    Is(String),
    /// Like this: `*` stands for any text, `?` for any one character.
    Like { pattern: String },
}

impl Test {
    /// Whether this value is accepted; a pattern for which the effort is used up accepts nothing.
    pub(super) fn accepts(&self, value: &str, effort: &Effort) -> bool {
        match self {
            Self::Is(wanted) => wanted.eq_ignore_ascii_case(value),
            Self::Like { pattern } => {
                is_like(pattern.as_bytes(), value.as_bytes(), effort) == Some(true)
            }
        }
    }

    /// Whether nothing is asked, which no value that counts as given can meet.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Is(text) | Self::Like { pattern: text } => text.is_empty(),
        }
    }

    /// The longest part that is taken to the letter.
    pub(super) fn literal(&self) -> Option<&str> {
        match self {
            Self::Is(text) => Some(text.as_str()),
            Self::Like { pattern } => pattern.split(['*', '?']).max_by_key(|part| part.len()),
        }
        .filter(|text| !text.is_empty())
    }
}

/// What all patterns together may cost one request, in compared bytes. A value and a pattern can be chosen so that each
/// comparison costs the product of their lengths.
#[derive(Debug)]
pub(super) struct Effort(Cell<u64>);

impl Effort {
    /// Takes one step; false when there is none left.
    fn step(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}

impl Default for Effort {
    /// A million steps, some two milliseconds: a thousand faults whose patterns each look at a value of 250 characters four
    /// times over.
    fn default() -> Self {
        Self(Cell::new(1_000_000))
    }
}

/// Whether `text` is like `pattern`, capitals or not; none when the effort does not suffice to tell. `?` is one character,
/// not one byte.
fn is_like(pattern: &[u8], text: &[u8], effort: &Effort) -> Option<bool> {
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while t < text.len() {
        if !effort.step() {
            return None;
        }
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(b'?') => {
                p += 1;
                t += width(text[t]);
            }
            Some(byte) if byte.eq_ignore_ascii_case(&text[t]) => {
                p += 1;
                t += 1;
            }
            Some(_) | None => {
                let Some((after, from)) = star else { return Some(false) };
                let from = from + width(text[from]);
                star = Some((after, from));
                (p, t) = (after, from);
            }
        }
    }
    Some(pattern[p..].iter().all(|byte| *byte == b'*'))
}

/// How many bytes a character has, by its first.
fn width(first: u8) -> usize {
    match first {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0.. => 4,
        _ => 1,
    }
}

impl PartialSchema for Test {
    fn schema() -> RefOr<Schema> {
        let of = |kind| ObjectBuilder::new().schema_type(kind);
        let pattern = of(Type::String)
            .description(Some("* is any text, ? any one character"))
            .examples(["SCENARIO-*"]);
        let closed = AdditionalProperties::<Schema>::FreeForm(false);
        let like = of(Type::Object).property("pattern", pattern).required("pattern");
        OneOfBuilder::new()
            .item(of(Type::String))
            .item(of(Type::Integer))
            .item(like.additional_properties(Some(closed)))
            .description(Some("The value to the letter, or what it is like"))
            .into()
    }
}

impl ToSchema for Test {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Criterion")
    }
}

impl<'de> Deserialize<'de> for Test {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Like {
            pattern: String,
        }
        struct TestVisitor;
        impl<'de> Visitor<'de> for TestVisitor {
            type Value = Test;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number, or {\"pattern\": \"..\"}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Test, E> {
                Ok(Test::Is(text.to_owned()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Test, E> {
                Ok(Test::Is(number.to_string()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Test, E> {
                Ok(Test::Is(number.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Test, A::Error> {
                let Like { pattern } =
                    Like::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Test::Like { pattern })
            }
        }
        deserializer.deserialize_any(TestVisitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn like(pattern: &str, text: &str) -> bool {
        is_like(pattern.as_bytes(), text.as_bytes(), &Effort::default()).unwrap()
    }

    #[test]
    fn a_star_is_any_text_and_a_question_mark_one_character() {
        assert!(like("SCENARIO-*", "SCENARIO-CAT004"));
        assert!(like("*", "") && like("*", "x") && like("", ""));
        assert!(like("?rika", "Érika") && !like("?rika", "rika"));
        assert!(like("a*b*c", "a-b-b-c") && !like("a*b*c", "a-b-b"));
        assert!(like("SCENARIO-*", "scenario-cat004") && !like("", "x"));
    }

    #[test]
    fn two_hundred_patterns_cost_no_more_than_one_whatever_value_meets_them() {
        let (effort, value) = (Effort::default(), "a".repeat(60_000));
        let test = Test::Like { pattern: format!("*{}b", "a".repeat(100)) };
        let before = crate::clock::Clock::instant();
        assert!((0..200).all(|_| !test.accepts(&value, &effort)));
        assert_eq!(effort.0.get(), 0, "the effort was used up, once");
        // Without a bound it is 1.2 thousand million comparisons.
        assert!(before.elapsed() < std::time::Duration::from_secs(2));
        assert!(Test::Is(value.clone()).accepts(&value, &effort), "what is no pattern costs none");
    }

    proptest! {
        #[test]
        fn a_pattern_agrees_with_a_plain_recursive_reading(pattern in "[ab*?é]{0,8}", text in "[abé]{0,10}") {
            fn plain(pattern: &[char], text: &[char]) -> bool {
                match (pattern.split_first(), text.split_first()) {
                    (None, None) => true,
                    (Some(('*', rest)), _) => (0..=text.len()).any(|skip| plain(rest, &text[skip..])),
                    (Some(('?', rest)), Some((_, after))) => plain(rest, after),
                    (Some((wanted, rest)), Some((facts, after))) if wanted == facts => plain(rest, after),
                    _ => false,
                }
            }
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(like(&pattern, &text), plain(&chars(&pattern), &chars(&text)));
        }

        #[test]
        fn a_text_is_like_itself_and_like_its_beginning_with_a_star(text in "[^*?]{0,20}", cut in 0_usize..20) {
            prop_assert!(like(&text, &text));
            let beginning: String = text.chars().take(cut).collect();
            let pattern = format!("{beginning}*");
            prop_assert!(like(&pattern, &text));
        }
    }
}
