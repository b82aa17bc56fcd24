//! CGU R2P 4: three modes of search, two of them for decree 2022-814, and what each convention gets back.

use bacasable::config::Mode;
use serde_json::{Value, json};

use super::{ask, query};
use crate::harness::{Reply, World};

const BIRTH: &str = "nom=VALBRUNE prenom=CELINE naisDate=12/04/1985 naisCodePays=99100 naisCodeDept=38 naisCodeCommune=185";
const ADDRESS: &str =
    "nom=VALBRUNE prenom=CELINE adrCodePays=99100 adrCodeDept=38 adrCodeCommune=185";
const SPI: &str = "3990000101192";

#[tokio::test]
async fn a_commune_under_the_decree_may_use_each_mode_and_gets_everything() {
    let world = World::start().await;
    let partner = world.partner("commune-valmont").await;
    for reply in [
        ask(&partner, "/personne", &query(BIRTH)).await,
        ask(&partner, "/personne", &query(ADDRESS)).await,
        ask(&partner, &format!("/personne/{SPI}"), &[]).await,
    ] {
        assert_eq!(groups(&reply), ["identifiant", "etatCivil", "adresse"], "{}", reply.text);
        assert_eq!(reply.json()["personnePhysique"]["identifiant"]["spi"], SPI);
    }
    let reply = ask(&partner, "/personne/spi", &query(BIRTH)).await;
    assert_eq!(reply.text, format!(r#"{{"identifiant":{{"spi":"{SPI}"}}}}"#));
}

#[tokio::test]
async fn a_mutual_insurer_may_use_complete_civil_status_only_and_never_gets_the_spi() {
    let world = World::start().await;
    let partner = world.partner("mutuelle-etatcivil").await;
    let reply = ask(&partner, "/personne", &query(BIRTH)).await;
    assert_eq!(groups(&reply), ["etatCivil", "adresse"], "{}", reply.text);
    assert!(!reply.text.contains(SPI));
    let entry = world.last_entry().await;
    assert_eq!(rights(&entry), ("granted", Value::Null));
    assert!(!entry["restituted"].as_array().unwrap().contains(&json!("spi")));

    let spi = format!("/personne/{SPI}");
    let both = format!("{BIRTH} {}", ADDRESS.replace(NAMES, ""));
    for (path, criteria, mode) in [
        ("/personne", ADDRESS, "l'état civil et l'adresse"),
        ("/personne", &both, "l'état civil et l'adresse"),
        (&spi, "", "le SPI"),
        ("/personne/1899582886173", "", "le SPI"),
    ] {
        let reply = ask(&partner, path, &query(criteria)).await;
        assert_eq!(reply.outcome(), "403 40307", "{}", reply.text);
        let message = format!("Non ouvert par la convention : recherche par {mode}");
        assert_eq!(reply.json()["erreur"]["message"], message);
        let entry = world.last_entry().await;
        let reason = format!("{message} (convention mutuelle-etatcivil)");
        assert_eq!(
            (rights(&entry), entry["code"].as_str()),
            (("refused", json!(reason)), Some("40307"))
        );
        assert_eq!((&entry["answers"], &entry["restituted"]), (&Value::Null, &Value::Null));
    }
    // Its token never holds the scope of this resource: the gateway refuses first.
    assert_eq!(ask(&partner, "/personne/spi", &query(BIRTH)).await.outcome(), "403 900910");
}

#[tokio::test]
async fn a_bank_gets_the_spi_alone_from_either_resource() {
    let world = World::start().await;
    let partner = world.partner("banque-horizon").await;
    let person = ask(&partner, "/personne", &query(BIRTH)).await;
    assert_eq!(
        person.text,
        format!(r#"{{"personnePhysique":{{"identifiant":{{"spi":"{SPI}"}}}}}}"#)
    );
    assert_eq!(world.last_entry().await["restituted"], json!(["spi"]));
    let alone = ask(&partner, "/personne/spi", &query(BIRTH)).await;
    assert_eq!(alone.text, format!(r#"{{"identifiant":{{"spi":"{SPI}"}}}}"#));
    assert_eq!(ask(&partner, "/personne", &query(ADDRESS)).await.outcome(), "403 40307");
    assert_eq!(ask(&partner, &format!("/personne/{SPI}"), &[]).await.outcome(), "403 40307");
}

#[tokio::test]
async fn a_set_that_completes_no_mode_is_a_fault_of_the_request_before_it_is_one_of_rights() {
    let world = World::start().await;
    let partner = world.partner("mutuelle-etatcivil").await;
    let reply =
        ask(&partner, "/personne", &query("nom=VALBRUNE prenom=CELINE adrCodePays=99100")).await;
    assert_eq!(reply.outcome(), "400 4003");
    assert_eq!(
        reply.json()["erreur"]["message"],
        "Critères insuffisants : il manque adrCodeDept (ou adrCodeTom), adrCodeCommune pour l'état civil et l'adresse"
    );
    assert_eq!(rights(&world.last_entry().await), ("granted", Value::Null));
    assert_eq!(ask(&partner, "/personne/39900001", &[]).await.outcome(), "400 4003");
}

#[tokio::test]
async fn the_spi_alone_is_refused_to_a_convention_whose_answers_never_hold_it() {
    let world = World::start().await;
    world.server.sandbox.change_directory(|directory| {
        let mut convention = directory.convention("mutuelle-etatcivil").unwrap().as_ref().clone();
        let grant = convention.r2p.as_mut().unwrap();
        grant.scopes = grant.scopes.with(bacasable::rights::r2p::Scope::ResolutionSpi);
        directory.with(convention)
    });
    let reply =
        ask(&world.partner("mutuelle-etatcivil").await, "/personne/spi", &query(BIRTH)).await;
    assert_eq!(reply.outcome(), "403 40307");
    assert_eq!(
        reply.json()["erreur"]["message"],
        "Non ouvert par la convention : restitution du SPI"
    );
}

#[tokio::test]
async fn controls_that_only_watch_serve_a_closed_mode_and_journal_the_refusal() {
    let world = World::with(|config| config.gateway.mode = Mode::Observe).await;
    let reply = ask(&world.partner("mutuelle-etatcivil").await, "/personne", &query(ADDRESS)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(rights(&world.last_entry().await).0, "refused");
}

const NAMES: &str = "nom=VALBRUNE prenom=CELINE";

/// The objects of a person's answer, in order.
fn groups(reply: &Reply) -> Vec<String> {
    reply.json()["personnePhysique"].as_object().unwrap().keys().cloned().collect()
}

/// The verdict of the control `rights`, and its reason.
fn rights(entry: &Value) -> (&str, Value) {
    let facts = entry["controls"]
        .as_array()
        .unwrap()
        .iter()
        .find(|facts| facts["control"] == "rights")
        .unwrap();
    (facts["verdict"].as_str().unwrap(), facts["reason"].clone())
}
