//! What the console changes in the counters, for the other replicas.

use crate::rights::ApiId;

/// A change of counters that the console ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// So many calls of a minute count as admitted.
    Set {
        partner: String,
        api: ApiId,
        /// How many.
        used: u32,
        /// The minute, counted from the Unix epoch.
        minute: i64,
    },
    /// Windows are emptied.
    Clear {
        /// Of one partner, or of all.
        partner: Option<String>,
        /// On one API, or on all.
        api: Option<ApiId>,
        /// The minute in which it was ordered: one that is told later empties nothing that was counted since.
        minute: i64,
    },
}
