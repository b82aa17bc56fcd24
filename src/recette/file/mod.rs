//! Journals on file: JSON Lines, one entry a line, read with an eye for what crashes and mistakes leave behind.
//!
//! A line that was torn is never taken for an entry; it is counted and told. Entries of another version of the format are
//! refused by their number: judging what one does not understand would sign something untrue.

mod fault;
mod line;
mod other;
#[cfg(test)]
mod tests;

use std::{
    collections::HashSet,
    fs::File,
    hash::Hash,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

pub use self::fault::{Foreign, ReadError};
use self::line::{Shared, parsed};
use super::words;
use crate::{
    files::{self, Identity},
    journal::{self, Entry},
};

/// What the files hold.
#[derive(Debug, Default)]
pub struct Read {
    /// The entries, the files in the order of their beginnings.
    pub entries: Vec<Entry>,
    /// What was found and left out, in French.
    pub remarks: Vec<String>,
}

/// Reads these files as one journal. A file that is named twice counts once, and so does an entry that is in several.
///
/// # Errors
/// A file that cannot be read, or that is no journal of this version.
pub fn read(paths: &[PathBuf]) -> Result<Read, ReadError> {
    let (mut files, mut shared) = (Vec::with_capacity(paths.len()), Shared::default());
    let (mut all, mut known) = (Read::default(), HashSet::new());
    for path in paths {
        if known.insert(Identity::at(path).map_err(|source| io_error(path, source))?) {
            files.push(parsed(path, &load(path)?, &mut shared)?);
        } else {
            all.remarks.push(format!(
                "{} : fichier donné plusieurs fois, compté une fois",
                path.display()
            ));
        }
    }
    for file in in_order(files) {
        all.entries.extend(file.entries);
        all.remarks.extend(file.remarks);
    }
    let held = all.entries.len();
    let mut seen = HashSet::with_capacity(held);
    all.entries.retain(|entry| seen.insert(name(entry)));
    let twice = held - all.entries.len();
    if twice > 0 {
        let remark = words::counted(
            twice,
            "entrée figure plusieurs fois dans ces fichiers : comptée une fois",
            "entrées figurent plusieurs fois dans ces fichiers : comptées une fois",
        );
        all.remarks.push(remark);
    }
    Ok(all)
}

/// Reads the files of a server that goes on writing at `path`, the oldest first: what it is writing just now is no torn line, and
/// a file that was just begun is no fault.
///
/// # Errors
/// As [`read`]'s.
pub fn read_growing(path: &Path) -> Result<Read, ReadError> {
    let (mut all, mut shared) = (Read::default(), Shared::default());
    let files = journal::snapshot(path).map_err(|source| io_error(path, source))?;
    for (path, file) in files {
        let bytes = load_open(&path, file)?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        match parsed(&path, &bytes[..whole], &mut shared) {
            Ok(file) => {
                all.entries.extend(file.entries);
                all.remarks.extend(file.remarks);
            }
            Err(ReadError::Empty { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// What two entries do not share unless they are the same.
fn name(entry: &Entry) -> impl Eq + Hash + use<> {
    let Entry { sequence, time, arrived_us, duration_us, .. } = entry;
    (*sequence, *time, *arrived_us, *duration_us, entry.correlation_id.clone())
}

/// Why these entries say nothing about `partner`, in French; nothing when they do.
pub fn without(entries: &[Entry], partner: &str) -> Option<String> {
    if entries.iter().any(|entry| entry.partner.as_deref() == Some(partner)) {
        return None;
    }
    let mut others: Vec<_> = entries.iter().filter_map(|entry| entry.partner.as_deref()).collect();
    others.sort_unstable();
    others.dedup();
    Some(match others.as_slice() {
        [] => format!(
            "le journal ne contient aucun appel d'un partenaire reconnu, donc aucun de « {partner} »"
        ),
        others => format!(
            "le journal ne contient aucun appel de « {partner} », mais ceux de : {}",
            others.join(", ")
        ),
    })
}

/// By the times of their beginnings; but a file that goes on where another one ended follows it, whatever their times say:
/// cases move the clock.
fn in_order(mut files: Vec<Read>) -> Vec<Read> {
    let goes_on = |file: &Read, earlier: &Read| match (earlier.entries.last(), file.entries.first())
    {
        (Some(last), Some(first)) => first.sequence == last.sequence + 1,
        _ => false,
    };
    files.sort_by_key(|file| file.entries.first().map(|entry| entry.time));
    let mut ordered: Vec<Read> = Vec::with_capacity(files.len());
    while !files.is_empty() {
        let next =
            ordered.last().and_then(|last| files.iter().position(|file| goes_on(file, last)));
        let begins = |file: &Read| !files.iter().any(|other| goes_on(file, other));
        let next = next.or_else(|| files.iter().position(begins)).unwrap_or_default();
        ordered.push(files.remove(next));
    }
    ordered
}

fn io_error(path: &Path, source: io::Error) -> ReadError {
    ReadError::Io { path: path.to_owned(), source }
}

fn load(path: &Path) -> Result<Vec<u8>, ReadError> {
    files::read(path, LONGEST).map_err(|source| io_error(path, source))
}

fn load_open(path: &Path, file: File) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).map_err(|source| io_error(path, source))?;
    Ok(bytes)
}

/// The most bytes of a journal's file: 4 GiB, sixty times what it is turned over at.
const LONGEST: u64 = 4 << 30;
