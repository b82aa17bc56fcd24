//! The errors of the token endpoint (RFC 6749, 5.2).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

/// What is wrong with a request of this endpoint.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OauthError {
    status: StatusCode,
    error: &'static str,
    description: String,
}

impl OauthError {
    /// An error by its code, with the status that the RFC gives it.
    pub(super) fn new(error: &'static str, description: impl Into<String>) -> Self {
        let status = match error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, error, description: description.into() }
    }

    pub(super) fn request(description: impl Into<String>) -> Self {
        Self::new("invalid_request", description)
    }

    pub(super) fn client(description: impl Into<String>) -> Self {
        Self::new("invalid_client", description)
    }

    /// The token to revoke is another client's: the product says 401 (apim-wire 1.9).
    pub(super) fn not_the_clients() -> Self {
        let description = "Client Authentication failed.".to_owned();
        Self { status: StatusCode::UNAUTHORIZED, error: "unauthorized_client", description }
    }

    pub(super) fn server(cause: &dyn std::error::Error) -> Self {
        tracing::error!(%cause, "a token could not be issued");
        Self::new("server_error", "Internal Server Error.")
    }

    /// The code, as the journal writes it.
    pub(super) fn code(&self) -> &'static str {
        self.error
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
