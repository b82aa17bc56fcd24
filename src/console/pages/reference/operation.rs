//! One operation: what it takes, what it answers.

use serde_json::{Map, Value};

use super::{
    document::Doc,
    prose::{self, Block},
    schema::{self, AttributeRow},
};

/// An operation, read from its document.
pub(super) struct Operation {
    pub(super) title: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) about: Vec<Block>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Part>,
    pub(super) answers: Vec<DocumentedAnswer>,
    /// Its name at the gateway, when a call of it can be tried.
    pub(super) tried_as: Option<String>,
}

/// A header, a part of the path or of the query.
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) place: &'static str,
    pub(super) required: bool,
    pub(super) kind: String,
    pub(super) about: Vec<Block>,
}

/// A body that is sent or comes back.
pub(super) struct Part {
    pub(super) media: String,
    pub(super) about: Vec<Block>,
    pub(super) rows: Vec<AttributeRow>,
}

pub(super) struct DocumentedAnswer {
    pub(super) status: String,
    pub(super) about: Vec<Block>,
    pub(super) parts: Vec<Part>,
}

impl Operation {
    /// The one of this `operationId`.
    pub(super) fn named(doc: Doc, wanted: &str) -> Option<Self> {
        let ((path, method, operation), document) = (doc.operation(wanted)?, doc.value());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let title = operation["summary"].as_str().unwrap_or(path);
        let about =
            operation["description"].as_str().filter(|about| *about != title).unwrap_or_default();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let answers = operation["responses"].as_object().into_iter().flat_map(Map::iter);
        Some(Self {
            title: title.trim_end_matches('.').to_owned(),
            method: method.to_uppercase(),
            path: format!("{}{path}", doc.base()),
            about: prose::blocks(about),
            parameters: parameters
                .map(|one| Parameter {
                    name: text(&one["name"]),
                    place: place(one["in"].as_str().unwrap_or_default()),
                    required: one["required"].as_bool() == Some(true),
                    kind: schema::kind(&one["schema"], document),
                    about: prose::blocks(one["description"].as_str().unwrap_or_default()),
                })
                .collect(),
            body: parts(&operation["requestBody"], document).into_iter().next(),
            answers: answers
                .map(|(status, answer)| DocumentedAnswer {
                    status: status.clone(),
                    about: prose::blocks(answer["description"].as_str().unwrap_or_default()),
                    parts: parts(answer, document),
                })
                .collect(),
            tried_as: doc.api().map(|api| format!("{api}{path}")),
        })
    }
}

/// The bodies of a request or of an answer, one per media type.
fn parts(holder: &Value, document: &Value) -> Vec<Part> {
    let contents = holder["content"].as_object().into_iter().flat_map(Map::iter);
    let part = |(media, content): (&String, &Value)| Part {
        media: media.clone(),
        about: prose::blocks(holder["description"].as_str().unwrap_or_default()),
        rows: schema::rows(&content["schema"], document),
    };
    contents.map(part).collect()
}

fn place(place: &str) -> &'static str {
    match place {
        "header" => "en-tête",
        "path" => "chemin",
        "query" => "requête",
        _ => "cookie",
    }
}
