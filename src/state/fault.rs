//! What is wrong with a store, and what to do about it, in one line.

use std::{fmt, io, path::Path, time::Duration};

use redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::config::StoreUrl;

/// The store cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct StoreError {
    setting: &'static str,
    what: String,
    why: String,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.setting, self.what, self.why)
    }
}

impl StoreError {
    pub(super) fn new(url: &StoreUrl, error: &RedisError, patience: Duration) -> Self {
        Self::of_url(url, explain(error, patience))
    }

    pub(super) fn silent(url: &StoreUrl, patience: Duration) -> Self {
        Self::of_url(url, silence(patience))
    }

    pub(super) fn authority(file: &Path, error: &io::Error) -> Self {
        Self { setting: "state.ca", what: file.display().to_string(), why: error.to_string() }
    }

    pub(super) fn foreign(url: &StoreUrl, prefix: &str, key: &str) -> Self {
        let why = format!(
            "{url} holds keys of another program under it ({key:?}): choose another prefix"
        );
        Self { setting: "state.prefix", what: prefix.to_owned(), why }
    }

    pub(super) fn other_format(url: &StoreUrl, prefix: &str, format: &str) -> Self {
        let why = format!(
            "{url} holds keys of another version under it ({format:?}): choose another prefix"
        );
        Self { setting: "state.prefix", what: prefix.to_owned(), why }
    }

    /// Something that replicas of one store must have in common differs.
    pub fn differs(what: &str, why: String) -> Self {
        Self { setting: "state.url", what: what.to_owned(), why }
    }

    fn of_url(url: &StoreUrl, why: String) -> Self {
        Self { setting: "state.url", what: url.to_string(), why }
    }
}

/// What a server that says nothing is said to do.
pub(super) fn silence(patience: Duration) -> String {
    format!("it did not answer within {} ms", patience.as_millis())
}

/// A failure in words that say what to do; never what was sent.
pub(super) fn explain(error: &RedisError, patience: Duration) -> String {
    let code = error.code().unwrap_or_default();
    let known = match code {
        "NOAUTH" => "it asks for a password: write it in the address, redis://:PASSWORD@HOST",
        "WRONGPASS" => "it refuses the user or the password of the address",
        "NOPERM" => {
            "the user of the address has no right to a command or a key that is needed (docs/replicas.md)"
        }
        "READONLY" => "it is a read-only replica: name the primary, or a proxy that follows it",
        "OOM" => "it is full (maxmemory): nothing can be counted there",
        "MISCONF" => "it refuses to write because it cannot save to its disk",
        "LOADING" => "it is still loading its data",
        "MASTERDOWN" => "it is a replica that has lost its primary",
        "MOVED" | "CROSSSLOT" | "CLUSTERDOWN" => {
            "it is a cluster: one server, or a proxy before one, is needed"
        }
        "WRONGTYPE" => "a key under the prefix is of another program: choose another state.prefix",
        "EMPTIED" => "it was emptied",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the library's kinds are open, and its words serve for the others"
    )]
    match error.kind() {
        ErrorKind::AuthenticationFailed if error.to_string().contains("without any password") => {
            "it knows no password, and the address gives one".to_owned()
        }
        ErrorKind::AuthenticationFailed => {
            "it refuses the user or the password of the address, or asks for one: redis://:PASSWORD@HOST".to_owned()
        }
        ErrorKind::Parse => "what answers there is no Redis".to_owned(),
        ErrorKind::Server(ServerErrorKind::ReadOnly) => "it is a read-only replica: name the primary".to_owned(),
        _ if error.is_timeout() => silence(patience),
        _ if error.is_connection_refusal() => "nothing listens there".to_owned(),
        _ if error.is_connection_dropped() => "the connection was closed".to_owned(),
        _ => error.to_string(),
    }
}
