//! What flags, environment and file say, turned once and wholly into what the program needs.
//!
//! [`SETTINGS`] is the one table: a setting has one name in three spellings (`gateway.listen` in the file,
//! `--gateway-listen`, `BACASABLE_GATEWAY__LISTEN`), a default, and a line of help. Precedence: flag, environment, file,
//! default. Whatever is not in the table stops the start with its name.

mod injected;
mod layers;
mod settings;
mod store;
mod value;

use std::{net::SocketAddr, num::NonZeroU64, path::PathBuf};

use ipnet::IpNet;
use jiff::civil::Time;

pub use self::{
    layers::{ConfigError, Layers},
    settings::{SETTINGS, Setting, reference},
    store::{Prefix, StoreUrl},
    value::{Minutes, Nodes, Percent, PublicUrl, SettingValue},
};
pub use crate::product::Dialect;

/// Everything `serve` needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The folder of the test PKI.
    pub certs: PathBuf,
    /// A folder that adds to the embedded fixtures.
    pub fixtures: Option<PathBuf>,
    /// The seed of everything drawn.
    pub seed: u64,
    /// How many generated people live in the register beside the personas.
    pub population: u64,
    /// The HTTPS side.
    pub gateway: Gateway,
    /// The plain HTTP side.
    pub console: ConsoleSettings,
    pub journal: Journal,
    /// FICOBA's own choices.
    pub ficoba: FicobaSettings,
    /// R2P's own choices.
    pub r2p: R2pSettings,
    /// What SFiP may be set to.
    pub sfip: SfipSettings,
    /// What replicas share.
    pub state: StateSettings,
    /// When the APIs are open.
    pub availability: Availability,
    /// What goes to standard error.
    pub log: Log,
}

/// Settings of what replicas share.
#[derive(Clone, Debug, PartialEq)]
pub struct StateSettings {
    /// The store; this process is alone without one.
    pub url: Option<StoreUrl>,
    /// What every key begins with.
    pub prefix: Prefix,
    /// What becomes of requests while the store cannot be reached.
    pub on_loss: OnLoss,
    /// How long any call to the store may take.
    pub timeout_ms: NonZeroU64,
    /// The authorities of a store that speaks TLS.
    pub ca: Option<PathBuf>,
    /// How many journal entries the store keeps.
    pub journal_entries: NonZeroU64,
}

/// Settings of the gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct Gateway {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// How its faults are written.
    pub dialect: Dialect,
    /// In which media type.
    pub fault_media: FaultMedia,
    /// Which environment is rehearsed.
    pub environment: Environment,
    /// Where a bad client certificate is refused.
    pub client_certificate: ClientCertificateMode,
    /// Whether HTTP/2 is offered beside HTTP/1.1.
    pub http2: bool,
    /// Whether the controls refuse, or only watch.
    pub mode: Mode,
    /// The partner that `observe` serves a caller as when no partner can be found for it.
    pub observe_as: String,
    /// Further names that the server certificate covers.
    pub server_names: Vec<String>,
    /// The PKI is the user's own: no marker is asked of its CA, nothing is generated for it.
    pub own_pki: bool,
    /// Who may speak for others: `X-Forwarded-For`, `X-WSO2-CLIENT-CERTIFICATE`.
    pub trusted_proxies: Vec<IpNet>,
    /// Connections of the trusted proxies begin with a PROXY protocol v2 header.
    pub proxy_protocol: bool,
    /// Seconds a token lives.
    pub token_lifetime_seconds: NonZeroU64,
    /// Seconds during which an expired token is still accepted, and one whose time has not come already is.
    pub token_skew_seconds: u64,
    /// What asking again does to the earlier token of the same application and scopes.
    pub token_reissue: TokenReissue,
    /// Whether `bearer` in any case introduces a token.
    pub bearer_any_case: bool,
    /// Milliseconds during which the call that uses up a minute's quota goes unnoticed.
    pub quota_lag_ms: u64,
    /// How `Retry-After` is written.
    pub retry_after: RetryAfter,
    /// How many gateways stand behind the address, each with quotas of its own.
    pub simulated_nodes: Nodes,
    /// Whether answers carry `X-Bacasable-Environment`, and refusals `X-Bacasable-Control` and `X-Bacasable-Reason`.
    pub diagnostics: bool,
    /// The gateway's own protection.
    pub limits: Limits,
}

/// Bounds that keep the gateway standing among strangers.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Connections at once.
    pub connections: NonZeroU64,
    /// Requests in progress at once, on all connections together.
    pub requests: NonZeroU64,
    /// TLS handshakes at once.
    pub handshakes: NonZeroU64,
    pub handshake_seconds: NonZeroU64,
    /// Seconds for the headers of a request to arrive.
    pub header_seconds: NonZeroU64,
    /// Seconds for the body of a request to arrive.
    pub request_seconds: NonZeroU64,
    /// Seconds that an idle connection is kept.
    pub idle_seconds: NonZeroU64,
    /// Bytes of a request's headers.
    pub header_bytes: NonZeroU64,
    /// Headers of a request.
    pub headers: NonZeroU64,
    /// Bytes of a request's body.
    pub body_bytes: NonZeroU64,
    /// Seconds given to answers in flight when the server stops.
    pub stop_seconds: NonZeroU64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ConsoleSettings {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The token that opens it when it is bound elsewhere than on loopback.
    pub token: Option<Secret>,
    /// No token is asked, wherever it is bound.
    pub open: bool,
    /// Further `Host` names it answers to.
    pub hosts: Vec<String>,
    /// The address under which people reach it, which answers and reports name.
    pub public_url: Option<PublicUrl>,
}

/// Settings of the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    /// A JSON Lines file that keeps every entry.
    pub file: Option<PathBuf>,
    /// The size at which the file is turned over; 0 never does.
    pub file_bytes: u64,
    /// How many files that were turned over are kept.
    pub file_keep: u64,
    /// What an answer owes to the file.
    pub policy: JournalPolicy,
    /// Whether what requests hold is journalled too.
    pub values: bool,
    /// How many entries stay in memory.
    pub capacity: NonZeroU64,
}

/// FICOBA's own choices (`docs/fidelity.md`).
#[derive(Clone, Debug, PartialEq)]
pub struct FicobaSettings {
    /// `X-Request-ID` absent from the client's request is CAT012.
    pub require_x_request_id: bool,
    /// A verification of a closed account says when it was closed.
    pub verification_close_date: bool,
    /// More persons than this is CAF036.
    pub max_answers: NonZeroU64,
    /// Emit the keys of a person that the OpenAPI declares and no sample shows.
    pub extended_person: bool,
    pub accents: Accents,
    /// How the unknown parts of a date of birth are written.
    pub partial_dates: PartialDates,
}

/// R2P's own choices (`docs/fidelity.md`).
#[derive(Clone, Debug, PartialEq)]
pub struct R2pSettings {
    /// Names have their accents; civil status certified by INSEE has none.
    pub accents: bool,
}

/// What SFiP may be set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SfipSettings {
    /// `rev` of 02AA holds the income: its keys are ours, no text gives any.
    pub extended_income: bool,
}

/// When the APIs are open (CGU FICOBA 11, CGU R2P 11), and how they fail.
#[derive(Clone, Debug, PartialEq)]
pub struct Availability {
    /// Always, as the CGU have it, or with an incident.
    pub profile: Profile,
    /// When the hour a day begins at which FICOBA is closed, in Paris.
    pub closing: Time,
    /// For how many minutes after that hour some calls still fail.
    pub tail_minutes: Minutes,
    /// Of a hundred calls, those that fail in an incident.
    pub incident_percent: Percent,
}

/// Settings of the log on standard error.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// What is told: a level, or `target=level` pairs.
    pub level: String,
    /// How it is written.
    pub format: LogFormat,
}

impl Environment {
    pub fn french(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::BacASable => "bac à sable",
        }
    }
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text, for a comparison in constant time.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

value::choices! {
    /// How `Retry-After` tells when to come back.
    pub enum RetryAfter {
        /// As the product does: a date, on the product's clock, which an order of the console may have moved.
        Product = "product",
        /// A number of seconds, whatever a clock shows.
        Seconds = "seconds",
        /// A date on the system's clock, which libraries subtract their own from.
        System = "system",
    }
}

value::choices! {
    /// In which media type faults are written.
    pub enum FaultMedia {
        /// Always JSON.
        Json = "json",
        /// As stock 3.x does: XML unless `Accept` is exactly `application/json`.
        Negotiated = "negotiated",
    }
}

value::choices! {
    /// Which of the DGFiP's two environments is rehearsed.
    pub enum Environment {
        /// The one of the production CGU.
        Production = "production",
        /// The sandbox, whose CGU ask for less.
        BacASable = "bac-a-sable",
    }
}

value::choices! {
    /// Where a bad client certificate is refused.
    pub enum ClientCertificateMode {
        /// The handshake accepts, control 1 answers.
        Http = "http",
        /// A TLS alert.
        Handshake = "handshake",
    }
}

value::choices! {
    /// Whether the controls refuse.
    pub enum Mode {
        /// They do.
        Enforce = "enforce",
        /// They are evaluated and journalled, none refuses.
        Observe = "observe",
    }
}

value::choices! {
    /// What asking for a token again does to the earlier one of the same application and scopes.
    pub enum TokenReissue {
        /// Both live.
        Keep = "keep",
        /// The earlier one is revoked, as the product does for JWTs.
        RevokePrevious = "revoke-previous",
        /// The earlier one is given again while it lives, as the product does for opaque tokens.
        Same = "same",
    }
}

value::choices! {
    /// What becomes of requests while the store cannot be reached.
    pub enum OnLoss {
        /// They are served, counted by each replica for itself.
        Local = "local",
        /// They are answered 503.
        Refuse = "refuse",
    }
}

value::choices! {
    /// Whether FICOBA's answers write names with their accents.
    pub enum Accents {
        /// As the bank that keeps the account declares names: a few with accents, most in plain capitals.
        Declared = "declared",
        /// In plain capitals.
        Plain = "plain",
        Kept = "kept",
    }
}

value::choices! {
    /// How the unknown month and day of a birth are written.
    pub enum PartialDates {
        /// Their keys are left out.
        Absent = "absent",
        Blank = "blank",
        /// `00`.
        Zero = "zero",
    }
}

value::choices! {
    /// When the APIs are open.
    pub enum Profile {
        /// Always.
        Open = "open",
        /// As the CGU have it: FICOBA closes an hour a day, and both fail at the published rates.
        Cgu = "cgu",
        /// Always, and a share of the calls fails at the gateway, while the state of health goes on saying that all is well.
        Incident = "incident",
    }
}

value::choices! {
    /// What an answer owes to the journal's file.
    pub enum JournalPolicy {
        /// Nothing: entries are written a moment later.
        Buffered = "buffered",
        /// It is sent once its entry is on disk.
        Strict = "strict",
    }
}

value::choices! {
    /// How the log is written.
    pub enum LogFormat {
        /// Lines for people.
        Text = "text",
        /// One JSON object a line.
        Json = "json",
    }
}
