//! The plain HTTP side: health, and the admin API. Never behind the partner's mutual TLS.

mod admin;
mod problem;

use std::sync::Arc;

use axum::{Json, Router, routing::get};
use serde_json::json;

use crate::sandbox::Sandbox;

/// The service of the console.
pub fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        .route("/health", get(async || Json(json!({ "status": "ok" }))))
        .route("/ready", get(async || Json(json!({ "status": "ready" }))))
        .nest("/admin/v1", admin::routes())
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .with_state(sandbox)
}
