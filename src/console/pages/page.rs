//! The one way in which HTML leaves the console.

use askama::Template;
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::domain::typography::unbroken_html;

/// A page, or a fragment of one, written out.
#[derive(Debug)]
pub(super) struct Page {
    status: StatusCode,
    html: String,
}

impl Page {
    /// The page that a template makes.
    pub(super) fn show(template: &impl Template) -> Self {
        Self::with_status(StatusCode::OK, template)
    }

    /// The same with another status.
    pub(super) fn with_status(status: StatusCode, template: &impl Template) -> Self {
        match template.render() {
            Ok(html) => Self { status, html: unbroken_html(&html) },
            Err(error) => {
                tracing::error!(%error, "a page could not be written");
                let html = "<!doctype html><html lang=\"fr\"><title>Erreur</title><p>Page indisponible : voir le journal \
                            de la console.</html>";
                Self { status: StatusCode::INTERNAL_SERVER_ERROR, html: html.to_owned() }
            }
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.html).into_response();
        for (name, value) in HEADERS {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// A page loads its own style sheet, script and icon, sends its forms home, and is framed by nobody. The policy about
/// referrers lets a form say where it comes from, which `no-referrer` would hide.
const HEADERS: [(HeaderName, &str); 8] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];
