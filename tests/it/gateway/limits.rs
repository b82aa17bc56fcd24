//! The gateway's own protection: what a request may weigh, how long it may take, and what the journal keeps of the rest.
//! (Handshakes, heads, idle and stalled connections are the listener's unit tests.)

use std::{
    io::{Read, Write},
    net::TcpStream,
    num::NonZeroU64,
};

use axum::body::{Body, Bytes};
use bacasable::config::Config;
use futures_util::stream;
use http::Request;
use reqwest::{Method, Version};

use crate::{
    harness::{Reply, World},
    inside::Inside,
};

const SEARCH: &str = "/fcb-masrestit/api/v2/comptes/numCpte";

#[tokio::test]
async fn a_body_beyond_the_limit_is_413_and_one_at_the_limit_is_not() {
    let inside = Inside::with(|config: &mut Config| {
        config.gateway.limits.body_bytes = NonZeroU64::new(1000).unwrap()
    });
    for (length, too_large) in [(999, false), (1000, false), (1001, true), (5000, true)] {
        for body in [Body::from(vec![b' '; length]), chunks(length)] {
            let request = inside.request("editeur-demo", "POST", SEARCH).body(body).unwrap();
            let reply = inside.send(&inside.partner("editeur-demo"), request).await;
            assert_eq!(reply.outcome() == "413 413", too_large, "{length}: {}", reply.outcome());
            assert_eq!(reply.header("Connection") == "close", too_large, "{length}");
        }
    }
}

fn chunks(length: usize) -> Body {
    let bytes = vec![b' '; length];
    let chunks: Vec<_> = bytes
        .chunks(100)
        .map(|chunk| Ok::<_, std::io::Error>(Bytes::copy_from_slice(chunk)))
        .collect();
    Body::from_stream(stream::iter(chunks))
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_in_time_is_408() {
    let inside = Inside::start();
    for path in [SEARCH, "/token", "/revoke"] {
        let endless = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let request = inside.request("editeur-demo", "POST", path).body(endless).unwrap();
        let before = tokio::time::Instant::now();
        let reply = inside.send(&inside.partner("editeur-demo"), request).await;
        assert_eq!(
            (reply.outcome().as_str(), reply.header("Connection")),
            ("408 408", "close"),
            "{path}"
        );
        let waited = before.elapsed().as_secs();
        assert!(
            (30..35).contains(&waited),
            "{waited} s: the default of gateway.limits.request_seconds is 30"
        );
    }
}

#[tokio::test]
async fn a_body_is_not_waited_for_when_a_control_refuses() {
    let inside = Inside::start();
    for (certificate, path, expected) in [
        (None, "/token", "401 900901"),
        (Some("clients/editeur-demo"), SEARCH, "401 900902"),
        (Some("clients/editeur-demo"), "/nulle-part", "404 404"),
    ] {
        let endless = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let reply = inside
            .send(&inside.peer(certificate), Request::post(path).body(endless).unwrap())
            .await;
        assert_eq!(reply.outcome(), expected, "{path}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_answer_in_the_journal() {
    let inside = Inside::start();
    let broken = Body::from_stream(stream::iter([
        Ok(Bytes::from_static(b"{")),
        Err(std::io::Error::other("gone")),
    ]));
    let request = inside.request("editeur-demo", "POST", SEARCH).body(broken).unwrap();
    inside.send(&inside.partner("editeur-demo"), request).await;
    let entry = inside.sandbox.journal.read(&Default::default()).pop().unwrap();
    assert_eq!((entry.status, entry.operation.as_deref()), (None, Some("numCpte")));
}

#[tokio::test]
async fn a_body_that_is_not_written_as_http_has_it_is_400() {
    let inside = Inside::start();
    for path in [SEARCH, "/token"] {
        let malformed = Body::from_stream(stream::iter([
            Ok(Bytes::from_static(b"{")),
            Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "Invalid chunk size line")),
        ]));
        let request = inside.request("editeur-demo", "POST", path).body(malformed).unwrap();
        let reply = inside.send(&inside.partner("editeur-demo"), request).await;
        assert_eq!(reply.outcome(), "400 400", "{path}");
    }
}

#[tokio::test]
async fn a_length_beyond_the_limit_is_413_before_any_of_the_body_comes() {
    let inside = Inside::start();
    let endless = Body::new(Announced(1 << 63));
    let request = inside.request("editeur-demo", "POST", SEARCH).body(endless).unwrap();
    let reply = inside.send(&inside.partner("editeur-demo"), request).await;
    assert_eq!(reply.outcome(), "413 413");
}

/// A body that is announced and does not come.
struct Announced(u64);

impl http_body::Body for Announced {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        std::task::Poll::Pending
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(self.0)
    }
}

#[tokio::test]
async fn over_tls_a_client_that_sends_too_much_reads_why() {
    let world = World::over_both().await;
    for version in [Version::HTTP_11, Version::HTTP_2].repeat(3) {
        let partner = world.partner("editeur-demo").await.over(version);
        let request = partner.request(Method::POST, SEARCH).body(vec![b' '; 3_000_000]);
        let reply = Reply::read(request).await;
        assert_eq!(reply.outcome(), "413 413", "{version:?}");
        assert_eq!(
            partner.get("/fcb-masrestit/api/v2/etatSante").await.status,
            200,
            "on another connection if need be"
        );
    }
}

#[tokio::test]
async fn too_many_header_fields_are_431_and_journalled() {
    let world = World::with(|config| {
        config.gateway.http2 = true;
        config.gateway.limits.headers = NonZeroU64::new(20).unwrap();
    })
    .await;
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let partner = world.partner("editeur-demo").await.over(version);
        let request = (0..30).fold(partner.request(Method::GET, "/"), |request, n| {
            request.header(format!("x-{n}"), "1")
        });
        assert_eq!(request.send().await.unwrap().status(), 431);
        let entry = world.next_connection_entry("too many fields").await;
        assert_eq!(entry["kind"], "connection", "{entry}");
        assert!(entry["note"].as_str().unwrap().contains("431"), "{entry}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_tls_are_journalled_in_french() {
    let world = World::start().await;
    let address = world.server.gateway;
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    })
    .await
    .unwrap();
    let entry = world.next_connection_entry("no TLS").await;
    assert_eq!(
        (entry["kind"].as_str(), entry["address"].as_str()),
        (Some("handshake"), Some("127.0.0.1"))
    );
    assert!(entry["note"].as_str().unwrap().contains("http://"), "{entry}");
    assert!(
        entry["controls"].as_array().unwrap().iter().all(|facts| facts["verdict"] == "not-reached")
    );
}
