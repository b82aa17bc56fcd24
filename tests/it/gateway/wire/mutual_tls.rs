//! 4: the client certificate. (Handshake mode, proxies, renewals: their own files.)

use http::Request;

use super::{HEALTH, each};

#[tokio::test]
async fn section_4_whatever_is_wrong_with_the_certificate_the_answer_is_one() {
    for inside in each() {
        let mut bodies = Vec::new();
        for certificate in [
            None,
            Some("clients/invalid/expired"),
            Some("clients/invalid/not-yet-valid"),
            Some("clients/invalid/revoked"),
            Some("clients/invalid/unknown-ca"),
            Some("clients/invalid/self-signed"),
            Some("clients/invalid/server-only"),
            Some("clients/invalid/no-partner"),
            Some("ca"),
            Some("server"),
        ] {
            let reply = inside
                .send(&inside.peer(certificate), Request::get(HEALTH).body("").unwrap())
                .await;
            assert_eq!(
                (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
                ("401 900901", "certificate"),
                "{certificate:?}"
            );
            bodies.push(reply.text);
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1);
    }
}

#[tokio::test]
async fn section_4_the_token_endpoint_asks_for_a_partners_certificate_too() {
    for inside in each() {
        for (method, path) in [
            ("POST", "/token"),
            ("POST", "/revoke"),
            ("GET", "/oauth2/jwks"),
            ("GET", "/"),
            ("GET", "/token"),
        ] {
            let request = || {
                Request::builder()
                    .method(method)
                    .uri(path)
                    .body("grant_type=client_credentials")
                    .unwrap()
            };
            let reply = inside.send(&inside.peer(None), request()).await;
            assert_eq!(
                reply.outcome(),
                "401 900901",
                "{method} {path}: a fault of the gateway, not an OAuth error"
            );
            let reply = inside.send(&inside.partner("partenaire-hors-liste"), request()).await;
            assert_eq!(reply.outcome(), "403 900805", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn section_4_the_certificate_need_not_be_the_clients_at_the_token_endpoint() {
    for inside in each() {
        let body = "grant_type=client_credentials&client_id=cellule-fraude&client_secret=secret-cellule-fraude";
        let reply = inside
            .send(&inside.partner("editeur-demo"), Request::post("/token").body(body).unwrap())
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let token = reply.json()["access_token"].as_str().unwrap().to_owned();
        let request = Request::get(HEALTH)
            .header("Authorization", format!("Bearer {token}"))
            .body("")
            .unwrap();
        let reply = inside.send(&inside.partner("editeur-demo"), request).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
            ("401 900901", "identity")
        );
    }
}
