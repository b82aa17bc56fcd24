//! The HTTPS side: what a partner's client talks to.
//!
//! `answer` is the table of contents: the journal outermost, then controls 1 and 2 on everything, then the token
//! endpoints, and for every other path the resources of the APIs with controls 3 to 6.

mod body;
mod connections;
mod dispatch;
mod fault;
mod headers;
mod identify;
mod inject;
mod nowhere;
mod oauth;
mod reasons;
mod record;
mod room;
mod shared;

use std::{pin::pin, sync::Arc};

use arc_swap::ArcSwap;
use axum::{Router, body::Body, response::Response};
use http::Request;
use tower::{Service, service_fn};

pub use self::connections::note_connection;
use self::{
    fault::{FaultContext, GatewayFault},
    room::{Permit, Room},
    shared::Shared,
};
use crate::{
    admission::Identified,
    api::Apis,
    journal::Draft,
    replicas::Replica,
    sandbox::Sandbox,
    tls::{Dropped, Lent},
};

/// What every room of the gateway needs.
#[derive(Clone)]
pub struct Gateway {
    sandbox: Arc<Sandbox>,
    apis: Arc<ArcSwap<Apis>>,
    shared: Shared,
    room: Arc<Room>,
}

impl Gateway {
    /// A gateway to these APIs, which a reset may replace; one of several where there is a replica.
    pub fn new(
        sandbox: Arc<Sandbox>,
        apis: Arc<ArcSwap<Apis>>,
        replica: Option<Arc<Replica>>,
    ) -> Self {
        let most = sandbox.config.gateway.limits.requests.get();
        let room = Room::new(usize::try_from(most).unwrap_or(usize::MAX));
        Self { sandbox, apis, shared: replica.into(), room }
    }
}

/// The gateway as a service for a listener: it answers, or wishes the connection closed without an answer. Each request must
/// carry its [`Peer`](crate::peer::Peer) as `Arc<Peer>` in its extensions.
pub fn service(
    gateway: Gateway,
) -> impl Service<Request<Lent>, Response = Response, Error = Dropped, Future: Send>
+ Clone
+ Send
+ 'static {
    service_fn(move |request: Request<Lent>| {
        let gateway = gateway.clone();
        async move {
            // Pinned where it is made, here and below: `.await` alone moves a future first, twice, and this one has nine kilobytes.
            let answered = pin!(answer(&gateway, request));
            inject::obey(answered.await)
        }
    })
}

/// The same as a router, for who has no listener; the wish is in the response's extensions, as [`Dropped`].
pub fn router(gateway: Gateway) -> Router {
    Router::new().fallback(async move |request: Request<Body>| {
        answer(&gateway, Lent::from_request(request)).await
    })
}

/// From the outside in. The layers are plain functions: what a router would box and clone for each of them is a good part of
/// what a request costs (docs/performance.md).
async fn answer(gateway: &Gateway, request: Request<Lent>) -> Response {
    let recorded = pin!(record::layer(
        gateway,
        request,
        async |request, draft: &mut Draft, permit: &Permit| {
            match identify::layer(gateway, &request, draft) {
                Ok(caller) => {
                    let routed = pin!(route(gateway, request, (draft, permit), caller));
                    routed.await
                }
                Err(refusal) => {
                    let place = FaultContext::outside(&gateway.sandbox, request.headers());
                    dispatch::refuse(draft, &GatewayFault::Refused(refusal), place)
                }
            }
        }
    ));
    recorded.await
}

/// The token endpoints, and for every other path the resources of the APIs with controls 3 to 6.
async fn route(
    gateway: &Gateway,
    request: Request<Lent>,
    (draft, permit): (&mut Draft, &Permit),
    caller: Identified,
) -> Response {
    let path = request.uri().path();
    let below = |place: &str| {
        path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match path.strip_suffix('/').unwrap_or(path) {
        "" => dispatch::welcome(gateway, request, (draft, permit), caller).await,
        "/oauth2/token" => oauth::token(gateway, (draft, permit), &caller, request).await,
        "/oauth2/revoke" => oauth::revoke(gateway, (draft, permit), &caller, request).await,
        "/oauth2/jwks" => oauth::jwks(gateway, draft, &caller, request).await,
        // The product's proxies are mapped on /* (apim-wire 1.1).
        _ if below("/token") => oauth::token(gateway, (draft, permit), &caller, request).await,
        _ if below("/revoke") => oauth::revoke(gateway, (draft, permit), &caller, request).await,
        _ => {
            let answered = pin!(dispatch::resource(gateway, request, (draft, permit), caller));
            answered.await
        }
    }
}
