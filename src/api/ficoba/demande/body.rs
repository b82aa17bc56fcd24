//! From the bytes of a body to the attributes that a table knows, each as it was received.
//!
//! A body that is no JSON object is CAT002, and so is one nested deeper than 128 levels or that holds a number which JSON
//! does not allow (`0020`) or which no double holds (`1e999`). Unknown attributes are checked as JSON and dropped. Of a
//! doubled key the last value wins, at the place of the first.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::attribute::{Entry, Shape};

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

impl<'a> Object<'a> {
    /// The known attributes of a body.
    ///
    /// # Errors
    /// [`NotJson`] when it is not UTF-8, not JSON, or not an object.
    pub(in super::super) fn read(body: &'a [u8], entries: &'static [&'static Entry]) -> Result<Self, NotJson> {
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
            None | Some(Value::Text(_) | Value::Null | Value::Empty | Value::NotAStructure | Value::Object(_)) => None,
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
                Value::Object(object) => object.given_paths(&format!("{prefix}{}.", entry.key), paths),
                Value::Text(text) if text.reading != Reading::Nothing => paths.push(format!("{prefix}{}", entry.key)),
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
                Value::Text(Text { reading: Reading::Text(text), .. }) => all.push((entry.key, text)),
                Value::Text(Text { reading: Reading::Unreadable, .. }) => all.push((entry.key, "")),
                Value::Text(Text { reading: Reading::Nothing, .. })
                | Value::Null
                | Value::Empty
                | Value::NotAStructure => {}
            }
        }
    }

    fn put(&mut self, entry: &'static Entry, value: Value<'a>) {
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

/// Reads a structure by its table.
struct Structure {
    entries: &'static [&'static Entry],
}

impl<'de> DeserializeSeed<'de> for Structure {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Structure {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let mut object = Object(Vec::with_capacity(self.entries.len()));
        while let Some(entry) = map.next_key_seed(Key(self.entries))? {
            let Some(entry) = entry else {
                map.next_value::<Checked>()?;
                continue;
            };
            let value = match entry.shape {
                Shape::Structure { entries, .. } => map.next_value_seed(Structure { entries })?,
                Shape::Text(_) => {
                    let raw: &RawValue = map.next_value()?;
                    Value::Text(Text { raw, reading: Reading::of(raw).map_err(A::Error::custom)? })
                }
            };
            object.put(entry, value);
        }
        Ok(Value::Object(object))
    }

    fn visit_unit<E: Error>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(if text.is_empty() { Value::Empty } else { Value::NotAStructure })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value<'de>, A::Error> {
        while seq.next_element::<Checked>()?.is_some() {}
        Ok(Value::NotAStructure)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::NotAStructure)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Value<'de>, E> {
        Ok(Value::NotAStructure)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Value<'de>, E> {
        Ok(Value::NotAStructure)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Value<'de>, E> {
        Ok(Value::NotAStructure)
    }
}

/// Finds the entry of a key; none for an unknown one.
struct Key(&'static [&'static Entry]);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Option<&'static Entry>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Option<&'static Entry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().copied().find(|entry| entry.key == key))
    }
}

impl<'a> Reading<'a> {
    /// How a value reads where a text is expected; an error is a value that is not JSON after all.
    fn of(raw: &'a RawValue) -> Result<Self, serde_json::Error> {
        let json = raw.get();
        match json.as_bytes().first() {
            Some(b'"') if json.len() == 2 => Ok(Self::Nothing),
            Some(b'"') if json.contains('\\') => serde_json::from_str(json).map(|text: String| Self::Text(text.into())),
            Some(b'"') => Ok(Self::Text(json[1..json.len() - 1].into())),
            Some(b'n') => Ok(Self::Nothing),
            Some(b'-' | b'0'..=b'9') => {
                serde_json::from_str::<Checked>(json)?;
                let whole = json.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
                let fits = !whole || json.parse::<i64>().is_ok() || json.parse::<u64>().is_ok();
                Ok(if fits { Self::Text(json.into()) } else { Self::Unreadable })
            }
            _ => serde_json::from_str::<Checked>(json).map(|Checked| Self::Unreadable),
        }
    }
}

/// A value of no interest that is JSON all the same: nested no deeper than serde_json's 128 levels, numbers within a double.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Checked {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        // A key is always read as a string: there is nothing to check of it but its escapes.
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value::<Self>()?;
        }
        Ok(self)
    }
}
