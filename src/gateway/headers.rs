//! The headers that the gateway reads and writes by name.

use std::cell::RefCell;

use http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{config::RetryAfter, journal, product::Product};

/// The caller's trace identifier.
pub(super) const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
/// The caller's request identifier.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The teleservice that some conventions declare.
pub(super) const ID_TELESERVICE: HeaderName = HeaderName::from_static("id_teleservice");
/// The one-time key of a call that bacasable makes itself.
pub(super) const KEY: HeaderName = HeaderName::from_static(journal::KEY);
/// Which control refused, or `observe` when the controls only watch.
pub(super) const CONTROL: HeaderName = HeaderName::from_static("x-bacasable-control");
/// That nothing here is real, on every answer.
pub(super) const ENVIRONMENT: HeaderName = HeaderName::from_static("x-bacasable-environment");
/// Which fault was injected.
pub(super) const FAULT: HeaderName = HeaderName::from_static("x-bacasable-fault");
/// The console's page of the journal's entry.
pub(super) const JOURNAL: HeaderName = HeaderName::from_static("x-bacasable-journal");
/// Why it refused.
pub(super) const REASON: HeaderName = HeaderName::from_static("x-bacasable-reason");

/// When a caller may come back: an answer carries it in its extensions until it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ComeBack {
    /// At the end of a window of the product's clock.
    At(Timestamp),
    /// After so many seconds, because a tester ordered it.
    In(u64),
}

/// The two clocks, read once for an answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocks {
    /// The product's.
    pub(super) product: Timestamp,
    /// The system's.
    pub(super) system: Timestamp,
}

/// Writes `Date`, and `Retry-After` where the answer says when to come back: the one place that does. A date of either is of
/// the same clock, so that a client that compares the two sees one. What a tester ordered in seconds is never a date of the
/// product's clock: it is for libraries, which compare with their own.
pub(super) fn write_dates(
    headers: &mut HeaderMap,
    back: Option<ComeBack>,
    form: RetryAfter,
    clocks: Clocks,
) {
    let Clocks { product, system } = clocks;
    let left = back.map(|back| match back {
        ComeBack::At(at) => at.duration_since(product).max(SignedDuration::ZERO),
        ComeBack::In(seconds) => {
            SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
        }
    });
    let (now, retry_after) = match (back, left, form) {
        (Some(ComeBack::At(at)), _, RetryAfter::Product) => (product, Some(date(at))),
        (Some(_), Some(left), RetryAfter::Seconds) => {
            (product, Some(HeaderValue::from(whole_seconds(left))))
        }
        (Some(_), Some(left), RetryAfter::Product | RetryAfter::System) => {
            let at = system.checked_add(left).unwrap_or(Timestamp::MAX);
            (system, Some(date(next_second(at))))
        }
        (None, ..) | (_, None, _) => (product, None),
    };
    headers.insert(header::DATE, date(now));
    if let Some(retry_after) = retry_after {
        headers.insert(header::RETRY_AFTER, retry_after);
    }
}

/// A part of a second counts as one: nobody is told to come back too soon.
fn whole_seconds(left: SignedDuration) -> i64 {
    left.as_secs() + i64::from(left.subsec_nanos() > 0)
}

fn next_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second() + i64::from(at.subsec_nanosecond() > 0)).unwrap_or(at)
}

/// The request's headers that an answer made by the gateway gives back: all but credentials, routing, content and
/// connection (apim-wire 2.6), and what only we may say.
pub(super) fn echoed(request: &HeaderMap) -> HeaderMap {
    request
        .iter()
        .filter(|(name, _)| is_echoed(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// A header's first line, unless it is empty: that counts as none.
pub(super) fn given<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    headers.get(name).filter(|line| !line.is_empty())
}

/// A header's first line, if it is visible ASCII.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A value for a header, whatever the text: what a header cannot carry is replaced.
pub(super) fn value(text: &str) -> HeaderValue {
    let visible = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '?' };
    HeaderValue::from_str(&text.chars().map(visible).collect::<String>())
        .expect("visible ASCII is a header value")
}

/// A date as HTTP writes it (RFC 9110, 5.6.7); each thread remembers the last one.
pub(super) fn date(at: Timestamp) -> HeaderValue {
    thread_local!(static LAST: RefCell<Option<(i64, HeaderValue)>> = const { RefCell::new(None) });
    LAST.with_borrow_mut(|last| match last {
        Some((second, text)) if *second == at.as_second() => text.clone(),
        _ => {
            let text = value(
                &at.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
            );
            *last = Some((at.as_second(), text.clone()));
            text
        }
    })
}

/// What every answer of an API, and every fault, says to browsers (apim-wire 7): the methods are those of the path, or all
/// that the gateway lets through where no resource was selected. Credentials are never allowed, so no origin is named.
pub(super) fn allow_origin(
    headers: &mut HeaderMap,
    product: &Product,
    methods: Option<&HeaderValue>,
) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, const { HeaderValue::from_static("*") });
    let all = || HeaderValue::from_static("GET,PUT,POST,DELETE,PATCH,OPTIONS");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods.cloned().unwrap_or_else(all));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, (product.allowed_headers)());
}

fn is_echoed(name: &HeaderName) -> bool {
    let families = ["x-forwarded-", "content-", "proxy-", "x-bacasable-"];
    !KEPT_BACK.contains(&name.as_str())
        && !families.iter().any(|family| name.as_str().starts_with(family))
}

/// Dates are the gateway's own to tell.
const KEPT_BACK: [&str; 13] = [
    "authorization",
    "host",
    "accept",
    "date",
    "transfer-encoding",
    "connection",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "keep-alive",
    "x-jwt-assertion",
    "x-wso2-client-certificate",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_and_connection_headers_are_not_echoed() {
        let sent = [
            "authorization",
            "host",
            "accept",
            "content-length",
            "proxy-authorization",
            "x-forwarded-for",
            "te",
            "date",
            "x-bacasable-control",
        ];
        let kept = ["x-correlation-id", "user-agent", "cookie", "x-custom"];
        let request: HeaderMap = sent
            .iter()
            .chain(&kept)
            .map(|name| (HeaderName::from_static(name), HeaderValue::from_static("1")))
            .collect();
        let mut names: Vec<_> =
            echoed(&request).keys().map(|name| name.as_str().to_owned()).collect();
        names.sort();
        assert_eq!(names, ["cookie", "user-agent", "x-correlation-id", "x-custom"]);
    }

    fn dates(back: Option<ComeBack>, form: RetryAfter) -> [String; 2] {
        let at = |text: &str| text.parse().unwrap();
        let clocks = Clocks {
            product: at("2026-11-22T11:01:20.25Z"),
            system: at("2026-11-22T10:00:20.25Z"),
        };
        let mut headers = HeaderMap::new();
        write_dates(&mut headers, back, form, clocks);
        [header::DATE, header::RETRY_AFTER].map(|name| {
            text(&headers, &name)
                .unwrap_or_default()
                .trim_start_matches("Sun, 22 Nov 2026 ")
                .to_owned()
        })
    }

    #[test]
    fn retry_after_is_of_the_clock_that_date_shows_or_of_none() {
        let end = Some(ComeBack::At("2026-11-22T11:02:00Z".parse().unwrap()));
        for (back, form, expected) in [
            (end, RetryAfter::Product, ["11:01:20 GMT", "11:02:00 GMT"]),
            (end, RetryAfter::Seconds, ["11:01:20 GMT", "40"]),
            (end, RetryAfter::System, ["10:00:20 GMT", "10:01:00 GMT"]),
            (Some(ComeBack::In(2)), RetryAfter::Product, ["10:00:20 GMT", "10:00:23 GMT"]),
            (Some(ComeBack::In(2)), RetryAfter::Seconds, ["11:01:20 GMT", "2"]),
            (Some(ComeBack::In(2)), RetryAfter::System, ["10:00:20 GMT", "10:00:23 GMT"]),
            (None, RetryAfter::System, ["11:01:20 GMT", ""]),
        ] {
            assert_eq!(dates(back, form), expected, "{back:?} {form:?}");
        }
    }

    #[test]
    fn a_date_is_that_of_its_own_second() {
        let shown = |text: &str| date(text.parse().unwrap());
        assert_eq!(shown("2026-11-22T10:00:00.9Z"), "Sun, 22 Nov 2026 10:00:00 GMT");
        assert_eq!(shown("2026-11-22T10:00:00.1Z"), "Sun, 22 Nov 2026 10:00:00 GMT");
        assert_eq!(shown("2026-11-22T10:00:01Z"), "Sun, 22 Nov 2026 10:00:01 GMT");
    }

    #[test]
    fn whatever_the_text_it_fits_a_header() {
        assert_eq!(value("prêt\r\nX: y"), HeaderValue::from_static("pr?t??X: y"));
        assert_eq!(value("simple"), HeaderValue::from_static("simple"));
    }
}
