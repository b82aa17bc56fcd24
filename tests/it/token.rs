//! `POST /token`, `GET /oauth2/jwks`: client credentials, RFC 6749.

use reqwest::Method;

use crate::harness::{Reply, World};

#[tokio::test]
async fn credentials_in_the_form_give_a_token_of_the_documented_shape() {
    let world = World::start().await;
    let caller = world.caller("commune-valmont");
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "commune-valmont"),
        ("client_secret", "secret-commune-valmont"),
        ("scope", "api_r2p_resolution_spi unknown api_r2p_recherche_personne_physique"),
    ];
    let reply = Reply::read(caller.request(Method::POST, "/token").form(&form)).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("Cache-Control"), reply.header("Pragma")),
        (200, "no-store", "no-cache")
    );
    let body = reply.json();
    assert_eq!(
        body["scope"],
        "am_application_scope api_r2p_recherche_personne_physique api_r2p_resolution_spi"
    );
    assert_eq!(
        (body["token_type"].as_str(), body["expires_in"].as_i64()),
        (Some("Bearer"), Some(3600))
    );
    assert_eq!(body["access_token"].as_str().unwrap().split('.').count(), 3);
}

#[tokio::test]
async fn without_a_scope_the_default_ones_are_granted() {
    let world = World::start().await;
    let caller = world.caller("editeur-demo");
    let request = caller
        .request(Method::POST, "/oauth2/token")
        .basic_auth("editeur-demo", Some("secret-editeur-demo"));
    let reply = Reply::read(request.form(&[("grant_type", "client_credentials")])).await;
    assert_eq!(reply.json()["scope"], "am_application_scope default");
}

#[tokio::test]
async fn errors_come_in_the_documented_order() {
    let world = World::start().await;
    let caller = world.caller("editeur-demo");
    let ask = async |body: &'static str| {
        let request = caller
            .request(Method::POST, "/token")
            .header("Content-Type", "application/x-www-form-urlencoded");
        Reply::read(request.body(body)).await
    };
    for (body, outcome) in [
        ("grant_type=password&grant_type=password", "400 invalid_request"),
        ("client_id=editeur-demo", "400 invalid_request"),
        ("grant_type=password&client_id=nobody&client_secret=x", "400 unsupported_grant_type"),
        ("grant_type=client_credentials", "401 invalid_client"),
        ("grant_type=client_credentials&client_id=nobody&client_secret=x", "401 invalid_client"),
        (
            "grant_type=client_credentials&client_id=editeur-demo&client_secret=wrong",
            "401 invalid_client",
        ),
    ] {
        let reply = ask(body).await;
        assert_eq!(reply.outcome(), outcome, "{body}");
        assert_eq!(reply.header("Cache-Control"), "no-store", "{body}");
    }
}

#[tokio::test]
async fn credentials_given_twice_are_refused() {
    let world = World::start().await;
    let request = world.caller("editeur-demo").request(Method::POST, "/token");
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "editeur-demo"),
        ("client_secret", "secret-editeur-demo"),
    ];
    let request = request.basic_auth("editeur-demo", Some("secret-editeur-demo")).form(&form);
    assert_eq!(Reply::read(request).await.outcome(), "400 invalid_request");
}

#[tokio::test]
async fn the_public_key_is_published_and_signs_the_tokens() {
    let world = World::start().await;
    let caller = world.caller("editeur-demo");
    let keys = caller.get("/oauth2/jwks").await.json();
    let key = &keys["keys"][0];
    assert_eq!(
        (key["kty"].as_str(), key["alg"].as_str(), key["use"].as_str()),
        (Some("RSA"), Some("RS256"), Some("sig"))
    );
    let token = caller.obtain_token("editeur-demo", None).await;
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(header.kid.as_deref(), key["kid"].as_str());
    let jwk = serde_json::from_value(key.clone()).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    let key = jsonwebtoken::DecodingKey::from_jwk(&jwk).unwrap();
    let claims =
        jsonwebtoken::decode::<serde_json::Value>(&token, &key, &validation).unwrap().claims;
    assert_eq!(claims["client_id"], "editeur-demo");
}
