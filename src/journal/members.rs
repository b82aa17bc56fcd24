//! The JSON members of an entry.
//!
//! Each answer waits until its entry is written down, so they are not written by what serde derives: here is one call for
//! each member, not code of its own for each, and texts that need no escape, which is nearly all of them, are copied. What
//! is rare is left to `serde_json`; a test holds both against each other.

use std::{cell::RefCell, io::Write, net::IpAddr};

use jiff::Timestamp;
use serde::Serialize;

use super::{CertificateFacts, Entry, JustificationFacts, QuotaFacts};
use crate::json::{self, Key, Writer, member};

/// The key of a member.
macro_rules! key {
    ($name:literal) => {
        const { &Key::new(member!($name), 0) }
    };
}

/// The members of an entry, a comma before each; but for its number and what a [record](super::Record) keeps apart.
pub(super) fn write(entry: &Entry) -> Vec<u8> {
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
        mistake,
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
    let mut to = Writer::after(Vec::with_capacity(ROOM));
    to.written(key!("time"), |out| append_moment(out, *time));
    to.value(key!("kind"), kind);
    to.text(key!("correlation_id"), correlation_id);
    flag(&mut to, key!("correlation_made"), *correlation_made);
    to.text_if(key!("request_id"), request_id.as_deref());
    address_if(&mut to, key!("address"), *address);
    to.number_if(key!("port"), port.map(u64::from));
    to.text_if(key!("tls"), tls.as_deref());
    to.truth_if(key!("resumed"), *resumed);
    to.text_if(key!("http"), http.as_deref());
    to.text_if(key!("user_agent"), user_agent.as_deref());
    to.text_if(key!("content_encoding"), content_encoding.as_deref());
    address_if(&mut to, key!("via"), *via);
    if let Some(CertificateFacts { fingerprint, subject }) = certificate {
        to.object(key!("certificate"), |to| {
            to.text(key!("fingerprint"), fingerprint);
            to.text(key!("subject"), subject);
        });
    }
    text_or_null(&mut to, key!("partner"), partner.as_deref());
    match api {
        Some(api) => to.plain(key!("api"), api.as_str()),
        None => to.value(key!("api"), &()),
    }
    text_or_null(&mut to, key!("operation"), operation.as_deref());
    to.text_if(key!("context"), context.as_deref());
    to.text_if(key!("method"), method.as_deref());
    match status {
        Some(status) => to.number(key!("status"), u64::from(*status)),
        None => to.value(key!("status"), &()),
    }
    text_or_null(&mut to, key!("code"), code.as_deref());
    to.text_if(key!("environment"), environment.as_deref());
    to.text_if(key!("step"), step.as_deref());
    to.number(key!("arrived_us"), *arrived_us);
    to.number(key!("duration_us"), *duration_us);
    to.number_if(key!("node"), node.map(|node| node as u64));
    if let Some(QuotaFacts { limit, used }) = quota {
        to.object(key!("quota"), |to| {
            to.number(key!("limit"), u64::from(*limit));
            to.number(key!("used"), u64::from(*used));
        });
    }
    to.text_if(key!("cause"), cause.as_deref());
    value_if(&mut to, key!("next_access"), next_access.as_ref());
    to.text_if(key!("token"), token.as_deref());
    to.text_if(key!("digest"), digest.as_deref());
    to.text_if(key!("motif"), motif.as_deref());
    to.text_if(key!("reference"), reference.as_deref());
    to.number_if(key!("answers"), answers.map(u64::from));
    to.texts_if(key!("criteria"), criteria);
    value_if(&mut to, key!("refusal"), refusal.as_ref());
    to.text_if(key!("mistake"), mistake.as_deref());
    if let Some(JustificationFacts { length, hash, identifier, demand }) = justification {
        to.object(key!("justification"), |to| {
            to.number(key!("length"), *length as u64);
            to.text(key!("hash"), hash);
            to.text_if(key!("identifier"), identifier.as_deref());
            to.text_if(key!("demand"), demand.as_deref());
        });
    }
    to.texts_if(key!("vigilance"), vigilance);
    to.text_if(key!("fault"), fault.as_deref());
    flag(&mut to, key!("from_console"), *from_console);
    value_if(&mut to, key!("made"), made.as_ref());
    flag(&mut to, key!("before_reset"), *before_reset);
    to.text_if(key!("note"), note.as_deref());
    value_if(&mut to, key!("mark"), mark.as_ref());
    value_if(&mut to, key!("run"), run.as_ref());
    to.finish().0
}

fn text_or_null(to: &mut Writer, key: &Key, text: Option<&str>) {
    match text {
        Some(text) => to.text(key, text),
        None => to.value(key, &()),
    }
}

fn flag(to: &mut Writer, key: &Key, flag: bool) {
    to.truth_if(key, flag.then_some(true));
}

fn value_if<T: Serialize>(to: &mut Writer, key: &Key, value: Option<&T>) {
    if let Some(value) = value {
        to.value(key, value);
    }
}

/// The formatter takes four times as long for what nearly all addresses are.
fn address_if(to: &mut Writer, key: &Key, address: Option<IpAddr>) {
    match address {
        None => {}
        Some(IpAddr::V4(address)) => to.written(key, |out| {
            for (at, octet) in address.octets().into_iter().enumerate() {
                out.push(if at == 0 { b'"' } else { b'.' });
                json::append_digits(out, octet.into(), 1);
            }
            out.push(b'"');
        }),
        Some(address @ IpAddr::V6(_)) => to.value(key, &address),
    }
}

/// Adds a moment as a text. Each thread remembers the last second: its text up to the fraction.
fn append_moment(out: &mut Vec<u8>, moment: Timestamp) {
    thread_local!(static LAST: RefCell<(i64, String)> = const { RefCell::new((i64::MIN, String::new())) });
    out.push(b'"');
    let fraction = moment.subsec_nanosecond();
    if fraction < 0 {
        write!(out, "{moment}").expect("a vector takes whatever comes");
    } else {
        LAST.with_borrow_mut(|(second, text)| {
            if *second != moment.as_second() {
                let whole = Timestamp::from_second(moment.as_second()).unwrap_or(moment);
                *text = whole.to_string();
                text.pop(); // Z
                *second = moment.as_second();
            }
            out.extend_from_slice(text.as_bytes());
        });
        append_fraction(out, fraction.unsigned_abs());
        out.push(b'Z');
    }
    out.push(b'"');
}

/// A fraction of a second, as short as it can be.
fn append_fraction(out: &mut Vec<u8>, nanoseconds: u32) {
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
    out.extend_from_slice(&digits[..kept]);
}

/// Most entries take less.
const ROOM: usize = 1000;
