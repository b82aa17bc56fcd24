//! The HTTPS side: what a partner's client talks to.
//!
//! [`router`] is the table of contents: the journal outermost, then controls 1 and 2 on everything, then the token
//! endpoints, and for every other path the resources of the APIs with controls 3 to 6.

mod dispatch;
mod drain;
mod fault;
mod headers;
mod identify;
mod oauth;
mod record;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, post},
};

use crate::{api::Apis, sandbox::Sandbox};

/// What every room of the gateway needs.
#[derive(Clone)]
pub struct Gateway {
    sandbox: Arc<Sandbox>,
    apis: Arc<Apis>,
}

impl Gateway {
    /// A gateway to these APIs.
    pub fn new(sandbox: Arc<Sandbox>, apis: Apis) -> Self {
        Self { sandbox, apis: Arc::new(apis) }
    }
}

/// The service of the gateway; each request must carry its [`Peer`](crate::peer::Peer) as `Arc<Peer>` in its extensions.
pub fn router(gateway: Gateway) -> Router {
    let bytes = usize::try_from(gateway.sandbox.config.gateway.limits.body_bytes.get()).unwrap_or(usize::MAX);
    let bounds = drain::Bounds { bytes, patience: Duration::from_secs(1) };
    Router::new()
        .route("/token", post(oauth::token).fallback(dispatch::wrong_method))
        .route("/oauth2/token", post(oauth::token).fallback(dispatch::wrong_method))
        .route("/revoke", post(oauth::revoke).fallback(dispatch::wrong_method))
        .route("/oauth2/revoke", post(oauth::revoke).fallback(dispatch::wrong_method))
        .route("/oauth2/jwks", get(oauth::jwks).fallback(dispatch::wrong_method))
        .fallback(dispatch::resource)
        .layer(from_fn_with_state(gateway.clone(), identify::layer))
        .layer(from_fn_with_state(gateway.clone(), record::layer))
        .layer(from_fn_with_state(bounds, drain::layer))
        .with_state(gateway)
}
