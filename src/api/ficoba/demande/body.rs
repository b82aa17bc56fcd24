//! From the bytes of a body to the attributes that a table knows, each as it was received.
//!
//! A body that is no JSON object is CAT002, and so is one nested deeper than 128 levels or that holds a number which JSON
//! does not allow (`0020`) or which no double holds (`1e999`). Unknown attributes are checked as JSON and dropped. Of a
//! doubled key the last value wins, at the place of the first.

use serde::de::{DeserializeSeed, Error};
use serde_json::error::Category;

use super::{
    attribute::AttributeSpec,
    json::Structure,
    object::{Object, Value},
};

/// A body is not the JSON object that was expected (CAT002).
#[derive(Debug, thiserror::Error)]
#[error("the body is no JSON object that can be read: {0}")]
pub(in super::super) struct NotJson(#[from] serde_json::Error);

impl NotJson {
    /// What does not read, and where, in French; nothing of the body.
    pub(in super::super) fn explained(&self) -> String {
        let Self(error) = self;
        let place = format!("ligne {}, colonne {}", error.line(), error.column());
        let message = error.to_string();
        let known = FAULTS.iter().find(|(start, _)| message.starts_with(start));
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

impl<'a> Object<'a> {
    /// The known attributes of a body.
    ///
    /// # Errors
    /// [`NotJson`] when it is not UTF-8, not JSON, or not an object.
    pub(in super::super) fn read(
        body: &'a [u8],
        entries: &'static [&'static AttributeSpec],
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
