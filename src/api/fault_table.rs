//! The table of an API's faults: declared once per API, and what is read from it in the same way for all.

use std::borrow::Cow;

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

use super::{Answer, Ordered, Words};
use crate::journal::Facts;

/// A line of the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FaultLine {
    /// The code as answers, journal and documents write it: `CAT004`, `4003`.
    pub(super) code: &'static str,
    pub(super) status: StatusCode,
    /// What the client reads; braces stand for what the fault names.
    pub(super) message: &'static str,
    /// When it is given here, in French; empty where the message says it.
    pub(super) cause: &'static str,
}

/// Declares the kinds of fault of an API, one line each, in the order of its document: code, status, message, and the cause
/// where the message does not say it. The first line of a code or of a status stands for it.
macro_rules! fault_table {
    (
        $(#[$doc:meta])* $vis:vis enum $name:ident {
            $($kind:ident = $code:literal, $status:literal, $message:literal $(, $cause:literal)?;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $vis enum $name {
            $(#[doc = $message] $kind,)+
        }

        impl $name {
            /// Every one, in the order of the document.
            $vis const ALL: &'static [Self] = &[$(Self::$kind),+];

            pub(in crate::api) const LINES: &'static [$crate::api::fault_table::FaultLine] = &[
                $($crate::api::fault_table::FaultLine {
                    code: $code,
                    status: $crate::api::fault_table::status($status),
                    message: $message,
                    cause: concat!($($cause)?),
                }),+
            ];

            pub(in crate::api) const fn line(self) -> &'static $crate::api::fault_table::FaultLine {
                &Self::LINES[self as usize]
            }
        }
    };
}
pub(super) use fault_table;

/// A status of a table.
///
/// # Panics
/// It is none: the table does not compile.
pub(super) const fn status(number: u16) -> StatusCode {
    match StatusCode::from_u16(number) {
        Ok(status) => status,
        Err(_) => panic!("no HTTP status"),
    }
}

impl FaultLine {
    /// The code of an API whose codes are numbers.
    ///
    /// # Panics
    /// It is none, which a test of its table says first.
    pub(super) fn number(&self) -> u32 {
        self.code.parse().expect("the codes of this table are numbers")
    }

    /// The message where nothing is there to be named.
    pub(super) fn unnamed(&self) -> &'static str {
        self.message.split_once(" : ").map_or(self.message, |(before, _)| before)
    }

    /// The message, an ellipsis for what it names.
    pub(super) fn abridged(&self) -> String {
        self.message.replace("{}", "…")
    }

    /// Whether a tester's order means this line.
    pub(super) fn is_ordered(&self, ordered: Ordered<'_>) -> bool {
        match ordered {
            Ordered::Code(code) => self.code == code,
            Ordered::Status(status, message) => {
                self.status == status && message.is_none_or(|message| self.unnamed() == message)
            }
        }
    }
}

/// Every code once, sorted.
pub(super) fn codes(lines: &[FaultLine]) -> Vec<&'static str> {
    let mut codes: Vec<_> = lines.iter().map(|line| line.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The status of each line, with its message where nothing is there to be named.
pub(super) fn messages(lines: &[FaultLine]) -> Vec<(u16, &'static str)> {
    lines.iter().map(|line| (line.status.as_u16(), line.unnamed())).collect()
}

/// A code in words, out of all its lines; `None` when there is no such code.
pub(super) fn words(
    lines: &[FaultLine],
    code: &str,
    remedy: fn(&str) -> &'static str,
) -> Option<Words> {
    let lines: Vec<_> = lines.iter().filter(|line| line.code == code).collect();
    let mut messages: Vec<_> = lines.iter().map(|line| line.abridged()).collect();
    messages.dedup();
    let mut statuses: Vec<_> = lines.iter().map(|line| line.status.as_str()).collect();
    statuses.dedup();
    (!lines.is_empty()).then(|| Words {
        message: messages.join(" ; "),
        when: format!("l'API répond ce code avec le statut HTTP {}", statuses.join(" ou ")),
        remedy: remedy(code),
    })
}

/// What an API says in the place of an answer, keys in the order of the samples; the code is a text or a number.
#[derive(Serialize)]
pub(super) struct Message<'a, C> {
    pub(super) code: C,
    pub(super) message: Cow<'a, str>,
    pub(super) horodatage: String,
}

impl<C: Serialize> Message<'_, C> {
    /// `{"erreur":{"code","message","horodatage"}}`, with nothing for the journal yet.
    pub(super) fn refuse(self, status: StatusCode, media: &'static str) -> Answer {
        #[derive(Serialize)]
        struct Envelope<T> {
            erreur: T,
        }

        let body =
            serde_json::to_vec(&Envelope { erreur: self }).expect("texts and numbers are JSON");
        Answer { status, media, body: Bytes::from(body), facts: Facts::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fault_table! {
        enum TestKind {
            Gone = "41", 410, "Plus rien : {}";
            GoneToo = "41", 416, "Plus rien : {}";
            Closed = "50", 503, "Fermé", "la nuit";
        }
    }

    #[test]
    fn the_first_line_of_a_code_or_of_a_status_is_meant_by_an_order() {
        let meant = |ordered| TestKind::ALL.iter().find(|kind| kind.line().is_ordered(ordered));
        assert_eq!(meant(Ordered::Code("41")), Some(&TestKind::Gone));
        let of = |status, message| Ordered::Status(self::status(status), message);
        assert_eq!(meant(of(416, None)), Some(&TestKind::GoneToo));
        assert_eq!(meant(of(416, Some("Plus rien"))), Some(&TestKind::GoneToo));
        assert_eq!(meant(of(416, Some("Plus rien : {}"))), None);
        assert_eq!(meant(Ordered::Code("4")), None);
    }

    #[test]
    fn a_code_of_two_lines_has_both_statuses_and_its_message_once() {
        let words = words(TestKind::LINES, "41", |_| "Rien").unwrap();
        assert_eq!(words.message, "Plus rien : …");
        assert_eq!(words.when, "l'API répond ce code avec le statut HTTP 410 ou 416");
        assert_eq!(codes(TestKind::LINES), ["41", "50"]);
        assert_eq!((TestKind::Closed.line().cause, TestKind::Gone.line().cause), ("la nuit", ""));
    }
}
