//! The documents, as values: made once, for they do not change while serving.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::french;
use crate::{
    console::{self, openapi},
    rights::ApiId,
};

/// One of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doc {
    Api(ApiId),
    Console,
}

/// An operation in a list.
pub(super) struct OperationLine {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
}

impl Doc {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        ApiId::ALL.into_iter().map(Self::Api).chain([Self::Console])
    }

    /// The name in addresses, and in `/openapi/<name>.json`.
    pub(super) fn slug(self) -> &'static str {
        match self {
            Self::Api(api) => api.as_str(),
            Self::Console => "console",
        }
    }

    pub(super) fn named(slug: &str) -> Option<Self> {
        Self::all().find(|doc| doc.slug() == slug)
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Api(api) => api.label(),
            Self::Console => "Console d'administration",
        }
    }

    /// The API behind the gateway that it describes, if it describes one.
    pub(super) fn api(self) -> Option<ApiId> {
        match self {
            Self::Api(api) => Some(api),
            Self::Console => None,
        }
    }

    /// What stands before its paths.
    pub(super) fn base(self) -> String {
        self.api().map(ApiId::context).unwrap_or_default().to_owned()
    }

    pub(super) fn about(self) -> String {
        self.value()["info"]["description"].as_str().unwrap_or_default().to_owned()
    }

    /// Every operation, in the order of the document.
    pub(super) fn lines(self) -> Vec<OperationLine> {
        self.each()
            .map(|(path, method, operation)| OperationLine {
                id: id(operation),
                method: method.to_uppercase(),
                path: path.to_owned(),
                summary: operation["summary"].as_str().unwrap_or_default().to_owned(),
            })
            .collect()
    }

    /// Path, method and description of the operation of this `operationId`.
    pub(super) fn operation(
        self,
        wanted: &str,
    ) -> Option<(&'static str, &'static str, &'static Value)> {
        self.each().find(|(_, _, operation)| id(operation) == wanted)
    }

    /// The whole document.
    pub(super) fn value(self) -> &'static Value {
        match self {
            Self::Api(api) => contract(api),
            Self::Console => &CONSOLE,
        }
    }

    fn each(self) -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
        let paths = self.value()["paths"].as_object().into_iter().flat_map(Map::iter);
        paths.flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flat_map(Map::iter);
            methods
                .filter(|(method, _)| METHODS.contains(&method.as_str()))
                .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
    }
}

/// What an API describes, with what the gateway asks for and answers before it.
pub(in crate::console::pages) fn contract(api: ApiId) -> &'static Value {
    &APIS[api as usize]
}

fn id(operation: &Value) -> String {
    operation["operationId"].as_str().unwrap_or_default().to_owned()
}

fn made(document: utoipa::openapi::OpenApi) -> Value {
    serde_json::to_value(document).expect("a document of ours is JSON")
}

static APIS: LazyLock<[Value; ApiId::ALL.len()]> =
    LazyLock::new(|| ApiId::ALL.map(openapi::guarded));
static CONSOLE: LazyLock<Value> = LazyLock::new(|| french::translated(made(console::document())));

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];
