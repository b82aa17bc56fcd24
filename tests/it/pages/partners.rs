//! `/partenaires`: each convention as the sheet of its habilitation.

use super::browser::Browser;
use crate::harness::World;

#[tokio::test]
async fn every_partner_is_listed_with_its_state_and_has_a_sheet() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let list = browser.open("/partenaires").await;
    list.says(&["Éditeur Démo", "suspendue", "résiliée", "en vigueur", "FICOBA : 0 sur 750"]);
    for convention in world.server.sandbox.directory().iter() {
        let sheet = browser.open(&format!("/partenaires/{}", convention.id)).await;
        sheet.says(&[&convention.organisation, &convention.title, convention.siret.as_ref(), "accepté"]);
        assert!(list.html.contains(&format!("href=\"/partenaires/{}\"", convention.id)));
    }
}

#[tokio::test]
async fn a_sheet_tells_what_is_open_and_what_is_not() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    browser.open("/partenaires/region-existence-iban").await.says(&[
        "✓ par IBAN",
        "– par numéro fiscal (SPI) (fermée)",
        "✓ résultat d'une vérification",
        "0101",
        "200 appels par minute",
        "CN=region-existence-iban",
        "127.0.0.0/8",
    ]);
    let r2p = browser.open("/partenaires/mutuelle-etatcivil").await;
    r2p.says(&[
        "✓ état civil complet",
        "– numéro fiscal (SPI) (fermé)",
        "état civil, adresse et code postal, sans le SPI",
    ]);
    browser.open("/partenaires/partenaire-suspendu").await.says(&["l'homologation de sécurité n'est plus valable"]);
    browser.open("/partenaires/banque-horizon").await.says(&["code banque 99010"]);
}

#[tokio::test]
async fn the_secret_is_shown_on_demand_only() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let sheet = browser.open("/partenaires/cellule-fraude").await;
    assert!(!sheet.html.contains("secret-cellule-fraude"));
    let shown = browser.open("/partenaires/cellule-fraude?secret=oui").await;
    shown.says(&["secret-cellule-fraude", "Masquer le secret"]);
}

#[tokio::test]
async fn the_gauge_follows_the_calls_of_the_minute() {
    let world = World::start().await;
    let partner = world.partner("cellule-fraude").await;
    for _ in 0..3 {
        partner.get("/fcb-masrestit/api/v2/etatSante").await;
    }
    let sheet = Browser::on(&world).open("/partenaires/cellule-fraude").await;
    sheet.says(&["FICOBA : 3 sur 750", "La minute suivante commence à 10:01:00 UTC", "FICOBA · etatSante"]);
    assert!(sheet.html.contains("<meter min=\"0\" max=\"750\" value=\"3\""));
}

#[tokio::test]
async fn a_certificate_out_of_its_dates_is_told() {
    let world = World::start().await;
    world.clock.set("2051-01-01T00:00:00Z".parse().unwrap()).unwrap();
    Browser::on(&world).open("/partenaires/editeur-demo").await.says(&["refusé", "il a expiré"]);
}

#[tokio::test]
async fn the_files_that_the_sheet_offers_are_there() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let sheet = browser.open("/partenaires/editeur-demo").await;
    let links: Vec<_> = sheet.html.split("href=\"").filter(|rest| rest.starts_with("/certs/")).collect();
    assert_eq!(links.len(), 4);
    for link in links {
        let path = link.split('"').next().unwrap();
        let response = browser.request(reqwest::Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
    }
}

#[tokio::test]
async fn an_unknown_partner_is_a_helpful_page() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    for path in
        ["/partenaires/personne", "/partenaires/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/partenaires/..%2f..%2fx"]
    {
        let seen = browser.visit(path).await;
        assert_eq!(seen.status, 404, "{path}");
        seen.says(&["Introuvable", "Aucune convention n'a l'identifiant", "Partenaires"]);
        assert!(!seen.html.contains("<script>"));
    }
}
