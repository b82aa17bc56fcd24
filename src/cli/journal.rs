//! `journal`: what a running server has seen, and sees.

use std::ops::ControlFlow;

use anyhow::Context;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use form_urlencoded::Serializer;
use jiff::Timestamp;
use serde_json::Value;

use super::{Outcome, output, ready, serve, style::Paint};
use crate::{
    client::{self, Console, ConsoleArgs},
    clock,
};

/// Follow the journal of a running server, one line an entry
#[derive(Args)]
#[command(
    args = serve::settings(|setting| setting.key == "certs"),
    after_help = "Ends with the server, or with whoever reads its output. Times are the product's, in Paris."
)]
struct TailArgs {
    /// Only this partner's
    #[arg(long, value_name = "ID")]
    partner: Option<String>,
    /// Only of this API: ficoba, r2p
    #[arg(long, value_name = "API")]
    api: Option<String>,
    /// Only of this operation, as numCpte
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// Only answered with this HTTP status
    #[arg(long, value_name = "STATUS")]
    status: Option<u16>,
    /// Only answered with this code, as CAF031
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// Only refused by this control: certificate, address, technical-id, identity, rights, quota
    #[arg(long, value_name = "CONTROL")]
    control: Option<String>,
    /// Only of this correlation identifier
    #[arg(long, value_name = "UUID")]
    correlation_id: Option<String>,
    /// Only what was refused, by a control or with a status of 400 or more
    #[arg(long)]
    refused: bool,
    /// How many earlier entries to begin with
    #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 10)]
    lines: u32,
    /// Show the earlier entries only, and end
    #[arg(long)]
    no_follow: bool,
    /// Print each entry whole, one JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    console: ConsoleArgs,
}

pub(super) fn command(command: Command) -> Command {
    command
        .about("The journal of a running server: tail")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(TailArgs::augment_args(Command::new("tail")))
}

pub(super) fn run(arguments: &ArgMatches) -> anyhow::Result<Outcome> {
    let (_, arguments) = arguments.subcommand().expect("a subcommand is required");
    let typed = &TailArgs::from_arg_matches(arguments)?;
    let config = serve::configuration(arguments)?;
    let console = ready::console(&typed.console, &config)?;
    client::run(tail(&console, typed))
}

async fn tail(console: &Console, typed: &TailArgs) -> anyhow::Result<Outcome> {
    // What is refused is told apart here: as many are asked for as may be needed.
    let asked = if typed.refused { MOST } else { typed.lines.clamp(1, MOST) };
    let page = console.json(&format!("journal?{}", typed.query("limit", asked.into()))).await?;
    let entries = page["entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    let wanted: Vec<_> = entries.iter().filter(|entry| typed.wants(entry)).collect();
    let first = wanted.len().saturating_sub(typed.lines as usize);
    wanted[first..].iter().for_each(|entry| typed.show(entry));
    if typed.no_follow || output::closed() {
        return Ok(Outcome::Done);
    }
    let next = page["next"].as_u64().context("the journal's page names no next entry")?;
    let path = format!("journal/stream?{}", typed.query("since", next));
    console
        .follow(&path, |kind, entry| {
            match kind {
                "gap" => output::note(
                    "the journal has forgotten entries, or the server was started anew",
                ),
                _ if typed.wants(&entry) => typed.show(&entry),
                _ => {}
            }
            if output::closed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await?;
    Ok(Outcome::Done)
}

impl TailArgs {
    /// A query that asks for what was typed, with this number before it.
    fn query(&self, name: &str, number: u64) -> String {
        let status = self.status.map(|status| status.to_string());
        let all = [
            ("partner", &self.partner),
            ("api", &self.api),
            ("operation", &self.operation),
            ("status", &status),
            ("code", &self.code),
            ("control", &self.control),
            ("correlation_id", &self.correlation_id),
        ];
        let given = all.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        Serializer::new(String::new())
            .append_pair(name, &number.to_string())
            .extend_pairs(given)
            .finish()
    }

    fn wants(&self, entry: &Value) -> bool {
        !self.refused || is_refused(entry)
    }

    fn show(&self, entry: &Value) {
        if self.json {
            output::exact(format!("{entry}\n").as_bytes());
        } else {
            output::parts(&line(entry));
        }
    }
}

fn is_refused(entry: &Value) -> bool {
    refusing(entry).is_some()
        || entry["status"].as_u64().is_some_and(|status| status >= 400)
        || entry["kind"] != "request"
}

/// The control that refused, with its reason.
fn refusing(entry: &Value) -> Option<&Value> {
    entry["controls"].as_array()?.iter().find(|control| control["verdict"] == "refused")
}

/// One line: when, who, what, how it ended, how long it took, and why it was refused.
fn line(entry: &Value) -> Vec<(Paint, String)> {
    let text = |name: &str| entry[name].as_str().unwrap_or("-").to_owned();
    let at = entry["time"].as_str().and_then(|time| time.parse::<Timestamp>().ok());
    let at = at.map(|at| at.to_zoned(clock::paris()).strftime("%H:%M:%S").to_string());
    let what = match entry["operation"].as_str() {
        Some(operation) => operation.to_owned(),
        None => text("kind"),
    };
    let status = entry["status"].as_u64();
    let ended = status.map_or_else(|| "-".to_owned(), |status| status.to_string());
    let duration = entry["duration_us"].as_u64().unwrap_or_default();
    let before = format!("{}  {:<24} {what:<22} ", at.unwrap_or_default(), text("partner"));
    let code = entry["code"].as_str().unwrap_or_default();
    let mut after = format!(" {code:<7} {:>8.1} ms", duration as f64 / 1000.0);
    if let Some(control) = refusing(entry) {
        let reason = control["reason"].as_str().unwrap_or_default();
        let name = control["control"].as_str().unwrap_or_default();
        after.push_str(&format!("  {name} : {reason}"));
    }
    vec![
        (Paint::Plain, before),
        (Paint::of_status(status), format!("{ended:<3}")),
        (Paint::Plain, after),
    ]
}

/// The most entries that a page is asked for.
const MOST: u32 = 10_000;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_one_line_with_the_reason_of_its_refusal() {
        let entry = json!({
            "time": "2026-11-22T10:00:00Z", "kind": "request", "partner": "editeur-demo", "operation": "numCpte",
            "status": 401, "code": "900901", "duration_us": 1234,
            "controls": [
                { "control": "certificate", "verdict": "granted", "reason": null },
                { "control": "identity", "verdict": "refused", "reason": "convention suspendue" },
            ],
        });
        let whole: String = line(&entry).into_iter().map(|(_, text)| text).collect();
        let words: Vec<_> = whole.split_whitespace().collect();
        assert_eq!(
            words.join(" "),
            "11:00:00 editeur-demo numCpte 401 900901 1.2 ms identity : convention suspendue"
        );
        assert!(is_refused(&entry));
        assert!(!is_refused(&json!({ "kind": "request", "status": 200, "controls": [] })));
        assert!(is_refused(&json!({ "kind": "handshake", "controls": [] })));
    }
}
