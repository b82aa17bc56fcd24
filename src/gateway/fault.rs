//! The gateway's own refusals, in the product's words.
//!
//! Source: WSO2 API Manager's fault table (apim-wire 2). [`Fault`] is the one table from a cause to status, code, message
//! and description; the dialect and the media type only write it.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::headers;
use crate::{
    admission::Refusal,
    config::{Dialect, FaultMedia, Gateway as Settings},
    directory::State,
    domain::fold_ascii,
    faults::product::{self, Description, ProductCode},
    rights::ApiId,
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

/// How the product writes a kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Security,
    Throttling,
    /// An API out of service: as [`Family::Other`], without a type (apim-wire 2.3, 700700).
    Blocked,
    Other,
}

/// A fault in the product's terms.
struct Wording {
    status: StatusCode,
    code: u32,
    family: Family,
    message: &'static str,
    description: String,
    next_access: Option<Timestamp>,
}

/// Where a fault happened, as far as its words and headers need to know.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The settings: dialect, media, diagnostics.
    pub(super) settings: &'a Settings,
    /// The API whose context the request has, if it has one.
    pub(super) api: Option<ApiId>,
    /// The template of the resource.
    pub(super) template: &'a str,
    /// The request's headers.
    pub(super) request: &'a HeaderMap,
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
        if wording.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge(place.settings.dialect)));
        }
        if let Some(at) = wording.next_access {
            headers.insert(header::RETRY_AFTER, headers::value(&http_date(at)));
        }
        if let (Self::Refused(refusal), true) = (self, place.settings.diagnostics) {
            headers.insert(headers::CONTROL, HeaderValue::from_static(refusal.control().as_str()));
            headers.insert(headers::REASON, headers::value(&fold_ascii(&refusal.reason())));
        }
        (wording.status, headers, body).into_response()
    }

    /// Status and code: the table.
    fn numbers(&self) -> (StatusCode, u32) {
        match self {
            Self::Refused(refusal) => refusal_numbers(refusal),
            Self::NoApi | Self::NoResource => (StatusCode::NOT_FOUND, 404),
            Self::NoMethod => (StatusCode::METHOD_NOT_ALLOWED, 405),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, 413),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, 408),
            Self::Injected { code, .. } => {
                (StatusCode::from_u16(code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), code.number)
            }
        }
    }

    fn wording(&self, place: Place<'_>) -> Wording {
        let (status, code) = self.numbers();
        let other = |message, description: &str| (Family::Other, message, description.to_owned(), None);
        let (family, message, description, next_access) = match self {
            Self::Refused(refusal) => refusal_words(refusal, code, place),
            Self::NoApi => other("Not Found", "The requested resource is not available."),
            Self::NoResource => other("Runtime Error", "No matching resource found for given API Request"),
            Self::NoMethod => other("Runtime Error", "Method not allowed for given API resource"),
            Self::TooLarge => other("Runtime Error", "The request body is too large"),
            Self::TooSlow => other("Runtime Error", "The request did not arrive in time"),
            Self::Injected { code, until } => injected_words(code, *until, place),
        };
        Wording { status, code, family, message, description, next_access }
    }
}

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

fn refusal_words(refusal: &Refusal, code: u32, place: Place<'_>) -> (Family, &'static str, String, Option<Timestamp>) {
    let security = |message, description: String| (Family::Security, message, description, None);
    match refusal {
        Refusal::NoCertificate
        | Refusal::Certificate(_)
        | Refusal::NobodysCertificate { .. }
        | Refusal::CertificateNotYet { .. }
        | Refusal::CertificateNoLonger { .. } => security(INVALID, format!("{INVALID}. {TAIL}")),
        Refusal::Token(fault) => security(INVALID, format!("{}. {TAIL}", token_words(*fault))),
        Refusal::UnknownApplication | Refusal::Teleservice | Refusal::OtherPartner { .. } => {
            security(INVALID, format!("{INVALID}. {TAIL}"))
        }
        Refusal::NoToken { .. } => security("Missing Credentials", format!("{INVALID}. {EXPECTED_HEADERS}")),
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
        Refusal::MissingScope { .. } => {
            let template = place.template;
            let description =
                format!("User is NOT authorized to access the Resource: {template}. Scope validation failed.");
            security("The access token does not allow you to access the requested resource", description)
        }
        Refusal::Quota { resets_at, .. } => {
            let mut description = "You have exceeded your quota".to_owned();
            if place.settings.dialect == Dialect::Wso2V4 {
                description.push_str(&format!(" .You can access API after {}", access_time(*resets_at)));
            }
            (Family::Throttling, "Message throttled out", description, Some(*resets_at))
        }
    }
}

fn injected_words(
    code: &ProductCode,
    until: Timestamp,
    place: Place<'_>,
) -> (Family, &'static str, String, Option<Timestamp>) {
    let message = code.message;
    let (family, next) = match code.family {
        product::Family::Security => (Family::Security, None),
        product::Family::Throttling { next } => (Family::Throttling, next.then_some(until)),
        product::Family::Blocked => (Family::Blocked, None),
        product::Family::Other => (Family::Other, None),
    };
    let mut description = match code.description {
        Description::Plain(text) => text.to_owned(),
        Description::CheckCredentials => format!("{message}. {TAIL}"),
        Description::SendHeader => format!("{INVALID}. {EXPECTED_HEADERS}"),
        Description::AccessFailure => access_failure(place.api, code.number, message),
        Description::ScopeOfResource => {
            format!("User is NOT authorized to access the Resource: {}. Scope validation failed.", place.template)
        }
        Description::SuspendedEndpoint => {
            let name = place.api.map_or("token", ApiId::as_str).to_uppercase();
            format!("Currently , Address endpoint : [ Name : {name}_APIproductionEndpoint ] [ State : SUSPENDED ]")
        }
    };
    if let (Some(at), Dialect::Wso2V4) = (next, place.settings.dialect) {
        description.push_str(&format!(" .You can access API after {}", access_time(at)));
    }
    (family, message, description, next)
}

fn token_words(fault: crate::tokens::TokenFault) -> &'static str {
    use crate::tokens::TokenFault;
    match fault {
        TokenFault::Malformed | TokenFault::Revoked => "Invalid JWT token",
        TokenFault::Opaque
        | TokenFault::Foreign
        | TokenFault::Forged
        | TokenFault::Expired { .. }
        | TokenFault::NotYet { .. } => INVALID,
    }
}

impl Wording {
    fn write(&self, place: Place<'_>) -> (&'static str, String) {
        match place.settings.dialect {
            Dialect::Wso2V4 => (JSON, self.flat()),
            Dialect::Wso2V3 => match place.settings.fault_media {
                FaultMedia::Json => (JSON, self.nested()),
                FaultMedia::Negotiated if self.family != Family::Other && accepts_json(place.request) => {
                    (JSON, self.nested())
                }
                FaultMedia::Negotiated => (XML, self.xml()),
            },
        }
    }

    /// 3.x: the XML converted, so that the code is a number.
    fn nested(&self) -> String {
        json!({ "fault": self.object(json!(self.code)) }).to_string()
    }

    /// 4.x: flat, all strings.
    fn flat(&self) -> String {
        let mut object = self.object(json!(self.code.to_string()));
        if self.family == Family::Blocked {
            object = json!({ "code": object["code"], "type": self.message, "description": self.description });
        }
        object.to_string()
    }

    fn object(&self, code: Value) -> Value {
        let mut object = json!({ "code": code });
        if self.family == Family::Other {
            object["type"] = json!("Status report");
        }
        object["message"] = json!(self.message);
        object["description"] = json!(self.description);
        if let Some(at) = self.next_access {
            object["nextAccessTime"] = json!(access_time(at));
        }
        object
    }

    fn xml(&self) -> String {
        let (prefix, namespace) = match self.family {
            Family::Security => ("ams", "http://wso2.org/apimanager/security"),
            Family::Throttling => ("amt", "http://wso2.org/apimanager/throttling"),
            Family::Blocked | Family::Other => ("am", "http://wso2.org/apimanager"),
        };
        let element = |name: &str, text: &str| format!("<{prefix}:{name}>{}</{prefix}:{name}>", escaped(text));
        let mut inner = element("code", &self.code.to_string());
        if self.family == Family::Other {
            inner += &element("type", "Status report");
        }
        inner += &element("message", self.message);
        inner += &element("description", &self.description);
        if let Some(at) = self.next_access {
            inner += &element("nextAccessTime", &access_time(at));
        }
        format!("<{prefix}:fault xmlns:{prefix}=\"{namespace}\">{inner}</{prefix}:fault>")
    }
}

fn access_failure(api: Option<ApiId>, code: u32, message: &str) -> String {
    let (context, version) = api.map_or(("", ""), |api| (api.context(), api.version()));
    format!("Access failure for API: {context}, version: {version} status: ({code}) - {message}")
}

fn accepts_json(request: &HeaderMap) -> bool {
    headers::text(request, &header::ACCEPT) == Some("application/json")
}

fn challenge(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Wso2V3 => {
            "OAuth2 realm=\"WSO2 API Manager\", error=\"invalid_token\", error_description=\"The access token expired\""
        }
        Dialect::Wso2V4 => {
            "Internal API Key realm=\"WSO2 API Manager\", Bearer realm=\"WSO2 API Manager\", error=\"invalid_token\", \
             error_description=\"The provided token is invalid\""
        }
    }
}

fn access_time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%b-%d %H:%M:%S+0000 UTC").to_string()
}

fn http_date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const INVALID: &str = "Invalid Credentials";
const TAIL: &str = "Make sure you have provided the correct security credentials";
const EXPECTED_HEADERS: &str = "Make sure your API invocation call has a header: 'Authorization : Bearer ACCESS_TOKEN' or \
                                'Authorization : Basic ACCESS_TOKEN' or 'apikey : API_KEY'";
const JSON: &str = "application/json; charset=UTF-8";
const XML: &str = "application/xml; charset=UTF-8";
