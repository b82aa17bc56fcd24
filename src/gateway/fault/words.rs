//! From a cause to status, code, message and description: the product's table (apim-wire 2.2 to 2.4).

use http::StatusCode;
use jiff::Timestamp;

use super::{
    Fault, Place, access_time,
    dialect::{Family, Wording},
};
use crate::{
    admission::Refusal,
    config::Dialect,
    directory::State,
    faults::product::{self, Description, ProductCode},
    rights::ApiId,
    tokens::TokenFault,
};

impl Fault {
    /// Status and code.
    pub(super) fn numbers(&self) -> (StatusCode, u32) {
        match self {
            Self::Refused(refusal) => refusal_numbers(refusal),
            Self::NoApi | Self::NoResource => (StatusCode::NOT_FOUND, 404),
            Self::NoMethod => (StatusCode::METHOD_NOT_ALLOWED, 405),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, 413),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, 408),
            Self::Injected { code, .. } => (
                StatusCode::from_u16(code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                code.number,
            ),
        }
    }

    pub(super) fn wording(&self, place: Place<'_>) -> Wording {
        let (status, code) = self.numbers();
        let other =
            |message, description: &str| (Family::Other, message, description.to_owned(), None);
        let (family, message, description, next_access) = match self {
            Self::Refused(refusal) => refusal_words(refusal, code, place),
            Self::NoApi => other("Not Found", "The requested resource is not available."),
            Self::NoResource => {
                other("Runtime Error", "No matching resource found for given API Request")
            }
            Self::NoMethod => other("Runtime Error", "Method not allowed for given API resource"),
            Self::TooLarge => other("Runtime Error", "The request body is too large"),
            Self::TooSlow => other("Runtime Error", "The request did not arrive in time"),
            Self::Injected { code, until } => injected_words(code, *until, place),
        };
        Wording { status, code, family, message, description, next_access }
    }
}

type Words = (Family, &'static str, String, Option<Timestamp>);

fn refusal_numbers(refusal: &Refusal) -> (StatusCode, u32) {
    match refusal {
        Refusal::NoCertificate
        | Refusal::Certificate(_)
        | Refusal::NobodysCertificate { .. }
        | Refusal::CertificateNotYet { .. }
        | Refusal::CertificateNoLonger { .. }
        | Refusal::Token(_)
        | Refusal::UnknownApplication
        | Refusal::Teleservice
        | Refusal::OtherPartner { .. } => (StatusCode::UNAUTHORIZED, 900_901),
        Refusal::NoToken { .. } => (StatusCode::UNAUTHORIZED, 900_902),
        Refusal::Address { .. } => (StatusCode::FORBIDDEN, 900_805),
        Refusal::NotInForce { state: State::Suspended, .. } => (StatusCode::UNAUTHORIZED, 900_907),
        Refusal::NotInForce { .. } | Refusal::NotSubscribed(_) => (StatusCode::FORBIDDEN, 900_908),
        Refusal::MissingScope { .. } => (StatusCode::FORBIDDEN, 900_910),
        Refusal::Quota { .. } => (StatusCode::TOO_MANY_REQUESTS, 900_804),
    }
}

fn refusal_words(refusal: &Refusal, code: u32, place: Place<'_>) -> Words {
    let security = |message, description: String| (Family::Security, message, description, None);
    match refusal {
        Refusal::NoCertificate
        | Refusal::Certificate(_)
        | Refusal::NobodysCertificate { .. }
        | Refusal::CertificateNotYet { .. }
        | Refusal::CertificateNoLonger { .. }
        | Refusal::UnknownApplication
        | Refusal::Teleservice
        | Refusal::OtherPartner { .. } => security(INVALID, format!("{INVALID}. {TAIL}")),
        Refusal::Token(fault) => {
            security(INVALID, format!("{}. {TAIL}", token_words(*fault, place)))
        }
        Refusal::NoToken { .. } => {
            security("Missing Credentials", format!("{INVALID}. {EXPECTED_HEADERS}"))
        }
        Refusal::Address { .. } => {
            let description = "You have been blocked from accessing the resource".to_owned();
            (Family::Throttling, "Message blocked", description, None)
        }
        Refusal::NotInForce { state: State::Suspended, .. } => {
            let message = "The requested API is temporarily blocked";
            security(message, access_failure(place.api, code, message))
        }
        Refusal::NotInForce { .. } | Refusal::NotSubscribed(_) => {
            let unauthorised = "User is NOT authorized to access the Resource. API Subscription validation failed.";
            security("Resource forbidden ", unauthorised.to_owned())
        }
        Refusal::MissingScope { .. } => security(
            "The access token does not allow you to access the requested resource",
            no_scope(place),
        ),
        Refusal::Quota { resets_at, .. } => {
            let description = throttled("You have exceeded your quota", Some(*resets_at), place);
            (Family::Throttling, "Message throttled out", description, Some(*resets_at))
        }
    }
}

fn injected_words(code: &ProductCode, until: Timestamp, place: Place<'_>) -> Words {
    let message = code.message;
    let (family, next) = match code.family {
        product::Family::Security => (Family::Security, None),
        product::Family::Throttling { next } => (Family::Throttling, next.then_some(until)),
        product::Family::Blocked => (Family::Blocked, None),
        product::Family::Other => (Family::Other, None),
    };
    let description = match code.description {
        Description::Plain(text) => throttled(text, next, place),
        Description::CheckCredentials => format!("{message}. {TAIL}"),
        Description::SendHeader => format!("{INVALID}. {EXPECTED_HEADERS}"),
        Description::AccessFailure => access_failure(place.api, code.number, message),
        Description::ScopeOfResource => no_scope(place),
        Description::SuspendedEndpoint => {
            let name = place.api.map_or("token", ApiId::as_str).to_uppercase();
            format!(
                "Currently , Address endpoint : [ Name : {name}_APIproductionEndpoint ] [ State : SUSPENDED ]"
            )
        }
    };
    (family, message, description, next)
}

/// A text that is no JWT, or one of another issuer, is looked up as an opaque token (apim-wire 6.1).
fn token_words(fault: TokenFault, place: Place<'_>) -> String {
    match fault {
        TokenFault::Opaque | TokenFault::Foreign => access_failure(place.api, 900_901, INVALID),
        TokenFault::Malformed | TokenFault::Revoked => "Invalid JWT token".to_owned(),
        TokenFault::Forged | TokenFault::Expired { .. } | TokenFault::NotYet { .. } => {
            INVALID.to_owned()
        }
    }
}

fn access_failure(api: Option<ApiId>, code: u32, message: &str) -> String {
    let (context, version) = api.map_or(("", ""), |api| (api.context(), api.version()));
    format!("Access failure for API: {context}, version: {version} status: ({code}) - {message}")
}

fn no_scope(place: Place<'_>) -> String {
    format!(
        "User is NOT authorized to access the Resource: {}. Scope validation failed.",
        place.template
    )
}

/// 4.x repeats the end of the window in the description (apim-wire 3.2).
fn throttled(text: &str, next: Option<Timestamp>, place: Place<'_>) -> String {
    match (place.settings.dialect, next) {
        (Dialect::Wso2V4, Some(at)) => {
            format!("{text} .You can access API after {}", access_time(at))
        }
        (Dialect::Wso2V3, _) | (Dialect::Wso2V4, None) => text.to_owned(),
    }
}

const INVALID: &str = "Invalid Credentials";
const TAIL: &str = "Make sure you have provided the correct security credentials";
const EXPECTED_HEADERS: &str = "Make sure your API invocation call has a header: 'Authorization : Bearer ACCESS_TOKEN' or \
                                'Authorization : Basic ACCESS_TOKEN' or 'apikey : API_KEY'";
