//! From one API to the other: a name gives an SPI in R2P, the SPI gives accounts in FICOBA, and back.

use std::collections::BTreeSet;

use bacasable::{
    domain::plain_capitals,
    register::{Party, Person, PersonId, Register},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Partner, Reply, World},
    r2p::{address, civil_status, people},
};

/// What R2P says of somebody, asked by name as a partner of both APIs would: by birth, and by address if that is not enough.
async fn by_name(partner: &Partner, person: &Person) -> Reply {
    let ask = async |query: Vec<(&str, String)>| {
        Reply::read(partner.request(Method::GET, "/r2p/v1/personne").query(&query)).await
    };
    let by_birth = ask(civil_status(person)).await;
    match (by_birth.outcome().as_str(), address(person)) {
        ("403 40305", Some(query)) => ask(query).await,
        _ => by_birth,
    }
}

/// The numbers of every account on which the person has a right, those of their sole-trader business included.
fn accounts(register: &Register, id: PersonId) -> BTreeSet<String> {
    let business = register.person(id).business.map(|company| Party::Company(company, None));
    let parties = [Some(Party::Person(id)), business].into_iter().flatten();
    parties
        .flat_map(|party| register.accounts_of(party))
        .map(|id| register.account(id).iban.to_string())
        .collect()
}

/// Whether a bank declared the person otherwise than the tax administration knows them.
fn declared_otherwise(register: &Register, id: PersonId) -> bool {
    let accounts =
        register.accounts_of(Party::Person(id)).into_iter().map(|id| register.account(id));
    accounts.into_iter().any(|account| {
        account
            .rights
            .iter()
            .any(|right| right.party == Party::Person(id) && right.declared.is_some())
    })
}

#[tokio::test]
async fn a_name_leads_to_an_spi_and_the_spi_to_the_accounts() {
    let world = World::start().await;
    let register = world.server.sandbox.register();
    let partner = world.partner("editeur-demo").await;
    let (mut followed, mut without_account) = (0, 0);
    for (persona, id) in people(&world) {
        let person = register.person(id);
        let found = by_name(&partner, &person).await;
        if !person.communicable {
            assert_eq!(found.outcome(), "403 40306", "{persona}");
            continue;
        }
        let found = found.json();
        let spi = found["personnePhysique"]["identifiant"]["spi"].as_str();
        assert_eq!(spi, person.spi.as_ref().map(|spi| spi.as_str()), "{persona}");
        let Some(spi) = spi else { continue };
        let reply = partner.ficoba("spi", "0020", json!({ "numeroSPI": spi })).await;
        let expected = accounts(&register, id);
        if expected.is_empty() {
            assert_eq!(reply.outcome(), "200 CAF007", "{persona}");
            without_account += 1;
            continue;
        }
        let answer = reply.json();
        assert_eq!(texts(&answer["reponses"], "iban"), expected, "{persona}: {answer}");
        if !declared_otherwise(&register, id) {
            let status = &found["personnePhysique"]["etatCivil"];
            for (ficoba, r2p) in
                [("nomNaissance", "lbNomNaissance"), ("prenoms", "lbPrenomNaissance")]
            {
                // A bank may declare accents, which R2P has not.
                let names: BTreeSet<_> = searched(&answer)
                    .into_iter()
                    .flat_map(|one| texts(one, ficoba))
                    .map(|name| plain_capitals(&name).into_owned())
                    .collect();
                let told: BTreeSet<_> =
                    status[r2p].as_str().map(str::to_owned).into_iter().collect();
                assert_eq!(names, told, "{persona}: {answer}");
            }
        }
        followed += 1;
    }
    assert!(followed > 40 && without_account > 0, "{followed} {without_account}");
}

#[tokio::test]
async fn whoever_has_a_right_on_an_account_and_an_spi_is_known_to_r2p() {
    let world = World::with(|config| config.population = 200).await;
    let register = world.server.sandbox.register();
    let partner = world.partner("editeur-demo").await;
    let holders: BTreeSet<PersonId> = register
        .accounts()
        .flat_map(|id| register.account(id).rights.clone())
        .filter_map(|right| match right.party {
            Party::Person(id) => Some(id),
            Party::Company(..) => None,
        })
        .collect();
    assert!(holders.len() > 200, "{}", holders.len());
    for id in holders {
        let person = register.person(id);
        let Some(spi) = person.spi else { continue };
        let expected = if person.communicable { "200" } else { "403 40306" };
        let reply = partner.get(&format!("/r2p/v1/personne/{spi}")).await;
        assert_eq!(reply.outcome(), expected, "{person:?}");
        let named = by_name(&partner, &person).await;
        assert_eq!(named.outcome(), expected, "{person:?}");
        if person.communicable {
            assert_eq!(named.text, reply.text);
        }
    }
}

/// Every text under this key, wherever it stands.
fn texts(value: &Value, wanted: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    each(value, &mut |object| {
        found.extend(object.get(wanted).and_then(Value::as_str).map(str::to_owned))
    });
    found
}

/// The people whom FICOBA says it was asked about.
fn searched(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(object)
            if object.get("personneRecherchee").is_some_and(|mark| mark == "1") =>
        {
            vec![value]
        }
        Value::Object(object) => object.values().flat_map(searched).collect(),
        Value::Array(array) => array.iter().flat_map(searched).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn each(value: &Value, visit: &mut dyn FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(object);
            object.values().for_each(|value| each(value, visit));
        }
        Value::Array(array) => array.iter().for_each(|value| each(value, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
