//! Values of a body by their names and paths.

use serde_json::{Value, json};

/// The names of the values that say something.
pub(super) fn leaves<'v>(value: &'v Value, names: &mut Vec<&'v str>) {
    let Value::Object(all) = value else { return };
    for (name, value) in all {
        match value {
            Value::Object(_) => leaves(value, names),
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Array(_) => {
                names.push(name)
            }
        }
    }
}

/// Writes a value at a path, making what is missing on the way; `*.name` is the first value of that name, wherever it is.
pub(super) fn put(body: &mut Value, path: &str, value: Value) {
    if let Some(name) = path.strip_prefix("*.") {
        if let Some(place) = named(body, name) {
            *place = value;
        }
        return;
    }
    let mut place = body;
    for key in path.split('.') {
        if !place.is_object() {
            *place = json!({});
        }
        place =
            place.as_object_mut().expect("it was just made one").entry(key).or_insert(Value::Null);
    }
    *place = value;
}

fn named<'v>(value: &'v mut Value, name: &str) -> Option<&'v mut Value> {
    let Value::Object(all) = value else { return None };
    if all.contains_key(name) {
        return all.get_mut(name);
    }
    all.values_mut().find_map(|value| named(value, name))
}

/// Takes the value at a path away, if it is there.
pub(super) fn take(body: &mut Value, path: &str) {
    let (parent, key) = path.rsplit_once('.').unwrap_or(("", path));
    let pointer =
        if parent.is_empty() { String::new() } else { format!("/{}", parent.replace('.', "/")) };
    if let Some(Value::Object(parent)) = body.pointer_mut(&pointer) {
        parent.shift_remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_and_taken_by_path() {
        let mut body = json!({ "a": { "b": 1, "c": 2 }, "d": "x" });
        put(&mut body, "a.b", json!("new"));
        put(&mut body, "a.e.f", json!(3));
        put(&mut body, "d.g", json!(4));
        take(&mut body, "a.c");
        take(&mut body, "a.z");
        assert_eq!(body, json!({ "a": { "b": "new", "e": { "f": 3 } }, "d": { "g": 4 } }));
        take(&mut body, "d");
        assert_eq!(body.as_object().unwrap().len(), 1);
        put(&mut body, "*.f", json!(5));
        put(&mut body, "*.none", json!(6));
        assert_eq!(body, json!({ "a": { "b": "new", "e": { "f": 5 } } }));
    }
}
