//! `recette play`: bacasable passes its own recette, as every sample partner.

use bacasable::recette::{conduct::Verdict, coverage::State};

use super::told;
use crate::harness::World;

/// Every applicable case conforming, no rule broken, and the rules that the partner's calls give occasion to followed.
async fn passes(partner: &str, least: usize, unobserved: &[&str]) {
    let world = World::start().await;
    let (code, text) = told(&world.command(&["play", "--partner", partner]).await);
    assert_eq!(code, 0, "{text}");
    let report = world.recette(partner).await;
    let missed: Vec<_> = report.left().map(|case| (&case.id, case.state, &case.note)).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    assert_eq!(report.percent, 100);
    assert!(report.tally.applicable >= least, "{} cases", report.tally.applicable);
    let broken: Vec<_> = report.broken().map(|rule| (&rule.id, &rule.breaches)).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    let silent: Vec<_> = report
        .conduct
        .iter()
        .filter(|rule| rule.verdict == Verdict::NotObserved)
        .map(|rule| rule.id.as_str())
        .collect();
    assert_eq!(silent, unobserved);
    let unproven = |state, evidence: &[_]| state == State::Conforming && evidence.is_empty();
    assert!(
        !report.cases().any(|case| unproven(case.state, &case.evidence)),
        "a conforming case shows its evidence"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn editeur_demo_passes() {
    passes("editeur-demo", 120, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tresorerie_recouvrement_passes() {
    passes("tresorerie-recouvrement", 85, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cellule_fraude_passes() {
    passes("cellule-fraude", 90, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caf_verification_iban_passes() {
    passes("caf-verification-iban", 60, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn region_existence_iban_passes() {
    passes("region-existence-iban", 55, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn banque_horizon_passes() {
    passes("banque-horizon", 80, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commune_valmont_passes() {
    passes("commune-valmont", 40, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mutuelle_etatcivil_passes() {
    passes("mutuelle-etatcivil", 38, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn departement_social_passes() {
    passes("departement-social", 41, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_suspended_partner_passes() {
    passes("partenaire-suspendu", 20, &["attente-429", "pas-de-rejeu-4xx", "justification"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ended_partner_passes() {
    passes("partenaire-resilie", 20, &["attente-429", "pas-de-rejeu-4xx", "justification"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_partner_outside_its_list_passes() {
    let silent = [
        "jeton-reutilise",
        "jeton-renouvele",
        "attente-429",
        "correlation-unique",
        "pas-de-rejeu-4xx",
        "reprises-5xx",
        "justification",
        "perimetre",
    ];
    passes("partenaire-hors-liste", 9, &silent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_world_is_left_as_it_was_found() {
    let world = World::start().await;
    let before = world.clock.now();
    let conventions = world.console(reqwest::Method::GET, "/admin/v1/conventions", None).await.text;
    let (code, text) = told(&world.command(&["play", "--partner", "editeur-demo"]).await);
    assert_eq!(code, 0, "{text}");
    assert_eq!(world.clock.now(), before);
    assert_eq!(
        world.console(reqwest::Method::GET, "/admin/v1/conventions", None).await.text,
        conventions
    );
    assert_eq!(
        world.console(reqwest::Method::GET, "/admin/v1/faults", None).await.json(),
        serde_json::json!([])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_dialect_passes_too() {
    let world =
        World::with(|config| config.gateway.dialect = bacasable::config::Dialect::Wso2V4).await;
    let (code, text) = told(&world.command(&["play", "--partner", "editeur-demo"]).await);
    assert_eq!(code, 0, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_in_the_handshake_count_too() {
    let handshake = bacasable::config::ClientCertificateMode::Handshake;
    let world = World::with(|config| config.gateway.client_certificate = handshake).await;
    let (code, text) = told(
        &world.command(&["play", "--partner", "commune-valmont", "--theme", "raccordement"]).await,
    );
    assert_eq!(code, 0, "{text}");
}
