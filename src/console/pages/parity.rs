//! `/parite`: the last comparison with the original, as `parity compare` left it in the certs folder.

use std::io;

use askama::Template;
use axum::{Router, routing::get};

use super::{
    frame::{Frame, Section},
    page::Page,
    show::{self, Moment},
    visit::{Pages, Visit},
};
use crate::{
    files,
    parity::report::{FORMAT, LAST, Report},
};

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/parite", get(page))
}

#[derive(Template)]
#[template(path = "parity.html")]
struct Last {
    frame: Frame,
    /// None where nothing was compared yet.
    report: Option<Report>,
    /// Why the last report cannot be shown.
    fault: Option<String>,
}

async fn page(visit: Visit) -> Page {
    let path = visit.sandbox().config.certs.join(LAST);
    let (report, fault) = match files::text(&path) {
        Ok(text) => match serde_json::from_str::<Report>(&text) {
            Ok(report) if report.format == FORMAT => (Some(report), None),
            Ok(_) | Err(_) => {
                (None, Some(format!("{} n'est pas un rapport de cette version.", path.display())))
            }
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => (None, None),
        Err(error) => (None, Some(format!("{} ne peut pas être lu : {error}", path.display()))),
    };
    Page::show(&Last { frame: visit.frame(Section::Parity, "Parité"), report, fault })
}

impl Last {
    fn made(&self, report: &Report) -> Moment {
        Moment::new(report.date)
    }

    fn counted(&self, report: &Report) -> String {
        match report.differences.len() {
            0 => "Aucune différence".to_owned(),
            all => show::counted(all, "différence"),
        }
    }

    fn exchanges(&self, numbers: &[u64]) -> String {
        let shown: Vec<String> = numbers.iter().take(8).map(ToString::to_string).collect();
        let more = if numbers.len() > 8 { "..." } else { "" };
        shown.join(", ") + more
    }
}
