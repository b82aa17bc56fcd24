//! A recorded session: JSON Lines, a head and then one exchange a line, each written whole when it ends.
//!
//! The format is documented in `docs/parity.md` and versioned: a file of another version is refused by its first line.

mod read;
mod writer;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::{read::Session, writer::SessionWriter};
use super::form::Leaf;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// What the file is; [`FORMAT`].
    pub format: String,
    /// The version of the format; [`VERSION`].
    pub version: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// Where it comes from: `record`, `import`, `share`.
    pub source: Source,
    /// Whether values were kept, which is for a fictitious environment only.
    pub values: bool,
}

/// Where a session comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The recording proxy.
    Record,
    /// A HAR file.
    Import,
    /// An excerpt of another session.
    Share,
}

/// A request and what came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// Its number, in the order of the requests, from 1.
    pub n: u64,
    /// Milliseconds since the session began.
    pub at_ms: u64,
    /// Milliseconds until the answer's end.
    pub took_ms: u64,
    pub request: RecordedRequest,
    /// The answer; none when none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
    /// Why none came, or why it is not whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedRequest {
    pub method: String,
    /// The resource's operation, `token`, `revoke`, or the path's template.
    pub operation: String,
    /// The path, with `{}` in the place of each value.
    pub path: String,
    /// What stood there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Leaf>,
    /// The parameters of the query, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<(String, Leaf)>,
    /// The headers, names in lower case, in order.
    pub headers: Vec<(String, Leaf)>,
    pub body: Body,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// `1.1` or `2`; absent where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<String>,
    /// The headers, names in lower case, in order.
    pub headers: Vec<(String, Leaf)>,
    pub body: Body,
    /// The token's own parts, when it is a JWT: `header` and `claims`, by their shapes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<Value>,
}

/// A body. A shape is JSON in which every value is a [`Leaf`]; an array holds its distinct items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Body {
    /// None.
    Empty,
    Json {
        shape: Value,
    },
    Form {
        /// Its fields, in order.
        fields: Vec<(String, Leaf)>,
    },
    Xml {
        /// Its elements as JSON would have them, by their names with their prefixes.
        shape: Value,
    },
    /// A page.
    Html,
    /// Another text.
    Text,
    /// Bytes.
    Binary,
    /// What says it is JSON and is not.
    BadJson,
    /// More than is looked at.
    TooLong,
}

/// Why there is no answer, or not all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// Nobody answers there.
    Unreachable,
    /// The certificate of the server is not accepted, or the server does not accept ours.
    Tls,
    /// No answer in time.
    Timeout,
    /// The connection was cut.
    Reset,
    /// What came back is not HTTP.
    NotHttp,
    /// The client went away.
    ClientGone,
}

/// What a session's file begins with.
pub const FORMAT: &str = "bacasable-parity";
/// The version of the format that is written and read.
pub const VERSION: u32 = 1;

impl Head {
    /// The head of a session of this program.
    pub fn new(source: Source, values: bool) -> Self {
        let program = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: FORMAT.to_owned(), version: VERSION, program, source, values }
    }
}

impl Body {
    pub fn shape(&self) -> Option<&Value> {
        match self {
            Self::Json { shape } | Self::Xml { shape } => Some(shape),
            Self::Empty
            | Self::Form { .. }
            | Self::Html
            | Self::Text
            | Self::Binary
            | Self::BadJson
            | Self::TooLong => None,
        }
    }

    pub fn french(&self) -> &'static str {
        match self {
            Self::Empty => "aucun corps",
            Self::Json { .. } => "du JSON",
            Self::Form { .. } => "un formulaire",
            Self::Xml { .. } => "du XML",
            Self::Html => "une page HTML",
            Self::Text => "du texte",
            Self::Binary => "des octets",
            Self::BadJson => "du JSON illisible",
            Self::TooLong => "un corps trop long pour être examiné",
        }
    }
}

impl Failure {
    pub fn french(self) -> &'static str {
        match self {
            Self::Unreachable => "personne ne répond",
            Self::Tls => "la connexion TLS a échoué",
            Self::Timeout => "aucune réponse à temps",
            Self::Reset => "la connexion a été coupée",
            Self::NotHttp => "la réponse n'est pas du HTTP",
            Self::ClientGone => "le client est parti avant la fin",
        }
    }
}

#[cfg(test)]
mod tests;
