//! Journals on file: JSON Lines, one entry a line, read with an eye for what crashes and mistakes leave behind.
//!
//! A line that was torn is never taken for an entry; it is counted and told. Entries of another version of the format are
//! refused by their number: judging what one does not understand would sign something untrue.

use std::{
    borrow::Cow,
    collections::HashSet,
    fmt,
    fs::File,
    hash::Hash,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::words;
use crate::{
    files::{self, Identity},
    journal::{self, CertificateFacts, ControlFacts, Entry, FORMAT, SharedList},
};

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
        line: usize,
        /// What is wrong with it.
        why: Foreign,
    },
    /// Another version of the format.
    #[error("{}:{line}: entry of format {found}, written by another version of bacasable; this one reads format {FORMAT}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
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

/// Why a line is no entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// The file is of another kind: in English and in French.
    Other(&'static str, &'static str),
    /// JSON that names no format.
    NoFormat,
    /// An entry of this format that does not read: the parser's words.
    Entry(String),
    NotJson,
}

impl ReadError {
    /// The same in French. The words of the system and of the parser are English: in their place stands what they mean.
    pub fn french(&self) -> String {
        let foreign = |path: &Path, line: &usize, why: &str| {
            format!(
                "{}, ligne {line} : ce n'est pas une entrée du journal de bacasable : {why}",
                path.display()
            )
        };
        match self {
            Self::Io { path, source } => {
                format!("{} : ce fichier ne se lit pas : {}", path.display(), words::io(source))
            }
            Self::Foreign { path, line, why } => match why {
                Foreign::Other(_, what) => foreign(
                    path,
                    line,
                    &format!("{what} ; attendu : du JSON Lines en UTF-8, une entrée par ligne"),
                ),
                Foreign::NoFormat => foreign(
                    path,
                    line,
                    "elle ne nomme aucun format ; attendu : ce qu'écrit le réglage journal.file, une entrée par ligne",
                ),
                Foreign::Entry(why) => match why.strip_prefix("missing field `") {
                    Some(rest) => {
                        let field = rest.split('`').next().unwrap_or_default();
                        foreign(path, line, &format!("le champ {field} manque"))
                    }
                    None => foreign(path, line, "un de ses champs n'a pas la forme attendue"),
                },
                Foreign::NotJson => foreign(path, line, "ce n'est pas du JSON"),
            },
            Self::Version { path, line, found } => format!(
                "{}, ligne {line} : entrée au format {found}, écrite par une autre version de bacasable ; celle-ci lit le format {FORMAT}",
                path.display()
            ),
            Self::Empty { path } => {
                format!("{} : ce fichier ne contient aucune entrée", path.display())
            }
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(what, _) => {
                write!(f, "{what}; expected JSON Lines in UTF-8, one entry a line")
            }
            Self::NoFormat => f.write_str(
                "it names no format; expected what the setting journal.file writes, one entry a line",
            ),
            Self::Entry(why) => f.write_str(why),
            Self::NotJson => f.write_str("it is not JSON"),
        }
    }
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

/// What thousands of entries have in common, kept once: a file may hold ten times what the memory does, and lists of names
/// would be most of it.
#[derive(Default)]
struct Shared {
    restituted: HashSet<SharedList<Cow<'static, str>>>,
    controls: HashSet<SharedList<ControlFacts>>,
    certificates: HashSet<CertificateFacts>,
}

impl Shared {
    /// The entry, with what earlier ones had too.
    fn share(&mut self, mut entry: Entry) -> Entry {
        entry.restituted = once(&mut self.restituted, entry.restituted);
        entry.controls = once(&mut self.controls, entry.controls);
        entry.certificate =
            entry.certificate.map(|certificate| once(&mut self.certificates, certificate));
        entry
    }
}

fn once<T: Clone + Eq + Hash>(known: &mut HashSet<T>, value: T) -> T {
    if let Some(known) = known.get(&value) {
        return known.clone();
    }
    known.insert(value.clone());
    value
}

/// Only its version: a newer entry is refused by its number and not by what it adds.
#[derive(Deserialize)]
struct Versioned {
    format: Option<u32>,
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

fn parsed(path: &Path, bytes: &[u8], shared: &mut Shared) -> Result<Read, ReadError> {
    let foreign = |line, why| ReadError::Foreign { path: path.to_owned(), line, why };
    if let Some(what) = other_format(bytes) {
        return Err(foreign(1, what));
    }
    let mut file = Read::default();
    let bytes = match bytes.strip_prefix(BOM) {
        Some(rest) => {
            let shown = path.display();
            file.remarks.push(format!("{shown} : commence par une marque d'ordre des octets (BOM), que le journal n'écrit pas : un autre programme l'a enregistré"));
            rest
        }
        None => bytes,
    };
    let mut torn = Vec::new();
    let lines = bytes
        .split(|&byte| byte == b'\n')
        .zip(1..)
        .filter(|(line, _)| !line.trim_ascii().is_empty());
    for (line, number) in lines {
        let why = match serde_json::from_slice::<Entry>(line) {
            Ok(entry) if entry.format == FORMAT => {
                file.entries.push(shared.share(entry));
                continue;
            }
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
        match serde_json::from_slice::<Versioned>(line) {
            Err(_) => torn.push(number),
            Ok(Versioned { format: None }) => {
                return Err(foreign(number, Foreign::NoFormat));
            }
            Ok(Versioned { format: Some(found) }) if found != FORMAT => {
                return Err(ReadError::Version { path: path.to_owned(), line: number, found });
            }
            Ok(Versioned { format: Some(_) }) => return Err(foreign(number, Foreign::Entry(why))),
        }
    }
    if file.entries.is_empty() {
        return Err(torn.first().map_or_else(
            || ReadError::Empty { path: path.to_owned() },
            |&number| foreign(number, Foreign::NotJson),
        ));
    }
    let cut = !bytes.ends_with(b"\n");
    file.remarks.extend(remark(path, &torn, cut));
    Ok(file)
}

/// What a file is that is no text, or no lines.
fn other_format(bytes: &[u8]) -> Option<Foreign> {
    let known = BEGINNINGS.iter().find(|(beginning, ..)| bytes.starts_with(beginning));
    let text = bytes.strip_prefix(BOM).unwrap_or(bytes).trim_ascii_start();
    let other = |english, french| Some(Foreign::Other(english, french));
    known.and_then(|(_, english, french)| other(english, french)).or_else(|| match text.first() {
        Some(b'[') => other("it is a list in JSON", "c'est une liste en JSON"),
        Some(b'<') => other("it is HTML or XML", "c'est du HTML ou du XML"),
        // Whoever prints a JSON document over several lines ends the first behind a brace.
        Some(b'{') if is_spread(text) => other(
            "it is one JSON document over several lines",
            "c'est un document JSON sur plusieurs lignes",
        ),
        _ => None,
    })
}

/// What files of other kinds begin with, and what they are.
const BEGINNINGS: [(&[u8], &str, &str); 9] = [
    (
        b"\x1f\x8b",
        "it is compressed (gzip): decompress it first",
        "c'est un fichier compressé (gzip), à décompresser d'abord",
    ),
    (
        b"\x28\xb5\x2f\xfd",
        "it is compressed (zstd): decompress it first",
        "c'est un fichier compressé (zstd), à décompresser d'abord",
    ),
    (
        b"\xfd7zXZ\0",
        "it is compressed (xz): decompress it first",
        "c'est un fichier compressé (xz), à décompresser d'abord",
    ),
    (
        b"BZh",
        "it is compressed (bzip2): decompress it first",
        "c'est un fichier compressé (bzip2), à décompresser d'abord",
    ),
    (
        b"PK\x03\x04",
        "it is an archive (zip): take the journal out of it",
        "c'est une archive (zip), dont il faut extraire le journal",
    ),
    (b"%PDF-", "it is a PDF document", "c'est un document PDF"),
    (b"\xff\xfe", UTF16.0, UTF16.1),
    (b"\xfe\xff", UTF16.0, UTF16.1),
    (
        b"\0\0\xfe\xff",
        "it is text in UTF-32 (its byte order mark says so)",
        "c'est du texte en UTF-32 (sa marque d'ordre des octets le dit)",
    ),
];

const UTF16: (&str, &str) = (
    "it is text in UTF-16 (its byte order mark says so)",
    "c'est du texte en UTF-16 (sa marque d'ordre des octets le dit)",
);

fn is_spread(text: &[u8]) -> bool {
    let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii();
    first == b"{" && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

/// What some programs put before text in UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

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

/// The most bytes of a journal's file: 4 GiB, sixty times what it is turned over at.
const LONGEST: u64 = 4 << 30;

#[cfg(test)]
mod tests {
    use std::fs;

    use std::sync::Arc;

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
            let Ok(read) = read_text(&format!("{one}\n{}", &two[..at])) else {
                panic!("cut at {at}")
            };
            assert_eq!(read.entries.len(), 1, "cut at {at}");
            assert!(
                read.remarks[0].contains("la dernière ligne (n° 2) est incomplète"),
                "{:?}",
                read.remarks
            );
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
        for (now, expected) in
            [(String::new(), 1), (two[..20].to_owned(), 1), (format!("{two}\n{}", &one[..20]), 2)]
        {
            fs::write(&files[0], format!("{one}\n")).unwrap();
            fs::write(&files[1], now).unwrap();
            let read = read_growing(&files[1]).unwrap();
            assert_eq!((read.entries.len(), read.remarks.len()), (expected, 0));
        }
        assert!(read_growing(&dir.path().join("absent.jsonl")).unwrap().entries.is_empty());
    }

    #[test]
    fn a_file_named_twice_and_an_entry_that_is_in_two_files_count_once() {
        let dir = tempfile::tempdir().unwrap();
        let text: String = story().iter().map(|line| format!("{line}\n")).collect();
        let [file, copy, link] = ["a", "b", "c"].map(|name| dir.path().join(name));
        fs::write(&file, &text).unwrap();
        fs::write(&copy, &text).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let dotted = dir.path().join(".").join("a");
        for (paths, said) in [
            (vec![file.clone(), file.clone()], "fichier donné plusieurs fois"),
            (vec![file.clone(), dotted], "fichier donné plusieurs fois"),
            (vec![file.clone(), link], "fichier donné plusieurs fois"),
            (vec![file, copy], "2 entrées figurent plusieurs fois"),
        ] {
            let read = read(&paths).unwrap();
            assert_eq!((read.entries.len(), read.remarks.len()), (2, 1), "{:?}", read.remarks);
            assert!(read.remarks[0].contains(said), "{:?}", read.remarks);
        }
    }

    #[test]
    fn a_byte_order_mark_and_another_format_are_told_for_what_they_are() {
        let [one, two] = <[String; 2]>::try_from(story()).unwrap();
        let marked = read_text(&format!("\u{feff}{one}\r\n{two}\r\n")).unwrap();
        assert_eq!(marked.entries.len(), 2);
        assert!(marked.remarks[0].contains("marque d'ordre des octets"), "{:?}", marked.remarks);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        let spread =
            serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&one).unwrap());
        let utf16: Vec<u8> =
            format!("\u{feff}{one}\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, what) in [
            (b"\x1f\x8b\x08\0\0".to_vec(), "gzip"),
            (b"PK\x03\x04...".to_vec(), "zip"),
            (utf16, "UTF-16"),
            (format!("[{one},{two}]").into_bytes(), "a list in JSON"),
            (spread.unwrap().into_bytes(), "over several lines"),
            (b"<!doctype html>".to_vec(), "HTML"),
        ] {
            fs::write(&path, bytes).unwrap();
            let wrong = read(std::slice::from_ref(&path)).unwrap_err().to_string();
            assert!(wrong.contains(what) && wrong.contains(":1: "), "{what}: {wrong}");
        }
        let wrong = read(&[dir.path().to_owned()]).unwrap_err().to_string();
        assert!(wrong.contains("a folder"), "{wrong}");
    }

    #[test]
    fn what_entries_have_in_common_is_held_once() {
        let names = |names: [&'static str; 2]| names.map(Cow::Borrowed).into_iter().collect();
        let certificate =
            Some(CertificateFacts { fingerprint: "f".into(), subject: "CN=p".into() });
        let entry = |names| Entry {
            restituted: names,
            certificate: certificate.clone(),
            ..call("10:00:00", 200)
        };
        let lines = numbered(
            [["nom", "iban"], ["nom", "iban"], ["nom", "spi"]].map(|list| entry(names(list))),
        );
        let read =
            read_text(&lines.iter().map(|entry| line(entry) + "\n").collect::<String>()).unwrap();
        let [one, two, other] = <[Entry; 3]>::try_from(read.entries).unwrap();
        assert!(
            std::ptr::eq(&*one.restituted, &*two.restituted)
                && std::ptr::eq(&*one.controls, &*other.controls)
        );
        assert!(Arc::ptr_eq(
            &one.certificate.unwrap().subject,
            &other.certificate.unwrap().subject
        ));
        assert_eq!(
            (&*two.restituted, &*other.restituted),
            (&*lines[1].restituted, &*lines[2].restituted)
        );
    }

    #[test]
    fn another_version_another_program_and_an_empty_file_are_explained() {
        let one = &story()[0];
        let newer = one.replacen("\"format\":1", "\"format\":2", 1);
        let wrong = |text: &str| read_text(text).unwrap_err();
        assert!(
            wrong(&format!("{one}\n{newer}\n"))
                .starts_with("FILE:2: entry of format 2, written by another version")
        );
        assert!(wrong("{\"level\":\"info\"}\n").starts_with("FILE:1: is no journal entry"));
        assert!(wrong("Nov 22 10:00:00 host sshd\n").contains("it is not JSON"));
        assert!(wrong("{\"format\":1}\n").contains("missing field"));
        let mut bare: serde_json::Value = serde_json::from_str(one).unwrap();
        bare.as_object_mut().unwrap().remove("controls");
        assert!(wrong(&format!("{bare}\n")).contains("missing field `controls`"));
        assert_eq!(wrong("\n"), "FILE: holds no entry");
    }

    #[test]
    fn a_file_that_goes_on_follows_whatever_the_clock_says() {
        let dir = tempfile::tempdir().unwrap();
        let [one, two, three] = ["10:00:00", "11:01:00", "10:00:30"].map(|hour| call(hour, 200));
        let run = numbered([one, two, three]);
        let other = numbered(
            ["08:00:00", "08:00:01", "08:00:02", "08:00:03", "09:00:00"]
                .map(|hour| call(hour, 200)),
        );
        let write = |name: &str, entries: &[Entry]| {
            let path = dir.path().join(name);
            fs::write(&path, entries.iter().map(|entry| line(entry) + "\n").collect::<String>())
                .unwrap();
            path
        };
        let parts = [
            ("c", &run[2..]),
            ("b", &run[1..2]),
            ("x", &other[..4]),
            ("y", &other[4..]),
            ("a", &run[..1]),
        ];
        let read = read(&parts.map(|(name, entries)| write(name, entries))).unwrap();
        let hours: Vec<_> =
            read.entries.iter().map(|entry| entry.time.strftime("%T").to_string()).collect();
        assert_eq!(hours[4..], ["09:00:00", "10:00:00", "11:01:00", "10:00:30"]);
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
