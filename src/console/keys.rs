//! `keys`: one-time keys under which bacasable's own commands call the gateway, so that their calls are not taken for those
//! of a partner's application.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    endpoint::Endpoint,
    problem::Problem,
    read::Body,
    schema::{Shape, integer_from, nullable},
};
use crate::{
    journal::{LIFETIME, Made, Maker},
    sandbox::Sandbox,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post(KEYS, issue)
            .about("One-time keys for calls that bacasable makes itself, each in the header X-Bacasable-Key")
            .takes::<KeyOrder>()
            .answers::<IssuedKeys>(200, "The keys; each is good for one request"),
    ]
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyOrder {
    by: Maker,
    /// Which run; a new one when it is left out
    run: Option<String>,
    #[schema(schema_with = counts)]
    count: Option<i64>,
}

#[derive(Serialize, ToSchema)]
struct IssuedKeys {
    run: String,
    keys: Vec<String>,
    /// Seconds
    expires_in: i64,
}

fn counts() -> Shape {
    nullable(integer_from(1, MOST))
}

async fn issue(
    State(sandbox): State<Arc<Sandbox>>,
    Body(order): Body<KeyOrder>,
) -> Result<Json<IssuedKeys>, Problem> {
    let KeyOrder { by, run, count } = order;
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
    let keys = (0..count).map(|_| sandbox.journal.issue_key(&made)).collect();
    Ok(Json(IssuedKeys { run: made.run, keys, expires_in: LIFETIME }))
}

const KEYS: &str = "/admin/v1/keys";
/// Keys of one order.
const MOST: i64 = 1_000;
