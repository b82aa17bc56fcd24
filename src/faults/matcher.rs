//! Which requests a fault strikes: one type, for orders and scenarios alike.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor},
};

use super::{
    Wrong,
    catalogue::{Catalogue, Operation},
    outcome::{Outcome, Wish},
    seen::Seen,
};
use crate::{directory::Directory, rights::ApiId};

/// A target as it is written; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Target {
    /// The API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<ApiId>,
    /// The operation, by its name in the journal; the gateway's own (`token`, `revoke`, `jwks`) must be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The partner whose certificate calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// What the request must hold: attributes of the body by their path or by its end (`criteresRecherche.iban`, `iban`),
    /// parameters of the query, the path or the form.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub criteria: BTreeMap<String, Test>,
}

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

/// A target that requests can meet.
#[derive(Clone, Debug)]
pub struct Matcher {
    target: Target,
    /// The operations that are meant: those that the target fits and that can have the outcome.
    operations: Vec<(Option<ApiId>, &'static str)>,
}

impl Matcher {
    /// A matcher and what happens to what it matches, or everything wrong with them: an unknown name, a criterion that no
    /// operation has, a partner that could never get there, an outcome that cannot be.
    ///
    /// # Errors
    /// Everything wrong, with pointers from the root of `{"match", "outcome"}`.
    pub fn resolve(
        target: &Target,
        wish: &Wish,
        catalogue: &Catalogue,
        directory: &Directory,
    ) -> Result<(Self, Outcome), Vec<Wrong>> {
        let mut wrong = Vec::new();
        let aims = target.aims(catalogue, &mut wrong);
        let aims = target.with_criteria(aims, &mut wrong);
        let resolved = wish.resolve(aims, catalogue).map_err(|more| wrong.extend(more)).ok();
        let aims = resolved.as_ref().map_or(&[][..], |(_, aims)| aims);
        target.check_partner(aims, directory, &mut wrong);
        match resolved {
            Some((outcome, aims)) if wrong.is_empty() => {
                let operations = aims.iter().map(|aim| (aim.api, aim.name)).collect();
                Ok((Self { target: target.clone(), operations }, outcome))
            }
            Some(_) | None => Err(wrong),
        }
    }

    /// Whether it matches.
    pub fn matches(&self, seen: &Seen<'_>) -> bool {
        self.target.partner.as_deref().is_none_or(|partner| partner == seen.partner)
            && self.operations.contains(&(seen.api, seen.operation))
            && self.target.criteria.iter().all(|(name, test)| seen.any(name, |value| test.accepts(value)))
    }

    /// The target as it was written.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// A text that every request it matches holds as it is, unless it is written with escapes; the longest there is.
    pub(super) fn needle(&self) -> Option<&str> {
        self.target.criteria.values().filter_map(Test::literal).max_by_key(|text| text.len())
    }
}

impl Target {
    fn aims<'a>(&'a self, catalogue: &'a Catalogue, wrong: &mut Vec<Wrong>) -> Vec<&'a Operation> {
        let aims: Vec<_> = catalogue.operations(self.api, self.operation.as_deref()).collect();
        if let (true, Some(name)) = (aims.is_empty(), &self.operation) {
            let known = catalogue.names(self.api).join(", ");
            wrong.push(Wrong::at("/match/operation", format!("{name:?} is no operation: expected one of {known}")));
        }
        aims
    }

    /// Those operations that have every criterion.
    fn with_criteria<'a>(&self, mut aims: Vec<&'a Operation>, wrong: &mut Vec<Wrong>) -> Vec<&'a Operation> {
        for (name, test) in &self.criteria {
            let pointer = || format!("/match/criteria/{}", name.replace('~', "~0").replace('/', "~1"));
            if test.is_empty() {
                wrong.push(Wrong::at(pointer(), "an empty value counts as not given, so nothing would match"));
            }
            let able = |aim: &&Operation| aim.parameters.iter().any(|path| is_named(path, name));
            let left: Vec<_> = aims.iter().copied().filter(able).collect();
            if left.is_empty() && !aims.is_empty() {
                let message = format!("no operation that is meant has an attribute or a parameter {name:?}");
                wrong.push(Wrong::at(pointer(), message));
            }
            aims = left;
        }
        aims
    }

    fn check_partner(&self, aims: &[&Operation], directory: &Directory, wrong: &mut Vec<Wrong>) {
        let Some(partner) = &self.partner else { return };
        let Some(convention) = directory.convention(partner) else {
            wrong.push(Wrong::at("/match/partner", format!("no convention has the id {partner:?}")));
            return;
        };
        let reaches = |aim: &&Operation| aim.api.is_none_or(|api| convention.quota(api).is_some());
        if !aims.is_empty() && !aims.iter().any(reaches) {
            let message = format!("the convention of {partner:?} opens no API that is meant, so nothing would match");
            wrong.push(Wrong::at("/match/partner", message));
        }
    }
}

impl Test {
    fn accepts(&self, value: &str) -> bool {
        match self {
            Self::Is(wanted) => wanted.eq_ignore_ascii_case(value),
            Self::Like { pattern } => is_like(pattern.as_bytes(), value.as_bytes()),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Is(text) | Self::Like { pattern: text } => text.is_empty(),
        }
    }

    /// The longest part that is taken to the letter.
    fn literal(&self) -> Option<&str> {
        match self {
            Self::Is(text) => Some(text.as_str()),
            Self::Like { pattern } => pattern.split(['*', '?']).max_by_key(|part| part.len()),
        }
        .filter(|text| !text.is_empty())
    }
}

/// Whether a parameter's path is meant by a name: the whole path, or its end.
pub(super) fn is_named(path: &str, name: &str) -> bool {
    path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
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
                let Like { pattern } = Like::deserialize(de::value::MapAccessDeserializer::new(map))?;
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

    #[test]
    fn a_name_is_a_whole_path_or_the_end_of_one() {
        assert!(is_named("criteresRecherche.etatCivil.nom", "nom"));
        assert!(is_named("criteresRecherche.etatCivil.nom", "etatCivil.nom"));
        assert!(is_named("nom", "nom"));
        assert!(!is_named("criteresRecherche.etatCivil.prenom", "nom"));
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
