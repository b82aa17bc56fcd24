//! `caracteristiquesDemande`: the known attributes of a request, given back as they came.
//!
//! Value and JSON type are kept, `null` and `""` too; what was absent stays absent, what is unknown is dropped. The order is
//! that of the request: the samples echo one structure (`etatCivil` of multiDet) in two orders, each its request's, and tell
//! `null` from absent, which only a node handed back as received does (*decision* on the order).

use super::object::{Object, Value};

/// The echo of a body.
pub(in super::super) struct Echo<'o, 'a>(pub(in super::super) &'o Object<'a>);

impl Echo<'_, '_> {
    /// Adds it as JSON. The keys are names that need no escape, and values are copied as they came.
    pub(in super::super) fn write(&self, out: &mut Vec<u8>) {
        let Object { attributes, .. } = self.0;
        let start = out.len();
        for (entry, value) in attributes {
            // Such a request was refused; it can only be echoed by an answer that was ordered in its place.
            if matches!(value, Value::NotAStructure) {
                continue;
            }
            out.extend_from_slice(if out.len() == start { b"{\"" } else { b",\"" });
            out.extend_from_slice(entry.key.as_bytes());
            out.extend_from_slice(b"\":");
            match value {
                Value::Null => out.extend_from_slice(b"null"),
                Value::Empty => out.extend_from_slice(b"\"\""),
                Value::Object(object) => Echo(object).write(out),
                Value::Text(text) => out.extend_from_slice(text.raw.get().as_bytes()),
                Value::NotAStructure => {}
            }
        }
        if out.len() == start {
            out.push(b'{');
        }
        out.push(b'}');
    }
}
