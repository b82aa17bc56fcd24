//! `/aide`: what an acceptance lead needs to know, in French: the recette, the pages, what goes wrong, the controls.

use askama::Template;
use axum::{Router, routing::get};

use super::{
    fault,
    frame::{Frame, Section},
    page::Page,
    path::Path,
    visit::{Pages, Visit},
    words,
};
use crate::admission::Control;

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/aide", get(list)).route("/aide/{sujet}", get(page))
}

#[derive(Template)]
#[template(path = "help/list.html")]
struct HelpList {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "help/recette.html")]
struct Recette {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "help/pages.html")]
struct OfPages {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "help/troubles.html")]
struct Troubles {
    frame: Frame,
    gateway: String,
}

#[derive(Template)]
#[template(path = "help/controls.html")]
struct Controls {
    frame: Frame,
    controls: Vec<(&'static str, &'static str)>,
}

async fn list(visit: Visit) -> Page {
    Page::show(&HelpList { frame: visit.frame(Section::Help, "Aide") })
}

async fn page(visit: Visit, Path(subject): Path<String>) -> Result<Page, Page> {
    let frame = |title: &str| visit.frame(Section::Help, title);
    match subject.as_str() {
        "recette" => Ok(Page::show(&Recette { frame: frame("Aide : la recette à blanc") })),
        "pages" => Ok(Page::show(&OfPages { frame: frame("Aide : les pages de la console") })),
        "depannage" => {
            let gateway = visit.gateway_url();
            Ok(Page::show(&Troubles { frame: frame("Aide : dépannage"), gateway }))
        }
        "controles" => {
            let asked = |control| (words::control(control), words::question(control));
            let controls = Control::ALL.into_iter().map(asked).collect();
            Ok(Page::show(&Controls { frame: frame("Aide : les contrôles"), controls }))
        }
        _ => Err(fault::missing(&visit, "Cette page d'aide n'existe pas.")),
    }
}
