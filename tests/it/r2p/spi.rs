//! `GET /personne/{spi}`: the search by the tax identifier.

use bacasable::config::Dialect;
use reqwest::Method;

use crate::harness::{CORRELATION_ID, Reply, World};

const CELINE: &str = "/r2p/v1/personne/3990000101192";

#[tokio::test]
async fn a_known_spi_gives_the_person_in_the_swagger_s_order_of_keys() {
    let world = World::start().await;
    let partner = world.partner("commune-valmont").await;
    let reply = partner.get(CELINE).await;
    assert_eq!((reply.status.as_u16(), reply.header("Content-Type")), (200, "application/json"));
    assert_eq!(
        reply.text,
        concat!(
            r#"{"personnePhysique":{"identifiant":{"spi":"3990000101192"},"#,
            r#""etatCivil":{"cdSexe":"2","lbNomNaissance":"VALBRUNE","lbPrenomNaissance":"CELINE AURELIE","#,
            r#""anneeNaissance":"1985","moisNaissance":"04","jourNaissance":"12","cdPaysNaissance":"99100","#,
            r#""cdDeptNaissance":"38","cdCommuneNaissance":"185"},"#,
            r#""adresse":{"cdPays":"99100","lbPays":"FRANCE","cdDepartement":"38","lbDepartement":"ISERE","#,
            r#""cdCommune":"185","lbCommune":"GRENOBLE","lbVoie":"RUE DES GLYCINES","numeroVoie":"12"}}}"#
        )
    );
    let entry = world.last_entry().await;
    assert_eq!(entry["operation"], "RechercheParSPI");
    assert_eq!(entry["criteria"], serde_json::json!(["spi"]));
    assert_eq!((entry["answers"].as_u64(), entry["code"].as_str()), (Some(1), None));
    assert_eq!(entry["restituted"].as_array().unwrap().len(), 18);
    assert!(!entry.to_string().contains("VALBRUNE"));
}

#[tokio::test]
async fn the_swagger_s_own_example_is_nobody_s_here() {
    let world = World::start().await;
    let reply = world.partner("commune-valmont").await.get("/r2p/v1/personne/1899582886173").await;
    assert_eq!(reply.outcome(), "404 40433");
    assert_eq!(
        reply.text,
        r#"{"erreur":{"code":40433,"message":"Personne non trouvée","horodatage":"2026-11-22T11:00:00+01:00"}}"#
    );
    assert_eq!(reply.header("Content-Type"), "application/json");
    let entry = world.last_entry().await;
    assert_eq!((entry["answers"].as_u64(), entry["code"].as_str()), (Some(0), Some("40433")));
}

#[tokio::test]
async fn what_is_no_spi_is_refused_as_such() {
    let world = World::start().await;
    let partner = world.partner("commune-valmont").await;
    for segment in [
        "399000010119",
        "39900001011920",
        "399000010119A",
        "4990000101192",
        "%EF%BC%93990000101192",
        "%FF",
        "%",
        "3990000101192%20",
        "3990000101192%00",
        "+3990000101192",
        "spi%2F",
        "SPI",
        &"1".repeat(2_000),
    ] {
        let reply = partner.get(&format!("/r2p/v1/personne/{segment}")).await;
        assert_eq!(reply.outcome(), "400 4003", "{segment}");
        assert_eq!(reply.json()["erreur"]["message"], "format SPI incorrect");
    }
    assert_eq!(partner.get("/r2p/v1/personne/%33990000101192").await.status, 200);
    assert_eq!(partner.get(&format!("{CELINE}/")).await.status, 200);
    assert_eq!(partner.get(&format!("{CELINE}?nom=&nom=%FF&x")).await.status, 200);
}

#[tokio::test]
async fn a_wrong_key_is_no_fault_of_form_and_finds_nobody() {
    let world = World::start().await;
    let reply = world.partner("commune-valmont").await.get("/r2p/v1/personne/3990000101193").await;
    assert_eq!(reply.outcome(), "404 40433");
}

#[tokio::test]
async fn the_correlation_identifier_must_be_there_and_have_the_pattern() {
    // In the dialect `dgfip` the gateway itself refuses a call without one.
    let world = World::with(|config| config.gateway.dialect = Dialect::Wso2V3).await;
    let partner = world.partner("commune-valmont").await;
    let token = partner.obtain_token("commune-valmont", None).await;
    let ask = async |correlation: Option<&[u8]>| {
        let request =
            partner.bare(Method::GET, CELINE).header("Authorization", format!("Bearer {token}"));
        let request = match correlation {
            Some(value) => request.header("X-Correlation-ID", value),
            None => request,
        };
        Reply::read(request).await
    };
    for absent in [None, Some("")] {
        let reply = ask(absent.map(str::as_bytes)).await;
        assert_eq!(reply.outcome(), "400 4003");
        assert_eq!(
            reply.json()["erreur"]["message"],
            "En-tête obligatoire absent : X-Correlation-ID"
        );
    }
    for malformed in [
        &b"1"[..],
        b"110e8400e29b11d4a716446655440000",
        b"{110e8400-e29b-11d4-a716-446655440000}",
        b"\xe9",
    ] {
        let reply = ask(Some(malformed)).await;
        assert_eq!(reply.outcome(), "400 4003");
        assert_eq!(
            reply.json()["erreur"]["message"],
            "Format incorrect : X-Correlation-ID (attendu : UUID)"
        );
    }
    assert_eq!(ask(Some(CORRELATION_ID.to_uppercase().as_bytes())).await.status, 200);
}

#[tokio::test]
async fn an_spi_that_may_be_somebody_s_is_pointed_out_in_the_journal_by_its_kind() {
    let world = World::start().await;
    let partner = world.partner("commune-valmont").await;
    for (spi, pointed_out) in [
        ("1234567890066", true), // 1234567890 modulo 511
        ("1234567890067", false),
        ("1899582886173", true), // the Swagger's example
        ("3990000101192", false),
    ] {
        partner.get(&format!("/r2p/v1/personne/{spi}")).await;
        let entry = world.last_entry().await;
        assert_eq!(
            entry["vigilance"],
            if pointed_out { serde_json::json!(["spi"]) } else { serde_json::Value::Null }
        );
        assert!(!entry.to_string().contains(spi), "{entry}");
    }
}
