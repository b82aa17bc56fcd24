//! `/journal`: what happened, and one request understood from its page alone.

use reqwest::Method;

use super::browser::Browser;
use crate::harness::{Reply, World};

#[tokio::test]
async fn a_refused_call_is_understood_from_its_page_alone() {
    let world = World::start().await;
    world.caller("partenaire-hors-liste").get("/fcb-masrestit/api/v2/etatSante").await;
    let browser = Browser::on(&world);
    let list = browser.open("/journal").await;
    list.says(&[
        "partenaire-hors-liste",
        "403 900805",
        "1 contrôle validé, refus : Adresse, 4 contrôles non évalués",
    ]);
    let link = list.html.split("href=\"").find(|rest| rest.starts_with("/journal/0")).unwrap();
    let sheet = browser.open(link.split('"').next().unwrap()).await;
    sheet.says(&[
        "Appel de partenaire-hors-liste",
        "Certificat accord",
        "Adresse refus",
        "adresse 127.0.0.1 hors de la liste déclarée par le partenaire (192.0.2.0/24)",
        "Identifiant technique sans verdict",
        "Quota sans verdict",
        "900805 : Adresse bloquée",
        "Que faire ?",
        "CN=partenaire-hors-liste",
        "110e8400-e29b-11d4-a716-446655440000",
    ]);
}

#[tokio::test]
async fn each_filter_narrows_and_what_cannot_be_read_is_told() {
    let world = World::start().await;
    let caller = world.partner("commune-valmont").await;
    caller.get("/fcb-masrestit/api/v2/etatSante").await;
    world.caller("editeur-demo").get("/oauth2/jwks").await;
    let browser = Browser::on(&world);
    for (query, count) in [
        ("", "3 entrées"),
        ("partner=commune-valmont", "2 entrées"),
        ("api=ficoba", "1 entrée "),
        ("operation=token", "1 entrée "),
        ("status=403", "1 entrée "),
        ("code=900908", "1 entrée "),
        ("control=rights", "1 entrée "),
        ("correlation_id=110E8400-E29B-11D4-A716-446655440000", "3 entrées"),
        ("partner=&api=&operation=&status=&code=&control=&correlation_id=", "3 entrées"),
        ("partner=nobody", "0 entrée "),
    ] {
        browser.open(&format!("/journal?{query}")).await.says(&[count.to_owned().trim_end()]);
    }
    let fault = browser.visit("/journal?status=abc&code=%3Cscript%3E").await;
    assert_eq!(fault.status, 400);
    fault.says(&["Statut HTTP : un nombre est attendu"]);
    assert!(!fault.html.contains("<script>"), "what was typed comes back escaped");
}

#[tokio::test]
async fn older_entries_are_a_link_away_and_none_is_lost_between_pages() {
    let world = World::start().await;
    let caller = world.caller("editeur-demo");
    for _ in 0..51 {
        caller.get("/oauth2/jwks").await;
    }
    let browser = Browser::on(&world);
    let first = browser.open("/journal?operation=jwks").await;
    first.says(&["51 entrées dans le journal, dont 50 sur cette page", "Plus anciennes"]);
    let older = browser.open("/journal?operation=jwks&avant=1").await;
    assert!(
        older.html.contains("href=\"/journal/0\"") && !older.html.contains("href=\"/journal/1\"")
    );
    older.says(&["Revenir aux plus récentes"]);
    assert!(
        first.html.contains("href=\"/journal?operation=jwks&#38;avant=1\""),
        "the link leads there"
    );
}

#[tokio::test]
async fn an_unknown_entry_is_a_helpful_page() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    for path in ["/journal/0", "/journal/99999999999999999999", "/journal/%3Cscript%3E"] {
        let seen = browser.visit(path).await;
        assert_eq!(seen.status, 404, "{path}");
        seen.says(&["Introuvable", "n'a pas d'entrée"]);
        assert!(!seen.html.contains("<script>"));
    }
}

#[tokio::test]
async fn script_in_a_request_s_headers_stays_text() {
    let world = World::start().await;
    let script = "<script>alert(1)</script>";
    let request = world.caller("editeur-demo").bare(Method::GET, "/oauth2/jwks");
    Reply::read(
        request.header("X-Correlation-ID", script).header("X-Request-ID", "\"><img src=x>"),
    )
    .await;
    let browser = Browser::on(&world);
    for path in [
        "/journal",
        "/journal/0",
        "/",
        "/journal?correlation_id=%22%3E%3Cscript%3E&partner=%22%3E%3Cimg",
    ] {
        let seen = browser.open(path).await;
        assert!(!seen.html.contains(script) && !seen.html.contains("<img"), "{path}");
    }
    browser.open("/journal/0").await.says(&[script, "\"><img src=x>"]);
}

#[tokio::test]
async fn the_journal_is_emptied_by_its_form() {
    let world = World::start().await;
    world.caller("editeur-demo").get("/oauth2/jwks").await;
    let seen = Browser::on(&world).submit("/journal/vider", "/journal/vider", &[]).await;
    seen.says(&["Le journal a été vidé", "0 entrée"]);
}

/// One click never destroys evidence: the buttons of the pages lead to a page that says what will be lost and how to keep it.
#[tokio::test]
async fn what_empties_the_journal_says_first_what_will_be_lost() {
    let world = World::start().await;
    world.partner("editeur-demo").await.get("/oauth2/jwks").await;
    let browser = Browser::on(&world);
    let fields = [("effet", "statut"), ("statut", "503"), ("fois", "")];
    browser.submit("/incidents", "/incidents/commandes", &fields).await;
    for (page, order) in
        [("/journal", "/journal/vider"), ("/incidents", "/incidents/remise-a-zero")]
    {
        let button = format!("<form method=\"get\" action=\"{order}\"");
        assert!(browser.open(page).await.html.contains(&button), "{page}");
        let asked = browser.open(order).await;
        asked.says(&[
            "Ce qui sera perdu",
            "Preuves de la recette, partenaire editeur-demo (",
            "qui n'existent qu'en mémoire",
            "il sera perdu à l'arrêt du serveur",
            "Enregistrer le journal (JSON)",
            "Annuler",
        ]);
        assert!(asked.html.contains("recette/report?partner=editeur-demo&amp;format=json"));
        assert_eq!(asked.text().contains("L'incident actif"), order.starts_with("/incidents"));
    }
    assert!(world.last_entry().await["sequence"].as_u64() > Some(0), "nothing was emptied");
    browser.submit("/journal/vider", "/journal/vider", &[]).await;
    let points = world.recette("editeur-demo").await.vigilance.join(" ");
    let emptied = "Le journal a été vidé le 22/11/2026 à 11:00:00 par le bouton « Vider le journal » des pages : les appels d'avant ne sont plus";
    assert!(points.contains(emptied), "{points}");
    assert!(points.contains("L'application n'est pas renseignée"), "{points}");
    browser
        .open("/journal/vider")
        .await
        .says(&["aucune entrée : cette action n'efface aucune preuve"]);
}

/// With a file nothing is lost of the recette, and the page says so: one thing, and not its contrary beside it.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_file_keeps_is_not_said_to_be_lost() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let world = World::with(|config| config.journal.file = Some(path.clone())).await;
    world.partner("editeur-demo").await.get("/oauth2/jwks").await;
    let browser = Browser::on(&world);
    let asked = browser.open("/journal/vider").await;
    asked.says(&[
        "Le fichier du journal les garde, et la recette continue de les compter.",
        "Les preuves de la recette ne sont pas perdues : elles sont lues dans le fichier.",
    ]);
    assert!(!asked.text().contains("ne peut pas être annulée"), "{}", asked.text());
    assert!(!asked.html.contains("recette/report?partner="), "{}", asked.html);
    let before = world.recette("editeur-demo").await.entries;
    browser.submit("/journal/vider", "/journal/vider", &[]).await;
    let report = world.recette("editeur-demo").await;
    assert_eq!(report.entries, before);
    let points = report.vigilance.join(" ");
    assert!(
        points.contains("les appels d'avant restent dans le fichier, et sont comptés."),
        "{points}"
    );
}

#[tokio::test]
async fn the_live_part_is_what_the_page_shows() {
    let world = World::start().await;
    world.caller("editeur-demo").get("/oauth2/jwks").await;
    let browser = Browser::on(&world);
    let (page, fragment) =
        (browser.open("/journal").await, browser.open("/fragments/journal").await);
    assert!(page.html.contains(fragment.html.trim()));
    assert_eq!(browser.visit("/fragments/journal?status=x").await.status, 400);
}

#[tokio::test]
async fn a_period_narrows_the_journal_and_its_export_holds_what_the_filter_wants() {
    let world = World::start().await;
    world.partner("commune-valmont").await.get("/fcb-masrestit/api/v2/etatSante").await;
    world.order(Method::PUT, "clock", Some(serde_json::json!({ "advance": "PT1H" }))).await;
    world.caller("editeur-demo").get("/oauth2/jwks").await;
    let browser = Browser::on(&world);
    for (query, count) in [
        ("depuis=2026-11-22T11:00&jusque=2026-11-22T12:00", "2 entrées"),
        ("depuis=2026-11-22T12:00", "1 entrée "),
        ("jusque=2026-11-22T11:00", "0 entrée "),
        ("depuis=&jusque=", "3 entrées"),
    ] {
        browser.open(&format!("/journal?{query}")).await.says(&[count.trim_end()]);
    }
    let fault = browser.visit("/journal?depuis=hier").await;
    assert_eq!(fault.status, 400);
    fault.says(&["À partir de : une date et une heure de Paris sont attendues"]);
    let page = browser.open("/journal?partner=commune-valmont").await;
    assert!(page.html.contains("href=\"/journal/entrees.csv?partner=commune%2Dvalmont\""));
    let file = browser
        .send(browser.request(Method::GET, "/journal/entrees.csv?jusque=2026-11-22T12:00"))
        .await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<_> = file.html.lines().collect();
    assert_eq!(lines.len(), 3, "{}", file.html);
    assert!(lines[0].contains("date (Paris);heure (Paris);instant (UTC)"), "{}", lines[0]);
    assert!(
        lines[1].contains("22/11/2026") && lines[2].contains("commune-valmont"),
        "{}",
        file.html
    );
    let wrong = browser.visit("/journal/entrees.csv?status=x").await;
    assert_eq!(wrong.status, 400);
}

/// A refusal that names motifs by their codes names them in full in lists too.
#[tokio::test]
async fn the_motifs_that_a_reason_names_are_told_in_full_in_lists() {
    let world = World::start().await;
    let partner = world.partner("region-existence-iban").await;
    partner.ficoba("spi", "0101", serde_json::json!({ "numeroSPI": "3990000101192" })).await;
    let browser = Browser::on(&world);
    for page in ["/journal", "/", "/partenaires/region-existence-iban"] {
        browser.open(page).await.says(&["Motif 0101 : ", "Fondement juridique : "]);
    }
}
