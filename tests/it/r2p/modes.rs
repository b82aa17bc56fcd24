//! CGU R2P 4: three modes of search, two of them for decree 2022-814, and what each convention gets back. CGU V4.0, 4: a fourth.

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
async fn a_convention_that_opens_the_degraded_civil_status_may_leave_out_the_place_of_birth() {
    let world = World::start().await;
    let partner = world.partner("departement-social").await;
    for criteria in [
        "nom=VALBRUNE prenom=CELINE naisDate=12/04/1985",
        "nom=VALBRUNE prenom=CELINE naisDate=1985 naisCodePays=99100",
        "nom=VALBRUNE prenom=CELINE naisDate=04/1985 naisCodeDept=38",
        "nom=VALBRUNE prenom=CELINE naisDate=12/04/1985 naisCodeDept=38 naisCodeCommune=185",
        BIRTH,
    ] {
        let reply = ask(&partner, "/personne", &query(criteria)).await;
        assert_eq!(groups(&reply), ["etatCivil", "adresse"], "{criteria}: {}", reply.text);
        assert!(!reply.text.contains(SPI));
        assert_eq!(rights(&world.last_entry().await), ("granted", Value::Null));
    }
    for (criteria, outcome) in [
        ("nom=VALBRUNE prenom=CELINE naisDate=12/04/1985 naisCodeDept=69", "404 40433"),
        ("nom=VALBRUNE prenom=CELINE naisDate=12/04/1985 naisCodeCommune=185", "400 4003"),
        ("nom=VALBRUNE prenom=CELINE naisCodePays=99100 naisCodeDept=38", "400 4003"),
        ("nom=VALBRUNE prenom=CELINE", "400 4003"),
        (ADDRESS, "403 40307"),
    ] {
        let reply = ask(&partner, "/personne", &query(criteria)).await;
        assert_eq!(reply.outcome(), outcome, "{criteria}: {}", reply.text);
    }
    assert_eq!(ask(&partner, &format!("/personne/{SPI}"), &[]).await.outcome(), "403 40307");
}

#[tokio::test]
async fn without_that_mode_the_same_criteria_are_an_incomplete_civil_status() {
    let world = World::start().await;
    for partner in ["mutuelle-etatcivil", "commune-valmont", "editeur-demo"] {
        let partner = world.partner(partner).await;
        let short = query("nom=VALBRUNE prenom=CELINE naisDate=12/04/1985");
        let reply = ask(&partner, "/personne", &short).await;
        assert_eq!(reply.outcome(), "400 4003");
        assert_eq!(
            reply.json()["erreur"]["message"],
            "Critères insuffisants : il manque naisCodePays pour l'état civil complet"
        );
        assert_eq!(rights(&world.last_entry().await), ("granted", Value::Null));
    }
}

#[tokio::test]
async fn several_people_under_one_degraded_civil_status_are_told_apart_by_part_of_the_place() {
    let world = World::start().await;
    let partner = world.partner("departement-social").await;
    let found = async |more: &str| {
        let criteria = format!("nom=AUBREVILLARD prenom=SIMON naisDate=23/09/1987 {more}");
        ask(&partner, "/personne", &query(&criteria)).await
    };
    for more in ["", "naisCodePays=99100", "sexe=1"] {
        assert_eq!(found(more).await.outcome(), "403 40305", "{more}");
    }
    for (more, town) in
        [("naisCodeDept=69", "LYON"), ("naisCodePays=99100 naisCodeDept=076", "ROUEN")]
    {
        let reply = found(more).await;
        assert_eq!(reply.status, 200, "{more}: {}", reply.text);
        assert!(reply.text.contains(town), "{more}: {}", reply.text);
    }
}

#[tokio::test]
async fn the_degraded_mode_alone_refuses_a_complete_civil_status_and_may_resolve_the_spi() {
    use bacasable::rights::r2p::{Mode, Modes, Restitution, Scope};
    let world = World::start().await;
    world.server.sandbox.change_directory(|directory| {
        let mut convention = directory.convention("departement-social").unwrap().as_ref().clone();
        let grant = convention.grants.r2p.as_mut().unwrap();
        grant.modes = Modes::EMPTY.with(Mode::EtatCivilDegrade);
        grant.scopes = grant.scopes.with(Scope::ResolutionSpi);
        grant.restitution = Restitution::Spi.into();
        directory.with(convention)
    });
    let partner = world.partner("departement-social").await;
    let born_abroad = "nom=BENYAZID prenom=DJAMILA naisDate=1968 naisCodePays=99352";
    for complete in [BIRTH, born_abroad] {
        for path in ["/personne", "/personne/spi"] {
            let reply = ask(&partner, path, &query(complete)).await;
            assert_eq!(reply.outcome(), "403 40307", "{}", reply.text);
            assert_eq!(
                reply.json()["erreur"]["message"],
                "Non ouvert par la convention : recherche par l'état civil complet"
            );
        }
    }
    let degraded = query("nom=VALBRUNE prenom=CELINE naisDate=12/04/1985");
    let reply = ask(&partner, "/personne/spi", &degraded).await;
    assert_eq!(reply.text, format!(r#"{{"identifiant":{{"spi":"{SPI}"}}}}"#));
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
        let grant = convention.grants.r2p.as_mut().unwrap();
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
