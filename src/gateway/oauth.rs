//! The token endpoint: RFC 6749 client credentials, RFC 7009 revocation, the public key.
//!
//! Sources: apim-wire 1 for the answers and the order of errors; where it departs from RFC 6749 the RFC wins, because the
//! CGU name it. Controls 1 and 2 have passed; a certificate of another partner than the client's is control 4's business.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use percent_encoding::percent_decode_str;
use serde_json::json;
use subtle::ConstantTimeEq;

use super::{Gateway, dispatch, fault::Place, headers, strike};
use crate::{
    admission::Identified,
    directory::{Convention, Directory},
    faults::{JWKS, REVOKE, TOKEN},
    journal::Trace,
    tokens,
};

/// `POST /token`.
pub(super) async fn token(
    State(gateway): State<Gateway>,
    Extension(trace): Extension<Trace>,
    request: Request,
) -> Response {
    answer(&gateway, &trace, TOKEN, request, issue).await
}

/// `POST /revoke`.
pub(super) async fn revoke(
    State(gateway): State<Gateway>,
    Extension(trace): Extension<Trace>,
    request: Request,
) -> Response {
    answer(&gateway, &trace, REVOKE, request, withdraw).await
}

/// `GET /oauth2/jwks`.
pub(super) async fn jwks(
    State(gateway): State<Gateway>,
    Extension(trace): Extension<Trace>,
    Extension(caller): Extension<Identified>,
    headers: HeaderMap,
) -> Response {
    trace.draft().entry.operation = Some(JWKS.to_owned());
    let keys = gateway.sandbox.tokens.jwks().to_owned();
    let usual = || ([(header::CONTENT_TYPE, "application/json")], keys).into_response();
    let request = (&caller, &headers, &Bytes::new());
    let refuse = |error, description| OauthError::new(error, description).into_response();
    strike::at_gateway(&gateway, &trace, JWKS, request, usual, refuse).await
}

/// What is wrong with a request of this endpoint.
#[derive(Debug)]
struct OauthError {
    error: &'static str,
    description: String,
}

type Outcome = Result<Response, OauthError>;

async fn answer(
    gateway: &Gateway,
    trace: &Trace,
    operation: &str,
    request: Request,
    act: fn(&Gateway, &Form, Arc<Convention>) -> Outcome,
) -> Response {
    trace.draft().entry.operation = Some(operation.to_owned());
    let (parts, body) = request.into_parts();
    let body = match dispatch::read(gateway, body).await {
        Ok(body) => body,
        Err(fault) => {
            trace.draft().entry.code = Some(fault.code());
            let settings = &gateway.sandbox.config.gateway;
            return fault.respond(Place { settings, api: None, template: "", request: &parts.headers });
        }
    };
    let write = |outcome: Outcome| {
        let mut response = outcome.unwrap_or_else(|error| {
            trace.draft().entry.code = Some(error.error.to_owned());
            error.into_response()
        });
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        if let Some(id) = parts.headers.get(&headers::REQUEST_ID) {
            headers.insert(headers::REQUEST_ID, id.clone());
        }
        response
    };
    let usual = || {
        let directory = gateway.sandbox.directory();
        write(Form::read(&body).and_then(|form| {
            if operation == TOKEN {
                form.grant_type()?;
            }
            let client = client(&parts.headers, &form, &directory)?;
            act(gateway, &form, client)
        }))
    };
    let caller = parts.extensions.get::<Identified>().expect("controls 1 and 2 stand outside");
    let refuse = |error, description| write(Err(OauthError::new(error, description)));
    strike::at_gateway(gateway, trace, operation, (caller, &parts.headers, &body), usual, refuse).await
}

fn issue(gateway: &Gateway, form: &Form, client: Arc<Convention>) -> Outcome {
    let settings = &gateway.sandbox.config.gateway;
    let open = client.scopes();
    let asked = form.field("scope").unwrap_or_default().split(' ').filter(|scope| open.contains(scope));
    let request = tokens::Request {
        key: &client.application.key,
        scopes: asked.map(str::to_owned).collect(),
        lifetime: SignedDuration::from_secs(i64::try_from(settings.token_lifetime_seconds.get()).unwrap_or(i64::MAX)),
        reissue: settings.token_reissue,
    };
    let now = gateway.sandbox.clock.now();
    let issued = gateway.sandbox.tokens.issue(request, now).map_err(|error| OauthError::server(&error))?;
    let expires_in = issued.token.expires.duration_since(now).as_millis().div_euclid(1000) + 1;
    let lifetime = i128::from(settings.token_lifetime_seconds.get());
    let body = json!({
        "access_token": issued.access_token,
        "scope": issued.token.scope(),
        "token_type": "Bearer",
        "expires_in": i64::try_from(expires_in.min(lifetime)).unwrap_or(i64::MAX),
    });
    Ok(([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response())
}

fn withdraw(gateway: &Gateway, form: &Form, client: Arc<Convention>) -> Outcome {
    let text = form.field("token").ok_or(OauthError::request("Invalid revocation request"))?;
    match gateway.sandbox.tokens.revoke(text, &client.application.key) {
        Ok(_) => Ok(StatusCode::OK.into_response()),
        Err(error) => Err(OauthError { error: "unauthorized_client", description: error.to_string() }),
    }
}

/// The application that the credentials name; Basic and form fields both at once are refused.
fn client(headers: &HeaderMap, form: &Form, directory: &Directory) -> Result<Arc<Convention>, OauthError> {
    let basic = headers.get(header::AUTHORIZATION).map(basic).transpose()?;
    let in_form = form.field("client_id").zip(form.field("client_secret"));
    let (key, secret) = match (basic.flatten(), in_form) {
        (Some(_), Some(_)) => {
            return Err(OauthError::request(
                "The client MUST NOT use more than one authentication method in each request",
            ));
        }
        (Some(pair), None) => pair,
        (None, Some((key, secret))) => (key.to_owned(), secret.to_owned()),
        (None, None) => return Err(OauthError::client("Client Authentication failed.")),
    };
    let unknown = || OauthError::client(format!("A valid OAuth client could not be found for client_id: {key}"));
    let convention = directory.of_application(&key).ok_or_else(unknown)?;
    let same: bool = convention.application.secret.as_bytes().ct_eq(secret.as_bytes()).into();
    if same { Ok(Arc::clone(convention)) } else { Err(OauthError::client("Client Authentication failed.")) }
}

/// The credentials of an `Authorization: Basic` header; other schemes are none.
fn basic(value: &HeaderValue) -> Result<Option<(String, String)>, OauthError> {
    let undecodable =
        || OauthError::request("Error decoding authorization header. Basic credentials are not well formed.");
    let text = value.to_str().map_err(|_| undecodable())?;
    let Some((scheme, encoded)) = text.split_once(' ') else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Ok(None);
    }
    let decoded = STANDARD.decode(encoded.trim()).map_err(|_| undecodable())?;
    let decoded = String::from_utf8(decoded).map_err(|_| undecodable())?;
    let (key, secret) = decoded.split_once(':').ok_or_else(undecodable)?;
    Ok(Some((form_decoded(key), form_decoded(secret))))
}

/// RFC 6749, 2.3.1: identifier and secret are form-encoded before they are joined.
fn form_decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// The fields of the body, each given once (RFC 6749, 3.2).
struct Form(Vec<(String, String)>);

impl Form {
    fn read(body: &[u8]) -> Result<Self, OauthError> {
        let text = std::str::from_utf8(body).map_err(|_| OauthError::request("The request body is not UTF-8"))?;
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (form_decoded(name), form_decoded(value))
        };
        let fields: Vec<_> = pairs.map(pair).collect();
        let repeated =
            |(at, (name, _)): (usize, &(String, String))| fields[..at].iter().any(|(earlier, _)| earlier == name);
        if fields.iter().enumerate().any(repeated) {
            return Err(OauthError::request("Invalid request with repeated parameters."));
        }
        Ok(Self(fields))
    }

    fn field(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty()) // an empty value counts as none (RFC 6749, 3.2)
    }

    fn grant_type(&self) -> Result<(), OauthError> {
        match self.field("grant_type") {
            None => Err(OauthError::request("Missing grant_type parameter value")),
            Some("client_credentials") => Ok(()),
            Some(_) => {
                let description = "Unsupported grant_type value".to_owned();
                Err(OauthError { error: "unsupported_grant_type", description })
            }
        }
    }
}

impl OauthError {
    fn new(error: &'static str, description: &str) -> Self {
        Self { error, description: description.to_owned() }
    }

    fn request(description: impl Into<String>) -> Self {
        Self { error: "invalid_request", description: description.into() }
    }

    fn client(description: impl Into<String>) -> Self {
        Self { error: "invalid_client", description: description.into() }
    }

    fn server(cause: &dyn std::error::Error) -> Self {
        tracing::error!(%cause, "a token could not be signed");
        Self { error: "server_error", description: "Internal Server Error.".to_owned() }
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let status = match self.error {
            "invalid_client" | "unauthorized_client" => StatusCode::UNAUTHORIZED,
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=bacasable"));
        }
        response
    }
}
