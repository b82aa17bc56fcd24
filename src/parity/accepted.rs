//! The differences that somebody has accepted, with the reason: `parity.accepted.toml`.

use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

use super::report::Line;
use crate::files;

/// What the file says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// Its entries.
    #[serde(default)]
    pub accepted: Vec<Entry>,
}

/// A difference that is accepted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its identifier, as the report writes it (`header:server`); `header:*` is every header.
    pub difference: String,
    /// The only operation in which it is accepted; all when absent.
    pub operation: Option<String>,
    /// Why.
    pub reason: String,
}

/// The file's name, where nothing else is asked for.
pub const NAME: &str = "parity.accepted.toml";

impl Accepted {
    /// Reads a list.
    ///
    /// # Errors
    /// A file that cannot be read or is none: the line or the entry is named.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let told = || path.display().to_string();
        let text = files::text(path).with_context(|| format!("{}: cannot be read", told()))?;
        let read: Self = toml::from_str(&text).map_err(|error| {
            let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
            let line = 1 + before.matches('\n').count();
            anyhow::anyhow!("{}: line {line}: {}", told(), error.message())
        })?;
        for entry in &read.accepted {
            if entry.reason.trim().is_empty() {
                bail!("{}: {:?} is accepted without a reason", told(), entry.difference);
            }
        }
        Ok(read)
    }

    /// The reason for which a difference is accepted.
    pub fn reason(&self, line: &Line) -> Option<&str> {
        let entry = self.accepted.iter().find(|entry| entry.covers(line))?;
        Some(&entry.reason)
    }

    /// Whether a difference is accepted that nobody sees any more.
    pub fn unused<'a>(&'a self, lines: &'a [Line]) -> impl Iterator<Item = &'a Entry> {
        self.accepted.iter().filter(|entry| !lines.iter().any(|line| entry.covers(line)))
    }
}

impl Entry {
    fn covers(&self, line: &Line) -> bool {
        let is_named = match self.difference.strip_suffix('*') {
            Some(begin) => line.id.starts_with(begin),
            None => line.id == self.difference,
        };
        let elsewhere = |operation: &String| line.operations.iter().any(|one| one != operation);
        is_named && !self.operation.as_ref().is_some_and(elsewhere)
    }
}
