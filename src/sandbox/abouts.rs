//! What people say about each partner's rehearsal, as JSON that only the report reads: the same at all replicas, and kept
//! beside the journal's file where there is one.

use std::{
    collections::BTreeMap,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use parking_lot::{Mutex, MutexGuard};
use serde_json::Value;

use crate::files;

/// By the partner's id.
pub struct Abouts {
    file: Option<PathBuf>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    all: BTreeMap<String, Value>,
    /// Why the file could not be read at the start: it is not written over then.
    fault: Option<String>,
}

impl Abouts {
    /// What is kept beside the journal's file: `journal.recette.json` beside `journal.jsonl`.
    pub fn beside(journal: Option<&Path>) -> Self {
        let file = journal.map(Self::file_beside);
        let kept = match file.as_deref().map(Self::kept_in) {
            None => Kept::default(),
            Some(Ok(all)) => Kept { all, fault: None },
            Some(Err(fault)) => {
                tracing::error!(%fault, "what was said of rehearsals cannot be read: the file is left as it is");
                Kept { all: BTreeMap::new(), fault: Some(fault) }
            }
        };
        Self { file, kept: Mutex::new(kept) }
    }

    /// Makes the file where there is none yet: one that is missing later was lost, with its decisions.
    pub fn make_file(&self) {
        let kept = self.kept();
        let is_missing = self.file.as_deref().is_some_and(|file| !file.exists());
        if is_missing && let Err(fault) = self.write(&kept, &kept.all) {
            tracing::error!(%fault, "what is said of rehearsals cannot be kept on file");
        }
    }

    /// The file that keeps it beside a journal's.
    pub fn file_beside(journal: &Path) -> PathBuf {
        journal.with_extension("recette.json")
    }

    /// What such a file keeps, by the partners' ids; nothing where there is no file.
    ///
    /// # Errors
    /// The file, and why it cannot be read.
    pub fn kept_in(file: &Path) -> Result<BTreeMap<String, Value>, String> {
        let text = match files::text(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(format!("{}: {error}", file.display())),
        };
        serde_json::from_str(&text).map_err(|error| {
            format!("{}: {error}; expected an object, by the partners' ids", file.display())
        })
    }

    /// What is said about a partner's rehearsal.
    pub fn for_partner(&self, partner: &str) -> Option<Value> {
        self.kept().all.get(partner).cloned()
    }

    /// Puts this in its place, on file first.
    ///
    /// # Errors
    /// The file, and why it cannot be written; nothing is changed then.
    pub fn put(&self, partner: &str, about: Value) -> Result<(), String> {
        let mut kept = self.kept();
        let mut all = kept.all.clone();
        all.insert(partner.to_owned(), about);
        self.write(&kept, &all)?;
        kept.all = all;
        Ok(())
    }

    /// Everything that is said.
    pub fn all(&self) -> BTreeMap<String, Value> {
        self.kept().all.clone()
    }

    /// Holds to what another replica was told.
    pub fn adopt(&self, all: BTreeMap<String, Value>) {
        let mut kept = self.kept();
        if kept.all == all {
            return;
        }
        if let Err(fault) = self.write(&kept, &all) {
            tracing::error!(%fault, "what another replica was told of rehearsals is kept in memory only");
        }
        kept.all = all;
    }

    /// The file that keeps it, if there is one.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    fn write(&self, kept: &Kept, all: &BTreeMap<String, Value>) -> Result<(), String> {
        if let Some(fault) = &kept.fault {
            return Err(fault.clone());
        }
        let Some(file) = &self.file else { return Ok(()) };
        let text = serde_json::to_vec_pretty(all).map_err(|error| error.to_string())?;
        files::write_whole(file, &text, OWNER_ONLY)
            .map_err(|error| format!("{}: {error}", file.display()))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock()
    }
}

/// Names of people stand in it.
const OWNER_ONLY: u32 = 0o600;

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_said_survives_the_stop_beside_the_journal_s_file() {
        let dir = tempfile::tempdir().unwrap();
        let journal = dir.path().join("journal.jsonl");
        let abouts = Abouts::beside(Some(&journal));
        assert_eq!(abouts.for_partner("a"), None);
        abouts.put("a", json!({ "tester": "Ada" })).unwrap();
        let again = Abouts::beside(Some(&journal));
        assert_eq!(again.for_partner("a"), Some(json!({ "tester": "Ada" })));
        again.adopt([("b".to_owned(), json!({ "tester": "Grace" }))].into());
        let last = Abouts::beside(Some(&journal));
        assert_eq!(
            (last.for_partner("a"), last.for_partner("b")),
            (None, Some(json!({ "tester": "Grace" })))
        );
        assert_eq!(last.file().unwrap(), dir.path().join("journal.recette.json"));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no other file is left");
    }

    #[test]
    fn without_a_file_it_is_kept_in_memory() {
        let abouts = Abouts::beside(None);
        abouts.put("a", json!({})).unwrap();
        assert_eq!((abouts.for_partner("a"), abouts.file()), (Some(json!({})), None));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_and_never_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let (journal, file) = (dir.path().join("j.jsonl"), dir.path().join("j.recette.json"));
        for text in ["[]", "{\"a\":", "not json"] {
            fs::write(&file, text).unwrap();
            let abouts = Abouts::beside(Some(&journal));
            let wrong = abouts.put("a", json!({})).unwrap_err();
            assert!(wrong.starts_with(&file.display().to_string()), "{wrong}");
            assert!(abouts.for_partner("a").is_none());
            abouts.adopt([("b".to_owned(), json!({}))].into());
            assert!(abouts.for_partner("b").is_some());
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
        }
    }

    #[test]
    fn what_cannot_be_written_is_not_held_either() {
        let dir = tempfile::tempdir().unwrap();
        let blocked = dir.path().join("file");
        fs::write(&blocked, "").unwrap();
        let abouts = Abouts::beside(Some(&blocked.join("journal.jsonl")));
        assert!(abouts.put("a", json!({})).is_err());
        assert!(abouts.for_partner("a").is_none());
    }
}
