//! `/recette`: how far each partner's rehearsal has come; and one partner's, case by case, with its report to take away.

mod about;
mod judged;
mod sheet;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    routing::{get, post},
};

use self::judged::Judged;
pub(super) use self::judged::Judgements;
use super::{
    Pages, fault,
    frame::{Frame, Section},
    page::Page,
    visit::Visit,
    words,
};
use crate::{directory::Convention, recette::report::Report};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/recette", get(list))
        .route("/recette/{id}", get(sheet::page))
        .route("/recette/{id}/cas", post(sheet::mark))
        .route("/recette/{id}/rapport", post(about::say))
        .route("/recette/{id}/decision", post(about::decide))
}

#[derive(Template)]
#[template(path = "recette.html")]
struct List {
    frame: Frame,
    all: Vec<Judged>,
}

async fn list(visit: Visit) -> Result<Page, Page> {
    let partners = visit.sandbox().directory().iter().cloned().collect();
    let all = judged(&visit, partners).await?;
    Ok(Page::show(&List { frame: visit.frame(Section::Recette, "Recette"), all }))
}

impl List {
    fn is_pending(&self) -> bool {
        self.all.iter().any(|one| one.report.is_none())
    }

    fn class_of(&self, report: &Report) -> &'static str {
        words::concluded(report.synthesis.outcome)
    }

    fn is_current(&self) -> bool {
        self.all.iter().all(|one| one.current)
    }
}

/// What is known about these partners' rehearsals; a page that says why nothing is otherwise.
async fn judged(visit: &Visit, partners: Vec<Arc<Convention>>) -> Result<Vec<Judged>, Page> {
    let judging = visit.judgements().of(visit.console().clone(), partners).await;
    judging.map_err(|why| {
        fault::unavailable(visit, format!("La recette ne peut pas être établie : {why}"))
    })
}
