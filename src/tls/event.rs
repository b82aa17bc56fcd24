//! What happened on a connection that never became a request: the journal's `connection` entries.

use std::{fmt, net::SocketAddr, sync::Arc, time::Instant};

use super::proxy::ProxyFault;
use crate::peer::{CertificateFault, ClientCertificate};

/// A connection that ended before, or instead of, a request.
#[derive(Clone, Debug)]
pub struct ConnectionEvent {
    /// The caller's address.
    pub address: SocketAddr,
    pub accepted: Instant,
    /// What happened.
    pub fault: ConnectionFault,
}

/// Who is told; called from the connection's own task, so it must not block.
pub type OnEvent = Arc<dyn Fn(ConnectionEvent) + Send + Sync>;

/// Why a connection brought no request.
#[derive(Clone, Debug)]
pub enum ConnectionFault {
    /// A trusted proxy did not begin with a good PROXY header.
    ProxyHeader(ProxyFault),
    /// The first bytes are not TLS (a browser that was given `http://`, a scanner).
    NotTls,
    /// The handshake refused the client's certificate (`handshake` mode).
    CertificateRefused {
        /// The certificate presented.
        certificate: Arc<ClientCertificate>,
        /// What is wrong with it.
        fault: CertificateFault,
    },
    /// The client presented none, and the handshake wants one (`handshake` mode).
    NoCertificate,
    /// The handshake failed otherwise: no version in common, a signature by another key, an alert from the client.
    HandshakeFailed {
        /// What a client can be told of it.
        cause: HandshakeCause,
        /// The TLS library's words.
        reason: String,
    },
    /// The handshake did not end in time.
    HandshakeTimedOut,
    /// What came is not HTTP, or exceeds the limits of a request's head.
    NotHttp {
        /// What the HTTP library answered, if it answered.
        status: Option<u16>,
        /// Its words.
        reason: String,
    },
    /// The head of a request began and did not end in time.
    HeadTimedOut,
    /// The client no longer takes what is sent.
    Stalled,
    /// All places were taken, and others had fewer.
    Displaced,
}

/// Why a handshake failed, as far as somebody can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandshakeCause {
    /// The client did not take the server's certificate: it does not know its authority, or called another name.
    ServerCertificate,
    /// It offers no version from 1.2 on, or leaves out what comes with these.
    Version,
    /// It offers no cipher suite, group or signature that the gateway has.
    Ciphers,
    Other,
}

impl fmt::Display for ConnectionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProxyHeader(fault) => write!(f, "PROXY header: {fault}"),
            Self::NotTls => f.write_str("not TLS"),
            Self::CertificateRefused { certificate, fault } => {
                write!(f, "certificate {} refused in the handshake: {fault}", certificate.subject())
            }
            Self::NoCertificate => f.write_str("no certificate presented in the handshake"),
            Self::HandshakeFailed { reason, .. } => write!(f, "handshake failed: {reason}"),
            Self::HandshakeTimedOut => f.write_str("handshake not ended in time"),
            Self::NotHttp { status: Some(status), reason } => {
                write!(f, "answered {status}: {reason}")
            }
            Self::NotHttp { status: None, reason } => write!(f, "not HTTP: {reason}"),
            Self::HeadTimedOut => f.write_str("head of the request not ended in time"),
            Self::Stalled => f.write_str("the client no longer reads"),
            Self::Displaced => f.write_str("its place was needed for another"),
        }
    }
}
