//! `/recette`: how far each partner's rehearsal has come; and one partner's, case by case, with its report to take away.

mod about;
mod links;
mod round;
mod sheet;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    routing::{get, post},
};

use super::{
    fault,
    frame::{Frame, Section},
    judged::Judged,
    loss::Whereabouts,
    page::Page,
    visit::{Pages, Visit},
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
    whereabouts: Whereabouts,
}

async fn list(visit: Visit) -> Result<Page, Page> {
    let partners = visit.sandbox().directory().iter().cloned().collect();
    let all = judged(&visit, partners).await?;
    let whereabouts = Whereabouts::new(visit.sandbox());
    Ok(Page::show(&List { frame: visit.frame(Section::Recette, "Recette"), all, whereabouts }))
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

/// What one partner's rehearsal comes to, in short.
pub(super) struct Standing {
    /// How it is marked, and in a word.
    pub(super) tag: (&'static str, &'static str),
    /// The cases and the rules, or why nothing is known.
    pub(super) detail: String,
}

impl Standing {
    /// That of a partner.
    pub(super) async fn for_partner(visit: &Visit, convention: &Arc<Convention>) -> Self {
        let judging = visit.judgements();
        let all = judging.for_partners(visit.console().clone(), vec![Arc::clone(convention)]).await;
        let report = all.map(|all| all.into_iter().find_map(|one| one.report));
        match report {
            Ok(Some(report)) => {
                let synthesis = &report.synthesis;
                Self {
                    tag: (words::concluded(synthesis.outcome), synthesis.outcome.french()),
                    detail: format!("{} ; {}", synthesis.cases, synthesis.rules),
                }
            }
            Ok(None) => Self {
                tag: ("unreached", "analyse en cours"),
                detail: "le journal est long : la page de la recette se met à jour".to_owned(),
            },
            Err(why) => Self { tag: ("warn", "indisponible"), detail: why },
        }
    }
}

/// What is known about these partners' rehearsals; a page that says why nothing is otherwise.
async fn judged(visit: &Visit, partners: Vec<Arc<Convention>>) -> Result<Vec<Judged>, Page> {
    let judging = visit.judgements().for_partners(visit.console().clone(), partners).await;
    judging.map_err(|why| {
        fault::unavailable(visit, format!("La recette ne peut pas être établie : {why}"))
    })
}
