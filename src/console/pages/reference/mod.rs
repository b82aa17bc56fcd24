//! `/api`: the three OpenAPI documents for people, and every code that an answer can carry.
//!
//! # Design
//! The documents are shown by these pages and not by a vendored viewer (*decision*): the usual ones weigh megabytes of
//! script, want a policy that lets inline styles through, are not accessible by RGAA's measure, and their "try it" calls
//! from the browser, which has no client certificate. Calls are tried on [`super::attempt`]'s page.

mod codes;
mod document;
mod french;
mod operation;
mod prose;
mod schema;

use askama::Template;
use axum::{Router, routing::get};

pub(super) use self::document::contract;
use self::{
    document::{Doc, OperationLine},
    operation::Operation,
};
use super::{
    fault,
    frame::{Frame, Section},
    page::Page,
    path::Path,
    visit::{Pages, Visit},
};
use crate::{directory::Convention, rights::ApiId};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/api", get(index))
        .route("/api/codes", get(codes::page))
        .route("/api/{document}/{operation}", get(operation))
}

#[derive(Template)]
#[template(path = "reference.html")]
struct ReferenceIndex {
    frame: Frame,
    documents: Vec<Listing>,
}

/// A document with its operations.
struct Listing {
    doc: Doc,
    about: String,
    base: String,
    lines: Vec<OperationLine>,
}

#[derive(Template)]
#[template(path = "reference/operation.html")]
struct ApiSheet {
    frame: Frame,
    doc: Doc,
    operation: Operation,
    quotas: Vec<Quota>,
}

/// What a partner may ask of an API in a minute.
struct Quota {
    partner: String,
    organisation: String,
    limit: u32,
}

async fn index(visit: Visit) -> Page {
    let listing =
        |doc: Doc| Listing { doc, about: doc.about(), base: doc.base(), lines: doc.lines() };
    let documents = Doc::all().map(listing).collect();
    Page::show(&ReferenceIndex { frame: visit.frame(Section::Api, "API"), documents })
}

async fn operation(
    visit: Visit,
    Path((document, id)): Path<(String, String)>,
) -> Result<Page, Page> {
    let unknown = || {
        fault::missing(
            &visit,
            format!("Aucune opération « {id} » dans le document « {document} »."),
        )
    };
    let doc = Doc::named(&document).ok_or_else(unknown)?;
    let operation = Operation::named(doc, &id).ok_or_else(unknown)?;
    let quotas = doc.api().map_or_else(Vec::new, |api| quotas(&visit, api));
    Ok(Page::show(&ApiSheet {
        frame: visit.frame(Section::Api, operation.title.clone()),
        doc,
        operation,
        quotas,
    }))
}

/// The partners whose convention opens this API.
fn quotas(visit: &Visit, api: ApiId) -> Vec<Quota> {
    let quota = |convention: &Convention| {
        let limit = convention.quota(api)?;
        Some(Quota {
            partner: convention.id.clone(),
            organisation: convention.organisation.clone(),
            limit,
        })
    };
    visit.sandbox().directory().iter().filter_map(|convention| quota(convention)).collect()
}
