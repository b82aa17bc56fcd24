//! The plain HTTP side: health, the admin API (`/admin/v1`), and the pages for people. Never behind the partner's mutual TLS.
//!
//! One file per resource, each with its handlers, the types that they read and write, and the list of its endpoints; the router and
//! the OpenAPI document are made from the same list. Orders take their turn ([`Sandbox::turn`]), so that each is whole.

mod abouts;
mod access;
mod address;
mod browser;
mod certs;
mod clock;
mod conventions;
mod dataset;
mod endpoint;
mod example;
mod faults;
mod free;
mod french;
mod gate;
mod gateway;
mod journal;
mod keys;
mod metrics;
mod motifs;
mod openapi;
mod pages;
mod personas;
mod problem;
mod quotas;
mod read;
mod recette;
mod replicas;
mod reset;
mod schema;
mod service;
mod stream;
mod tokens;

use std::{net::SocketAddr, sync::Arc};

use arc_swap::ArcSwap;
use axum::{Json, Router, extract::FromRef, middleware::from_fn_with_state};
use serde_json::json;
use utoipa::openapi::OpenApi;

pub use self::{access::Access, openapi::guarded as contract};
use self::{
    endpoint::{Endpoint, JSON},
    schema::{integer, object, text},
};
use crate::{api::Apis, replicas::Replica, sandbox::Sandbox, tls::Traffic};

/// What every room of the console needs.
#[derive(Clone)]
pub struct Console {
    sandbox: Arc<Sandbox>,
    apis: Arc<ArcSwap<Apis>>,
    gateway: GatewayHandle,
    replica: Option<Arc<Replica>>,
    access: Arc<Access>,
}

/// The gateway, as the console knows it.
#[derive(Clone)]
pub struct GatewayHandle {
    /// Where it listens: pages tell it.
    pub address: SocketAddr,
    /// What it answers: pages call it as a sample partner. A request carries its peer as `Arc<Peer>` in its extensions.
    pub service: Router,
    /// Who came to it.
    pub traffic: Arc<Traffic>,
}

impl Console {
    /// A console of this sandbox and its gateway; a reset puts other APIs in the place of these.
    pub fn new(
        sandbox: Arc<Sandbox>,
        apis: Arc<ArcSwap<Apis>>,
        gateway: GatewayHandle,
        access: Access,
    ) -> Self {
        Self { sandbox, apis, gateway, replica: None, access: Arc::new(access) }
    }

    /// The same, as that of one of several replicas that share what moves.
    pub fn among(self, replica: Option<Arc<Replica>>) -> Self {
        Self { replica, ..self }
    }
}

impl FromRef<Console> for Arc<Sandbox> {
    fn from_ref(console: &Console) -> Self {
        Arc::clone(&console.sandbox)
    }
}

/// The service of the console: whoever may use it outermost, then the endpoints, and for every other path the pages.
pub fn router(console: Console) -> Router {
    let access = Arc::clone(&console.access);
    let pages = pages::router(console.clone());
    endpoint::routes(endpoints())
        .fallback_service(pages)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(from_fn_with_state(console.clone(), replicas::layer))
        .layer(from_fn_with_state(access, gate::layer))
        .with_state(console)
}

/// The description of every endpoint of the console.
pub fn document() -> OpenApi {
    endpoint::document(endpoints())
}

fn endpoints() -> Vec<Endpoint> {
    let status = |about| object([("status", text().description(Some(about)).into())]);
    let ready = |about: &str| {
        let environment = text().description(Some("Which environment is rehearsed"));
        let register = integer().description(Some("The register version: what a seed means"));
        let status = text().description(Some(about));
        object([
            ("status", status.into()),
            ("environment", environment.into()),
            ("register", register.into()),
        ])
    };
    let own = vec![
        Endpoint::get("/health", async || Json(json!({ "status": "ok" })))
            .about("Whether the process lives")
            .answers_as(200, "It does", JSON, status("ok")),
        Endpoint::get("/ready", replicas::ready)
            .about("Whether it answers requests")
            .answers_as(
                200,
                "It does; degraded while the replicas' store is away or the journal's file cannot be written",
                JSON,
                ready("ready, degraded"),
            )
            .answers_as(
                503,
                "It does not: the store is away, and state.on_loss refuses; or the journal's file cannot be written, and journal.policy is strict",
                JSON,
                ready("refusing"),
            ),
    ];
    let resources = [
        openapi::endpoints(),
        gateway::endpoints(),
        clock::endpoints(),
        faults::endpoints(),
        service::endpoints(),
        conventions::endpoints(),
        tokens::endpoints(),
        keys::endpoints(),
        quotas::endpoints(),
        reset::endpoints(),
        journal::endpoints(),
        stream::endpoints(),
        personas::endpoints(),
        dataset::endpoints(),
        certs::endpoints(),
        metrics::endpoints(),
        recette::endpoints(),
    ];
    own.into_iter().chain(resources.into_iter().flatten()).collect()
}
