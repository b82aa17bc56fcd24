//! Why a running server did not do what it was asked.

use std::io;

use http::StatusCode;

/// What keeps a command from an answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientFault {
    /// A URL that names no listener.
    #[error("{url:?} is no URL of the form {scheme}://host:port")]
    Url { url: String, scheme: String },
    /// Nobody takes connections there.
    #[error("nobody answers on {target}")]
    Unreachable {
        /// `host:port`
        target: String,
        source: io::Error,
    },
    #[error("no answer in time")]
    Late,
    /// The console says no.
    #[error("the console on {target} refused {asked}: {status}, {detail}{}", hint(*status))]
    Refused {
        /// `host:port`
        target: String,
        /// Method and path.
        asked: String,
        status: StatusCode,
        /// What it answered, in English.
        detail: String,
    },
}

fn hint(status: StatusCode) -> &'static str {
    if status == StatusCode::UNAUTHORIZED { " (give --console-token)" } else { "" }
}
