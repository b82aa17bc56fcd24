//! `/journal`: what happened at the gateway, newest first; and one request, control by control.

pub(super) mod chain;
mod export;
mod filter;
mod sheet;

use askama::Template;
use axum::{Router, extract::Query, response::Redirect, routing::get};

use self::filter::FilterRequest;
use super::{
    frame::{Frame, Section},
    loss::{self, Whereabouts},
    page::Page,
    row::Row,
    show,
    visit::{Pages, Visit, done},
    words::{self, Notice},
};
use crate::{admission::Control, journal::Filter, rights::ApiId};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/journal", get(list))
        .route("/journal/vider", get(ask).post(clear))
        .route("/fragments/journal", get(fragment))
        .route("/journal/entrees.csv", get(export::csv))
        .route("/journal/{sequence}", get(sheet::page))
}

#[derive(Template)]
#[template(path = "journal.html")]
struct EntryList {
    frame: Frame,
    request: FilterRequest,
    fault: Option<String>,
    partners: Vec<String>,
    rows: Rows,
    whereabouts: Whereabouts,
}

/// The part that the script refreshes.
#[derive(Template)]
#[template(path = "journal/rows.html")]
struct Fragment {
    rows: Rows,
}

struct Rows {
    rows: Vec<Row>,
    /// How many entries the filter wants in all.
    total: usize,
    /// Whether a filter leaves some out.
    is_narrow: bool,
    /// Where older entries are.
    older: Option<String>,
}

async fn list(visit: Visit, Query(request): Query<FilterRequest>) -> Page {
    let mut partners: Vec<_> =
        visit.sandbox().directory().iter().map(|convention| convention.id.clone()).collect();
    let asked = request.partner.trim();
    if !asked.is_empty() && !partners.iter().any(|known| known == asked) {
        partners.push(asked.to_owned());
    }
    let frame = visit.frame(Section::Journal, "Journal");
    let (rows, fault) = match request.filter() {
        Ok(filter) => (Rows::new(&visit, &request, &filter), None),
        Err(fault) => {
            (Rows { rows: Vec::new(), total: 0, is_narrow: true, older: None }, Some(fault))
        }
    };
    let whereabouts = Whereabouts::new(visit.sandbox());
    let status = if fault.is_some() { http::StatusCode::BAD_REQUEST } else { http::StatusCode::OK };
    Page::with_status(status, &EntryList { frame, request, fault, partners, rows, whereabouts })
}

/// What emptying loses, and the order to do it.
async fn ask(visit: Visit) -> Page {
    loss::page(&visit, loss::JournalLoss::Journal)
}

async fn clear(visit: Visit) -> Redirect {
    visit.sandbox().note_reset(None, "le bouton « Vider le journal » des pages");
    visit.sandbox().journal.forget(&Filter::default());
    done("/journal", Notice::JournalCleared)
}

async fn fragment(visit: Visit, Query(request): Query<FilterRequest>) -> Result<Page, Page> {
    let filter = request.filter().map_err(|fault| super::fault::unreadable(&visit, fault))?;
    Ok(Page::show(&Fragment { rows: Rows::new(&visit, &request, &filter) }))
}

impl Rows {
    fn new(visit: &Visit, request: &FilterRequest, filter: &Filter) -> Self {
        let journal = &visit.sandbox().journal;
        let apis = visit.console().apis.load();
        let mut entries = journal.latest(filter, request.before(), PAGE + 1);
        let more = entries.len() > PAGE;
        entries.truncate(PAGE);
        let last = entries.last().filter(|_| more);
        let older = last.map(|entry| request.address("/journal", Some(entry.sequence)));
        Self {
            rows: entries.iter().map(|entry| Row::new(entry, &apis)).collect(),
            total: journal.count(filter),
            is_narrow: request.is_narrow(),
            older,
        }
    }

    /// How many entries an export holds, where it holds not all.
    fn exported(&self) -> Option<String> {
        (self.total > export::MOST).then(|| show::number(export::MOST as u64))
    }

    fn summary(&self) -> String {
        let total = show::counted(self.total, "entrée");
        match self.rows.len() {
            shown if shown < self.total => {
                format!("{total} dans le journal, dont {shown} sur cette page.")
            }
            _ => format!("{total} dans le journal."),
        }
    }
}

/// Entries on one page.
const PAGE: usize = 50;
