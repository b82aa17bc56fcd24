//! Where the fixtures come from: those embedded in the binary, then the files of `--fixtures DIR`.
//!
//! Each kind (conventions, personas, motifs, scenarios, recette) has a folder or a file of its name in both places. A file
//! of the folder adds to the embedded ones; what carries an id that exists already replaces it. Everything wrong is
//! reported at once, as [`Fault`]s that name file, line, key and what was expected; nothing is half applied.

use std::{
    collections::HashMap,
    fmt, fs,
    io::ErrorKind,
    marker::PhantomData,
    path::{Path, PathBuf},
};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_path_to_error::Segment;

use crate::{escape::visible, files};

/// One text to read fixtures from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What messages call it: the path for a file, `embedded:conventions/x.toml` for a built-in one.
    pub name: String,
    /// The text.
    pub text: String,
}

/// One thing wrong in a fixture, told so that its author can mend it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, as [`Source::name`].
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// The key or the id concerned, where there is one.
    pub key: Option<String>,
    /// What is wrong and what was expected.
    pub message: String,
    /// What to do about it, where that is not obvious.
    pub hint: Option<String>,
}

/// One thing wrong in an order or in a part of a file: where, as a JSON pointer (RFC 6901), and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The place, from the root of the order.
    pub pointer: String,
    /// What is wrong and what was expected.
    pub message: String,
}

impl Wrong {
    /// This, wrong at this place.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }

    /// The place as a key of a file: `match.operation`.
    pub fn key(&self) -> String {
        self.pointer.trim_start_matches('/').replace('/', ".")
    }
}

impl Source {
    /// Whether it is in the binary.
    pub fn is_embedded(&self) -> bool {
        self.name.starts_with(EMBEDDED)
    }

    /// Reads the whole text as TOML into `T`.
    ///
    /// # Errors
    /// The first syntax error, unknown key or wrong type, with its line and key.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        toml::from_str(&self.text).map_err(|error| {
            let line = error.span().map(|span| self.line_of(span.start));
            let key = line.and_then(|line| self.key_at(line));
            Fault {
                file: self.name.clone(),
                line,
                key,
                message: error.message().to_owned(),
                hint: None,
            }
        })
    }

    /// A fault of this source that concerns `key`; its line is the first one on which `key` is written.
    pub fn fault(&self, key: &str, message: impl Into<String>) -> Fault {
        let last = key.rsplit('.').next().unwrap_or(key);
        let starts = |line: &str| {
            let rest = line.trim_start().trim_start_matches('[').strip_prefix(last);
            rest.is_some_and(|rest| rest.trim_start().starts_with(['=', ']', '.']))
        };
        let line = self.text.lines().position(starts).map(|at| at + 1);
        Fault {
            file: self.name.clone(),
            line,
            key: Some(key.to_owned()),
            message: message.into(),
            hint: None,
        }
    }

    /// The line, from 1, of a byte offset.
    pub fn line_of(&self, offset: usize) -> usize {
        let end = offset.min(self.text.len());
        1 + self.text.as_bytes()[..end].iter().filter(|&&byte| byte == b'\n').count()
    }

    fn key_at(&self, line: usize) -> Option<String> {
        let text = self.text.lines().nth(line - 1)?;
        let key = text.split('=').next()?.trim().trim_matches(['[', ']', '"', '\'']);
        (!key.is_empty() && !key.starts_with('#')).then(|| key.to_owned())
    }
}

impl Fault {
    /// The same fault with a word on how to mend it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// `file:line: key: message (hint)`, the absent parts left out.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text| visible(text, false); // a file's name and its text are anybody's
        f.write_str(&shown(&self.file))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": {}", shown(key))?;
        }
        write!(f, ": {}", shown(&self.message))?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({})", shown(hint)))
    }
}

/// The embedded files of a folder, then the `.toml` files of the same folder under `dir`, in the order of their names.
///
/// A missing folder holds nothing; `dir` itself must exist.
///
/// # Errors
/// What cannot be read, or is not UTF-8.
pub fn folder(
    kind: &str,
    embedded: &[(&str, &str)],
    dir: Option<&Path>,
) -> Result<Vec<Source>, Vec<Fault>> {
    let mut sources = built_in(kind, embedded);
    let Some(dir) = dir else { return Ok(sources) };
    let mut faults = Vec::new();
    for path in listed(dir, kind).map_err(|fault| vec![fault])? {
        match read(&path) {
            Ok(source) => sources.push(source),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(sources) } else { Err(faults) }
}

/// The embedded file, then `dir/name` where there is one.
///
/// # Errors
/// What cannot be read, or is not UTF-8.
pub fn file(name: &str, embedded: &str, dir: Option<&Path>) -> Result<Vec<Source>, Vec<Fault>> {
    let mut sources = vec![Source { name: format!("{EMBEDDED}{name}"), text: embedded.to_owned() }];
    // A link that leads nowhere is there, and told.
    let there = |path: &PathBuf| path.symlink_metadata().is_ok();
    if let Some(path) = dir.map(|dir| dir.join(name)).filter(there) {
        sources.push(read(&path).map_err(|fault| vec![fault])?);
    }
    Ok(sources)
}

/// Whether a file of this name is read as a fixture: it ends in `.toml` and does not begin with a dot, as what editors and
/// file systems leave beside a file does (`._x.toml`, `.#x.toml`).
pub fn is_fixture(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    !is_hidden && path.extension().is_some_and(|extension| extension == "toml")
}

/// The ids that the files of a folder gave, each with the file that gave it: two files of one folder cannot both have the last
/// word about an id. The embedded files are replaced, and not counted.
#[derive(Debug, Default)]
pub struct Ids(HashMap<String, String>);

impl Ids {
    /// Takes an id for this file.
    ///
    /// # Errors
    /// A message with the name of the other file that has it.
    pub fn take(&mut self, id: &str, source: &Source) -> Result<(), String> {
        if source.is_embedded() {
            return Ok(());
        }
        match self.0.insert(id.to_owned(), source.name.clone()) {
            Some(other) if other != source.name => {
                Err(format!("{id:?} is the id in {other} too: keep one of the two files"))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Reads a table (TOML) or an object (JSON): serde's own reading of a struct would take an array of its fields too.
///
/// # Errors
/// Anything else, and what `T` does not take.
pub fn table<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct Members<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("named members")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }
    deserializer.deserialize_any(Members(PhantomData))
}

/// Reads a JSON value into `T`.
///
/// # Errors
/// The first thing that does not fit, with its place.
pub fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Wrong> {
    let mut track = serde_path_to_error::Track::new();
    table(serde_path_to_error::Deserializer::new(value, &mut track))
        .map_err(|error: serde_json::Error| Wrong::at(pointer(&track.path()), error.to_string()))
}

/// The path to a value as a JSON pointer (RFC 6901).
pub fn pointer(path: &serde_path_to_error::Path) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(segment).collect()
}

fn built_in(kind: &str, embedded: &[(&str, &str)]) -> Vec<Source> {
    let source = |&(name, text): &(&str, &str)| Source {
        name: format!("{EMBEDDED}{kind}/{name}"),
        text: text.to_owned(),
    };
    embedded.iter().map(source).collect()
}

fn listed(dir: &Path, kind: &str) -> Result<Vec<PathBuf>, Fault> {
    if !dir.is_dir() {
        return Err(unreadable(
            dir,
            if dir.exists() { "expected a folder" } else { "no such folder" },
        ));
    }
    let folder = dir.join(kind);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(&folder, error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(&folder, error))?.path();
        if is_fixture(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<Source, Fault> {
    let text = files::text(path).map_err(|error| unreadable(path, error))?;
    Ok(Source { name: path.display().to_string(), text })
}

fn unreadable(path: &Path, why: impl fmt::Display) -> Fault {
    let message = format!("cannot be read: {why}");
    Fault { file: path.display().to_string(), line: None, key: None, message, hint: None }
}

const EMBEDDED: &str = "embedded:";

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only its type matters")]
        quota: u32,
    }

    fn source(text: &str) -> Source {
        Source { name: "x.toml".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_wrong_type_names_file_line_and_key() {
        let fault = source("# a comment\nquota = \"many\"\n").parse::<Sample>().unwrap_err();
        assert_eq!(
            (fault.file.as_str(), fault.line, fault.key.as_deref()),
            ("x.toml", Some(2), Some("quota"))
        );
        assert!(fault.message.contains("u32"), "{fault}");
    }

    #[test]
    fn an_unknown_key_is_named() {
        let fault = source("quota = 1\nquotta = 2\n").parse::<Sample>().unwrap_err();
        assert_eq!((fault.line, fault.key.as_deref()), (Some(2), Some("quotta")));
        assert!(fault.to_string().starts_with("x.toml:2: quotta: unknown field"), "{fault}");
    }

    #[test]
    fn a_fault_of_the_meaning_finds_the_line_of_its_key() {
        let fault =
            source("id = \"a\"\n[ficoba]\nquota = 0\n").fault("ficoba.quota", "must be at least 1");
        assert_eq!(fault.to_string(), "x.toml:3: ficoba.quota: must be at least 1");
    }

    #[test]
    fn a_missing_fixtures_folder_is_an_error_and_a_missing_kind_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let embedded = [("a.toml", "quota = 1")];
        assert_eq!(folder("conventions", &embedded, Some(dir.path())).unwrap().len(), 1);
        let faults = folder("conventions", &embedded, Some(&dir.path().join("none"))).unwrap_err();
        assert!(faults[0].message.contains("no such folder"), "{}", faults[0]);
    }

    #[test]
    fn files_of_the_folder_come_after_the_embedded_ones_in_order() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("conventions")).unwrap();
        for name in ["b.toml", "a.toml", "note.txt", "._a.toml", ".b.toml.swp", ".toml", "a.toml~"]
        {
            fs::write(dir.path().join("conventions").join(name), name).unwrap();
        }
        let names = folder("conventions", &[("z.toml", "")], Some(dir.path())).unwrap();
        let names: Vec<_> =
            names.iter().map(|source| source.name.rsplit('/').next().unwrap()).collect();
        assert_eq!(names, ["z.toml", "a.toml", "b.toml"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_one_that_leads_nowhere_is_named_unless_an_editor_made_it() {
        use std::os::unix::fs::symlink;
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(elsewhere.path().join("a.toml"), "quota = 1").unwrap();
        symlink(elsewhere.path(), dir.path().join("conventions")).unwrap();
        symlink("user@host.1234:5678", elsewhere.path().join(".#a.toml")).unwrap(); // Emacs
        let read = || folder("conventions", &[], Some(dir.path()));
        assert_eq!(read().unwrap()[0].text, "quota = 1");
        symlink("nowhere", elsewhere.path().join("b.toml")).unwrap();
        let faults = read().unwrap_err();
        assert!(
            faults[0].to_string().contains("b.toml: cannot be read: No such file"),
            "{faults:?}"
        );
        symlink("nowhere", dir.path().join("motifs.toml")).unwrap();
        let faults = file("motifs.toml", "", Some(dir.path())).unwrap_err();
        assert!(faults[0].to_string().contains("motifs.toml: cannot be read: No such file"));
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_and_a_device_among_the_fixtures_are_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let folder_of = dir.path().join("conventions");
        fs::create_dir(&folder_of).unwrap();
        let made = std::process::Command::new("mkfifo").arg(folder_of.join("a.toml")).status();
        assert!(made.unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", folder_of.join("b.toml")).unwrap();
        let faults = folder("conventions", &[], Some(dir.path())).unwrap_err();
        let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
        assert!(
            told[0]
                .ends_with("a.toml: cannot be read: expected a regular file, found a named pipe")
        );
        assert!(
            told[1].ends_with("b.toml: cannot be read: expected a regular file, found a device")
        );
    }
}
