//! What a control can answer no with, as data.

use std::{net::IpAddr, sync::Arc};

use jiff::Timestamp;

use crate::{
    directory::State, domain::Control, peer::CertificateFault, rights::ApiId, tokens::TokenFault,
};

/// What a control found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// An earlier one refused.
    #[default]
    NotReached,
    /// The environment does not ask it of this call.
    NotAsked,
    /// Yes.
    Granted,
    /// No, and why, in French.
    Refused(String),
}

/// The one reason for which a request is turned away at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No client certificate was presented.
    NoCertificate,
    /// The certificate is not one to trust.
    Certificate(CertificateFault),
    /// The certificate is good and no partner's.
    NobodysCertificate {
        subject: String,
        /// Whether the subject has several common names, of which none counts.
        several_names: bool,
    },
    /// The partner declares the certificate for later.
    CertificateNotYet { partner: String, from: Timestamp },
    /// The partner no longer declares the certificate: another one has taken its place.
    CertificateNoLonger { partner: String, since: Timestamp },
    /// The address is in none of the partner's networks.
    Address {
        /// Where the call came from.
        seen: IpAddr,
        /// The networks that were declared.
        declared: String,
    },
    /// A trusted proxy does not say whom it speaks for: the hop that it vouches for is no address.
    UnreadableHop { seen: Arc<str> },
    /// No usable `Authorization` header.
    NoToken {
        /// What was seen in its place.
        seen: Authorization,
    },
    /// The token is not one to accept.
    Token(TokenFault),
    /// The word `Bearer` stands where the token is expected: the header has it twice.
    RepeatedWord,
    /// The token stands between quotation marks, and so is none.
    QuotedToken(TokenFault),
    /// What obtains a token stands in its place.
    CredentialAsToken {
        /// Whether it is the application's secret; else its key.
        is_secret: bool,
    },
    /// The token is good and its application is no longer known.
    UnknownApplication,
    /// The convention declares an `ID_Teleservice` and the request carries another one, or none.
    Teleservice {
        /// Whose convention declares it.
        partner: String,
        /// Whether the request carries one.
        is_given: bool,
    },
    /// The certificate is one partner's and the token another's.
    OtherPartner { certificate: String, token: String },
    /// The convention is not in force.
    NotInForce {
        /// What it is instead.
        state: State,
        /// Since when and why, in French.
        explanation: String,
    },
    /// The convention does not open this API.
    NotSubscribed(ApiId),
    /// The token was not granted the scope of the resource.
    MissingScope {
        scope: &'static str,
        /// Whether the convention opens it, so that asking for it would help.
        grantable: bool,
    },
    /// The minute's calls are used up.
    Quota {
        /// Calls per minute.
        limit: u32,
        /// When the next minute begins.
        resets_at: Timestamp,
    },
}

/// What stood in the place of a bearer token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// No header.
    Absent,
    /// A header without the word `Bearer`.
    OtherScheme,
    /// The word in another case: the product wants a capital B.
    OtherCase,
    /// The word with nothing behind it.
    Empty,
}

impl Refusal {
    /// Every name that [`Refusal::cause`] gives.
    pub const CAUSES: [&str; 40] = [
        "no-certificate",
        "certificate-unreadable",
        "certificate-unknown-authority",
        "certificate-expired",
        "certificate-not-yet-valid",
        "certificate-wrong-use",
        "certificate-revoked",
        "certificate-unacceptable",
        "certificate-of-nobody",
        "certificate-not-yet-declared",
        "certificate-no-longer-declared",
        "address-not-declared",
        "address-unreadable",
        "no-token",
        "bearer-absent",
        "bearer-other-case",
        "bearer-empty",
        "bearer-repeated",
        "bearer-quoted",
        "token-is-secret",
        "token-is-key",
        "token-opaque",
        "token-malformed",
        "token-foreign",
        "token-forged",
        "token-critical",
        "token-expired",
        "token-not-yet-valid",
        "token-revoked",
        "unknown-application",
        "no-teleservice",
        "wrong-teleservice",
        "other-partner",
        "convention-in-force",
        "convention-suspended",
        "convention-ended",
        "convention-not-begun",
        "not-subscribed",
        "missing-scope",
        "quota-used-up",
    ];

    /// The control that refuses.
    pub fn control(&self) -> Control {
        match self {
            Self::NoCertificate
            | Self::Certificate(_)
            | Self::NobodysCertificate { .. }
            | Self::CertificateNotYet { .. }
            | Self::CertificateNoLonger { .. } => Control::Certificate,
            Self::Address { .. } | Self::UnreadableHop { .. } => Control::Address,
            Self::NoToken { .. }
            | Self::Token(_)
            | Self::RepeatedWord
            | Self::QuotedToken(_)
            | Self::CredentialAsToken { .. }
            | Self::UnknownApplication
            | Self::Teleservice { .. } => Control::TechnicalId,
            Self::OtherPartner { .. } | Self::NotInForce { .. } => Control::Identity,
            Self::NotSubscribed(_) | Self::MissingScope { .. } => Control::Rights,
            Self::Quota { .. } => Control::Quota,
        }
    }

    /// Its lasting name, for programs that read the journal: words may be reworded, this never is.
    pub fn cause(&self) -> &'static str {
        match self {
            Self::NoCertificate => "no-certificate",
            Self::Certificate(fault) => match fault {
                CertificateFault::Unreadable => "certificate-unreadable",
                CertificateFault::UnknownAuthority { .. } => "certificate-unknown-authority",
                CertificateFault::Expired { .. } => "certificate-expired",
                CertificateFault::NotYetValid { .. } => "certificate-not-yet-valid",
                CertificateFault::WrongUse => "certificate-wrong-use",
                CertificateFault::Revoked { .. } => "certificate-revoked",
                CertificateFault::Unacceptable { .. } => "certificate-unacceptable",
            },
            Self::NobodysCertificate { .. } => "certificate-of-nobody",
            Self::CertificateNotYet { .. } => "certificate-not-yet-declared",
            Self::CertificateNoLonger { .. } => "certificate-no-longer-declared",
            Self::Address { .. } => "address-not-declared",
            Self::UnreadableHop { .. } => "address-unreadable",
            Self::NoToken { seen } => match seen {
                Authorization::Absent => "no-token",
                Authorization::OtherScheme => "bearer-absent",
                Authorization::OtherCase => "bearer-other-case",
                Authorization::Empty => "bearer-empty",
            },
            Self::Token(fault) => match fault {
                TokenFault::Opaque => "token-opaque",
                TokenFault::Malformed => "token-malformed",
                TokenFault::Foreign => "token-foreign",
                TokenFault::Forged => "token-forged",
                TokenFault::Critical => "token-critical",
                TokenFault::Expired { .. } => "token-expired",
                TokenFault::NotYet { .. } => "token-not-yet-valid",
                TokenFault::Revoked => "token-revoked",
            },
            Self::RepeatedWord => "bearer-repeated",
            Self::QuotedToken(_) => "bearer-quoted",
            Self::CredentialAsToken { is_secret: true } => "token-is-secret",
            Self::CredentialAsToken { is_secret: false } => "token-is-key",
            Self::UnknownApplication => "unknown-application",
            Self::Teleservice { is_given: false, .. } => "no-teleservice",
            Self::Teleservice { is_given: true, .. } => "wrong-teleservice",
            Self::OtherPartner { .. } => "other-partner",
            Self::NotInForce { state, .. } => match state {
                State::InForce => "convention-in-force",
                State::Suspended => "convention-suspended",
                State::Ended => "convention-ended",
                State::NotBegun => "convention-not-begun",
            },
            Self::NotSubscribed(_) => "not-subscribed",
            Self::MissingScope { .. } => "missing-scope",
            Self::Quota { .. } => "quota-used-up",
        }
    }

    /// When the caller may come back, where the refusal says so.
    pub fn next_access(&self) -> Option<Timestamp> {
        if let Self::Quota { resets_at, .. } = self { Some(*resets_at) } else { None }
    }
}
