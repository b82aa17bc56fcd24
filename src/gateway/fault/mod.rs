//! The gateway's own refusals and failures, as the product answers them.
//!
//! A [`GatewayFault`] is a cause; `words` gives it a code of the product's, the dialect writes that, and [`GatewayFault::respond`] adds
//! the headers.

mod words;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;

use super::headers;
use crate::{
    admission::Refusal,
    api::FoundResource,
    clock::Clock,
    config::{FaultMedia, Gateway as Settings},
    domain::fold_ascii,
    product::{self, Family, FaultTarget, GatewayCode, WrittenFault, codes},
    rights::ApiId,
    sandbox::Sandbox,
};

/// A refusal or a failure of the gateway itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum GatewayFault {
    /// A control said no.
    Refused(Refusal),
    /// No API at this context.
    NoApi,
    /// The API has no such path.
    NoResource,
    /// The path does not take this method.
    NoMethod,
    /// A call that passed every control and has no correlation identifier.
    NoCorrelation,
    /// The body is larger than the gateway takes.
    TooLarge,
    /// The body is not written as HTTP has it.
    Malformed,
    /// The request did not arrive in time.
    TooSlow,
    /// A code that was ordered; `until` is the end of the minute.
    Injected {
        code: &'static GatewayCode,
        /// When the next call would be possible.
        until: Timestamp,
    },
}

/// Where a fault happened, as far as its words and headers need to know.
#[derive(Clone, Copy)]
pub(super) struct FaultContext<'a> {
    /// The settings: dialect, media, diagnostics.
    pub(super) settings: &'a Settings,
    /// The product's time, which some faults show.
    clock: &'a Clock,
    /// The request's headers.
    pub(super) request: &'a HeaderMap,
    /// The API whose context the request has, if it has one.
    api: Option<ApiId>,
    /// The request's path, below one of the API's contexts.
    path: &'a str,
    /// The template of the resource.
    template: &'a str,
    /// The methods that the path takes; none before a resource is selected.
    methods: Option<&'a HeaderValue>,
}

impl<'a> FaultContext<'a> {
    /// Before or without an API.
    pub(super) fn outside(sandbox: &'a Sandbox, request: &'a HeaderMap) -> Self {
        let (settings, clock) = (&sandbox.config.gateway, &sandbox.clock);
        Self { settings, clock, request, api: None, path: "", template: "", methods: None }
    }

    /// In an API, with no resource.
    pub(super) fn within(self, api: ApiId, path: &'a str) -> Self {
        Self { api: Some(api), path, ..self }
    }

    pub(super) fn at(self, found: &FoundResource<'a>, path: &'a str) -> Self {
        let FoundResource { api, resource, methods, path: _ } = found;
        let template = resource.template;
        Self { template, methods: Some(methods), ..self.within(api.id(), path) }
    }

    fn target(self) -> FaultTarget<'a> {
        let context = self.api.and_then(|api| api.context_of(self.path)).unwrap_or_default();
        FaultTarget {
            context,
            version: context.rsplit('/').next().unwrap_or_default(),
            endpoint: self.api.map_or("token", ApiId::as_str),
            template: self.template,
        }
    }
}

impl GatewayFault {
    pub(super) fn code(&self) -> &'static GatewayCode {
        match self {
            Self::Refused(refusal) => words::code(refusal),
            Self::NoApi => &codes::NO_API,
            Self::NoResource => &codes::NO_RESOURCE,
            Self::NoMethod => &codes::NO_METHOD,
            Self::NoCorrelation => &codes::MISSING_CORRELATION,
            Self::TooLarge => &codes::TOO_LARGE,
            Self::TooSlow => &codes::TOO_SLOW,
            Self::Malformed => &codes::MALFORMED,
            Self::Injected { code, .. } => code,
        }
    }

    /// Where the journal says that the call stopped, if no control refused it.
    pub(super) fn step(&self) -> Option<&'static str> {
        match self {
            Self::NoApi | Self::NoResource | Self::NoMethod | Self::NoCorrelation => {
                Some("routage")
            }
            Self::Refused(_)
            | Self::TooLarge
            | Self::TooSlow
            | Self::Malformed
            | Self::Injected { .. } => None,
        }
    }

    /// The whole answer.
    pub(super) fn respond(&self, place: FaultContext<'_>) -> Response {
        let product = place.settings.dialect.product();
        let fault = self.described(place);
        let mut headers = headers::echoed(place.request);
        let (media, body) = write(&fault, place);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        headers::allow_origin(&mut headers, product, place.methods);
        let status = fault.code.status;
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static(product.challenge);
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let (Self::Refused(refusal), true) = (self, place.settings.diagnostics) {
            headers.insert(headers::CONTROL, HeaderValue::from_static(refusal.control().as_str()));
            headers.insert(headers::REASON, headers::value(&fold_ascii(&refusal.reason())));
        }
        let mut response = (status, headers, body).into_response();
        if let Some(at) = fault.next_access {
            response.extensions_mut().insert(headers::ComeBack::At(at));
        }
        response
    }

    fn described<'a>(&self, place: FaultContext<'a>) -> product::ProductFault<'a> {
        let code = self.code();
        let description = if let Self::Refused(refusal) = self {
            words::description(refusal)
        } else {
            code.description
        };
        product::ProductFault {
            code,
            description,
            target: place.target(),
            next_access: self.next_access(),
            now: place.clock.now(),
        }
    }

    /// When the caller may come back, where the fault says so.
    fn next_access(&self) -> Option<Timestamp> {
        match self {
            Self::Refused(refusal) => refusal.next_access(),
            Self::Injected { code, until } => match code.family {
                Family::Throttling { next } => next.then_some(*until),
                Family::Security | Family::Blocked | Family::Mediation | Family::Other => None,
            },
            Self::NoApi
            | Self::NoResource
            | Self::NoMethod
            | Self::NoCorrelation
            | Self::TooLarge
            | Self::TooSlow
            | Self::Malformed => None,
        }
    }
}

fn write(fault: &product::ProductFault<'_>, place: FaultContext<'_>) -> WrittenFault {
    let product = place.settings.dialect.product();
    match (place.settings.fault_media, product.negotiate) {
        (FaultMedia::Negotiated, Some(negotiate)) => {
            negotiate(fault, place.request.get(header::ACCEPT).map(HeaderValue::as_bytes))
        }
        (FaultMedia::Negotiated, None) | (FaultMedia::Json, _) => (product.write)(fault),
    }
}
