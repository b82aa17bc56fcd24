//! A certs folder that is one run's alone: for test runs, which leave nothing behind however they end.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

/// A folder that is removed, with all that it holds, when this is dropped.
pub(super) struct Discarded {
    dir: PathBuf,
}

impl Discarded {
    /// Takes a folder that nobody has put anything into.
    ///
    /// # Errors
    /// A folder that holds something, one that cannot be read.
    pub(super) fn claim(dir: &Path) -> anyhow::Result<Self> {
        let shown = dir.display();
        match fs::read_dir(dir) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    bail!(
                        "--discard-certs: {shown}: expected an empty folder or none, because it is removed when the server stops"
                    );
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("--discard-certs: {shown}")),
        }
        let dir = std::path::absolute(dir).with_context(|| format!("--discard-certs: {shown}"))?;
        Ok(Self { dir })
    }
}

impl Drop for Discarded {
    fn drop(&mut self) {
        match fs::remove_dir_all(&self.dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::error!(folder = %self.dir.display(), %error, "the certs folder could not be removed");
            }
            Ok(()) | Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_was_empty_or_absent_is_removed_with_all_that_it_holds() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["absent", "empty"] {
            let folder = dir.path().join(name);
            if name == "empty" {
                fs::create_dir(&folder).unwrap();
            }
            let discarded = Discarded::claim(&folder).unwrap();
            fs::create_dir_all(folder.join("clients")).unwrap();
            fs::write(folder.join("clients/a.key"), "").unwrap();
            drop(discarded);
            assert!(!folder.exists(), "{name}");
        }
        drop(Discarded::claim(&dir.path().join("never-made")).unwrap());
    }

    #[test]
    fn a_folder_that_holds_something_is_refused_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("mine"), "").unwrap();
        let error = Discarded::claim(dir.path()).err().unwrap().to_string();
        assert!(
            error.contains("--discard-certs") && error.contains("expected an empty folder"),
            "{error}"
        );
        assert!(dir.path().join("mine").exists());
        assert!(Discarded::claim(&dir.path().join("mine")).is_err(), "a file");
    }
}
