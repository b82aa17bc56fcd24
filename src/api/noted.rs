//! Which keys an answer holds, as the journal keeps them.
//!
//! The journal's functional trace (CGU FICOBA 10, CGU R2P 10) tells the keys that were restituted. They are noted where the
//! JSON is written ([`json::Writer`](crate::json::Writer)), so that the trace cannot differ from the answer.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use foldhash::fast::RandomState;
use parking_lot::RwLock;

use crate::journal::SharedList;

/// The keys of data of an API, and the sets of them that answers had.
pub(super) struct Noted {
    names: &'static [&'static str],
    known: LazyLock<RwLock<HashMap<u128, Names, RandomState>>>,
}

type Names = SharedList<Cow<'static, str>>;

impl Noted {
    /// Of these keys: the bit of each is its place.
    pub(super) const fn new(names: &'static [&'static str]) -> Self {
        assert!(names.len() <= 128, "a set of keys has 128 bits");
        Self { names, known: LazyLock::new(RwLock::default) }
    }

    /// Each key of a set once, in the order of the table: the same list for the same set, for the journal to keep once.
    pub(super) fn names(&self, set: u128) -> Names {
        if let Some(known) = self.known.read().get(&set) {
            return known.clone();
        }
        let names: Names = self.iter(set).map(Cow::Borrowed).collect();
        let mut known = self.known.write();
        if known.len() < SETS {
            known.insert(set, names.clone());
        }
        names
    }

    /// Each key of a set once, in the order of the table.
    fn iter(&self, set: u128) -> impl Iterator<Item = &'static str> {
        let all = self.names.iter().enumerate();
        all.filter(move |(at, _)| set & (1 << at) != 0).map(|(_, name)| *name)
    }
}

/// The bit of a key in a table.
///
/// # Panics
/// It is not there: the code names a key that the table does not know.
pub(super) const fn place(names: &[&str], name: &str) -> u128 {
    match position(names, name) {
        Some(at) => 1 << at,
        None => panic!("no key of data has this name"),
    }
}

/// Whether a name is among some.
pub(super) const fn holds(names: &[&str], name: &str) -> bool {
    position(names, name).is_some()
}

const fn position(names: &[&str], name: &str) -> Option<usize> {
    let mut at = 0;
    while at < names.len() {
        if is_same(names[at].as_bytes(), name.as_bytes()) {
            return Some(at);
        }
        at += 1;
    }
    None
}

const fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Sets of keys that are remembered: many more than the data bring about, and some megabytes at most.
const SETS: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_its_keys_in_the_order_of_the_table_and_is_kept_once() {
        static NOTED: Noted = Noted::new(&["a", "b", "c"]);
        let set = place(NOTED.names, "c") | place(NOTED.names, "a");
        let names = NOTED.names(set);
        assert_eq!(&*names, ["a", "c"]);
        assert!(std::ptr::eq(&*names, &*NOTED.names(set)));
        assert!(NOTED.names(0).is_empty());
    }
}
