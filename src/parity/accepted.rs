//! The differences that somebody has accepted, with the reason: `parity.accepted.toml`.

use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::files;

/// What the file says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// Its entries.
    #[serde(default)]
    pub accepted: Vec<AcceptedDifference>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedDifference {
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
        let shown_path = || path.display().to_string();
        let text =
            files::text(path).with_context(|| format!("{}: cannot be read", shown_path()))?;
        let read: Self = toml::from_str(&text).map_err(|error| {
            let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
            let line = 1 + before.matches('\n').count();
            anyhow::anyhow!("{}: line {line}: {}", shown_path(), error.message())
        })?;
        for entry in &read.accepted {
            if entry.reason.trim().is_empty() {
                bail!("{}: {:?} is accepted without a reason", shown_path(), entry.difference);
            }
        }
        Ok(read)
    }

    /// The reason for which a difference that was seen in these operations is accepted.
    pub fn reason(&self, id: &str, operations: &[String]) -> Option<&str> {
        let entry = self.accepted.iter().find(|entry| entry.covers(id, operations))?;
        Some(&entry.reason)
    }

    /// What is accepted and is not seen any more.
    pub fn unused(
        &self,
        is_seen: impl Fn(&AcceptedDifference) -> bool,
    ) -> impl Iterator<Item = &AcceptedDifference> {
        self.accepted.iter().filter(move |entry| !is_seen(entry))
    }
}

impl AcceptedDifference {
    /// Whether it accepts a difference that was seen in these operations.
    pub fn covers(&self, id: &str, operations: &[String]) -> bool {
        let is_named = match self.difference.strip_suffix('*') {
            Some(begin) => id.starts_with(begin),
            None => id == self.difference,
        };
        let elsewhere = |operation: &String| operations.iter().any(|one| one != operation);
        is_named && !self.operation.as_ref().is_some_and(elsewhere)
    }
}
