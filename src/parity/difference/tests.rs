use serde_json::json;

use super::*;

fn differences(one: Value, other: Value) -> Vec<String> {
    let mut found = Vec::new();
    bodies(&Body::Json { shape: one }, &Body::Json { shape: other }, &mut found);
    let line = |found: &Difference| {
        let Difference { kind, place, original, here } = found;
        format!("{} {place}: {original} / {here}", kind.as_str())
    };
    found.iter().map(line).collect()
}

#[test]
fn each_difference_of_two_bodies_is_found_once() {
    let one = json!({"a": "~date", "b": "~int", "c": {"d": "~empty"}, "e": ["~date"]});
    assert!(differences(one.clone(), one.clone()).is_empty());
    let is =
        |other: Value, expected: &[&str]| assert_eq!(differences(one.clone(), other), expected);
    is(
        json!({"a": "~date", "b": "~digits:1", "c": {"d": "~empty"}, "e": ["~date"]}),
        &["type b: un nombre (un nombre entier) / un texte (1 chiffres)"],
    );
    is(
        json!({"b": "~int", "a": "~date", "c": {"d": "~empty"}, "e": ["~date"]}),
        &["key-order : a, b, c, e / b, a, c, e"],
    );
    is(
        json!({"a": "~date", "b": "~int", "c": {"f": "~int", "d": "~empty"}, "e": []}),
        &["key c.f: absente / présente", "form e[]: un tableau / un tableau vide"],
    );
}

#[test]
fn another_code_is_one_difference_with_its_message() {
    let fault = |code: &str, message: &str| json!({"erreur": {"code": code, "message": message}});
    assert_eq!(
        differences(fault("=CAF001", "=Absence."), fault("=CAF002", "=Format.")),
        ["code erreur.code: CAF001, « Absence. » / CAF002, « Format. »"]
    );
    assert_eq!(
        differences(fault("=CAF001", "=Absence."), fault("=CAF001", "=Manque.")),
        ["message erreur.message: « Absence. » / « Manque. »"]
    );
}

#[test]
fn an_item_is_compared_with_the_one_that_is_nearest() {
    let items = |items: Value| json!({ "all": items });
    let (pp, pm) = (json!({"nom": "~CAPITALS"}), json!({"siren": "~digits:9"}));
    assert!(differences(items(json!([pm, pp])), items(json!([pp, pm]))).is_empty());
}

#[test]
fn a_retry_after_is_compared_by_how_it_is_written() {
    let response = |value: &str| Response {
        status: 429,
        http: None,
        headers: vec![
            ("date".to_owned(), Leaf::literal("Sun, 22 Nov 2026 10:00:13 GMT")),
            ("retry-after".to_owned(), Leaf::literal(value)),
        ],
        body: Body::Empty,
        jwt: None,
    };
    let differ = |one: &str, other: &str| responses(&response(one), &response(other), false).len();
    assert_eq!(differ("Sun, 22 Nov 2026 10:01:00 GMT", "Sun, 22 Nov 2026 11:32:00 GMT"), 0);
    assert_eq!(differ("Sun, 22 Nov 2026 10:01:00 GMT", "Sun, 22 Nov 2026 10:01:13 GMT"), 1);
    assert_eq!(differ("47", "13"), 0);
    assert_eq!(differ("Sun, 22 Nov 2026 10:01:00 GMT", "47"), 1);
}
