//! In what the headers of two answers differ.

use jiff::{Timestamp, fmt::rfc2822, tz::TimeZone};

use super::{Difference, DifferenceKind, difference};
use crate::parity::{form::Leaf, session::Response};

/// Each name that one of them has.
pub(super) fn headers(
    original: &Response,
    here: &Response,
    other_body: bool,
    found: &mut Vec<Difference>,
) {
    let ignored = |name: &str| {
        ["content-length", "x-bacasable-fault"].contains(&name)
            || (other_body && name == "content-type")
    };
    let values = |response: &Response, name: &str| -> Vec<Leaf> {
        let named = response.headers.iter().filter(|(other, _)| other == name);
        named.map(|(_, value)| value.clone()).collect()
    };
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in original.headers.iter().chain(&here.headers) {
        if !names.contains(&name) && !ignored(name) {
            names.push(name);
        }
    }
    let describe = |response: &Response, values: &[Leaf], name: &str| match values {
        [] => "absent".to_owned(),
        values => {
            let forms = values.iter().map(|value| header_form(response, name, value).french());
            forms.collect::<Vec<_>>().join(" puis ")
        }
    };
    for name in names {
        let (one, other) = (values(original, name), values(here, name));
        let agree = one.len() == other.len()
            && one.iter().zip(&other).all(|(one, other)| {
                header_form(original, name, one).agrees(&header_form(here, name, other))
            });
        if !agree {
            let presence = one.len() != other.len();
            let kind =
                if presence { DifferenceKind::HeaderPresence } else { DifferenceKind::HeaderValue };
            let (one, other) = (describe(original, &one, name), describe(here, &other, name));
            found.push(difference(kind, name, one, other));
        }
    }
}

/// A header's value without what depends on the moment: a date by its form, a `Retry-After` by how it is written.
fn header_form(response: &Response, name: &str, value: &Leaf) -> Leaf {
    if name.starts_with("x-bacasable-") {
        return Leaf::form("own"); // the original has none: what they say is our own affair
    }
    let Some(text) = value.kept() else { return value.clone() };
    match name {
        "date" | "expires" | "last-modified" => match http_date(text) {
            Some(_) => Leaf::form("http-date"),
            None => Leaf::literal(text),
        },
        "retry-after" => match (http_date(text), text.parse::<u64>()) {
            (Some(next), _) => {
                let now = response.headers.iter().find(|(name, _)| name == "date");
                let now = now.and_then(|(_, date)| http_date(date.kept()?));
                let whole = next.as_second() % 60 == 0;
                let past = now.is_some_and(|now| next <= now);
                let form = match (past, whole) {
                    (true, _) => "http-date, passée",
                    (false, true) => "http-date, au début d'une minute",
                    (false, false) => "http-date, en cours de minute",
                };
                Leaf::form(form)
            }
            (None, Ok(_)) => Leaf::form("secondes"),
            (None, Err(_)) => Leaf::literal(text),
        },
        "content-type" | "cache-control" => {
            Leaf::literal(&text.to_ascii_lowercase().replace("; ", ";").replace(", ", ","))
        }
        _ => value.clone(),
    }
}

pub fn http_date(text: &str) -> Option<Timestamp> {
    let zoned = rfc2822::parse(&text.replace("GMT", "+0000")).ok()?;
    text.ends_with("GMT").then(|| zoned.with_time_zone(TimeZone::UTC).timestamp())
}
