//! Bodies, as a session keeps them.

use serde_json::{Map, Value};

use super::{
    Redactor,
    seen::{Seen, key},
};
use crate::parity::{body::BodyContent, form::Leaf, session::Body, vocabulary};

impl Redactor {
    pub(super) fn body(&mut self, content: BodyContent, seen: &Seen) -> Body {
        match content {
            BodyContent::Empty => Body::Empty,
            BodyContent::Json(value) => Body::Json { shape: self.shape("", &value, seen) },
            BodyContent::Xml(value) => Body::Xml { shape: self.shape("", &value, seen) },
            BodyContent::Form(fields) => Body::Form { fields: self.fields(fields, seen) },
            BodyContent::Html => Body::Html,
            BodyContent::Text => Body::Text,
            BodyContent::Binary => Body::Binary,
            BodyContent::BadJson => Body::BadJson,
            BodyContent::TooLong => Body::TooLong,
        }
    }

    pub(super) fn fields(
        &mut self,
        fields: Vec<(String, String)>,
        seen: &Seen,
    ) -> Vec<(String, Leaf)> {
        fields
            .into_iter()
            .map(|(name, value)| {
                let leaf = self.value(&name, &value, seen);
                (key(&name, seen), leaf)
            })
            .collect()
    }

    pub(super) fn shape(&mut self, under: &str, value: &Value, seen: &Seen) -> Value {
        let leaf = match value {
            Value::Object(all) => {
                let shapes = all
                    .iter()
                    .map(|(name, value)| (key(name, seen), self.shape(name, value, seen)));
                return Value::Object(shapes.collect::<Map<_, _>>());
            }
            Value::Array(items) => {
                let mut distinct: Vec<Value> = Vec::new();
                for item in items {
                    let shape = self.shape(under, item, seen);
                    if !distinct.contains(&shape) && distinct.len() < MOST_ITEMS {
                        distinct.push(shape);
                    }
                }
                return Value::Array(distinct);
            }
            Value::String(text) => self.value(under, text, seen),
            Value::Number(number)
                if vocabulary::keeps_number(under, number) || self.keeps_values =>
            {
                Leaf::number(number)
            }
            Value::Number(number) if number.is_f64() => Leaf::form("decimal"),
            Value::Number(_) => Leaf::form("int"),
            Value::Bool(_) => Leaf::form("bool"),
            Value::Null => Leaf::form("null"),
        };
        Value::String(leaf.into())
    }
}

/// The distinct items of an array that are kept.
const MOST_ITEMS: usize = 50;
