//! `reset`: everything, by kind, or what belongs to one partner, so that tests are independent and parallel suites leave
//! each other alone.
//!
//! What can fail (fixtures, certificates of new partners) is done first; only then is anything changed.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Console,
    endpoint::Endpoint,
    problem::Problem,
    read::BodyOrNothing,
    schema::{self, Shape, closed, given_or_null, list, object, one_of, optional, text},
};
use crate::{
    api::{self, RefreshError},
    directory::Directory,
    sandbox::Sandbox,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post(PATH, reset)
            .about("Begin again: everything (no body, or {}), some kinds, or what belongs to one partner")
            .may_take(schema::the("ResetOrder"))
            .answers(200, "What was reset", schema::the("Reset"))
            .refuses(500),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    let kinds = || list(one_of(KINDS));
    let order = given_or_null(object([]), [("only", kinds()), ("partner", text().into())]);
    let done = optional(object([("reset", list(text()))]), [("partner", text().into())]);
    vec![("ResetOrder", closed(order).into()), ("Reset", done.into())]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResetRequest {
    only: Option<Vec<Kind>>,
    partner: Option<String>,
}

/// What can be reset apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Journal,
    Quotas,
    Tokens,
    Clock,
    Faults,
    Conventions,
    Service,
}

async fn reset(
    State(console): State<Console>,
    BodyOrNothing(request): BodyOrNothing<ResetRequest>,
) -> Result<Json<Value>, Problem> {
    let done = tokio::task::spawn_blocking(move || match (request.only, request.partner) {
        (None, None) => everything(&console),
        (Some(only), None) => kinds(&console.sandbox, &only),
        (only, Some(partner)) => of_partner(&console.sandbox, only, &partner),
    });
    done.await.map_err(|error| Problem::internal(&error))?.map(Json)
}

/// Begins again with everything; what can fail is done first.
pub(super) fn everything(console: &Console) -> Result<Value, Problem> {
    let sandbox = &console.sandbox;
    let _turn = sandbox.turn();
    api::refresh(sandbox, &console.apis).map_err(|error| match error {
        RefreshError::Fixtures(faults) => Problem::fixtures(&faults),
        RefreshError::Pki(error) => Problem::internal(&error),
    })?;
    sandbox.faults.reset();
    sandbox.availability.reset();
    sandbox.clock.reset();
    sandbox.tokens.revoke_all(None);
    sandbox.quotas.clear(None, None, sandbox.clock.now());
    sandbox.references.restart();
    sandbox.begin_run(None);
    let all = KINDS.into_iter().chain(["fixtures", "references"]).collect::<Vec<_>>();
    Ok(json!({ "reset": all }))
}

fn kinds(sandbox: &Sandbox, only: &[Kind]) -> Result<Value, Problem> {
    check(only)?;
    let _turn = sandbox.turn();
    let directory = only.contains(&Kind::Conventions).then(|| fixtures(sandbox)).transpose()?;
    for kind in only {
        match kind {
            Kind::Journal => sandbox.begin_run(None),
            Kind::Quotas => sandbox.quotas.clear(None, None, sandbox.clock.now()),
            Kind::Tokens => sandbox.tokens.revoke_all(None),
            Kind::Clock => sandbox.clock.reset(),
            Kind::Faults => {
                sandbox.faults.reset();
                sandbox.let_go(None);
            }
            Kind::Service => sandbox.availability.reset(),
            Kind::Conventions => {}
        }
    }
    if let Some(directory) = directory {
        sandbox.replace_directory(directory);
    }
    Ok(json!({ "reset": only }))
}

/// Begins again with what belongs to one partner, or some kinds of it.
pub(super) fn of_partner(
    sandbox: &Sandbox,
    only: Option<Vec<Kind>>,
    partner: &str,
) -> Result<Value, Problem> {
    let everyones = |kind: &Kind| matches!(kind, Kind::Clock | Kind::Service);
    if let Some(at) = only.as_ref().and_then(|only| only.iter().position(everyones)) {
        return Err(Problem::unprocessable(
            format!("/only/{at}"),
            "clock and service belong to no partner",
        ));
    }
    let only = only.unwrap_or_else(|| OF_PARTNER.to_vec());
    check(&only)?;
    let _turn = sandbox.turn();
    let present = sandbox.directory();
    let unknown =
        || Problem::unprocessable("/partner", format!("no convention has the id {partner:?}"));
    let key = &present.convention(partner).ok_or_else(unknown)?.application.key;
    let original = match only.contains(&Kind::Conventions) {
        true => Some(fixtures(sandbox)?.convention(partner).ok_or_else(unknown)?.as_ref().clone()),
        false => None,
    };
    for kind in &only {
        match kind {
            Kind::Journal => sandbox.begin_run(Some(partner)),
            Kind::Quotas => sandbox.quotas.clear(Some(partner), None, sandbox.clock.now()),
            Kind::Tokens => sandbox.tokens.revoke_all(Some(key)),
            Kind::Faults => {
                sandbox
                    .faults
                    .remove(|order| order.request.target.partner.as_deref() == Some(partner));
                sandbox.let_go(Some(partner));
            }
            Kind::Clock | Kind::Service | Kind::Conventions => {}
        }
    }
    if let Some(original) = original {
        if only.contains(&Kind::Tokens) && original.application.key != *key {
            sandbox.tokens.revoke_all(Some(&original.application.key));
        }
        sandbox.replace_directory(present.with(original));
    }
    Ok(json!({ "reset": only, "partner": partner }))
}

fn fixtures(sandbox: &Sandbox) -> Result<Directory, Problem> {
    Directory::load(sandbox.config.fixtures.as_deref()).map_err(|faults| Problem::fixtures(&faults))
}

fn check(only: &[Kind]) -> Result<(), Problem> {
    if only.is_empty() {
        return Err(Problem::unprocessable(
            "/only",
            format!("expected some of {}", KINDS.join(", ")),
        ));
    }
    Ok(())
}

const PATH: &str = "/admin/v1/reset";
const KINDS: [&str; 7] =
    ["journal", "quotas", "tokens", "clock", "faults", "conventions", "service"];
const OF_PARTNER: [Kind; 5] =
    [Kind::Journal, Kind::Quotas, Kind::Tokens, Kind::Faults, Kind::Conventions];
