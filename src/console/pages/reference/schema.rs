//! A JSON schema laid out as lines: one per attribute, those of an object under it.

use serde_json::{Map, Value};

use super::prose::{self, Block};

pub(super) struct AttributeRow {
    /// How deep it lies, which its class says: `d0` to `d9`.
    pub(super) class: &'static str,
    pub(super) name: String,
    pub(super) required: bool,
    pub(super) kind: String,
    pub(super) about: Vec<Block>,
}

/// Every attribute below a schema, depth first. An object inside itself is named and not laid out again.
pub(super) fn rows(schema: &Value, document: &Value) -> Vec<AttributeRow> {
    let mut walk = Walk { document, rows: Vec::new(), above: Vec::new() };
    walk.below(schema, 0);
    walk.rows
}

/// What a value is: `texte, 9 caractères au plus`, `liste d'objets Compte`.
pub(super) fn kind(schema: &Value, document: &Value) -> String {
    let (name, target) = resolved(schema, document);
    let mut description = bare_kind(name, target, document);
    for (key, about) in [
        ("format", "format"),
        ("pattern", "forme"),
        ("minimum", "au moins"),
        ("maximum", "au plus"),
    ] {
        match &target[key] {
            Value::String(text) => description.push_str(&format!(", {about} {text}")),
            Value::Number(number) => description.push_str(&format!(", {about} {number}")),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
        }
    }
    if let Some(most) = target["maxLength"].as_u64() {
        let characters = if most > 1 { "caractères" } else { "caractère" };
        description.push_str(&format!(", {most} {characters} au plus"));
    }
    let listed = |values: &Value| {
        let values = values.as_array().into_iter().flatten();
        values
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (choices, examples) = (listed(&target["enum"]), listed(&target["examples"]));
    if !choices.is_empty() {
        description.push_str(&format!(" parmi : « {} »", choices.replace(", ", " », « ")));
    }
    if !examples.is_empty() {
        description.push_str(&format!(" (exemple : « {examples} »)"));
    }
    description
}

struct Walk<'a> {
    document: &'a Value,
    rows: Vec<AttributeRow>,
    /// The names of the objects that the walk is inside of.
    above: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    fn below(&mut self, schema: &'a Value, depth: usize) {
        let (name, target) = resolved(schema, self.document);
        if name.is_some_and(|name| self.above.contains(&name)) || depth >= CLASSES.len() {
            return;
        }
        self.above.extend(name);
        let required: Vec<_> =
            target["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (attribute, inner) in target["properties"].as_object().into_iter().flat_map(Map::iter) {
            let about = description(inner, self.document);
            self.rows.push(AttributeRow {
                class: CLASSES[depth],
                name: attribute.clone(),
                required: required.contains(&attribute.as_str()),
                kind: kind(inner, self.document),
                about: prose::blocks(about.unwrap_or_default()),
            });
            self.below(inner, depth + 1);
        }
        for inner in [&target["items"], &target["additionalProperties"]] {
            if inner.is_object() {
                self.below(inner, depth);
            }
        }
        for choice in ["oneOf", "anyOf", "allOf"] {
            for inner in target[choice].as_array().into_iter().flatten() {
                self.below(inner, depth);
            }
        }
        self.above.truncate(self.above.len() - usize::from(name.is_some()));
    }
}

/// What is said of a schema, or of the one that it refers to; of one that may be null, what is said of the other.
fn description<'a>(schema: &'a Value, document: &'a Value) -> Option<&'a str> {
    let own = |schema: &'a Value| schema["description"].as_str();
    let target = resolved(schema, document).1;
    own(schema).or_else(|| own(target)).or_else(|| {
        let mut alternatives = ["oneOf", "anyOf"].into_iter();
        let alternatives = alternatives.find_map(|choice| target[choice].as_array())?;
        alternatives.iter().find_map(|one| own(one).or_else(|| own(resolved(one, document).1)))
    })
}

fn bare_kind(name: Option<&str>, target: &Value, document: &Value) -> String {
    let of_type = |kind: &str| match kind {
        "string" => "texte",
        "integer" => "entier",
        "number" => "nombre",
        "boolean" => "vrai ou faux",
        "null" => "nul",
        _ => "objet",
    };
    let alternatives = ["oneOf", "anyOf"].iter().find_map(|choice| target[*choice].as_array());
    if let Some(alternatives) = alternatives {
        let kinds: Vec<_> = alternatives.iter().map(|one| kind(one, document)).collect();
        return kinds.join(" ou ");
    }
    match (&target["type"], name) {
        (Value::String(kind), _) if kind == "array" => {
            format!("liste : {}", self::kind(&target["items"], document))
        }
        (Value::String(kind), Some(name)) if kind == "object" => format!("objet {name}"),
        (Value::String(kind), _) => of_type(kind).to_owned(),
        (Value::Array(kinds), _) => {
            kinds.iter().filter_map(Value::as_str).map(of_type).collect::<Vec<_>>().join(" ou ")
        }
        _ => "objet".to_owned(),
    }
}

/// The schema that a reference points at, with its name; a schema that is none as it is.
fn resolved<'a>(schema: &'a Value, document: &'a Value) -> (Option<&'a str>, &'a Value) {
    let name = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/components/schemas/"));
    match name {
        Some(name) => (Some(name), &document["components"]["schemas"][name]),
        None => (None, schema),
    }
}

const CLASSES: [&str; 10] = ["d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9"];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({ "components": { "schemas": {
            "Node": { "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "maxLength": 9, "description": "Son nom" },
                "child": { "$ref": "#/components/schemas/Node" },
                "tags": { "type": "array", "items": { "type": "string", "enum": ["a", "b"] } },
            } },
        } } })
    }

    #[test]
    fn an_object_inside_itself_is_laid_out_once() {
        let document = document();
        let rows = rows(&json!({ "$ref": "#/components/schemas/Node" }), &document);
        let description: Vec<_> = rows
            .iter()
            .map(|row| (row.class, row.name.as_str(), row.required, row.kind.as_str()))
            .collect();
        assert_eq!(
            description,
            [
                ("d0", "name", true, "texte, 9 caractères au plus"),
                ("d0", "child", false, "objet Node"),
                ("d0", "tags", false, "liste : texte parmi : « a », « b »"),
            ]
        );
    }

    #[test]
    fn every_schema_of_our_documents_is_laid_out() {
        let of_apis = crate::rights::ApiId::ALL.map(crate::api::openapi);
        for document in of_apis.into_iter().chain([crate::console::document()]) {
            let document = serde_json::to_value(document).unwrap();
            for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
                assert!(!kind(schema, &document).is_empty(), "{name}");
                let properties = schema["properties"].as_object().map_or(0, Map::len);
                assert!(rows(schema, &document).len() >= properties, "{name}");
            }
        }
    }
}
