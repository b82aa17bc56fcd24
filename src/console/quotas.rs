//! `quotas`: the counters of the minute, read, set and emptied.

use std::sync::Arc;

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    endpoint::Endpoint,
    problem::Problem,
    read::{Body, Query},
    schema::{text, the},
};
use crate::{
    directory::Convention,
    rights::ApiId,
    sandbox::{Act, Sandbox, Through},
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of = |endpoint: Endpoint| {
        endpoint
            .query("partner", "The partner's id", text())
            .query("api", "The API", the::<ApiId>())
            .refuses(400)
    };
    vec![
        of(Endpoint::get(PATH, read)
            .about("The state of each partner's minute on each of its APIs"))
        .lists::<Quota>(200, "Quotas"),
        Endpoint::put(PATH, set)
            .about("Set how many calls of this minute count as admitted")
            .takes::<QuotaOrder>()
            .answers::<Quota>(200, "The quota afterwards"),
        of(Endpoint::delete(PATH, empty).about("Empty the windows"))
            .lists::<Quota>(200, "The quotas afterwards"),
    ]
}

#[derive(Serialize, ToSchema)]
struct Quota {
    partner: String,
    api: ApiId,
    #[schema(format = Int64)]
    limit: u32,
    #[schema(format = Int64)]
    used: u32,
    resets_at: Timestamp,
    /// What each simulated gateway admitted; used is the sum of all
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Int64)]
    nodes: Option<Vec<u32>>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QuotaOrder {
    partner: String,
    api: ApiId,
    /// From 0 to the limit; the limit is the convention's
    #[schema(format = Int64)]
    used: u32,
}

async fn read(
    State(sandbox): State<Arc<Sandbox>>,
    query: Query,
) -> Result<Json<Vec<Quota>>, Problem> {
    let (partner, api) = whose(query, &sandbox)?;
    Ok(Json(views(&sandbox, partner.as_deref(), api)))
}

async fn set(
    State(sandbox): State<Arc<Sandbox>>,
    Body(request): Body<QuotaOrder>,
) -> Result<Json<Quota>, Problem> {
    let QuotaOrder { partner, api, used } = request;
    let _turn = sandbox.turn();
    let directory = sandbox.directory();
    let unknown =
        || Problem::unprocessable("/partner", format!("no convention has the id {partner:?}"));
    let convention = directory.convention(&partner).ok_or_else(unknown)?;
    let closed = || {
        Problem::unprocessable("/api", format!("the convention of {partner:?} does not open {api}"))
    };
    let limit = convention.quota(api).ok_or_else(closed)?;
    if used > limit {
        let detail =
            format!("{used} is more than the limit, {limit}: PATCH the convention for another one");
        return Err(Problem::unprocessable("/used", detail));
    }
    sandbox.quotas.set(&partner, api, used, sandbox.clock.now());
    let what = format!("réglé à {used} pour {}", api.label());
    sandbox.intervene(Act::Quota, Through::Api, Some(&partner), what);
    view(&sandbox, convention, api).map(Json).ok_or_else(closed)
}

async fn empty(
    State(sandbox): State<Arc<Sandbox>>,
    query: Query,
) -> Result<Json<Vec<Quota>>, Problem> {
    let (partner, api) = whose(query, &sandbox)?;
    open(&sandbox, partner.as_deref(), api, Through::Api);
    Ok(Json(views(&sandbox, partner.as_deref(), api)))
}

/// Empties the windows of a partner, or of all.
pub(super) fn open(sandbox: &Sandbox, partner: Option<&str>, api: Option<ApiId>, by: Through) {
    let _turn = sandbox.turn();
    sandbox.quotas.clear(partner, api, sandbox.clock.now());
    sandbox.intervene(Act::Quota, by, partner, "vidé");
}

fn whose(mut query: Query, sandbox: &Sandbox) -> Result<(Option<String>, Option<ApiId>), Problem> {
    let directory = sandbox.directory();
    let known = |id: &str| directory.convention(id).map(|convention| convention.id.clone());
    let partner = query.read("partner", "the id of a convention", known)?;
    let api = query.read("api", &ApiId::ALL.map(ApiId::as_str).join(", "), ApiId::named)?;
    query.finish()?;
    Ok((partner, api))
}

fn views(sandbox: &Sandbox, partner: Option<&str>, api: Option<ApiId>) -> Vec<Quota> {
    let directory = sandbox.directory();
    let conventions =
        directory.iter().filter(|convention| partner.is_none_or(|id| convention.id == id));
    let apis = || ApiId::ALL.into_iter().filter(move |one| api.is_none_or(|api| api == *one));
    conventions
        .flat_map(|convention| apis().filter_map(|api| view(sandbox, convention, api)))
        .collect()
}

fn view(sandbox: &Sandbox, convention: &Convention, api: ApiId) -> Option<Quota> {
    let now = sandbox.clock.now();
    let state = sandbox.quotas.state(&convention.id, api, convention.quota(api)?, now);
    Some(Quota {
        partner: convention.id.clone(),
        api,
        limit: state.limit,
        used: state.used,
        resets_at: state.resets_at,
        nodes: (sandbox.quotas.nodes() > 1).then(|| sandbox.quotas.used(&convention.id, api, now)),
    })
}

const PATH: &str = "/admin/v1/quotas";
