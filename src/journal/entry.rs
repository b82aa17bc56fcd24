//! An entry, and the draft of one that a request carries along.

use std::{
    borrow::Cow,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    admission::{Chain, Control, QuotaState, Verdict},
    rights::ApiId,
};

/// What kind of event an entry tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A request of an API, of the token endpoint, or of nothing known.
    #[default]
    Request,
    /// A TLS handshake that failed.
    Handshake,
    /// A connection whose bytes were no request.
    Connection,
}

/// One event at the gateway.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 0, in the order of the answers.
    pub sequence: u64,
    /// The product's time when it came in.
    pub time: Timestamp,
    /// What it is.
    pub kind: Kind,
    /// The request's correlation identifier, or the one made for it.
    pub correlation_id: String,
    /// The request's `X-Request-ID`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request_id: Option<String>,
    /// Where it came from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<IpAddr>,
    /// The client certificate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub certificate: Option<CertificateFacts>,
    /// The partner, once the certificate named one.
    pub partner: Option<String>,
    /// The API.
    pub api: Option<ApiId>,
    /// The operation: that of the resource, or `token`, `revoke`, `jwks`.
    pub operation: Option<String>,
    /// The HTTP method.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub method: Option<String>,
    /// The HTTP status; none when the client went away or the connection was dropped.
    pub status: Option<u16>,
    /// The code in the answer: the gateway's, CAT, CAF, R2P's, or an OAuth2 error.
    pub code: Option<String>,
    /// Microseconds from the request's headers to the answer, monotonic.
    pub duration_us: u64,
    /// The verdict of each control, in order.
    pub controls: Vec<ControlFacts>,
    /// The quota after this call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quota: Option<QuotaFacts>,
    /// The motif, as sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub motif: Option<String>,
    /// The reference given to the demand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference: Option<String>,
    /// How many answers came back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answers: Option<u32>,
    /// The kinds of criteria given: names of attributes, never values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub criteria: Vec<Cow<'static, str>>,
    /// The keys restituted: names, never values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub restituted: Vec<Cow<'static, str>>,
    /// What is kept of the demand's justification.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub justification: Option<JustificationFacts>,
    /// What happened, where the rest does not say it: a failed handshake, a fault that was injected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

/// What is kept of a client certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// SHA-256 of the DER, hexadecimal.
    pub fingerprint: String,
    /// The subject.
    pub subject: String,
}

/// What is kept of a justification, which may name a person (FICOBA protocol v11, 2.3.1): nothing of its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JustificationFacts {
    /// How many characters it has.
    pub length: usize,
    /// A hash keyed for this run, hexadecimal: the same text gives the same, and nobody can go back.
    pub hash: String,
}

/// The verdict of one control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlFacts {
    /// The control.
    pub control: Control,
    /// `granted`, `refused` or `not-reached`.
    pub verdict: VerdictName,
    /// Why it refused, in French.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The three ends of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictName {
    /// Yes.
    Granted,
    /// No.
    Refused,
    /// Not asked.
    NotReached,
}

/// The state of the quota after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaFacts {
    /// Calls per minute.
    pub limit: u32,
    /// Calls admitted this minute.
    pub used: u32,
}

/// The facts that a request gathers on its way; each room writes what it knows.
#[derive(Debug, Default)]
pub struct Draft {
    /// The entry so far.
    pub entry: Entry,
    /// The controls so far.
    pub chain: Chain,
}

/// A handle on the draft, carried in the request's extensions.
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Draft>>);

impl Entry {
    /// The first control that refused.
    pub fn refused_by(&self) -> Option<Control> {
        self.controls.iter().find(|facts| facts.verdict == VerdictName::Refused).map(|facts| facts.control)
    }
}

impl Trace {
    /// The draft, to read or to write in.
    pub fn draft(&self) -> MutexGuard<'_, Draft> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The finished entry.
    pub fn finish(&self) -> Entry {
        let Draft { mut entry, chain } = std::mem::take(&mut *self.draft());
        entry.controls = chain.verdicts().map(ControlFacts::from).collect();
        entry
    }
}

impl From<(Control, &Verdict)> for ControlFacts {
    fn from((control, verdict): (Control, &Verdict)) -> Self {
        let (verdict, reason) = match verdict {
            Verdict::NotReached => (VerdictName::NotReached, None),
            Verdict::Granted => (VerdictName::Granted, None),
            Verdict::Refused(reason) => (VerdictName::Refused, Some(reason.clone())),
        };
        Self { control, verdict, reason }
    }
}

impl From<QuotaState> for QuotaFacts {
    fn from(state: QuotaState) -> Self {
        Self { limit: state.limit, used: state.used }
    }
}
