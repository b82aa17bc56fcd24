//! The personas: each one reachable through every mode that finds them.

use bacasable::{domain::plain_capitals, register::Person};

use super::{address, ask, civil_status, people};
use crate::harness::World;

#[tokio::test]
async fn everyone_is_found_by_each_mode_but_twins_by_birth_and_the_records_that_are_not_given_out()
{
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
        assert_eq!(
            birth.outcome(),
            if twin { "403 40305" } else { held("200") },
            "{persona} {}",
            birth.text
        );
        let expected = if twin {
            "403 40305"
        } else {
            held(if person.spi.is_some() { "200" } else { "404 40433" })
        };
        assert_eq!(
            ask(&partner, "/personne/spi", &civil_status(&person)).await.outcome(),
            expected,
            "{persona}"
        );
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
    let first_names = person.first_names.join(" ");
    [&person.birth_name, &first_names].map(|name| plain_capitals(name).into_owned()).into()
}
