//! `/certs/...` on the console.

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
        "clients/invalid/expired.pem",
    ] {
        let reply = world.console(Method::GET, &format!("/certs/{name}"), None).await;
        assert_eq!(reply.status, 200, "{name}");
        assert_eq!(reply.text, std::fs::read_to_string(certs().join(name)).unwrap(), "{name}");
        assert!(reply.header("content-disposition").starts_with("attachment"), "{name}");
    }
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
