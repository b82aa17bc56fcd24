//! The HTTPS side: what a partner's client talks to.
//!
//! [`router`] is the table of contents: the journal outermost, then controls 1 and 2 on everything, then the token
//! endpoints, and for every other path the resources of the APIs with controls 3 to 6.

mod connections;
mod dispatch;
mod drain;
mod fault;
mod headers;
mod identify;
mod oauth;
mod record;
mod strike;

use std::{convert::Infallible, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use axum::{Router, middleware::from_fn_with_state, response::Response, routing::any};
use http::Request;
use hyper::body::Incoming;
use tower::{Service, util::MapResult};

pub use self::connections::note_connection;
use crate::{api::Apis, replicas::Replica, sandbox::Sandbox, tls::Dropped};

/// What every room of the gateway needs.
#[derive(Clone)]
pub struct Gateway {
    sandbox: Arc<Sandbox>,
    apis: Arc<ArcSwap<Apis>>,
    replica: Option<Arc<Replica>>,
}

impl Gateway {
    /// A gateway to these APIs, which a reset may replace.
    pub fn new(sandbox: Arc<Sandbox>, apis: Arc<ArcSwap<Apis>>) -> Self {
        Self { sandbox, apis, replica: None }
    }

    /// The same, as one of several that share what moves.
    pub fn among(self, replica: Option<Arc<Replica>>) -> Self {
        Self { replica, ..self }
    }

    /// Whether requests are refused because the store of the replicas is away.
    fn is_stranded(&self) -> bool {
        self.replica.as_ref().is_some_and(|replica| replica.refuses())
    }
}

/// The [`router`] as a service for a listener: it answers, or wishes the connection closed without an answer.
pub fn service(
    router: Router,
) -> impl Service<Request<Incoming>, Response = Response, Error = Dropped, Future: Send> + Clone + Send + 'static {
    let obey = |result: Result<Response, Infallible>| result.map_err(Dropped::from).and_then(strike::obey);
    MapResult::new(router, obey)
}

/// What the gateway answers; each request must carry its [`Peer`](crate::peer::Peer) as `Arc<Peer>` in its extensions.
pub fn router(gateway: Gateway) -> Router {
    let bytes = usize::try_from(gateway.sandbox.config.gateway.limits.body_bytes.get()).unwrap_or(usize::MAX);
    let bounds = drain::Bounds { bytes, patience: Duration::from_secs(1) };
    Router::new()
        .route("/", any(dispatch::welcome))
        .route("/token", any(oauth::token))
        .route("/token/", any(oauth::token))
        .route("/token/{*ignored}", any(oauth::token)) // the product's proxy is mapped on /* (apim-wire 1.1)
        .route("/revoke", any(oauth::revoke))
        .route("/revoke/", any(oauth::revoke))
        .route("/revoke/{*ignored}", any(oauth::revoke))
        .route("/oauth2/token", any(oauth::token))
        .route("/oauth2/token/", any(oauth::token))
        .route("/oauth2/revoke", any(oauth::revoke))
        .route("/oauth2/revoke/", any(oauth::revoke))
        .route("/oauth2/jwks", any(oauth::jwks))
        .route("/oauth2/jwks/", any(oauth::jwks))
        .fallback(dispatch::resource)
        .layer(from_fn_with_state(gateway.clone(), identify::layer))
        .layer(from_fn_with_state(gateway.clone(), record::layer))
        .layer(from_fn_with_state(bounds, drain::layer))
        .with_state(gateway)
}
