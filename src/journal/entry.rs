//! An entry: one event at the gateway.

use std::{borrow::Cow, net::IpAddr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Made, SharedList, Values,
    facts::{
        CertificateFacts, ControlFacts, JustificationFacts, QuotaFacts, RefusalFacts, VerdictName,
    },
};
use crate::{admission::Control, rights::ApiId};

/// What kind of event an entry tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = EntryKind)]
pub enum Kind {
    /// A request of an API, of the token endpoint, or of nothing known.
    #[default]
    Request,
    /// A TLS handshake that failed.
    Handshake,
    /// A connection whose bytes were no request.
    Connection,
    /// A server that starts: the first line of its part of a file.
    Start,
    /// A case of the recette that begins or ends.
    Recette,
    /// The store of the replicas is lost, or back.
    Store,
    /// An application had no room for one more revocation: all its tokens are refused.
    Tokens,
}

/// The version of the entries that this program writes and reads; each line of a file names its own.
pub const FORMAT: u32 = 1;

/// One event at the gateway.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = JournalEntry)]
pub struct Entry {
    /// The version of the entry's shape; 0 where a file does not say.
    #[serde(default)]
    #[schema(required)]
    pub format: u32,
    /// Its number, from 0, in the order of the answers.
    pub sequence: u64,
    /// The replica that wrote it down, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub replica: Option<String>,
    /// The product's time when it came in.
    pub time: Timestamp,
    /// What it is.
    pub kind: Kind,
    /// The request's correlation identifier, or the one made for it.
    pub correlation_id: String,
    /// Whether the request brought no correlation identifier, so that one was made.
    #[serde(skip_serializing_if = "is_false", default)]
    pub correlation_made: bool,
    /// The request's `X-Request-ID`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub request_id: Option<String>,
    /// Where it came from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = String)]
    pub address: Option<IpAddr>,
    /// The port it came from: tells connections apart. 0 behind a trusted proxy.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub port: Option<u16>,
    /// The version of TLS: `TLSv1.3`, `TLSv1.2`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub tls: Option<Cow<'static, str>>,
    /// Whether its connection resumed an earlier TLS session instead of a full handshake.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub resumed: Option<bool>,
    /// The version of HTTP: `HTTP/1.0`, `HTTP/1.1`, `HTTP/2`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub http: Option<Cow<'static, str>>,
    /// The request's `User-Agent`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub user_agent: Option<String>,
    /// The request's `Content-Encoding`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub content_encoding: Option<String>,
    /// The trusted proxy that spoke for it, if one did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = String)]
    pub via: Option<IpAddr>,
    /// The client certificate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub certificate: Option<CertificateFacts>,
    /// The partner, once the certificate named one.
    #[schema(required)]
    pub partner: Option<String>,
    #[schema(required)]
    pub api: Option<ApiId>,
    /// The operation: that of the resource, or `token`, `revoke`, `jwks`.
    #[schema(required)]
    pub operation: Option<Cow<'static, str>>,
    /// The context under which the API was called, where it has several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub context: Option<Cow<'static, str>>,
    /// The HTTP method.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub method: Option<Cow<'static, str>>,
    /// The HTTP status; none when the client went away or the connection was dropped.
    #[schema(required)]
    pub status: Option<u16>,
    /// The code in the answer: the gateway's, CAT, CAF, R2P's, or an OAuth2 error.
    #[schema(required)]
    pub code: Option<String>,
    /// The environment that was rehearsed, where it is not production: `bac-a-sable`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub environment: Option<Cow<'static, str>>,
    /// Where the gateway itself stopped a call that no control refused: `routage`, for want of an API, a path, a method or a correlation identifier.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub step: Option<Cow<'static, str>>,
    /// Microseconds from the start of the run to the request's headers, monotonic: what followed what, whatever the product's clock does.
    #[serde(default)]
    #[schema(required)]
    pub arrived_us: u64,
    /// Microseconds from the request's headers to the answer, monotonic.
    pub duration_us: u64,
    /// The verdict of each control, in order.
    #[schema(value_type = Vec<ControlFacts>)]
    pub controls: SharedList<ControlFacts>,
    /// The simulated gateway that it came to, from 1
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub node: Option<usize>,
    /// The quota after this call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub quota: Option<QuotaFacts>,
    /// The lasting name of the first refusal by a control: `certificate-expired`, `token-revoked`, `quota-used-up`...
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub cause: Option<Cow<'static, str>>,
    /// When the caller was told that it may come back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub next_access: Option<Timestamp>,
    /// The identifier of the token that control 3 accepted, or that was issued or revoked; never the token.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub token: Option<String>,
    /// A digest of what was asked, under a key of this run: the same request has the same one, and it tells nothing else.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub digest: Option<String>,
    /// The motif, as sent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub motif: Option<String>,
    /// The reference given to the demand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub reference: Option<String>,
    /// How many answers came back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub answers: Option<u32>,
    /// The kinds of criteria given: names of attributes, never values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub criteria: Vec<Cow<'static, str>>,
    /// The keys restituted: names, never values.
    #[serde(skip_serializing_if = "SharedList::is_empty", default)]
    #[schema(value_type = Vec<String>)]
    pub restituted: SharedList<Cow<'static, str>>,
    /// Why the API or the token endpoint refused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub refusal: Option<Box<RefusalFacts>>,
    /// The lasting name of a mistake that the answer says nothing of: `wrong-key`, `birth-to-come`, `other-certificate`, `nothing-revoked`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub mistake: Option<Cow<'static, str>>,
    /// What is kept of the demand's justification.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub justification: Option<JustificationFacts>,
    /// The kinds of identifiers in the request that look like those of the real world: `iban`, `spi`, `siren`, `siret`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub vigilance: Vec<String>,
    /// What the request held, where `journal.values` asks for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(ignore)]
    pub values: Option<Values>,
    /// The fault that was injected: the id of an order or of a scenario.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub fault: Option<String>,
    /// Whether the console's page made the call in the partner's name: it tells nothing about the partner's client.
    #[serde(skip_serializing_if = "is_false", default)]
    pub from_console: bool,
    /// The part of bacasable that made the call, or marked the case, for itself: it tells nothing about the partner's client.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub made: Option<Made>,
    /// Whether it came in before a reset and ended after it: it is of the earlier run, and in the file alone.
    #[serde(skip_serializing_if = "is_false", default)]
    pub before_reset: bool,
    /// What happened, where the rest does not say it: a failed handshake, a fault that was injected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub note: Option<String>,
    /// The case of the recette that begins or ends, in an entry of that kind.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub mark: Option<Mark>,
    /// What started, in an entry of that kind.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub run: Option<RunFacts>,
}

/// Marks a request, in its extensions, that the console's page makes in a partner's name.
#[derive(Clone, Copy, Debug)]
pub struct FromConsole;

/// A case of the recette that begins or ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EntryMark)]
pub struct Mark {
    /// The id of the case.
    pub case: String,
    /// Which of the two.
    pub step: Step,
}

/// The two ends of a rehearsed case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RecetteStep)]
pub enum Step {
    /// What follows is the case.
    Begin,
    /// The case is over.
    End,
}

/// What a server says of itself when it starts: enough to judge its entries without it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EntryRun)]
pub struct RunFacts {
    /// The version of the program.
    pub version: String,
    /// The seed of the register.
    pub seed: u64,
    /// How many generated people live in it.
    pub population: u64,
    /// What a seed means in this program; 0 in journals that do not say.
    #[serde(default)]
    #[schema(required)]
    pub register: u32,
    /// The settings that differ from their defaults, as the file would write them; no secret.
    #[schema(value_type = Vec<Vec<String>>)]
    pub settings: Vec<(String, String)>,
    /// Whether it shares a store with others: numbers that are missing in its file are then those of their entries.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replica: bool,
}

impl Entry {
    /// What a control said; `NotReached` where the entry has nothing of it.
    pub fn verdict(&self, control: Control) -> VerdictName {
        let facts = self.controls.iter().find(|facts| facts.control == control);
        facts.map_or(VerdictName::NotReached, |facts| facts.verdict)
    }

    /// Why the API itself refused a right (a search that is not opened), where it did: the journal has it under the control
    /// `rights`, and the call had passed every control of the gateway.
    pub fn refused_right(&self) -> Option<&ControlFacts> {
        let passed = self.verdict(Control::Quota) == VerdictName::Granted;
        let is_refusal = |facts: &&ControlFacts| {
            facts.control == Control::Rights && facts.verdict == VerdictName::Refused
        };
        self.controls.iter().find(is_refusal).filter(|_| passed)
    }

    /// The verdict of a control as the gateway itself gave it.
    pub fn verdict_of_gateway(&self, control: Control) -> VerdictName {
        match (control, self.refused_right()) {
            (Control::Rights, Some(_)) => VerdictName::Granted,
            (_, _) => self.verdict(control),
        }
    }

    /// The first control that refused.
    pub fn refused_by(&self) -> Option<Control> {
        self.controls
            .iter()
            .find(|facts| facts.verdict == VerdictName::Refused)
            .map(|facts| facts.control)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
