//! 2.5: of two things that are wrong, which is told. (The six controls two by two are in `admission::order`.)

use http::Request;

use super::{HEALTH, each};

#[tokio::test]
async fn section_2_5_order_of_refusal() {
    for inside in each() {
        for (what, certificate, method, path, token, expected) in [
            ("no certificate before an unknown API", None, "GET", "/nulle-part", "", "401 900901"),
            (
                "the address before an unknown API",
                Some("clients/partenaire-hors-liste"),
                "GET",
                "/nulle-part",
                "",
                "403 900805",
            ),
            (
                "an unknown API before the token",
                Some("clients/editeur-demo"),
                "GET",
                "/nulle-part",
                "",
                "404 404",
            ),
            (
                "an unknown path before the token",
                Some("clients/editeur-demo"),
                "GET",
                "/r2p/v1/nulle-part",
                "",
                "404 404",
            ),
            (
                "an undeclared method before the token",
                Some("clients/editeur-demo"),
                "POST",
                HEALTH,
                "",
                "405 405",
            ),
            (
                "no token before the rights",
                Some("clients/commune-valmont"),
                "GET",
                HEALTH,
                "",
                "401 900902",
            ),
            (
                "a bad token before the rights",
                Some("clients/commune-valmont"),
                "GET",
                HEALTH,
                "x",
                "401 900901",
            ),
            (
                "the life cycle before the rights",
                Some("clients/partenaire-suspendu"),
                "GET",
                "/r2p/v1/personne",
                "no scope",
                "401 900907",
            ),
        ] {
            let peer = inside.peer(certificate);
            let token = match token {
                "no scope" => inside.narrow_token("partenaire-suspendu", &[]),
                token => token.to_owned(),
            };
            let mut request = Request::builder().method(method).uri(path);
            if !token.is_empty() {
                request = request.header("Authorization", format!("Bearer {token}"));
            }
            assert_eq!(
                inside.send(&peer, request.body("").unwrap()).await.outcome(),
                expected,
                "{what}"
            );
        }
    }
}

/// 6.1, item order: a missing subscription (900908) wins over a missing scope (900910), and both over the quota.
#[tokio::test]
async fn section_2_5_subscription_then_scope_then_quota() {
    for inside in each() {
        let demo = inside.partner("editeur-demo");
        let now = inside.clock.now();
        inside.sandbox.quotas.set("editeur-demo", bacasable::rights::ApiId::R2p, 1000, now);
        let bare = inside.narrow_token("editeur-demo", &[]);
        let ask = || {
            Request::get(super::PERSON)
                .header("Authorization", format!("Bearer {bare}"))
                .body("")
                .unwrap()
        };
        assert_eq!(
            inside.send(&demo, ask()).await.outcome(),
            "403 900910",
            "the scope before the quota"
        );
        inside.change("editeur-demo", |convention| convention.grants.r2p = None);
        assert_eq!(
            inside.send(&demo, ask()).await.outcome(),
            "403 900908",
            "the subscription before the scope"
        );
    }
}
