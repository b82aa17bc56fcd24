//! From a path to a resource, through controls 3 to 6, to the API's answer.

use std::{borrow::Cow, pin::pin, sync::Arc};

use axum::{
    body::Body,
    response::{Html, IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header, request::Parts};

use super::{
    Gateway,
    body::{self, Unread},
    fault::{FaultContext, GatewayFault},
    headers, inject, nowhere,
    room::Permit,
};
use crate::{
    admission::{Call, Demand, Identified},
    api::{self, Answer, Apis, FoundResource, Route},
    directory::Directory,
    entropy,
    journal::{Draft, RefusalFacts, Values},
    peer::Peer,
    product::codes,
    rights::ApiId,
    state::Away,
    tls::Lent,
};

/// Every path that is not the token endpoint's.
pub(super) async fn resource(
    gateway: &Gateway,
    request: Request<Lent>,
    (draft, permit): (&mut Draft, &Permit),
    caller: Identified,
) -> Response {
    let (parts, body) = request.into_parts();
    if gateway.sandbox.config.journal.values {
        let directory = gateway.sandbox.directory();
        let values = Values::from_target(parts.uri.path(), parts.uri.query(), &secrets(&directory));
        draft.entry.values = values;
    }
    let apis = gateway.apis.load();
    let place = FaultContext::outside(&gateway.sandbox, &parts.headers);
    let found = match leads(&apis, &parts) {
        Lead::Resource(found) => found,
        Lead::Preflight(found) => {
            note_resource(draft, &found);
            return preflight(place.at(&found, parts.uri.path()), &found);
        }
        Lead::Nowhere(fault, api) => {
            draft.entry.api = api;
            draft.refuse(nowhere::explained(&apis, &parts, &fault));
            return refuse(
                draft,
                &fault,
                api.map_or(place, |api| place.within(api, parts.uri.path())),
            );
        }
    };
    let place = place.at(&found, parts.uri.path());
    note_resource(draft, &found);
    draft.entry.context = context(found.api.id(), parts.uri.path());
    let node = node(gateway, &parts);
    draft.entry.node = (gateway.sandbox.quotas.nodes() > 1).then_some(node + 1);
    let FoundResource { api, resource, path, methods } = found;
    let demand = Demand {
        api: api.id(),
        scope: resource.scope,
        authorization: parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes),
        id_teleservice: headers::text(&parts.headers, &headers::ID_TELESERVICE),
    };
    let directory = gateway.sandbox.directory();
    let authorised = {
        let authorised = pin!(authorise(gateway, &directory, caller, (demand, node), draft));
        authorised.await
    };
    let call = match authorised {
        Ok(call) => call,
        Err(fault) => return refuse(draft, &fault, place),
    };
    draft.entry.quota = call.quota().map(Into::into);
    let product = gateway.sandbox.config.gateway.dialect.product();
    if product.demands_correlation && draft.entry.correlation_made {
        draft.refuse(no_correlation());
        return refuse(draft, &GatewayFault::NoCorrelation, place);
    }
    let identified = with_request_id(&parts.headers, draft);
    let read = pin!(body::read(gateway, permit, body));
    let body = match read.await {
        Ok(body) => body,
        Err(Unread::Fault(fault)) => return refuse(draft, &fault, place),
        Err(Unread::Gone) => return inject::dropped(),
    };
    let asked = parts.uri.path_and_query().map_or("", |asked| asked.as_str());
    let digest = gateway.sandbox.journal.seal().digest([
        parts.method.as_str().as_bytes(),
        asked.as_bytes(),
        &body,
    ]);
    draft.entry.digest = Some(digest);
    if let Some(values) = draft.entry.values.take() {
        draft.entry.values = values.with_body(&body, &secrets(&directory));
    }
    let request = api::Request {
        call: &call,
        node,
        resource,
        path,
        query: parts.uri.query(),
        headers: identified.as_ref(),
        request_id_made: matches!(identified, Cow::Owned(_)),
        body: &body,
        register: gateway.sandbox.register(),
        now: gateway.sandbox.clock.now(),
        references: gateway.sandbox.references.for_series(draft.series),
        seal: gateway.sandbox.journal.seal(),
        config: &gateway.sandbox.config,
    };
    let write = |answer| respond(answer, &identified, place, methods);
    let answered = pin!(inject::at_api(gateway, api, &request, draft, place, write));
    answered.await
}

/// What is said of a call without `X-Correlation-ID`, where the product demands one.
fn no_correlation() -> RefusalFacts {
    RefusalFacts {
        attribute: Some("X-Correlation-ID".to_owned()),
        expected: Some("un UUID nouveau à chaque demande, obligatoire".to_owned()),
        received: Some("rien (en-tête absent ou vide)".to_owned()),
        explanation: Some("l'identifiant consigné a été fabriqué par la passerelle".to_owned()),
        message: GatewayFault::NoCorrelation.code().message.trim_end().to_owned(),
        cause: Some("no-correlation".into()),
    }
}

/// What no entry may hold, whatever `journal.values` says.
fn secrets(directory: &Directory) -> Vec<&str> {
    directory.iter().map(|convention| convention.application.secret.as_str()).collect()
}

/// The headers as the API gets them: with an `X-Request-ID` of the gateway's where the client sent none.
fn with_request_id<'a>(sent: &'a HeaderMap, draft: &mut Draft) -> Cow<'a, HeaderMap> {
    if draft.entry.request_id.is_some() {
        return Cow::Borrowed(sent);
    }
    let made = entropy::uuid().to_string();
    let mut completed = sent.clone();
    completed.insert(headers::REQUEST_ID, headers::value(&made));
    draft.entry.request_id = Some(made);
    Cow::Owned(completed)
}

/// Controls 3 to 6.
async fn authorise(
    gateway: &Gateway,
    directory: &Directory,
    caller: Identified,
    (demand, node): (Demand<'_>, usize),
    draft: &mut Draft,
) -> Result<Call, GatewayFault> {
    let gate = gateway.sandbox.gate(directory);
    let entitled = gate.entitle(caller, demand, &mut draft.chain);
    draft.note_partner();
    let entitled = entitled.map_err(GatewayFault::Refused)?;
    match gateway.shared.take_quota(&gateway.sandbox, node, &entitled).await {
        Ok(judged) => gate.admit(entitled, judged, &mut draft.chain).map_err(GatewayFault::Refused),
        Err(Away) => Err(stranded(gateway, draft)),
    }
}

/// What is answered while the store of the replicas is away and `state.on_loss` refuses: the product's blocked API.
pub(super) fn stranded(gateway: &Gateway, draft: &mut Draft) -> GatewayFault {
    draft.entry.note =
        Some("stockage partagé injoignable : appel refusé (state.on_loss = refuse)".to_owned());
    GatewayFault::Injected { code: &codes::API_BLOCKED, until: gateway.sandbox.clock.now() }
}

/// The product's welcome page (3.0 and later); any other method finds no API at `/`.
pub(super) async fn welcome(
    gateway: &Gateway,
    request: Request<Lent>,
    (draft, permit): (&mut Draft, &Permit),
    caller: Identified,
) -> Response {
    match *request.method() {
        Method::GET => Html(WELCOME).into_response(),
        _ => Box::pin(resource(gateway, request, (draft, permit), caller)).await,
    }
}

/// A path of the token endpoint, with a method that is not the one it takes.
pub(super) fn wrong_method(
    gateway: &Gateway,
    draft: &mut Draft,
    request: &Request<Lent>,
    taken: &Method,
) -> Response {
    let asked = (request.method(), request.uri().path());
    draft.refuse(nowhere::of_token_endpoint(&gateway.apis.load(), asked, taken));
    refuse(
        draft,
        &GatewayFault::NoMethod,
        FaultContext::outside(&gateway.sandbox, request.headers()),
    )
}

/// Answers with a fault, and journals its code.
pub(super) fn refuse(draft: &mut Draft, fault: &GatewayFault, place: FaultContext<'_>) -> Response {
    draft.entry.code = Some(fault.code().number.to_string());
    draft.entry.step = fault.step().map(Into::into);
    fault.respond(place)
}

/// Where a request leads, browsers' preflights included.
enum Lead<'a> {
    Resource(FoundResource<'a>),
    Preflight(FoundResource<'a>),
    Nowhere(GatewayFault, Option<ApiId>),
}

/// An OPTIONS that names a method of the path is a preflight: answered before any token is asked for, and not counted. Any
/// other undeclared OPTIONS is a method that the path does not take.
fn leads<'a>(apis: &'a Apis, parts: &'a Parts) -> Lead<'a> {
    let path = parts.uri.path();
    if parts.method == Method::OPTIONS
        && !slash_before_query(parts)
        && let Some(wanted) = parts.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)
        && let Ok(wanted) = Method::from_bytes(wanted.as_bytes())
        && let Route::Found(found) = apis.route(&wanted, path)
    {
        return Lead::Preflight(found);
    }
    match apis.route(&parts.method, path) {
        Route::Found(found) if slash_before_query(parts) => {
            Lead::Nowhere(GatewayFault::NoResource, Some(found.api.id()))
        }
        Route::NoMethod(api) if slash_before_query(parts) => {
            Lead::Nowhere(GatewayFault::NoResource, Some(api))
        }
        Route::NoApi => Lead::Nowhere(GatewayFault::NoApi, None),
        Route::NoResource(api) => Lead::Nowhere(GatewayFault::NoResource, Some(api)),
        Route::NoMethod(api) => Lead::Nowhere(GatewayFault::NoMethod, Some(api)),
        Route::Found(found) => Lead::Resource(found),
    }
}

/// The product ignores one trailing slash at the end of what it matches, which has the query in it: a slash before a query is
/// part of the path, and no resource has it (contract; apim-wire 7).
fn slash_before_query(parts: &Parts) -> bool {
    parts.uri.path().ends_with('/') && parts.uri.query().is_some()
}

/// 200, no body, and the request's headers as a fault gives them back (apim-wire 2.6 and 7).
fn preflight(place: FaultContext<'_>, found: &FoundResource<'_>) -> Response {
    let mut headers = headers::echoed(place.request);
    headers::allow_origin(&mut headers, place.settings.dialect.product(), Some(found.methods));
    (StatusCode::OK, headers).into_response()
}

/// Which of the simulated gateways a request came to: connections go to one after the other, in the order of their
/// handshakes.
fn node(gateway: &Gateway, parts: &Parts) -> usize {
    let nodes = gateway.sandbox.quotas.nodes() as u64;
    let connection = parts.extensions.get::<Arc<Peer>>().map_or(0, |peer| peer.connection);
    usize::try_from(connection % nodes).unwrap_or(0)
}

/// The context of a path of this API, where it has several.
fn context(api: ApiId, path: &str) -> Option<Cow<'static, str>> {
    (api.contexts().len() > 1).then(|| api.context_of(path).map(Cow::Borrowed)).flatten()
}

fn note_resource(draft: &mut Draft, found: &FoundResource<'_>) {
    draft.entry.api = Some(found.api.id());
    draft.entry.operation = Some(found.resource.operation.into());
}

/// The API's own answer gives back the two identifiers and nothing else of the request, whose headers are `asked` as the API
/// got them.
fn respond(
    answer: Answer,
    asked: &HeaderMap,
    place: FaultContext<'_>,
    methods: &HeaderValue,
) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = answer.status;
    let headers = response.headers_mut();
    headers.reserve(HEADERS); // in one block
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.media));
    headers::allow_origin(headers, place.settings.dialect.product(), Some(methods));
    if let Some(id) = asked.get(&headers::REQUEST_ID) {
        headers.insert(headers::REQUEST_ID, id.clone());
    }
    response
}

/// As many headers as an answer has, more or less.
const HEADERS: usize = 12;

const WELCOME: &str = "<!DOCTYPE html>\n<html lang=\"fr\">\n<head><meta charset=\"UTF-8\"><title>Passerelle</title></head>\n\
    <body><h1>Passerelle d'API</h1><p>Environnement fictif : cette passerelle imite celle de la DGFiP, et n'en fait pas \
    partie.</p></body>\n</html>\n";
