//! From a path to a resource, through controls 3 to 6, to the API's answer.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderValue, header, request::Parts};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::{
    Gateway,
    fault::{Fault, Place},
    headers, strike,
};
use crate::{
    admission::{Demand, Identified},
    api::{self, Answer, Route},
    journal::Trace,
};

/// Every path that is not the token endpoint's.
pub(super) async fn resource(State(gateway): State<Gateway>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let trace = parts.extensions.remove::<Trace>().expect("the journal's layer stands outside");
    let caller = parts.extensions.remove::<Identified>().expect("controls 1 and 2 stand outside");
    let settings = &gateway.sandbox.config.gateway;
    let refuse = |fault: Fault, api, template| {
        trace.draft().entry.code = Some(fault.code());
        fault.respond(Place { settings, api, template, request: &parts.headers })
    };
    let apis = gateway.apis.load_full();
    let (api, resource, segment) = match apis.route(&parts.method, parts.uri.path()) {
        Route::NoApi => return refuse(Fault::NoApi, None, ""),
        Route::NoResource(api) => {
            trace.draft().entry.api = Some(api);
            return refuse(Fault::NoResource, Some(api), "");
        }
        Route::NoMethod { api, .. } => {
            trace.draft().entry.api = Some(api);
            return refuse(Fault::NoMethod, Some(api), "");
        }
        Route::Found { api, resource, segment } => (api, resource, segment),
    };
    note_resource(&trace, api, resource);
    let demand = Demand {
        api: api.id(),
        scope: resource.scope,
        authorization: headers::text(&parts.headers, &header::AUTHORIZATION),
        id_teleservice: headers::text(&parts.headers, &headers::ID_TELESERVICE),
    };
    let directory = gateway.sandbox.directory();
    let authorised = gateway.sandbox.gate(&directory).authorise(caller, demand, &mut trace.draft().chain);
    let call = match authorised {
        Ok(call) => call,
        Err(refusal) => return refuse(Fault::Refused(refusal), Some(api.id()), resource.template),
    };
    trace.draft().entry.quota = call.quota().map(Into::into);
    let body = match read(&gateway, body).await {
        Ok(body) => body,
        Err(fault) => return refuse(fault, Some(api.id()), resource.template),
    };
    let asked = parts.uri.path_and_query().map_or("", |asked| asked.as_str());
    let digest = gateway.sandbox.journal.seal().of(&[parts.method.as_str().as_bytes(), asked.as_bytes(), &body]);
    trace.draft().entry.digest = Some(digest);
    let request = api::Request {
        call: &call,
        resource,
        segment,
        query: parts.uri.query(),
        headers: &parts.headers,
        body: &body,
        register: gateway.sandbox.register(),
        now: gateway.sandbox.clock.now(),
        sandbox: &gateway.sandbox,
        trace: &trace,
    };
    strike::at_api(&gateway, api, &request, |answer| respond(answer, &parts)).await
}

/// A path of the token endpoint, with a method it does not take.
pub(super) async fn wrong_method(State(gateway): State<Gateway>, request: Request) -> Response {
    let settings = &gateway.sandbox.config.gateway;
    let trace = request.extensions().get::<Trace>().expect("the journal's layer stands outside");
    trace.draft().entry.code = Some(Fault::NoMethod.code());
    Fault::NoMethod.respond(Place { settings, api: None, template: "", request: request.headers() })
}

/// The body, within the size and the time that the gateway gives it.
pub(super) async fn read(gateway: &Gateway, body: Body) -> Result<Bytes, Fault> {
    let limits = &gateway.sandbox.config.gateway.limits;
    let most = usize::try_from(limits.body_bytes.get()).unwrap_or(usize::MAX);
    let arriving = Limited::new(body, most).collect();
    let seconds = Duration::from_secs(limits.request_seconds.get());
    match tokio::time::timeout(seconds, arriving).await {
        Err(_) => Err(Fault::TooSlow),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => Err(Fault::TooLarge),
        // The connection broke under the body: nobody is left to read this.
        Ok(Err(_)) => Err(Fault::TooSlow),
    }
}

fn note_resource(trace: &Trace, api: &dyn api::Api, resource: &api::Resource) {
    let mut draft = trace.draft();
    draft.entry.api = Some(api.id());
    draft.entry.operation = Some(resource.operation.to_owned());
}

/// The API's own answer gives back the two identifiers and nothing else of the request.
fn respond(answer: Answer, request: &Parts) -> Response {
    let mut response = (answer.status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.media));
    if let Some(id) = request.headers.get(&headers::REQUEST_ID) {
        headers.insert(headers::REQUEST_ID, id.clone());
    }
    response
}
