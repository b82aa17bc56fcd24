//! What a recorded exchange says of who asked, with which token, and when.

use std::collections::{HashMap, HashSet};

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use crate::parity::{
    difference,
    session::{Body, Exchange, Session},
};

/// The applications of a session, in their order, those first whose tokens an API took: the certificate is theirs, as a proxy
/// shows one for all. One that is nobody's where the session has none.
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
    let taken = taken(session);
    roles.sort_by_key(|role| !taken.contains(role));
    roles
}

/// The applications that an API answered otherwise than by refusing their token.
fn taken(session: &Session) -> HashSet<String> {
    let (mut holders, mut taken) = (HashMap::new(), HashSet::new());
    for exchange in &session.exchanges {
        if let (Some(token), Some(client)) = (issued(exchange), client(exchange)) {
            holders.insert(token, client);
        }
        let Some(response) = &exchange.response else { continue };
        if response.status != StatusCode::UNAUTHORIZED && client(exchange).is_none() {
            taken.extend(bearer(exchange).and_then(|token| holders.get(&token).cloned()));
        }
    }
    taken
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::parity::session::{Head, Source};

    fn exchange(n: u64, authorization: &str, status: u16, shape: &Value) -> Exchange {
        serde_json::from_value(json!({
            "n": n, "at_ms": n, "took_ms": 1,
            "request": {
                "method": "POST", "operation": "token", "path": "/x",
                "headers": [["authorization", authorization]], "body": {"kind": "empty"},
            },
            "response": {
                "status": status, "http": "1.1", "headers": [], "body": {"kind": "json", "shape": shape},
            },
        }))
        .unwrap()
    }

    #[test]
    fn the_first_application_is_one_whose_token_an_api_took() {
        let token = |number: u8| json!({ "access_token": format!("~token:{number}") });
        let exchanges = vec![
            exchange(1, "~Basic:client:1:secret:1", 200, &token(1)),
            exchange(2, "~Bearer:token:1", 401, &json!({})),
            exchange(3, "~Basic:client:2:secret:2", 200, &token(2)),
            exchange(4, "~Bearer:token:2", 400, &json!({})),
        ];
        let head = Head::new(Source::Record, false);
        let mut session = Session { head, exchanges, is_cut: false };
        assert_eq!(roles(&session), ["client:2", "client:1"]);
        session.exchanges.truncate(3);
        assert_eq!(roles(&session), ["client:1", "client:2"], "nobody's was taken");
    }
}
