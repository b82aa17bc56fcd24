//! 7: methods and paths. (Every path of the matcher is in the unit tests of `api::route`.)

use http::Request;

use super::{HEALTH, PERSON, each};

#[tokio::test]
async fn section_7_methods_and_paths() {
    for inside in each() {
        for (method, path, expected) in [
            ("GET", HEALTH, "200"),
            ("GET", "/fcb-masrestit/api/v2/etatSante/", "200"),
            ("GET", "/fcb-masrestit/api/V2/etatSante", "200"),
            ("GET", "/fcb-masrestit/api/v2/etatSante?a=b&%zz", "200"),
            ("GET", "/fcb-masrestit/api/v2/etatSante//", "404 404"),
            ("GET", "/fcb-masrestit/api/v2/etatSante/?a=b", "404 404"),
            ("GET", "/fcb-masrestit/api/v2/etatSante/?", "404 404"),
            ("POST", "/fcb-masrestit/api/v2/etatSante/?a=b", "404 404"),
            ("GET", "/r2p/v1/personne/?nom=VALBRUNE", "404 404"),
            ("GET", "/r2p/v1/personne/3990000101192/?x=y", "404 404"),
            ("GET", "/fcb-masrestit/api/v2/etatsante", "404 404"),
            ("GET", "/fcb-masrestit/api/v2", "404 404"),
            ("GET", "/fcb-masrestit/api/v2/", "404 404"),
            ("GET", "/fcb-masrestit/api/v2x/etatSante", "404 404"),
            ("GET", "/fcb-masrestit/../r2p/v1/personne", "404 404"),
            ("GET", "/r2p/v1/personne/1%2F2", "400 4003"),
            ("GET", "/nulle-part", "404 404"),
            ("HEAD", HEALTH, "405"),
            ("POST", HEALTH, "405 405"),
            ("PUT", PERSON, "405 405"),
            ("PATCH", PERSON, "405 405"),
            ("TRACE", PERSON, "405 405"),
            ("PROPFIND", PERSON, "405 405"),
            ("get", PERSON, "405 405"),
            ("POST", "/r2p/v1/rien", "404 404"),
            ("GET", "/token", "405 405"),
            ("PUT", "/oauth2/token", "405 405"),
            ("HEAD", "/token", "405"),
            ("GET", "/revoke", "405 405"),
            ("POST", "/oauth2/jwks", "405 405"),
            ("HEAD", "/oauth2/jwks", "405"),
            ("GET", "/oauth2/introspect", "404 404"),
            ("GET", "/oauth2", "404 404"),
            ("GET", "/Token", "404 404"),
            ("GET", "/authorize", "404 404"),
            ("POST", "/", "404 404"),
            ("HEAD", "/", "404"),
            ("OPTIONS", "*", "404 404"),
            ("CONNECT", "localhost:443", "404 404"),
            ("GET", "https://autre.test/fcb-masrestit/api/v2/etatSante", "200"),
        ] {
            let request = inside.request("editeur-demo", method, path);
            let reply =
                inside.send(&inside.partner("editeur-demo"), request.body("").unwrap()).await;
            assert_eq!(reply.outcome(), expected, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn section_7_the_root_is_a_page() {
    for inside in each() {
        let reply =
            inside.send(&inside.partner("editeur-demo"), Request::get("/").body("").unwrap()).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("Content-Type")),
            (200, "text/html; charset=utf-8")
        );
        assert!(reply.text.contains("fictif"), "{}", reply.text);
    }
}
