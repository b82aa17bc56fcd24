//! From the bytes of a body to the attributes that a table knows, each as it was received.
//!
//! A body that is no JSON object is CAT002, and so is one nested deeper than 128 levels or that holds a number which JSON
//! does not allow (`0020`) or which no double holds (`1e999`). Unknown attributes are checked as JSON and dropped. Of a
//! doubled key the last value wins, at the place of the first.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Error};
use serde_json::{error::Category, value::RawValue};

use super::{attribute::Entry, json::Structure};

/// A structure as received: the known attributes, in the order in which they came.
#[derive(Debug, Default)]
pub(in super::super) struct Object<'a>(pub(super) Vec<(&'static Entry, Value<'a>)>);

/// What an attribute was given.
#[derive(Debug)]
pub(in super::super) enum Value<'a> {
    /// `null`, in the place of a structure.
    Null,
    /// `""`, in the place of a structure.
    Empty,
    /// Something else that is no structure, in the place of one.
    NotAStructure,
    /// A structure.
    Object(Object<'a>),
    /// What a text was given.
    Text(Text<'a>),
}

/// What was given for a text.
#[derive(Debug)]
pub(in super::super) struct Text<'a> {
    /// As it stands in the body.
    pub(super) raw: &'a RawValue,
    /// How it reads.
    pub(super) reading: Reading<'a>,
}

/// How a JSON value reads where a text is expected.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading<'a> {
    /// `null` and `""`: the same as absent.
    Nothing,
    /// A string, or a number as it is written.
    Text(Cow<'a, str>),
    /// A boolean, an array, an object, a whole number beyond 64 bits: of no text's form.
    Unreadable,
}

/// A body is not the JSON object that was expected (CAT002).
#[derive(Debug, thiserror::Error)]
#[error("the body is no JSON object that can be read: {0}")]
pub(in super::super) struct NotJson(#[from] serde_json::Error);

impl NotJson {
    /// What does not read, and where, in French; nothing of the body.
    pub(in super::super) fn explained(&self) -> String {
        let Self(error) = self;
        let place = format!("ligne {}, colonne {}", error.line(), error.column());
        let told = error.to_string();
        let known = FAULTS.iter().find(|(start, _)| told.starts_with(start));
        match (known, error.classify()) {
            (_, Category::Eof) => format!("le JSON s'arrête avant sa fin ({place})"),
            (Some((_, fault)), Category::Syntax) => {
                format!("le JSON ne se lit pas : {fault} ({place})")
            }
            (None, Category::Syntax) => format!("le JSON ne se lit pas ({place})"),
            (_, Category::Data | Category::Io) => "le corps n'est pas un objet JSON".to_owned(),
        }
    }
}

/// What the parser says first, and what it means. None of these sentences holds a part of the body.
const FAULTS: [(&str, &str); 11] = [
    ("trailing comma", "une virgule est en trop"),
    ("key must be a string", "un nom d'attribut entre guillemets est attendu"),
    ("expected `,` or `}`", "une virgule ou une accolade fermante est attendue"),
    ("expected `,` or `]`", "une virgule ou un crochet fermant est attendu"),
    ("expected `:`", "un deux-points est attendu"),
    ("expected value", "une valeur est attendue"),
    ("expected ident", "une valeur est attendue"),
    ("control character", "un caractère de contrôle est au milieu d'un texte"),
    ("invalid escape", "un échappement de texte n'existe pas"),
    ("invalid number", "un nombre n'est pas écrit comme JSON l'admet"),
    ("trailing characters", "quelque chose suit la fin de l'objet"),
];

impl<'a> Object<'a> {
    /// The known attributes of a body.
    ///
    /// # Errors
    /// [`NotJson`] when it is not UTF-8, not JSON, or not an object.
    pub(in super::super) fn read(
        body: &'a [u8],
        entries: &'static [&'static Entry],
    ) -> Result<Self, NotJson> {
        let text = str::from_utf8(body).map_err(serde_json::Error::custom)?;
        let mut deserializer = serde_json::Deserializer::from_str(text);
        match (Structure { entries }).deserialize(&mut deserializer)? {
            Value::Object(object) => deserializer.end().map(|()| object).map_err(NotJson),
            Value::Null | Value::Empty | Value::NotAStructure | Value::Text(_) => {
                Err(NotJson(serde_json::Error::custom("an object is expected")))
            }
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(entry, _)| entry.key == key).map(|(_, value)| value)
    }

    /// The text of this key, where there is one.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Value::Text(Text { reading: Reading::Text(text), .. })) => Some(text),
            None
            | Some(
                Value::Text(_)
                | Value::Null
                | Value::Empty
                | Value::NotAStructure
                | Value::Object(_),
            ) => None,
        }
    }

    /// Whether the attribute of this key says something, good or not.
    pub(super) fn gives(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| !value.is_empty())
    }

    /// The structure of this key; an empty one when it is absent or something else.
    pub(in super::super) fn structure(&self, key: &str) -> &Self {
        match self.get(key) {
            Some(Value::Object(object)) => object,
            None | Some(Value::Null | Value::Empty | Value::NotAStructure | Value::Text(_)) => {
                const { &Self(Vec::new()) }
            }
        }
    }

    /// Every text below that says something: its key and how it reads, `""` for what does not.
    pub(in super::super) fn given(&self) -> Vec<(&'static str, &str)> {
        let mut all = Vec::with_capacity(self.0.len());
        self.collect_given(&mut all);
        all
    }

    /// The paths of every text below that says something, after this prefix.
    pub(in super::super) fn given_paths(&self, prefix: &str, paths: &mut Vec<String>) {
        for (entry, value) in &self.0 {
            match value {
                Value::Object(object) => {
                    object.given_paths(&format!("{prefix}{}.", entry.key), paths)
                }
                Value::Text(text) if text.reading != Reading::Nothing => {
                    paths.push(format!("{prefix}{}", entry.key))
                }
                Value::Text(_) | Value::Null | Value::Empty | Value::NotAStructure => {}
            }
        }
    }

    /// Whether nothing below says anything: such a structure counts as not given.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, value)| value.is_empty())
    }

    fn collect_given<'o>(&'o self, all: &mut Vec<(&'static str, &'o str)>) {
        for (entry, value) in &self.0 {
            match value {
                Value::Object(object) => object.collect_given(all),
                Value::Text(Text { reading: Reading::Text(text), .. }) => {
                    all.push((entry.key, text))
                }
                Value::Text(Text { reading: Reading::Unreadable, .. }) => all.push((entry.key, "")),
                Value::Text(Text { reading: Reading::Nothing, .. })
                | Value::Null
                | Value::Empty
                | Value::NotAStructure => {}
            }
        }
    }

    pub(super) fn put(&mut self, entry: &'static Entry, value: Value<'a>) {
        match self.0.iter_mut().find(|(known, _)| std::ptr::eq(*known, entry)) {
            Some((_, earlier)) => *earlier = value,
            None => self.0.push((entry, value)),
        }
    }
}

impl Value<'_> {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Null | Self::Empty => true,
            Self::NotAStructure => false,
            Self::Object(object) => object.is_empty(),
            Self::Text(text) => text.reading == Reading::Nothing,
        }
    }
}
