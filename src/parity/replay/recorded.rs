//! What a recorded exchange says of who asked, with which token, and when.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::parity::{
    difference,
    session::{Body, Exchange, Session},
};

/// The applications of a session, in their order; one that is nobody's where it has none.
pub(super) fn roles(session: &Session) -> Vec<String> {
    let mut roles: Vec<String> = Vec::new();
    for client in session.exchanges.iter().filter_map(client) {
        if !roles.contains(&client) {
            roles.push(client);
        }
    }
    if roles.is_empty() {
        roles.push("client:0".to_owned());
    }
    roles
}

pub(super) fn role_of(exchange: &Exchange, holders: &HashMap<String, String>) -> Option<String> {
    client(exchange).or_else(|| holders.get(&bearer(exchange)?).cloned())
}

/// The number of the token that an exchange brought.
pub fn issued(exchange: &Exchange) -> Option<String> {
    let Body::Json { shape } = &exchange.response.as_ref()?.body else { return None };
    shape.get("access_token")?.as_str()?.strip_prefix('~').map(str::to_owned)
}

/// A token is a new one, or one that was given before.
pub(super) fn mark_token(exchange: &mut Exchange, seen: &mut HashSet<String>) {
    let Some(token) = issued(exchange) else { return };
    let is_new = seen.insert(token);
    if let Some(Body::Json { shape }) =
        exchange.response.as_mut().map(|response| &mut response.body)
    {
        shape["access_token"] = if is_new { "~token:new" } else { "~token:again" }.into();
    }
}

/// The original's time of an answer; that of its request where it does not say.
pub(super) fn moment(
    exchange: &Exchange,
    session: &Session,
    start: Timestamp,
) -> Option<Timestamp> {
    let first = session.exchanges.first().map_or(0, |first| first.at_ms);
    let since = i64::try_from(exchange.at_ms.saturating_sub(first)).unwrap_or(i64::MAX);
    date(exchange).or_else(|| start.checked_add(SignedDuration::from_millis(since)).ok())
}

pub(super) fn start(session: &Session) -> Option<Timestamp> {
    session.exchanges.iter().find_map(date)
}

fn date(exchange: &Exchange) -> Option<Timestamp> {
    let headers = &exchange.response.as_ref()?.headers;
    let (_, date) = headers.iter().find(|(name, _)| name == "date")?;
    difference::http_date(date.kept()?)
}

/// The number of the application that asks.
pub(super) fn client(exchange: &Exchange) -> Option<String> {
    let basic = authorization(exchange)
        .filter(|name| name.to_ascii_lowercase().starts_with("basic:client:"));
    let number = |text: &str| format!("client:{}", text.split(':').next().unwrap_or_default());
    if let Some(basic) = basic {
        return Some(number(&basic["basic:client:".len()..]));
    }
    let Body::Form { fields } = &exchange.request.body else { return None };
    let (_, leaf) = fields.iter().find(|(name, _)| name == "client_id")?;
    leaf.name()?.strip_prefix("client:").map(number)
}

/// The number of the token that an exchange carries, or gives back.
pub fn bearer(exchange: &Exchange) -> Option<String> {
    let of_header = authorization(exchange).and_then(|name| {
        let (scheme, token) = name.split_once(':')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.to_owned())
    });
    of_header.or_else(|| {
        let Body::Form { fields } = &exchange.request.body else { return None };
        let (_, leaf) = fields.iter().find(|(name, _)| name == "token")?;
        leaf.name().map(str::to_owned)
    })
}

fn authorization(exchange: &Exchange) -> Option<&str> {
    let headers = &exchange.request.headers;
    headers.iter().find(|(name, _)| name == "authorization")?.1.name()
}
