//! `/metrics`: the measures, for Prometheus and whatever reads its text.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;

use super::{Console, endpoint::Endpoint, problem::Problem, schema::text};
use crate::{
    journal::Filter,
    metrics::{self, JournalFacts, MEDIA, MeasuredFacts, QuotaFacts},
    rights::ApiId,
    sandbox::Sandbox,
    state::Health,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let essence = MEDIA.split(';').next().unwrap_or(MEDIA);
    vec![
        Endpoint::get("/metrics", read).about("The measures, as Prometheus reads them").answers_as(
            200,
            "OpenMetrics 1.0",
            essence,
            text(),
        ),
    ]
}

async fn read(State(console): State<Console>) -> Result<Response, Problem> {
    let text = metrics::write(&console.sandbox.metrics, facts(&console))
        .map_err(|error| Problem::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, MEDIA), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

fn facts(console: &Console) -> MeasuredFacts {
    let (sandbox, traffic) = (&console.sandbox, &console.gateway.traffic);
    let now = sandbox.clock.now();
    let page = sandbox.journal.page(&Filter::default(), 0);
    let (pending, lost) = sandbox.journal.kept().map_or((0, 0), |kept| (kept.pending, kept.lost));
    let capacity = sandbox.config.journal.capacity.get();
    MeasuredFacts {
        handshakes: traffic.full(),
        resumed: traffic.resumed(),
        connections: traffic.open(),
        services: ApiId::ALL
            .map(|api| (api, sandbox.availability.closure(api, now).is_none()))
            .into(),
        quotas: quotas(sandbox),
        journal: JournalFacts { kept: page.total, capacity, recorded: page.next, pending, lost },
        store: console.replica.as_ref().map(|replica| replica.health() == Health::Reached),
    }
}

fn quotas(sandbox: &Sandbox) -> Vec<QuotaFacts> {
    let (directory, now) = (sandbox.directory(), sandbox.clock.now());
    let mut all = Vec::new();
    for convention in directory.iter() {
        for api in ApiId::ALL {
            let Some(limit) = convention.quota(api) else { continue };
            let used = sandbox.quotas.state(&convention.id, api, limit, now).used;
            all.push(QuotaFacts { partner: convention.id.clone(), api, limit, used });
        }
    }
    all
}
