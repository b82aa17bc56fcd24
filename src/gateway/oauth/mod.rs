//! The token endpoint: RFC 6749 client credentials, RFC 7009 revocation, the public keys.
//!
//! Sources: apim-wire 1 for the answers and the order of errors; where it departs from RFC 6749 the RFC wins, because the
//! CGU name it. Controls 1 and 2 have passed; a certificate of another partner than the client's is control 4's business.
//! An answer gives back the two identifiers and nothing else of the request; the product's proxies of this endpoint have
//! no CORS handler. Futures are boxed: the one of an API's answer has no room for them.

mod client;
mod error;
mod form;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use jiff::SignedDuration;
use serde::Serialize;

use self::{error::OauthError, form::FormFields};
use super::{
    Gateway,
    body::{self, Unread},
    dispatch,
    fault::FaultContext,
    headers, inject,
    room::Permit,
};
use crate::{
    admission::Identified,
    api::unreadable,
    directory::Convention,
    faults::{JWKS, REVOKE, TOKEN},
    journal::Draft,
    tls::Lent,
    tokens,
};

/// `POST /token`.
pub(super) async fn token(
    gateway: &Gateway,
    turn: (&mut Draft, &Permit),
    caller: &Identified,
    request: Request<Lent>,
) -> Response {
    Box::pin(answer(gateway, turn, caller, TOKEN, request, ask)).await
}

/// `POST /revoke`.
pub(super) async fn revoke(
    gateway: &Gateway,
    turn: (&mut Draft, &Permit),
    caller: &Identified,
    request: Request<Lent>,
) -> Response {
    Box::pin(answer(gateway, turn, caller, REVOKE, request, withdraw)).await
}

/// `GET /oauth2/jwks`.
pub(super) async fn jwks(
    gateway: &Gateway,
    draft: &mut Draft,
    caller: &Identified,
    request: Request<Lent>,
) -> Response {
    if request.method() != Method::GET {
        return dispatch::wrong_method(gateway, draft, &request, &Method::GET);
    }
    draft.entry.operation = Some(JWKS.into());
    let keys = gateway.sandbox.tokens.jwks();
    let sent = request.headers();
    let usual = async |_: &mut Draft| {
        give_back(sent, ([(header::CONTENT_TYPE, JSON)], keys).into_response())
    };
    let refuse = |_: &mut Draft, error| OauthError::from(error).into_response();
    let partner = caller.convention().map_or("", |convention| &convention.id);
    let request = (partner, sent, &Bytes::new());
    Box::pin(inject::at_gateway(gateway, draft, JWKS, request, usual, refuse)).await
}

type OauthResult = Result<Response, OauthError>;

/// What an operation reads.
struct OauthInput<'a> {
    gateway: &'a Gateway,
    draft: &'a mut Draft,
    headers: &'a HeaderMap,
    form: &'a FormFields,
}

async fn answer(
    gateway: &Gateway,
    (draft, permit): (&mut Draft, &Permit),
    caller: &Identified,
    operation: &'static str,
    request: Request<Lent>,
    act: impl AsyncFnOnce(&mut OauthInput<'_>) -> OauthResult,
) -> Response {
    if request.method() != Method::POST {
        return dispatch::wrong_method(gateway, draft, &request, &Method::POST);
    }
    draft.entry.operation = Some(operation.into());
    let (parts, body) = request.into_parts();
    let settings = &gateway.sandbox.config.gateway;
    if gateway.shared.refuses() {
        let fault = dispatch::stranded(gateway, draft);
        return dispatch::refuse(
            draft,
            &fault,
            FaultContext::outside(&gateway.sandbox, &parts.headers),
        );
    }
    let body = match body::read(gateway, permit, body).await {
        Ok(body) => body,
        Err(Unread::Fault(fault)) => {
            return dispatch::refuse(
                draft,
                &fault,
                FaultContext::outside(&gateway.sandbox, &parts.headers),
            );
        }
        Err(Unread::Gone) => return inject::dropped(),
    };
    let write = |draft: &mut Draft, outcome: OauthResult| {
        let response = outcome.unwrap_or_else(|error| {
            let hidden = unreadable(&parts.headers, &body);
            let error = match hidden.is_some() && !error.is_of_the_client() {
                true => error.caused("unread-body"),
                false => error,
            };
            let why = match error.is_of_the_client() {
                true => error.reason().or(hidden),
                false => hidden.or(error.reason()), // what is missing was not read
            };
            draft.explain(why.clone());
            draft.refuse(error.facts(why));
            draft.entry.code = Some(error.code().to_owned());
            error.into_response()
        });
        give_back(&parts.headers, unstored(response))
    };
    let takes_json = settings.dialect.product().token_endpoint.takes_json;
    let form = FormFields::read(&parts.headers, &body, takes_json);
    let partner = match caller.convention() {
        Some(convention) => convention.id.clone(),
        None => client::named(gateway, &parts.headers, form.as_ref().ok()).unwrap_or_default(),
    };
    let usual = async |draft: &mut Draft| {
        let outcome = match form {
            Ok(form) => {
                act(&mut OauthInput { gateway, draft, headers: &parts.headers, form: &form }).await
            }
            Err(error) => Err(error),
        };
        let outcome =
            outcome.map_err(|error| match form::other_media(&parts.headers, takes_json) {
                Some(why) => error.because(why).caused("unread-body"),
                None => error,
            });
        write(draft, outcome)
    };
    let refuse = |draft: &mut Draft, error| write(draft, Err(OauthError::from(error)));
    inject::at_gateway(gateway, draft, operation, (&partner, &parts.headers, &body), usual, refuse)
        .await
}

/// A token: grant type first, then the client, then the scopes (apim-wire 1.8).
async fn ask(asked: &mut OauthInput<'_>) -> OauthResult {
    asked.form.grant_type()?;
    let settings = &asked.gateway.sandbox.config.gateway;
    let product = &settings.dialect.product().token_endpoint;
    let client = client::authenticated(asked, product)?;
    let scopes = asked.form.scopes(&client)?;
    let other = other_certificate(asked, &client);
    if let Some(other) = other {
        asked.draft.explain(Some(other));
        asked.draft.entry.mistake = Some("other-certificate".into());
    }
    if let Some(dropped) = asked.form.dropped(&scopes) {
        asked.draft.explain(Some(dropped));
        asked.draft.is_partial = true;
    }
    let default = i64::try_from(settings.token_lifetime_seconds.get()).unwrap_or(i64::MAX);
    let wanted = if product.takes_validity_period { asked.form.validity_period()? } else { None };
    let seconds = wanted.unwrap_or(default);
    issue(asked, &client, scopes, seconds.min(LONGEST)).await
}

async fn issue(
    asked: &mut OauthInput<'_>,
    client: &Convention,
    scopes: Vec<String>,
    seconds: i64,
) -> OauthResult {
    let OauthInput { gateway, draft, .. } = asked;
    let request = tokens::TokenRequest {
        key: &client.application.key,
        scopes,
        lifetime: SignedDuration::from_secs(seconds),
        reissue: gateway.sandbox.config.gateway.token_reissue,
    };
    let now = gateway.sandbox.clock.now();
    let issued = gateway.shared.issue(&gateway.sandbox, request, now).await;
    gateway.sandbox.note_outgrown();
    let issued = issued.map_err(|error| OauthError::server(&error))?;
    let began = draft.began;
    if began.is_some_and(|began| gateway.sandbox.tokens.revoked_since(&issued.token.key, began)) {
        gateway.sandbox.tokens.revoke_id(&issued.token.id, now); // a reset came while the request waited
    }
    draft.entry.token = Some(issued.token.id.clone());
    let left = issued.token.expires.duration_since(now);
    let granted = Granted {
        access_token: &issued.access_token,
        scope: &issued.token.scope(),
        token_type: "Bearer",
        // A part of a second counts as one: a token that is handed out again is never said to be over already.
        expires_in: left.as_secs() + i64::from(left.subsec_nanos() > 0),
    };
    let body = serde_json::to_vec(&granted).map_err(|error| OauthError::server(&error))?;
    Ok(([(header::CONTENT_TYPE, JSON)], body).into_response())
}

/// A revocation: the token is looked for before the client is authenticated; one that is none of ours, or revoked already,
/// is no error (RFC 7009, 2.2). 3.x tells its caches by headers what was revoked (apim-wire 1.9).
async fn withdraw(asked: &mut OauthInput<'_>) -> OauthResult {
    let product = &asked.gateway.sandbox.config.gateway.dialect.product().token_endpoint;
    let text = asked.form.field("token").ok_or_else(|| {
        OauthError::request("Invalid revocation request")
            .because(asked.form.without("token", "token, suivi du jeton à révoquer,"))
            .caused("no-token-to-revoke")
    })?;
    let client = client::authenticated(asked, product)?;
    let key = &client.application.key;
    let sandbox = &asked.gateway.sandbox;
    let now = sandbox.clock.now();
    let was_valid = sandbox.tokens.verify(text, now, SignedDuration::ZERO).is_ok();
    let revoked = asked.gateway.shared.revoke(sandbox, (text, key), now).await;
    let revoked = revoked.map_err(|_| OauthError::not_the_clients())?;
    asked.draft.entry.token = revoked.as_ref().map(|token| token.id.clone());
    let nothing = match (&revoked, was_valid) {
        (Some(_), true) => None,
        (Some(_), false) => Some("ce jeton n'était plus valable"),
        (None, _) => Some("ce jeton n'est pas connu"),
    };
    if let Some(why) = nothing {
        let why = format!("{why} : rien n'a été révoqué, et la réponse est 200 (RFC 7009, 2.2)");
        asked.draft.explain(Some(why));
        asked.draft.entry.mistake = Some("nothing-revoked".into());
    } else if let Some(other) = other_certificate(asked, &client) {
        asked.draft.explain(Some(other));
        asked.draft.entry.mistake = Some("other-certificate".into());
    }
    let mut response = (StatusCode::OK, [(header::CONTENT_TYPE, "text/html")]).into_response();
    if let (Some(token), true) = (revoked, product.names_revoked) {
        response.headers_mut().insert("revokedaccesstoken", headers::value(text));
        response.headers_mut().insert("authorizeduser", headers::value(&token.owner()));
    }
    Ok(response)
}

/// What is told of an application that came with another partner's certificate: the two are compared at the calls only.
fn other_certificate(asked: &OauthInput<'_>, client: &Convention) -> Option<String> {
    let shown = asked.draft.chain.partner().filter(|shown| shown.id != client.id)?;
    Some(format!(
        "le certificat est celui du partenaire « {} », et les identifiants sont ceux de « {} » : un appel avec ce certificat et un \
         tel jeton est refusé (401, contrôle de l'identité)",
        shown.id, client.id
    ))
}

/// An answer of 1.3, in the order of the published samples.
#[derive(Serialize)]
struct Granted<'a> {
    access_token: &'a str,
    scope: &'a str,
    token_type: &'static str,
    expires_in: i64,
}

/// RFC 6749, 5.1, and 5.2's example.
fn unstored(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

fn give_back(sent: &HeaderMap, mut response: Response) -> Response {
    if let Some(id) = sent.get(&headers::REQUEST_ID) {
        response.headers_mut().insert(headers::REQUEST_ID, id.clone());
    }
    response
}

const JSON: &str = "application/json";

/// Seconds in two centuries: what "practically unlimited" comes to for a clock that ends in 2200.
const LONGEST: i64 = 200 * 366 * 24 * 3600;
