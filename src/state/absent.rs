//! What the server knows of a shared store when it was built without the feature `replicas`: that there is none.

use std::fmt;

use crate::config::StoreUrl;

/// A store is asked for, and this program knows none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct StoreError {
    url: String,
}

impl StoreError {
    /// The settings name this store.
    pub(crate) fn unknown(url: &StoreUrl) -> Self {
        Self { url: url.to_string() }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "state.url: {}: this program was built without the feature replicas, so each process is alone",
            self.url
        )
    }
}

/// Whether the store can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It answers.
    Reached,
    /// It does not, and why.
    Away {
        /// In words.
        reason: String,
    },
}

/// The store cannot be asked at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the shared store cannot be reached")]
pub struct Away;
