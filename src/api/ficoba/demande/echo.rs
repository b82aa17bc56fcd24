//! `caracteristiquesDemande`: the known attributes of a request, given back as they came.
//!
//! Value and JSON type are kept, `null` and `""` too; what was absent stays absent, what is unknown is dropped. The order is
//! that of the request: the samples echo one structure (`etatCivil` of multiDet) in two orders, each its request's, and tell
//! `null` from absent, which only a node handed back as received does (*decision* on the order).

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::body::{Object, Value};

/// The echo of a body.
pub(in super::super) struct Echo<'o, 'a>(pub(in super::super) &'o Object<'a>);

impl Serialize for Echo<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Object(attributes) = self.0;
        let mut map = serializer.serialize_map(None)?;
        for (entry, value) in attributes {
            match value {
                Value::Null => map.serialize_entry(entry.key, &())?,
                Value::Empty => map.serialize_entry(entry.key, "")?,
                Value::Object(object) => map.serialize_entry(entry.key, &Echo(object))?,
                Value::Text(text) => map.serialize_entry(entry.key, text.raw)?,
                // Such a request was refused; it can only be echoed by an answer that was ordered in its place.
                Value::NotAStructure => {}
            }
        }
        map.end()
    }
}
