//! What a value of a request must be: this text, or one like a pattern.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor},
};

/// What a value must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Test {
    /// This, capitals or not; a number counts as its digits.
    Is(String),
    /// Like this: `*` stands for any text, `?` for any one character.
    Like {
        /// The pattern.
        pattern: String,
    },
}

impl Test {
    /// Whether this value is accepted.
    pub(super) fn accepts(&self, value: &str) -> bool {
        match self {
            Self::Is(wanted) => wanted.eq_ignore_ascii_case(value),
            Self::Like { pattern } => is_like(pattern.as_bytes(), value.as_bytes()),
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

/// Whether `text` is like `pattern`, capitals or not; in time proportional to their product at worst. `?` is one character, not one byte.
fn is_like(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while t < text.len() {
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
                let Some((after, from)) = star else { return false };
                let from = from + width(text[from]);
                star = Some((after, from));
                (p, t) = (after, from);
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
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

impl<'de> Deserialize<'de> for Test {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Like {
            pattern: String,
        }
        struct Written;
        impl<'de> Visitor<'de> for Written {
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
        deserializer.deserialize_any(Written)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn like(pattern: &str, text: &str) -> bool {
        is_like(pattern.as_bytes(), text.as_bytes())
    }

    #[test]
    fn a_star_is_any_text_and_a_question_mark_one_character() {
        assert!(like("SCENARIO-*", "SCENARIO-CAT004"));
        assert!(like("*", "") && like("*", "x") && like("", ""));
        assert!(like("?rika", "Érika") && !like("?rika", "rika"));
        assert!(like("a*b*c", "a-b-b-c") && !like("a*b*c", "a-b-b"));
        assert!(like("SCENARIO-*", "scenario-cat004") && !like("", "x"));
    }

    proptest! {
        #[test]
        fn a_pattern_agrees_with_a_plain_recursive_reading(pattern in "[ab*?é]{0,8}", text in "[abé]{0,10}") {
            fn plain(pattern: &[char], text: &[char]) -> bool {
                match (pattern.split_first(), text.split_first()) {
                    (None, None) => true,
                    (Some(('*', rest)), _) => (0..=text.len()).any(|skip| plain(rest, &text[skip..])),
                    (Some(('?', rest)), Some((_, after))) => plain(rest, after),
                    (Some((wanted, rest)), Some((seen, after))) if wanted == seen => plain(rest, after),
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
