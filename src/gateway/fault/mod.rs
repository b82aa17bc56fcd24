//! The gateway's own refusals and failures, as the product answers them.
//!
//! Source: WSO2 API Manager's fault table (apim-wire 2). A [`Fault`] is a cause; `words` is the one table from a cause to
//! status, code, message and description, `dialect` writes it as a version of the product does, and [`Fault::respond`]
//! adds the headers.

mod dialect;
mod words;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::{Timestamp, tz::TimeZone};

use super::headers;
use crate::{
    admission::Refusal, api::Found, config::Gateway as Settings, domain::fold_ascii,
    faults::product::ProductCode, rights::ApiId,
};

/// A refusal or a failure of the gateway itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// A control said no.
    Refused(Refusal),
    /// No API at this context.
    NoApi,
    /// The API has no such path.
    NoResource,
    /// The path does not take this method.
    NoMethod,
    /// The body is larger than the gateway takes.
    TooLarge,
    /// The request did not arrive in time.
    TooSlow,
    /// A code that was ordered; `until` is the end of the minute.
    Injected {
        /// The code.
        code: &'static ProductCode,
        /// When the next call would be possible.
        until: Timestamp,
    },
}

/// Where a fault happened, as far as its words and headers need to know.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The settings: dialect, media, diagnostics.
    pub(super) settings: &'a Settings,
    /// The request's headers.
    pub(super) request: &'a HeaderMap,
    /// The API whose context the request has, if it has one.
    api: Option<ApiId>,
    /// The template of the resource.
    template: &'a str,
    /// The methods that the path takes; none before a resource is selected.
    methods: Option<&'a HeaderValue>,
}

impl<'a> Place<'a> {
    /// Before or without an API.
    pub(super) fn outside(settings: &'a Settings, request: &'a HeaderMap) -> Self {
        Self { settings, request, api: None, template: "", methods: None }
    }

    /// In an API, with no resource.
    pub(super) fn within(self, api: ApiId) -> Self {
        Self { api: Some(api), ..self }
    }

    /// At a resource.
    pub(super) fn at(self, found: &Found<'a>) -> Self {
        let Found { api, resource, methods, segment: _ } = found;
        Self { api: Some(api.id()), template: resource.template, methods: Some(methods), ..self }
    }
}

impl Fault {
    /// The code, as the journal writes it.
    pub(super) fn code(&self) -> String {
        self.numbers().1.to_string()
    }

    /// The whole answer.
    pub(super) fn respond(&self, place: Place<'_>) -> Response {
        let wording = self.wording(place);
        let mut headers = headers::echoed(place.request);
        let (media, body) = wording.write(place);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        headers::allow_origin(&mut headers, place.settings.dialect, place.methods);
        if wording.status == StatusCode::UNAUTHORIZED {
            let challenge = dialect::challenge(place.settings.dialect);
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(at) = wording.next_access {
            headers.insert(header::RETRY_AFTER, headers::date(at));
        }
        if let (Self::Refused(refusal), true) = (self, place.settings.diagnostics) {
            headers.insert(headers::CONTROL, HeaderValue::from_static(refusal.control().as_str()));
            headers.insert(headers::REASON, headers::value(&fold_ascii(&refusal.reason())));
        }
        (wording.status, headers, body).into_response()
    }
}

/// As the product writes the end of a window: `2021-Mar-11 10:05:00+0000 UTC`.
fn access_time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%b-%d %H:%M:%S+0000 UTC").to_string()
}
