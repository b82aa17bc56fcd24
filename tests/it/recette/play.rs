//! `recette play`: bacasable passes its own recette, as every sample partner.

use bacasable::{
    journal::{Filter, Maker},
    recette::{conduct::Verdict, coverage::State},
};
use reqwest::Method;
use serde_json::json;

use super::told;
use crate::{
    console::HEALTH,
    harness::{Reply, World},
};

/// Every applicable case conforming, no rule broken, and the rules that the partner's calls give occasion to followed.
async fn passes(partner: &str, least: usize, unobserved: &[&str]) {
    let world = World::start().await;
    let (code, text) = told(&world.command(&["play", "--partner", partner]).await);
    assert_eq!(code, 0, "{text}");
    let report = world.recette_of(partner, "&with_play=true").await;
    let missed: Vec<_> = report.left().map(|case| (&case.id, case.state, &case.note)).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    let tally = report.tally;
    assert_eq!(
        tally.conforming + tally.awaiting,
        tally.applicable,
        "nobody witnesses what is played"
    );
    assert!(tally.awaiting >= 4 && report.percent >= 50, "{tally:?}");
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
async fn what_is_played_never_counts_as_the_application_s() {
    let world = World::start().await;
    let (code, text) = told(&world.command(&["play", "--partner", "commune-valmont"]).await);
    assert_eq!(code, 0, "{text}");
    let report = world.recette("commune-valmont").await;
    assert_eq!((report.percent, report.entries, report.played), (0, 0, 0));
    let played = world.recette_of("commune-valmont", "&with_play=true").await.played;
    let left_out = format!("{played} appels faits par la commande bacasable recette play");
    let point = report.vigilance.iter().any(|point| point.contains(&left_out));
    assert!(point, "{:?}", report.vigilance);
    assert_eq!(report.left_out, [left_out], "as many as count on request");
    let (code, text) = told(
        &world.command(&["status", "--partner", "commune-valmont", "--min-coverage", "1"]).await,
    );
    assert_eq!(code, 1, "{text}");
    let partner = world.partner("commune-valmont").await;
    partner.get("/r2p/v1/personne?nom=X").await;
    let (code, text) = told(
        &world
            .command(&[
                "status",
                "--partner",
                "commune-valmont",
                "--min-coverage",
                "50",
                "--with-play",
            ])
            .await,
    );
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("par bacasable lui-même (recette play)"), "{text}");
    assert_eq!(world.recette("commune-valmont").await.played, 0);
    assert!(world.recette("commune-valmont").await.entries > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_cannot_choose_what_its_calls_count_as() {
    let world = World::start().await;
    let keys =
        world.order(Method::POST, "keys", Some(json!({ "by": "recette-play", "count": 2 }))).await;
    let key = |at: usize| keys["keys"][at].as_str().unwrap().to_owned();
    let partner = world.partner("editeur-demo").await;
    let mut made = Vec::new();
    for key in [key(0), key(0), "recette-play.1.9999999999.2.3".to_owned()] {
        let request = partner.request(Method::GET, HEALTH).header("X-Bacasable-Key", &key);
        assert_eq!(Reply::read(request).await.status, 200);
        let entries = world.server.sandbox.journal.read(&Filter::default());
        made.push(entries.last().unwrap().made.as_ref().map(|made| made.by));
    }
    assert_eq!(made, [Some(Maker::RecettePlay), None, None], "a key is good once");
    for (order, pointer) in [
        (json!({ "by": "somebody" }), "/by"),
        (json!({ "by": "call", "count": 0 }), "/count"),
        (json!({ "by": "call", "run": "a.b" }), "/run"),
    ] {
        let reply = world.console(Method::POST, "/admin/v1/keys", Some(order)).await;
        assert_eq!(
            (reply.status.as_u16(), reply.json()["pointer"].as_str()),
            (422, Some(pointer)),
            "{}",
            reply.text
        );
    }
    let body = json!({ "partner": "editeur-demo", "key": key(0) });
    let path = "/admin/v1/recette/cases/jetons-expiration/begin";
    let reply = world.console(Method::POST, path, Some(body)).await;
    assert_eq!((reply.status.as_u16(), reply.json()["pointer"].as_str()), (422, Some("/key")));
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
async fn banque_lep_passes() {
    passes("banque-lep", 40, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ville_tarifs_passes() {
    passes("ville-tarifs", 40, &[]).await;
}

/// What no call shows that is refused before its rights are looked at.
const OUT_OF_FORCE: [&str; 4] = ["attente-429", "pas-de-rejeu-4xx", "justification", "perimetre"];

#[tokio::test(flavor = "multi_thread")]
async fn the_suspended_partner_passes() {
    passes("partenaire-suspendu", 20, &OUT_OF_FORCE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ended_partner_passes() {
    passes("partenaire-resilie", 20, &OUT_OF_FORCE).await;
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
        "connexions-maintenues",
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
