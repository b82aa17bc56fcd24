//! The console, `/admin/v1`: a test suite sets up, steers and looks back.

mod access;
mod bad_input;
mod clock;
mod conventions;
mod dataset;
mod described;
mod documented;
mod faults;
mod journal;
mod metrics;
mod openapi;
mod python;
mod quotas;
mod reset;
mod scenarios;
mod service;
mod tokens;

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Reply, World};

/// FICOBA's health, which needs a token and no scope.
pub(crate) const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

impl World {
    /// Gives an order to the admin API; its answer must be a success.
    pub(crate) async fn order(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let reply = self.console(method, &format!("/admin/v1/{path}"), body).await;
        assert!(reply.status.is_success(), "{path}: {} {}", reply.status, reply.text);
        reply.json()
    }

    /// An order that must be refused: its status and the place it names.
    pub(crate) async fn refusal(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, String) {
        let reply = self.console(method, &format!("/admin/v1/{path}"), body).await;
        place(&reply)
    }
}

/// The status of a problem document and the place it names: a pointer, a parameter, or nothing.
pub(crate) fn place(reply: &Reply) -> (u16, String) {
    assert_eq!(reply.header("Content-Type"), "application/problem+json", "{}", reply.text);
    let problem = reply.json();
    assert_eq!(problem["status"], reply.status.as_u16(), "{problem}");
    assert!(!problem["detail"].as_str().unwrap().is_empty(), "{problem}");
    let place = problem
        .get("pointer")
        .or(problem.get("parameter"))
        .and_then(Value::as_str)
        .unwrap_or("none");
    (reply.status.as_u16(), place.to_owned())
}
