//! `/certs/...` on the console.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;

use crate::harness::{World, certs};

#[tokio::test]
async fn what_a_client_needs_is_given_as_it_lies_in_the_folder() {
    let world = World::start().await;
    for name in [
        "ca.pem",
        "crl.pem",
        "clients/editeur-demo.pem",
        "clients/editeur-demo.key",
        "clients/editeur-demo-combined.pem",
        "clients/invalid/expired.pem",
    ] {
        let reply = world.console(Method::GET, &format!("/certs/{name}"), None).await;
        assert_eq!(reply.status, 200, "{name}");
        assert_eq!(reply.text, std::fs::read_to_string(certs().join(name)).unwrap(), "{name}");
        assert!(reply.header("content-disposition").starts_with("attachment"), "{name}");
    }
}

#[tokio::test]
async fn all_that_a_client_needs_is_given_at_once() {
    let world = World::start().await;
    let read = |name: &str| std::fs::read_to_string(certs().join(name)).unwrap();
    let reply = world.console(Method::GET, "/certs/clients/banque-horizon.json", None).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("cache-control"), "no-store");
    let bundle: serde_json::Value = serde_json::from_str(&reply.text).unwrap();
    assert_eq!(bundle["partner"], "banque-horizon");
    assert_eq!(bundle["consumer_key"], "banque-horizon");
    assert_eq!(bundle["consumer_secret"], "secret-banque-horizon");
    let directory = world.server.sandbox.directory();
    let siret = directory.convention("banque-horizon").unwrap().siret.to_string();
    assert_eq!(bundle["siret"], siret);
    assert_eq!(bundle["ca"], read("ca.pem"));
    assert_eq!(bundle["certificate"], read("clients/banque-horizon.pem"));
    assert_eq!(bundle["key"], read("clients/banque-horizon.key"));
    assert_eq!(bundle["pkcs12_password"], "bacasable");
    let store = std::fs::read(certs().join("clients/banque-horizon.p12")).unwrap();
    assert_eq!(bundle["pkcs12"], STANDARD.encode(store));

    for (name, partner) in [("expired", Some("editeur-demo")), ("no-partner", None)] {
        let path = format!("/certs/clients/invalid/{name}.json");
        let reply = world.console(Method::GET, &path, None).await;
        let bundle: serde_json::Value = serde_json::from_str(&reply.text).unwrap();
        assert_eq!(bundle["partner"].as_str(), partner, "{name}");
        assert_eq!(bundle["certificate"], read(&format!("clients/invalid/{name}.pem")));
    }
    for name in
        ["personne.json", "invalid/other.json", ".json", "..%2fca.json", "%2e%2e/server.json"]
    {
        let reply = world.console(Method::GET, &format!("/certs/clients/{name}"), None).await;
        assert_eq!(reply.status, 404, "{name}");
        assert!(!reply.text.contains("PRIVATE KEY"), "{name}");
    }
}

#[tokio::test]
async fn with_a_pki_of_one_s_own_no_client_s_key_is_given_in_any_form() {
    let world = World::with(|config| config.gateway.own_pki = true).await;
    for kind in [".json", ".key", ".p12", "-combined.pem"] {
        let path = format!("/certs/clients/editeur-demo{kind}");
        assert_eq!(world.console(Method::GET, &path, None).await.status, 404, "{kind}");
    }
    assert_eq!(world.console(Method::GET, "/certs/ca.pem", None).await.status, 200);
}

#[tokio::test]
async fn the_keys_of_authority_server_and_tokens_are_never_given() {
    let world = World::start().await;
    for name in ["ca.key", "server.key", "server.pem", "token.key", "console.token"] {
        for spelling in [
            name.to_owned(),
            format!("clients/../{name}"),
            format!("clients/%2e%2e/{name}"),
            format!("clients%2f..%2f{name}"),
            format!("./{name}"),
            format!("%2e/{name}"),
            format!("/{name}"),
        ] {
            let reply = world.console(Method::GET, &format!("/certs/{spelling}"), None).await;
            assert_eq!(reply.status, 404, "{spelling}");
            assert!(!reply.text.contains("PRIVATE KEY"), "{spelling}");
        }
    }
    assert_eq!(world.console(Method::GET, "/certs/clients/personne.pem", None).await.status, 404);
}
