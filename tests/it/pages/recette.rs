//! `/recette`: how far each rehearsal has come, and one partner's case by case.

use bacasable::recette::report::Format;
use reqwest::Method;

use super::browser::{Browser, unescaped};
use crate::harness::World;

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";
const EDITOR: &str = "/recette/editeur-demo";

#[tokio::test]
async fn every_partner_is_listed_with_what_its_client_has_shown() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let all = world.recette("editeur-demo").await.tally.applicable;
    browser.open("/recette").await.says(&[&format!("editeur-demo 0 sur {all}")]);
    world.partner("editeur-demo").await.get(HEALTH).await;
    let list = browser.open("/recette").await;
    list.says(&[&format!("editeur-demo 3 sur {all}")]);
    for convention in world.server.sandbox.directory().iter() {
        assert!(list.html.contains(&format!("href=\"/recette/{}\"", convention.id)));
        let all = browser.open(&format!("/recette/{}?cas=tous", convention.id)).await;
        all.says(&[
            "Couverture par thème",
            "Comportement de l'application",
            "Limites de cette recette à blanc",
        ]);
    }
}

#[tokio::test]
async fn the_sheet_is_what_the_report_says() {
    let world = World::start().await;
    let partner = world.partner("editeur-demo").await;
    partner.get(HEALTH).await;
    partner.ficoba("spi", "0020", serde_json::json!({ "numeroSPI": "3990000101192" })).await;
    let report = world.recette("editeur-demo").await;
    assert!(report.tally.conforming > 3);
    let page = Browser::on(&world).open(EDITOR).await;
    page.says(&[
        &format!(
            "{} % : {} cas conformes sur {} applicables",
            report.percent, report.tally.conforming, report.tally.applicable
        ),
        &format!("Cas restants : {}", report.left().count()),
    ]);
    for case in report.left() {
        page.says(&[&case.title, &case.how]);
    }
    for finding in &report.conduct {
        page.says(&[&format!("{} {}", finding.verdict.french(), finding.title)]);
    }
    for point in &report.vigilance {
        page.says(&[point]);
    }
    let shown = report.cases().find(|case| case.id == "spi-personne" || case.seen > 0).unwrap();
    let all = Browser::on(&world).open("/recette/editeur-demo?cas=tous").await;
    all.says(&["Tous les cas", &shown.title]);
    let proof = &shown.evidence[0].correlation_id;
    assert!(all.html.contains(&format!("/journal?correlation_id={proof}")), "the proof is a link");
}

#[tokio::test]
async fn the_report_is_taken_away_in_every_form() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let page = browser.open(EDITOR).await;
    for format in Format::ALL {
        let path = format!("/admin/v1/recette/report?partner=editeur-demo&format={format}");
        assert!(page.html.contains(&path.replace('&', "&amp;")), "{format}");
        let seen = browser.send(browser.request(Method::GET, &path)).await;
        assert_eq!(
            (seen.status.as_u16(), seen.headers["content-type"].to_str().unwrap()),
            (200, format.media())
        );
    }
}

#[tokio::test]
async fn a_case_begins_and_ends_by_forms() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let turn = async |field: &str| {
        browser.submit(EDITOR, "/recette/editeur-demo/cas", &[(field, "jetons-absent")]).await
    };
    let begun = turn("commencer").await;
    const CASE: &str = "Le cas « Appeler sans jeton » (jetons-absent)";
    begun.says(&[&format!("{CASE} est commencé : les appels"), "En cours : Appeler sans jeton"]);
    let marks = || {
        let all = world.server.sandbox.journal.read(&bacasable::journal::Filter::default());
        all.iter().filter(|entry| entry.mark.is_some()).count()
    };
    let again = turn("commencer").await;
    again.says(&[&format!("{CASE} est déjà en cours, depuis le 22/11/2026 à ")]);
    assert_eq!(marks(), 1, "it began once");
    world.caller("editeur-demo").get(HEALTH).await;
    let ended = turn("terminer").await;
    ended.says(&[&format!("{CASE} est terminé. État : conforme.")]);
    turn("terminer")
        .await
        .says(&[&format!("{CASE} n'est pas en cours : il n'y a rien à terminer.")]);
    assert_eq!(marks(), 2, "it ended once");
    assert!(!ended.text().contains("En cours :"));
    let report = world.recette("editeur-demo").await;
    let case = report.cases().find(|case| case.id == "jetons-absent").unwrap();
    assert!(case.seen == 1, "the call made in between shows it: {case:?}");
}

#[tokio::test]
async fn what_is_kept_follows_the_journal_the_convention_and_the_clock() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let partner = world.partner("editeur-demo").await;
    partner.get(HEALTH).await;
    browser.open(EDITOR).await.says(&["3 cas conformes"]);
    browser.submit("/journal/vider", "/journal/vider", &[]).await;
    browser.open(EDITOR).await.says(&["0 cas conforme "]);
    browser
        .submit(
            "/partenaires/editeur-demo",
            "/partenaires/editeur-demo/etat",
            &[("etat", "suspended")],
        )
        .await;
    browser.open(EDITOR).await.says(&["suspendue"]);
}

/// A long journal is judged behind: the page says so, then shows what was found.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_journal_does_not_make_the_reader_wait() {
    let world = World::start().await;
    world.partner("editeur-demo").await.get(HEALTH).await;
    let journal = &world.server.sandbox.journal;
    let real = journal.read(&bacasable::journal::Filter::default());
    for entry in real.iter().cycle().take(2_000) {
        journal.record(entry.as_ref().clone());
    }
    let browser = Browser::on(&world);
    let settled = async |path: &str, told: &str| {
        for _ in 0..600 {
            let page = browser.open(path).await;
            let waits = page.text().contains("Recharger la page");
            assert!(waits || page.text().contains(told), "{path}: no {told}");
            if !waits {
                return page;
            }
            tokio::task::yield_now().await;
        }
        panic!("{path}: still not judged");
    };
    settled(EDITOR, "2 002 entrées").await;
    let all = world.recette("editeur-demo").await.tally.applicable;
    settled("/recette", &format!("editeur-demo 3 sur {all}")).await;
    world.caller("editeur-demo").get("/oauth2/jwks").await;
    let stale = browser.open(EDITOR).await;
    stale.says(&["3 cas conformes"]);
    settled(EDITOR, "3 cas conformes").await.says(&["2 003 entrées"]);
}

#[tokio::test]
async fn unknown_partners_and_cases_are_helpful_pages() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    for path in ["/recette/personne", "/recette/%3Cscript%3E"] {
        let seen = browser.visit(path).await;
        assert_eq!(seen.status, 404, "{path}");
        seen.says(&["Introuvable", "Aucune convention"]);
        assert!(!seen.html.contains("<script>"));
    }
    let token = browser.open(EDITOR).await.token();
    let action = "/recette/editeur-demo/cas";
    for (fields, status) in
        [(vec![("commencer", "<script>")], 404), (vec![], 400), (vec![("commencer", " ")], 400)]
    {
        let seen = browser.post(action, &token, &fields).await;
        assert_eq!(seen.status, status, "{fields:?}");
        assert!(!seen.html.contains("<script>"));
    }
    assert_eq!(
        browser
            .post("/recette/personne/cas", &token, &[("commencer", "jetons-absent")])
            .await
            .status,
        404
    );
    assert_eq!(browser.post(action, "", &[("commencer", "jetons-absent")]).await.status, 403);
}

#[tokio::test]
async fn a_case_leads_to_its_persona_its_incident_filled_in_and_its_certificate() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let page = browser.open("/recette/editeur-demo?cas=tous").await;
    let links = |start: &str| {
        let all = page.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let mut found: Vec<_> = all.filter(|link| link.starts_with(start)).map(unescaped).collect();
        found.sort();
        found.dedup();
        found
    };
    for (start, least) in
        [("/donnees/personas/", 5), ("/incidents?", 10), ("/certs/clients/invalid/", 6)]
    {
        let found = links(start);
        assert!(found.len() >= least, "{start}: {found:?}");
        for link in found {
            let seen = browser.send(browser.request(Method::GET, &link)).await;
            assert_eq!(seen.status, 200, "{link}");
        }
    }
    let orders = links("/incidents?");
    let health = orders.iter().find(|link| link.contains("CAT001") && link.contains("etatSante"));
    let form = browser.open(health.unwrap()).await.html;
    for field in [
        "<option value=\"ficoba/etatSante\" selected>",
        "<option value=\"editeur-demo\" selected>",
        "name=\"code\" value=\"CAT001\"",
        "name=\"fois\" type=\"number\" min=\"1\" value=\"1\"",
        "value=\"code\" checked",
    ] {
        assert!(form.contains(field), "{field}");
    }
    let page = orders.iter().find(|link| link.contains("effet=html")).unwrap();
    assert!(browser.open(page).await.html.contains("value=\"html\" checked"));
}

#[tokio::test]
async fn the_case_under_way_stands_on_every_page_until_it_ends() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let pages = ["/", "/partenaires", "/donnees", "/journal", "/incidents", "/recette", "/rien"];
    let shown = "Cas en cours : Appeler sans jeton , pour Éditeur Démo";
    let all_say = async |wanted: bool| {
        for path in pages {
            let page = browser.visit(path).await;
            assert_eq!(page.text().contains(shown), wanted, "{path}: {}", page.text());
            assert_eq!(page.html.contains("href=\"/recette/editeur-demo#en-cours\""), wanted);
        }
    };
    let turn = async |field: &str| {
        browser.submit(EDITOR, "/recette/editeur-demo/cas", &[(field, "jetons-absent")]).await
    };
    all_say(false).await;
    turn("commencer").await;
    all_say(true).await;
    turn("terminer").await;
    all_say(false).await;
    turn("commencer").await;
    browser.submit("/journal/vider", "/journal/vider", &[]).await;
    all_say(false).await;
    turn("commencer").await;
    let begin = "/admin/v1/recette/cases/jetons-expiration/begin";
    for partner in ["cellule-fraude", "banque-horizon"] {
        let body = serde_json::json!({ "partner": partner });
        assert_eq!(world.console(Method::POST, begin, Some(body)).await.status, 200);
    }
    browser.open("/").await.says(&["1 autre cas est en cours"]);
}
