//! A request that can be sent.

use bytes::Bytes;
use http::HeaderMap;

/// A request, with its values.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The path and the query.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}
