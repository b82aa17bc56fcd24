//! The plain HTTP side: health, the admin API, and the pages for people. Never behind the partner's mutual TLS.

mod admin;
mod certs;
mod pages;
mod problem;

use std::{net::SocketAddr, sync::Arc};

use axum::{Json, Router, routing::get};
use serde_json::json;

use crate::sandbox::Sandbox;

/// The service of the console; its pages tell where the gateway listens.
pub fn router(sandbox: Arc<Sandbox>, gateway: SocketAddr) -> Router {
    let pages = pages::router(Arc::clone(&sandbox), gateway);
    Router::new()
        .route("/health", get(async || Json(json!({ "status": "ok" }))))
        .route("/ready", get(async || Json(json!({ "status": "ready" }))))
        .route("/certs/{*name}", get(certs::file))
        .nest("/admin/v1", admin::routes())
        .fallback_service(pages)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .with_state(sandbox)
}
