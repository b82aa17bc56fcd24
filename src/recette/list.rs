//! A list in a fixture, which may be written as its one item.

use serde::Deserialize;

/// One item, or a list of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore<T> {
    /// `status = 200`
    One(T),
    /// `status = [200, 400]`
    More(Vec<T>),
}

impl<T> OneOrMore<T> {
    /// The items.
    pub(super) fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::More(more) => more,
        }
    }
}

impl<T> Default for OneOrMore<T> {
    fn default() -> Self {
        Self::More(Vec::new())
    }
}
