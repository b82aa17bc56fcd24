//! The whole surface of parameters: whatever is sent, a documented answer, and never more than the convention opens.

use std::collections::BTreeSet;

use bacasable::api::{Api, r2p::R2p};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::Value;

use crate::harness::World;

const NAMES: [&str; 17] = [
    "nom",
    "prenom",
    "sexe",
    "naisDate",
    "naisCodePays",
    "naisCodeDept",
    "naisCodeCommune",
    "adrCodePays",
    "adrCodeDept",
    "adrCodeTom",
    "adrCodeCommune",
    "adrLibelleTypeVoie",
    "adrLibelleVoie",
    "adrNumVoie",
    "adrIndiceRepetition",
    "spi",
    "x",
];

/// Values that are right somewhere, and values that are right nowhere; percent-encoded.
fn value() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "VALBRUNE",
        "CELINE",
        "ABEILLON",
        "ROSE",
        "ROQUEBRI%C3%88RE",
        "H%C3%89L%C3%88NE",
        "MARUHINA",
        "TEVA",
        "1",
        "2",
        "12%2F04%2F1985",
        "15/06/1991",
        "1988",
        "99100",
        "99352",
        "38",
        "087",
        "987",
        "971",
        "2A",
        "185",
        "085",
        "35",
        "RUE",
        "DES+GLYCINES",
        "12",
        "B",
        "3990000101192",
    ]);
    let odd = prop::sample::select(vec![
        "",
        "%",
        "%00",
        "%FF",
        "%C3%28",
        "+",
        "%20",
        "%0D%0AX:1",
        "'%22%3C",
        "0",
        "999999999999999999999",
    ]);
    prop_oneof![
        6 => known.prop_map(str::to_owned),
        2 => odd.prop_map(str::to_owned),
        1 => "[A-Z0-9%/.-]{0,12}",
        1 => "[a-z]{90,1200}",
        1 => "(%[0-9A-F]{2}){1,30}",
    ]
}

/// A path with its query: mostly a civil status or an address that is nearly whole.
fn path() -> impl Strategy<Value = String> {
    let whole = prop::sample::select(vec![
        "nom=VALBRUNE&prenom=CELINE&naisDate=1985&naisCodePays=99100&naisCodeDept=38&naisCodeCommune=185",
        "nom=ABEILLON&prenom=ROSE&naisDate=15/06/1991&naisCodePays=99100&naisCodeDept=87&naisCodeCommune=085",
        "nom=MARUHINA&prenom=TEVA&adrCodePays=99100&adrCodeTom=987&adrCodeCommune=35",
        "",
    ]);
    let more = prop::collection::vec((prop::sample::select(&NAMES[..]), value()), 0..6);
    let resource = prop_oneof![
        3 => Just("/personne".to_owned()),
        2 => Just("/personne/spi".to_owned()),
        1 => value().prop_filter("a segment", |text| !text.is_empty() && !text.contains('/')).prop_map(|text| format!("/personne/{text}")),
    ];
    (resource, whole, more).prop_map(|(resource, whole, more)| {
        let more = more.iter().map(|(name, value)| format!("&{name}={value}")).collect::<String>();
        format!("/r2p/v1{resource}?{whole}{more}")
    })
}

/// `PROPTEST_CASES` asks for more than the default of this suite.
#[tokio::test]
async fn whatever_is_sent_is_answered_as_documented() {
    let world = World::start().await;
    world.server.sandbox.change_directory(|directory| {
        let mut all =
            directory.iter().map(|convention| convention.as_ref().clone()).collect::<Vec<_>>();
        all.iter_mut()
            .filter_map(|one| one.grants.r2p.as_mut())
            .for_each(|grant| grant.quota = std::num::NonZeroU32::MAX);
        all.into_iter().fold(directory.clone(), |directory, convention| directory.with(convention))
    });
    let partners = [
        world.partner("commune-valmont").await,
        world.partner("mutuelle-etatcivil").await,
        world.partner("banque-horizon").await,
        world.partner("departement-social").await,
    ];
    let cases =
        std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(120);
    // The same cases at every run, so that what they reach is known; more of them come after these.
    let chance = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::with_cases(cases), chance);
    let codes: BTreeSet<_> = R2p.codes().into_iter().map(str::to_owned).collect();
    let mut seen = BTreeSet::new();
    for _ in 0..cases {
        let path = path().new_tree(&mut runner).unwrap().current();
        for (partner, opened) in partners.iter().zip([
            ["identifiant", "etatCivil", "adresse"].as_slice(),
            &["etatCivil", "adresse"],
            &["identifiant"],
            &["etatCivil", "adresse"],
        ]) {
            let reply = partner.get(&path).await;
            let body = reply.json();
            let outcome = reply.outcome();
            seen.insert(outcome.clone());
            match reply.status.as_u16() {
                200 => assert!(
                    groups(&body).iter().all(|group| opened.contains(&group.as_str())),
                    "{path} {body}"
                ),
                403 if outcome == "403 900910" => {}
                400 | 403 | 404 => {
                    assert!(codes.contains(&body["erreur"]["code"].to_string()), "{path} {body}")
                }
                other => panic!("{other}: {path} {body}"),
            }
        }
    }
    assert!(
        seen.contains("200") && seen.contains("400 4003") && seen.len() >= 5,
        "the generator is too narrow: {seen:?}"
    );
}

/// The objects of an answer, whichever its envelope.
fn groups(body: &Value) -> Vec<String> {
    let body = body.get("personnePhysique").unwrap_or(body);
    body.as_object().unwrap().keys().cloned().collect()
}
