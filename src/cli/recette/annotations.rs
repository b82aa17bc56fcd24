//! What CI systems show beside the code: GitHub's workflow commands, GitLab's code quality report.

use std::{env, fs};

use anyhow::Context;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    cli::output,
    hex,
    recette::{coverage::State, report::Report},
};

/// One thing to show.
struct Note {
    id: String,
    text: String,
    grave: bool,
}

/// Writes the annotations for the system that is `asked` for, or on which this runs; `least` is the coverage that is demanded, `groundless` why
/// nothing that is demanded can be said to be met.
pub(super) fn write(
    asked: Option<&str>,
    report: &Report,
    least: Option<usize>,
    groundless: Option<&str>,
) -> anyhow::Result<()> {
    let on = |name: &str| env::var(name).is_ok_and(|value| value == "true");
    match asked.unwrap_or(if on("GITHUB_ACTIONS") {
        "github"
    } else if on("GITLAB_CI") {
        "gitlab"
    } else {
        "none"
    }) {
        "github" => output::print(&github(&notes(report, least, groundless))),
        "gitlab" => {
            let quality = gitlab(&report.partner.id, &notes(report, least, groundless));
            fs::write(QUALITY, quality).with_context(|| format!("{QUALITY} cannot be written"))?;
        }
        _ => {}
    }
    Ok(())
}

fn notes(report: &Report, least: Option<usize>, groundless: Option<&str>) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(why) = groundless {
        let text = format!("rien ne peut être conclu : {why}");
        notes.push(Note { id: "preuves".to_owned(), text, grave: true });
    }
    if let Some(least) = least.filter(|least| report.percent < *least) {
        let missing: Vec<_> = report.left().map(|case| case.id.as_str()).collect();
        let text = format!(
            "couverture de {} %, {least} % demandés ; à jouer : {}",
            report.percent,
            missing.join(", ")
        );
        notes.push(Note { id: "couverture".to_owned(), text, grave: true });
    }
    for case in report.cases().filter(|case| case.state == State::NotConforming) {
        let text = format!("{} : {}", case.title, case.note.as_deref().unwrap_or_default());
        notes.push(Note { id: case.id.clone(), text, grave: true });
    }
    for rule in report.broken() {
        let what = rule
            .breaches
            .first()
            .map(|breach| format!("{} ({})", breach.what, breach.proof.correlation_id));
        let text =
            format!("{} : {} ; {}", rule.title, what.unwrap_or_default(), rule.sources.join(", "));
        notes.push(Note { id: rule.id.clone(), text, grave: true });
    }
    let points = report.vigilance.iter().map(|point| Note {
        id: "vigilance".to_owned(),
        text: point.clone(),
        grave: false,
    });
    notes.extend(points);
    notes
}

/// <https://docs.github.com/actions>: `::error title=...::message`, with the characters that end a command escaped.
fn github(notes: &[Note]) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let line = |note: &Note| {
        let level = if note.grave { "error" } else { "warning" };
        format!(
            "::{level} title={}::{}\n",
            property(&format!("recette {}", note.id)),
            data(&note.text)
        )
    };
    notes.iter().map(line).collect()
}

/// The format of GitLab's code quality artifact; the fingerprint is the same from one run to the next.
fn gitlab(partner: &str, notes: &[Note]) -> String {
    let entry = |note: &Note| {
        let digest = Sha256::digest(format!("{partner} {} {}", note.id, note.text));
        let fingerprint = hex::encode(&digest[..16]);
        json!({
            "description": note.text,
            "check_name": format!("recette {}", note.id),
            "fingerprint": fingerprint,
            "severity": if note.grave { "major" } else { "minor" },
            "location": { "path": format!("recette/{partner}"), "lines": { "begin": 1 } },
        })
    };
    json!(notes.iter().map(entry).collect::<Vec<_>>()).to_string()
}

const QUALITY: &str = "gl-code-quality-report.json";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_end_its_command() {
        let note =
            Note { id: "a:b,c".to_owned(), text: "100 %\n::error::x".to_owned(), grave: true };
        assert_eq!(github(&[note]), "::error title=recette a%3Ab%2Cc::100 %25%0A::error::x\n");
    }

    #[test]
    fn the_quality_report_is_gitlab_s() {
        let note = Note { id: "couverture".to_owned(), text: "x".to_owned(), grave: false };
        let report: serde_json::Value = serde_json::from_str(&gitlab("p", &[note])).unwrap();
        assert_eq!(report[0]["severity"], "minor");
        assert_eq!(report[0]["location"]["lines"]["begin"], 1);
        assert_eq!(report[0]["fingerprint"].as_str().unwrap().len(), 32);
    }
}
