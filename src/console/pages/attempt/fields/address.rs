//! The path and the query of a call: which operation they are of, and with another value in one of their places.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use crate::{console::pages::reference, rights::ApiId};

/// An operation of a document, and the parameters of the path that led to it.
pub(super) struct AddressedOperation {
    pub(super) api: ApiId,
    pub(super) template: &'static str,
    pub(super) operation: &'static Value,
    pub(super) in_path: Vec<(String, String)>,
}

impl AddressedOperation {
    /// That of this method and path. A template without parameters counts before one that takes any text in the same place.
    pub(super) fn find(api: ApiId, method: &str, path: &str) -> Option<Self> {
        let (_, rest) = within(api, path)?;
        let method = method.to_lowercase();
        let paths = reference::contract(api)["paths"].as_object()?;
        let mut all: Vec<_> = paths.iter().filter(|(_, item)| item[&method].is_object()).collect();
        all.sort_by_key(|(template, _)| template.contains('{'));
        all.into_iter().find_map(|(template, item)| {
            let (operation, in_path) = (&item[&method], taken(template, rest)?);
            Some(Self { api, template, operation, in_path })
        })
    }
}

/// The context that a path begins with, and what follows it.
pub(super) fn within(api: ApiId, path: &str) -> Option<(&'static str, &str)> {
    let contexts = api.contexts().iter();
    contexts.copied().find_map(|context| Some((context, path.strip_prefix(context)?)))
}

/// The parameters of a path that has this template's form.
pub(super) fn taken(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    if template.split('/').count() != path.split('/').count() {
        return None;
    }
    let mut found = Vec::new();
    for (wanted, given) in template.split('/').zip(path.split('/')) {
        match wanted.strip_prefix('{') {
            Some(name) => found.push((name.trim_end_matches('}').to_owned(), decoded(given))),
            None if wanted == given => {}
            None => return None,
        }
    }
    Some(found)
}

/// A path with a query's parameter set, or removed where the value is empty; the others stay as they are written.
pub(super) fn with_pair(path: &str, name: &str, value: &str) -> String {
    let (path, query) = split(path);
    let is = |text: &str| pairs(text).any(|(one, _)| one == name);
    let mut all: Vec<_> = query.split('&').filter(|text| !text.is_empty()).collect();
    let at = all.iter().position(|text| is(text)).unwrap_or(all.len());
    all.retain(|text| !is(text));
    let pair = format!("{}={}", encoded(name), encoded(value));
    if !value.is_empty() {
        all.insert(at, &pair);
    }
    joined(path, &all.join("&"))
}

/// The parameters of a query, decoded.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter(|text| !text.is_empty()).map(|text| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        (decoded(name), decoded(&value.replace('+', " ")))
    })
}

pub(super) fn split(path: &str) -> (&str, &str) {
    path.split_once('?').unwrap_or((path, ""))
}

pub(super) fn joined(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
