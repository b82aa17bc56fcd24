//! What the conventions' files said when a server last read them: beside the journal's file, so that a change between two servers of
//! one journal is known to the second, and to who judges the journal elsewhere.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, BufReader, ErrorKind},
    path::{Path, PathBuf},
};

use parking_lot::Mutex;
use serde_json::Value;

use crate::{directory::Directory, files, journal};

/// Every convention as its file described it, by id, without secrets.
pub type Described = BTreeMap<String, Value>;

/// What is kept of it.
pub struct KnownConventions {
    file: Option<PathBuf>,
    /// Whether the file could not be read: it is left as it is then.
    is_foreign: Mutex<bool>,
}

impl KnownConventions {
    /// What is kept beside the journal's file: `journal.conventions.json` beside `journal.jsonl`.
    pub fn beside(journal: Option<&Path>) -> Self {
        Self { file: journal.map(Self::file_beside), is_foreign: Mutex::new(false) }
    }

    /// The file that keeps it beside a journal's.
    pub fn file_beside(journal: &Path) -> PathBuf {
        journal.with_extension("conventions.json")
    }

    /// What such a file keeps; nothing where there is no file.
    ///
    /// # Errors
    /// The file, and why it cannot be read.
    pub fn kept_in(file: &Path) -> Result<Option<Described>, String> {
        let text = match files::text(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("{}: {error}", file.display())),
        };
        let kept = serde_json::from_str(&text).map_err(|error| {
            format!("{}: {error}; expected an object, by the conventions' ids", file.display())
        });
        kept.map(Some)
    }

    /// What the last server of this journal read; nothing where none is known.
    pub(super) fn last(&self) -> Option<Described> {
        Self::kept_in(self.file.as_deref()?).unwrap_or_else(|fault| {
            tracing::error!(%fault, "what the conventions were before cannot be read: the file is left as it is");
            *self.is_foreign.lock() = true;
            None
        })
    }

    /// Keeps what is read now; a file that says so already is left alone.
    pub(super) fn keep(&self, directory: &Directory) {
        let Some(file) = self.file.as_deref().filter(|_| !*self.is_foreign.lock()) else { return };
        let all: Described =
            directory.iter().map(|one| (one.id.clone(), one.described())).collect();
        if Self::kept_in(file).is_ok_and(|kept| kept.as_ref() == Some(&all)) {
            return;
        }
        let text = serde_json::to_vec(&all).expect("texts, numbers and lists");
        if let Err(error) = files::write_whole(file, &text, OWNER_ONLY) {
            tracing::error!(file = %file.display(), %error, "what the conventions are is not kept: a later change of their files may go unsaid");
        }
    }
}

/// Whether an entry of the journal's files is about a partner.
pub(super) fn is_named(journal: &Path, partner: &str) -> io::Result<bool> {
    let name = format!("\"partner\":\"{partner}\"");
    for (_, file) in journal::snapshot(journal)? {
        for line in BufReader::new(file).lines() {
            if line?.contains(&name) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Names of partners and their addresses stand in it.
const OWNER_ONLY: u32 = 0o600;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_read_is_kept_without_secrets_and_a_file_of_something_else_stays() {
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("journal.jsonl");
        let known = KnownConventions::beside(Some(&journal));
        assert_eq!(known.last(), None);
        let directory = Directory::load(None).unwrap();
        known.keep(&directory);
        let last = known.last().unwrap();
        assert_eq!(last.len(), directory.iter().count());
        let file = dir.path().join("journal.conventions.json");
        assert!(!fs::read_to_string(&file).unwrap().contains("secret"));
        fs::write(&file, "[]").unwrap();
        assert!(KnownConventions::kept_in(&file).unwrap_err().contains("by the conventions' ids"));
        assert_eq!(known.last(), None);
        known.keep(&directory);
        assert_eq!(fs::read_to_string(&file).unwrap(), "[]");
    }

    #[test]
    fn a_partner_is_found_in_the_journal_s_files() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("journal.jsonl");
        let entry = journal::Entry { partner: Some("a-b".to_owned()), ..journal::Entry::default() };
        fs::write(dir.path().join("journal.1.jsonl"), serde_json::to_string(&entry).unwrap())
            .unwrap();
        fs::write(&file, "{}\n").unwrap();
        let found = |partner| is_named(&file, partner).unwrap();
        assert_eq!((found("a-b"), found("a"), found("b")), (true, false, false));
    }

    #[test]
    fn without_a_journal_s_file_nothing_is_kept() {
        let known = KnownConventions::beside(None);
        known.keep(&Directory::load(None).unwrap());
        assert_eq!(known.last(), None);
    }
}
