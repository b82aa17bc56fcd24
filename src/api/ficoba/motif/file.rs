//! `motifs.toml` as it is written, and every fault of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Criteria, Definition, Filter, OpenedSearch};
use crate::{
    api::ficoba::demande::{CRITERIA, Search},
    domain::Motif,
    fixtures::{Diagnostic, Source},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MotifFile {
    #[serde(default)]
    motif: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    code: Spanned<String>,
    label: String,
    ground: String,
    searches: Vec<Spanned<String>>,
    #[serde(default)]
    filter: Filter,
    #[serde(default)]
    criteria: BTreeMap<Spanned<String>, RawCriteria>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCriteria {
    #[serde(default)]
    required: Vec<Spanned<String>>,
    optional: Option<Vec<Spanned<String>>>,
}

/// Adds the motifs of a file; one of a code that is known replaces it.
pub(super) fn add(
    motifs: &mut BTreeMap<Motif, Definition>,
    source: &Source,
    file: MotifFile,
    faults: &mut Vec<Diagnostic>,
) {
    let mut seen = Vec::new();
    for raw in file.motif {
        let mut diagnostics = MotifDiagnostics { source, faults };
        let code = diagnostics.read("code", &raw.code, |text| {
            text.parse::<Motif>().map_err(|error| error.to_string())
        });
        if code.is_some_and(|code| seen.contains(&code)) {
            diagnostics.fault("code", &raw.code, "two motifs of this file have this code");
        }
        seen.extend(code);
        let searches: Vec<_> =
            raw.searches.iter().filter_map(|name| diagnostics.opening("searches", name)).collect();
        let criteria = raw
            .criteria
            .iter()
            .filter_map(|(name, raw)| criteria(&mut diagnostics, &searches, name, raw))
            .collect();
        if let Some(code) = code {
            let Raw { label, ground, filter, .. } = raw;
            motifs.insert(code, Definition { label, ground, searches, filter, criteria });
        }
    }
}

fn criteria(
    diagnostics: &mut MotifDiagnostics<'_>,
    searches: &[OpenedSearch],
    name: &Spanned<String>,
    raw: &RawCriteria,
) -> Option<(OpenedSearch, Criteria)> {
    let opening = diagnostics.opening("criteria", name)?;
    if !searches.contains(&opening) {
        diagnostics.fault(
            "criteria",
            name,
            format!("{} is not among the searches of this motif", opening.as_str()),
        );
        return None;
    }
    let known = opening.search().attributes();
    let path = |diagnostics: &mut MotifDiagnostics<'_>, key: &str, path: &Spanned<String>| {
        let whole = format!("{}.{}", CRITERIA, path.get_ref());
        if !known.contains(&whole) {
            diagnostics.fault(
                key,
                path,
                format!("{:?} is no criterion of {}", path.get_ref(), opening.as_str()),
            );
        }
        path.get_ref().clone()
    };
    let required = raw.required.iter().map(|one| path(diagnostics, "required", one)).collect();
    let optional = raw
        .optional
        .as_ref()
        .map(|all| all.iter().map(|one| path(diagnostics, "optional", one)).collect());
    Some((opening, Criteria { required, optional }))
}

struct MotifDiagnostics<'a> {
    source: &'a Source,
    faults: &'a mut Vec<Diagnostic>,
}

impl MotifDiagnostics<'_> {
    fn read<T>(
        &mut self,
        key: &str,
        text: &Spanned<String>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        read(text.get_ref())
            .map_err(|why| self.fault(key, text, format!("{:?}: {why}", text.get_ref())))
            .ok()
    }

    fn opening(&mut self, key: &str, name: &Spanned<String>) -> Option<OpenedSearch> {
        let names = || Search::ALL.map(Search::as_str).join(", ");
        self.read(key, name, |text| {
            OpenedSearch::named(text)
                .ok_or_else(|| format!("expected one of {}, numCpte-verification", names()))
        })
    }

    fn fault(&mut self, key: &str, at: &Spanned<String>, message: impl Into<String>) {
        self.faults.push(self.source.fault_at(at, key, message));
    }
}
