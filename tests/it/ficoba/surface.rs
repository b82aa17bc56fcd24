//! Identifiers, formats, settings, motifs of a fixtures folder, and what the journal keeps.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{CORRELATION_ID, Reply, World};

const SPI: &str = "/fcb-masrestit/api/v2/comptes/spi";

fn celine() -> Value {
    json!({ "numeroSPI": "3990000101192" })
}

#[tokio::test]
async fn both_identifiers_come_back_on_answers_and_on_anomalies() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let answered = partner.ficoba("spi", "0020", celine()).await;
    let refused = partner.ficoba("spi", "9999", celine()).await;
    let healthy = partner.get("/fcb-masrestit/api/v2/etatSante").await;
    assert_eq!(
        [answered.status, refused.status, healthy.status].map(|status| status.as_u16()),
        [200, 400, 200]
    );
    assert_eq!(healthy.text, r#"{"descriptif":"L'API est opérationnelle"}"#);
    for reply in [answered, refused, healthy] {
        assert_eq!(
            (reply.header("X-Correlation-ID"), reply.header("X-Request-ID")),
            (CORRELATION_ID, "r-1")
        );
        assert_eq!(reply.header("Content-Type"), "application/json");
    }
}

#[tokio::test]
async fn the_protocol_s_own_media_type_is_taken_and_the_body_may_be_called_anything() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let body = json!({
        "dateDemande": "2026-11-20", "motif": "0020", "sirenDemandeur": "209990019", "justification": "x",
        "criteresRecherche": celine() });
    let accepting = |accept: &'static str, content: &'static str| {
        let request = partner
            .request(Method::POST, SPI)
            .header("Accept", accept)
            .header("Content-Type", content);
        Reply::read(request.body(body.to_string()))
    };
    for (accept, content) in [
        ("application/vnd.dgfip.ficoba3.v1.1+json", "application/vnd.dgfip.ficoba3.v1.1+json"),
        ("*/*", "text/plain"),
        ("application/json", "application/x-www-form-urlencoded"),
    ] {
        assert_eq!(accepting(accept, content).await.outcome(), "200", "{accept} {content}");
    }
    let refused = accepting("application/xml", "application/json").await;
    assert_eq!(refused.outcome(), "406 406");
    assert_eq!(refused.json()["erreur"]["horodatage"], "2026-11-22T10:00:00.000Z");
}

#[tokio::test]
async fn the_journal_keeps_kinds_and_never_values() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let body = json!({
        "dateDemande": "2026-11-20", "motif": "020", "siretDemandeur": "20999001900017",
        "justification": "Contrôle IBAN VALBRUNE Céline",
        "criteresRecherche": {
            "etatCivil": { "nom": "VALBRUNE", "prenoms": "CELINE", "sexe": "", "anneeNaissance": "1985" },
            "lieuNaissance": { "codePaysNaissance": "99100" } } });
    partner.ficoba_body("perPhy", &body.to_string()).await;
    let entry = world.last_entry().await;
    assert_eq!(
        (&entry["motif"], &entry["reference"]),
        (&json!("020"), &json!("FCB_2026_000000001"))
    );
    assert_eq!((&entry["answers"], entry.get("code").unwrap()), (&json!(1), &Value::Null));
    assert_eq!(entry["criteria"], json!(["nom", "prenoms", "anneeNaissance", "codePaysNaissance"]));
    assert_eq!(entry["justification"]["length"], 29);
    assert_eq!(entry["justification"]["hash"].as_str().unwrap().len(), 16);
    let restituted = entry["restituted"].as_array().unwrap();
    for key in [
        "personneRecherche",
        "iban",
        "libelleNature",
        "bicEtablissement",
        "droitSurCompte",
        "codePostal",
    ] {
        assert!(restituted.contains(&json!(key)), "{key} {restituted:?}");
    }
    for key in ["raisonSociale", "nomUsage", "libAdr3", "numeroSpi"] {
        assert!(!restituted.contains(&json!(key)), "{key} {restituted:?}");
    }
    let kept = entry.to_string().to_uppercase();
    for value in ["VALBRUNE", "CELINE", "CÉLINE", "1985", "GLYCINES", "FR7699010000010000010100185"]
    {
        assert!(!kept.contains(value), "{value} in {kept}");
    }

    // The same justification has the same digest; an anomaly is noted with its code, and with what was asked.
    let digest = entry["justification"]["hash"].clone();
    partner.ficoba_body("perPhy", &body.to_string().replace("1985", "2085")).await;
    let entry = world.last_entry().await;
    assert_eq!((&entry["justification"]["hash"], &entry["code"]), (&digest, &json!("CAF024")));
    assert_eq!((entry.get("reference"), entry["criteria"].as_array().unwrap().len()), (None, 4));
}

#[tokio::test]
async fn a_missing_right_is_journalled_under_the_control_of_rights() {
    let world = World::start().await;
    let partner = world.partner("tresorerie-recouvrement").await;
    for (resource, motif, criteria, reason) in [
        ("spi", "0001", celine(), "n'ouvre pas la recherche spi"),
        (
            "siretSiren",
            "0003",
            json!({ "siren": "209001015" }),
            "0003 n'est pas dans la convention",
        ),
    ] {
        assert_eq!(partner.ficoba(resource, motif, criteria).await.outcome(), "400 CAF031");
        let entry = world.last_entry().await;
        let rights = entry["controls"]
            .as_array()
            .unwrap()
            .iter()
            .find(|facts| facts["control"] == "rights")
            .unwrap();
        assert_eq!(rights["verdict"], "refused");
        assert!(rights["reason"].as_str().unwrap().contains(reason), "{rights}");
    }
}

#[tokio::test]
async fn a_token_asked_with_data_scopes_narrows_the_answer() {
    let world = World::start().await;
    let caller = world.caller("editeur-demo");
    let token =
        caller.obtain_token("editeur-demo", Some("dgfip_ficoba_compte dgfip_ficoba_date")).await;
    let partner = caller.bearing(&token);
    let answer = partner.ficoba("spi", "0020", celine()).await.json();
    let note = world.last_entry().await["note"].as_str().unwrap().to_owned();
    assert!(
        note.starts_with("Restitution réduite par les scopes du jeton : dgfip_ficoba_etat_civil"),
        "the answer says nothing of it: {note}"
    );
    let found = &answer["reponses"][0];
    assert_eq!(found.as_object().unwrap().keys().collect::<Vec<_>>(), ["nombreComptes", "comptes"]);
    let account = found["comptes"][0].as_object().unwrap();
    assert_eq!(account.keys().collect::<Vec<_>>(), ["caracteristiqueCompte", "ayantsDroits"]);
    let person = account["ayantsDroits"][0]["personnePhysique"].as_object().unwrap();
    assert_eq!(
        person.keys().collect::<Vec<_>>(),
        ["personneRecherchee", "droitSurCompte", "dateDebutDroit", "dateFinDroit", "dateMaj"]
    );
    // A verification has a scope of its own, which this token has not.
    let verification = json!({ "iban": "FR7699010000010000010100185", "verificationCompte": "1" });
    let answer = partner.ficoba("numCpte", "0020", verification).await.json();
    assert!(answer.get("reponses").is_none(), "{answer}");
}

#[tokio::test]
async fn each_setting_changes_what_it_says() {
    let world = World::with(|config| {
        config.ficoba.require_x_request_id = true;
        config.ficoba.verification_close_date = false;
        config.ficoba.extended_person = true;
        config.ficoba.max_answers = 25.try_into().unwrap();
    })
    .await;
    let partner = world.partner("editeur-demo").await;
    let closed = json!({ "iban": "FR7699020000010000070100294", "verificationCompte": "1" });
    let answer = partner.ficoba("numCpte", "0020", closed).await.json();
    assert_eq!(answer["reponses"]["verificationCompte"], json!({ "ibanExistant": "1" }));
    let everyone = json!({ "etatCivil": { "nom": "CASTELMORON", "anneeNaissance": "1970" } });
    assert_eq!(partner.ficoba("perPhy", "0020", everyone).await.json()["nombreReponses"], "025");
    let answer = partner.ficoba("spi", "0020", celine()).await.json();
    let person = &answer["reponses"][0]["personneRecherche"];
    assert_eq!(
        (&person["numeroSpi"], &person["scoreAppariement"]),
        (&json!(3_990_000_101_192_u64), &json!(1.0))
    );
    assert_eq!(person["adresse"]["indicateurCodifAdresse"], "1");
    let token = partner.obtain_token("editeur-demo", None).await;
    let request = partner.bare(Method::GET, "/fcb-masrestit/api/v2/etatSante");
    let request = request
        .header("Authorization", format!("Bearer {token}"))
        .header("X-Correlation-ID", CORRELATION_ID);
    assert_eq!(Reply::read(request).await.outcome(), "500 CAT012");
}

#[tokio::test]
async fn motifs_of_a_fixtures_folder_ask_for_criteria_allow_others_and_filter() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("motifs.toml"), MOTIFS).unwrap();
    let dir = folder.path().to_owned();
    let world = World::with(|config| config.fixtures = Some(dir)).await;
    let partner = world.partner("editeur-demo").await;
    let search = |first_names: &str, sex: &str| {
        let civil = json!({ "nom": "HAUTERIVAGE", "prenoms": first_names, "anneeNaissance": "1980", "sexe": sex });
        partner.ficoba("perPhy", "0020", json!({ "etatCivil": civil }))
    };
    let reply = search("", "").await;
    assert_eq!(reply.json()["erreur"]["message"], "Absence du critère obligatoire : Prénoms.");
    assert_eq!(search("MARC", "1").await.outcome(), "400 CAF031");
    let answer = search("MARC", "").await.json();
    assert_eq!(
        answer["reponses"][0]["comptes"][0]["ayantsDroits"].as_array().unwrap().len(),
        1,
        "{answer}"
    );
    // The other motifs are as they were.
    assert_eq!(
        partner
            .ficoba(
                "numCpte",
                "0101",
                json!({ "iban": "FR7699010000010000010100185", "verificationCompte": "1" })
            )
            .await
            .status,
        200
    );
}

const MOTIFS: &str = r#"
[[motif]]
code = "20"
label = "Essai"
ground = "Aucun"
searches = ["perPhy"]
filter = { co_holders = false }
criteria.perPhy = { required = ["etatCivil.nom", "etatCivil.prenoms"], optional = ["etatCivil.anneeNaissance"] }
"#;

/// PT 2.5.3.5.1 writes an unknown part with blanks, annexe 10 has zeros in what banks declare, and the samples have no such date.
#[tokio::test]
async fn an_unknown_day_or_month_of_birth_is_left_out_blank_or_zero_as_the_setting_says() {
    use bacasable::config::PartialDates;

    let year_and_month = ("3990004601093", json!("5"));
    let year_alone = ("3990000901481", Value::Null);
    for (setting, unknown) in [
        (PartialDates::Absent, Value::Null),
        (PartialDates::Blank, json!(" ")),
        (PartialDates::Zero, json!("00")),
    ] {
        let world = World::with(|config| config.ficoba.partial_dates = setting).await;
        let partner = world.partner("editeur-demo").await;
        for (spi, month) in [&year_and_month, &year_alone] {
            let reply = partner.ficoba("spi", "0020", json!({ "numeroSPI": spi })).await;
            assert_eq!(reply.status, 200, "{}", reply.text);
            let month = if month.is_null() { &unknown } else { month };
            let answer = &reply.json()["reponses"][0];
            let right = &answer["comptes"][0]["ayantsDroits"][0]["personnePhysique"];
            for born in [&answer["personneRecherche"], right] {
                let parts = (&born["moisNaissance"], &born["jourNaissance"]);
                assert_eq!(parts, (month, &unknown), "{setting:?}, {spi}: {}", reply.text);
            }
        }
    }
}
