//! `/openapi/ficoba.json` and `r2p.json`, as a generator of clients takes them.

use reqwest::Method;
use serde_json::Value;

use crate::harness::World;

async fn document(world: &World, path: &str) -> Value {
    let reply = world.console(Method::GET, path, None).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text);
    reply.json()
}

#[tokio::test]
async fn servers_and_token_endpoint_are_where_this_server_listens() {
    let world = World::start().await;
    let gateway = format!("https://localhost:{}", world.server.gateway.port());
    let ficoba = document(&world, "/openapi/ficoba.json").await;
    let urls: Vec<_> = ficoba["servers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["url"].as_str().unwrap())
        .collect();
    let contexts =
        ["/fcb-masrestit/api/v2", "/ficoba-api/v2"].map(|context| format!("{gateway}{context}"));
    assert_eq!(urls, contexts);
    let r2p = document(&world, "/openapi/r2p.json").await;
    assert_eq!(r2p["servers"][0]["url"], format!("{gateway}/r2p/v1"));
    for (document, scheme) in [(&ficoba, "jeton"), (&r2p, "oauth2")] {
        let schemes = &document["components"]["securitySchemes"];
        let flow = &schemes[scheme]["flows"]["clientCredentials"];
        assert_eq!(flow["tokenUrl"], format!("{gateway}/token"));
        assert_eq!(schemes["certificat"]["type"], "mutualTLS");
    }
    let console = document(&world, "/openapi/console.json").await;
    assert_eq!(console["servers"][0]["url"], format!("http://{}", world.server.console));
}

#[tokio::test]
async fn tags_and_headers_are_those_of_the_published_documents() {
    let world = World::start().await;
    for (name, path, method, tag) in [
        ("ficoba", "/comptes/multiDet", "post", "OS035 - RechercherMutiDetention"),
        ("ficoba", "/comptes/numCpte", "post", "OS041 - RechercherComptesParNumCpte"),
        ("ficoba", "/comptes/perPro", "post", "OS042 - RechercherComptesPerPro"),
        ("ficoba", "/comptes/perPhy", "post", "OS043 - RechercherComptesPerPhy"),
        ("ficoba", "/comptes/siretSiren", "post", "OS044 - RechercherComptesParSiretSiren"),
        ("ficoba", "/comptes/spi", "post", "OS045 - RechercherComptesParSpi"),
        ("ficoba", "/comptes/verifIban", "post", "OS050 - VerifierTitulaireIban"),
        ("ficoba", "/etatSante", "get", "Etat Santé"),
        ("r2p", "/personne", "get", "Recherche de personne physique par critères"),
        ("r2p", "/personne/spi", "get", "Recherche du SPI par état civil"),
        ("r2p", "/personne/{spi}", "get", "Recherche de personne physique par identifiant"),
    ] {
        let document = document(&world, &format!("/openapi/{name}.json")).await;
        let operation = &document["paths"][path][method];
        assert_eq!(operation["tags"], serde_json::json!([tag]), "{path}");
        let headers: Vec<_> = operation["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["in"] == "header" && one["required"] == true)
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(headers, ["Authorization", "X-Correlation-ID"], "{path}");
    }
}

#[tokio::test]
async fn what_the_gateway_answers_is_in_every_operation_with_its_headers() {
    let world = World::start().await;
    for name in ["ficoba", "r2p"] {
        let document = document(&world, &format!("/openapi/{name}.json")).await;
        for (path, item) in document["paths"].as_object().unwrap() {
            for operation in item.as_object().unwrap().values() {
                for status in ["401", "403", "404", "405", "429"] {
                    let response = &operation["responses"][status];
                    let schema = response["content"]["application/json"]["schema"].to_string();
                    assert!(schema.contains("FautePasserelle"), "{path} {status}: {response}");
                }
                let answers = &operation["responses"];
                assert!(answers["429"]["headers"]["Retry-After"].is_object(), "{path}");
                assert!(answers["401"]["headers"]["WWW-Authenticate"].is_object(), "{path}");
                assert!(answers["200"]["headers"]["X-Correlation-ID"].is_object(), "{path}");
            }
        }
        if name == "ficoba" {
            let refused = &document["paths"]["/comptes/spi"]["post"]["responses"]["401"];
            assert!(
                refused["content"]["application/json"]["schema"]["oneOf"].is_array(),
                "{refused}"
            );
        }
    }
}

#[tokio::test]
async fn a_generated_client_may_send_what_the_api_refuses_and_the_strict_twin_forbids_it() {
    let world = World::start().await;
    for (twin, free) in
        [("", true), ("?strict", false), ("?strict=true", false), ("?strict=false", true)]
    {
        let ficoba = document(&world, &format!("/openapi/ficoba.json{twin}")).await;
        let demand = &ficoba["components"]["schemas"]["DemandeRestitRechCompte"];
        assert_eq!(demand["required"].is_null(), free, "{twin}: {demand}");
        assert_eq!(demand["properties"]["motif"]["pattern"].is_null(), free, "{twin}");
        let about = demand["properties"]["motif"]["description"].as_str().unwrap();
        assert_eq!(about.contains("`^[0-9]{1,4}$`"), free, "{about}");
        assert!(about.contains("obligatoire"), "{about}");
        let criteria = &ficoba["components"]["schemas"]["CriteresRechercheCompte"];
        assert_eq!(criteria["properties"]["iban"]["maxLength"].is_null(), free, "{twin}");
        let r2p = document(&world, &format!("/openapi/r2p.json{twin}")).await;
        let parameters = r2p["paths"]["/personne"]["get"]["parameters"].as_array().unwrap();
        let name = parameters.iter().find(|one| one["name"] == "nom").unwrap();
        assert_eq!(name["required"] == false, free, "{twin}: {name}");
        assert_eq!(name["schema"]["maxLength"].is_null(), free, "{twin}: {name}");
        let spi = &r2p["paths"]["/personne/{spi}"]["get"]["parameters"];
        let spi = spi.as_array().unwrap().iter().find(|one| one["name"] == "spi").unwrap();
        assert_eq!(spi["required"], true, "OpenAPI has no other path parameters");
    }
    let wrong = world.console(Method::GET, "/openapi/ficoba.json?strict=peut-etre", None).await;
    assert_eq!(wrong.status, 400, "{}", wrong.text);
    let unknown = world.console(Method::GET, "/openapi/r2p.json?stric", None).await;
    assert_eq!(unknown.status, 400, "{}", unknown.text);
}

/// Sent as they stand, the examples are answered.
#[tokio::test]
async fn the_examples_are_calls_of_personas_that_are_answered() {
    let world = World::start().await;
    let ficoba = document(&world, "/openapi/ficoba.json").await;
    let conventions = world.console(Method::GET, "/admin/v1/conventions", None).await.json();
    let conventions = conventions.as_array().unwrap();
    let mut shown = 0;
    for (path, item) in ficoba["paths"].as_object().unwrap() {
        let examples = &item["post"]["requestBody"]["content"]["application/json"]["examples"];
        for (persona, example) in examples.as_object().into_iter().flatten() {
            let siret = &example["value"]["siretDemandeur"];
            let convention = conventions.iter().find(|one| one["siret"] == *siret).unwrap();
            let partner = convention["id"].as_str().unwrap();
            let partner = world.partner(partner).await;
            let reply = partner
                .ficoba_body(path.rsplit('/').next().unwrap(), &example["value"].to_string())
                .await;
            assert_eq!(reply.status, 200, "{path} {persona}: {}", reply.text);
            shown += 1;
        }
    }
    assert_eq!(shown, 7, "one for each search");
    let r2p = document(&world, "/openapi/r2p.json").await;
    let spi = r2p["paths"]["/personne/{spi}"]["get"]["parameters"].as_array().unwrap().iter();
    let spi = spi.clone().find(|one| one["name"] == "spi").unwrap()["example"].as_str().unwrap();
    let reply = world.partner("editeur-demo").await.get(&format!("/r2p/v1/personne/{spi}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}
