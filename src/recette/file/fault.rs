//! Why a file is no journal, in English and in French.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use crate::{journal::FORMAT, recette::words};

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
