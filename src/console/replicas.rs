//! The console of one replica among several: what is read is what all hold to, and an order takes the turn of all.

use axum::{
    Json,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Console, problem::Problem};
use crate::{
    config::{OnLoss, SettingValue as _},
    register,
    replicas::TurnError,
    state::Health,
};

/// `GET /ready`.
pub(super) async fn ready(State(console): State<Console>) -> (StatusCode, Json<Value>) {
    let (mut status, Json(mut body)) = with_store(&console);
    let journal = &console.sandbox.journal;
    if let Some(reason) = journal.kept().and_then(|kept| kept.fault) {
        body["journal"] = json!({ "written": false, "reason": reason });
        if journal.is_strict() {
            (status, body["status"]) = (StatusCode::SERVICE_UNAVAILABLE, json!("refusing"));
        } else if status == StatusCode::OK {
            body["status"] = json!("degraded");
        }
    }
    (status, Json(body))
}

/// What the replicas' store makes of it.
fn with_store(console: &Console) -> (StatusCode, Json<Value>) {
    let environment = console.sandbox.config.gateway.environment.show();
    let answer = |status: &str, state: Value| {
        Json(json!({
            "status": status,
            "environment": environment,
            "register": register::VERSION,
            "state": state
        }))
    };
    let Some(replica) = &console.replica else {
        let body = json!({
            "status": "ready", "environment": environment, "register": register::VERSION
        });
        return (StatusCode::OK, Json(body));
    };
    let store = replica.store();
    match (replica.health(), console.sandbox.config.state.on_loss) {
        (Health::Reached, _) => match replica.crowded() {
            None => (StatusCode::OK, answer("ready", json!({ "store": store, "reached": true }))),
            Some(reason) => {
                let state = json!({ "store": store, "reached": true, "reason": reason });
                (StatusCode::OK, answer("degraded", state))
            }
        },
        (Health::Away { reason }, on_loss) => {
            let state = json!({ "store": store, "reached": false, "reason": reason });
            match on_loss {
                OnLoss::Local => (StatusCode::OK, answer("degraded", state)),
                OnLoss::Refuse => (StatusCode::SERVICE_UNAVAILABLE, answer("refusing", state)),
            }
        }
    }
}

/// Catches up before a reader, and before an order; puts an order in force everywhere before it is answered.
pub(super) async fn layer(
    State(console): State<Console>,
    request: Request,
    next: Next,
) -> Response {
    let Some(replica) = &console.replica else { return next.run(request).await };
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        if reads_what_moves(request.uri().path()) {
            replica.refresh().await.unwrap_or_default(); // /ready says that the store is away
        }
        return next.run(request).await;
    }
    if SESSIONS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let turn = match replica.turn().await {
        Ok(turn) => turn,
        Err(error) => return unavailable(error),
    };
    let response = next.run(request).await;
    match replica.finish(turn).await {
        Ok(()) => response,
        Err(error) => unavailable(error),
    }
}

fn unavailable(error: TurnError) -> Response {
    Problem::unavailable(error.to_string()).into_response()
}

/// Probes, files and descriptions ask nothing of the store.
fn reads_what_moves(path: &str) -> bool {
    let still = ["/health", "/ready", "/metrics", "/certs/", "/openapi/", "/assets/"];
    !still.iter().any(|start| path.starts_with(start))
}

/// Who may use the console is each replica's own business.
const SESSIONS: [&str; 2] = ["/connexion", "/deconnexion"];
