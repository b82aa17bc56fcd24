//! How much a connection may ask for. Time limits are monotonic: the product's clock does not move them.

use std::time::Duration;

use super::drain::Drain;

/// The limits of a listener; request time and body size are the service's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once; beyond, clients wait in the system's queue.
    pub connections: u32,
    /// Handshakes worked on at once (clients that have sent something, and do not keep the rest waiting).
    pub handshakes: u32,
    /// How long a handshake that waits for its client keeps a place among those; then it goes on without one, or a few
    /// hundred halves of a ClientHello would keep everybody else out.
    pub place: Duration,
    /// From the accepted connection to the end of the handshake.
    pub handshake: Duration,
    /// From the first byte of a request to the end of its head; over HTTP/2 from the end of the handshake to the first frame,
    /// and from the first byte of any frame but a body's to its end.
    pub head: Duration,
    /// Header fields of a request.
    pub headers: usize,
    /// Bytes of a request's head.
    pub head_bytes: usize,
    /// A connection without a request in progress.
    pub idle: Duration,
    /// An answer that makes no progress, because the client takes nothing, or opens no window.
    pub stalled: Duration,
    /// HTTP/2 requests at once on one connection.
    pub streams: u32,
    /// The same for a client without a trusted certificate.
    pub guest_streams: u32,
    /// For a request's body, from when it is first waited for; none where the service has a limit of its own.
    pub body: Option<Duration>,
    /// The bytes that are read in vain of a request that was answered before its end, and the time for them.
    pub drain: Drain,
    /// What a stop grants to the answers in flight.
    pub stop: Duration,
    /// What a client that was refused has to read why, while what it still sends is discarded.
    pub linger: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2000,
            handshakes: 256,
            place: Duration::from_millis(100),
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            headers: HYPER_HEADERS,
            head_bytes: 32 * 1024,
            idle: Duration::from_secs(75),
            stalled: Duration::from_secs(30),
            streams: 100,
            guest_streams: 8,
            body: None,
            drain: Drain {
                bytes: 64 * 1024,
                patience: Duration::from_secs(1),
                behind: Duration::from_secs(30),
            },
            stop: Duration::from_secs(10),
            linger: Duration::from_secs(1),
        }
    }
}

/// hyper's own limit, for which it keeps header fields on the stack.
pub(super) const HYPER_HEADERS: usize = 100;
