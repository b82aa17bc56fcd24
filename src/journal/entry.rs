//! An entry, and the draft of one that a request carries along.

use std::{
    borrow::Cow,
    net::IpAddr,
    sync::{Arc, LazyLock},
    time::Instant,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Made, SharedList, Values};
use crate::{
    admission::{Chain, Control, QuotaState, Verdict},
    peer::ClientCertificate,
    rights::ApiId,
};

/// What kind of event an entry tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Entry {
    /// The version of the entry's shape, [`FORMAT`]; 0 where a file does not say.
    #[serde(default)]
    pub format: u32,
    /// Its number, from 0, in the order of the answers.
    pub sequence: u64,
    /// The replica that wrote it down, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
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
    pub request_id: Option<String>,
    /// Where it came from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<IpAddr>,
    /// The port it came from: tells connections apart. 0 behind a trusted proxy.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub port: Option<u16>,
    /// The version of TLS: `TLSv1.3`, `TLSv1.2`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tls: Option<Cow<'static, str>>,
    /// Whether its connection resumed an earlier TLS session instead of a full handshake.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub resumed: Option<bool>,
    /// The version of HTTP: `HTTP/1.0`, `HTTP/1.1`, `HTTP/2`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub http: Option<Cow<'static, str>>,
    /// The request's `User-Agent`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_agent: Option<String>,
    /// The request's `Content-Encoding`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub content_encoding: Option<String>,
    /// The trusted proxy that spoke for it, if one did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub via: Option<IpAddr>,
    /// The client certificate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub certificate: Option<CertificateFacts>,
    /// The partner, once the certificate named one.
    pub partner: Option<String>,
    pub api: Option<ApiId>,
    /// The operation: that of the resource, or `token`, `revoke`, `jwks`.
    pub operation: Option<Cow<'static, str>>,
    /// The context under which the API was called, where it has several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub context: Option<Cow<'static, str>>,
    /// The HTTP method.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub method: Option<Cow<'static, str>>,
    /// The HTTP status; none when the client went away or the connection was dropped.
    pub status: Option<u16>,
    /// The code in the answer: the gateway's, CAT, CAF, R2P's, or an OAuth2 error.
    pub code: Option<String>,
    /// The environment that was rehearsed, where it is not production: `bac-a-sable`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub environment: Option<Cow<'static, str>>,
    /// Where the gateway itself stopped a call that no control refused: `routage`, for want of such an API, path or method, or of
    /// a correlation identifier.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub step: Option<Cow<'static, str>>,
    /// Microseconds from the start of the run to the request's headers, monotonic: tells what followed what, whatever the
    /// product's clock does.
    #[serde(default)]
    pub arrived_us: u64,
    /// Microseconds from the request's headers to the answer, monotonic.
    pub duration_us: u64,
    /// The verdict of each control, in order.
    pub controls: SharedList<ControlFacts>,
    /// The gateway that it came to, from 1, where several are simulated: each counts quotas for itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub node: Option<usize>,
    /// The quota after this call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quota: Option<QuotaFacts>,
    /// The lasting name of the first refusal by a control: `certificate-expired`, `token-revoked`, `quota-used-up`...
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cause: Option<Cow<'static, str>>,
    /// When the caller was told that it may come back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_access: Option<Timestamp>,
    /// The identifier of the token that control 3 accepted, or that was issued or revoked; never the token.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub token: Option<String>,
    /// A digest of what was asked, under a key of this run: the same request has the same one, and it tells nothing else.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub digest: Option<String>,
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
    #[serde(skip_serializing_if = "SharedList::is_empty", default)]
    pub restituted: SharedList<Cow<'static, str>>,
    /// Why the API or the token endpoint refused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refusal: Option<Box<RefusalFacts>>,
    /// What is kept of the demand's justification.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub justification: Option<JustificationFacts>,
    /// The kinds of identifiers in the request that look like those of the real world: `iban`, `spi`, `siren`, `siret`.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub vigilance: Vec<String>,
    /// What the request held, where `journal.values` asks for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub values: Option<Values>,
    /// The fault that was injected: the id of an order or of a scenario.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fault: Option<String>,
    /// Whether the console's page made the call in the partner's name: it tells nothing about the partner's client.
    #[serde(skip_serializing_if = "is_false", default)]
    pub from_console: bool,
    /// The part of bacasable that made the call, or marked the case, for itself: it tells nothing about the partner's client.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub made: Option<Made>,
    /// Whether it came in before a reset and ended after it: it is of the earlier run, and in the file alone.
    #[serde(skip_serializing_if = "is_false", default)]
    pub before_reset: bool,
    /// What happened, where the rest does not say it: a failed handshake, a fault that was injected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// The case of the recette that begins or ends, in an entry of that kind.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mark: Option<Mark>,
    /// What started, in an entry of that kind.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub run: Option<RunFacts>,
}

/// Marks a request, in its extensions, that the console's page makes in a partner's name.
#[derive(Clone, Copy, Debug)]
pub struct FromConsole;

/// A case of the recette that begins or ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The id of the case.
    pub case: String,
    /// Which of the two.
    pub step: Step,
}

/// The two ends of a rehearsed case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// What follows is the case.
    Begin,
    /// The case is over.
    End,
}

/// What a server says of itself when it starts: enough to judge its entries without it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The version of the program.
    pub version: String,
    /// The seed of the register.
    pub seed: u64,
    /// How many generated people live in it.
    pub population: u64,
    /// What a seed means in this program ([`crate::register::VERSION`]); 0 in journals that do not say.
    #[serde(default)]
    pub register: u32,
    /// The settings that differ from their defaults, as the file would write them; no secret.
    pub settings: Vec<(String, String)>,
    /// Whether it shares a store with others: numbers that are missing in its file are then those of their entries.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replica: bool,
}

/// What is kept of a client certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// SHA-256 of the DER, hexadecimal.
    pub fingerprint: Arc<str>,
    pub subject: Arc<str>,
}

/// What is kept of a justification, which may name a person (FICOBA protocol v11, 2.3.1): nothing of its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JustificationFacts {
    /// How many characters it has.
    pub length: usize,
    /// Its digest, under a key of this run: the same text has the same one, and it tells nothing else.
    pub hash: String,
    /// What the whole text is, when it is an identifier and no justification: `spi`, `iban`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub identifier: Option<String>,
}

/// Why an API or the token endpoint refused: what was answered, and what would have been right. Never a value of the request:
/// of what came, its length and its classes of characters alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalFacts {
    /// The message that was answered.
    pub message: String,
    /// The attribute, the parameter, the header or the field at fault.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attribute: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expected: Option<String>,
    /// What kind of thing came.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub received: Option<String>,
    /// What else explains it, a sentence without its full stop.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub explanation: Option<String>,
}

/// The verdict of one control.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ControlFacts {
    pub control: Control,
    /// `granted`, `refused`, `not-reached` or `not-asked`.
    pub verdict: VerdictName,
    /// Why it refused, in French.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The four ends of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictName {
    /// Yes.
    Granted,
    /// No.
    Refused,
    /// An earlier control refused.
    NotReached,
    /// The environment does not ask it of such a call.
    NotAsked,
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
    /// Why the answer is what it is, in French, where no control says it: told in the diagnostics.
    pub reason: Option<String>,
    /// The series of references that was current when it came in.
    pub series: u64,
    /// When it came in, monotonic.
    pub began: Option<Instant>,
}

/// What an API notes of a request that it answers (CGU FICOBA 10, CGU R2P 10): names and counts, never values.
#[derive(Debug, Default)]
pub struct Facts {
    /// The code in the answer, where it has one.
    pub code: Option<&'static str>,
    /// The motif, as sent.
    pub motif: Option<String>,
    /// The kinds of criteria given.
    pub criteria: Vec<Cow<'static, str>>,
    /// The kinds of identifiers given that look like those of the real world.
    pub vigilance: Vec<String>,
    /// What is kept of the demand's justification.
    pub justification: Option<JustificationFacts>,
    /// The reference given to the demand.
    pub reference: Option<String>,
    /// How many answers came back.
    pub answers: Option<u32>,
    /// The keys restituted.
    pub restituted: SharedList<Cow<'static, str>>,
    /// Why the convention does not open what was asked, in French: shown under the control of rights.
    pub refused_right: Option<String>,
    /// Why the answer is what it is, in French, where no control says it.
    pub reason: Option<String>,
    /// Why the API refused.
    pub refusal: Option<RefusalFacts>,
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

impl RefusalFacts {
    /// A refusal with nothing to add but a sentence.
    pub fn because(explanation: impl Into<String>) -> Self {
        Self { explanation: Some(explanation.into()), ..Self::default() }
    }

    /// An attribute that is not what was expected.
    pub fn expected(attribute: impl Into<String>, expected: impl Into<String>) -> Self {
        let (attribute, expected) = (Some(attribute.into()), Some(expected.into()));
        Self { attribute, expected, ..Self::default() }
    }

    /// The same with this message.
    pub fn answered(self, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..self }
    }

    /// In whole sentences: `IBAN (iban) : 27 caractères sans espace, commençant par FR. Reçu : 33 caractères (...).`
    pub fn sentence(&self) -> String {
        let Self { message, attribute, expected, received, explanation } = self;
        let mut sentences = Vec::new();
        match (attribute, expected) {
            (Some(attribute), Some(expected)) => {
                sentences.push(format!("{attribute} : {expected}"))
            }
            (None, Some(expected)) => sentences.push(format!("Attendu : {expected}")),
            (Some(attribute), None) if explanation.is_none() => {
                sentences.push(format!("{attribute} : {message}"));
            }
            (Some(_) | None, None) => {}
        }
        sentences.extend(received.iter().map(|received| format!("Reçu : {received}")));
        sentences.extend(explanation.iter().map(|text| capitalised(text)));
        if sentences.is_empty() {
            sentences.push(message.clone());
        }
        let ended = sentences.iter().map(|text| format!("{}.", text.trim_end_matches('.')));
        ended.collect::<Vec<_>>().join(" ")
    }
}

fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest.as_str().chars()).collect()
}

impl Draft {
    /// Adds what an API noted.
    pub fn add(&mut self, facts: Facts) {
        let entry = &mut self.entry;
        entry.code = facts.code.map(str::to_owned).or(entry.code.take());
        entry.motif = facts.motif;
        entry.criteria = facts.criteria;
        entry.vigilance = facts.vigilance;
        entry.justification = facts.justification;
        entry.reference = facts.reference;
        entry.answers = facts.answers;
        entry.restituted = facts.restituted;
        if let Some(reason) = facts.refused_right {
            self.chain.refuse_right(reason);
        }
        self.explain(facts.reason);
        if let Some(refusal) = facts.refusal {
            self.refuse(refusal);
        }
    }

    /// Writes down whose call it is, as far as the controls know.
    pub fn note_partner(&mut self) {
        let partner = self.chain.partner().map(|partner| &partner.id);
        if self.entry.partner.as_ref() != partner {
            self.entry.partner = partner.cloned();
        }
    }

    /// Keeps a reason for the diagnostics, and as the entry's note.
    pub fn explain(&mut self, reason: Option<String>) {
        if let Some(reason) = reason {
            self.entry.note.get_or_insert_with(|| reason.clone());
            self.reason = Some(reason);
        }
    }

    /// Keeps why an API or the token endpoint refused; the diagnostics tell it.
    pub fn refuse(&mut self, facts: RefusalFacts) {
        self.reason = Some(facts.sentence());
        self.entry.refusal = Some(Box::new(facts));
    }

    /// The finished entry; the draft is empty afterwards.
    pub fn finish(&mut self) -> Entry {
        let Self { mut entry, chain, .. } = std::mem::take(self);
        entry.controls = verdicts(&chain);
        entry.cause = chain.cause.map(Cow::Borrowed);
        entry.next_access = chain.next_access;
        entry.token = chain.token.map(|token| token.id.clone()).or(entry.token);
        entry
    }
}

fn verdicts(chain: &Chain) -> SharedList<ControlFacts> {
    static ALL_GRANTED: LazyLock<SharedList<ControlFacts>> = LazyLock::new(|| {
        Control::ALL
            .iter()
            .map(|control| ControlFacts::from((*control, &Verdict::Granted)))
            .collect()
    });
    match chain.verdicts().all(|(_, verdict)| *verdict == Verdict::Granted) {
        true => ALL_GRANTED.clone(),
        false => chain.verdicts().map(ControlFacts::from).collect(),
    }
}

impl From<(Control, &Verdict)> for ControlFacts {
    fn from((control, verdict): (Control, &Verdict)) -> Self {
        let (verdict, reason) = match verdict {
            Verdict::NotReached => (VerdictName::NotReached, None),
            Verdict::NotAsked => (VerdictName::NotAsked, None),
            Verdict::Granted => (VerdictName::Granted, None),
            Verdict::Refused(reason) => (VerdictName::Refused, Some(reason.clone())),
        };
        Self { control, verdict, reason }
    }
}

impl From<&ClientCertificate> for CertificateFacts {
    fn from(certificate: &ClientCertificate) -> Self {
        let (fingerprint, subject) = certificate.shown();
        Self { fingerprint, subject }
    }
}

impl From<QuotaState> for QuotaFacts {
    fn from(state: QuotaState) -> Self {
        Self { limit: state.limit, used: state.used }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
