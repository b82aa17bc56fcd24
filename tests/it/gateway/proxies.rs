//! `gateway.trusted_proxies`: whose `X-Forwarded-For` and `X-WSO2-CLIENT-CERTIFICATE` are believed.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;

use crate::harness::{Partner, Reply, World, certs};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

async fn behind_a_proxy() -> World {
    World::with(|config| config.gateway.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
        .await
}

/// What the proxy hands over: the partner's certificate, encoded as WSO2's documentation shows.
fn handed_over(id: &str) -> String {
    let pem = std::fs::read_to_string(certs().join(format!("clients/{id}.pem"))).unwrap();
    utf8_percent_encode(&pem, NON_ALPHANUMERIC).to_string()
}

async fn ask(caller: &Partner, headers: &[(&str, &str)]) -> Reply {
    let request =
        headers.iter().fold(caller.request(Method::GET, HEALTH), |request, (name, value)| {
            request.header(*name, *value)
        });
    Reply::read(request).await
}

#[tokio::test]
async fn a_trusted_proxy_speaks_for_its_client() {
    let world = behind_a_proxy().await;
    let proxy = world.partner("cellule-fraude").await;
    let certificate = handed_over("partenaire-hors-liste");
    let client = |address: &'static str| {
        [("X-WSO2-CLIENT-CERTIFICATE", certificate.as_str()), ("X-Forwarded-For", address)]
    };

    let reply = ask(&proxy, &client("198.51.100.7")).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("403 900805", "address")
    );
    assert!(reply.header("X-Bacasable-Reason").contains("198.51.100.7"), "{:?}", reply.headers);
    let entry = world.last_entry().await;
    assert_eq!(
        (entry["partner"].as_str(), entry["address"].as_str(), entry["via"].as_str()),
        (Some("partenaire-hors-liste"), Some("198.51.100.7"), Some("127.0.0.1"))
    );

    // Inside its list, so that control 4 finds a token of another partner than the certificate's.
    let reply = ask(&proxy, &client("192.0.2.7")).await;
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("401 900901", "identity")
    );
}

#[tokio::test]
async fn of_the_forwarded_hops_the_right_most_untrusted_one_is_the_caller() {
    let world = behind_a_proxy().await;
    let proxy = world.caller("partenaire-hors-liste");
    for (hops, control) in [
        ("192.0.2.7", "technical-id"),
        ("192.0.2.7, 198.51.100.7", "address"),
        ("198.51.100.7, 192.0.2.7", "technical-id"),
        ("198.51.100.7, 192.0.2.7, 127.0.0.9", "technical-id"),
        ("::ffff:192.0.2.7", "technical-id"),
        ("[2001:db8::7]:443", "address"),
        ("unknown", "address"),
    ] {
        assert_eq!(
            ask(&proxy, &[("X-Forwarded-For", hops)]).await.header("X-Bacasable-Control"),
            control,
            "{hops}"
        );
    }
}

#[tokio::test]
async fn a_caller_whose_address_does_not_read_is_refused_as_that_and_not_judged_as_the_proxy() {
    let world = behind_a_proxy().await;
    // Of a partner whose list holds the proxy itself.
    let proxy = world.partner("editeur-demo").await;
    assert_eq!(ask(&proxy, &[("X-Forwarded-For", "127.0.0.1")]).await.status, 200);
    for hops in ["unknown", "192.0.2.7, unknown", "192.0.2.7, _hidden, 127.0.0.9", "192.0.2.256"] {
        let reply = ask(&proxy, &[("X-Forwarded-For", hops)]).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
            ("403 900805", "address"),
            "{hops}"
        );
        let reason = reply.header("X-Bacasable-Reason");
        assert!(reason.contains("X-Forwarded-For illisible"), "{hops}: {reason}");
        let entry = world.last_entry().await;
        assert_eq!(
            (entry["cause"].as_str(), entry["via"].as_str(), entry["address"].is_null()),
            (Some("address-unreadable"), Some("127.0.0.1"), true)
        );
    }
}

#[tokio::test]
async fn a_certificate_that_the_proxy_hands_over_is_judged_like_any_other() {
    let world = behind_a_proxy().await;
    let proxy = world.partner("editeur-demo").await;
    for bad in ["invalid/expired", "invalid/revoked", "invalid/unknown-ca", "invalid/server-only"] {
        let reply = ask(&proxy, &[("X-WSO2-CLIENT-CERTIFICATE", &handed_over(bad))]).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
            ("401 900901", "certificate"),
            "{bad}"
        );
    }
    for garbage in ["", "%%%", "bm9u", "-----BEGIN CERTIFICATE-----"] {
        let reply = ask(&proxy, &[("X-WSO2-CLIENT-CERTIFICATE", garbage)]).await;
        assert_eq!(
            reply.outcome(),
            "401 900901",
            "{garbage:?}: the product's 500 (900900) is not imitated"
        );
    }
    assert_eq!(
        ask(&proxy, &[]).await.status,
        200,
        "without the header the proxy's own certificate counts"
    );
}

#[tokio::test]
async fn from_anyone_else_both_headers_are_ignored() {
    let trusting_others = World::with(|config| {
        config.gateway.trusted_proxies =
            vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
    });
    for world in [World::start().await, trusting_others.await] {
        let stranger = world.partner("editeur-demo").await;
        let forged = handed_over("partenaire-hors-liste");
        for headers in [
            vec![("X-Forwarded-For", "198.51.100.7")],
            vec![("X-WSO2-CLIENT-CERTIFICATE", forged.as_str())],
            vec![("X-WSO2-CLIENT-CERTIFICATE", "garbage"), ("X-Forwarded-For", "garbage")],
            vec![("X-WSO2-CLIENT-CERTIFICATE", forged.as_str()), ("X-Forwarded-For", "10.0.0.1")],
        ] {
            assert_eq!(ask(&stranger, &headers).await.status, 200, "{headers:?}");
            let entry = world.last_entry().await;
            assert_eq!(
                (entry["partner"].as_str(), entry["address"].as_str()),
                (Some("editeur-demo"), Some("127.0.0.1"))
            );
            assert!(entry["via"].is_null());
        }
        let nobody = world.holder_of("editeur-demo", None);
        let reply =
            ask(&nobody, &[("X-WSO2-CLIENT-CERTIFICATE", &handed_over("editeur-demo"))]).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
            ("401 900901", "certificate")
        );
        let absent = world.caller("partenaire-hors-liste");
        let reply = ask(&absent, &[("X-Forwarded-For", "192.0.2.7")]).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
            ("403 900805", "address")
        );
    }
}
