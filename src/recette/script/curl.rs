//! A script as the commands that a person can paste.

use super::{Action, Order, Request, Shown, TOKEN, UUID};
use crate::escape::shell;

/// The commands that play these actions for a partner; `$GATEWAY`, `$CONSOLE`, `$CERTS`, `$BACASABLE`, `uuid` and, where one is
/// needed, `$CONSOLE_TOKEN` are the reader's. `form` is the
/// partner's own request for a token.
pub fn commands(
    partner: &str,
    form: &[(&'static str, String)],
    actions: &[Action],
    held: &mut Held,
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut renewed = false;
    for action in actions {
        let wanted = match action {
            Action::Send(request) if request.bears_token() => Some(request.scope.as_deref()),
            Action::Revoke => Some(None),
            Action::Send(_)
            | Action::AskToken(_)
            | Action::Order(_)
            | Action::MintedBy(_)
            | Action::NewCertificate => None,
        };
        if let Some(wanted) = wanted.filter(|wanted| held.scope() != Some(*wanted)) {
            lines.push(format!("TOKEN=$({} | {EXTRACT})", ask(partner, &with_scope(form, wanted))));
            *held = Held(Some(wanted.map(str::to_owned)));
        }
        match action {
            Action::Send(request) if renewed => {
                lines.push(send(&format!("{partner}.renewed"), request))
            }
            Action::Send(request) => lines.push(send(partner, request)),
            Action::AskToken(form) => lines.push(ask(partner, form)),
            Action::Revoke => lines.push(revoke(partner, form)),
            Action::Order(one) => lines.push(order(one)),
            Action::MintedBy(one) => {
                lines.push(format!("TOKEN=$({} | {EXTRACT})", order(one)));
                *held = Held(Some(None));
            }
            Action::NewCertificate => {
                renewed = true;
                lines.push(format!(
                    "\"$BACASABLE\" certs --out \"$CERTS\" --renew {}",
                    shell(partner)
                ));
            }
        }
    }
    if actions.iter().any(|action| !matches!(action, Action::Send(_))) {
        *held = Held::default(); // an order, or another token, may have ended it
    }
    lines
}

/// The token that the reader's shell holds from one list of commands to the next, by the scopes that it was asked with: none
/// of its own for all those of the convention.
#[derive(Debug, Default)]
pub struct Held(Option<Option<String>>);

impl Held {
    fn scope(&self) -> Option<Option<&str>> {
        self.0.as_ref().map(Option::as_deref)
    }
}

fn send(partner: &str, request: &Request) -> String {
    let mut words = vec![CURL.to_owned()];
    words.extend(identity(partner, &request.certificate));
    if request.method != if request.body.is_some() { "POST" } else { "GET" } {
        words.push(format!("-X {}", shell(&request.method)));
    }
    if let Some(patience) = request.patience_ms {
        words.push(format!("--max-time {}.{:03}", patience / 1000, patience % 1000));
    }
    words.extend(
        request
            .headers
            .iter()
            .map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}")))),
    );
    words.extend(request.body.iter().map(|body| format!("--data-raw {}", quoted(body))));
    words.push(format!("\"$GATEWAY\"{}", quoted(&request.path)));
    words.join(" ")
}

fn ask(partner: &str, form: &[(&'static str, String)]) -> String {
    let fields = form
        .iter()
        .map(|(name, value)| format!("--data-urlencode {}", quoted(&format!("{name}={value}"))));
    let words = [CURL.to_owned()].into_iter().chain(identity(partner, &Shown::Own)).chain(fields);
    format!("{} \"$GATEWAY\"/token", words.collect::<Vec<_>>().join(" "))
}

fn revoke(partner: &str, form: &[(&'static str, String)]) -> String {
    let credentials = form.iter().filter(|(name, _)| name.starts_with("client_"));
    let fields = credentials
        .map(|(name, value)| format!("--data-urlencode {}", quoted(&format!("{name}={value}"))));
    let words = [CURL.to_owned()].into_iter().chain(identity(partner, &Shown::Own)).chain(fields);
    format!(
        "{} --data-urlencode \"token=$TOKEN\" \"$GATEWAY\"/revoke",
        words.collect::<Vec<_>>().join(" ")
    )
}

fn order(order: &Order) -> String {
    let Order { method, path, body } = order;
    let path = shell(path);
    let body = quoted(&body.to_string());
    format!(
        "curl -sS {ALLOWED} -X {method} \"$CONSOLE\"/admin/v1/{path} -H 'Content-Type: application/json' --data-raw {body}"
    )
}

fn identity(partner: &str, shown: &Shown) -> Vec<String> {
    let named = |name: &str| {
        let name = shell(name);
        format!("--cert \"$CERTS\"/clients/{name}.pem --key \"$CERTS\"/clients/{name}.key")
    };
    let certificate = match shown {
        Shown::Own => Some(named(partner)),
        Shown::Named(name) => Some(named(name)),
        Shown::Nothing => None,
    };
    ["--cacert \"$CERTS\"/ca.pem".to_owned()].into_iter().chain(certificate).collect()
}

fn with_scope(form: &[(&'static str, String)], scope: Option<&str>) -> Vec<(&'static str, String)> {
    let Some(scope) = scope else { return form.to_vec() };
    let kept = form.iter().filter(|(name, _)| *name != "scope").cloned();
    kept.chain((!scope.is_empty()).then(|| ("scope", scope.to_owned()))).collect()
}

/// In single quotes, but for what is made at the last moment.
fn quoted(text: &str) -> String {
    let plain = |text: &str| {
        if text.is_empty() { String::new() } else { format!("'{}'", text.replace('\'', r"'\''")) }
    };
    let with = |text: &str, mark: &str, live: &str, other: &dyn Fn(&str) -> String| {
        text.split(mark).map(other).collect::<Vec<_>>().join(live)
    };
    let written = with(text, UUID, "\"$(uuid)\"", &|part| with(part, TOKEN, "\"$TOKEN\"", &plain));
    if written.is_empty() { "''".to_owned() } else { written }
}

/// What these commands call themselves: by it the journal tells their calls from the application's.
pub const AGENT: &str = "bacasable-recette-plan";
/// As every call of the gateway begins.
const CURL: &str = "curl -sS -A bacasable-recette-plan";
/// Where the console asks for a token, the reader has set it.
const ALLOWED: &str = r#"${CONSOLE_TOKEN:+-H "Authorization: Bearer $CONSOLE_TOKEN"}"#;
const EXTRACT: &str = r#"sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p'"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_of_the_gateway_says_whose_command_it_is_and_an_order_to_the_console_does_not() {
        assert!(CURL.ends_with(&format!(" -A {AGENT}")));
        let ask = Action::AskToken(Vec::new());
        let lines = commands("p", &[], &[ask, Action::Revoke], &mut Held::default());
        assert!(lines.len() >= 2 && lines.iter().all(|line| line.contains(CURL)), "{lines:?}");
        let body = serde_json::json!({});
        let mark = Order { method: "POST", path: "recette/cases/x/begin".to_owned(), body };
        let lines = commands("p", &[], &[Action::Order(mark)], &mut Held::default());
        assert!(!lines[0].contains(AGENT), "a mark is the tester's: {lines:?}");
    }

    #[test]
    fn what_a_shell_would_read_is_quoted_and_the_last_moment_is_not() {
        assert_eq!(quoted("l'IBAN $HOME"), r"'l'\''IBAN $HOME'");
        assert_eq!(quoted("Authorization: Bearer {token}"), "'Authorization: Bearer '\"$TOKEN\"");
        assert_eq!(quoted("X-Correlation-ID: {uuid}"), "'X-Correlation-ID: '\"$(uuid)\"");
    }
}
