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
        sheet.says(&[
            &convention.organisation,
            &convention.title,
            convention.siret.as_ref(),
            "accepté",
        ]);
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
    browser
        .open("/partenaires/partenaire-suspendu")
        .await
        .says(&["l'homologation de sécurité n'est plus valable"]);
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
    sheet.says(&[
        "FICOBA : 3 sur 750",
        "La minute suivante commence à 11:01:00 (heure de Paris)",
        "FICOBA · etatSante",
    ]);
    assert!(sheet.html.contains("<meter min=\"0\" max=\"750\" value=\"3\""));
    let fewer = serde_json::json!({ "quotas": { "ficoba": 3 } });
    let path = "/admin/v1/conventions/cellule-fraude";
    assert_eq!(world.console(reqwest::Method::PATCH, path, Some(fewer)).await.status, 200);
    let sheet = Browser::on(&world).open("/partenaires/cellule-fraude").await;
    sheet.says(&["FICOBA : 3 sur 3, épuisé"]);
    assert!(
        sheet.html.contains("low=\"2\" high=\"2\" optimum=\"0\""),
        "its bar is full, not green"
    );
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
    let links: Vec<_> =
        sheet.html.split("href=\"").filter(|rest| rest.starts_with("/certs/")).collect();
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
    for path in [
        "/partenaires/personne",
        "/partenaires/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/partenaires/..%2f..%2fx",
    ] {
        let seen = browser.visit(path).await;
        assert_eq!(seen.status, 404, "{path}");
        seen.says(&["Introuvable", "Aucune convention n'a l'identifiant", "Partenaires"]);
        assert!(!seen.html.contains("<script>"));
    }
}

#[tokio::test]
async fn the_life_cycle_is_steered_by_buttons_and_the_gateway_obeys() {
    let world = World::start().await;
    let partner = world.partner("cellule-fraude").await;
    let health = "/fcb-masrestit/api/v2/etatSante";
    let browser = Browser::on(&world);
    let sheet = "/partenaires/cellule-fraude";
    let state = "/partenaires/cellule-fraude/etat";
    for (wanted, told, outcome) in [
        ("suspended", "La convention est suspendue", "401 900907"),
        ("in-force", "La convention est de nouveau en vigueur", "200"),
        ("ended", "La convention est résiliée", "403 900908"),
        ("dates", "L'état de la convention est de nouveau déterminé par ses dates", "200"),
        ("homologation", "L'homologation de sécurité est échue depuis hier", "401 900907"),
    ] {
        let offered = browser.open(sheet).await;
        assert!(offered.html.contains(&format!("value=\"{wanted}\"")), "{wanted} is offered");
        browser.submit(sheet, state, &[("etat", wanted)]).await.says(&[told]);
        assert_eq!(partner.get(health).await.outcome(), outcome, "{wanted}");
    }
    browser
        .open(sheet)
        .await
        .says(&["Homologation de sécurité jusqu'au 21/11/2026", "Remettre en vigueur"]);
    let back = browser.submit(sheet, "/partenaires/cellule-fraude/origine", &[]).await;
    back.says(&["de nouveau celle de son fichier", "en vigueur"]);
    assert_eq!(partner.get(health).await.outcome(), "200");
}

#[tokio::test]
async fn quotas_and_addresses_are_changed_and_what_is_wrong_is_told_beside_the_sheet() {
    let world = World::start().await;
    let partner = world.partner("cellule-fraude").await;
    let health = "/fcb-masrestit/api/v2/etatSante";
    let browser = Browser::on(&world);
    let (sheet, terms) = ("/partenaires/cellule-fraude", "/partenaires/cellule-fraude/conditions");
    let changed = browser
        .submit(sheet, terms, &[("ficoba", "1"), ("adresses", "127.0.0.0/8\r\n192.0.2.7")])
        .await;
    changed.says(&[
        "modifiés jusqu'à la prochaine remise à zéro",
        "FICOBA : 0 sur 1",
        "192.0.2.7/32",
    ]);
    assert_eq!(partner.get(health).await.outcome(), "200");
    assert_eq!(partner.get(health).await.outcome(), "429 900804");
    browser
        .submit(sheet, "/partenaires/cellule-fraude/minute", &[])
        .await
        .says(&["FICOBA : 0 sur 1"]);
    assert_eq!(partner.get(health).await.outcome(), "200");
    let token = browser.open(sheet).await.token();
    for (fields, told) in [
        (
            [("ficoba", "0"), ("adresses", "192.0.2.7")],
            "Quota FICOBA : un nombre entier d'au moins 1",
        ),
        ([("ficoba", "beaucoup"), ("adresses", "192.0.2.7")], "et non « beaucoup »"),
        (
            [("r2p", "5"), ("adresses", "192.0.2.7")],
            "Quota R2P : la convention n'ouvre pas cette API",
        ),
        ([("adresses", "300.0.0.1"), ("x", "")], "« 300.0.0.1 » n'est ni une adresse ni un réseau"),
        ([("adresses", ""), ("x", "")], "au moins une adresse ou un réseau est attendu"),
    ] {
        let refused = browser.post(terms, &token, &fields).await;
        assert_eq!(refused.status, 422, "{fields:?}");
        refused.says(&["La saisie est refusée, rien n'a été changé", told]);
        assert!(!refused.html.contains("lang=\"en\""));
    }
    browser.open(sheet).await.says(&["192.0.2.7/32"]);
    browser.submit(sheet, terms, &[("ficoba", "5"), ("adresses", "192.0.2.7")]).await;
    assert_eq!(partner.get(health).await.outcome(), "403 900805");
}

#[tokio::test]
async fn its_tokens_are_revoked_and_nobody_else_s() {
    let world = World::start().await;
    let (partner, other) =
        (world.partner("cellule-fraude").await, world.partner("editeur-demo").await);
    let health = "/fcb-masrestit/api/v2/etatSante";
    let browser = Browser::on(&world);
    let done = browser
        .submit("/partenaires/cellule-fraude", "/partenaires/cellule-fraude/jetons", &[])
        .await;
    done.says(&["Tous les jetons de ce partenaire sont révoqués"]);
    assert_eq!(partner.get(health).await.outcome(), "401 900901");
    assert_eq!(other.get(health).await.outcome(), "200");
}

#[tokio::test]
async fn actions_on_nobody_or_of_no_kind_are_told() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let token = browser.open("/partenaires/editeur-demo").await.token();
    for action in ["etat", "conditions", "minute", "jetons", "origine"] {
        let seen = browser
            .post(&format!("/partenaires/personne/{action}"), &token, &[("etat", "suspended")])
            .await;
        assert_eq!(seen.status, 404, "{action}");
        let forged = browser
            .post(&format!("/partenaires/editeur-demo/{action}"), "x", &[("etat", "suspended")])
            .await;
        assert_eq!(forged.status, 403, "{action}");
    }
    let seen =
        browser.post("/partenaires/editeur-demo/etat", &token, &[("etat", "<script>")]).await;
    assert_eq!(seen.status, 400);
    seen.says(&["« <script> » n'est pas un état de convention"]);
}

#[tokio::test]
async fn a_convention_is_duplicated_as_a_file() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let copy = async |query: &str| {
        let path = format!("/partenaires/editeur-demo/copie?{query}");
        browser.send(browser.request(reqwest::Method::GET, &path)).await
    };
    let file =
        copy("identifiant=nouveau&organisme=Nouvel%20organisme&siret=209%20990%20019%2000017")
            .await;
    assert_eq!(file.status, 200);
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"nouveau.toml\"");
    assert!(
        file.html.contains("id = \"nouveau\"") && !file.html.contains("secret"),
        "{}",
        file.html
    );
    for (query, told) in [
        (
            "identifiant=editeur-demo&organisme=x&siret=20999001900017",
            "Identifiant : une convention le porte déjà",
        ),
        (
            "identifiant=a%22b&organisme=x&siret=20999001900017",
            "Identifiant : des lettres minuscules",
        ),
        ("identifiant=a&organisme=&siret=20999001900017", "Organisme : de 1 à 256"),
        ("identifiant=a&organisme=x&siret=12", "SIRET : les 14 chiffres"),
    ] {
        let page = copy(query).await;
        assert_eq!(page.status, 422, "{query}");
        page.says(&[told]);
    }
}

#[tokio::test]
async fn a_motif_stands_with_its_label_and_its_legal_ground_wherever_it_is_named() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let fraud = "0003 : Lutte contre la fraude. Fondement juridique : Code de la sécurité sociale, article L. 114-19";
    browser.open("/partenaires/cellule-fraude").await.says(&[fraud]);
    let report = "/admin/v1/recette/report?partner=cellule-fraude&format=html";
    browser.send(browser.request(reqwest::Method::GET, report)).await.says(&[fraud]);
    let shown = "0020 : Démonstration. Fondement juridique : aucun (motif de démonstration";
    browser.open("/").await.says(&[shown]);
    browser.open("/donnees/personas/celine-simple").await.says(&[shown]);
    let partner = world.partner("editeur-demo").await;
    let criteria =
        serde_json::json!({"iban": "FR7699010000010000010100185", "verificationCompte": "0"});
    partner.ficoba("numCpte", "0020", criteria.clone()).await;
    let last = async || world.last_entry().await["sequence"].as_u64().unwrap();
    browser.open(&format!("/journal/{}", last().await)).await.says(&[shown]);
    partner.ficoba("numCpte", "0003", criteria.clone()).await;
    let refused = browser.open(&format!("/journal/{}", last().await)).await;
    refused.says(&[fraud, &format!("Motif {shown}")]);
    partner.ficoba("numCpte", "9999", criteria).await;
    let unknown = browser.open(&format!("/journal/{}", last().await)).await;
    unknown.says(&["9999 : motif inconnu", &format!("Motif {shown}")]);
}
