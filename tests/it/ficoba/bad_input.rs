//! What a broken client may send: CAT002, CAF001 or CAF002 in the protocol's words, never a 500.
//!
//! `PROPTEST_CASES=100000 cargo test --test it ficoba::bad_input` looks longer.

use std::{num::NonZeroU32, sync::Arc};

use axum::body::Body;
use bacasable::{
    api::ficoba::{Code, Search},
    peer::Peer,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{harness::Reply, inside::Inside};

/// A gateway without a quota, and the partner that may do everything.
struct Desk {
    inside: Inside,
    peer: Arc<Peer>,
    token: String,
}

impl Desk {
    fn open() -> Self {
        let inside = Inside::start();
        inside.change("editeur-demo", |convention| {
            convention.grants.ficoba.as_mut().unwrap().quota = NonZeroU32::MAX
        });
        let (peer, token) = (inside.partner("editeur-demo"), inside.token("editeur-demo"));
        Self { inside, peer, token }
    }

    async fn ask(&self, search: Search, body: impl Into<Body>) -> Reply {
        let path = format!("/fcb-masrestit/api/v2/comptes/{}", search.as_str());
        let request = http::Request::post(path)
            .header("Authorization", format!("Bearer {}", self.token))
            .header("X-Correlation-ID", crate::harness::CORRELATION_ID)
            .header("X-Request-ID", "r-1");
        self.inside.send(&self.peer, request.body(body).unwrap()).await
    }
}

/// A request of each search that is answered.
fn good(search: Search) -> Value {
    let civil = json!({
        "nom": "VALBRUNE", "prenoms": "CELINE", "sexe": "2", "anneeNaissance": "1985", "moisNaissance": "04",
        "jourNaissance": "12" });
    let birthplace = json!({
        "codePaysNaissance": "99100", "codeDepartementNaissance": "38", "codeCommuneNaissance": "185" });
    let address = |department: &str, commune: &str| json!({ "codePays": "99100", "codeDepartement": department, "codeCommune": commune });
    let company =
        json!({ "raisonSociale": "ATELIERS DU PONT LEVIS", "codeCategorieJuridique": "5499" });
    let (motif, criteria) = match search {
        Search::NumCpte => {
            ("0020", json!({ "iban": "FR7699010000010000010100185", "verificationCompte": "0" }))
        }
        Search::Spi => ("0020", json!({ "numeroSPI": "3990000101192" })),
        Search::SiretSiren => ("0020", json!({ "siret": "20900101500012" })),
        Search::PerPro => {
            ("0020", json!({ "designation": company, "domiciliation": address("69", "382") }))
        }
        Search::PerPhy => (
            "0020",
            json!({ "etatCivil": civil, "lieuNaissance": birthplace, "domiciliation": address("38", "185") }),
        ),
        Search::VerifIban => (
            "0100",
            json!({
                "iban": "FR7699010000010000010100185", "recherchePP": "1", "recherchePM": "0", "rechercheSirenSiret": "0",
                "etatCivil": civil, "lieuNaissance": birthplace }),
        ),
        Search::MultiDet => (
            "0021",
            json!({
                "accordClient": "1", "codeNatureCompte": "201", "recherchePP": "1", "recherchePM": "0",
                "rechercheSIRENSIRET": "0",
                "criteresRecherchePhy": { "etatCivil": civil, "lieuNaissance": birthplace } }),
        ),
    };
    json!({
        "dateDemande": "2026-11-20", "motif": motif, "siretDemandeur": "20999001900017", "justification": "essai",
        "criteresRecherche": criteria })
}

/// The paths of all texts in a request.
fn paths(value: &Value) -> Vec<String> {
    let Value::Object(members) = value else { return Vec::new() };
    let below = |(key, value): (&String, &Value)| match value {
        Value::Object(_) => paths(value).into_iter().map(|path| format!("{key}.{path}")).collect(),
        _ => vec![key.clone()],
    };
    members.iter().flat_map(below).collect()
}

/// The request with another value there, or without it.
fn with(mut request: Value, path: &str, value: Option<Value>) -> Value {
    let (parents, key) = path.rsplit_once('.').unwrap_or(("", path));
    let pointer =
        if parents.is_empty() { String::new() } else { format!("/{}", parents.replace('.', "/")) };
    let members: &mut Map<String, Value> =
        request.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => drop(members.insert(key.to_owned(), value)),
        None => drop(members.shift_remove(key)),
    }
    request
}

/// Whether an attribute of the good requests may go missing.
fn is_optional(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap();
    matches!(key, "sexe")
        || path.contains("domiciliation")
        || path == "criteresRecherche.etatCivil.prenoms"
}

#[tokio::test]
async fn every_good_request_is_answered() {
    let desk = Desk::open();
    for search in Search::ALL {
        let reply = desk.ask(search, good(search).to_string()).await;
        assert_eq!(reply.status, 200, "{search:?} {}", reply.text);
    }
}

#[tokio::test]
async fn a_mandatory_attribute_absent_null_empty_or_of_the_wrong_case_is_caf001_naming_it() {
    let desk = Desk::open();
    for search in Search::ALL {
        for path in paths(&good(search)) {
            let key = path.rsplit('.').next().unwrap();
            let miscased = with(
                with(good(search), &path, None),
                &path.replace(key, &key.to_uppercase()),
                Some(json!("x")),
            );
            let absent = [None, Some(Value::Null), Some(json!(""))]
                .map(|value| with(good(search), &path, value));
            for request in absent.into_iter().chain([miscased]) {
                let reply = desk.ask(search, request.to_string()).await;
                let expected = match (key, is_optional(&path)) {
                    ("moisNaissance" | "jourNaissance", _) => "400 CAF035",
                    ("codeDepartementNaissance", _) if search == Search::PerPhy => "400 CAF001",
                    ("codeCommuneNaissance", _) if search == Search::PerPhy => "200",
                    ("recherchePP", _) => "400 CAF001",
                    ("codeCategorieJuridique", _) if search == Search::PerPro => "200",
                    (_, true) => continue,
                    (_, false) => "400 CAF001",
                };
                assert_eq!(
                    reply.outcome(),
                    expected,
                    "{search:?} {path}\n{request}\n{}",
                    reply.text
                );
                if expected.ends_with("CAF001") {
                    let message = reply.json()["erreur"]["message"].as_str().unwrap().to_owned();
                    assert!(
                        message.starts_with("Absence du critère obligatoire : ")
                            && !message.contains(key),
                        "{message}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_value_of_the_wrong_type_or_length_is_caf002_naming_the_attribute() {
    let desk = Desk::open();
    let odd = [
        json!(true),
        json!([]),
        json!(["x"]),
        json!({}),
        json!({ "a": 1 }),
        json!("x".repeat(300)),
        json!("\u{0}"),
        json!("a\u{7f}b"),
        json!(-1),
        json!(1.5),
    ];
    for search in Search::ALL {
        for path in paths(&good(search)) {
            let key = path.rsplit('.').next().unwrap();
            for value in &odd {
                let text_at_will =
                    ["nom", "prenoms", "raisonSociale", "justification", "codeNatureVoie"]
                        .contains(&key);
                if text_at_will && value.is_number() {
                    continue; // a number reads as a text
                }
                let request = with(good(search), &path, Some(value.clone()));
                let reply = desk.ask(search, request.to_string()).await;
                let own = key == "numeroSPI" && (value.is_string() || value.is_number());
                let expected = if own { "400 CAF004" } else { "400 CAF002" };
                // A control character is no length of an SPI's.
                if own && reply.outcome() == "400 CAF002" {
                    continue;
                }
                assert_eq!(reply.outcome(), expected, "{search:?} {path} {value}\n{}", reply.text);
                if !own {
                    let message = reply.json()["erreur"]["message"].as_str().unwrap().to_owned();
                    assert!(
                        message.starts_with("Format incorrect : ") && !message.contains(key),
                        "{message}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn numbers_are_taken_for_the_text_that_they_read_as() {
    let desk = Desk::open();
    let body = |number: &str| {
        format!(
            r#"{{"dateDemande":"2026-11-20","motif":20,"siretDemandeur":20999001900017,"justification":1,
                "criteresRecherche":{{"numeroSPI":{number}}}}}"#
        )
    };
    let reply = desk.ask(Search::Spi, body("3990000101192")).await;
    assert_eq!(reply.json()["nombreReponses"], "001", "{}", reply.text);
    // The echo keeps the type.
    assert_eq!(
        reply.json()["caracteristiquesDemande"]["criteresRecherche"]["numeroSPI"],
        3_990_000_101_192_u64
    );
    for (number, outcome) in [
        ("18446744073709551616", "400 CAF002"),
        ("-9223372036854775809", "400 CAF002"),
        ("99999999999999999999999999999999", "400 CAF002"),
        ("3990000101192.0", "400 CAF004"),
        ("0020", "400 CAT002"),
        ("1e999", "400 CAT002"),
        ("-", "400 CAT002"),
        ("+1", "400 CAT002"),
        (".5", "400 CAT002"),
        ("NaN", "400 CAT002"),
        ("0x10", "400 CAT002"),
    ] {
        assert_eq!(desk.ask(Search::Spi, body(number)).await.outcome(), outcome, "{number}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_cat002() {
    let desk = Desk::open();
    let deep = |open: &str, close: &str, levels: usize| {
        format!(r#"{{"inconnu":{}1{}}}"#, open.repeat(levels), close.repeat(levels))
    };
    let unknown = |value: &str| {
        good(Search::Spi).to_string().replacen('{', &format!("{{\"inconnu\":{value},"), 1)
    };
    for body in [
        "".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "\"{}\"".to_owned(),
        "{".to_owned(),
        "{}{}".to_owned(),
        "{} x".to_owned(),
        "{'motif':'0020'}".to_owned(),
        "{\"motif\":\"0020\",}".to_owned(),
        "\u{feff}{}".to_owned(),
        "motif=0020".to_owned(),
        "<demande/>".to_owned(),
        deep("[", "]", 200),
        deep("{\"a\":", "}", 200),
        unknown("1e999"),
        unknown("0020"),
        unknown("\"\\ud800\""),
        unknown("\"a\u{1}b\""),
        good(Search::Spi).to_string().replace("3990000101192", "\\ud800"),
    ] {
        assert_eq!(desk.ask(Search::Spi, body.clone()).await.outcome(), "400 CAT002", "{body}");
    }
    let latin_1 = b"{\"justification\":\"contr\xf4le\"}".to_vec();
    assert_eq!(desk.ask(Search::Spi, latin_1).await.outcome(), "400 CAT002");
}

#[tokio::test]
async fn unknown_attributes_are_ignored_and_of_a_doubled_key_the_last_wins() {
    let desk = Desk::open();
    let body = good(Search::Spi).to_string().replacen(
        '{',
        r#"{"referenceDemande":"string","motif":"9999","x":[{"y":null}],"#,
        1,
    );
    let reply = desk.ask(Search::Spi, body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let echo = reply.json()["caracteristiquesDemande"].clone();
    let keys: Vec<_> = echo.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        keys,
        ["motif", "dateDemande", "siretDemandeur", "justification", "criteresRecherche"]
    );
    assert_eq!(echo["motif"], "0020");
    let twice = good(Search::Spi).to_string().replacen(
        '{',
        r#"{"criteresRecherche":{"numeroSPI":"1","autre":1},"#,
        1,
    );
    assert_eq!(desk.ask(Search::Spi, twice).await.json()["nombreReponses"], "001");
}

#[tokio::test]
async fn large_and_crowded_bodies_are_answered_within_the_gateway_s_limit() {
    let desk = Desk::open();
    let many = vec!["1"; 10_000].join(",");
    let crowded =
        good(Search::Spi).to_string().replacen('{', &format!("{{\"inconnu\":[{many}],"), 1);
    assert_eq!(desk.ask(Search::Spi, crowded).await.status, 200);
    let request =
        with(good(Search::Spi), "criteresRecherche.numeroSPI", Some(json!(vec![1; 10_000])));
    assert_eq!(desk.ask(Search::Spi, request.to_string()).await.outcome(), "400 CAF002");
    let request = with(good(Search::Spi), "criteresRecherche", Some(json!(vec![1; 10_000])));
    assert_eq!(desk.ask(Search::Spi, request.to_string()).await.outcome(), "400 CAF002");
    let keys: String = (0..3000).map(|at| format!("\"k{at}\":{at},")).collect();
    let crowded = good(Search::PerPhy).to_string().replacen('{', &format!("{{{keys}"), 1);
    assert_eq!(desk.ask(Search::PerPhy, crowded).await.status, 200);
}

/// What may stand in the place of a value.
fn odd_value() -> impl Strategy<Value = String> {
    let known = [
        "null",
        "\"\"",
        "\" \"",
        "true",
        "0",
        "1",
        "00",
        "-0",
        "1.0",
        "1e2",
        "1e999",
        "18446744073709551616",
        "[]",
        "{}",
        "\"0\"",
        "\"1\"",
        "\"2\"",
        "\"00\"",
        "\"99100\"",
        "\"99109\"",
        "\"75\"",
        "\"971\"",
        "\"056\"",
        "\"20\"",
        "\"1985\"",
        "\"2099\"",
        "\"2099-01-01\"",
        "\"1900-01-01\"",
        "\"9999\"",
        "\"0101\"",
        "\"201\"",
        "\"999\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"é\"",
        "\"FR7699020000010000020100286\"",
        "\"3990000201292\"",
        "\"209001015\"",
        "\"SNN\"",
    ];
    prop_oneof![
        4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,12}".prop_map(|text| json!(text).to_string()),
        1 => "[0-9]{0,30}".prop_map(|text| json!(text).to_string()),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => (1..200_usize).prop_map(|depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth))),
    ]
}

/// What happens to an attribute.
#[derive(Clone, Debug)]
enum Change {
    Remove,
    Replace(String),
    Double(String),
    Rename,
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, Change)>> {
    let change = prop_oneof![
        1 => Just(Change::Remove),
        6 => odd_value().prop_map(Change::Replace),
        1 => odd_value().prop_map(Change::Double),
        1 => Just(Change::Rename),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), change), 1..4)
}

/// A request near a good one, as text: what JSON would not write is put in at the end.
fn near(search: Search, changes: &[(prop::sample::Index, Change)]) -> String {
    let mut request = good(search);
    let all = search.attributes();
    let mut raw = Vec::new();
    for (at, change) in changes {
        let path = at.get(&all);
        let (parents, key) = path.rsplit_once('.').unwrap_or(("", path));
        for depth in 1..=parents.split('.').filter(|part| !part.is_empty()).count() {
            let pointer: String =
                parents.split('.').take(depth).map(|part| format!("/{part}")).collect();
            if request.pointer(&pointer).is_none_or(|value| !value.is_object()) {
                let (above, last) = pointer.rsplit_once('/').unwrap();
                request
                    .pointer_mut(above)
                    .unwrap()
                    .as_object_mut()
                    .unwrap()
                    .insert(last.to_owned(), json!({}));
            }
        }
        request = match change {
            Change::Remove => with(request, path, None),
            Change::Rename => with(
                with(request, path, None),
                &path.replace(key, &key.to_lowercase()),
                Some(json!("x")),
            ),
            Change::Replace(text) | Change::Double(text) => {
                let mark = format!("@{}@", raw.len());
                raw.push((
                    mark.clone(),
                    key.to_owned(),
                    text.clone(),
                    matches!(change, Change::Double(_)),
                ));
                with(request, path, Some(json!(mark)))
            }
        };
    }
    raw.into_iter().fold(request.to_string(), |text, (mark, key, value, doubled)| {
        let value = if doubled { format!("\"x\",\"{key}\":{value}") } else { value };
        text.replace(&format!("\"{mark}\""), &value)
    })
}

#[test]
fn nothing_near_a_good_request_breaks_the_api() {
    let desk = Desk::open();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let search = prop::sample::select(Search::ALL.to_vec());
    proptest!(|(search in search, changes in changes())| {
        let body = near(search, &changes);
        let reply = runtime.block_on(desk.ask(search, body.clone()));
        let outcome = reply.outcome();
        let code = outcome.split(' ').nth(1).and_then(Code::named);
        prop_assert!(outcome == "200" || code.is_some(), "{} {}\n{}", search.as_str(), body, reply.text);
        if let Some(code) = code {
            prop_assert_eq!(reply.status.as_u16(), code.status());
        }
        if let Some(echo) = reply.json().get("caracteristiquesDemande") {
            let sent: Value = serde_json::from_str(&body).unwrap();
            prop_assert!(is_part_of(echo, &sent), "{echo}\n{sent}");
        }
    });
}

/// Whether every key of one is in the other, with the same value.
fn is_part_of(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|other| is_part_of(value, other))),
        _ => part == whole,
    }
}
