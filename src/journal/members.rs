//! The JSON members of an entry.
//!
//! Each answer waits until its entry is written down, so they are not written by what serde derives: here is one call for
//! each member, not code of its own for each, and texts that need no escape, which is nearly all of them, are copied. What
//! is rare is left to `serde_json`; a test holds both against each other.

use std::{cell::RefCell, io::Write, net::IpAddr};

use jiff::Timestamp;
use serde::Serialize;

use super::{CertificateFacts, Entry};
use crate::json::{self, member};

/// The members of an entry, a comma before each; but for its number and what a [record](super::Record) keeps apart.
pub(super) fn of(entry: &Entry) -> Vec<u8> {
    // Without `..`: a member that is added to the entry must be told here what becomes of it.
    let Entry {
        format: _,
        sequence: _,
        replica: _,
        time,
        kind,
        correlation_id,
        correlation_made,
        request_id,
        address,
        port,
        tls,
        resumed,
        http,
        user_agent,
        content_encoding,
        via,
        certificate,
        partner,
        api,
        operation,
        context,
        method,
        status,
        code,
        environment,
        step,
        arrived_us,
        duration_us,
        controls: _,
        node,
        quota,
        cause,
        next_access,
        token,
        digest,
        motif,
        reference,
        answers,
        criteria,
        restituted: _,
        refusal,
        justification,
        vigilance,
        values: _,
        fault,
        from_console,
        made,
        before_reset,
        note,
        mark,
        run,
    } = entry;
    let mut to = Members(Vec::with_capacity(ROOM));
    to.moment(member!("time"), *time);
    to.json(member!("kind"), kind);
    to.text(member!("correlation_id"), correlation_id);
    to.flag(member!("correlation_made"), *correlation_made);
    to.text_if(member!("request_id"), request_id.as_deref());
    to.address_if(member!("address"), *address);
    to.json_if(member!("port"), port.as_ref());
    to.text_if(member!("tls"), tls.as_deref());
    to.json_if(member!("resumed"), resumed.as_ref());
    to.text_if(member!("http"), http.as_deref());
    to.text_if(member!("user_agent"), user_agent.as_deref());
    to.text_if(member!("content_encoding"), content_encoding.as_deref());
    to.address_if(member!("via"), *via);
    if let Some(CertificateFacts { fingerprint, subject }) = certificate {
        to.text(concat!(member!("certificate"), r#"{"fingerprint":"#), fingerprint);
        to.text(member!("subject"), subject);
        to.0.push(b'}');
    }
    to.text_or_null(member!("partner"), partner.as_deref());
    to.text_or_null(member!("api"), api.map(|api| api.as_str()));
    to.text_or_null(member!("operation"), operation.as_deref());
    to.text_if(member!("context"), context.as_deref());
    to.text_if(member!("method"), method.as_deref());
    to.json(member!("status"), status);
    to.text_or_null(member!("code"), code.as_deref());
    to.text_if(member!("environment"), environment.as_deref());
    to.text_if(member!("step"), step.as_deref());
    to.json(member!("arrived_us"), arrived_us);
    to.json(member!("duration_us"), duration_us);
    to.json_if(member!("node"), node.as_ref());
    to.json_if(member!("quota"), quota.as_ref());
    to.text_if(member!("cause"), cause.as_deref());
    to.json_if(member!("next_access"), next_access.as_ref());
    to.text_if(member!("token"), token.as_deref());
    to.text_if(member!("digest"), digest.as_deref());
    to.text_if(member!("motif"), motif.as_deref());
    to.text_if(member!("reference"), reference.as_deref());
    to.json_if(member!("answers"), answers.as_ref());
    to.json_if(member!("criteria"), (!criteria.is_empty()).then_some(criteria));
    to.json_if(member!("refusal"), refusal.as_ref());
    to.json_if(member!("justification"), justification.as_ref());
    to.json_if(member!("vigilance"), (!vigilance.is_empty()).then_some(vigilance));
    to.text_if(member!("fault"), fault.as_deref());
    to.flag(member!("from_console"), *from_console);
    to.json_if(member!("made"), made.as_ref());
    to.flag(member!("before_reset"), *before_reset);
    to.text_if(member!("note"), note.as_deref());
    to.json_if(member!("mark"), mark.as_ref());
    to.json_if(member!("run"), run.as_ref());
    to.0
}

struct Members(Vec<u8>);

impl Members {
    fn moment(&mut self, key: &str, moment: Timestamp) {
        self.0.extend_from_slice(key.as_bytes());
        self.0.push(b'"');
        // Each thread remembers the last second: its text up to the fraction.
        thread_local!(static LAST: RefCell<(i64, String)> = const { RefCell::new((i64::MIN, String::new())) });
        let fraction = moment.subsec_nanosecond();
        if fraction < 0 {
            write!(self.0, "{moment}").expect("a vector takes whatever comes");
        } else {
            LAST.with_borrow_mut(|(second, text)| {
                if *second != moment.as_second() {
                    let whole = Timestamp::from_second(moment.as_second()).unwrap_or(moment);
                    *text = whole.to_string();
                    text.pop(); // Z
                    *second = moment.as_second();
                }
                self.0.extend_from_slice(text.as_bytes());
            });
            self.fraction(fraction.unsigned_abs());
            self.0.push(b'Z');
        }
        self.0.push(b'"');
    }

    /// A fraction of a second, as short as it can be.
    fn fraction(&mut self, nanoseconds: u32) {
        if nanoseconds == 0 {
            return;
        }
        let mut digits = *b".000000000";
        let mut left = nanoseconds;
        for digit in digits[1..].iter_mut().rev() {
            *digit = b"0123456789"[(left % 10) as usize];
            left /= 10;
        }
        let kept = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
        self.0.extend_from_slice(&digits[..kept]);
    }

    #[inline(never)] // and so small that it stays in the processor's cache
    fn text(&mut self, key: &str, text: &str) {
        self.0.extend_from_slice(key.as_bytes());
        json::append_text(&mut self.0, text);
    }

    fn text_if(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    fn text_or_null(&mut self, key: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(key, text),
            None => self.json(key, &()),
        }
    }

    /// The formatter takes four times as long for what nearly all addresses are.
    fn address_if(&mut self, key: &str, address: Option<IpAddr>) {
        match address {
            None => {}
            Some(IpAddr::V4(address)) => {
                self.0.extend_from_slice(key.as_bytes());
                for (at, octet) in address.octets().into_iter().enumerate() {
                    self.0.push(if at == 0 { b'"' } else { b'.' });
                    json::append_digits(&mut self.0, octet.into(), 1);
                }
                self.0.push(b'"');
            }
            Some(address @ IpAddr::V6(_)) => self.json(key, &address),
        }
    }

    fn flag(&mut self, key: &str, flag: bool) {
        if flag {
            self.json(key, &true);
        }
    }

    fn json_if<T: Serialize>(&mut self, key: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.json(key, value);
        }
    }

    fn json<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) {
        self.0.extend_from_slice(key.as_bytes());
        serde_json::to_writer(&mut self.0, value).expect("names, numbers and texts, into a vector");
    }
}

/// Most entries take less.
const ROOM: usize = 1000;
