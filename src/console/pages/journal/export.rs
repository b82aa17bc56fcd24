//! `/journal/entrees.csv`: the entries of a filter for a spreadsheet, oldest first.

use std::fmt::Write as _;

use axum::{
    extract::Query,
    http::header,
    response::{IntoResponse, Response},
};

use super::filter::FilterRequest;
use crate::{
    api::Apis,
    console::pages::{fault, page::Page, row::Row, show, visit::Visit, words},
    escape,
    journal::Entry,
};

/// The file, with the page's filter.
pub(super) async fn csv(
    visit: Visit,
    Query(request): Query<FilterRequest>,
) -> Result<Response, Page> {
    let filter = request.filter().map_err(|wrong| fault::unreadable(&visit, wrong))?;
    let entries = visit.sandbox().journal.latest(&filter, request.before(), MOST);
    let apis = visit.console().apis.load();
    let text = written(entries.iter().rev().map(AsRef::as_ref), &apis);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"journal.csv\""),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, text).into_response())
}

/// Semicolons and a byte order mark, as a spreadsheet in French expects them; no cell is a formula.
fn written<'a>(entries: impl Iterator<Item = &'a Entry>, apis: &Apis) -> String {
    let mut text = format!("\u{feff}{}\r\n", COLUMNS.join(";"));
    for entry in entries {
        let row = Row::new(entry, apis);
        let refused = entry.refused_by().map(words::control).unwrap_or_default();
        let cells = [
            row.sequence.to_string(),
            row.at.date(),
            row.at.precise(),
            row.at.iso(),
            row.partner,
            entry.api.map(words::api).unwrap_or_default().to_owned(),
            row.operation,
            row.status,
            row.code,
            refused.to_owned(),
            row.reason,
            row.motifs.join(" | "),
            show::milliseconds(entry.duration_us),
            entry.correlation_id.clone(),
        ];
        let cells: Vec<_> = cells.iter().map(|cell| escape::cell(cell)).collect();
        let _ = write!(text, "{}\r\n", cells.join(";")); // a text takes all
    }
    text
}

const COLUMNS: [&str; 14] = [
    "numéro",
    "date (Paris)",
    "heure (Paris)",
    "instant (UTC)",
    "partenaire",
    "API",
    "opération",
    "statut",
    "code",
    "refusée par",
    "raison",
    "motifs cités",
    "durée (ms)",
    "identifiant de corrélation",
];

/// Entries of one file.
pub(super) const MOST: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{journal::RefusalFacts, rights::ApiId};

    #[test]
    fn a_line_holds_an_entry_and_no_cell_is_a_formula() {
        let entry = Entry {
            sequence: 7,
            time: "2026-11-22T23:30:00.5Z".parse().unwrap(),
            correlation_id: "=HYPERLINK(\"http://x\")".to_owned(),
            api: Some(ApiId::Ficoba),
            status: Some(400),
            code: Some("CAF031".to_owned()),
            duration_us: 1_500,
            refusal: Some(Box::new(RefusalFacts::because("le motif 0003 ; n'ouvre rien"))),
            ..Entry::default()
        };
        let text = written([&entry].into_iter(), &Apis::load(None).unwrap());
        let lines: Vec<_> = text.trim_start_matches('\u{feff}').split("\r\n").collect();
        assert_eq!(lines[0].split(';').count(), COLUMNS.len());
        assert!(
            lines[1].starts_with("7;23/11/2026;\"00:30:00,500\";2026-11-22T23:30:00.5Z;"),
            "{}",
            lines[1]
        );
        assert!(lines[1].contains("\"Le motif 0003 ; n'ouvre rien.\""), "{}", lines[1]);
        assert!(lines[1].contains("0003 : "), "{}", lines[1]);
        assert!(lines[1].ends_with("\"1,5\";\"'=HYPERLINK(\"\"http://x\"\")\""), "{}", lines[1]);
        assert_eq!(lines[2], "");
    }
}
