//! The files that hold a journal, opened together while somebody else may turn them over.

use std::{
    collections::{BTreeSet, HashSet},
    ffi::OsStr,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::files::Identity;

/// The files that hold a journal, open: those turned over, the oldest first, then the one that grows. Only those that exist,
/// and no devices. They do not turn over meanwhile, as the lock on their folder is held; where a file system has no locks,
/// and when another program moves them, none is missed that moves up by one number, as they are opened upwards.
///
/// # Errors
/// A file that cannot be opened.
pub fn snapshot(path: &Path) -> io::Result<Vec<(PathBuf, File)>> {
    let _held = Folder::held_to_open(path);
    let names = fs::read_dir(folder_of(path)).into_iter().flatten().flatten();
    let listed = names.filter_map(|entry| place(path, &entry.file_name()));
    let numbers: BTreeSet<u64> = listed.flat_map(|n| [n, n.saturating_add(1)]).chain([1]).collect();
    let (mut opened, mut known) = (Vec::new(), HashSet::new());
    let older = numbers.into_iter().map(|n| turned_over(path, n));
    for path in std::iter::once(path.to_owned()).chain(older) {
        if !path.is_file() {
            continue;
        }
        match File::open(&path) {
            Ok(file) => {
                if known.insert(Identity::from_file(&file)?) {
                    opened.push((path, file));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    opened.reverse();
    Ok(opened)
}

/// Which of the files turned over this name is, if it is one.
fn place(path: &Path, name: &OsStr) -> Option<u64> {
    let mut middle = name.as_encoded_bytes().strip_prefix(path.file_stem()?.as_encoded_bytes())?;
    if let Some(extension) = path.extension() {
        middle = middle.strip_suffix(extension.as_encoded_bytes())?.strip_suffix(b".")?;
    }
    let number = std::str::from_utf8(middle.strip_prefix(b".")?).ok()?.parse().ok()?;
    (turned_over(path, number).file_name() == Some(name)).then_some(number) // not `.01`, not `.+1`
}

/// `journal.jsonl` turned over for the `n`th time: `journal.n.jsonl`.
pub(super) fn turned_over(path: &Path, n: u64) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(".{n}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// The folder of the files: its lock is held while they are opened or turned over, and a file that was made is on disk
/// only once its folder is. Windows opens no folder: there it is as where a file system has no locks.
pub(super) struct Folder(#[expect(dead_code, reason = "held for its lock")] Option<File>);

impl Folder {
    /// Nobody turns the files over while this is kept, where the file system has locks.
    pub(super) fn held_to_open(path: &Path) -> Self {
        Self(open(path).ok().flatten().inspect(|folder| drop(folder.lock_shared())))
    }

    /// Nobody opens the files together while this is kept, where the file system has locks.
    ///
    /// # Errors
    /// `WouldBlock` while somebody opens them; the system's.
    pub(super) fn held_to_turn_over(path: &Path) -> io::Result<Self> {
        let folder = open(path)?;
        match folder.as_ref().map(File::try_lock) {
            Some(Err(TryLockError::WouldBlock)) => Err(io::ErrorKind::WouldBlock.into()),
            _ => Ok(Self(folder)),
        }
    }

    /// Returns once the names of the files are on disk.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn write_out(path: &Path) -> io::Result<()> {
        open(path)?.map_or(Ok(()), |folder| folder.sync_all())
    }
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<Option<File>> {
    File::open(folder_of(path)).map(Some)
}

#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "as on the other systems")]
fn open(_: &Path) -> io::Result<Option<File>> {
    Ok(None)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_past_a_number_that_is_missing_and_in_the_order_of_their_age() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["journal.jsonl", "journal.1.jsonl", "journal.3.jsonl", "journal.12.jsonl"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        for other in ["journal.01.jsonl", "journal.x.jsonl", "journal.1.jsonl.gz", "journal2.jsonl"]
        {
            fs::write(folder.path().join(other), "x").unwrap();
        }
        let now = ["journal.12.jsonl", "journal.3.jsonl", "journal.1.jsonl", "journal.jsonl"];
        let opened = snapshot(&folder.path().join("journal.jsonl")).unwrap();
        let names: Vec<_> =
            opened.iter().map(|(path, _)| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, now);
    }
}
