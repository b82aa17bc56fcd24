//! What an entry keeps of a certificate, of the controls and the quota, and of why an API refused.

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    admission::{Control, QuotaState, Verdict},
    peer::ClientCertificate,
};

/// What is kept of a client certificate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = EntryCertificate)]
pub struct CertificateFacts {
    /// SHA-256 of the DER, hexadecimal.
    #[schema(value_type = String)]
    pub fingerprint: Arc<str>,
    #[schema(value_type = String)]
    pub subject: Arc<str>,
}

/// What is kept of a justification, which may name a person (FICOBA protocol v11, 2.3.1): nothing of its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EntryJustification)]
pub struct JustificationFacts {
    /// How many characters it has.
    pub length: usize,
    /// Its digest, under a key of this run: the same text has the same one, and it tells nothing else.
    pub hash: String,
    /// What the whole text is, when it is an identifier and no justification: `spi`, `iban`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub identifier: Option<String>,
    /// A digest of the motif and the criteria that it justifies, under a key of this run, whatever the date and the text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub demand: Option<String>,
}

/// Why an API or the token endpoint refused: what was answered, what would have been right, and of what came its length and its classes of characters, never a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EntryRefusal)]
pub struct RefusalFacts {
    /// The message that was answered.
    pub message: String,
    /// The lasting name of the mistake, where several are answered the same code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub cause: Option<Cow<'static, str>>,
    /// The attribute, the parameter, the header or the field at fault.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub attribute: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub expected: Option<String>,
    /// What kind of thing came.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub received: Option<String>,
    /// What else explains it, a sentence without its full stop.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub explanation: Option<String>,
}

/// The verdict of one control.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = EntryControl)]
pub struct ControlFacts {
    pub control: Control,
    /// `granted`, `refused`, `not-reached` or `not-asked`.
    pub verdict: VerdictName,
    /// Why it refused, in French.
    #[serde(default)]
    #[schema(required)]
    pub reason: Option<String>,
}

/// The four ends of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = EntryVerdict)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EntryQuota)]
pub struct QuotaFacts {
    /// Calls per minute.
    #[schema(format = Int64)]
    pub limit: u32,
    /// Calls admitted this minute.
    #[schema(format = Int64)]
    pub used: u32,
}

impl RefusalFacts {
    /// Every name of a mistake, where its code is that of others too: words may be reworded, these never are.
    pub const CAUSES: [&str; 35] = [
        "unknown-context",
        "unknown-path",
        "wrong-method",
        "wrong-method-for-tokens",
        "unread-body",
        "no-grant-type",
        "repeated-parameter",
        "wrong-validity-period",
        "no-token-to-revoke",
        "repeated-credentials",
        "undecodable-credentials",
        "contradictory-credentials",
        "no-credentials",
        "no-secret",
        "unknown-client",
        "wrong-secret",
        "no-correlation",
        "malformed-correlation",
        "no-teleservice",
        "no-attribute",
        "malformed-attribute",
        "no-indicator",
        "several-indicators",
        "motif-not-of-convention",
        "motif-not-for-search",
        "closed-modality",
        "criterion-not-of-motif",
        "no-parameter",
        "malformed-parameter",
        "misplaced-parameter",
        "impossible-parameter",
        "impossible-scale",
        "incomplete-criteria",
        "closed-mode",
        "closed-spi",
    ];

    /// The same, a mistake of this name.
    pub fn caused(self, cause: &'static str) -> Self {
        debug_assert!(Self::CAUSES.contains(&cause), "{cause} is not listed");
        Self { cause: Some(cause.into()), ..self }
    }

    /// A refusal with nothing to add but a sentence.
    pub fn because(explanation: impl Into<String>) -> Self {
        Self { explanation: Some(explanation.into()), ..Self::default() }
    }

    /// An answer that was ordered: what its code usually means is not why it came. `why` is a sentence in French without its end.
    pub fn of_order(why: &str) -> Self {
        Self::because(format!("{why}{BLAMELESS}"))
    }

    /// Whether the answer was ordered.
    pub fn is_of_order(&self) -> bool {
        self.explanation.as_deref().is_some_and(|why| why.ends_with(BLAMELESS))
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

    /// The same with something else that explains it.
    pub fn and(self, more: Option<impl Into<String>>) -> Self {
        let Some(more) = more else { return self };
        let all = [self.explanation.clone(), Some(more.into())];
        let explanation = all.into_iter().flatten().collect::<Vec<_>>().join(" ; ");
        Self { explanation: Some(explanation), ..self }
    }

    /// In whole sentences: `IBAN (iban) : 27 caractères sans espace, commençant par FR. Reçu : 33 caractères (...).`
    pub fn sentence(&self) -> String {
        let Self { message, cause: _, attribute, expected, received, explanation } = self;
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

/// How the sentence about an ordered answer ends.
const BLAMELESS: &str = ", la demande n'y est pour rien.";
