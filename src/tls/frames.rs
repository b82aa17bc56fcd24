//! The frames of an HTTP/2 connection as they pass in both directions (RFC 9113, 4.1): enough of them to know what the
//! connection is in the middle of.
//!
//! The HTTP library tells of a request once its head is whole, and forgets an answer once it holds its body. What comes
//! before and after is seen here only: a preface or a head that does not end, and an answer that waits for the client's
//! window. Frames are not judged: that is the library's.

/// What passes on a connection, and what of it is not whole yet.
pub(super) struct Frames {
    /// Bytes of the preface that are still to come.
    preface: usize,
    incoming: Scanner,
    outgoing: Scanner,
    /// The first frame has arrived.
    greeted: bool,
    /// A head has begun, and its last frame has not come.
    in_head: bool,
    answers: Vec<OpenAnswer>,
}

/// An answer whose head was sent and whose end was not.
struct OpenAnswer {
    stream: u32,
    /// When its head was sent, in the milliseconds of its activity.
    since: u64,
    /// Bytes of its body that were sent.
    sent: u64,
}

/// What the bytes that came in leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    /// Something of a request's head, or of what precedes the first one, is still to come.
    pub(super) open: bool,
    /// Something that was open ended with these bytes: what is open now has begun since.
    pub(super) renewed: bool,
}

impl Frames {
    pub(super) fn new() -> Self {
        Self {
            preface: PREFACE,
            incoming: Scanner::default(),
            outgoing: Scanner::default(),
            greeted: false,
            in_head: false,
            answers: Vec::new(),
        }
    }

    /// Bytes came in.
    pub(super) fn received(&mut self, bytes: &[u8]) -> Arrival {
        let skipped = bytes.len().min(self.preface);
        self.preface -= skipped;
        let (greeted, in_head, answers) = (&mut self.greeted, &mut self.in_head, &mut self.answers);
        let mut renewed = false;
        self.incoming.feed(&bytes[skipped..], |frame| {
            *greeted = true;
            match frame.kind {
                HEADERS | CONTINUATION => *in_head = frame.flags & END_HEADERS == 0,
                RESET => answers.retain(|answer| answer.stream != frame.stream),
                _ => {}
            }
            renewed |= !*in_head;
        });
        let begun = match self.incoming.current() {
            Current::Nothing => false,
            Current::Head => true,
            // How long a body may take is its reader's to say.
            Current::Payload(kind) => kind != DATA,
        };
        Arrival { open: self.preface > 0 || !self.greeted || self.in_head || begun, renewed }
    }

    /// Bytes went out at this moment.
    pub(super) fn sent(&mut self, bytes: &[u8], now: u64) {
        let answers = &mut self.answers;
        self.outgoing.feed(bytes, |frame| {
            let ends = frame.flags & END_STREAM != 0;
            match frame.kind {
                HEADERS if !ends => {
                    answers.push(OpenAnswer { stream: frame.stream, since: now, sent: 0 });
                }
                DATA if !ends => {
                    let answer = answers.iter_mut().find(|one| one.stream == frame.stream);
                    if let Some(answer) = answer {
                        answer.sent += u64::from(frame.length);
                    }
                }
                HEADERS | DATA | RESET => answers.retain(|one| one.stream != frame.stream),
                _ => {}
            }
        });
    }

    /// When the first of the unfinished answers is overdue, in the milliseconds of its activity. Each has `grace` milliseconds, and
    /// as much again for every [`STRETCH`] bytes that the client took: one that takes a byte now and then makes no
    /// progress.
    pub(super) fn answer_due(&self, grace: u64) -> Option<u64> {
        let due = |answer: &OpenAnswer| {
            answer.since.saturating_add(grace.saturating_mul(1 + answer.sent / STRETCH))
        };
        self.answers.iter().map(due).min()
    }
}

/// A frame that has passed whole.
struct PassedFrame {
    length: u32,
    kind: u8,
    flags: u8,
    stream: u32,
}

/// What a direction is in the middle of.
enum Current {
    Nothing,
    /// The nine bytes before a payload.
    Head,
    /// The payload of a frame of this kind.
    Payload(u8),
}

/// Finds the frames in one direction's bytes.
#[derive(Default)]
struct Scanner {
    head: [u8; HEAD],
    have: usize,
    left: usize,
}

impl Scanner {
    fn feed(&mut self, mut bytes: &[u8], mut each: impl FnMut(PassedFrame)) {
        while !bytes.is_empty() {
            if self.have < HEAD {
                let taken = bytes.len().min(HEAD - self.have);
                self.head[self.have..self.have + taken].copy_from_slice(&bytes[..taken]);
                self.have += taken;
                bytes = &bytes[taken..];
                if self.have < HEAD {
                    return;
                }
                self.left = self.frame().length as usize;
            }
            let taken = bytes.len().min(self.left);
            self.left -= taken;
            bytes = &bytes[taken..];
            if self.left > 0 {
                return;
            }
            self.have = 0;
            each(self.frame());
        }
    }

    fn current(&self) -> Current {
        match self.have {
            0 => Current::Nothing,
            HEAD => Current::Payload(self.head[3]),
            _ => Current::Head,
        }
    }

    fn frame(&self) -> PassedFrame {
        let [a, b, c, kind, flags, stream @ ..] = self.head;
        PassedFrame {
            length: u32::from_be_bytes([0, a, b, c]),
            kind,
            flags,
            stream: u32::from_be_bytes(stream) & 0x7fff_ffff,
        }
    }
}

/// Bytes of an answer that are worth another grace: 30 s for 16 KiB are 546 bytes a second, less than any modem.
const STRETCH: u64 = 16 * 1024;

/// `PRI * HTTP/2.0`, and what follows it (RFC 9113, 3.4).
const PREFACE: usize = 24;
const HEAD: usize = 9;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SETTINGS: u8 = 4;

    fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags, 0, 0, 0, stream]].concat();
        [&head, payload].concat()
    }

    fn greeting() -> Vec<u8> {
        [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(SETTINGS, 0, 0, &[])].concat()
    }

    fn greeted() -> Frames {
        let mut frames = Frames::new();
        assert!(!frames.received(&greeting()).open);
        frames
    }

    #[test]
    fn a_preface_a_frame_or_a_head_that_is_not_whole_is_open() {
        let whole = [greeting(), frame(HEADERS, END_HEADERS, 1, b"head")].concat();
        for cut in 0..whole.len() {
            let open = Frames::new().received(&whole[..cut]).open;
            assert_eq!(open, cut != greeting().len(), "{cut} bytes");
        }
        assert!(!Frames::new().received(&whole).open);
        let mut frames = greeted();
        assert!(frames.received(&frame(HEADERS, 0, 1, b"begun")).open);
        let more = frames.received(&frame(CONTINUATION, 0, 1, b"more"));
        assert_eq!(more, Arrival { open: true, renewed: false }, "the same head");
        assert!(!frames.received(&frame(CONTINUATION, END_HEADERS, 1, b"end")).open);
    }

    #[test]
    fn a_body_that_is_under_way_is_no_head() {
        let data = frame(DATA, 0, 1, &[0; 100]);
        assert!(!greeted().received(&data[..50]).open);
        assert!(greeted().received(&data[..5]).open, "its frame is not known yet");
    }

    #[test]
    fn an_answer_is_due_from_its_head_to_its_end() {
        for (end, due) in [
            (frame(DATA, 0, 1, b"some"), Some(1030)),
            (frame(DATA, 0, 1, &[0; STRETCH as usize]), Some(1060)),
            (frame(DATA, END_STREAM, 1, b"all"), None),
            (frame(HEADERS, END_STREAM, 1, b"trailers"), None),
            (frame(RESET, 0, 1, &[0; 4]), None),
            (frame(DATA, END_STREAM, 3, b"another's"), Some(1030)),
        ] {
            let mut frames = greeted();
            frames.sent(&frame(HEADERS, END_HEADERS, 1, b"200"), 1000);
            assert_eq!(frames.answer_due(30), Some(1030));
            frames.sent(&end, 1029);
            assert_eq!(frames.answer_due(30), due);
        }
        let mut frames = greeted();
        frames.sent(&frame(HEADERS, END_HEADERS, 1, b"200"), 1000);
        frames.received(&frame(RESET, 0, 1, &[0; 4]));
        assert_eq!(frames.answer_due(30), None, "the client does not want it any more");
    }

    proptest! {
        #[test]
        fn how_bytes_are_cut_changes_nothing(kinds in prop::collection::vec((0_u8..10, any::<u8>(), 0_u8..4, 0_usize..40), 0..12), cuts in prop::collection::vec(1_usize..20, 1..80)) {
            let mut bytes = greeting();
            for (kind, flags, stream, length) in kinds {
                bytes.extend(frame(kind, flags, stream, &vec![0xff; length]));
            }
            let (mut whole, mut pieces) = (Frames::new(), Frames::new());
            let open = whole.received(&bytes).open;
            whole.sent(&bytes[PREFACE..], 5);
            let (mut rest, mut last) = (bytes.as_slice(), Arrival { open: true, renewed: false });
            for cut in cuts.iter().cycle() {
                let (piece, after) = rest.split_at(rest.len().min(*cut));
                last = pieces.received(piece);
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            bytes[PREFACE..].chunks(3).for_each(|piece| pieces.sent(piece, 5));
            prop_assert_eq!(last.open, open);
            prop_assert_eq!(pieces.answer_due(7), whole.answer_due(7));
        }
    }
}
