//! The PROXY header on a real connection: who may write one, who must, and what becomes of a bad one.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use crate::harness::{Reply, World, certs};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

fn header(source: &str) -> Vec<u8> {
    let SocketAddr::V4(source) = source.parse().unwrap() else { panic!("IPv4") };
    let mut bytes = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c".to_vec();
    bytes.extend(source.ip().octets());
    bytes.extend([127, 0, 0, 1]);
    bytes.extend(source.port().to_be_bytes());
    bytes.extend([0, 0]);
    bytes
}

async fn behind(trusted: &str) -> World {
    let trusted = trusted.parse().unwrap();
    World::with(|config| {
        config.gateway.proxy_protocol = true;
        config.gateway.trusted_proxies = vec![trusted];
    })
    .await
}

/// A proxy that writes these bytes before each connection; its port.
async fn proxy(world: &World, bytes: Vec<u8>) -> u16 {
    let (listener, gateway) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), world.server.gateway);
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut server = TcpStream::connect(gateway).await.unwrap();
            server.write_all(&bytes).await.unwrap();
            tokio::spawn(async move {
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    port
}

/// Asks through the proxy at this port, as the partner.
async fn ask(port: u16, token: &str) -> Result<Reply, reqwest::Error> {
    let read = |kind: &str| std::fs::read(certs().join(kind)).unwrap();
    let identity =
        [read("clients/cellule-fraude.pem"), read("clients/cellule-fraude.key")].concat();
    let client = reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(&read("ca.pem")).unwrap()])
        .identity(reqwest::Identity::from_pem(&identity).unwrap())
        .no_proxy()
        .build()?;
    let request = client.get(format!("https://localhost:{port}{HEALTH}")).bearer_auth(token);
    let request = request
        .header("X-Correlation-ID", crate::harness::CORRELATION_ID)
        .header("X-Request-ID", "r");
    let response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    Ok(Reply { status, headers, text: response.text().await? })
}

fn token(world: &World) -> String {
    let directory = world.server.sandbox.directory();
    let request = bacasable::tokens::TokenRequest {
        key: &directory.convention("cellule-fraude").unwrap().application.key,
        scopes: Vec::new(),
        lifetime: jiff::SignedDuration::from_hours(1),
        reissue: bacasable::config::TokenReissue::Keep,
    };
    world.server.sandbox.tokens.issue(request, world.clock.now()).unwrap().access_token
}

#[tokio::test]
async fn the_address_of_the_header_is_the_callers() {
    let world = behind("127.0.0.0/8").await;
    let token = token(&world);
    let port = proxy(&world, header("10.1.2.3:50001")).await;
    assert_eq!(ask(port, &token).await.unwrap().status, 200);
    let entry = world.last_entry().await;
    assert_eq!(
        (entry["address"].as_str(), entry["port"].as_u64(), entry["via"].as_str()),
        (Some("10.1.2.3"), Some(50001), Some("127.0.0.1"))
    );
    let port = proxy(&world, header("198.51.100.7:1")).await;
    let reply = ask(port, &token).await.unwrap();
    assert_eq!(
        (reply.outcome().as_str(), reply.header("X-Bacasable-Control")),
        ("403 900805", "address")
    );
}

#[tokio::test]
async fn a_bad_header_closes_the_connection_and_is_told() {
    let world = behind("127.0.0.0/8").await;
    for (bytes, told) in [
        (&b"PROXY TCP4 10.1.2.3 127.0.0.1 1 2\r\n"[..], "en version 1"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", "absent"),
        (b"GET / HTTP/1.1\r\n\r\n", "absent"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x02xx", "plus court"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff", "trop long"),
        (b"\r\n\r\n\0\r\nQUIT\n\x41\x11\x00\x00", "inconnue"),
    ] {
        let mut stream = TcpStream::connect(world.server.gateway).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await; // a reset is as good as an end
        assert!(rest.is_empty(), "{rest:?}");
        let entry = world.next_connection_entry(told).await;
        assert!(entry["note"].as_str().unwrap().contains(told), "{entry}");
        assert_eq!(entry["kind"], "connection");
    }
}

#[tokio::test]
async fn a_header_of_somebody_who_is_no_proxy_is_never_read() {
    let world = behind("192.0.2.0/24").await;
    let token = token(&world);
    let port = proxy(&world, header("10.1.2.3:50001")).await;
    ask(port, &token).await.map(|reply| reply.text).unwrap_err();
    let entry = world.next_connection_entry("a header where TLS begins").await;
    assert_eq!(
        (entry["kind"].as_str(), entry["address"].as_str()),
        (Some("handshake"), Some("127.0.0.1"))
    );
    assert_eq!(
        ask(world.server.gateway.port(), &token).await.unwrap().status,
        200,
        "whoever calls directly is served"
    );
}
