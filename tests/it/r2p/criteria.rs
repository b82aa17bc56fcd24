//! What finds a person and what does not: comparison, encodings, and every bad input a documented 400.

use super::{ask, query};
use crate::harness::{Partner, World};

/// Céline's civil status, but for what `change` gives otherwise (`prenom=` for none).
fn celine(change: &str) -> Vec<(&str, String)> {
    let known = "nom=VALBRUNE prenom=CELINE naisDate=12/04/1985 naisCodePays=99100 naisCodeDept=38 naisCodeCommune=185";
    changed(known, change)
}

/// Paul's address, but for what `change` gives otherwise.
fn paul(change: &str) -> Vec<(&str, String)> {
    let known = "nom=ESTREMONT prenom=PAUL adrCodePays=99100 adrCodeDept=44 adrCodeCommune=109";
    changed(known, change)
}

fn changed<'a>(known: &'static str, change: &'a str) -> Vec<(&'a str, String)> {
    let change = query(change);
    let kept =
        query(known).into_iter().filter(|(name, _)| change.iter().all(|(other, _)| other != name));
    kept.chain(change.clone()).collect()
}

async fn spi(partner: &Partner, query: &[(&str, String)]) -> String {
    let reply = ask(partner, "/personne", query).await;
    let body = reply.json();
    body["personnePhysique"]["identifiant"]["spi"]
        .as_str()
        .map_or_else(|| reply.outcome(), str::to_owned)
}

#[tokio::test]
async fn names_compare_without_case_accents_and_signs_and_first_names_in_order() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    for found in [
        "nom=valbrune prenom=céline",
        "prenom=CÉLINE.AURÉLIE",
        "prenom=celine-aurelie",
        "sexe=2",
        "sexe= x=1",
    ] {
        assert_eq!(spi(&partner, &celine(found)).await, "3990000101192", "{found}");
    }
    for other in [
        "nom=VALBRUN",
        "nom=VALBRUNE.X",
        "prenom=AURELIE",
        "prenom=CEL",
        "prenom=CELINE.A",
        "sexe=1",
    ] {
        assert_eq!(spi(&partner, &celine(other)).await, "404 40433", "{other}");
    }
}

#[tokio::test]
async fn a_usage_name_finds_nobody_and_the_birth_name_does() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let sophie =
        "prenom=SOPHIE naisDate=1982 naisCodePays=99100 naisCodeDept=29 naisCodeCommune=019";
    assert_eq!(spi(&partner, &query(&format!("nom=HAUTERIVAGE {sophie}"))).await, "404 40433");
    assert_eq!(spi(&partner, &query(&format!("nom=CHANTEPIERRE {sophie}"))).await, "3990000302393");
}

#[tokio::test]
async fn a_date_is_compared_as_far_as_it_is_given() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    for found in ["naisDate=1985", "naisDate=04/1985", "naisDate=12/04/1985"] {
        assert_eq!(spi(&partner, &celine(found)).await, "3990000101192", "{found}");
    }
    for other in ["naisDate=1986", "naisDate=05/1985", "naisDate=13/04/1985"] {
        assert_eq!(spi(&partner, &celine(other)).await, "404 40433", "{other}");
    }
    // Born on an unknown day: what is not known matches nothing.
    let djamila =
        |date: &str| format!("nom=BENYAZID prenom=DJAMILA naisCodePays=99352 naisDate={date}");
    assert_eq!(spi(&partner, &query(&djamila("1968"))).await, "3990000901481");
    assert_eq!(spi(&partner, &query(&djamila("01/1968"))).await, "404 40433");
    assert_eq!(spi(&partner, &query(&djamila("01/01/1968"))).await, "404 40433");
}

#[tokio::test]
async fn two_of_one_name_and_year_are_told_apart_by_anything_more() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let louis = |more: &str| format!("nom=GASPARINE prenom=LOUIS adrCodePays=99100 {more}");
    let dijon = "adrCodeDept=21 adrCodeCommune=231";
    assert_eq!(spi(&partner, &query(&louis(dijon))).await, "3990000501081");
    assert_eq!(
        spi(&partner, &query(&louis(&format!("{dijon} naisDate=03/1979")))).await,
        "3990000501081"
    );
    assert_eq!(
        spi(&partner, &query(&louis(&format!("{dijon} naisDate=10/1979")))).await,
        "404 40433"
    );
    assert_eq!(
        spi(&partner, &query(&louis(&format!("{dijon} naisCodePays=99100 naisCodeDept=21")))).await,
        "3990000501081"
    );
    assert_eq!(
        spi(&partner, &query(&louis(&format!("{dijon} naisCodeDept=80")))).await,
        "404 40433"
    );
    let twins = "nom=ABEILLON prenom=ROSE naisDate=15/06/1991 naisCodePays=99100 naisCodeDept=87 naisCodeCommune=085";
    assert_eq!(spi(&partner, &query(twins)).await, "403 40305");
    let both = format!("{twins} adrCodePays=99100 adrCodeDept=33 adrCodeCommune=063");
    assert_eq!(spi(&partner, &query(&both)).await, "3990000402493");
}

#[tokio::test]
async fn an_address_is_compared_down_to_number_and_repetition() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    for found in [
        "",
        "adrLibelleTypeVoie=QUAI",
        "adrLibelleVoie=des.charbonniers",
        "adrNumVoie=7",
        "adrNumVoie=0007",
        "adrIndiceRepetition=b",
        "adrLibelleTypeVoie=quai adrLibelleVoie=DES.CHARBONNIERS adrNumVoie=7 adrIndiceRepetition=B sexe=1 naisDate=1972",
        "adrCodeDept=044",
    ] {
        assert_eq!(spi(&partner, &paul(found)).await, "3990000201292", "{found}");
    }
    for other in [
        "adrLibelleTypeVoie=RUE",
        "adrLibelleVoie=CHARBONNIERS",
        "adrNumVoie=8",
        "adrIndiceRepetition=T",
        "adrCodeCommune=110",
        "adrCodeDept=13 adrCodeCommune=208", // what one of his banks declared, not where he lives
    ] {
        assert_eq!(spi(&partner, &paul(other)).await, "404 40433", "{other}");
    }
}

#[tokio::test]
async fn a_town_given_as_a_whole_stands_for_its_arrondissements() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let born = "nom=CAUDEBRONDE prenom=INES naisDate=02/10/1980 naisCodePays=99100 naisCodeDept=13 naisCodeCommune=";
    let lives = "nom=ZERHOUANI prenom=AHMED adrCodePays=99100 adrCodeDept=13 adrCodeCommune=";
    for (known, spi_of) in [(born, "3990003201226"), (lives, "3990002401448")] {
        for found in ["208", "055"] {
            assert_eq!(
                spi(&partner, &query(&format!("{known}{found}"))).await,
                spi_of,
                "{known}{found}"
            );
        }
        assert_eq!(spi(&partner, &query(&format!("{known}207"))).await, "404 40433", "{known}");
    }
}

#[tokio::test]
async fn every_parameter_of_another_form_is_a_400_that_names_it() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let long = "X".repeat(101);
    for (name, values) in [
        ("nom", vec![long.as_str(), "-", "%"]),
        ("prenom", vec!["ABCDEFGHIJKLMNOPQRSTU", "'"]),
        ("sexe", vec!["0", "3", "F", "12"]),
        (
            "naisDate",
            vec![
                "1985-04-12",
                "32/01/1985",
                "31/02/1985",
                "1/4/1985",
                "00/1985",
                "85",
                "１９８５",
                long.as_str(),
            ],
        ),
        ("naisCodePays", vec!["FR", "99999", "100", "991000"]),
        ("naisCodeDept", vec!["0", "99", "2C", "0038"]),
        ("naisCodeCommune", vec!["1", "1855", "999", "18A"]),
        ("adrCodePays", vec!["FRA", "99999"]),
        ("adrCodeDept", vec!["987", "20", "96", "978"]),
        ("adrCodeTom", vec!["971", "38", "985"]),
        ("adrCodeCommune", vec!["1", "1090", "999"]),
        ("adrLibelleTypeVoie", vec!["AVENUE", "R-E"]),
        ("adrLibelleVoie", vec![long.as_str(), "..."]),
        ("adrNumVoie", vec!["7B", "12345", "-1"]),
        ("adrIndiceRepetition", vec!["A", "BIS"]),
    ] {
        for value in values {
            let given = format!("{name}={value}");
            let query = if name.starts_with("adr") { paul(&given) } else { celine(&given) };
            let reply = ask(&partner, "/personne", &query).await;
            assert_eq!(reply.outcome(), "400 4003", "{name} {value}");
            let message = reply.json()["erreur"]["message"].as_str().unwrap().to_owned();
            assert!(
                message.starts_with(&format!("Format incorrect : {name} (attendu : ")),
                "{message}"
            );
        }
    }
}

#[tokio::test]
async fn what_cannot_stand_together_is_a_400_that_names_it() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    for (given, named) in [
        (celine("naisCodePays=99352"), "naisCodeDept"),
        (celine("naisCodePays=99352 naisCodeDept="), "naisCodeCommune"),
        (paul("adrCodePays=99131"), "adrCodePays"),
        (paul("adrCodeTom=987"), "adrCodeTom"),
        (
            paul("adrCodeDept= adrCodeTom=987 adrCodeCommune=35 adrLibelleVoie=DU.LAGON"),
            "adrLibelleVoie",
        ),
        (celine("adrLibelleVoie=DES.GLYCINES"), "adrLibelleVoie"),
    ] {
        let reply = ask(&partner, "/personne", &given).await;
        assert_eq!(reply.outcome(), "400 4003", "{given:?}");
        let message = reply.json()["erreur"]["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with(&format!("Paramètre non admis : {named} (")), "{message}");
    }
    // A commune of birth beside an address still needs its département.
    let reply = ask(&partner, "/personne", &paul("naisCodeCommune=109")).await;
    assert_eq!(reply.json()["erreur"]["message"], "Paramètre obligatoire absent : naisCodeDept");
}

#[tokio::test]
async fn spellings_of_a_query_are_read_as_forms_write_them() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let rest = "naisDate=12%2F04%2F1985&naisCodePays=99100&naisCodeDept=38&naisCodeCommune=185";
    for (names, outcome) in [
        ("nom=VALBRUNE&prenom=C%C3%89LINE+AUR%C3%89LIE", "200"),
        ("nom=VALBRUNE&prenom=C%C3%A9line%20Aur%C3%A9lie", "200"),
        ("nom=VALBRUNE&prenom=CE%CC%81LINE", "200"), // the accent apart from its letter
        ("nom=VALBRUNE&prenom=CELINE&nom=", "200"),
        ("nom=VALBRUNE&prenom=CELINE&nom=VALBRUNE", "400 4003"),
        ("nom=VALBRUNE&prenom=C%C9LINE", "400 4003"),
        ("nom=VALBRUNE%00&prenom=CELINE", "400 4003"),
        ("nom=VALBRUNE%0D%0A&prenom=CELINE", "400 4003"),
        ("nom=VALBRUNE&prenom=%", "400 4003"),
        ("nom=VALBRUNE&prenom=%20", "400 4003"),
        ("nom=VALBRUNE", "400 4003"),
        ("NOM=VALBRUNE&prenom=CELINE", "400 4003"),
        ("&&nom=VALBRUNE&;&prenom=CELINE&=&%FF=1&inconnu=%FF", "200"),
    ] {
        let reply = partner.get(&format!("/r2p/v1/personne?{names}&{rest}")).await;
        assert_eq!(reply.outcome(), outcome, "{names}");
    }
    assert_eq!(
        partner.get("/r2p/v1/personne").await.json()["erreur"]["message"],
        "Paramètre obligatoire absent : nom"
    );
}
