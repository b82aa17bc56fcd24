//! Forms are taken from our own pages only, and what is not there is told.

use reqwest::Method;

use super::browser::Browser;
use crate::harness::{Reply, World};

const ACTION: &str = "/journal/vider";

async fn world() -> (World, Browser, String) {
    let world = World::start().await;
    world.caller("editeur-demo").get("/oauth2/jwks").await;
    let browser = Browser::on(&world);
    let token = browser.open(ACTION).await.token();
    (world, browser, token)
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_and_nothing_is_done() {
    let (world, browser, token) = world().await;
    for origin in ["http://localhost:3000", "https://exemple.fr", "null"] {
        let form = [("jeton_formulaire", token.as_str())];
        let request = browser.request(Method::POST, ACTION).header("Origin", origin).form(&form);
        let seen = browser.send(request).await;
        assert_eq!(seen.status, 403, "{origin}");
        seen.says(&["Formulaire refusé", "rien n'a été modifié", "Statut HTTP 403"]);
    }
    assert_ne!(world.last_entry().await, serde_json::Value::default());
}

#[tokio::test]
async fn a_form_without_our_mark_is_refused_and_nothing_is_done() {
    let (world, browser, token) = world().await;
    for forged in ["", "x", &token[1..], &format!("{token}A")] {
        let seen = browser.post(ACTION, forged, &[]).await;
        assert_eq!(seen.status, 403, "{forged:?}");
        seen.says(&["Formulaire refusé", "rouvrez-la et recommencez"]);
    }
    let json = browser
        .request(Method::POST, ACTION)
        .json(&serde_json::json!({ "jeton_formulaire": token }));
    assert_eq!(browser.send(json).await.status, 403);
    assert_ne!(world.last_entry().await, serde_json::Value::default());
}

#[tokio::test]
async fn the_mark_of_another_browser_is_no_mark() {
    let (world, browser, _) = world().await;
    let other = Browser::on(&world);
    let token = other.open(ACTION).await.token();
    assert_eq!(browser.post(ACTION, &token, &[]).await.status, 403);
    let stranger = Browser::on(&world);
    let seen = stranger.post(ACTION, &token, &[]).await;
    assert_eq!(seen.status, 403);
    seen.says(&["cookie"]);
}

#[tokio::test]
async fn an_enormous_form_is_refused() {
    let (_world, browser, token) = world().await;
    let seen = browser.post(ACTION, &token, &[("x", &"a".repeat(300_000))]).await;
    assert_eq!(seen.status, 403);
    seen.says(&["dépasse la taille admise"]);
}

#[tokio::test]
async fn what_is_nowhere_is_told_to_people_in_a_page_and_to_programs_in_a_problem() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let seen = browser.visit("/nulle-part/<script>alert(1)</script>").await;
    assert_eq!(seen.status, 404);
    seen.says(&["Introuvable", "Cette page n'existe pas", "Accueil", "Journal"]);
    for path in
        ["/journal/%ff", "/donnees/fiches/%ff", "/partenaires/%ff", "/recette/%ff", "/api/%ff/x"]
    {
        let seen = browser.send(browser.request(Method::GET, path)).await;
        assert_eq!(seen.status, 404, "{path}");
        seen.says(&["Introuvable", "ne forment pas un texte", "Accueil"]);
    }
    let seen = browser.visit("/incidents/retrait").await;
    assert_eq!(seen.status, 405);
    seen.says(&["Cette adresse ne se consulte pas directement"]);
    for path in ["/nulle-part", "/admin/v1/nulle-part"] {
        let reply: Reply = world.console(Method::GET, path, None).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-type")),
            (404, "application/problem+json"),
            "{path}"
        );
    }
    let api = browser.send(browser.request(Method::GET, "/admin/v1/nulle-part")).await;
    assert_eq!(api.headers["content-type"], "application/problem+json");
}

#[tokio::test]
async fn style_script_and_icon_are_served_from_the_address_that_pages_give() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let home = browser.open("/").await;
    let assets: Vec<_> = home.html.split('"').filter(|text| text.starts_with("/assets/")).collect();
    assert_eq!(assets.len(), 3);
    let mut weight = home.html.len();
    for asset in assets {
        let seen = browser.send(browser.request(Method::GET, asset)).await;
        assert_eq!(seen.status, 200, "{asset}");
        assert!(seen.headers["cache-control"].to_str().unwrap().contains("immutable"), "{asset}");
        assert_eq!(seen.headers["x-content-type-options"], "nosniff");
        assert!(!seen.html.contains("url(http") && !seen.html.contains("@import"), "{asset}");
        weight += seen.html.len();
    }
    assert!(weight < 200_000, "{weight} bytes in all");
    assert_eq!(
        browser.send(browser.request(Method::GET, "/assets/../Cargo.toml")).await.status,
        404
    );
}
