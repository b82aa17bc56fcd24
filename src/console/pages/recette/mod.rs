//! `/recette`: how far each partner's rehearsal has come; and one partner's, case by case, with its report to take away.

mod judged;
mod sheet;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    routing::{get, post},
};

pub(super) use self::judged::Judgements;
use super::{
    Pages, fault,
    frame::{Frame, Section},
    page::Page,
    visit::Visit,
};
use crate::{
    directory::Convention,
    recette::{live, report::Report},
};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/recette", get(list))
        .route("/recette/{id}", get(sheet::page))
        .route("/recette/{id}/cas", post(sheet::mark))
}

#[derive(Template)]
#[template(path = "recette.html")]
struct List {
    frame: Frame,
    reports: Vec<Arc<Report>>,
}

async fn list(visit: Visit) -> Result<Page, Page> {
    let partners = visit.sandbox().directory().iter().cloned().collect();
    let reports = reports(&visit, partners).await?;
    Ok(Page::show(&List { frame: visit.frame(Section::Recette, "Recette"), reports }))
}

/// The reports about these partners; a page that says why there are none otherwise.
async fn reports(visit: &Visit, partners: Vec<Arc<Convention>>) -> Result<Vec<Arc<Report>>, Page> {
    let (console, judgements) = (visit.console().clone(), visit.judgements());
    let judging = tokio::task::spawn_blocking(move || {
        let recette = live::recette(console.sandbox.config.fixtures.as_deref())
            .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ; "))?;
        judgements.of(&console.sandbox, &recette, &partners)
    });
    let judged = judging.await.map_err(|error| error.to_string()).flatten();
    judged.map_err(|why| fault::unavailable(visit, format!("La recette ne peut pas être établie : {why}")))
}
