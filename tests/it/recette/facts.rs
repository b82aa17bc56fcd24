//! The facts in the journal by which a client is judged.

use serde_json::json;

use crate::{console::HEALTH, harness::World};

const SPI: &str = "3990000101192";

#[tokio::test]
async fn an_entry_tells_connection_token_and_digest_and_no_value() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let mut entries = Vec::new();
    for criteria in [
        json!({ "numeroSPI": SPI }),
        json!({ "numeroSPI": SPI }),
        json!({ "numeroSPI": "3990000601181" }),
    ] {
        assert_eq!(partner.ficoba("spi", "0020", criteria).await.status, 200);
        entries.push(world.last_entry().await);
    }
    let [one, same, other] = &entries[..] else { panic!("three calls") };
    assert_eq!(one["tls"], "TLSv1.3");
    assert_eq!(
        (&one["port"], &one["token"], &one["digest"]),
        (&same["port"], &same["token"], &same["digest"])
    );
    assert_eq!(one["token"].as_str().unwrap().len(), 36, "an identifier, not the token");
    assert_ne!(one["digest"], other["digest"]);
    assert!(!entries.iter().any(|entry| entry.to_string().contains(SPI)), "{entries:?}");
}

#[tokio::test]
async fn a_refusal_has_a_lasting_name_and_a_quota_says_when_to_come_back() {
    let world = World::start().await;
    assert_eq!(world.caller("editeur-demo").get(HEALTH).await.status, 401);
    assert_eq!(world.last_entry().await["cause"], "no-token");
    let partner = world.partner("commune-valmont").await;
    world
        .order(
            reqwest::Method::PATCH,
            "conventions/commune-valmont",
            Some(json!({ "quotas": { "r2p": 1 } })),
        )
        .await;
    let path = format!("/r2p/v1/personne/{SPI}");
    let statuses = [partner.get(&path).await.status, partner.get(&path).await.status];
    assert_eq!(statuses.map(|status| status.as_u16()), [200, 429]);
    assert_eq!(world.last_entry().await["next_access"], "2026-11-22T10:01:00Z");
}

#[tokio::test]
async fn data_that_look_real_are_flagged_and_never_kept() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let iban = "FR7630004009550000135601429"; // the protocol's own sample
    partner.ficoba("numCpte", "0020", json!({ "iban": iban, "verificationCompte": "1" })).await;
    let entry = world.last_entry().await;
    assert_eq!(entry["vigilance"], json!(["iban"]));
    assert!(!entry.to_string().contains("30004009550000135601429"));
    let report = world.recette("editeur-demo").await;
    assert!(
        report.vigilance[0]
            .contains("1 demande contenait un IBAN valide et hors des plages fictives")
    );
    assert!(world.server.sandbox.journal.alarmed());
    let own = world.partner("commune-valmont").await;
    own.get(&format!("/r2p/v1/personne/{SPI}")).await;
    assert!(
        world.recette("commune-valmont").await.vigilance.iter().all(|point| !point.contains("SPI"))
    );
}
