//! What happens to a request that a fault is injected into.

use std::fmt;

use http::StatusCode;

use super::{catalogue::Code, delay::Delay};
use crate::product::codes;

/// An outcome that can happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How long the caller waits first.
    pub delay: Option<Delay>,
    /// What comes then.
    pub end: End,
    /// After how many seconds the caller is told to come back.
    pub retry_after: Option<u64>,
}

/// What comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// What would have come anyway.
    AsUsual,
    /// An answer with this code.
    Code(Code),
    /// 503 or 504 from the gateway, as often the one as the other (*decision*).
    Incident,
    /// An answer with this status, in the words of whoever was called: this message, or the default one.
    Status(StatusCode, Option<String>),
    /// A maintenance page with this status.
    Html(StatusCode),
    /// Nothing: the connection is closed.
    Drop,
    /// The first half of what would have come, then the connection is closed.
    Truncate,
}

impl End {
    /// What a call meets in an incident: the gateway's answer for an API that it could not reach, or that was too slow.
    pub fn of_incident(slow: bool) -> Self {
        let code = if slow { &codes::GATEWAY_TIMEOUT } else { &codes::UNAVAILABLE };
        Self::Code(Code::Product(code))
    }
}

/// The outcome in one line, for the journal.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.end {
            End::AsUsual => f.write_str("attente seulement"),
            End::Code(Code::Product(code)) => write!(f, "code {}", code.number),
            End::Code(Code::Api(code)) => write!(f, "code {code}"),
            End::Code(Code::Token(token)) => write!(f, "erreur {}", token.error),
            End::Incident => f.write_str("incident"),
            End::Status(status, None) => write!(f, "statut {}", status.as_u16()),
            End::Status(status, Some(message)) => {
                write!(f, "statut {}, « {message} »", status.as_u16())
            }
            End::Html(status) => write!(f, "page HTML de maintenance, statut {}", status.as_u16()),
            End::Drop => f.write_str("connexion coupée sans réponse"),
            End::Truncate => f.write_str("réponse coupée au milieu"),
        }?;
        match self.retry_after {
            Some(seconds) => write!(f, ", Retry-After {seconds} s"),
            None => Ok(()),
        }
    }
}
