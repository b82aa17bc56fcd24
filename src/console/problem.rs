//! Errors of the console: RFC 9457 problem documents.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri, header};
use serde_json::json;

/// A problem document.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
    /// A JSON pointer to the fault in the request's body, or the name of a parameter.
    pointer: Option<String>,
}

impl Problem {
    /// 404: there is no such thing.
    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, detail: detail.into(), pointer: None }
    }

    /// 400: the request cannot be read.
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, detail: detail.into(), pointer: None }
    }

    /// The same problem, at this place of the request.
    pub(super) fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Problem");
        let mut body =
            json!({ "type": "about:blank", "title": title, "status": self.status.as_u16(), "detail": self.detail });
        if let Some(pointer) = self.pointer {
            body["pointer"] = json!(pointer);
        }
        (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
    }
}

/// No page and no endpoint has this path.
pub(super) async fn not_found(uri: Uri) -> Problem {
    Problem::not_found(format!("nothing at {}", uri.path()))
}

/// The path exists and takes other methods.
pub(super) async fn method_not_allowed() -> Problem {
    let detail = "this path takes another method".to_owned();
    Problem { status: StatusCode::METHOD_NOT_ALLOWED, detail, pointer: None }
}
