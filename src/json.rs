//! Compact JSON, byte for byte as `serde_json` writes it, for what is written at every request.
//!
//! `serde_json` looks at each byte of a text for one to escape, hands every brace and quote to its formatter, and takes records
//! that have to be built first. Here an object is written member by member: a key is one constant with its comma, its quotes
//! and its colon, and a text is looked at eight bytes at a time and copied. What is rare (a text to escape, a real number) is
//! left to `serde_json`; a test holds both against each other.

use serde::Serialize;

/// The key of a member as it is written before a text, with a comma and both quotes: `,"iban":"`.
macro_rules! member {
    ($name:expr) => {
        concat!(",\"", $name, "\":\"")
    };
}
pub(crate) use member;

/// The key of a member.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As it is written, filled up: what has one length is copied without a call.
    written: [u8; Key::ROOM],
    length: usize,
    place: u128,
}

/// An object that is being written, or what is in it; and which keys it has.
#[derive(Debug)]
pub struct Writer {
    out: Vec<u8>,
    keys: u128,
}

impl Key {
    /// What `member!` writes of the longest name there is.
    const ROOM: usize = 32;

    /// A key as `member!` writes it, 32 bytes at most; `place` is its bit in the set of keys that is kept, 0 for a key that is not.
    pub const fn new(written: &str, place: u128) -> Self {
        assert!(written.len() <= Self::ROOM, "a key this long needs more room");
        let mut filled = [0; Self::ROOM];
        filled.split_at_mut(written.len()).0.copy_from_slice(written.as_bytes());
        Self { written: filled, length: written.len(), place }
    }
}

impl Writer {
    /// Goes on after what is written already.
    pub fn after(out: Vec<u8>) -> Self {
        Self { out, keys: 0 }
    }

    /// What was written, and the bits of its keys.
    pub fn finish(self) -> (Vec<u8>, u128) {
        (self.out, self.keys)
    }

    #[inline(never)] // one copy that stays in the processor's cache
    pub fn text(&mut self, key: &Key, text: &str) {
        if is_plain(text.as_bytes()) {
            self.quoted(key, text.as_bytes());
        } else {
            self.value(key, &text);
        }
    }

    /// A text that has nothing to escape: digits, a day, a code or a label of the program's own tables.
    pub fn plain(&mut self, key: &Key, text: impl AsRef<[u8]>) {
        self.plain_bytes(key, text.as_ref());
    }

    #[inline(never)]
    fn plain_bytes(&mut self, key: &Key, text: &[u8]) {
        debug_assert!(is_plain(text) && str::from_utf8(text).is_ok(), "{text:?} is no plain text");
        self.quoted(key, text);
    }

    /// The same, which may be absent.
    pub fn plain_if(&mut self, key: &Key, text: Option<impl AsRef<[u8]>>) {
        if let Some(text) = text {
            self.plain(key, text);
        }
    }

    /// A list of texts, unless it is empty: its key is then absent too.
    pub fn texts_if(&mut self, key: &Key, texts: &[impl AsRef<str>]) {
        if texts.is_empty() {
            return;
        }
        self.key(key);
        for (at, text) in texts.iter().enumerate() {
            self.out.push(if at == 0 { b'[' } else { b',' });
            append_text(&mut self.out, text.as_ref());
        }
        self.out.push(b']');
    }

    /// A text that may be absent: the key is then, too.
    pub fn text_if(&mut self, key: &Key, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    /// A whole number.
    pub fn number(&mut self, key: &Key, number: u64) {
        self.key(key);
        append_digits(&mut self.out, number, 1);
    }

    /// A whole number that may be absent: the key is then, too.
    pub fn number_if(&mut self, key: &Key, number: Option<u64>) {
        if let Some(number) = number {
            self.number(key, number);
        }
    }

    /// Whether something is so, where that is known.
    pub fn truth_if(&mut self, key: &Key, truth: Option<bool>) {
        if let Some(truth) = truth {
            let text: &[u8] = if truth { b"true" } else { b"false" };
            self.written(key, |out| out.extend_from_slice(text));
        }
    }

    /// A whole number as a text, with so many digits at least.
    #[inline(never)]
    pub fn digits(&mut self, key: &Key, number: u64, least: usize) {
        self.key_and_quote(key);
        append_digits(&mut self.out, number, least);
        self.out.push(b'"');
    }

    /// What has no method of its own.
    pub fn value(&mut self, key: &Key, value: &impl Serialize) {
        self.written(key, |out| {
            serde_json::to_writer(out, value).expect("names, numbers and texts are JSON");
        });
    }

    /// What the caller writes: one JSON value.
    pub fn written(&mut self, key: &Key, write: impl FnOnce(&mut Vec<u8>)) {
        self.key(key);
        write(&mut self.out);
    }

    pub fn object(&mut self, key: &Key, members: impl FnOnce(&mut Self)) {
        self.key(key);
        self.braces(members);
    }

    /// An object, unless it has no member: its key is then absent too. That key is none of those that are kept.
    pub fn object_if(&mut self, key: &Key, members: impl FnOnce(&mut Self)) {
        let start = self.out.len();
        self.object(key, members);
        if self.out.ends_with(b"{}") {
            self.out.truncate(start);
        }
    }

    /// An object without a key: the whole, or an item of a list.
    pub fn braces(&mut self, members: impl FnOnce(&mut Self)) {
        self.out.push(b'{');
        members(self);
        self.out.push(b'}');
    }

    /// A list of objects.
    pub fn list<T>(
        &mut self,
        key: &Key,
        items: impl IntoIterator<Item = T>,
        members: impl Fn(&mut Self, T),
    ) {
        self.key(key);
        self.out.push(b'[');
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            self.braces(|to| members(to, item));
        }
        self.out.push(b']');
    }

    fn quoted(&mut self, key: &Key, text: &[u8]) {
        self.key_and_quote(key);
        self.out.extend_from_slice(text);
        self.out.push(b'"');
    }

    fn key(&mut self, key: &Key) {
        self.key_and_quote(key);
        self.out.pop();
    }

    fn key_and_quote(&mut self, key: &Key) {
        self.keys |= key.place;
        let is_first = self.out.last() == Some(&b'{'); // a value never ends so
        let start = self.out.len() - usize::from(is_first);
        self.out.truncate(start);
        self.out.extend_from_slice(&key.written);
        self.out.truncate(start + key.length);
        if is_first {
            self.out[start] = b'{'; // in the place of the comma
        }
    }
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

/// Adds a number, with so many digits at least.
pub fn append_digits(out: &mut Vec<u8>, number: u64, least: usize) {
    if number < 10 && least == 1 {
        return out.push(b"0123456789"[number as usize]);
    }
    if number < 10_000 && least <= 4 {
        let start = out.len();
        let (high, low) = (number / 100, number % 100);
        let digits =
            [high / 10, high % 10, low / 10, low % 10].map(|digit| b"0123456789"[digit as usize]);
        let zeros = digits.iter().take(4 - least).take_while(|digit| **digit == b'0').count();
        out.extend_from_slice(&u32::to_le_bytes(u32::from_le_bytes(digits) >> (8 * zeros)));
        return out.truncate(start + digits.len() - zeros);
    }
    let mut digits = [b'0'; 20];
    let (mut left, mut at) = (number, digits.len());
    while left > 0 {
        at -= 1;
        digits[at] = b"0123456789"[(left % 10) as usize];
        left /= 10;
    }
    out.extend_from_slice(&digits[at.min(digits.len().saturating_sub(least))..]);
}

/// Whether JSON writes a text as it stands: it has no control character, quote nor backslash.
fn is_plain(text: &[u8]) -> bool {
    // A short text is filled up with a byte that is plain; of a longer one the last eight bytes end it, looked at twice or not.
    let last = text.last_chunk().copied().unwrap_or_else(|| {
        let mut last = [b' '; 8];
        last[..text.len()].copy_from_slice(text);
        last
    });
    let words = text.chunks_exact(8).map(|word| word.try_into().expect("eight bytes"));
    let all = words.chain([last]).map(u64::from_le_bytes);
    all.fold(0, |marked, word| marked | escapes(word)) & EACH_HIGH == 0
}

/// The high bit of each byte that JSON escapes is set; other bits are whatever. A byte may be marked wrongly only above one
/// that is marked rightly.
fn escapes(word: u64) -> u64 {
    let below = |bound: u64, word: u64| word.wrapping_sub(EACH * bound) & !word;
    let but_for = |byte: u8| word ^ (EACH * u64::from(byte));
    // With one bit turned, the quote stands next to the control characters, and they among themselves.
    below(0x21, but_for(b'"' ^ 0x20)) | below(1, but_for(b'\\'))
}

/// A byte in each place of a word.
const EACH: u64 = 0x0101_0101_0101_0101;
const EACH_HIGH: u64 = 0x80 * EACH;

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use serde_json::json;

    use super::*;

    const A: Key = Key::new(member!("a"), 1);
    const B: Key = Key::new(member!("b"), 2);
    const C: Key = Key::new(member!("c"), 4);
    const FRAME: Key = Key::new(member!("frame"), 0);
    const FRAMED: Key = Key::new(member!("framed"), 0);
    const TRUTH: Key = Key::new(member!("truth"), 0);
    const TEXTS: Key = Key::new(member!("texts"), 0);

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ -~é]{0,40}",
            "[A-Z0-9]{0,40}",
            any::<String>(),
            "[\u{0}-\u{7f}]{0,20}",
            "[{\\[]{0,3}"
        ]
    }

    proptest! {
        #[test]
        fn it_is_what_serde_json_writes(
            texts in vec(text(), 0..4),
            number in any::<u64>(),
            real in any::<f64>().prop_filter("JSON has no other", |real| real.is_finite()),
            absent in prop::option::of(text()),
            truth in any::<Option<bool>>(),
        ) {
            let mut to = Writer::after(b"before".to_vec());
            to.braces(|to| {
                to.list(&FRAME, &texts, |to, text| {
                    to.text(&A, text);
                    to.object(&B, |_| {});
                });
                to.text_if(&A, absent.as_deref());
                to.number(&B, number);
                to.number_if(&TRUTH, None);
                to.truth_if(&TRUTH, truth);
                to.texts_if(&TEXTS, &texts);
                to.plain(&FRAMED, "1234-56-78");
                to.object(&C, |to| {
                    to.value(&A, &real);
                    to.digits(&B, number, 3);
                });
            });
            let items: Vec<_> = texts.iter().map(|text| json!({ "a": text, "b": {} })).collect();
            let mut expected = json!({ "frame": items });
            if let Some(text) = &absent {
                expected["a"] = json!(text);
            }
            expected["b"] = json!(number);
            if let Some(truth) = truth {
                expected["truth"] = json!(truth);
            }
            if !texts.is_empty() {
                expected["texts"] = json!(texts);
            }
            expected["framed"] = json!("1234-56-78");
            expected["c"] = json!({ "a": real, "b": format!("{number:03}") });
            let (out, keys) = to.finish();
            prop_assert_eq!(String::from_utf8(out).unwrap(), format!("before{expected}"));
            prop_assert_eq!(keys, 7);
        }

        #[test]
        fn digits_are_those_of_the_formatter(number in prop_oneof![any::<u64>(), 0..1_000_u64], least in 1..12_usize) {
            let mut out = Vec::new();
            append_digits(&mut out, number, least);
            prop_assert_eq!(String::from_utf8(out).unwrap(), format!("{number:0least$}"));
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

    #[test]
    fn an_object_without_members_may_be_left_out() {
        let mut to = Writer::after(Vec::new());
        to.braces(|to| {
            to.object_if(&FRAME, |_| {});
            to.object_if(&FRAME, |to| to.text(&A, ""));
            to.object_if(&FRAME, |_| {});
        });
        assert_eq!(to.finish(), (br#"{"frame":{"a":""}}"#.to_vec(), 1));
    }

    #[test]
    fn the_bits_are_those_of_the_keys_that_were_written() {
        let mut to = Writer::after(Vec::new());
        to.braces(|to| to.object(&FRAME, |to| to.text(&B, "a")));
        assert_eq!(to.finish(), (br#"{"frame":{"b":"a"}}"#.to_vec(), 2));
    }
}
