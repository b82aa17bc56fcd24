//! A request that can be sent.

use bytes::Bytes;
use http::HeaderMap;

/// A request, with its values.
#[derive(Clone, Debug)]
pub struct ReplayCall {
    pub method: String,
    /// The path and the query.
    pub target: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}
