//! 7: CORS and preflight.

use bacasable::rights::ApiId;
use http::Request;

use super::{Cause, HEALTH, PERSON, dgfip, each, provoke, v3, v4};
use crate::harness::Reply;

const V3_HEADERS: &str = "authorization,Access-Control-Allow-Origin,Content-Type,SOAPAction";
const V4_HEADERS: &str =
    "authorization,Access-Control-Allow-Origin,Content-Type,SOAPAction,apikey,Internal-Key";
const ALL: &str = "GET,PUT,POST,DELETE,PATCH,OPTIONS";

fn cors(reply: &Reply) -> [&str; 4] {
    ["Origin", "Methods", "Headers", "Credentials"]
        .map(|what| reply.header(&format!("Access-Control-Allow-{what}")))
}

#[tokio::test]
async fn section_7_every_answer_of_an_api_and_every_fault_carries_the_cors_headers() {
    for (inside, headers) in [(dgfip(), V3_HEADERS), (v3(), V3_HEADERS), (v4(), V4_HEADERS)] {
        assert_eq!(cors(&inside.get("editeur-demo", HEALTH).await), ["*", "GET", headers, ""]);
        let request = inside
            .request("editeur-demo", "POST", "/fcb-masrestit/api/v2/comptes/spi")
            .header("Origin", "https://x");
        let reply = inside.send(&inside.partner("editeur-demo"), request.body("{").unwrap()).await;
        assert_eq!(cors(&reply), ["*", "POST", headers, ""], "an anomaly of the API");
        for (cause, methods) in [
            (Cause::NoToken, "GET"),
            (Cause::Quota, "GET"),
            (Cause::NoScope, "GET"),
            (Cause::TooLarge, "POST"),
            (Cause::Injected("101503"), "GET"),
            // Before a resource is selected: all that the gateway lets through.
            (Cause::NoCertificate, ALL),
            (Cause::Address, ALL),
            (Cause::NoApi, ALL),
            (Cause::NoResource, ALL),
            (Cause::NoMethod, ALL),
        ] {
            assert_eq!(
                cors(&provoke(&inside, cause, |r| r).await),
                ["*", methods, headers, ""],
                "{cause:?}"
            );
        }
    }
}

#[tokio::test]
async fn section_7_options() {
    for inside in each() {
        for (what, path, wanted, expected) in [
            ("a preflight", PERSON, Some("GET"), "200"),
            ("a preflight of a POST", "/fcb-masrestit/api/v2/comptes/numCpte", Some("POST"), "200"),
            ("an undeclared method", PERSON, Some("POST"), "405 405"),
            ("OPTIONS itself", PERSON, Some("OPTIONS"), "405 405"),
            ("another case", PERSON, Some("get"), "405 405"),
            ("no method at all", PERSON, Some(""), "405 405"),
            ("garbage", PERSON, Some("G E T"), "405 405"),
            ("no header", PERSON, None, "405 405"),
            ("no such path", "/r2p/v1/rien", Some("GET"), "404 404"),
            ("no such path, no header", "/r2p/v1/rien", None, "404 404"),
            ("no such API", "/rien", Some("GET"), "404 404"),
            ("the token endpoint", "/token", Some("POST"), "405 405"),
        ] {
            let request =
                Request::options(path).header("Origin", "https://x").header("X-Custom", "y");
            let request = wanted
                .map(|method| request.header("Access-Control-Request-Method", method))
                .unwrap_or_else(|| Request::options(path));
            let reply =
                inside.send(&inside.partner("editeur-demo"), request.body("").unwrap()).await;
            assert_eq!(reply.outcome(), expected, "{what}");
            if reply.status == 200 {
                let method = wanted.unwrap();
                let allowed = (inside.sandbox.config.gateway.dialect.product().allowed_headers)();
                let allowed = allowed.to_str().unwrap();
                assert_eq!(
                    (reply.text.as_str(), cors(&reply)),
                    ("", ["*", method, allowed, ""]),
                    "{what}"
                );
                assert_eq!(
                    reply.header("X-Custom"),
                    "y",
                    "a preflight gives back the request's headers"
                );
            }
        }
        let now = inside.clock.now();
        assert_eq!(
            inside.sandbox.quotas.state("editeur-demo", ApiId::R2p, 1000, now).used,
            0,
            "not counted"
        );
    }
}

#[tokio::test]
async fn section_7_the_token_endpoints_own_answers_have_no_cors_headers() {
    for inside in each() {
        let demo = inside.partner("editeur-demo");
        for request in
            [Request::post("/token"), Request::post("/revoke"), Request::get("/oauth2/jwks")]
        {
            let reply =
                inside.send(&demo, request.header("Origin", "https://x").body("").unwrap()).await;
            assert_eq!(cors(&reply), [""; 4], "{}", reply.text);
        }
    }
}
