//! From a cause to the code and the description that the product has for it.

use crate::{
    admission::Refusal,
    directory::State,
    product::{
        Description, GatewayCode,
        codes::{
            ADDRESS_BLOCKED, FORBIDDEN, INVALID_CREDENTIALS, MISSING_CREDENTIALS, MISSING_SCOPE,
            SUBSCRIPTION_BLOCKED, SUBSCRIPTION_QUOTA,
        },
    },
    tokens::TokenFault,
};

pub(super) fn code(refusal: &Refusal) -> &'static GatewayCode {
    match refusal {
        Refusal::NoCertificate
        | Refusal::Certificate(_)
        | Refusal::NobodysCertificate { .. }
        | Refusal::CertificateNotYet { .. }
        | Refusal::CertificateNoLonger { .. }
        | Refusal::Token(_)
        | Refusal::RepeatedWord
        | Refusal::QuotedToken(_)
        | Refusal::CredentialAsToken { .. }
        | Refusal::UnknownApplication
        | Refusal::Teleservice { .. }
        | Refusal::OtherPartner { .. } => &INVALID_CREDENTIALS,
        Refusal::NoToken { .. } => &MISSING_CREDENTIALS,
        Refusal::Address { .. } | Refusal::UnreadableHop { .. } => &ADDRESS_BLOCKED,
        Refusal::NotInForce { state: State::Suspended, .. } => &SUBSCRIPTION_BLOCKED,
        Refusal::NotInForce { .. } | Refusal::NotSubscribed(_) => &FORBIDDEN,
        Refusal::MissingScope { .. } => &MISSING_SCOPE,
        Refusal::Quota { .. } => &SUBSCRIPTION_QUOTA,
    }
}

/// What is said of a refusal, beside its message: of a token, more than its code has.
pub(super) fn description(refusal: &Refusal) -> Description {
    if let Refusal::Token(fault) | Refusal::QuotedToken(fault) = refusal {
        of_token(*fault)
    } else if let Refusal::RepeatedWord | Refusal::CredentialAsToken { .. } = refusal {
        of_token(TokenFault::Opaque)
    } else {
        code(refusal).description
    }
}

/// A text that is no JWT, or one of another issuer, is looked up as an opaque token (apim-wire 6.1).
fn of_token(fault: TokenFault) -> Description {
    match fault {
        TokenFault::Opaque | TokenFault::Foreign => Description::UnknownToken,
        TokenFault::Malformed | TokenFault::Revoked => Description::BadJwt,
        TokenFault::Forged
        | TokenFault::Critical
        | TokenFault::Expired { .. }
        | TokenFault::NotYet { .. } => INVALID_CREDENTIALS.description,
    }
}
