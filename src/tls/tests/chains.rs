//! Chains with intermediates on the wire, in both modes: the path that was verified is the one whose dates and revocations
//! count.

use rcgen::{SerialNumber, date_time_ymd};
use rustls::version::TLS13;

use super::{
    super::*,
    harness::{Client, Server, builder, forgetful},
};
use crate::peer::made::Made;

fn showing(client: &Made, others: &[&Made]) -> Client {
    let chain = std::iter::once(client).chain(others.iter().copied()).map(|one| one.der.clone());
    let config = builder(&TLS13).with_client_auth_cert(chain.collect(), client.key()).unwrap();
    forgetful(Client { config })
}

/// What a client gets to hear: of control 1 in `http` mode, by its alert in `handshake` mode.
async fn verdict(server: &Server, client: &Client) -> String {
    client.get(server, "/").await.map_or_else(|alert| alert.to_string(), |(_, text)| text)
}

#[tokio::test]
async fn dates_and_revocations_are_those_of_the_path_whose_signatures_were_verified() {
    let root = Made::authority("racine");
    let expired =
        root.intermediate("ancien", |params| params.not_after = date_time_ymd(2025, 1, 1));
    let revoked = root.intermediate("revoque", |params| {
        params.serial_number = Some(SerialNumber::from(vec![0x7f, 1]));
    });
    let renewal = root.certify(&expired, |_| {});
    let (of_expired, of_revoked) = (expired.client(|_| {}), revoked.client(|_| {}));
    let (fake_expired, fake_revoked) = (Made::authority("ancien"), Made::authority("revoque"));
    for mode in [ClientAuth::Http, ClientAuth::Handshake] {
        let server = Server::start(mode, Limits::default()).await;
        server.endpoint.trust().replace(root.own(), &[root.list(&[0x7f, 1])]).unwrap();
        let says = |http: &'static str, handshake: &'static str| match mode {
            ClientAuth::Http => http,
            ClientAuth::Handshake => handshake,
        };
        for (client, expected) in [
            (
                showing(&of_expired, &[&fake_expired, &expired]),
                says("expired since 2025-01-01", "CertificateExpired"),
            ),
            (
                showing(&of_revoked, &[&fake_revoked, &revoked]),
                says("revoked since 2021-01-01", "CertificateRevoked"),
            ),
            (showing(&of_revoked, &[&fake_revoked]), says("not a trusted authority", "UnknownCA")),
            (showing(&of_expired, &[&expired, &renewal]), "client good"),
            (showing(&of_expired, &[&fake_expired, &renewal, &expired]), "client good"),
        ] {
            let verdict = verdict(&server, &client).await;
            assert!(verdict.contains(expected), "{mode:?}: {verdict:?} instead of {expected:?}");
        }
    }
}
