//! Compact JSON, byte for byte as `serde_json` writes it, for what is written at every request.
//!
//! `serde_json` looks at each byte of a text for one to escape, and hands every brace and quote to its formatter. Nearly no
//! text of an answer has one to escape: here a text is looked at eight bytes at a time and copied, and the key of a field with
//! its quotes and its colon. What is rare (a text to escape, a number) is left to `serde_json`; a test holds both against
//! each other. What speaks to `serde_json` alone, a `RawValue`, is not to be given here.

use std::fmt::{self, Display, Write as _};

use serde::{
    Serialize, Serializer,
    ser::{
        Error as _, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple,
        SerializeTupleStruct,
    },
};
use serde_json::Error;

/// What is called with each key of an object, at any depth.
pub trait Keys {
    /// An object has this key.
    fn note(&mut self, key: &str);
}

/// Nobody wants to know the keys.
impl Keys for () {
    fn note(&mut self, _: &str) {}
}

/// Adds a value to `out`, and notes its keys.
///
/// # Errors
/// Those of the value; a variant of an enum with several fields, which no answer has.
pub fn append(
    out: &mut Vec<u8>,
    value: &impl Serialize,
    keys: &mut impl Keys,
) -> Result<(), Error> {
    value.serialize(&mut Writer { out, keys, in_key: false })
}

/// Adds a text with its quotes.
pub fn append_text(out: &mut Vec<u8>, text: &str) {
    if is_plain(text.as_bytes()) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        serde_json::to_writer(out, text).expect("a text, into a vector");
    }
}

/// Whether JSON writes a text as it stands: it has no control character, quote nor backslash.
fn is_plain(text: &[u8]) -> bool {
    let mut words = text.chunks_exact(8);
    let escaped = words
        .by_ref()
        .map(|word| escapes(u64::from_le_bytes(word.try_into().expect("eight bytes"))))
        .fold(0, |all, word| all | word);
    // The rest, filled up with a byte that is plain.
    let rest = words.remainder();
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    (escaped | escapes(u64::from_le_bytes(last))) & EACH_HIGH == 0
}

/// The high bit of each byte that JSON escapes is set; other bits are whatever. A byte may be marked wrongly only above one
/// that is marked rightly.
fn escapes(word: u64) -> u64 {
    let below = |bound: u64| word.wrapping_sub(EACH * bound) & !word;
    let is = |byte: u8| {
        let differing = word ^ (EACH * u64::from(byte));
        differing.wrapping_sub(EACH) & !differing
    };
    below(0x20) | is(b'"') | is(b'\\')
}

/// A byte in each place of a word.
const EACH: u64 = 0x0101_0101_0101_0101;
const EACH_HIGH: u64 = 0x80 * EACH;

struct Writer<'w, K> {
    out: &'w mut Vec<u8>,
    keys: &'w mut K,
    in_key: bool,
}

/// A list or an object that has been begun.
struct Begun<'b, 'w, K> {
    writer: &'b mut Writer<'w, K>,
    first: bool,
    end: u8,
}

impl<'w, K: Keys> Writer<'w, K> {
    fn begin(&mut self, begin: u8, end: u8) -> Begun<'_, 'w, K> {
        self.out.push(begin);
        Begun { writer: self, first: true, end }
    }

    fn rare(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        serde_json::to_writer(&mut *self.out, value)
    }

    /// A key that is known to be a plain name.
    #[inline(never)] // one copy that stays in the processor's cache
    fn name(&mut self, comma: bool, name: &str) {
        self.keys.note(name);
        self.out.reserve(name.len() + 4);
        if comma {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }
}

impl<K: Keys> Begun<'_, '_, K> {
    fn item(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        if !std::mem::replace(&mut self.first, false) {
            self.writer.out.push(b',');
        }
        value.serialize(&mut *self.writer)
    }

    fn close(self) {
        self.writer.out.push(self.end);
    }
}

/// Leaves numbers to `serde_json`.
macro_rules! numbers {
    ($($method:ident: $type:ty,)+) => {$(
        fn $method(self, value: $type) -> Result<(), Error> {
            self.rare(&value)
        }
    )+};
}

impl<'b, 'w, K: Keys> Serializer for &'b mut Writer<'w, K> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Begun<'b, 'w, K>;
    type SerializeTuple = Begun<'b, 'w, K>;
    type SerializeTupleStruct = Begun<'b, 'w, K>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Begun<'b, 'w, K>;
    type SerializeStruct = Begun<'b, 'w, K>;
    type SerializeStructVariant = Impossible<(), Error>;

    numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128,
        serialize_f32: f32, serialize_f64: f64,
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        if self.in_key {
            self.keys.note(text);
        }
        append_text(self.out, text);
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Error> {
        let mut plain = Plain { out: self.out, all: true };
        let start = plain.out.len();
        plain.out.push(b'"');
        write!(plain, "{value}").map_err(Error::custom)?;
        if plain.all && !self.in_key {
            self.out.push(b'"');
            return Ok(());
        }
        self.out.truncate(start);
        self.serialize_str(&value.to_string())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Error> {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let mut object = self.begin(b'{', b'}');
        SerializeMap::serialize_entry(&mut object, variant, value)?;
        SerializeMap::end(object)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Begun<'b, 'w, K>, Error> {
        Ok(self.begin(b'[', b']'))
    }

    fn serialize_tuple(self, _: usize) -> Result<Begun<'b, 'w, K>, Error> {
        Ok(self.begin(b'[', b']'))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Begun<'b, 'w, K>, Error> {
        Ok(self.begin(b'[', b']'))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(Error::custom(format_args!("{variant}: no variant with fields is written here")))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Begun<'b, 'w, K>, Error> {
        Ok(self.begin(b'{', b'}'))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Begun<'b, 'w, K>, Error> {
        Ok(self.begin(b'{', b'}'))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(Error::custom(format_args!("{variant}: no variant with fields is written here")))
    }
}

impl<K: Keys> SerializeSeq for Begun<'_, '_, K> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

impl<K: Keys> SerializeTuple for Begun<'_, '_, K> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

impl<K: Keys> SerializeTupleStruct for Begun<'_, '_, K> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

impl<K: Keys> SerializeStruct for Begun<'_, '_, K> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let comma = !std::mem::replace(&mut self.first, false);
        self.writer.name(comma, key);
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

impl<K: Keys> SerializeMap for Begun<'_, '_, K> {
    type Ok = ();
    type Error = Error;

    /// A key must be a text.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.writer.in_key = true;
        self.item(key)?;
        self.writer.in_key = false;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.writer.out.push(b':');
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

/// What a value displays, and whether all of it is plain.
struct Plain<'o> {
    out: &'o mut Vec<u8>,
    all: bool,
}

impl fmt::Write for Plain<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.all &= is_plain(text.as_bytes());
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Everything that an answer can hold, each kind once.
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Record<'a> {
        a_text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        absent: Option<u8>,
        nothing: Option<u8>,
        letter: char,
        numbers: (u8, i64, u64, f64),
        flag: bool,
        displayed: Shown<'a>,
        unit: (),
        kind: Kind<'a>,
        named: Kind<'a>,
        items: Vec<Wrapped<'a>>,
        map: BTreeMap<&'a str, &'a str>,
        value: &'a serde_json::Value,
    }

    #[derive(Serialize)]
    enum Kind<'a> {
        Unit,
        Text(&'a str),
    }

    #[derive(Serialize)]
    struct Wrapped<'a>(&'a str);

    struct Shown<'a>(&'a str);

    impl Serialize for Shown<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&format_args!("{} {:03}", self.0, 7))
        }
    }

    #[derive(Default)]
    struct Noted(Vec<String>);

    impl Keys for Noted {
        fn note(&mut self, key: &str) {
            self.0.push(key.to_owned());
        }
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof!["[ -~é]{0,40}", "[A-Z0-9]{0,40}", any::<String>(), "[\u{0}-\u{7f}]{0,20}"]
    }

    proptest! {
        #[test]
        fn it_is_what_serde_json_writes(
            texts in vec(text(), 8),
            numbers in any::<(u8, i64, u64, f64)>(),
            flag in any::<bool>(),
        ) {
            let text = |at: usize| texts[at].as_str();
            let value = serde_json::json!({ text(0): [text(1), null_or(flag)], "n": numbers.3 });
            let record = Record {
                a_text: text(0),
                absent: None,
                nothing: None,
                letter: text(1).chars().next().unwrap_or('"'),
                numbers,
                flag,
                displayed: Shown(text(2)),
                unit: (),
                kind: Kind::Unit,
                named: Kind::Text(text(3)),
                items: texts.iter().map(|text| Wrapped(text)).collect(),
                map: BTreeMap::from([(text(4), text(5)), (text(6), text(7))]),
                value: &value,
            };
            let mut out = b"before".to_vec();
            append(&mut out, &record, &mut ()).unwrap();
            prop_assert_eq!(out, format!("before{}", serde_json::to_string(&record).unwrap()).into_bytes());
        }

        #[test]
        fn a_byte_to_escape_is_found_wherever_it_stands(before in "[ -!#-\\[\\]-~é]{0,20}", after in "[ -!#-\\[\\]-~é]{0,20}") {
            prop_assert!(is_plain(before.as_bytes()) && is_plain(after.as_bytes()));
            for byte in (0..0x20).chain([b'"', b'\\']) {
                let text = format!("{before}{}{after}", char::from(byte));
                prop_assert!(!is_plain(text.as_bytes()), "{text:?}");
            }
        }
    }

    fn null_or(flag: bool) -> Option<bool> {
        flag.then_some(flag)
    }

    #[test]
    fn every_key_is_noted_and_no_value() {
        let value = serde_json::json!({ "a": { "b": "c" }, "d": ["e", { "f": 1 }] });
        let mut noted = Noted::default();
        append(&mut Vec::new(), &value, &mut noted).unwrap();
        assert_eq!(noted.0, ["a", "b", "d", "f"]);
    }
}
