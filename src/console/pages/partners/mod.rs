//! `/partenaires`: each convention as the sheet of its habilitation.

mod actions;
mod copy;
mod sheet;
mod terms;

use askama::Template;
use axum::{
    Router,
    routing::{get, post},
};

use super::{
    frame::{Frame, Section},
    page::Page,
    visit::{Pages, Visit},
    words,
};
use crate::{admission::QuotaState, directory::Convention, rights::ApiId, sandbox::Sandbox};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/partenaires", get(list))
        .route("/partenaires/{id}", get(sheet::page))
        .route("/partenaires/{id}/copie", get(copy::file))
        .route("/partenaires/{id}/etat", post(actions::state))
        .route("/partenaires/{id}/conditions", post(actions::terms))
        .route("/partenaires/{id}/minute", post(actions::minute))
        .route("/partenaires/{id}/jetons", post(actions::tokens))
        .route("/partenaires/{id}/origine", post(actions::origin))
}

#[derive(Template)]
#[template(path = "partners.html")]
struct List {
    frame: Frame,
    partners: Vec<PartnerCard>,
}

struct PartnerCard {
    id: String,
    organisation: String,
    title: String,
    state: (&'static str, &'static str),
    gauges: Vec<Gauge>,
}

/// How much of a minute's calls are used.
struct Gauge {
    api: &'static str,
    state: QuotaState,
}

impl Gauge {
    fn is_used_up(&self) -> bool {
        u64::from(self.state.used) >= u64::from(self.state.limit)
    }

    /// Up to here there is room: four calls in five.
    fn low(&self) -> u64 {
        u64::from(self.state.limit) * 4 / 5
    }

    /// Beyond, nothing is left.
    fn high(&self) -> u64 {
        u64::from(self.state.limit).saturating_sub(1)
    }
}

async fn list(visit: Visit) -> Page {
    let sandbox = visit.sandbox();
    let now = sandbox.clock.now();
    let card = |convention: &Convention| PartnerCard {
        id: convention.id.clone(),
        organisation: convention.organisation.clone(),
        title: convention.title.clone(),
        state: words::state(convention.life.state(now)),
        gauges: gauges(sandbox, convention),
    };
    let partners = sandbox.directory().iter().map(|convention| card(convention)).collect();
    Page::show(&List { frame: visit.frame(Section::Partners, "Partenaires"), partners })
}

fn gauges(sandbox: &Sandbox, convention: &Convention) -> Vec<Gauge> {
    let now = sandbox.clock.now();
    let gauge = |api| {
        let limit = convention.quota(api)?;
        Some(Gauge {
            api: words::api(api),
            state: sandbox.quotas.state(&convention.id, api, limit, now),
        })
    };
    ApiId::ALL.into_iter().filter_map(gauge).collect()
}
