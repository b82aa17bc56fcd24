//! Errors of the console: RFC 9457 problem documents.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{StatusCode, Uri, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{faults::Wrong, fixtures::Diagnostic};

// RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: Box<str>,
    /// JSON pointer to the fault in the body
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pointer: Option<Box<str>>,
    /// The parameter of the query at fault
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    parameter: Option<Box<str>>,
    /// Every fault, when there may be several
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<OneProblem>,
}

#[derive(Debug, Serialize, ToSchema)]
struct OneProblem {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pointer: Option<String>,
    detail: String,
}

impl Problem {
    /// 404: there is no such thing.
    pub(super) fn not_found(detail: impl Into<Box<str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 400: the body is not what its media type says, or the path is no text.
    pub(super) fn unreadable(detail: impl Into<Box<str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 400: a parameter of the query cannot be understood.
    pub(super) fn parameter(name: impl Into<Box<str>>, detail: impl Into<Box<str>>) -> Self {
        Self { parameter: Some(name.into()), ..Self::new(StatusCode::BAD_REQUEST, detail) }
    }

    /// The same in other words.
    pub(super) fn reworded(self, words: impl FnOnce(&str) -> String) -> Self {
        Self { detail: words(&self.detail).into(), ..self }
    }

    /// 403: whoever asks, it is not done.
    pub(super) fn forbidden(detail: impl Into<Box<str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    /// 421: the request names another host than this one.
    pub(super) fn misdirected(detail: impl Into<Box<str>>) -> Self {
        Self::new(StatusCode::MISDIRECTED_REQUEST, detail)
    }

    /// 413: the body is larger than any order.
    pub(super) fn too_large(detail: impl Into<Box<str>>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
    }

    /// 415: the body is not announced as JSON.
    pub(super) fn not_json(detail: impl Into<Box<str>>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
    }

    /// 422: the body is JSON and cannot be obeyed; `pointer` is a JSON pointer to the fault.
    pub(super) fn unprocessable(pointer: impl Into<Box<str>>, detail: impl Into<Box<str>>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
        }
    }

    /// 422 with everything wrong in an order; `pointer` is that of the first.
    pub(super) fn wrong(all: Vec<Wrong>) -> Self {
        let one = |one: &Wrong| OneProblem {
            pointer: Some(one.pointer.clone()),
            detail: one.message.clone(),
        };
        let errors: Vec<_> = all.iter().map(one).collect();
        match all.into_iter().next() {
            Some(first) => Self { errors, ..Self::unprocessable(first.pointer, first.message) },
            None => Self::unprocessable("", "the order cannot be obeyed"),
        }
    }

    /// 422 with everything wrong in the fixtures.
    pub(super) fn fixtures(faults: &[Diagnostic]) -> Self {
        let one = |fault: &Diagnostic| OneProblem { pointer: None, detail: fault.to_string() };
        let errors = faults.iter().map(one).collect();
        let detail =
            "the fixtures have faults, so nothing was changed; `bacasable check` tells them too";
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    /// 503: it cannot be done now; given again, it may.
    pub(super) fn unavailable(detail: impl Into<Box<str>>) -> Self {
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
        let mut text = self.detail.to_string();
        for error in self.errors.iter().filter(|one| *one.detail != *self.detail) {
            text.push_str(&format!(" ; {}", error.detail));
        }
        text
    }

    fn new(status: StatusCode, detail: impl Into<Box<str>>) -> Self {
        Self {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Problem"),
            status: status.as_u16(),
            detail: detail.into(),
            pointer: None,
            parameter: None,
            errors: Vec::new(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let media = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, media, Json(self)).into_response()
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
