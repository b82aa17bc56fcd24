//! `/incidents`: the clock, the orders, the scenarios, beginning again.

use bacasable::config::Profile;

use super::browser::Browser;
use crate::harness::World;

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

#[tokio::test]
async fn the_clock_is_frozen_advanced_set_and_restored_by_forms() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let turn = async |fields: &[(&str, &str)]| {
        browser.submit("/incidents", "/incidents/horloge", fields).await
    };
    browser
        .open("/incidents")
        .await
        .says(&["22/11/2026 à 11:00:00, heure de Paris arrêtée", "22/11/2026 à 10:00:00 UTC."]);
    turn(&[("horloge", "avancer"), ("duree", "PT61M")])
        .await
        .says(&["22/11/2026 à 12:01:00, heure de Paris", "a été déplacée"]);
    turn(&[("horloge", "regler"), ("instant", "2027-01-02T03:04")])
        .await
        .says(&["02/01/2027 à 03:04:00, heure de Paris arrêtée"]);
    turn(&[("horloge", "laisser-courir")])
        .await
        .says(&["de nouveau en marche", "L'horloge avance de"]);
    turn(&[("horloge", "figer")]).await.says(&["L'horloge est arrêtée"]);
    turn(&[("horloge", "systeme")]).await.says(&["À l'heure du système"]);
    assert!(!world.clock.read().frozen);
}

#[tokio::test]
async fn an_hour_passed_on_the_page_expires_a_token_at_the_gateway() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    assert_eq!(partner.get(HEALTH).await.outcome(), "200");
    let browser = Browser::on(&world);
    browser
        .submit("/incidents", "/incidents/horloge", &[("horloge", "avancer"), ("duree", "PT61M")])
        .await;
    assert_eq!(partner.get(HEALTH).await.outcome(), "401 900901");
}

#[tokio::test]
async fn an_incident_strikes_as_often_as_it_was_ordered() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let browser = Browser::on(&world);
    let fields =
        [("operation", "ficoba/etatSante"), ("effet", "code"), ("code", "CAT004"), ("fois", "2")];
    let page = browser.submit("/incidents", "/incidents/commandes", &fields).await;
    page.says(&[
        "FICOBA · etatSante",
        "répond le code CAT004",
        "2 fois encore",
        "Un incident est actif.",
    ]);
    assert_eq!(partner.get(HEALTH).await.outcome(), "500 CAT004");
    browser.open("/incidents").await.says(&["1 fois encore"]);
    assert_eq!(partner.get(HEALTH).await.outcome(), "500 CAT004");
    assert_eq!(partner.get(HEALTH).await.outcome(), "200");
    browser.open("/incidents").await.says(&["Aucun incident : les API répondent normalement"]);
    browser.open("/journal").await.says(&["500 CAT004"]);
}

#[tokio::test]
async fn incidents_are_removed_one_by_one_or_all_at_once() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    let browser = Browser::on(&world);
    for status in ["503", "502", "500"] {
        let fields = [("effet", "statut"), ("statut", status), ("fois", "")];
        browser
            .submit("/incidents", "/incidents/commandes", &fields)
            .await
            .says(&["jusqu'au retrait"]);
    }
    assert_eq!(partner.get(HEALTH).await.status, 503);
    browser
        .submit("/incidents", "/incidents/commandes/f1/retrait", &[])
        .await
        .says(&["L'incident est retiré"]);
    assert_eq!(partner.get(HEALTH).await.status, 502);
    browser
        .submit("/incidents", "/incidents/retrait", &[])
        .await
        .says(&["Tous les incidents sont retirés"]);
    assert_eq!(partner.get(HEALTH).await.status, 200);
    let token = browser.open("/incidents").await.token();
    let gone = browser.post("/incidents/commandes/f1/retrait", &token, &[]).await;
    assert_eq!(gone.status, 404);
    gone.says(&["Aucun incident « f1 » n'est actif"]);
}

#[tokio::test]
async fn what_could_never_strike_or_cannot_be_read_is_told_on_the_page() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let token = browser.open("/incidents").await.token();
    for (action, fields, told) in [
        ("commandes", vec![("effet", "code"), ("code", "CAT999")], "CAT999"),
        ("commandes", vec![("effet", "code"), ("code", "<script>")], "<script>"),
        (
            "commandes",
            vec![("effet", "statut"), ("statut", "abc")],
            "Statut HTTP à répondre : un statut",
        ),
        ("commandes", vec![("effet", "coupure"), ("partenaire", "personne")], "personne"),
        (
            "horloge",
            vec![("horloge", "avancer"), ("duree", "longtemps")],
            "une durée ISO 8601 est attendue",
        ),
        ("horloge", vec![("horloge", "regler"), ("instant", "2500-01-01T00:00")], "1900 à 2200"),
        ("horloge", vec![("horloge", "avaler")], "n'est pas un ordre"),
    ] {
        let seen = browser.post(&format!("/incidents/{action}"), &token, &fields).await;
        assert_eq!(seen.status, 422, "{fields:?}");
        seen.says(&["La saisie est refusée, rien n'a été fait", told]);
        assert!(!seen.html.contains("<script>"), "{fields:?}");
    }
    let typed = [("effet", "coupure"), ("fois", "0"), ("critere", "iban"), ("valeur", "FR76*")];
    let seen = browser.post("/incidents/commandes", &token, &typed).await;
    seen.says(&["Combien de fois : un nombre entier d'au moins 1 est attendu, et non « 0 »."]);
    assert!(
        seen.html.contains("aria-describedby=\"faute-fois\"")
            && seen.html.contains("value=\"FR76*\"")
    );
    for action in ["commandes", "horloge", "retrait", "remise-a-zero", "commandes/f1/retrait"] {
        let forged =
            browser.post(&format!("/incidents/{action}"), "x", &[("effet", "coupure")]).await;
        assert_eq!(forged.status, 403, "{action}");
    }
}

#[tokio::test]
async fn every_scenario_is_shown_with_the_data_that_choose_it() {
    let world = World::start().await;
    let page = Browser::on(&world).open("/incidents").await;
    let scenarios = world.server.sandbox.faults.scenarios();
    assert!(scenarios.iter().count() > 5);
    for scenario in scenarios.iter() {
        page.says(&[&scenario.title]);
    }
    page.says(&["justification = SCENARIO-CAT004", "iban = FR7699999999990000000000444"]);
}

#[tokio::test]
async fn beginning_again_empties_what_happened() {
    let world = World::start().await;
    world.caller("editeur-demo").get("/oauth2/jwks").await;
    let browser = Browser::on(&world);
    let fields = [("effet", "statut"), ("statut", "503"), ("fois", "")];
    browser.submit("/incidents", "/incidents/commandes", &fields).await;
    let page = browser.submit("/incidents/remise-a-zero", "/incidents/remise-a-zero", &[]).await;
    page.says(&[
        "Tout est revenu à l'état du démarrage",
        "Aucun incident : les API répondent normalement",
    ]);
    browser.open("/journal").await.says(&["0 entrée"]);
}

#[tokio::test]
async fn the_opening_hours_of_each_api_are_told() {
    let world = World::start().await;
    Browser::on(&world).open("/incidents").await.says(&[
        "Horaires d'ouverture",
        "ouvertes à toute heure",
        "aucune dans les sept jours",
    ]);
    let world = World::with(|config| config.availability.profile = Profile::Cgu).await;
    Browser::on(&world).open("/incidents").await.says(&[
        "FICOBA ferme une heure par jour, à partir de 01:00",
        "23/11/2026, de 01:00 à 02:00 : fermeture quotidienne",
    ]);
}
