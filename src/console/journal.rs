//! `journal`: read, filtered, by correlation identifier, and forgotten.

use std::sync::Arc;

use axum::{Json, extract::State};
use http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::{Type, schema::SchemaType};

use super::{
    endpoint::Endpoint,
    entry::{self, nullable_text},
    problem::Problem,
    read::{Path, Query},
    schema::{self, Shape, integer, integer_from, list, object, one_of, text},
};
use crate::{
    admission::Control,
    journal::{Filter, Page, Since},
    rights::ApiId,
    sandbox::Sandbox,
};

pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        filtered(Endpoint::get(JOURNAL, read).about("The last entries, oldest first"))
            .query("limit", "How many entries at most", integer_from(1, 100_000))
            .query(
                "after",
                "A number: the first entries after it, instead of the last ones",
                integer().minimum(Some(0)),
            )
            .answers(200, "A page; `next` is where `since` goes on", schema::the("JournalPage"))
            .refuses(400),
        filtered(
            Endpoint::delete(JOURNAL, forget)
                .about("Forget the entries that the filter wants, or all"),
        )
        .answers(200, "How many there were", schema::the("Forgotten"))
        .refuses(400),
        Endpoint::get(OF_REQUEST, of_request)
            .about("The entries of one correlation identifier")
            .answers(200, "A page", schema::the("JournalPage")),
    ]
}

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    let page = object([
        ("total", integer().into()),
        ("entries", list(schema::the("JournalEntry"))),
        ("left", integer().description(Some("How many the filter wants after these")).into()),
        ("next", integer().into()),
        ("file", schema::the("JournalFile")),
    ]);
    let file = object([
        ("path", text().into()),
        ("policy", one_of(["buffered", "strict"]).into()),
        ("written", integer().description(Some("Entries written by this run")).into()),
        ("pending", integer().description(Some("Entries that wait to be written")).into()),
        ("lost", integer().description(Some("Entries that never will be")).into()),
        ("fault", nullable_text()),
    ]);
    let file = file.schema_type(SchemaType::from_iter([Type::Object, Type::Null]));
    vec![
        ("JournalFile", file.description(Some("How journal.file fares; null without one")).into()),
        ("JournalEntry", entry::schema().into()),
        ("JournalPage", page.into()),
        ("Forgotten", object([("forgotten", integer().into())]).into()),
    ]
}

pub(super) fn filtered(endpoint: Endpoint) -> Endpoint {
    endpoint
        .query("partner", "The partner's id", text())
        .query("api", "The API", one_of(ApiId::ALL.map(ApiId::as_str)))
        .query("operation", "The operation", text())
        .query("status", "The HTTP status", integer_from(100, 999))
        .query("code", "The code of the answer", text())
        .query("control", "The control that refused", one_of(Control::ALL.map(Control::as_str)))
        .query("correlation_id", "The correlation identifier", text())
        .query("fault", "The fault that was injected", text())
        .query(
            "since",
            "A number that a page gave as `next`, or a moment of the product's time",
            text(),
        )
}

async fn read(
    State(sandbox): State<Arc<Sandbox>>,
    mut query: Query,
) -> Result<Json<Value>, Problem> {
    let filter = filter(&mut query, &sandbox)?;
    let limit = query.read("limit", "a number from 1 to 100000", |text| {
        text.parse::<usize>().ok().filter(|limit| (1..=100_000).contains(limit))
    })?;
    let after = query.parsed::<u64>("after", "the number of an entry")?;
    query.finish()?;
    let limit = limit.unwrap_or(usize::MAX);
    Ok(match after {
        Some(after) => describe(&sandbox, &sandbox.journal.page_after(&filter, after, limit)),
        None => describe(&sandbox, &sandbox.journal.page(&filter, limit)),
    })
}

async fn of_request(
    State(sandbox): State<Arc<Sandbox>>,
    Path(correlation_id): Path<String>,
) -> Json<Value> {
    let filter = Filter { correlation_id: Some(correlation_id), ..Filter::default() };
    describe(&sandbox, &sandbox.journal.page(&filter, usize::MAX))
}

async fn forget(
    State(sandbox): State<Arc<Sandbox>>,
    mut query: Query,
) -> Result<Json<Value>, Problem> {
    let filter = filter(&mut query, &sandbox)?;
    query.finish()?;
    let _turn = sandbox.turn();
    sandbox.note_reset(filter.partner.as_deref(), "un effacement du journal commandé à la console");
    Ok(Json(json!({ "forgotten": sandbox.forget(&filter) })))
}

fn describe(sandbox: &Sandbox, page: &Page) -> Json<Value> {
    let Page { total, entries, left, next } = page;
    let mut entries: Vec<_> = entries.iter().collect();
    if entries.iter().any(|entry| entry.replica.is_some()) {
        // Those of other replicas are heard of a moment after they came in.
        entries.sort_by_key(|entry| entry.arrived_us);
    }
    let file = sandbox.journal.kept();
    Json(json!({ "total": total, "entries": entries, "left": left, "next": next, "file": file }))
}

/// What is misspelt is refused: an empty answer would look like nothing having happened.
pub(super) fn filter(query: &mut Query, sandbox: &Sandbox) -> Result<Filter, Problem> {
    let directory = sandbox.directory();
    let partner = query.read("partner", "the id of a convention", |id| {
        directory.convention(id).map(|convention| convention.id.clone())
    })?;
    let apis = ApiId::ALL.map(ApiId::as_str).join(", ");
    let api = query.read("api", &apis, ApiId::named)?;
    let controls = Control::ALL.map(Control::as_str).join(", ");
    Ok(Filter {
        partner,
        api: api.map(|api| api.as_str().to_owned()),
        operation: query.text("operation"),
        status: query
            .parsed::<StatusCode>("status", "an HTTP status")?
            .map(|status| status.as_u16()),
        code: query.text("code"),
        control: query.read("control", &controls, Control::named)?,
        correlation_id: query.text("correlation_id"),
        fault: query.text("fault"),
        since: query
            .parsed::<Since>("since", "a number, or a moment such as 2026-11-22T10:00:00Z")?,
        until: None,
    })
}

const JOURNAL: &str = "/admin/v1/journal";
const OF_REQUEST: &str = "/admin/v1/journal/{correlation_id}";
