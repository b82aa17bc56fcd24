//! A contract brought to one form, whichever of OpenAPI 3 and Swagger 2 it is written in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

#[derive(Debug)]
pub struct Contract {
    /// Its operations, by method and path (`POST /comptes/spi`), without the names in braces.
    pub operations: BTreeMap<String, DescribedOperation>,
}

/// What is asked of each value, by its place.
type ValueFacts = BTreeMap<String, BTreeMap<&'static str, String>>;

#[derive(Debug, Default)]
pub struct DescribedOperation {
    /// Its parameters, by where they stand and their name (`query spi`).
    pub parameters: ValueFacts,
    /// The keys of its body.
    pub request: ValueFacts,
    /// The keys of its answers, by the status.
    pub responses: BTreeMap<String, ValueFacts>,
    /// The codes that its answers cite.
    pub codes: BTreeSet<String>,
}

struct Reader<'a>(&'a Value);

impl Contract {
    pub(super) fn read(document: &Value) -> Self {
        let reader = Reader(document);
        let mut operations = BTreeMap::new();
        for (path, item) in entries(&document["paths"]) {
            for (method, described) in entries(item) {
                if METHODS.contains(&method.as_str()) {
                    let name = format!("{} {}", method.to_uppercase(), unnamed(path));
                    operations.insert(name, reader.operation(described, &item["parameters"]));
                }
            }
        }
        Self { operations }
    }

    /// The same with paths that do not begin with one of these.
    #[must_use]
    pub fn below(self, contexts: &[&str]) -> Self {
        let bare = |name: String| {
            let (method, path) = name.split_once(' ').unwrap_or(("", &name));
            let path =
                contexts.iter().find_map(|context| path.strip_prefix(context)).unwrap_or(path);
            format!("{method} {path}")
        };
        let operations = self.operations.into_iter().map(|(name, one)| (bare(name), one)).collect();
        Self { operations }
    }
}

impl<'a> Reader<'a> {
    fn operation(&self, described: &'a Value, shared: &'a Value) -> DescribedOperation {
        let mut operation = DescribedOperation::default();
        let parameters = items(shared).chain(items(&described["parameters"]));
        for parameter in parameters.map(|parameter| self.resolved(parameter)) {
            let place = parameter["in"].as_str().unwrap_or_default();
            if place == "body" {
                self.keys("", &parameter["schema"], false, 0, &mut operation.request);
                continue;
            }
            let name = parameter["name"].as_str().unwrap_or_default();
            // Names of headers are compared without regard to case.
            let name = if place == "header" { name.to_lowercase() } else { name.to_owned() };
            let name = format!("{place} {name}");
            let schema =
                if parameter["schema"].is_object() { &parameter["schema"] } else { parameter };
            let required = parameter["required"] == true;
            operation.parameters.insert(name, facts(self.resolved(schema), required));
        }
        let body = self.resolved(&described["requestBody"]);
        if let Some(schema) = schema(body) {
            self.keys("", schema, false, 0, &mut operation.request);
        }
        for (status, response) in entries(&described["responses"]) {
            let response = self.resolved(response);
            let mut keys = ValueFacts::new();
            if let Some(schema) = schema(response) {
                self.keys("", schema, false, 0, &mut keys);
            }
            operation.responses.insert(status.clone(), keys);
            self.codes(response, false, 0, &mut operation.codes);
        }
        operation
    }

    /// What a `$ref` to this document stands for.
    fn resolved(&self, value: &'a Value) -> &'a Value {
        let mut value = value;
        for _ in 0..DEEPEST {
            let Some(pointer) = value["$ref"].as_str().and_then(|text| text.strip_prefix('#'))
            else {
                break;
            };
            let Some(found) = self.0.pointer(pointer) else { break };
            value = found;
        }
        value
    }

    /// The keys of a schema, by their places: `reponses[].iban`. One that contains itself is followed once.
    fn keys(
        &self,
        place: &str,
        schema: &'a Value,
        required: bool,
        depth: usize,
        keys: &mut ValueFacts,
    ) {
        let schema = self.resolved(schema);
        if depth > MOST_NESTED {
            return;
        }
        if !place.is_empty() {
            keys.entry(place.to_owned()).or_default().extend(facts(schema, required));
        }
        for part in ["allOf", "oneOf", "anyOf"].iter().flat_map(|name| items(&schema[*name])) {
            self.keys(place, part, required, depth + 1, keys);
        }
        if schema["items"].is_object() {
            self.keys(&format!("{place}[]"), &schema["items"], false, depth + 1, keys);
        }
        for (name, property) in entries(&schema["properties"]) {
            let below = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
            let required = items(&schema["required"]).any(|one| one == name.as_str());
            let again = place.split(['.', '[']).filter(|part| part == name).count();
            if again == 0 {
                self.keys(&below, property, required, depth + 1, keys);
            }
        }
    }

    /// The codes that an answer cites: `CAF001` anywhere, and what its examples have under `code`.
    fn codes(&self, value: &'a Value, is_code: bool, depth: usize, codes: &mut BTreeSet<String>) {
        let value = self.resolved(value);
        if depth > DEEPEST {
            return;
        }
        match value {
            Value::String(text) => {
                if is_code && !text.is_empty() && text.len() <= 8 {
                    codes.insert(text.replace(' ', ""));
                }
                codes.extend(cited(text));
            }
            Value::Number(number) if is_code => drop(codes.insert(number.to_string())),
            Value::Object(all) => {
                for (name, value) in all {
                    let of_schema = value.is_object();
                    self.codes(value, name == "code" && !of_schema, depth + 1, codes);
                    if name == "code" && of_schema {
                        self.codes(&value["example"], true, depth + 1, codes);
                    }
                }
            }
            Value::Array(all) => {
                all.iter().for_each(|value| self.codes(value, is_code, depth + 1, codes));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// `CAF001` and `CAT 002` in a text.
fn cited(text: &str) -> impl Iterator<Item = String> {
    let found = ["CAF", "CAT"].into_iter().flat_map(|kind| text.match_indices(kind));
    found.filter_map(|(at, kind)| {
        let digits: String =
            text[at + 3..].trim_start().chars().take_while(char::is_ascii_digit).collect();
        (digits.len() == 3).then(|| format!("{kind}{digits}"))
    })
}

fn facts(schema: &Value, required: bool) -> BTreeMap<&'static str, String> {
    let mut facts = BTreeMap::new();
    if required {
        facts.insert("required", "true".to_owned());
    }
    for name in ["type", "pattern", "minLength", "maxLength", "minimum", "maximum", "enum"] {
        match &schema[name] {
            Value::Null => {}
            Value::String(text) => drop(facts.insert(name, text.clone())),
            other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                drop(facts.insert(name, other.to_string()));
            }
        }
    }
    facts
}

/// The schema of a body: OpenAPI's by its first media type, Swagger's own.
fn schema(body: &Value) -> Option<&Value> {
    let of_media = entries(&body["content"]).next().map(|(_, media)| &media["schema"]);
    of_media.or_else(|| body.get("schema")).filter(|schema| schema.is_object())
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// `/personne/{spi}` as `/personne/{}`.
fn unnamed(path: &str) -> String {
    let mut out = String::new();
    let mut within = false;
    for c in path.trim_end_matches('/').chars() {
        match c {
            '{' => {
                within = true;
                out.push_str("{}");
            }
            '}' => within = false,
            c if !within => out.push(c),
            _ => {}
        }
    }
    out
}

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "patch", "head", "options"];
const DEEPEST: usize = 40;
const MOST_NESTED: usize = 12;
