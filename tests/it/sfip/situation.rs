//! 02AA: the situation of the last assessment of income tax.

use serde_json::json;

use super::{MEDIA, WRONG, fault, get_as, lep::spi_of, situation};
use crate::harness::World;

#[tokio::test]
async fn the_keys_are_the_published_example_s_in_order() {
    let world = World::start().await;
    let town = world.partner("ville-tarifs").await;
    for (query, body) in [
        (
            "spi=3990000101192",
            r#"{"sitFam":"C","nmNaiDec1":"VALBRUNE","prnmDec1":"Celine Aurelie","rev":{}}"#,
        ),
        // The first declarant of a couple, whichever of the two is asked for.
        (
            "spi=3990000302393",
            r#"{"sitFam":"M","nmNaiDec1":"HAUTERIVAGE","prnmDec1":"Marc Etienne","rev":{}}"#,
        ),
        (
            "nom=LARQUETOUX&prenom=SIMONE&naisDate=28/05/1943",
            r#"{"sitFam":"V","nmNaiDec1":"LARQUETOUX","prnmDec1":"Simone Raymonde","rev":{}}"#,
        ),
    ] {
        let reply = situation(&town, query).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, body), "{query}");
        assert_eq!(reply.header("content-type"), MEDIA);
    }
    let entry = world.last_entry().await;
    assert_eq!(entry["restituted"], json!(["sitFam", "nmNaiDec1", "prnmDec1", "rev"]));
    assert_eq!(entry["criteria"], json!(["nom", "prenom", "naisDate"]));
}

#[tokio::test]
async fn a_setting_fills_the_income() {
    let world = World::with(|config| config.sfip.extended_income = true).await;
    let town = world.partner("ville-tarifs").await;
    let reply = situation(&town, "spi=3990000302393").await.json();
    let income =
        json!({ "anneeRevenus": 2025, "revenuFiscalReference": 38_000, "nombreParts": 2.5 });
    assert_eq!(reply["rev"], income);
}

#[tokio::test]
async fn every_published_refusal_is_obtained_on_purpose() {
    let world = World::start().await;
    let town = world.partner("ville-tarifs").await;
    for persona in ["sans-imposition", "rattachee-aux-parents", "mineur"] {
        let reply = situation(&town, &format!("spi={}", spi_of(&world, persona))).await;
        assert_eq!(fault(&reply), (416, 4101, "Absence de réponse".to_owned()), "{persona}");
    }
    for (query, outcome) in [
        ("spi=3990000101192&naisDate=", "200"),
        ("spi=3990000101192&naisDate=04-1985", "400 4003"),
        ("nom=ABEILLON&prenom=ROSE&naisDate=1991", "403 40305"),
        ("spi=3999999999331", "404 40433"),
    ] {
        assert_eq!(situation(&town, query).await.outcome(), outcome, "{query}");
    }
    let absent = get_as(&town, "/demandeDeService/02AA/personne?spi=3990000101192", None).await;
    assert_eq!(fault(&absent), (400, 4003, WRONG.to_owned()));
}
