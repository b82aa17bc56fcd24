//! JSON whose longest texts are cut while it is read, so that whoever parses it holds no more than that of any one.

use std::io::{self, Read};

/// A reader of JSON that leaves out what a text has beyond `most` bytes.
pub(super) struct Clip<R> {
    inner: R,
    most: usize,
    /// How many bytes of the text that is being read were given; none outside of a text.
    within: Option<usize>,
    escape: Escape,
    /// Whether what was just read is the first half of a pair of escapes, or may be.
    pair: bool,
    /// Whether the last byte was a digit of an escape.
    is_escaped: bool,
}

/// Where in an escape the text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    None,
    Begun,
    /// So many hexadecimal digits are still to come.
    Digits(u8),
}

impl<R: Read> Clip<R> {
    pub(super) fn new(inner: R, most: usize) -> Self {
        Self { inner, most, within: None, escape: Escape::None, pair: false, is_escaped: false }
    }

    fn gives(&mut self, byte: u8) -> bool {
        let Some(given) = &mut self.within else {
            if byte == b'"' {
                self.within = Some(0);
            }
            return true;
        };
        if byte == b'"' && self.escape == Escape::None {
            self.within = None;
            return true;
        }
        // A text is cut between two characters: not within UTF-8, nor within an escape, nor between the two of a pair.
        let is_lead = !(0x80..0xc0).contains(&byte);
        let is_between = self.escape == Escape::None && is_lead && !self.pair;
        let is_cut = *given > self.most || (*given == self.most && is_between);
        *given = if is_cut { self.most + 1 } else { (*given + 1).min(self.most) };
        self.escape = match (self.escape, byte) {
            (Escape::None, b'\\') => Escape::Begun,
            (Escape::Begun, b'u') => Escape::Digits(4),
            (Escape::Digits(more), _) if more > 1 => Escape::Digits(more - 1),
            _ => Escape::None,
        };
        self.pair = match (self.escape, byte) {
            (Escape::Digits(3), b'd' | b'D') => true,
            (Escape::Digits(2), b'8' | b'9' | b'a'..=b'b' | b'A'..=b'B') => self.pair,
            (Escape::Digits(1), _) => self.pair,
            (Escape::None, byte) => self.pair && byte.is_ascii_hexdigit() && self.is_escaped,
            _ => false,
        };
        self.is_escaped = matches!(self.escape, Escape::Digits(_));
        !is_cut
    }
}

impl<R: Read> Read for Clip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.inner.read(buffer)?;
            if read == 0 {
                return Ok(0);
            }
            let mut kept = 0;
            for at in 0..read {
                let byte = buffer[at];
                if self.gives(byte) {
                    buffer[kept] = byte;
                    kept += 1;
                }
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn clipped(json: &str, most: usize) -> String {
        let mut out = String::new();
        Clip::new(json.as_bytes(), most).read_to_string(&mut out).unwrap();
        out
    }

    #[test]
    fn a_long_text_is_cut_and_what_follows_is_read() {
        assert_eq!(clipped(r#"{"a":"123456","b":[1,"x"]}"#, 4), r#"{"a":"1234","b":[1,"x"]}"#);
        assert_eq!(clipped(r#"["\"\"\"\"\"z"]"#, 4), r#"["\"\""]"#);
        let pairs = r#"["\ud83d\ude00\ud83d\ude00"]"#;
        assert_eq!(clipped(pairs, 6), r#"["\ud83d\ude00"]"#, "a pair is not cut in two");
        assert_eq!(clipped("[\"éééé\"]", 3), "[\"éé\"]");
    }

    proptest! {
        /// Whatever the text, what is left is JSON of the same form.
        #[test]
        fn what_is_left_is_json(text in "\\PC{0,40}", other in any::<String>(), most in 1_usize..20) {
            let json = serde_json::json!({"a": text, "b": [other], "c": 1}).to_string();
            let left: Value = serde_json::from_str(&clipped(&json, most)).unwrap();
            prop_assert_eq!(&left["c"], 1);
        }
    }
}
