//! The headers of a request: its two identifiers, and the formats that it accepts.
//!
//! `X-Correlation-ID` is mandatory and a UUID (PT 1.8), `X-Request-ID` is the gateway's to make, unless the settings ask for
//! the client's own (CAT012). Only JSON is served
//! (PT 1.6: 406); what the body is called (`Content-Type`) does not matter.

use http::{HeaderMap, HeaderValue, header};

use super::anomaly::{Anomaly, Code};
use crate::{
    api::{CORRELATION_ID, correlation},
    config,
    domain::received,
    journal::RefusalFacts,
};

/// Judges the headers, in the order in which a request is judged.
pub(super) fn check(
    headers: &HeaderMap,
    request_id_made: bool,
    settings: &config::FicobaSettings,
) -> Result<(), Anomaly> {
    if let Err(sent) = correlation(headers) {
        let sent = sent.ok_or(Code::Cat005)?;
        let expected = "un UUID, comme 110e8400-e29b-11d4-a716-446655440000";
        let detail = RefusalFacts {
            received: sent.to_str().ok().map(received),
            ..RefusalFacts::expected(CORRELATION_ID, expected)
        };
        let detail = detail.caused("malformed-correlation");
        return Err(Anomaly::malformed("Identifiant de corrélation").detailed(detail));
    }
    if settings.require_x_request_id && request_id_made {
        return Err(Code::Cat012.into());
    }
    if takes_json(headers) { Ok(()) } else { Err(Code::Http406.into()) }
}

/// Whether `Accept` takes JSON: it is absent, or the most specific of its ranges that JSON is in (RFC 9110, 12.5.1) has a weight
/// that is not zero. JSON is in `*/*`, `application/*`, `application/json` and any `+json`
/// (`application/vnd.dgfip.ficoba3.v1.1+json`, PT 1.4).
fn takes_json(headers: &HeaderMap) -> bool {
    let mut values =
        headers.get_all(header::ACCEPT).iter().filter(|value| !value.is_empty()).peekable();
    if values.peek().is_none() {
        return true;
    }
    let text =
        |value: &HeaderValue| value.to_str().map(str::to_ascii_lowercase).unwrap_or_default();
    let ranges: Vec<_> = values.map(text).collect();
    let of_json = ranges.iter().flat_map(|line| line.split(',')).filter_map(of_json);
    // Of two that are as specific, the one that accepts.
    of_json.max().is_some_and(|(_, accepted)| accepted)
}

/// How specific a range is that JSON is in, and whether it accepts it.
fn of_json(range: &str) -> Option<(u8, bool)> {
    let mut parts = range.split(';').map(str::trim);
    let precision = match parts.next().unwrap_or_default() {
        "*/*" => 0,
        "application/*" => 1,
        media => {
            let (kind, subtype) = media.split_once('/')?;
            let json = media == "application/json" || subtype.ends_with("+json");
            if kind.is_empty() || !json {
                return None;
            }
            2
        }
    };
    let refused = parts.any(|parameter| {
        let weight =
            parameter.strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok());
        weight == Some(0.0)
    });
    Some((precision, !refused))
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;
    use crate::config::Config;

    fn outcome(headers: &[(&'static str, &str)]) -> &'static str {
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        let headers: HeaderMap = pairs.collect();
        let made = !headers.contains_key("x-request-id");
        let settings =
            config::FicobaSettings { require_x_request_id: true, ..Config::default().ficoba };
        check(&headers, made, &settings).map_or_else(|anomaly| anomaly.code().as_str(), |()| "ok")
    }

    const ID: (&str, &str) = ("x-correlation-id", "110e8400-e29b-11d4-a716-446655440000");

    #[test]
    fn the_identifiers_are_judged_before_the_format() {
        let xml = ("accept", "application/xml");
        assert_eq!(outcome(&[xml]), "CAT005");
        assert_eq!(outcome(&[xml, ("x-correlation-id", "")]), "CAT005");
        assert_eq!(outcome(&[xml, ("x-correlation-id", "110e8400")]), "CAF002");
        assert_eq!(outcome(&[xml, ID]), "CAT012");
        assert_eq!(outcome(&[xml, ID, ("x-request-id", "1")]), "406");
        assert_eq!(outcome(&[ID, ("x-request-id", "1")]), "ok");
    }

    #[test]
    fn x_request_id_is_asked_for_only_where_the_setting_says_so() {
        let settings = Config::default().ficoba;
        let headers =
            HeaderMap::from_iter([(HeaderName::from_static(ID.0), HeaderValue::from_static(ID.1))]);
        assert_eq!(check(&headers, true, &settings), Ok(()));
    }

    #[test]
    fn only_json_is_served() {
        let accepting = |accept| outcome(&[ID, ("x-request-id", "1"), ("accept", accept)]);
        for accept in [
            "",
            "*/*",
            "application/*",
            "application/json",
            "APPLICATION/JSON; charset=utf-8",
            "application/vnd.dgfip.ficoba3.v1.1+json",
            "application/problem+json",
            "text/html, application/xhtml+xml, */*;q=0.8",
            "*/*;q=0, application/json",
            "application/xml;q=0, */*",
        ] {
            assert_eq!(accepting(accept), "ok", "{accept}");
        }
        for accept in [
            "application/xml",
            "text/*",
            "text/html, text/plain",
            "application/json;q=0",
            "application/json;q=0, */*",
            "application/*;q=0, */*;q=0.1",
            "json",
            "*",
        ] {
            assert_eq!(accepting(accept), "406", "{accept}");
        }
    }
}
