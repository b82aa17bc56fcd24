//! `journal`: read, filtered, by correlation identifier, and forgotten.

use std::sync::Arc;

use axum::{Json, extract::State};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    endpoint::Endpoint,
    problem::Problem,
    read::{Path, Query},
    schema::{integer, integer_from, one_of, text},
};
use crate::{
    admission::Control,
    journal::{Entry, Filter, Kept, Page, Since},
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
            .answers::<JournalPage>(200, "A page; `next` is where `since` goes on")
            .refuses(400),
        filtered(
            Endpoint::delete(JOURNAL, forget)
                .about("Forget the entries that the filter wants, or all"),
        )
        .answers::<Forgotten>(200, "How many there were")
        .refuses(400),
        Endpoint::get(OF_REQUEST, of_request)
            .about("The entries of one correlation identifier")
            .answers::<JournalPage>(200, "A page"),
    ]
}

#[derive(Serialize, ToSchema)]
struct JournalPage {
    total: usize,
    #[schema(value_type = Vec<Entry>)]
    entries: Vec<Arc<Entry>>,
    /// How many the filter wants after these
    left: usize,
    next: u64,
    #[schema(required)]
    file: Option<Kept>,
}

#[derive(Serialize, ToSchema)]
struct Forgotten {
    forgotten: usize,
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
) -> Result<Json<JournalPage>, Problem> {
    let filter = filter(&mut query, &sandbox)?;
    let limit = query.read("limit", "a number from 1 to 100000", |text| {
        text.parse::<usize>().ok().filter(|limit| (1..=100_000).contains(limit))
    })?;
    let after = query.parsed::<u64>("after", "the number of an entry")?;
    query.finish()?;
    let limit = limit.unwrap_or(usize::MAX);
    Ok(match after {
        Some(after) => view(&sandbox, sandbox.journal.page_after(&filter, after, limit)),
        None => view(&sandbox, sandbox.journal.page(&filter, limit)),
    })
}

async fn of_request(
    State(sandbox): State<Arc<Sandbox>>,
    Path(correlation_id): Path<String>,
) -> Json<JournalPage> {
    let filter = Filter { correlation_id: Some(correlation_id), ..Filter::default() };
    view(&sandbox, sandbox.journal.page(&filter, usize::MAX))
}

async fn forget(
    State(sandbox): State<Arc<Sandbox>>,
    mut query: Query,
) -> Result<Json<Forgotten>, Problem> {
    let filter = filter(&mut query, &sandbox)?;
    query.finish()?;
    let _turn = sandbox.turn();
    sandbox.note_reset(filter.partner.as_deref(), "un effacement du journal commandé à la console");
    Ok(Json(Forgotten { forgotten: sandbox.forget(&filter) }))
}

fn view(sandbox: &Sandbox, page: Page) -> Json<JournalPage> {
    let Page { total, mut entries, left, next } = page;
    if entries.iter().any(|entry| entry.replica.is_some()) {
        // Those of other replicas are heard of a moment after they came in.
        entries.sort_by_key(|entry| entry.arrived_us);
    }
    Json(JournalPage { total, entries, left, next, file: sandbox.journal.kept() })
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

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::*;
    use crate::{
        console,
        journal::{RunFacts, full},
    };

    /// The members of an object and of those within it, as paths.
    fn members(
        of: &Map<String, Value>,
        within: &dyn Fn(&Value) -> Option<Map<String, Value>>,
    ) -> Vec<String> {
        let mut all = Vec::new();
        for (name, value) in of {
            all.push(name.clone());
            let inner = within(value).map(|inner| members(&inner, within)).unwrap_or_default();
            all.extend(inner.into_iter().map(|one| format!("{name}.{one}")));
        }
        all.sort();
        all
    }

    /// An object, or the first of a list.
    fn object_of(value: &Value) -> Option<Map<String, Value>> {
        value.as_object().or_else(|| value.get(0)?.as_object()).cloned()
    }

    /// What the journal writes has code of its own: `journal/members.rs`.
    #[test]
    fn every_member_that_an_entry_may_have_is_described_and_no_other() {
        let texts = ["a".to_owned()];
        let entry = Entry {
            replica: Some("b".to_owned()),
            values: None, // in the file alone
            run: Some(RunFacts { replica: true, ..RunFacts::default() }),
            ..full(&texts, &[1], jiff::Timestamp::UNIX_EPOCH)
        };
        let entry = serde_json::to_value(entry).unwrap();
        let document = serde_json::to_value(console::document()).unwrap();
        let schemas = &document["components"]["schemas"];
        let properties_of = |schema: &Value| {
            let of_list = schema.get("items").unwrap_or(schema);
            let name = of_list["$ref"].as_str().and_then(|path| path.rsplit('/').next())?;
            schemas[name]["properties"].as_object().cloned()
        };
        assert_eq!(
            members(entry.as_object().unwrap(), &object_of),
            members(schemas["JournalEntry"]["properties"].as_object().unwrap(), &properties_of)
        );
    }
}
