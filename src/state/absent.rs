//! What the server knows of a shared store when it was built without the feature `replicas`: that there is none.

mod health;

use std::fmt;

pub use self::health::{Away, Health};
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
