//! The journal for good: the file, its two policies, what an entry holds, and those who follow it. `docs/journal.md`.

mod crash;
mod file;
mod policy;
mod stream;
mod values;

use std::{collections::BTreeSet, path::Path};

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

/// What a line may hold is a public format: each member is in the table, and the table has no other.
#[test]
fn every_member_of_an_entry_is_documented() {
    let read = |path: &str| {
        std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    let source = read("src/journal/entry.rs");
    let body = source.split("pub struct Entry {").nth(1).unwrap().split("\n}").next().unwrap();
    let members: BTreeSet<_> = body
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next())
        .collect();
    let document = read("docs/journal.md");
    let table =
        document.split("| member | what it is |").nth(1).unwrap().split("\n\n").next().unwrap();
    let cells = table.lines().skip(2).filter_map(|row| row.split('|').nth(1));
    let documented: BTreeSet<_> =
        cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert_eq!(documented, members);
    assert!(members.len() > 30, "{members:?}");
}
