//! An answer for people: the body laid out, and beside it, on standard error, why it is a refusal.

use std::io::{self, IsTerminal};

use serde_json::Value;

use crate::{
    api::Apis,
    cli::{Outcome, output},
    client::{Console, Reply},
    journal::{Entry, RefusalFacts},
    rights::ApiId,
};

/// Shows the answer; whether it is a good one.
pub(super) fn show(reply: &Reply, apis: &Apis, include: bool, reason: Option<String>) -> Outcome {
    let good = reply.status.is_success();
    if include {
        output::print(&head(reply));
    }
    let body: Option<Value> = serde_json::from_slice(&reply.body).ok();
    match body.as_ref().and_then(|body| serde_json::to_string_pretty(body).ok()) {
        Some(text) => output::exact(format!("{text}\n").as_bytes()),
        None if reply.body.is_empty() => {}
        None => output::exact(&reply.body),
    }
    let line = |name: &str| reply.headers.get(name).and_then(|value| value.to_str().ok());
    if !good || io::stderr().is_terminal() {
        let identifier = line("x-correlation-id").map(|id| format!(", X-Correlation-ID {id}"));
        output::note(&format!("HTTP {}{}", reply.status, identifier.unwrap_or_default()));
    }
    if let Some(said) = body.as_ref().and_then(|body| explained(body, apis)) {
        output::note(&said);
    }
    if !good {
        for (what, name) in [
            ("control", "x-bacasable-control"),
            ("reason", "x-bacasable-reason"),
            ("fault", "x-bacasable-fault"),
            ("journal", "x-bacasable-journal"),
        ] {
            let whole = reason.as_deref().filter(|_| what == "reason");
            if let Some(text) = line(name).map(|text| whole.unwrap_or(text)) {
                output::note(&format!("{what}: {text}"));
            }
        }
    }
    if good { Outcome::Done } else { Outcome::No }
}

/// Why it is a refusal, as the journal has it: a header bears no accents. Nothing where the console does not tell.
///
/// # Errors
/// None: what the console does not tell, the header does.
pub(super) async fn reason(console: &Console, reply: &Reply) -> anyhow::Result<Option<String>> {
    let number = reply.headers.get("x-bacasable-journal").and_then(|value| value.to_str().ok());
    let Some(number) = number.and_then(|address| address.rsplit('/').next()?.parse::<u64>().ok())
    else {
        return Ok(None);
    };
    let identifier = reply.headers.get("x-correlation-id").and_then(|value| value.to_str().ok());
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let Some(identifier) = identifier.filter(|id| id.bytes().all(plain) && !id.is_empty()) else {
        return Ok(None);
    };
    let Ok(page) = console.json(&format!("journal/{identifier}")).await else { return Ok(None) };
    let entries = page["entries"].as_array().cloned().unwrap_or_default();
    let entry = entries.into_iter().find(|entry| entry["sequence"] == number);
    let entry = entry.and_then(|entry| serde_json::from_value::<Entry>(entry).ok());
    Ok(entry.and_then(|entry| {
        let refused = entry.controls.iter().find_map(|facts| facts.reason.clone());
        refused.or_else(|| entry.refusal.as_deref().map(RefusalFacts::sentence))
    }))
}

fn head(reply: &Reply) -> String {
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()))
    };
    let headers: String = reply.headers.iter().map(line).collect();
    format!("HTTP/1.1 {}\n{headers}\n", reply.status)
}

/// `CAF011: message (cause)`, of a code that an API documents; the message alone of any other.
fn explained(body: &Value, apis: &Apis) -> Option<String> {
    let refusal = body.get("erreur").or_else(|| body.get("messageInformatif"))?;
    let code = refusal.get("code")?;
    let code = code.as_str().map_or_else(|| code.to_string(), str::to_owned);
    let message = refusal.get("message").or_else(|| refusal.get("libelle")).and_then(Value::as_str);
    let when =
        ApiId::ALL.into_iter().find_map(|api| apis.api(api).words(&code)).map(|words| words.when);
    let mut text = code;
    if let Some(message) = message {
        text = format!("{text}: {message}");
    }
    if let Some(when) = when.filter(|when| !when.is_empty()) {
        text = format!("{text} ({when})");
    }
    Some(text)
}
