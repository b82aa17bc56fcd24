//! The JSON side of [`super::body`]: visitors that keep what a table knows and check the rest.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    attribute::{AttributeSpec, Shape},
    object::{Object, Reading, Text, Value},
};

/// Reads a structure by its table.
pub(super) struct Structure {
    pub(super) entries: &'static [&'static AttributeSpec],
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
        let attributes = Vec::with_capacity(self.entries.len());
        let mut object = Object { attributes, unknown: 0, doubled: Vec::new(), is_odd: false };
        while let Some(entry) = map.next_key_seed(Key(self.entries))? {
            let Some(entry) = entry else {
                map.next_value::<Checked>()?;
                object.unknown += 1;
                object.is_odd = true;
                continue;
            };
            let value = match entry.shape {
                Shape::Structure { entries, .. } => map.next_value_seed(Structure { entries })?,
                Shape::Text(_) => {
                    let raw: &RawValue = map.next_value()?;
                    Value::Text(Text {
                        raw,
                        reading: Reading::from_raw(raw).map_err(A::Error::custom)?,
                    })
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
struct Key(&'static [&'static AttributeSpec]);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Option<&'static AttributeSpec>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Option<&'static AttributeSpec>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().copied().find(|entry| entry.key == key))
    }
}

impl<'a> Reading<'a> {
    /// How a value reads where a text is expected; an error is a value that is not JSON after all.
    fn from_raw(raw: &'a RawValue) -> Result<Self, serde_json::Error> {
        let json = raw.get();
        match json.as_bytes().first() {
            Some(b'"') if json.len() == 2 => Ok(Self::Nothing),
            Some(b'"') if json.contains('\\') => {
                serde_json::from_str(json).map(|text: String| Self::Text(text.into()))
            }
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
