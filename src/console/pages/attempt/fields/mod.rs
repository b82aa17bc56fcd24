//! An operation's form, made from its OpenAPI document: a field for each parameter and for each attribute of the body.
//!
//! The advanced mode shows the same call as a path and a body. What was changed in a field is put in that call and the rest
//! of it is left as it is, so that neither way of writing loses what was written in the other.

mod address;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use self::address::{AddressedOperation, encoded, joined, pairs, split, taken, with_pair, within};
use crate::{
    api::Apis,
    console::pages::{attempts::AttemptForm, forgery::Fields as Typed, reference},
    directory::Convention,
    journal::RefusalFacts,
    rights::ApiId,
};

/// The fields of the operation that a call is of.
pub(super) struct Fields {
    /// `ficoba/comptes/numCpte`
    pub(super) operation: String,
    pub(super) title: String,
    pub(super) groups: Vec<Group>,
    api: ApiId,
    template: String,
}

/// The parameters, or the attributes of one object.
pub(super) struct Group {
    pub(super) legend: String,
    pub(super) fields: Vec<Field>,
}

/// A field of the form.
pub(super) struct Field {
    /// Its name in the form: where it stands, then its key: `corps.criteresRecherche.iban`.
    pub(super) name: String,
    /// What it is called in French.
    pub(super) label: String,
    /// The attribute or the parameter, by its path in dots.
    pub(super) key: String,
    /// What is expected, in the document's words.
    pub(super) hint: String,
    pub(super) required: bool,
    pub(super) value: String,
    /// Values that are offered, with their labels.
    pub(super) offered: Vec<(String, String)>,
    /// Why the API refused it.
    pub(super) fault: Option<String>,
    place: FieldLocation,
}

/// Where a field's value goes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum FieldLocation {
    Path(String),
    Query(String),
    Body(Vec<String>),
}

/// What the document says of one field.
struct Described<'a> {
    about: &'a str,
    example: &'a str,
    required: bool,
}

impl Fields {
    /// Those of the operation that a form's method and path name, filled in with what it holds; nothing when no document has
    /// such an operation.
    pub(super) fn for_form(form: &AttemptForm) -> Option<Self> {
        let (path, query) = split(&form.path);
        let mut apis = ApiId::ALL.into_iter();
        let found = apis.find_map(|api| AddressedOperation::find(api, &form.method, path))?;
        let AddressedOperation { api, template, operation, in_path } = found;
        let document = reference::contract(api);
        let title = operation["summary"].as_str().unwrap_or(template);
        let mut fields = Self {
            operation: format!("{api}{template}"),
            title: title.trim_end_matches('.').to_owned(),
            groups: Vec::new(),
            api,
            template: template.to_owned(),
        };
        fields.take_parameters(&operation["parameters"], &in_path, query);
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if !schema.is_null() {
            let body = serde_json::from_str(&form.body).unwrap_or(Value::Null);
            fields.take_object("Demande", schema, document, &body, &mut Vec::new());
        }
        fields.groups.retain(|group| !group.fields.is_empty());
        Some(fields)
    }

    /// The form with what was typed in these fields, where it differs from what they showed.
    ///
    /// # Errors
    /// The body is no JSON object, so that no attribute can be put in it: in French.
    pub(super) fn put_in(&self, form: AttemptForm, typed: &Typed) -> Result<AttemptForm, String> {
        let changed = self.groups.iter().flat_map(|group| &group.fields).filter_map(|field| {
            let value = typed.get(&field.name)?;
            (value != one_line(&field.value)).then_some((field, value))
        });
        let mut body = None;
        let mut form = form;
        for (field, value) in changed {
            match &field.place {
                FieldLocation::Path(name) => form.path = self.with_segment(&form.path, name, value),
                FieldLocation::Query(name) => form.path = with_pair(&form.path, name, value),
                FieldLocation::Body(names) => {
                    if body.is_none() {
                        body = Some(object(&form.body, &field.label)?);
                    }
                    if let Some(body) = &mut body {
                        put(body, names, value);
                    }
                }
            }
        }
        if let Some(body) = body {
            form.body = serde_json::to_string_pretty(&body).map_err(|error| error.to_string())?;
        }
        Ok(form)
    }

    /// Offers every motif with its label and its legal ground, those of the convention first.
    pub(super) fn offer_motifs(mut self, convention: Option<&Convention>, apis: &Apis) -> Self {
        let named = |field: &&mut Field| field.name == MOTIF && self.api.plug().asks_motif();
        let Some(field) = self.groups.iter_mut().flat_map(|group| &mut group.fields).find(named)
        else {
            return self;
        };
        let grant = convention.and_then(|convention| convention.grants.get(self.api));
        let own = grant.map(|grant| grant.motifs()).unwrap_or_default();
        let mut all = apis.motifs();
        all.sort_by_key(|motif| (!own.contains(motif), *motif));
        field.offered = all
            .into_iter()
            .filter_map(|motif| {
                let words = apis.motif(motif)?;
                let stranger = if own.contains(&motif) { "" } else { " (absent de la convention)" };
                Some((words.code.clone(), format!("{words}{stranger}")))
            })
            .collect();
        let value = field.value.trim();
        if !value.is_empty() {
            let shown = field.offered.iter().find(|(code, _)| code == value);
            let unknown = || format!("{value} : motif inconnu");
            field.hint = shown.map_or_else(unknown, |(_, words)| words.clone());
        }
        self
    }

    /// Says at the field that a refusal names why it was refused. Where several fields have the attribute's key, none is chosen.
    pub(super) fn blame(&mut self, refusal: &RefusalFacts) {
        let Some(named) = refusal.attribute.as_deref() else { return };
        // FICOBA names an attribute by its label and its key, the other APIs by the key.
        let key = named.rsplit_once('(').map_or(named, |(_, key)| key.trim_end_matches(')'));
        let of_key = |field: &Field| field.key.rsplit('.').next() == Some(key);
        let mut fields = self.groups.iter_mut().flat_map(|group| &mut group.fields);
        let Some(found) = fields.by_ref().find(|field| of_key(field)) else { return };
        if !fields.any(|field| of_key(field)) {
            found.fault = Some(refusal.sentence());
        }
    }

    fn take_parameters(&mut self, parameters: &Value, in_path: &[(String, String)], query: &str) {
        let document = reference::contract(self.api);
        let mut group = Group { legend: "Paramètres".to_owned(), fields: Vec::new() };
        for parameter in parameters.as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default().to_owned();
            let (place, value) = match parameter["in"].as_str() {
                Some("path") => {
                    let given = in_path.iter().find(|(one, _)| *one == name);
                    (FieldLocation::Path(name), given.map(|(_, value)| value.clone()))
                }
                Some("query") => {
                    let given = pairs(query).find(|(one, _)| *one == name);
                    (FieldLocation::Query(name), given.map(|(_, value)| value))
                }
                // Headers have their own part of the page.
                Some(_) | None => continue,
            };
            let described = Described {
                about: parameter["description"].as_str().unwrap_or_default(),
                example: example(resolved(&parameter["schema"], document)),
                required: parameter["required"] == Value::Bool(true),
            };
            group.fields.push(Field::new(place, value.unwrap_or_default(), &described));
        }
        self.groups.push(group);
    }

    /// The attributes of an object, then those of the objects in it, each in its own group.
    fn take_object(
        &mut self,
        legend: &str,
        schema: &Value,
        document: &Value,
        value: &Value,
        names: &mut Vec<String>,
    ) {
        let schema = resolved(schema, document);
        let required = schema["required"].as_array().into_iter().flatten();
        let required: Vec<_> = required.filter_map(Value::as_str).collect();
        let properties = schema["properties"].as_object().into_iter().flat_map(Map::iter);
        let (objects, texts): (Vec<_>, Vec<_>) = properties
            .partition(|(_, property)| resolved(property, document)["properties"].is_object());
        let mut group = Group { legend: legend.to_owned(), fields: Vec::new() };
        for (name, property) in texts {
            let schema = resolved(property, document);
            let described = Described {
                about: property["description"].as_str().unwrap_or_default(),
                example: example(schema),
                required: required.contains(&name.as_str()),
            };
            let place = FieldLocation::Body(names.iter().cloned().chain([name.clone()]).collect());
            group.fields.push(Field::new(place, text(&value[name]), &described));
        }
        self.groups.push(group);
        for (name, property) in objects {
            let (legend, _) = named(property["description"].as_str().unwrap_or(name));
            names.push(name.clone());
            if names.len() < DEEPEST {
                self.take_object(legend, property, document, &value[name], names);
            }
            names.pop();
        }
    }

    /// A path with another value for one of the template's parameters; as it is where it is not of this template.
    fn with_segment(&self, path: &str, name: &str, value: &str) -> String {
        let (before, query) = split(path);
        let marked = format!("{{{name}}}");
        let Some((context, rest)) = within(self.api, before) else { return path.to_owned() };
        if taken(&self.template, rest).is_none() {
            return path.to_owned();
        }
        let segments = self.template.split('/').zip(rest.split('/'));
        let rest: Vec<_> = segments
            .map(|(wanted, given)| if wanted == marked { encoded(value) } else { given.to_owned() })
            .collect();
        joined(&format!("{context}{}", rest.join("/")), query)
    }
}

impl Field {
    fn new(place: FieldLocation, value: String, described: &Described<'_>) -> Self {
        let (kind, key) = match &place {
            FieldLocation::Path(name) => ("chemin", name.clone()),
            FieldLocation::Query(name) => ("requete", name.clone()),
            FieldLocation::Body(names) => ("corps", names.join(".")),
        };
        let (label, rest) = named(described.about);
        let label = if label.is_empty() { &key } else { label };
        let required = described.required && !rest.contains("obligatoire");
        let example = described.example;
        let parts = [
            required.then(|| "obligatoire".to_owned()),
            Some(rest.to_owned()).filter(|rest| !rest.is_empty()),
            Some(format!("exemple : {example}")).filter(|_| !example.is_empty()),
        ];
        Self {
            name: format!("{kind}.{key}"),
            label: label.to_owned(),
            hint: parts.into_iter().flatten().collect::<Vec<_>>().join(" ; "),
            key,
            required: described.required,
            value,
            offered: Vec::new(),
            fault: None,
            place,
        }
    }
}

/// The body in which an attribute is to be put; an empty one is an object without attributes.
fn object(body: &str, label: &str) -> Result<Value, String> {
    if body.trim().is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    serde_json::from_str::<Value>(body).ok().filter(Value::is_object).ok_or_else(|| {
        format!("Corps (JSON) : un objet JSON est attendu pour y placer le champ « {label} ».")
    })
}

/// Puts a text in its place, or removes what stands there where it is empty. What stands on the way and is no object is
/// replaced by one.
fn put(body: &mut Value, names: &[String], value: &str) {
    let Some((name, rest)) = names.split_first() else { return };
    if !body.is_object() {
        *body = Value::Object(Map::new());
    }
    let Some(attributes) = body.as_object_mut() else { return };
    match (rest.is_empty(), value.is_empty()) {
        (true, true) => {
            attributes.shift_remove(name);
        }
        (true, false) => {
            attributes.insert(name.clone(), Value::String(value.to_owned()));
        }
        (false, true) if !attributes.contains_key(name) => {}
        (false, _) => put(attributes.entry(name).or_insert(Value::Null), rest, value),
    }
}

/// What a value is in a field.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// What a browser gives back of a value: a field of one line has no line ends.
fn one_line(value: &str) -> String {
    value.replace(['\r', '\n'], "")
}

/// A description's name for the thing, and what else it says.
fn named(about: &str) -> (&str, &str) {
    let at = about.find([';', '(', ':', ',']).unwrap_or(about.len());
    let (name, rest) = about.split_at(at);
    (name.trim(), rest.trim_start_matches([';', ':', ',']).trim())
}

/// A good value, by its schema.
fn example(schema: &Value) -> &str {
    schema["examples"][0].as_str().unwrap_or_default()
}

/// What a reference leads to.
fn resolved<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    let target = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
    target.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema)
}

/// The name of the field of the motif.
const MOTIF: &str = "corps.motif";

/// Objects in one another.
const DEEPEST: usize = 6;
