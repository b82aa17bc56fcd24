//! 02GA: may this person have a livret d'épargne populaire?

use super::{MEDIA, OF_2026, WRONG, fault, get, get_as, lep};
use crate::harness::World;

#[tokio::test]
async fn the_indicator_is_the_published_example_s_only_key() {
    let world = World::start().await;
    let bank = world.partner("banque-lep").await;
    for (query, body) in [
        ("spi=3990000101192", r#"{"statut":"O"}"#),
        ("spi=3990000201292", r#"{"statut":"N"}"#),
        ("nom=VALBRUNE&prenom=C%C3%A9line&sexe=2&naisDate=12/04/1985", r#"{"statut":"O"}"#),
        (
            "nom=VALBRUNE&prenom=CELINE&adrCodePays=99100&adrCodeDept=38&adrCodeCommune=185",
            r#"{"statut":"O"}"#,
        ),
    ] {
        let reply = lep(&bank, OF_2026, query).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, body), "{query}");
        assert_eq!(reply.header("content-type"), MEDIA);
    }
    let entry = world.last_entry().await;
    assert_eq!(entry["operation"], "lep");
    assert_eq!(entry["restituted"], serde_json::json!(["statut"]));
    assert_eq!(entry["answers"], 1);
}

#[tokio::test]
async fn the_ceiling_is_that_of_the_scale_to_the_euro() {
    let world = World::start().await;
    let bank = world.partner("banque-lep").await;
    let query = format!("spi={}", spi_of(&world, "lep-juste-au-dessus"));
    for (scale, statut) in [
        ("760/annrev/2025/bareme/2026", "N"),
        ("760/annrev/2024/bareme/2026", "N"),
        // Overseas the ceilings are higher.
        ("972/annrev/2025/bareme/2026", "O"),
        ("976/annrev/2025/bareme/2026", "O"),
    ] {
        let reply = lep(&bank, scale, &query).await;
        assert_eq!(reply.text, format!(r#"{{"statut":"{statut}"}}"#), "{scale}");
    }
}

#[tokio::test]
async fn who_depends_on_another_may_not_and_nothing_is_said_of_the_dead_or_the_unassessed() {
    let world = World::start().await;
    let bank = world.partner("banque-lep").await;
    for (persona, outcome) in [
        ("rattachee-aux-parents", "200"),
        ("mineur", "200"),
        ("non-resident", "200"),
        ("sans-imposition", "410 4101"),
        ("defunte", "410 4101"),
    ] {
        let query = format!("spi={}", spi_of(&world, persona));
        let reply = lep(&bank, OF_2026, &query).await;
        assert_eq!(reply.outcome(), outcome, "{persona}");
        match reply.status.as_u16() {
            200 => assert_eq!(reply.text, r#"{"statut":"N"}"#, "{persona}"),
            _ => assert_eq!(fault(&reply), (410, 4101, "Absence de réponse".to_owned())),
        }
    }
}

#[tokio::test]
async fn an_income_that_is_not_assessed_yet_has_no_answer() {
    let world = World::start().await;
    let bank = world.partner("banque-lep").await;
    let query = "spi=3990000101192";
    assert_eq!(lep(&bank, OF_2026, query).await.outcome(), "200");
    // On 1 January the scale of 2027 is there, and the income of 2026 is not assessed.
    world.clock.set("2027-01-02T10:00:00Z".parse().unwrap()).unwrap();
    let bank = world.partner("banque-lep").await;
    assert_eq!(lep(&bank, "380/annrev/2026/bareme/2027", query).await.outcome(), "410 4101");
    assert_eq!(lep(&bank, "380/annrev/2025/bareme/2027", query).await.outcome(), "200");
}

#[tokio::test]
async fn every_published_refusal_is_obtained_on_purpose() {
    let world = World::start().await;
    let bank = world.partner("banque-lep").await;
    let wrong = || (400, 4003, WRONG.to_owned());
    for (scale, query, reason) in [
        ("38/annrev/2025/bareme/2026", "spi=3990000101192", "departement"),
        ("999/annrev/2025/bareme/2026", "spi=3990000101192", "departement"),
        ("960/annrev/2025/bareme/2026", "spi=3990000101192", "departement"), // Tunisia's, until 1956
        ("200/annrev/2025/bareme/2026", "spi=3990000101192", "departement"), // Corsica before 1976
        ("380/annrev/2025/bareme/2027", "spi=3990000101192", "bareme"),
        ("380/annrev/2022/bareme/2026", "spi=3990000101192", "annrev"),
        (OF_2026, "", "nom"),
        (OF_2026, "spi=399000010119", "spi"),
        (OF_2026, "nom=VALBRUNE&prenom=CELINE", "naisDate"),
        (OF_2026, "spi=3990000101192&naisDate=1985-04-12", "naisDate"),
        (OF_2026, "spi=3990000101192&sexe=3", "sexe"),
        (OF_2026, "spi=3990000101192&adrIndiceRepetition=BIS", "adrIndiceRepetition"),
    ] {
        let reply = lep(&bank, scale, query).await;
        assert_eq!(fault(&reply), wrong(), "{scale} {query}");
        assert!(
            reply.header("x-bacasable-reason").contains(reason),
            "{reason}: {:?}",
            reply.headers
        );
    }
    let forbidden = "Informations non disponibles pour la personne, merci de renseigner le numéro fiscal et la date de naissance";
    for query in ["nom=ABEILLON&prenom=ROSE&naisDate=15/06/1991", "spi=3990000801381"] {
        let reply = lep(&bank, OF_2026, query).await;
        assert_eq!(fault(&reply), (403, 40305, forbidden.to_owned()), "{query}");
    }
    let nobody = "Informations non disponibles pour la personne merci de renseigner le numéro fiscal et la date de naissance.";
    for query in [
        "spi=3999999999331",
        "nom=PERSONNE&prenom=DECENOM&naisDate=1980",
        // The SPI is hers, and the date of birth is not.
        "spi=3990000101192&naisDate=13/04/1985",
    ] {
        let reply = lep(&bank, OF_2026, query).await;
        assert_eq!(fault(&reply), (404, 40433, nobody.to_owned()), "{query}");
    }
}

#[tokio::test]
async fn a_teleservice_that_is_absent_is_the_api_s_to_refuse_and_another_one_control_3_s() {
    let world = World::start().await;
    let bank = world.partner("banque-lep").await;
    let path = format!("/demandeDeService/02GA/departement/{OF_2026}/personne?spi=3990000101192");
    let absent = get_as(&bank, &path, None).await;
    assert_eq!(fault(&absent), (400, 4003, WRONG.to_owned()));
    assert!(world.last_verdicts().await.contains("quota=granted"));
    assert_eq!(fault(&get_as(&bank, &path, Some("")).await).0, 400);
    let other = get_as(&bank, &path, Some("SFIP_TARIFS")).await;
    assert_eq!(other.outcome(), "401 900901");
    assert!(world.last_verdicts().await.contains("technical-id=refused"));
    // The state of health asks for none.
    assert_eq!(get_as(&bank, "/information", None).await.status, 200);
    assert_eq!(get_as(&bank, "/information", Some("SFIP_TARIFS")).await.outcome(), "401 900901");
}

#[tokio::test]
async fn each_scope_opens_its_service_only() {
    let world = World::start().await;
    let (bank, town) = (world.partner("banque-lep").await, world.partner("ville-tarifs").await);
    let query = "spi=3990000101192";
    assert_eq!(super::situation(&bank, query).await.outcome(), "403 900910");
    assert_eq!(lep(&town, OF_2026, query).await.outcome(), "403 900910");
    assert_eq!(
        get(&town, "/information").await.text,
        r#"{"descriptif":"L'API est opérationnelle"}"#
    );
}

/// The SPI of a persona.
pub(super) fn spi_of(world: &World, persona: &str) -> String {
    let register = world.server.sandbox.register();
    let subject = &register.persona(persona).unwrap().subject;
    let bacasable::register::Subject::Person(id) = subject else { panic!("{persona}: a person") };
    register.person(*id).spi.unwrap().to_string()
}
