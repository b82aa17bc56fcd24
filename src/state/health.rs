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
