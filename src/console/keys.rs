//! `keys`: one-time keys under which bacasable's own commands call the gateway, so that their calls are not taken for those
//! of a partner's application.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    endpoint::Endpoint,
    problem::Problem,
    read::Body,
    schema::{self, Shape, closed, integer, integer_from, list, object, one_of, text},
};
use crate::{
    journal::{LIFETIME, Made, Maker},
    sandbox::Sandbox,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post(KEYS, issue)
            .about("One-time keys for calls that bacasable makes itself, each in the header X-Bacasable-Key")
            .takes(schema::the("KeyOrder"))
            .answers(200, "The keys; each is good for one request", schema::the("Keys")),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    let order = schema::given_or_null(
        object([("by", one_of(Maker::ALL.map(Maker::as_str)).into())]),
        [
            ("run", text().description(Some("Which run; a new one when it is left out")).into()),
            ("count", integer_from(1, MOST).into()),
        ],
    );
    let keys = object([
        ("run", text().into()),
        ("keys", list(text())),
        ("expires_in", integer().description(Some("Seconds")).into()),
    ]);
    vec![("KeyOrder", closed(order).into()), ("Keys", keys.into())]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    by: Maker,
    run: Option<String>,
    count: Option<i64>,
}

async fn issue(
    State(sandbox): State<Arc<Sandbox>>,
    Body(order): Body<Order>,
) -> Result<Json<Value>, Problem> {
    let Order { by, run, count } = order;
    let count = count.unwrap_or(1);
    if !(1..=MOST).contains(&count) {
        let detail = format!("expected a number of keys from 1 to {MOST}");
        return Err(Problem::unprocessable("/count", detail));
    }
    let made = match run {
        None => Made::anew(by),
        Some(run) if Made::is_run(&run) => Made { by, run },
        Some(_) => {
            let detail = "expected 1 to 32 hexadecimal digits, as an earlier answer gave them";
            return Err(Problem::unprocessable("/run", detail));
        }
    };
    let keys: Vec<_> = (0..count).map(|_| sandbox.journal.issue_key(&made)).collect();
    Ok(Json(json!({ "run": made.run, "keys": keys, "expires_in": LIFETIME })))
}

const KEYS: &str = "/admin/v1/keys";
/// Keys of one order.
const MOST: i64 = 1_000;
