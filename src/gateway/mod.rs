//! The HTTPS side: what a partner's client talks to.
//!
//! `answer` is the table of contents: the journal outermost, then controls 1 and 2 on everything, then the token
//! endpoints, and for every other path the resources of the APIs with controls 3 to 6.

mod connections;
mod dispatch;
mod fault;
mod headers;
mod identify;
mod nowhere;
mod oauth;
mod reasons;
mod record;
mod room;
mod strike;

use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::{Router, body::Body, response::Response};
use http::Request;
use tower::{Service, service_fn};

pub use self::connections::note_connection;
use self::room::Room;
use crate::{
    admission::Identified,
    api::Apis,
    journal::Trace,
    replicas::Replica,
    sandbox::Sandbox,
    tls::{Dropped, Lent},
};

/// What every room of the gateway needs.
#[derive(Clone)]
pub struct Gateway {
    sandbox: Arc<Sandbox>,
    apis: Arc<ArcSwap<Apis>>,
    replica: Option<Arc<Replica>>,
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
        Self { sandbox, apis, replica, room }
    }

    /// Whether requests are refused because the store of the replicas is away.
    fn is_stranded(&self) -> bool {
        self.replica.as_ref().is_some_and(|replica| replica.refuses())
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
        async move { strike::obey(answer(&gateway, request.map(Body::new)).await) }
    })
}

/// The same as a router, for who has no listener; the wish is in the response's extensions, as [`Dropped`].
pub fn router(gateway: Gateway) -> Router {
    Router::new().fallback(async move |request: Request<Body>| answer(&gateway, request).await)
}

/// From the outside in. The layers are plain functions: what a router would box and clone for each of them is a good part of
/// what a request costs (docs/performance.md).
async fn answer(gateway: &Gateway, request: Request<Body>) -> Response {
    let routed = |request, trace, caller| route(gateway, request, trace, caller);
    let controlled = |request, trace| identify::layer(gateway, request, trace, routed);
    record::layer(gateway, request, controlled).await
}

/// The token endpoints, and for every other path the resources of the APIs with controls 3 to 6.
async fn route(
    gateway: &Gateway,
    request: Request<Body>,
    trace: Trace,
    caller: Identified,
) -> Response {
    let path = request.uri().path();
    let below = |place: &str| {
        path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match path.strip_suffix('/').unwrap_or(path) {
        "" => dispatch::welcome(gateway, request, trace, caller).await,
        "/oauth2/token" => oauth::token(gateway, &trace, &caller, request).await,
        "/oauth2/revoke" => oauth::revoke(gateway, &trace, &caller, request).await,
        "/oauth2/jwks" => oauth::jwks(gateway, &trace, &caller, request).await,
        // The product's proxies are mapped on /* (apim-wire 1.1).
        _ if below("/token") => oauth::token(gateway, &trace, &caller, request).await,
        _ if below("/revoke") => oauth::revoke(gateway, &trace, &caller, request).await,
        _ => dispatch::resource(gateway, request, trace, caller).await,
    }
}
