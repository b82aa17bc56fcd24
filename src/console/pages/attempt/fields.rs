//! An operation's form, made from its OpenAPI document: a field for each parameter and for each attribute of the body.
//!
//! The advanced mode shows the same call as a path and a body. What was changed in a field is put in that call and the rest
//! of it is left as it is, so that neither way of writing loses what was written in the other.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::form::Form;
use crate::{
    api::Apis,
    console::pages::{forgery::Fields as Typed, reference},
    directory::Convention,
    journal::RefusalFacts,
    rights::ApiId,
};

/// The fields of the operation that a call is of.
pub(super) struct Fields {
    /// `ficoba/comptes/numCpte`
    pub(super) operation: String,
    /// What it is for.
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
    place: Place,
}

/// Where a field's value goes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
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
    pub(super) fn of(form: &Form) -> Option<Self> {
        let (path, query) = split(&form.path);
        let mut apis = ApiId::ALL.into_iter();
        let found = apis.find_map(|api| Operation::of(api, &form.method, path))?;
        let Operation { api, template, operation, in_path } = found;
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
    pub(super) fn put_in(&self, form: Form, typed: &Typed) -> Result<Form, String> {
        let changed = self.groups.iter().flat_map(|group| &group.fields).filter_map(|field| {
            let value = typed.get(&field.name)?;
            (value != one_line(&field.value)).then_some((field, value))
        });
        let mut body = None;
        let mut form = form;
        for (field, value) in changed {
            match &field.place {
                Place::Path(name) => form.path = self.with_segment(&form.path, name, value),
                Place::Query(name) => form.path = with_pair(&form.path, name, value),
                Place::Body(names) => {
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
                    (Place::Path(name), given.map(|(_, value)| value.clone()))
                }
                Some("query") => {
                    let given = pairs(query).find(|(one, _)| *one == name);
                    (Place::Query(name), given.map(|(_, value)| value))
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
            let place = Place::Body(names.iter().cloned().chain([name.clone()]).collect());
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
    fn new(place: Place, value: String, described: &Described<'_>) -> Self {
        let (kind, key) = match &place {
            Place::Path(name) => ("chemin", name.clone()),
            Place::Query(name) => ("requete", name.clone()),
            Place::Body(names) => ("corps", names.join(".")),
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

/// An operation of a document, and the parameters of the path that led to it.
struct Operation {
    api: ApiId,
    template: &'static str,
    operation: &'static Value,
    in_path: Vec<(String, String)>,
}

impl Operation {
    /// That of this method and path. A template without parameters counts before one that takes any text in the same place.
    fn of(api: ApiId, method: &str, path: &str) -> Option<Self> {
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
fn within(api: ApiId, path: &str) -> Option<(&'static str, &str)> {
    let contexts = api.contexts().iter();
    contexts.copied().find_map(|context| Some((context, path.strip_prefix(context)?)))
}

/// The parameters of a path that has this template's form.
fn taken(template: &str, path: &str) -> Option<Vec<(String, String)>> {
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
fn with_pair(path: &str, name: &str, value: &str) -> String {
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
fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter(|text| !text.is_empty()).map(|text| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        (decoded(name), decoded(&value.replace('+', " ")))
    })
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

fn split(path: &str) -> (&str, &str) {
    path.split_once('?').unwrap_or((path, ""))
}

fn joined(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The name of the field of the motif.
const MOTIF: &str = "corps.motif";

/// Objects in one another.
const DEEPEST: usize = 6;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(method: &str, path: &str, body: &str) -> Form {
        let (method, path) = (method.to_owned(), path.to_owned());
        Form { method, path, body: body.to_owned(), ..Form::default() }
    }

    fn all(fields: &Fields) -> impl Iterator<Item = &Field> {
        fields.groups.iter().flat_map(|group| &group.fields)
    }

    fn field<'a>(fields: &'a Fields, key: &str) -> &'a Field {
        all(fields).find(|field| field.key == key).unwrap()
    }

    fn changed(form: &Form, name: &str, value: &str) -> Result<Form, String> {
        Fields::of(form).unwrap().put_in(form.clone(), &Typed::of(&[(name, value)]))
    }

    #[test]
    fn every_operation_of_every_document_has_fields_that_give_back_what_they_were_given() {
        let mut seen = 0;
        for api in ApiId::ALL {
            for (template, item) in reference::contract(api)["paths"].as_object().unwrap() {
                let method = if item["post"].is_object() { "POST" } else { "GET" };
                let filled = template.replace('{', "x").replace('}', "");
                let form = form(method, &format!("{}{filled}", api.context()), "");
                let fields = Fields::of(&form).unwrap();
                assert_eq!(fields.operation, format!("{api}{template}"));
                let typed: Vec<_> =
                    all(&fields).map(|one| (one.name.clone(), "7é &".to_owned())).collect();
                let names = typed.iter().map(|(name, _)| name);
                assert_eq!(names.collect::<std::collections::HashSet<_>>().len(), typed.len());
                let filled = fields.put_in(form, &typed.into()).unwrap();
                let again = Fields::of(&filled).unwrap();
                assert!(all(&again).all(|one| one.value == "7é &"), "{template}: {filled:?}");
                assert!(all(&again).all(|one| !one.label.is_empty()), "{template}");
                seen += 1;
            }
        }
        assert!(seen > 10, "{seen}");
    }

    #[test]
    fn a_field_has_its_french_name_its_key_and_what_is_expected() {
        let body = json!({ "motif": 20, "criteresRecherche": { "iban": "FR76" } }).to_string();
        let fields = Fields::of(&form("POST", ACCOUNT, &body)).unwrap();
        let iban = field(&fields, "criteresRecherche.iban");
        assert_eq!(
            (iban.label.as_str(), iban.value.as_str(), iban.required),
            ("IBAN", "FR76", true)
        );
        assert!(iban.hint.starts_with("obligatoire ; exemple : FR"), "{}", iban.hint);
        assert_eq!(field(&fields, "motif").value, "20");
        let legends: Vec<_> = fields.groups.iter().map(|group| group.legend.as_str()).collect();
        assert_eq!(legends, ["Demande", "Critères de recherche"]);
    }

    #[test]
    fn what_was_changed_in_a_field_is_put_in_the_call_and_the_rest_stays_as_it_is() {
        let body =
            "{\"autre\":[1],\"motif\":20,\"criteresRecherche\":{\"iban\":\"FR76\",\"x\":true}}";
        let form = form("POST", ACCOUNT, body);
        let same = changed(&form, "corps.motif", "20").unwrap();
        assert_eq!(same.body, body, "what was not changed is not written again");
        let other = changed(&form, "corps.criteresRecherche.iban", "FR77").unwrap();
        let expected = json!({ "autre": [1], "motif": 20, "criteresRecherche": { "iban": "FR77", "x": true } });
        assert_eq!(serde_json::from_str::<Value>(&other.body).unwrap(), expected);
        let without = changed(&form, "corps.motif", "").unwrap();
        assert!(!without.body.contains("motif"), "a field left empty is omitted");
        let lines = Form { body: "{\"justification\":\"a\\nb\"}".to_owned(), ..form.clone() };
        let same = changed(&lines, "corps.justification", "ab").unwrap();
        assert_eq!(same.body, lines.body, "a field cannot show the end of a line");
        let wrong = Form { body: "{\"motif\":".to_owned(), ..form.clone() };
        assert_eq!(changed(&wrong, "corps.motif", "").unwrap().body, wrong.body);
        assert!(changed(&wrong, "corps.motif", "0020").unwrap_err().contains("« Motif »"));
    }

    #[test]
    fn parameters_are_read_from_the_address_and_written_back_encoded() {
        let context = ApiId::R2p.context();
        let path = format!("{context}/personne/spi?nom=L%27%C3%89TOILE&prenom=A+B&x=%FF");
        let form = form("GET", &path, "");
        let fields = Fields::of(&form).unwrap();
        assert_eq!(field(&fields, "nom").value, "L'ÉTOILE");
        assert_eq!(field(&fields, "prenom").value, "A B");
        let path = |name: &str, value: &str| changed(&form, name, value).unwrap().path;
        assert_eq!(
            path("requete.nom", "É&"),
            format!("{context}/personne/spi?nom=%C3%89%26&prenom=A+B&x=%FF")
        );
        assert_eq!(
            path("requete.prenom", ""),
            format!("{context}/personne/spi?nom=L%27%C3%89TOILE&x=%FF")
        );
        assert!(path("requete.sexe", "1").ends_with("&x=%FF&sexe=1"));
    }

    #[test]
    fn a_refusal_is_said_at_the_field_that_it_names() {
        let mut fields = Fields::of(&form("POST", ACCOUNT, "{}")).unwrap();
        fields.blame(&RefusalFacts::expected("IBAN (iban)", "27 caractères"));
        let blamed: Vec<_> = all(&fields).filter(|field| field.fault.is_some()).collect();
        assert_eq!(blamed.len(), 1);
        assert_eq!(blamed[0].fault.as_deref(), Some("IBAN (iban) : 27 caractères."));
        let mut fields = Fields::of(&form("POST", ACCOUNT, "{}")).unwrap();
        fields.blame(&RefusalFacts::because("autre chose"));
        fields.blame(&RefusalFacts::expected("x-correlation-id", "un UUID"));
        assert!(all(&fields).all(|field| field.fault.is_none()));
    }

    #[test]
    fn the_motifs_of_the_convention_are_offered_first() {
        let apis = Apis::load(None).unwrap();
        let body = "{\"motif\":\"9999\"}";
        let fields = Fields::of(&form("POST", ACCOUNT, body)).unwrap().offer_motifs(None, &apis);
        let motif = field(&fields, "motif");
        assert_eq!(motif.offered.len(), apis.motifs().len());
        assert_eq!(motif.hint, "9999 : motif inconnu");
        assert!(
            motif.offered.iter().all(|(_, label)| label.ends_with("(absent de la convention)"))
        );
    }

    #[test]
    fn what_is_no_operation_has_no_fields() {
        for path in ["/token", "/fcb-masrestit/api/v2/rien", "/fcb-masrestit/api/v2", ""] {
            assert!(Fields::of(&form("GET", path, "")).is_none(), "{path}");
        }
        assert!(Fields::of(&form("DELETE", ACCOUNT, "")).is_none());
    }

    const ACCOUNT: &str = "/fcb-masrestit/api/v2/comptes/numCpte";
}
