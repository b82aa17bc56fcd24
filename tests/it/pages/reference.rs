//! `/api`: the OpenAPI documents for people, and the codes.

use reqwest::Method;

use super::browser::Browser;
use crate::harness::World;

const DOCUMENTS: [&str; 4] = ["ficoba", "r2p", "sfip", "console"];

#[tokio::test]
async fn every_operation_of_every_document_has_its_page() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let index = browser.open("/api").await;
    for name in DOCUMENTS {
        let document =
            world.console(Method::GET, &format!("/openapi/{name}.json"), None).await.json();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let address = format!("/api/{name}/{}", operation["operationId"].as_str().unwrap());
                assert!(index.html.contains(&format!("href=\"{address}\"")), "{method} {path}");
                let page = browser.open(&address).await;
                page.says(&[path, &method.to_uppercase(), "Réponses"]);
                for status in operation["responses"].as_object().unwrap().keys() {
                    page.says(&[status]);
                }
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    page.says(&[parameter["name"].as_str().unwrap()]);
                }
            }
        }
    }
}

#[tokio::test]
async fn an_operation_tells_parameters_body_answers_codes_and_quotas_and_can_be_tried() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    let page = browser.open("/api/ficoba/rechercherComptesSpi").await;
    page.says(&[
        "POST /fcb-masrestit/api/v2/comptes/spi",
        "X-Correlation-ID en-tête, obligatoire",
        "criteresRecherche",
        "numeroSPI",
        "siretDemandeur",
        "CAF007",
        "CAT002",
        "Cellule",
        "750",
        "Essayer cet appel",
    ]);
    let link =
        page.html.split("href=\"").find(|rest| rest.starts_with("/essai?operation=")).unwrap();
    let form = browser.open(link.split('"').next().unwrap()).await;
    assert!(form.html.contains("value=\"/fcb-masrestit/api/v2/comptes/spi\""));
    form.says(&["numeroSPI"]);
    let console = browser.open("/api/console/put-clock").await;
    assert!(!console.html.contains("/essai?operation"), "the admin API is not behind the gateway");
}

#[tokio::test]
async fn every_code_that_an_api_can_answer_is_listed() {
    let world = World::start().await;
    let page = Browser::on(&world).open("/api/codes").await;
    for code in [
        "900901",
        "900902",
        "900804",
        "invalid_client",
        "CAF001",
        "CAF037",
        "CAT004",
        "4003",
        "40433",
    ] {
        page.says(&[code]);
    }
}

#[tokio::test]
async fn an_unknown_operation_is_a_helpful_page() {
    let world = World::start().await;
    let browser = Browser::on(&world);
    for path in
        ["/api/ficoba/rien", "/api/rien/read-clock", "/api/ficoba/%3Cscript%3E", "/api/rien"]
    {
        let seen = browser.visit(path).await;
        assert_eq!(seen.status, 404, "{path}");
        seen.says(&["Introuvable"]);
        assert!(!seen.html.contains("<script>"));
    }
}
