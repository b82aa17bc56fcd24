//! `/`: the sandbox at a glance.

use super::browser::{Browser, unescaped};
use crate::{harness::World, shell};

#[tokio::test]
async fn a_quiet_sandbox_says_so_and_gives_a_first_call() {
    let world = World::start().await;
    let home = Browser::on(&world).open("/").await;
    home.says(&[
        "0 requête en 30 minutes",
        "Premiers pas",
        "Aucun pour l'instant",
        "14, dont 12 en vigueur",
        "L'horloge est arrêtée",
    ]);
    home.says(&[&format!("https://localhost:{}/token", world.server.gateway.port())]);
}

#[tokio::test]
async fn traffic_and_refusals_show() {
    let world = World::start().await;
    let caller = world.caller("editeur-demo");
    caller.get("/oauth2/jwks").await;
    caller.get("/fcb-masrestit/api/v2/etatSante").await;
    let browser = Browser::on(&world);
    let home = browser.open("/").await;
    home.says(&[
        "2 requêtes en 30 minutes : 1 traitée, 1 refusée, 0 en erreur",
        "401 900902",
        "FICOBA · etatSante",
    ]);
    home.says(&["en-tête Authorization absent", "Refus et erreurs du jour", "1 fois"]);
    for _ in 0..2 {
        caller.get("/fcb-masrestit/api/v2/etatSante").await;
    }
    let home = browser.open("/").await;
    home.says(&["401 900902", "3 fois"]);
    assert_eq!(home.html.matches("401 900902").count(), 1, "one line for a code");
    assert!(home.html.contains("href=\"/journal?code=900902&#38;api=ficoba\""), "{}", home.html);
    assert!(!home.text().contains("(fait)"), "nothing has succeeded yet");
    world.partner("editeur-demo").await.get("/fcb-masrestit/api/v2/etatSante").await;
    let home = browser.open("/").await;
    assert_eq!(home.text().matches("(fait)").count(), 2, "a token, and an answer");
    let fragment = browser.open("/fragments/accueil").await;
    assert!(
        home.html.contains(fragment.html.trim()),
        "what the script refreshes is what the page shows"
    );
}

#[tokio::test]
async fn what_is_out_of_the_ordinary_stands_on_every_page() {
    let world = World::with(|config| config.gateway.mode = bacasable::config::Mode::Observe).await;
    let page = Browser::on(&world).open("/journal").await;
    page.says(&["L'horloge est arrêtée", "Les contrôles sont en observation"]);
}

/// The commands of the page, pasted into a shell.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_call_works_as_pasted() {
    if !shell::has_curl() {
        return;
    }
    let world = World::start().await;
    let home = Browser::on(&world).open("/").await;
    let (_, rest) = home.html.split_once("id=\"commandes\">").unwrap();
    let commands = unescaped(rest.split("</code>").next().unwrap());
    let answer: serde_json::Value =
        serde_json::from_str(&shell::run(&world, &commands).await).unwrap();
    assert_eq!(
        answer["reponses"]["comptes"][0]["caracteristiqueCompte"]["iban"],
        "FR7699010000010000010100185",
        "{answer}"
    );
}
