//! An entry as a line of the file.

use std::io::Write;

use super::{Entry, FORMAT};

/// The JSON of an entry that has no number yet: it is made before the entry's turn comes, where that holds up nobody.
pub(super) struct Line(Vec<u8>);

impl Line {
    /// The line of an entry, whatever its number; nothing if it has no JSON form.
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        let mut text = Vec::with_capacity(ROOM);
        let made = serde_json::to_writer(&mut text, entry);
        made.inspect_err(|error| tracing::error!(%error, "a journal entry has no JSON form")).ok()?;
        Some(Self(text))
    }

    /// Adds the line, with this number.
    pub(super) fn append_to(&self, out: &mut Vec<u8>, sequence: u64) {
        let _ = write!(out, r#"{{"format":{FORMAT},"sequence":{sequence}"#); // a vector takes whatever comes
        out.extend_from_slice(&self.0[self.after_number()..]);
        out.push(b'\n');
    }

    /// Where the number ends: it is the second member.
    fn after_number(&self) -> usize {
        let commas = self.0.iter().enumerate().filter(|(_, byte)| **byte == b',');
        commas.map(|(at, _)| at).nth(1).expect("an entry has more than two members")
    }
}

/// Most lines are shorter.
const ROOM: usize = 3072;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_serde_writes_of_the_numbered_entry() {
        for sequence in [0, 7, u64::MAX] {
            let entry = Entry { format: FORMAT, partner: Some("p, \"q\"".to_owned()), ..Entry::default() };
            let mut out = b"before\n".to_vec();
            Line::of(&entry).unwrap().append_to(&mut out, sequence);
            let numbered = serde_json::to_string(&Entry { sequence, ..entry }).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), format!("before\n{numbered}\n"));
        }
    }
}
