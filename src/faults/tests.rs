use std::thread;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::rights::ApiId;

const NOTHING: RawRequest<'_> = RawRequest { query: None, segments: &[], body: b"" };

fn catalogue() -> Catalogue {
    let operation = |api, name, parameters: &[&str]| Operation {
        api: Some(api),
        name,
        parameters: parameters.iter().map(|&name| name.to_owned()).collect(),
        codes: match (api, name) {
            (ApiId::Ficoba, "etatSante") => vec!["CAT004"],
            (ApiId::Ficoba, _) => vec!["CAT004", "CAF011"],
            (ApiId::R2p | ApiId::Sfip, _) => vec!["4003"],
        },
        searches: name != "etatSante",
    };
    let operations = vec![
        operation(ApiId::Ficoba, "numCpte", &["justification", "criteresRecherche.iban"]),
        operation(ApiId::Ficoba, "perPhy", &["justification", "criteresRecherche.etatCivil.nom"]),
        operation(ApiId::Ficoba, "etatSante", &[]),
        operation(ApiId::R2p, "personne", &["nom"]),
    ];
    Catalogue::new(
        operations,
        vec![
            Lines {
                api: ApiId::Ficoba,
                messages: vec![(400, "Un"), (400, "Deux"), (503, "Trois")],
            },
            Lines { api: ApiId::R2p, messages: vec![(403, "Quatre")] },
        ],
    )
}

fn faults() -> Faults {
    Faults::new(1, Scenarios::default())
}

fn order(faults: &Faults, order: Value) -> Result<Order, Vec<Wrong>> {
    let directory = Directory::load(None).unwrap();
    faults.order(serde_json::from_value(order).unwrap(), &catalogue(), &directory)
}

/// The pointers to everything wrong in an order.
fn wrong(text: Value) -> Vec<String> {
    order(&faults(), text).unwrap_err().into_iter().map(|wrong| wrong.pointer).collect()
}

fn ficoba<'a>(operation: &'a str, partner: &'a str, body: &'a str) -> RequestFacts<'a> {
    let raw = RawRequest { query: None, segments: &[], body: body.as_bytes() };
    RequestFacts::new(Some(ApiId::Ficoba), operation, partner, raw)
}

fn r2p<'a>(query: &'a str) -> RequestFacts<'a> {
    RequestFacts::new(
        Some(ApiId::R2p),
        "personne",
        "editeur-demo",
        RawRequest { query: Some(query), segments: &[], body: b"" },
    )
}

#[test]
fn an_order_applies_to_what_it_names_as_often_as_it_says_and_is_gone() {
    let faults = faults();
    order(
        &faults,
        json!({"match": {"api": "ficoba", "partner": "editeur-demo"}, "times": 2, "outcome": {"code": "CAT004"}}),
    )
    .unwrap();
    assert_eq!(faults.inject(&ficoba("numCpte", "cellule-fraude", "")), None);
    assert_eq!(faults.inject(&r2p("nom=x")), None);
    for _ in 0..2 {
        let injection = faults.inject(&ficoba("perPhy", "editeur-demo", "")).unwrap();
        assert_eq!(injection.end, End::Code(Code::Api("CAT004".to_owned())));
    }
    assert_eq!(faults.inject(&ficoba("perPhy", "editeur-demo", "")), None);
    assert!(faults.standing().is_empty());
}

#[test]
fn the_earlier_of_two_orders_applies_to_first() {
    let faults = faults();
    for code in ["CAT004", "CAF011"] {
        order(&faults, json!({"times": 1, "outcome": {"code": code}})).unwrap();
    }
    let injected = || faults.inject(&ficoba("numCpte", "editeur-demo", "")).unwrap().summary;
    assert_eq!([injected(), injected()], ["code CAT004", "code CAF011"]);
}

#[test]
fn a_criterion_is_found_by_its_path_or_the_end_of_it_by_value_or_pattern() {
    let body = r#"{"justification":"J","criteresRecherche":{"iban":"FR7699"}}"#;
    for (criteria, injects) in [
        (json!({"criteresRecherche.iban": "FR7699"}), true),
        (json!({"iban": {"pattern": "FR*99"}}), true),
        (json!({"iban": "FR7699", "justification": "J"}), true),
        (json!({"iban": "FR7699", "justification": "K"}), false),
        (json!({"iban": {"pattern": "FR*98"}}), false),
    ] {
        let faults = faults();
        order(&faults, json!({"match": {"criteria": criteria}, "outcome": {"status": 503}}))
            .unwrap();
        assert_eq!(
            faults.inject(&ficoba("numCpte", "editeur-demo", body)).is_some(),
            injects,
            "{criteria}"
        );
    }
}

#[test]
fn an_order_without_an_operation_leaves_the_token_endpoint_alone() {
    let faults = faults();
    let at =
        |operation| faults.inject(&RequestFacts::new(None, operation, "editeur-demo", NOTHING));
    order(&faults, json!({"outcome": {"drop": true}})).unwrap();
    assert_eq!(at("token"), None);
    order(&faults, json!({"match": {"operation": "token"}, "outcome": {"code": 101503}})).unwrap();
    assert_eq!(at("token").unwrap().summary, "code 101503");
    assert_eq!(at("revoke"), None);
}

#[test]
fn a_code_of_one_api_narrows_an_order_to_that_api() {
    let faults = faults();
    order(&faults, json!({"outcome": {"code": "4003"}})).unwrap();
    assert_eq!(faults.inject(&ficoba("numCpte", "editeur-demo", "")), None);
    assert!(faults.inject(&r2p("nom=x")).is_some());
}

#[test]
fn a_message_is_chosen_among_those_of_the_status_and_narrows_an_order_to_the_api_that_has_it() {
    let faults = faults();
    order(&faults, json!({"outcome": {"status": 400, "message": "Un"}})).unwrap();
    assert_eq!(faults.inject(&r2p("nom=x")), None);
    let injection = faults.inject(&ficoba("numCpte", "editeur-demo", "")).unwrap();
    assert_eq!(injection.end, End::Status(http::StatusCode::BAD_REQUEST, Some("Un".to_owned())));
    assert_eq!(injection.summary, "statut 400, « Un »");
    for outcome in [
        json!({"status": 400, "message": "Trois"}),
        json!({"status": 404, "message": "Un"}),
        json!({"message": "Un"}),
        json!({"code": "CAT004", "message": "Un"}),
        json!({"html": true, "status": 400, "message": "Un"}),
    ] {
        assert!(
            wrong(json!({"outcome": outcome})).contains(&"/outcome/message".to_owned()),
            "{outcome}"
        );
    }
    let api = json!({"match": {"api": "r2p"}, "outcome": {"status": 400, "message": "Un"}});
    assert_eq!(wrong(api), ["/outcome/message"]);
    let token =
        json!({"match": {"operation": "token"}, "outcome": {"status": 400, "message": "Un"}});
    assert_eq!(wrong(token), ["/outcome/message"]);
}

#[test]
fn an_incident_fails_a_tenth_of_the_searches_half_with_503_half_with_504_and_leaves_the_health_alone()
 {
    let faults = faults();
    order(&faults, json!({"match": {"api": "ficoba"}, "outcome": {"incident": true}})).unwrap();
    let ends: Vec<_> = (0..10_000)
        .map(|_| {
            faults.inject(&ficoba("numCpte", "editeur-demo", "")).map(|injection| injection.end)
        })
        .collect();
    let count = |end: Option<End>| ends.iter().filter(|one| **one == end).count();
    let (down, slow) = (count(Some(End::of_incident(false))), count(Some(End::of_incident(true))));
    assert_eq!(down + slow + count(None), ends.len());
    assert!((900..1_100).contains(&(down + slow)) && down.abs_diff(slow) < 150, "{down} {slow}");
    assert!((0..1_000).all(|_| faults.inject(&ficoba("etatSante", "editeur-demo", "")).is_none()));
    assert_eq!(faults.inject(&r2p("nom=x")), None);
}

#[test]
fn an_incident_may_have_the_outcome_and_the_share_that_are_ordered() {
    let faults = faults();
    let outcome = json!({"incident": true, "code": "CAT004"});
    order(&faults, json!({"probability": 1.0, "outcome": outcome})).unwrap();
    let injected = |operation| faults.inject(&ficoba(operation, "editeur-demo", ""));
    assert_eq!(injected("numCpte").unwrap().summary, "code CAT004");
    assert_eq!(injected("etatSante"), None);
    for aim in ["etatSante", "token"] {
        let order = json!({"match": {"operation": aim}, "outcome": {"incident": true}});
        assert_eq!(wrong(order), ["/outcome/incident"], "{aim}");
    }
    assert_eq!(wrong(json!({"outcome": {"incident": false}})), ["/outcome/incident"]);
}

#[test]
fn an_order_that_could_never_apply_is_refused_at_its_place() {
    for (order, pointers) in [
        (json!({"outcome": {"code": "CAT999"}}), vec!["/outcome/code"]),
        (json!({"match": {"api": "r2p"}, "outcome": {"code": "CAT004"}}), vec!["/outcome/code"]),
        (
            json!({"match": {"operation": "token"}, "outcome": {"code": "CAT004"}}),
            vec!["/outcome/code"],
        ),
        (
            json!({"match": {"operation": "numCompte"}, "outcome": {"drop": true}}),
            vec!["/match/operation"],
        ),
        (
            json!({"match": {"api": "r2p", "operation": "numCpte"}, "outcome": {"drop": true}}),
            vec!["/match/operation"],
        ),
        (
            json!({"match": {"partner": "nobody"}, "outcome": {"drop": true}}),
            vec!["/match/partner"],
        ),
        (
            json!({"match": {"partner": "commune-valmont"}, "outcome": {"code": "CAT004"}}),
            vec!["/match/partner"],
        ),
        (
            json!({"match": {"criteria": {"ibann": "x"}}, "outcome": {"drop": true}}),
            vec!["/match/criteria/ibann"],
        ),
        (
            json!({"match": {"criteria": {"a/b~c": "x"}}, "outcome": {"drop": true}}),
            vec!["/match/criteria/a~1b~0c"],
        ),
        (
            json!({"match": {"operation": "perPhy", "criteria": {"iban": "x"}}, "outcome": {"drop": true}}),
            vec!["/match/criteria/iban"],
        ),
        (
            json!({"match": {"criteria": {"iban": ""}}, "outcome": {"drop": true}}),
            vec!["/match/criteria/iban"],
        ),
        (json!({"outcome": {}}), vec!["/outcome"]),
        (json!({"outcome": {"drop": true, "code": "CAT004"}}), vec!["/outcome/code"]),
        (json!({"outcome": {"status": 500, "truncate": true}}), vec!["/outcome/status"]),
        (json!({"outcome": {"drop": false}}), vec!["/outcome/drop"]),
        (json!({"outcome": {"status": 199}}), vec!["/outcome/status"]),
        (json!({"outcome": {"delay_ms": {"min": 2, "max": 1}}}), vec!["/outcome/delay_ms"]),
        (json!({"outcome": {"delay_ms": 600_001}}), vec!["/outcome/delay_ms"]),
        (json!({"probability": 0.0, "outcome": {"drop": true}}), vec!["/probability"]),
        (
            json!({"probability": 1.5, "outcome": {"code": "X"}}),
            vec!["/probability", "/outcome/code"],
        ),
    ] {
        assert_eq!(wrong(order.clone()), pointers, "{order}");
    }
}

#[test]
fn outcomes_that_go_together_are_taken() {
    for outcome in [
        json!({"delay_ms": 5}),
        json!({"delay_ms": {"min": 1, "max": 5}, "code": "CAT004"}),
        json!({"delay_ms": 5, "drop": true}),
        json!({"html": true}),
        json!({"html": true, "status": 502}),
        json!({"truncate": true}),
        json!({"code": 900_804}),
    ] {
        order(&faults(), json!({"outcome": outcome})).unwrap();
    }
}

#[test]
fn a_probability_is_drawn_from_the_seed_and_a_reset_replays_it() {
    let faults = faults();
    let run = || {
        order(
            &faults,
            json!({"probability": 0.5, "outcome": {"delay_ms": {"min": 0, "max": 1000}}}),
        )
        .unwrap();
        let delay = |_| {
            faults
                .inject(&ficoba("numCpte", "editeur-demo", ""))
                .map(|injection| injection.delay.unwrap())
        };
        let delays: Vec<_> = (0..64).map(delay).collect();
        faults.reset();
        delays
    };
    let first = run();
    let injected = first.iter().flatten().count();
    assert!((16..48).contains(&injected), "{injected}");
    assert_eq!(run(), first);
}

#[test]
fn of_many_threads_as_many_are_injected_as_was_ordered() {
    let faults = faults();
    order(&faults, json!({"times": 100, "outcome": {"drop": true}})).unwrap();
    let calls =
        || (0..50).filter(|_| faults.inject(&ficoba("numCpte", "a", "{}")).is_some()).count();
    let injected: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(calls)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((injected, faults.standing().len()), (100, 0));
}

#[test]
fn orders_are_bounded() {
    let faults = faults();
    let spec: FaultRequest = serde_json::from_value(json!({"outcome": {"drop": true}})).unwrap();
    let (catalogue, directory) = (catalogue(), Directory::load(None).unwrap());
    for _ in 0..MOST {
        faults.order(spec.clone(), &catalogue, &directory).unwrap();
    }
    assert!(faults.order(spec, &catalogue, &directory).is_err());
}

mod of_scenarios {
    use super::*;
    use crate::fixtures::Diagnostic;

    fn load(text: &str) -> Result<Scenarios, Vec<Diagnostic>> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("scenarios.toml"), text).unwrap();
        let apis =
            crate::api::World::load(&crate::config::Config { population: 0, ..Default::default() })
                .unwrap()
                .apis;
        Scenarios::load(Some(dir.path()), 1, &apis.catalogue(), &Directory::load(None).unwrap())
    }

    fn injects(scenarios: Scenarios, facts: &RequestFacts<'_>) -> Option<String> {
        Faults::new(1, scenarios).inject(facts).map(|injection| injection.id)
    }

    #[test]
    fn data_choose_the_fault_even_when_the_client_escapes_them() {
        let file = "[[scenario]]\nid = \"own\"\ntitle = \"t\"\nwhen = [{ criteria = { nom = \"PANNE\" } }]\n\
                    outcome = { status = 503 }\n";
        for body in [
            r#"{"criteresRecherche":{"etatCivil":{"nom":"PANNE"}}}"#,
            r#"{"etatCivil":{"nom":"\u0050ANNE"}}"#,
        ] {
            assert_eq!(
                injects(load(file).unwrap(), &ficoba("perPhy", "p", body)).as_deref(),
                Some("own"),
                "{body}"
            );
        }
        let query = |query| {
            let raw = RawRequest { query: Some(query), segments: &[], body: b"" };
            injects(
                load(file).unwrap(),
                &RequestFacts::new(Some(ApiId::R2p), "RechercheParCriteres", "p", raw),
            )
        };
        assert_eq!(query("nom=%50ANNE&prenom=A").as_deref(), Some("own"));
        assert_eq!(query("nom=panne").as_deref(), Some("own"));
        assert_eq!(query("nom=PANNEAU"), None);
    }

    #[test]
    fn every_fault_of_a_file_is_told_with_its_line() {
        let faults = load(
            "[[scenario]]\nid = \"a\"\ntitle = \"t\"\nwhen = []\noutcome = { code = \"CAT004\" }\n\
             [[scenario]]\nid = \"a\"\ntitle = \"t\"\nwhen = [{ criteria = { ibann = \"x\" } }]\noutcome = { drop = true }\n",
        )
        .unwrap_err();
        let places: Vec<_> =
            faults.iter().map(|fault| (fault.line.unwrap(), fault.key.clone().unwrap())).collect();
        let expected = [
            (4, "scenario \"a\": when"),
            (7, "scenario \"a\": id"),
            (6, "scenario \"a\": match.criteria.ibann"),
        ];
        assert_eq!(places, expected.map(|(line, key)| (line, key.to_owned())));
    }

    #[test]
    fn the_shipped_scenarios_are_sound() {
        let world =
            crate::api::World::load(&crate::config::Config { population: 0, ..Default::default() });
        assert!(world.unwrap().scenarios.iter().next().is_some());
    }
}

proptest! {
    #[test]
    fn no_body_upsets_a_matcher(body in proptest::collection::vec(any::<u8>(), 0..200), query in ".{0,80}") {
        let faults = faults();
        order(&faults, json!({"match": {"criteria": {"iban": {"pattern": "*"}}}, "outcome": {"drop": true}})).unwrap();
        let raw = RawRequest { query: Some(&query), segments: &[("spi", &query)], body: &body };
        for api in [Some(ApiId::Ficoba), None] {
            let _ = faults.inject(&RequestFacts::new(api, "numCpte", "p", raw));
        }
    }
}
