//! Journals on file: JSON Lines, one entry a line, read with an eye for what crashes and mistakes leave behind.
//!
//! A line that was torn is never taken for an entry; it is counted and told. Entries of another version of the format are
//! refused by their number: judging what one does not understand would sign something untrue.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::journal::{Entry, FORMAT};

/// What the files hold.
#[derive(Debug, Default)]
pub struct Read {
    /// The entries, the files in the order of their beginnings.
    pub entries: Vec<Entry>,
    /// What was found and left out, in French.
    pub remarks: Vec<String>,
}

/// Why a file cannot be read as a journal.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file system says no.
    #[error("{}: cannot be read: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another program's file.
    #[error("{}:{line}: is no journal entry of bacasable: {why}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// Another version of the format.
    #[error("{}:{line}: entry of format {found}, written by another version of bacasable; this one reads format {FORMAT}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// Its format.
        found: u32,
    },
    /// Nothing in it.
    #[error("{}: holds no entry", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// Reads these files as one journal.
///
/// # Errors
/// A file that cannot be read, or that is no journal of this version.
pub fn read(paths: &[PathBuf]) -> Result<Read, ReadError> {
    let files = paths.iter().map(|path| one(path, &load(path)?)).collect::<Result<Vec<_>, _>>()?;
    Ok(in_order(files).into_iter().collect())
}

/// Reads the files of a server that goes on writing, the oldest first: what it is writing just now is no torn line,
/// and a file that was just begun is no fault.
///
/// # Errors
/// As [`read`]'s.
pub fn read_growing(paths: &[PathBuf]) -> Result<Read, ReadError> {
    let read = |path: &PathBuf| {
        let bytes = load(path)?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        one(path, &bytes[..whole])
    };
    let begun = |read: &Result<Read, ReadError>| !matches!(read, Err(ReadError::Empty { .. }));
    paths.iter().map(read).filter(begun).collect()
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
        [] => format!("le journal ne contient aucun appel d'un partenaire reconnu, donc aucun de « {partner} »"),
        others => format!("le journal ne contient aucun appel de « {partner} », mais ceux de : {}", others.join(", ")),
    })
}

/// Only its version: read first, so that a newer entry is refused by its number and not by what it adds.
#[derive(Deserialize)]
struct Versioned {
    format: Option<u32>,
}

/// By time, unless the numbers say that one file goes on where another ends: the clock of a run may be moved or stand still.
fn in_order(mut files: Vec<Read>) -> Vec<Read> {
    let first = |file: &Read| file.entries.first().map_or(0, |entry| entry.sequence);
    let next = |file: &Read| file.entries.last().map_or(0, |entry| entry.sequence + 1);
    files.sort_by_key(|file| file.entries.first().map(|entry| (entry.time, entry.sequence)));
    let mut ordered: Vec<Read> = Vec::with_capacity(files.len());
    while !files.is_empty() {
        let going_on = ordered.last().and_then(|last| files.iter().position(|file| first(file) == next(last)));
        let beginning = || files.iter().position(|file| !files.iter().any(|other| next(other) == first(file)));
        let at = going_on.or_else(beginning).unwrap_or(0);
        ordered.push(files.remove(at));
    }
    ordered
}

impl FromIterator<Read> for Read {
    fn from_iter<T: IntoIterator<Item = Read>>(parts: T) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.entries.extend(part.entries);
            all.remarks.extend(part.remarks);
        }
        all
    }
}

fn load(path: &Path) -> Result<Vec<u8>, ReadError> {
    fs::read(path).map_err(|source| ReadError::Io { path: path.to_owned(), source })
}

fn one(path: &Path, bytes: &[u8]) -> Result<Read, ReadError> {
    let foreign = |line, why: String| ReadError::Foreign { path: path.to_owned(), line, why };
    let mut file = Read::default();
    let mut torn = Vec::new();
    let lines = bytes.split(|&byte| byte == b'\n').zip(1..).filter(|(line, _)| !line.trim_ascii().is_empty());
    for (line, number) in lines {
        match serde_json::from_slice::<Versioned>(line) {
            Err(_) => torn.push(number),
            Ok(Versioned { format: None }) => return Err(foreign(number, "it names no format".to_owned())),
            Ok(Versioned { format: Some(found) }) if found != FORMAT => {
                return Err(ReadError::Version { path: path.to_owned(), line: number, found });
            }
            Ok(Versioned { format: Some(_) }) => {
                file.entries.push(serde_json::from_slice(line).map_err(|error| foreign(number, error.to_string()))?);
            }
        }
    }
    if file.entries.is_empty() {
        return Err(torn.first().map_or_else(
            || ReadError::Empty { path: path.to_owned() },
            |&number| foreign(number, "it is not JSON".to_owned()),
        ));
    }
    let cut = !bytes.ends_with(b"\n");
    file.remarks.extend(remark(path, &torn, cut));
    Ok(file)
}

/// What to say of the lines that are no JSON; `cut` when the file does not end with the end of a line.
fn remark(path: &Path, torn: &[usize], cut: bool) -> Option<String> {
    let (path, last) = (path.display(), torn.last()?);
    Some(match torn {
        [_] if cut => format!(
            "{path} : la dernière ligne (n° {last}) est incomplète, le journal a été coupé en cours d'écriture ; elle n'est pas comptée"
        ),
        _ => {
            let numbers: Vec<_> = torn.iter().map(usize::to_string).collect();
            format!(
                "{path} : lignes illisibles (n° {}), sans doute coupées en cours d'écriture ; elles ne sont pas comptées",
                numbers.join(", ")
            )
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recette::sample::{call, numbered};

    fn line(entry: &Entry) -> String {
        serde_json::to_string(&Entry { format: FORMAT, ..entry.clone() }).unwrap()
    }

    fn read_text(text: &str) -> Result<Read, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        fs::write(&path, text).unwrap();
        let shown = path.display().to_string();
        read(&[path]).map_err(|error| error.to_string().replace(&shown, "FILE"))
    }

    fn story() -> Vec<String> {
        numbered([call("10:00:00", 200), call("10:00:01", 200)]).iter().map(line).collect()
    }

    #[test]
    fn every_cut_of_the_last_line_is_told_and_counted_for_nothing() {
        let [one, two] = <[String; 2]>::try_from(story()).unwrap();
        for at in 1..two.len() {
            let Ok(read) = read_text(&format!("{one}\n{}", &two[..at])) else { panic!("cut at {at}") };
            assert_eq!(read.entries.len(), 1, "cut at {at}");
            assert!(read.remarks[0].contains("la dernière ligne (n° 2) est incomplète"), "{:?}", read.remarks);
        }
        let whole = read_text(&format!("{one}\n{two}")).unwrap();
        assert_eq!((whole.entries.len(), whole.remarks.len()), (2, 0));
    }

    #[test]
    fn a_line_torn_by_a_crash_is_told_and_what_follows_is_read() {
        let [one, two] = <[String; 2]>::try_from(story()).unwrap();
        let read = read_text(&format!("{one}\n{}\n{two}\n", &two[..20])).unwrap();
        assert_eq!(read.entries.len(), 2);
        assert!(read.remarks[0].contains("n° 2"), "{:?}", read.remarks);
    }

    #[test]
    fn a_growing_journal_is_read_in_the_order_of_its_files_up_to_its_last_whole_line() {
        let dir = tempfile::tempdir().unwrap();
        let [one, two] = <[String; 2]>::try_from(story()).unwrap();
        let files = ["journal.1.jsonl", "journal.jsonl"].map(|name| dir.path().join(name));
        for (now, expected) in [(String::new(), 1), (two[..20].to_owned(), 1), (format!("{two}\n{}", &one[..20]), 2)] {
            fs::write(&files[0], format!("{one}\n")).unwrap();
            fs::write(&files[1], now).unwrap();
            let read = read_growing(&files).unwrap();
            assert_eq!((read.entries.len(), read.remarks.len()), (expected, 0));
        }
        assert!(read_growing(&[]).unwrap().entries.is_empty());
    }

    #[test]
    fn parts_of_a_run_whose_clock_was_moved_back_stay_in_the_order_of_their_numbers() {
        let part = |from: u64, to: u64, time: &str| Read {
            entries: (from..=to).map(|sequence| Entry { sequence, ..call(time, 200) }).collect(),
            remarks: Vec::new(),
        };
        let order = |files: Vec<Read>| {
            let all: Read = in_order(files).into_iter().collect();
            all.entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>()
        };
        let moved_back = vec![part(5, 6, "08:00:00"), part(3, 4, "09:00:00"), part(0, 2, "10:00:00")];
        assert_eq!(order(moved_back), [0, 1, 2, 3, 4, 5, 6]);
        let two_runs = vec![part(0, 1, "11:00:00"), part(2, 2, "10:30:00"), part(0, 1, "10:00:00")];
        assert_eq!(order(two_runs), [0, 1, 2, 0, 1]);
        let entries_were_lost = vec![part(9, 9, "11:00:00"), part(0, 1, "10:00:00")];
        assert_eq!(order(entries_were_lost), [0, 1, 9]);
    }

    #[test]
    fn another_version_another_program_and_an_empty_file_are_explained() {
        let one = &story()[0];
        let newer = one.replacen("\"format\":1", "\"format\":2", 1);
        let wrong = |text: &str| read_text(text).unwrap_err();
        assert!(
            wrong(&format!("{one}\n{newer}\n")).starts_with("FILE:2: entry of format 2, written by another version")
        );
        assert!(wrong("{\"level\":\"info\"}\n").starts_with("FILE:1: is no journal entry"));
        assert!(wrong("Nov 22 10:00:00 host sshd\n").contains("it is not JSON"));
        assert!(wrong("{\"format\":1}\n").contains("missing field"));
        assert_eq!(wrong("\n"), "FILE: holds no entry");
    }

    #[test]
    fn files_are_put_in_order_and_another_partner_is_explained() {
        let dir = tempfile::tempdir().unwrap();
        let [one, two] = <[String; 2]>::try_from(story()).unwrap();
        let (early, late) = (dir.path().join("b"), dir.path().join("a"));
        fs::write(&early, one + "\n").unwrap();
        fs::write(&late, two + "\n").unwrap();
        let read = read(&[late, early]).unwrap();
        assert!(read.entries[0].time < read.entries[1].time);
        assert_eq!(without(&read.entries, "p"), None);
        assert!(without(&read.entries, "q").unwrap().ends_with("mais ceux de : p"));
    }
}
