//! 5: addresses.

use http::Request;

use super::{HEALTH, each};

#[tokio::test]
async fn section_5_an_address_is_in_the_list_in_either_of_its_spellings() {
    for inside in each() {
        for (network, address, passes) in [
            ("192.0.2.0/24", "192.0.2.1:4000", true),
            ("192.0.2.0/24", "192.0.3.1:4000", false),
            ("192.0.2.0/24", "[::ffff:192.0.2.1]:4000", true),
            ("192.0.2.0/24", "[::ffff:192.0.3.1]:4000", false),
            ("::ffff:192.0.2.0/120", "192.0.2.1:4000", true),
            ("::ffff:192.0.2.0/120", "192.0.3.1:4000", false),
            ("192.0.2.7/32", "192.0.2.7:4000", true),
            ("192.0.2.7/32", "192.0.2.8:4000", false),
            ("2001:db8::/32", "[2001:db8:1::1]:4000", true),
            ("2001:db8::/32", "[2001:db9::1]:4000", false),
            ("2001:db8::/32", "192.0.2.1:4000", false),
            ("0.0.0.0/0", "198.51.100.1:4000", true),
            ("0.0.0.0/0", "[2001:db8::1]:4000", false),
        ] {
            inside.change("editeur-demo", |convention| {
                convention.networks = vec![network.parse().unwrap()]
            });
            let certificate = inside.partner("editeur-demo").certificate.clone();
            let peer = inside.peer_at(address, certificate);
            let reply = inside.send(&peer, Request::get(HEALTH).body("").unwrap()).await;
            let expected =
                if passes { ("401 900902", "technical-id") } else { ("403 900805", "address") };
            assert_eq!(
                (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
                expected,
                "{address} in {network}"
            );
        }
    }
}

#[tokio::test]
async fn section_5_without_a_network_nobody_passes_and_the_reason_says_what_was_seen() {
    for inside in each() {
        inside.change("editeur-demo", |convention| convention.networks = Vec::new());
        let reply = inside
            .send(&inside.partner("editeur-demo"), Request::get(HEALTH).body("").unwrap())
            .await;
        assert_eq!(reply.outcome(), "403 900805");
        assert!(reply.header("X-Bacasable-Reason").contains("127.0.0.1"), "{:?}", reply.headers);
    }
}
