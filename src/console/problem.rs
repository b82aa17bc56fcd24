//! Errors of the console: RFC 9457 problem documents.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri, header};
use serde_json::{Value, json};

use crate::{faults::Wrong, fixtures::Diagnostic};

/// A problem document.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
    /// Where the fault is: a member of the document, and its text.
    place: Option<(&'static str, String)>,
    /// Every fault, when there may be several.
    errors: Vec<Value>,
}

impl Problem {
    /// 404: there is no such thing.
    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 400: the body is not what its media type says, or the path is no text.
    pub(super) fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 400: a parameter of the query cannot be understood.
    pub(super) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            place: Some(("parameter", name.into())),
            ..Self::new(StatusCode::BAD_REQUEST, detail)
        }
    }

    /// 403: whoever asks, it is not done.
    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    /// 421: the request names another host than this one.
    pub(super) fn misdirected(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::MISDIRECTED_REQUEST, detail)
    }

    /// 413: the body is larger than any order.
    pub(super) fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    }

    /// 415: the body is not announced as JSON.
    pub(super) fn not_json(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
    }

    /// 422: the body is JSON and cannot be obeyed; `pointer` is a JSON pointer to the fault.
    pub(super) fn unprocessable(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            place: Some(("pointer", pointer.into())),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
        }
    }

    /// 422 with everything wrong in an order; `pointer` is that of the first.
    pub(super) fn wrong(all: Vec<Wrong>) -> Self {
        let errors: Vec<_> = all
            .iter()
            .map(|one| json!({ "pointer": one.pointer, "detail": one.message }))
            .collect();
        match all.into_iter().next() {
            Some(first) => Self { errors, ..Self::unprocessable(first.pointer, first.message) },
            None => Self::unprocessable("", "the order cannot be obeyed"),
        }
    }

    /// 422 with everything wrong in the fixtures.
    pub(super) fn fixtures(faults: &[Diagnostic]) -> Self {
        let errors = faults.iter().map(|fault| json!({ "detail": fault.to_string() })).collect();
        let detail =
            "the fixtures have faults, so nothing was changed; `bacasable check` tells them too";
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    /// 503: it cannot be done now; given again, it may.
    pub(super) fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// 500: the fault is ours; the cause goes to the log.
    pub(super) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "the console could not answer");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the console could not answer; the log has the cause",
        )
    }

    /// What is wrong, for people.
    pub(super) fn detail(&self) -> String {
        let mut text = self.detail.clone();
        for error in self
            .errors
            .iter()
            .filter_map(|error| error["detail"].as_str())
            .filter(|one| *one != self.detail)
        {
            text.push_str(&format!(" ; {error}"));
        }
        text
    }

    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), place: None, errors: Vec::new() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Problem");
        let mut body = json!({ "type": "about:blank", "title": title, "status": self.status.as_u16(), "detail": self.detail });
        if let Some((member, place)) = self.place {
            body[member] = json!(place);
        }
        if !self.errors.is_empty() {
            body["errors"] = Value::Array(self.errors);
        }
        (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string())
            .into_response()
    }
}

/// 401: the console is locked, and the request has no token, or a wrong one.
pub(super) fn unauthorised() -> Response {
    let detail = "this console asks for its token (Authorization: Bearer ...): the setting console.token, or the file \
                  console.token in the server's certs folder; browsers log in at /connexion";
    let problem = Problem::new(StatusCode::UNAUTHORIZED, detail);
    ([(header::WWW_AUTHENTICATE, "Bearer realm=\"bacasable\"")], problem).into_response()
}

/// No page and no endpoint has this path.
pub(super) async fn not_found(uri: Uri) -> Problem {
    Problem::not_found(format!("nothing at {}", uri.path()))
}

/// The path exists and takes other methods.
pub(super) async fn method_not_allowed() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this path takes another method")
}
