//! The personas: the calls that their files document, and each one reachable through every mode that finds them.

use std::collections::BTreeMap;

use bacasable::register::{CallApi, Person};

use super::{address, ask, civil_status, people};
use crate::harness::World;

#[tokio::test]
async fn every_documented_call_answers_as_documented() {
    let world = World::start().await;
    let register = world.server.sandbox.register();
    let mut partners = BTreeMap::new();
    let mut calls = 0;
    for persona in register.personas() {
        for call in persona.calls.iter().filter(|call| call.api == CallApi::R2p) {
            if !partners.contains_key(&call.partner) {
                partners.insert(call.partner.clone(), world.partner(&call.partner).await);
            }
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned();
            let parameters = call.parameters.as_object().unwrap();
            let path =
                parameters.get("spi").map_or(call.operation.clone(), |spi| call.operation.replace("{spi}", &text(spi)));
            let query: Vec<_> = parameters
                .iter()
                .filter(|(name, _)| *name != "spi")
                .map(|(name, value)| (name.as_str(), text(value)))
                .collect();
            let reply = ask(&partners[&call.partner], &format!("/{path}"), &query).await;
            let told = format!("{}: {}\n{}", persona.id, call.shows, reply.text);
            assert_eq!(reply.status.as_u16(), call.expect.status, "{told}");
            let body = reply.json();
            let spi = body.pointer("/personnePhysique/identifiant/spi").or(body.pointer("/identifiant/spi"));
            if let Some(expected) = call.expect.spi {
                assert_eq!(spi.and_then(|spi| spi.as_str()), Some(expected.as_str()), "{told}");
            }
            if let Some(code) = &call.expect.code {
                assert_eq!(body["erreur"]["code"].to_string(), *code, "{told}");
            }
            calls += 1;
        }
    }
    assert!(calls >= 20, "{calls} calls");
}

#[tokio::test]
async fn everyone_is_found_by_each_mode_but_twins_by_birth_and_the_records_that_are_not_given_out() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let register = world.server.sandbox.register();
    for (persona, id) in people(&world) {
        let person = register.person(id);
        let held = |found| if person.communicable { found } else { "403 40306" };
        if let Some(spi) = person.spi {
            let reply = ask(&partner, &format!("/personne/{spi}"), &[]).await;
            assert_eq!(reply.outcome(), held("200"), "{persona}");
        }
        let twin = persona.starts_with("jumelles-homonymes");
        let birth = ask(&partner, "/personne", &civil_status(&person)).await;
        assert_eq!(birth.outcome(), if twin { "403 40305" } else { held("200") }, "{persona} {}", birth.text);
        let expected = if twin { "403 40305" } else { held(if person.spi.is_some() { "200" } else { "404 40433" }) };
        assert_eq!(ask(&partner, "/personne/spi", &civil_status(&person)).await.outcome(), expected, "{persona}");
        if let Some(query) = address(&person) {
            let reply = ask(&partner, "/personne", &query).await;
            assert_eq!(reply.outcome(), held("200"), "{persona} {query:?}");
            if person.communicable {
                assert_eq!(names(&reply.json()), of(&person), "{persona}");
            }
        }
    }
}

fn names(body: &serde_json::Value) -> (String, String) {
    let status = &body["personnePhysique"]["etatCivil"];
    let text = |key: &str| status[key].as_str().unwrap_or_default().to_owned();
    (text("lbNomNaissance"), text("lbPrenomNaissance"))
}

fn of(person: &Person) -> (String, String) {
    (person.birth_name.clone(), person.first_names.join(" "))
}
