//! The errors of the token endpoint (RFC 6749, 5.2).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::journal::RefusalFacts;
use crate::product::{
    TokenError,
    token_errors::{INVALID_CLIENT, INVALID_REQUEST, SERVER_ERROR, UNAUTHORIZED_CLIENT},
};

/// What is wrong with a request of this endpoint.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OauthError {
    status: StatusCode,
    error: &'static str,
    description: String,
    /// More of it, in French, for the journal and the diagnostics.
    reason: Option<String>,
    /// Which mistake it is, of those that have this code.
    cause: Option<&'static str>,
}

impl OauthError {
    fn new(error: &'static TokenError, description: impl Into<String>) -> Self {
        Self {
            status: error.status,
            error: error.error,
            description: description.into(),
            reason: None,
            cause: None,
        }
    }

    pub(super) fn request(description: impl Into<String>) -> Self {
        Self::new(&INVALID_REQUEST, description)
    }

    pub(super) fn client(description: impl Into<String>) -> Self {
        Self::new(&INVALID_CLIENT, description)
    }

    /// The token to revoke is another client's: the product says 401 (apim-wire 1.9).
    pub(super) fn not_the_clients() -> Self {
        let error = Self::new(&UNAUTHORIZED_CLIENT, INVALID_CLIENT.description);
        Self { status: StatusCode::UNAUTHORIZED, ..error }
    }

    pub(super) fn server(cause: &dyn std::error::Error) -> Self {
        tracing::error!(%cause, "a token could not be issued");
        Self::from(&SERVER_ERROR)
    }

    /// The same, with what the journal and the diagnostics say of it.
    pub(super) fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// The same, a mistake of this name ([`RefusalFacts::CAUSES`]).
    pub(super) fn caused(self, cause: &'static str) -> Self {
        Self { cause: Some(cause), ..self }
    }

    /// Whether the form was read, and it is the application that is not known.
    pub(super) fn is_of_the_client(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }

    /// What the journal and the diagnostics say of it, where the code does not.
    pub(super) fn reason(&self) -> Option<String> {
        self.reason.clone()
    }

    /// What the journal keeps of it: what was answered, and why.
    pub(super) fn facts(&self, why: Option<String>) -> RefusalFacts {
        let meaning = || TokenError::named(self.error).map(|error| error.meaning.to_owned());
        let explanation = why.or_else(meaning);
        let message = self.description.clone();
        let facts = RefusalFacts { message, explanation, ..RefusalFacts::default() };
        match self.cause {
            Some(cause) => facts.caused(cause),
            None => facts,
        }
    }

    /// The code, as the journal writes it.
    pub(super) fn code(&self) -> &'static str {
        self.error
    }
}

/// An error of the table, in the table's words.
impl From<&'static TokenError> for OauthError {
    fn from(error: &'static TokenError) -> Self {
        Self::new(error, error.description)
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response =
            (self.status, [(header::CONTENT_TYPE, "application/json")], body.to_string())
                .into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
        }
        response
    }
}

/// The realm is the server's host name, unquoted as the product has it; ours is the host of the tokens' issuer.
const CHALLENGE: &str = "Basic realm=bacasable";
