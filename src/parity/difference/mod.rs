//! In what two answers to the same request differ, by what a session keeps of them.

mod headers;
mod kind;

use http::Method;
use serde_json::{Map, Value};

use self::headers::headers;
pub use self::{headers::http_date, kind::DifferenceKind};
use super::{
    form::Leaf,
    session::{Body, Exchange, Response},
};

/// One way in which an answer is not the original's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub kind: DifferenceKind,
    /// Where: a header's name, a path in the body.
    pub place: String,
    /// What the original did, in French.
    pub original: String,
    /// What is done here, in French.
    pub here: String,
}

/// What two exchanges differ in: the original's, and ours to the same request.
pub fn between(original: &Exchange, here: &Exchange) -> Vec<Difference> {
    let describe = |exchange: &Exchange| match (&exchange.response, exchange.failure) {
        (Some(response), _) => format!("HTTP {}", response.status),
        (None, Some(failure)) => failure.french().to_owned(),
        (None, None) => "aucune réponse".to_owned(),
    };
    match (&original.response, &here.response) {
        (Some(one), Some(other)) => {
            let head = original.request.method == Method::HEAD.as_str();
            responses(one, other, head || original.failure.is_some())
        }
        (None, None) => Vec::new(),
        (Some(_), None) | (None, Some(_)) => {
            vec![difference(DifferenceKind::Failure, "", describe(original), describe(here))]
        }
    }
}

fn responses(original: &Response, here: &Response, without_body: bool) -> Vec<Difference> {
    let mut found = Vec::new();
    if original.status != here.status {
        let describe = |response: &Response| {
            let code = code(&response.body).map(|(_, code)| format!(", code {code}"));
            format!("HTTP {}{}", response.status, code.unwrap_or_default())
        };
        // What follows from another status is no difference of its own.
        return vec![difference(DifferenceKind::Status, "", describe(original), describe(here))];
    }
    if let (Some(one), Some(other)) = (&original.http, &here.http)
        && one != other
    {
        found.push(difference(
            DifferenceKind::Version,
            "",
            format!("HTTP/{one}"),
            format!("HTTP/{other}"),
        ));
    }
    let other_body = std::mem::discriminant(&original.body) != std::mem::discriminant(&here.body);
    headers(original, here, other_body, &mut found);
    if !without_body {
        bodies(&original.body, &here.body, &mut found);
        if let (Some(one), Some(other)) = (&original.jwt, &here.jwt) {
            shapes("jeton", one, other, &mut found);
        }
    }
    found
}

fn bodies(original: &Body, here: &Body, found: &mut Vec<Difference>) {
    let (one_shape, other_shape) =
        (original.shape().unwrap_or(&Value::Null), here.shape().unwrap_or(&Value::Null));
    match (original, here) {
        (Body::Json { shape: one }, Body::Json { shape: other })
        | (Body::Xml { shape: one }, Body::Xml { shape: other }) => {
            let (was, is) = (code_in(one), code_in(other));
            let describe = |shape: &Value, code: &str| match message_in(shape) {
                Some(message) => format!("{code}, « {message} »"),
                None => code.to_owned(),
            };
            // What follows from another code, or from none, is no difference of its own.
            let none = || "aucun code".to_owned();
            match (&was, &is) {
                (Some((place, code)), None) => {
                    found.push(difference(
                        DifferenceKind::CodePresence,
                        place,
                        describe(one, code),
                        none(),
                    ));
                    return;
                }
                (None, Some((place, code))) => {
                    found.push(difference(
                        DifferenceKind::CodePresence,
                        place,
                        none(),
                        describe(other, code),
                    ));
                    return;
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
            if let (Some((place, one)), Some((at, other))) = (&was, &is)
                && place == at
                && one != other
            {
                let (one, other) = (describe(one_shape, one), describe(other_shape, other));
                found.push(difference(DifferenceKind::Code, place, one, other));
                return;
            }
            shapes("", one, other, found);
        }
        (Body::Form { fields: one }, Body::Form { fields: other }) => {
            let object = |fields: &[(String, Leaf)]| {
                let fields = fields.iter().map(|(name, leaf)| (name.clone(), leaf.as_str().into()));
                Value::Object(fields.collect::<Map<_, _>>())
            };
            shapes("", &object(one), &object(other), found);
        }
        (one, other) if std::mem::discriminant(one) != std::mem::discriminant(other) => {
            found.push(difference(
                DifferenceKind::BodyKind,
                "",
                one.french().into(),
                other.french().into(),
            ));
        }
        _ => {}
    }
}

fn shapes(place: &str, one: &Value, other: &Value, found: &mut Vec<Difference>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => objects(place, one, other, found),
        (Value::Array(one), Value::Array(other)) => arrays(place, one, other, found),
        (Value::String(one), Value::String(other)) => leaves(place, one, other, found),
        (one, other) => {
            found.push(difference(
                DifferenceKind::Type,
                place,
                json_type(one).into(),
                json_type(other).into(),
            ));
        }
    }
}

fn objects(
    place: &str,
    one: &Map<String, Value>,
    other: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    let below = |key: &str| match place {
        "" => key.to_owned(),
        place => format!("{place}.{key}"),
    };
    let (present, absent) = (|| "présente".to_owned(), || "absente".to_owned());
    for key in one.keys().filter(|key| !other.contains_key(*key)) {
        found.push(difference(DifferenceKind::KeyPresence, &below(key), present(), absent()));
    }
    for key in other.keys().filter(|key| !one.contains_key(*key)) {
        found.push(difference(DifferenceKind::KeyPresence, &below(key), absent(), present()));
    }
    let common = |of: &Map<String, Value>, also: &Map<String, Value>| -> Vec<String> {
        of.keys().filter(|key| also.contains_key(*key)).cloned().collect()
    };
    let (mine, theirs) = (common(one, other), common(other, one));
    if mine != theirs {
        found.push(difference(DifferenceKind::KeyOrder, place, mine.join(", "), theirs.join(", ")));
    }
    for (key, value) in one {
        if let Some(also) = other.get(key) {
            shapes(&below(key), value, also, found);
        }
    }
}

/// Each item of the original's beside the one of ours that is nearest to it.
fn arrays(place: &str, one: &[Value], other: &[Value], found: &mut Vec<Difference>) {
    let place = format!("{place}[]");
    let describe = |items: &[Value]| match items.is_empty() {
        true => "un tableau vide",
        false => "un tableau",
    };
    if one.is_empty() != other.is_empty() {
        found.push(difference(
            DifferenceKind::Form,
            &place,
            describe(one).into(),
            describe(other).into(),
        ));
        return;
    }
    for item in one {
        let candidates = other.iter().map(|other| {
            let mut differences = Vec::new();
            shapes(&place, item, other, &mut differences);
            differences
        });
        let nearest = candidates.min_by_key(|differences| distance(differences));
        for difference in nearest.unwrap_or_default() {
            if !found.contains(&difference) {
                found.push(difference);
            }
        }
    }
}

fn leaves(place: &str, one: &str, other: &str, found: &mut Vec<Difference>) {
    let (Ok(one), Ok(other)) = (Leaf::try_from(one.to_owned()), Leaf::try_from(other.to_owned()))
    else {
        return;
    };
    if one.agrees(&other) {
        return;
    }
    let (mine, theirs) = (leaf_type(&one), leaf_type(&other));
    let kind = if mine != theirs {
        DifferenceKind::Type
    } else if one.kept().is_some() && other.kept().is_some() {
        match place.rsplit(['.', ':']).next().unwrap_or_default() {
            "message" | "description" | "descriptif" | "error_description" | "type" => {
                DifferenceKind::Message
            }
            "code" | "error" => DifferenceKind::Code,
            _ => DifferenceKind::Value,
        }
    } else {
        DifferenceKind::Form
    };
    let describe = |leaf: &Leaf, json: &str| {
        if kind == DifferenceKind::Type {
            format!("{json} ({})", leaf.french())
        } else {
            leaf.french()
        }
    };
    found.push(difference(kind, place, describe(&one, mine), describe(&other, theirs)));
}

fn leaf_type(leaf: &Leaf) -> &'static str {
    if leaf.as_str().starts_with('#') {
        return "un nombre";
    }
    match leaf.name() {
        Some("int" | "decimal") => "un nombre",
        Some("bool") => "un booléen",
        Some("null") => "null",
        Some(_) | None => "un texte",
    }
}

fn json_type(shape: &Value) -> &'static str {
    match shape {
        Value::Object(_) => "un objet",
        Value::Array(_) => "un tableau",
        Value::String(text) => {
            Leaf::try_from(text.clone()).map_or("un texte", |leaf| leaf_type(&leaf))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => "une valeur",
    }
}

/// How far apart these differences put two answers where they are of another kind; nothing where they are of one.
pub fn kinds_apart(differences: &[Difference]) -> u64 {
    Some(distance(differences)).filter(|&far| far >= ENOUGH).unwrap_or(0)
}

/// The distance from which on two answers are not of one kind: another status, another code, another kind of body.
pub const ENOUGH: u64 = 300;

/// How far apart these differences put two answers.
pub fn distance(differences: &[Difference]) -> u64 {
    differences.iter().map(|difference| difference.kind.weight()).sum()
}

/// The code of a body, and where it stands.
pub fn code(body: &Body) -> Option<(String, String)> {
    code_in(body.shape()?)
}

fn code_in(shape: &Value) -> Option<(String, String)> {
    find(shape, "", &["code", "error"])
}

fn message_in(shape: &Value) -> Option<String> {
    find(shape, "", &["message", "error_description", "description"]).map(|(_, text)| text)
}

fn find(shape: &Value, place: &str, names: &[&str]) -> Option<(String, String)> {
    let all = shape.as_object()?;
    all.iter().find_map(|(key, value)| {
        let place = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
        let bare = key.rsplit(':').next().unwrap_or(key);
        match value.as_str().and_then(|text| text.strip_prefix(['=', '#'])) {
            Some(text) if names.contains(&bare) => Some((place, text.to_owned())),
            _ => find(value, &place, names),
        }
    })
}

fn difference(kind: DifferenceKind, place: &str, original: String, here: String) -> Difference {
    Difference { kind, place: place.to_owned(), original, here }
}

#[cfg(test)]
mod tests;
