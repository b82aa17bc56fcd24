//! The lines of `docs/fidelity.md` that a difference concerns.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::difference::{Difference, DifferenceKind};

/// A line of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FidelityLine {
    /// The heading that it stands under.
    pub section: String,
    /// What is done here.
    pub behaviour: String,
    /// `seen`, `read`, `product`, `decision`.
    pub known: String,
    /// The setting that changes it, where there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub setting: String,
}

/// The line that says most of a difference; of one that a setting resolves, the line with that setting.
pub fn line(difference: &Difference, setting: Option<&str>) -> Option<FidelityLine> {
    let words = words(difference);
    let says = |text: &str| words.iter().filter(|word| has(text, word)).count();
    let score = |line: &FidelityLine| {
        let named = setting.is_some_and(|key| line.setting.contains(key));
        (usize::from(named) * 4) + says(&line.behaviour) * 2 + says(&line.setting)
    };
    let best = lines().iter().map(|line| (score(line), line)).filter(|(score, _)| *score > 1);
    best.fold(None, |best: Option<(usize, &FidelityLine)>, (score, line)| match best {
        Some((most, kept)) if most >= score => Some((most, kept)),
        Some(_) | None => Some((score, line)),
    })
    .map(|(_, line)| line.clone())
}

/// Every line of the page's tables.
fn lines() -> &'static [FidelityLine] {
    static LINES: OnceLock<Vec<FidelityLine>> = OnceLock::new();
    LINES.get_or_init(read)
}

fn read() -> Vec<FidelityLine> {
    let mut section = String::new();
    let mut lines = Vec::new();
    for text in PAGE.lines() {
        if text.starts_with('#') {
            section = text.trim_start_matches('#').trim().to_owned();
        }
        let Some(row) = text.strip_prefix("| ") else { continue };
        let cells: Vec<&str> = row.trim_end_matches('|').split(" | ").map(str::trim).collect();
        let (Some(behaviour), Some(known)) = (cells.first(), cells.get(1)) else { continue };
        let is_known =
            known.split(", ").all(|word| ["seen", "read", "product", "decision"].contains(&word));
        if is_known {
            let setting = cells.get(4).map_or("", |cell| cell.trim_matches('|').trim());
            lines.push(FidelityLine {
                section: section.clone(),
                behaviour: (*behaviour).to_owned(),
                known: (*known).to_owned(),
                setting: setting.to_owned(),
            });
        }
    }
    lines
}

/// What a line about this difference would name.
fn words(difference: &Difference) -> Vec<String> {
    let codes = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let is_code = |word: &&str| {
            word.len() >= 4
                && (word.bytes().all(|byte| byte.is_ascii_digit())
                    || word.starts_with("CA")
                    || word.contains('_'))
        };
        words.filter(is_code).map(str::to_owned).collect()
    };
    match difference.kind {
        DifferenceKind::HeaderPresence | DifferenceKind::HeaderValue => {
            vec![difference.place.clone()]
        }
        DifferenceKind::Version => vec!["HTTP/1.1".to_owned()],
        DifferenceKind::Status
        | DifferenceKind::Code
        | DifferenceKind::CodePresence
        | DifferenceKind::Message
        | DifferenceKind::Failure => {
            let mut words = codes(&difference.original);
            words.extend(codes(&difference.here));
            words
        }
        DifferenceKind::BodyKind | DifferenceKind::Resource => Vec::new(),
        DifferenceKind::KeyPresence
        | DifferenceKind::KeyOrder
        | DifferenceKind::Type
        | DifferenceKind::Form
        | DifferenceKind::Value
        | DifferenceKind::Parameter
        | DifferenceKind::Constraint => {
            let last = difference.place.trim_end_matches("[]").rsplit(['.', ' ']).next();
            last.filter(|key| key.len() > 2).map(str::to_owned).into_iter().collect()
        }
    }
}

/// Whether `text` has `word` as a word, in any case.
fn has(text: &str, word: &str) -> bool {
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_');
    !word.is_empty()
        && text.match_indices(&word).any(|(at, found)| {
            edge(text[..at].chars().next_back()) && edge(text[at + found.len()..].chars().next())
        })
}

const PAGE: &str = include_str!("../../docs/fidelity.md");

#[cfg(test)]
mod tests {
    use super::*;

    fn concerning(kind: DifferenceKind, place: &str, setting: Option<&str>) -> String {
        let difference = Difference {
            kind,
            place: place.to_owned(),
            original: String::new(),
            here: String::new(),
        };
        line(&difference, setting).map(|line| line.behaviour).unwrap_or_default()
    }

    #[test]
    fn a_difference_names_the_line_that_speaks_of_it() {
        assert!(lines().len() > 100, "the page's tables are read");
        assert!(
            concerning(DifferenceKind::HeaderValue, "www-authenticate", None)
                .contains("WWW-Authenticate")
        );
        assert!(concerning(DifferenceKind::Form, "reponses[].nomUsage", None).contains("nomUsage"));
        assert!(
            concerning(
                DifferenceKind::HeaderPresence,
                "x-bacasable-environment",
                Some("gateway.diagnostics")
            )
            .contains("X-Bacasable")
        );
        assert_eq!(concerning(DifferenceKind::HeaderPresence, "x-of-nobody", None), "");
    }
}
