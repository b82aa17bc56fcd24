//! Places in answers: metropolitan France, Corsica, DOM, TOM, abroad; and partial births.

use serde_json::{Value, json};

use crate::harness::World;

/// The answer to an SPI, without its `identifiant`.
async fn person(world: &World, spi: &str) -> Value {
    let reply = world.partner("editeur-demo").await.get(&format!("/r2p/v1/personne/{spi}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let mut person = reply.json()["personnePhysique"].clone();
    person.as_object_mut().unwrap().shift_remove("identifiant");
    person
}

#[tokio::test]
async fn a_dom_stays_in_the_keys_of_the_department_with_three_digits_of_commune() {
    let maryse = person(&World::start().await, "3990001101170").await;
    let birth = &maryse["etatCivil"];
    assert_eq!(
        (&birth["cdDeptNaissance"], &birth["cdCommuneNaissance"]),
        (&json!("971"), &json!("120"))
    );
    assert_eq!(birth.get("cdTOMNaissance"), None);
    let address = &maryse["adresse"];
    assert_eq!(
        (&address["cdDepartement"], &address["lbDepartement"]),
        (&json!("971"), &json!("GUADELOUPE"))
    );
    assert_eq!((&address["cdCommune"], address.get("cdTOM")), (&json!("101"), None));
}

#[tokio::test]
async fn a_tom_has_its_own_keys_and_two_digits_of_commune() {
    let teva = person(&World::start().await, "3990001001070").await;
    assert_eq!(
        teva,
        json!({
            "etatCivil": {
                "cdSexe": "1", "lbNomNaissance": "MARUHINA", "lbPrenomNaissance": "TEVA", "anneeNaissance": "1988",
                "moisNaissance": "08", "jourNaissance": "14", "cdPaysNaissance": "99100", "cdTOMNaissance": "987",
                "cdCommuneNaissance": "35",
            },
            "adresse": {
                "cdPays": "99100", "lbPays": "FRANCE", "cdTOM": "987", "lbTOM": "POLYNESIE FRANCAISE",
                "cdCommune": "35", "lbCommune": "PAPEETE", "lbVoie": "RUE DU LAGON", "numeroVoie": "15",
            },
        })
    );
}

#[tokio::test]
async fn corsica_has_letters() {
    let ange = person(&World::start().await, "3990001201270").await;
    assert_eq!(
        (&ange["etatCivil"]["cdDeptNaissance"], &ange["adresse"]["cdDepartement"]),
        (&json!("2A"), &json!("2B"))
    );
}

#[tokio::test]
async fn a_birth_abroad_has_a_country_only_and_unknown_parts_are_left_out() {
    let djamila = person(&World::start().await, "3990000901481").await;
    let birth = djamila["etatCivil"].as_object().unwrap();
    assert_eq!(
        (&birth["anneeNaissance"], &birth["cdPaysNaissance"]),
        (&json!("1968"), &json!("99352"))
    );
    for absent in [
        "moisNaissance",
        "jourNaissance",
        "cdDeptNaissance",
        "cdTOMNaissance",
        "cdCommuneNaissance",
    ] {
        assert_eq!(birth.get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn an_address_abroad_is_a_country() {
    let gauthier = person(&World::start().await, "3990001701259").await;
    assert_eq!(gauthier["adresse"], json!({ "cdPays": "99131", "lbPays": "ROYAUME DE BELGIQUE" }));
}

#[tokio::test]
async fn a_usage_name_and_a_repetition_are_given_and_an_unknown_sex_is_not() {
    let world = World::start().await;
    let claire = person(&world, "3990001501059").await;
    assert_eq!(
        (&claire["etatCivil"]["lbNomUsage"], &claire["etatCivil"]["lbNomNaissance"]),
        (&json!("BREVANNAIS"), &json!("MONTFAUCELLE"))
    );
    let paul = person(&world, "3990000201292").await;
    assert_eq!(
        (&paul["adresse"]["numeroVoie"], &paul["adresse"]["indiceDeRepetition"]),
        (&json!("7"), &json!("B"))
    );
    let nameless = person(&world, "3990001301370").await;
    assert_eq!(
        (&nameless["etatCivil"]["lbNomNaissance"], nameless["etatCivil"].get("cdSexe")),
        (&json!("SNN"), None)
    );
}

#[tokio::test]
async fn every_value_is_a_text() {
    let world = World::start().await;
    for spi in ["3990000101192", "3990000201292", "3990001001070", "3990001601159"] {
        for (group, members) in person(&world, spi).await.as_object().unwrap() {
            let texts = members.as_object().unwrap().values();
            assert!(
                texts.into_iter().all(|value| value.as_str().is_some_and(|text| !text.is_empty())),
                "{group}"
            );
        }
    }
}
