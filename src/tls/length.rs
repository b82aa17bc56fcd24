//! A `Content-Length` that the HTTP library does not read, because it is beyond 64 bits, or nearly: too large all the same,
//! where the library would speak of a bad request, or of too many headers.

use memchr::memchr;

/// Looks for it in the head of a request of HTTP/1.1, as its bytes come.
#[derive(Default)]
pub(super) struct Lengths {
    /// The beginning of the present line.
    line: Vec<u8>,
    ended: bool,
}

impl Lengths {
    /// Bytes of a head came in; whether they announce a body of 2^63 bytes or more.
    pub(super) fn announce_too_much(&mut self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        while !self.ended
            && let Some(end) = memchr(b'\n', rest)
        {
            let (piece, after) = rest.split_at(end + 1);
            // Nearly always the whole line: nothing is copied.
            let line = match self.line.is_empty() {
                true => piece,
                false => self.hold(piece),
            };
            let (ended, too_much) = (line.trim_ascii().is_empty(), is_too_much(line));
            if too_much {
                return true;
            }
            self.line.clear();
            (self.ended, rest) = (ended, after);
        }
        if !self.ended {
            self.hold(rest);
        }
        false
    }

    /// The present line with these bytes at its end, as much of it as is looked at.
    fn hold(&mut self, bytes: &[u8]) -> &[u8] {
        let room = LONGEST.saturating_sub(self.line.len());
        self.line.extend_from_slice(&bytes[..bytes.len().min(room)]);
        &self.line
    }
}

fn is_too_much(line: &[u8]) -> bool {
    let Some((name, value)) = line.split_at_checked(NAME.len()) else { return false };
    let value = value.trim_ascii();
    name.eq_ignore_ascii_case(NAME)
        && !value.is_empty()
        && value.iter().all(u8::is_ascii_digit)
        && std::str::from_utf8(value).is_ok_and(|digits| digits.parse::<i64>().is_err())
}

const NAME: &[u8] = b"content-length:";

/// The name and more digits than any number has that can be read.
const LONGEST: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    fn too_much(head: &str, cut: usize) -> bool {
        let mut lengths = Lengths::default();
        head.as_bytes().chunks(cut).any(|piece| lengths.announce_too_much(piece))
    }

    #[test]
    fn a_length_of_2_to_the_63rd_or_more_is_found_however_the_head_is_cut() {
        let digits = "9".repeat(500);
        for (length, expected) in [
            ("0", false),
            ("9223372036854775807", false),
            ("9223372036854775808", true),
            ("18446744073709551615", true),
            ("18446744073709551616", true),
            (&digits, true),
            ("-1", false),
            ("1e30", false),
        ] {
            let head = format!("POST / HTTP/1.1\r\nHost: a\r\ncontent-LENGTH:  {length} \r\n\r\n");
            for cut in [1, 7, 1000] {
                assert_eq!(too_much(&head, cut), expected, "{length}, {cut} bytes at a time");
            }
        }
        let body =
            "POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\nContent-Length: 99999999999999999999\r\n";
        assert!(!too_much(body, 1000), "a body announces nothing");
    }
}
