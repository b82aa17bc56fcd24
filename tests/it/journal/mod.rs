//! The journal for good: the file, its two policies, what an entry holds, and those who follow it.

mod crash;
mod file;
mod policy;
mod stream;
mod values;

use std::path::Path;

use bacasable::{
    journal::Entry,
    recette::file::{Read, read},
};

/// The journal in this file, read as `recette --journal` reads it.
pub(crate) fn journal_in(path: &Path) -> Read {
    read(&[path.to_owned()]).unwrap_or_else(|error| panic!("{error}"))
}

/// The numbers of these entries.
pub(crate) fn numbers(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.sequence).collect()
}
