//! Lists that many entries have in common: kept once, with their JSON.
//!
//! The keys restituted are half of an entry, and the same few sets of them come back with every answer; most answers were
//! granted by all controls. An entry has a reference to such a list, and writing it down copies a text.

use std::{
    hash::{Hash, Hasher},
    ops::Deref,
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// A list that entries share; an empty one costs nothing. It is written as JSON only, by serde_json.
#[derive(Debug)]
pub struct SharedList<T>(Option<Arc<SharedItems<T>>>);

#[derive(Debug)]
struct SharedItems<T> {
    items: Box<[T]>,
    /// Made when it is first written.
    json: OnceLock<Box<RawValue>>,
}

impl<T> SharedList<T> {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl<T> FromIterator<T> for SharedList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let items: Box<[T]> = items.into_iter().collect();
        Self((!items.is_empty()).then(|| Arc::new(SharedItems { items, json: OnceLock::new() })))
    }
}

impl<T> Deref for SharedList<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_ref().map_or(&[], |list| &list.items)
    }
}

impl<T: Serialize> SharedList<T> {
    pub(super) fn json(&self) -> &str {
        self.0.as_ref().map_or("[]", |list| list.json().get())
    }
}

impl<T: Serialize> SharedItems<T> {
    fn json(&self) -> &RawValue {
        self.json
            .get_or_init(|| to_raw_value(&self.items).expect("names and verdicts, into a vector"))
    }
}

impl<T: Serialize> Serialize for SharedList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(list) => list.json().serialize(serializer),
            None => serializer.collect_seq::<[T; 0]>([]),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for SharedList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from_iter)
    }
}

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Clone for SharedList<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Hash> Hash for SharedList<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: Eq> Eq for SharedList<T> {}

impl<T: PartialEq> PartialEq for SharedList<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_and_read_as_any_list() {
        for items in [vec![], vec!["a".to_owned()], vec!["é\"".to_owned(), String::new()]] {
            let plain = serde_json::to_string(&items).unwrap();
            let shared: SharedList<String> = items.iter().cloned().collect();
            for _ in 0..2 {
                assert_eq!(serde_json::to_string(&shared).unwrap(), plain);
            }
            assert_eq!(
                serde_json::to_value(&shared).unwrap(),
                serde_json::to_value(&items).unwrap()
            );
            let read: SharedList<String> = serde_json::from_str(&plain).unwrap();
            assert_eq!((&*read, read.is_empty()), (&*items, items.is_empty()));
        }
    }
}
