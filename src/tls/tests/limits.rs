//! Clients that stall, flood or speak something else.

use std::time::Duration;

use http::Request;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{
    super::*,
    harness::{Client, Server, soon},
};

/// A limit that a test waits for.
const SHORT: Duration = Duration::from_millis(60);
/// One that it waits for too, and within which its client must get something done on a busy machine.
const FAIR: Duration = Duration::from_secs(1);

fn short(adjust: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    adjust(&mut limits);
    limits
}

async fn still_serves(server: &Server) {
    assert_eq!(Client::with("editeur-demo").get(server, "/").await.unwrap().0, 200);
}

#[tokio::test]
async fn a_client_that_stalls_in_the_handshake_is_closed_in_time() {
    let mut server =
        Server::start(ClientAuth::Http, short(|limits| limits.handshake = SHORT)).await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(soon(silent.read(&mut [0; 8])).await.unwrap_or(0), 0);
    assert!(matches!(server.event().await, ConnectionFault::HandshakeTimedOut));
    let mut half = TcpStream::connect(server.address).await.unwrap();
    half.write_all(&[0x16, 3, 1, 2, 0, 1]).await.unwrap();
    assert_eq!(soon(half.read(&mut [0; 8])).await.unwrap_or(0), 0);
    assert!(matches!(server.event().await, ConnectionFault::HandshakeTimedOut));
    still_serves(&server).await;
}

#[tokio::test]
async fn stalled_handshakes_do_not_keep_others_out() {
    let limits = short(|limits| limits.handshakes = 2);
    let server = Server::start(ClientAuth::Http, limits).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(server.address).await.unwrap());
    }
    still_serves(&server).await;
}

#[tokio::test]
async fn halves_of_a_handshake_do_not_keep_others_out() {
    let server = Server::start(ClientAuth::Http, short(|limits| limits.handshakes = 1)).await;
    let mut halves = Vec::new();
    for _ in 0..5 {
        let mut half = TcpStream::connect(server.address).await.unwrap();
        half.write_all(&[0x16, 3, 1, 2, 0, 1]).await.unwrap();
        halves.push(half);
    }
    timeout(Limits::default().handshake / 2, still_serves(&server)).await.unwrap();
}

#[tokio::test]
async fn handshakes_beyond_the_bound_wait_for_a_place() {
    let limits = short(|limits| {
        limits.handshakes = 1;
        limits.handshake = Duration::from_secs(3600);
        limits.place = limits.handshake;
    });
    let server = Server::start(ClientAuth::Http, limits).await;
    let mut half = TcpStream::connect(server.address).await.unwrap();
    half.write_all(&[0x16, 3, 1, 2, 0, 1]).await.unwrap();
    let client = Client::with("editeur-demo");
    // Whoever is served was there before the half; once it has the only place, nobody is.
    let get = async || client.get(&server, "/").await.unwrap().0;
    let mut waiting = Box::pin(get());
    let mut served = 0;
    while let Ok(status) = timeout(SHORT, &mut waiting).await {
        served += 1;
        assert!(status == 200 && served < 1000, "nobody is kept out");
        waiting = Box::pin(get());
    }
    drop(half);
    assert_eq!(soon(waiting).await, 200);
}

#[tokio::test]
async fn bytes_that_are_not_tls_are_an_event_and_no_more() {
    let mut server = Server::http().await;
    let mut plain = TcpStream::connect(server.address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    let _ = soon(plain.read_to_end(&mut rest)).await;
    assert!(matches!(server.event().await, ConnectionFault::NotTls));
    still_serves(&server).await;
}

#[tokio::test]
async fn a_port_that_is_only_knocked_at_is_no_event() {
    let mut server = Server::http().await;
    drop(TcpStream::connect(server.address).await.unwrap());
    still_serves(&server).await;
    server.no_event();
}

#[tokio::test]
async fn two_hundred_header_fields_are_refused_with_431_in_both_protocols() {
    let mut server = Server::http().await;
    let client = Client::with("editeur-demo");
    let fields: String = (0..200).map(|i| format!("X-Field-{i}: {i}\r\n")).collect();
    let mut connection = client.connect(&server).await.unwrap();
    connection.send(&format!("GET / HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n")).await.unwrap();
    assert_eq!(connection.answer().await.unwrap().0, 431);
    connection.closed().await.unwrap();
    assert!(matches!(server.event().await, ConnectionFault::NotHttp { status: Some(431), .. }));

    let mut request = Request::get("https://localhost/");
    for i in 0..200 {
        request = request.header(format!("x-field-{i}"), i);
    }
    let answer =
        client.clone().h2().get_h2(&server, request.body(Default::default()).unwrap()).await;
    assert_eq!(answer, Some((431, String::new())));
    assert!(matches!(server.event().await, ConnectionFault::NotHttp { status: Some(431), .. }));
    still_serves(&server).await;
}

#[tokio::test]
async fn a_huge_header_is_refused_with_431_although_the_client_is_not_done_sending() {
    let mut server = Server::http().await;
    let mut connection = Client::with("editeur-demo").connect(&server).await.unwrap();
    let huge = "x".repeat(1 << 20);
    // The server stops reading before the end: whether all of it could be sent is not the point, the answer is.
    let _ = connection.send(&format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Huge: {huge}")).await;
    assert_eq!(connection.answer().await.unwrap().0, 431);
    assert!(matches!(server.event().await, ConnectionFault::NotHttp { status: Some(431), .. }));

    let request = Request::get("https://localhost/").header("x-huge", &huge[..40_000]);
    let answer = Client::with("editeur-demo")
        .h2()
        .get_h2(&server, request.body(Default::default()).unwrap())
        .await;
    assert_eq!(answer.map(|answer| answer.0), Some(431));
}

#[tokio::test]
async fn bytes_that_are_not_http_get_400_and_an_event() {
    let mut server = Server::http().await;
    for nonsense in [
        "\u{1}\u{2}nonsense\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
    ] {
        let mut connection = Client::with("editeur-demo").connect(&server).await.unwrap();
        connection.send(nonsense).await.unwrap();
        assert_eq!(connection.answer().await.unwrap().0, 400, "{nonsense:?}");
        connection.closed().await.unwrap();
        assert!(
            matches!(server.event().await, ConnectionFault::NotHttp { status: Some(400), .. }),
            "{nonsense:?}"
        );
    }
    let mut connection = Client::with("editeur-demo").h2().connect(&server).await.unwrap();
    connection.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let _ = connection.closed().await;
    assert!(matches!(server.event().await, ConnectionFault::NotHttp { status: None, .. }));
    still_serves(&server).await;
}

#[tokio::test]
async fn an_answer_before_the_end_of_a_large_body_is_read_by_the_client() {
    let server = Server::http().await;
    for _ in 0..5 {
        let mut connection = Client::with("editeur-demo").connect(&server).await.unwrap();
        let length = 10 << 20;
        let head =
            format!("POST /refuse HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n");
        connection.send(&head).await.unwrap();
        let sent = connection.send(&"x".repeat(length)).await;
        assert_eq!(connection.answer().await.unwrap(), (413, "trop".to_owned()), "{sent:?}");
    }
}

#[tokio::test]
async fn a_head_that_never_ends_is_closed_and_a_connection_at_rest_is_not() {
    let limits = short(|limits| limits.head = FAIR);
    let mut server = Server::start(ClientAuth::Http, limits).await;
    let client = Client::with("editeur-demo");
    let mut resting = client.connect(&server).await.unwrap();
    resting.get("/").await.unwrap();
    let mut slow = client.connect(&server).await.unwrap();
    slow.send("GET / HTTP/1.1\r\nHost: ").await.unwrap();
    let _ = slow.closed().await;
    assert!(matches!(server.event().await, ConnectionFault::HeadTimedOut));
    // The resting connection has waited at least as long.
    assert_eq!(resting.get("/").await.unwrap().0, 200);
    server.no_event();
}

#[tokio::test]
async fn a_connection_without_requests_is_closed_after_a_while_without_an_event() {
    let limits = short(|limits| {
        limits.idle = FAIR;
        limits.linger = SHORT;
    });
    let mut server = Server::start(ClientAuth::Http, limits).await;
    let client = Client::with("editeur-demo");
    let mut used = client.connect(&server).await.unwrap();
    used.get("/").await.unwrap();
    used.closed().await.unwrap();
    let _ = client.connect(&server).await.unwrap().closed().await;
    let _ = h2_bytes(&server, &[PREFACE, SETTINGS]).await.closed().await;
    server.no_event();
}

#[tokio::test]
async fn a_request_that_takes_long_is_not_idle() {
    let limits = short(|limits| {
        limits.idle = FAIR;
        limits.head = FAIR;
        limits.linger = SHORT;
    });
    let server = Server::start(ClientAuth::Http, limits).await;
    let mut connection = Client::with("editeur-demo").connect(&server).await.unwrap();
    connection.send("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    server.waiting.notified().await;
    // Another connection lives and dies by the same limits meanwhile.
    Client::without_certificate().connect(&server).await.unwrap().closed().await.ok();
    server.go.notify_one();
    assert_eq!(connection.answer().await.unwrap().0, 200);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed() {
    let limits = short(|limits| limits.stalled = SHORT);
    let mut server = Server::start(ClientAuth::Http, limits).await;
    let mut connection = Client::with("editeur-demo").connect(&server).await.unwrap();
    connection.send("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    assert!(matches!(server.event().await, ConnectionFault::Stalled));
    still_serves(&server).await;
}

#[tokio::test]
async fn connections_beyond_the_bound_wait_until_one_ends() {
    let limits = short(|limits| {
        limits.connections = 1;
        limits.linger = SHORT;
    });
    let server = Server::start(ClientAuth::Http, limits).await;
    let client = Client::with("editeur-demo");
    let mut first = client.connect(&server).await.unwrap();
    first.get("/").await.unwrap();
    let second = client.get(&server, "/");
    tokio::pin!(second);
    tokio::select! {
        answer = &mut second => panic!("served beyond the bound: {answer:?}"),
        answer = first.get("/") => assert_eq!(answer.unwrap().0, 200),
    }
    drop(first);
    assert_eq!(second.await.unwrap().0, 200);
}

#[tokio::test]
async fn a_service_can_drop_the_connection_without_an_answer() {
    let mut server = Server::http().await;
    let client = Client::with("editeur-demo");
    assert!(client.get(&server, "/drop").await.is_err());
    let request = Request::get("https://localhost/drop").body(Default::default()).unwrap();
    assert_eq!(client.clone().h2().get_h2(&server, request).await, None);
    server.no_event();
    still_serves(&server).await;
}

#[tokio::test]
async fn http2_is_spoken_only_where_it_is_offered() {
    let client = Client::with("editeur-demo");
    let alpn = |offers: &[&[u8]]| {
        let mut client = client.clone();
        client.config.alpn_protocols = offers.iter().map(|offer| offer.to_vec()).collect();
        client
    };
    for http2 in [true, false] {
        let offer = Offer { client_auth: ClientAuth::Http, http2 };
        let server = Server::speaking(offer, Limits::default()).await;
        let both = alpn(&[b"h2", b"http/1.1"]).connect(&server).await.unwrap();
        let spoken: &[u8] = if http2 { b"h2" } else { b"http/1.1" };
        assert_eq!(both.0.get_ref().1.alpn_protocol(), Some(spoken));
        assert_eq!(alpn(&[b"http/1.1"]).get(&server, "/").await.unwrap().0, 200);
        assert_eq!(alpn(&[]).get(&server, "/").await.unwrap().0, 200, "no ALPN is HTTP/1.1");
        // A client of HTTP/2 alone gets the alert of RFC 7301, 3.2.
        let alone = alpn(&[b"h2"]).connect(&server).await;
        assert_eq!(alone.is_ok(), http2, "{:?}", alone.err());
    }
}

#[tokio::test]
async fn a_client_of_http_2_that_answers_nothing_is_closed_with_a_farewell() {
    let limits = short(|limits| limits.stalled = SHORT);
    let offer = Offer { client_auth: ClientAuth::Http, http2: true };
    let server = Server::speaking(offer, limits).await;
    let mut connection = Client::with("editeur-demo").h2().connect(&server).await.unwrap();
    let settings = "\0\0\0\u{4}\0\0\0\0\0"; // an empty SETTINGS frame
    connection.send(&format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{settings}")).await.unwrap();
    // Without close_notify this would be an UnexpectedEof.
    connection.closed().await.unwrap();
    still_serves(&server).await;
}

/// Sends these bytes over HTTP/2 in a row, and reads nothing.
async fn h2_bytes(server: &Server, pieces: &[&[u8]]) -> super::harness::Connection {
    let mut connection = Client::without_certificate().h2().connect(server).await.unwrap();
    for piece in pieces {
        connection.0.write_all(piece).await.unwrap();
    }
    connection.0.flush().await.unwrap();
    connection
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// SETTINGS without any.
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];
/// SETTINGS_INITIAL_WINDOW_SIZE of 0.
const NO_WINDOW: &[u8] = &[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0];
/// `GET https://localhost/` in HPACK's static table and literals, without END_HEADERS and with.
const HEADERS: &[u8] =
    &[0x82, 0x87, 0x84, 0x41, 9, b'l', b'o', b'c', b'a', b'l', b'h', b'o', b's', b't'];

fn headers(stream: u8, flags: u8) -> Vec<u8> {
    [&[0, 0, 14, 1, flags, 0, 0, 0, stream], HEADERS].concat()
}

#[tokio::test]
async fn a_stall_in_the_head_of_http2_lasts_as_long_as_in_that_of_http1() {
    let limits = short(|limits| limits.head = SHORT);
    let mut server = Server::start(ClientAuth::Http, limits).await;
    let unended = headers(1, 1);
    let half = &headers(1, 5)[..12];
    for (what, pieces) in [
        ("no preface", &[][..]),
        ("half a preface", &[&PREFACE[..10]][..]),
        ("no SETTINGS", &[PREFACE][..]),
        ("half a frame", &[PREFACE, SETTINGS, half][..]),
        ("HEADERS without END_HEADERS", &[PREFACE, SETTINGS, &unended][..]),
    ] {
        let mut connection = h2_bytes(&server, pieces).await;
        let _ = connection.closed().await;
        let event = server.event().await;
        assert!(matches!(event, ConnectionFault::HeadTimedOut), "{what}: {event:?}");
    }
    still_serves(&server).await;
}

#[tokio::test]
async fn a_client_of_http2_that_has_greeted_and_asks_nothing_is_at_rest() {
    let mut server = Server::start(ClientAuth::Http, short(|limits| limits.head = FAIR)).await;
    let resting = h2_bytes(&server, &[PREFACE, SETTINGS]).await;
    // It has rested at least as long as this one has stalled.
    let _ = h2_bytes(&server, &[]).await.closed().await;
    assert!(matches!(server.event().await, ConnectionFault::HeadTimedOut));
    server.no_event();
    drop(resting);
    still_serves(&server).await;
}

#[tokio::test]
async fn an_answer_that_waits_for_a_window_is_a_stall() {
    let limits = short(|limits| limits.stalled = SHORT);
    let mut server = Server::start(ClientAuth::Http, limits).await;
    let asked = headers(1, 5);
    let mut connection = h2_bytes(&server, &[PREFACE, NO_WINDOW, &asked]).await;
    // It answers every PING, so that only the answer is stuck.
    let _ = connection.closed().await;
    assert!(matches!(server.event().await, ConnectionFault::Stalled));
    still_serves(&server).await;
}

#[tokio::test]
async fn a_client_without_a_certificate_has_few_streams() {
    let server = Server::http().await;
    for (client, streams) in
        [(Client::without_certificate(), 8), (Client::with("editeur-demo"), 100)]
    {
        let mut connection = client.h2().connect(&server).await.unwrap();
        connection.0.write_all(&[PREFACE, SETTINGS].concat()).await.unwrap();
        let mut head = [0; 9];
        soon(connection.0.read_exact(&mut head)).await.unwrap();
        assert_eq!(head[3], 4, "SETTINGS come first");
        let mut settings = vec![0; usize::from(head[2])];
        soon(connection.0.read_exact(&mut settings)).await.unwrap();
        let most = settings.chunks(6).find(|one| one[..2] == [0, 3]).expect("a bound is told");
        assert_eq!(most[2..], u32::to_be_bytes(streams));
    }
}

#[tokio::test]
async fn strangers_who_hold_every_place_give_them_up_to_whoever_comes() {
    let mut server = Server::start(ClientAuth::Http, short(|limits| limits.connections = 8)).await;
    let mut partner = Client::with("editeur-demo").connect(&server).await.unwrap();
    partner.get("/").await.unwrap();
    let mut strangers = Vec::new();
    for _ in 0..30 {
        strangers.push(TcpStream::connect(server.address).await.unwrap());
    }
    for _ in 0..5 {
        still_serves(&server).await;
    }
    assert_eq!(partner.get("/").await.unwrap().0, 200, "who was there before stays");
    assert!(matches!(server.event().await, ConnectionFault::Displaced));
    drop(strangers);
}

#[tokio::test]
async fn what_rfc_9112_forbids_is_refused_and_the_connection_ends() {
    let mut server = Server::http().await;
    let client = Client::with("editeur-demo");
    for (head, status) in [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET localhost:8443 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
    ] {
        let mut connection = client.connect(&server).await.unwrap();
        connection.send(head).await.unwrap();
        assert_eq!(connection.answer().await.unwrap().0, status, "{head:?}");
        let _ = connection.closed().await;
        let event = server.event().await;
        assert!(
            matches!(event, ConnectionFault::NotHttp { status: Some(said), .. } if said == status),
            "{head:?}: {event:?}"
        );
    }
    let mut connection = client.connect(&server).await.unwrap();
    connection.send("GET https://elsewhere/ HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    assert_eq!(connection.answer().await.unwrap().0, 200, "an absolute target");
    connection.send("GET / HTTP/1.0\r\n\r\n").await.unwrap();
    assert_eq!(connection.answer().await.unwrap().0, 200, "HTTP/1.0 knew no Host");
}

#[tokio::test]
async fn a_pipelined_client_that_left_is_noticed() {
    let server = Server::http().await;
    let client = Client::with("editeur-demo");
    let mut connection = client.connect(&server).await.unwrap();
    let request = "GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n";
    connection.send(&request.repeat(3)).await.unwrap();
    server.waiting.notified().await;
    assert_eq!(server.endpoint.traffic().open(), 1);
    drop(connection);
    soon(async {
        while server.endpoint.traffic().open() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_listener_without_tls_has_the_same_limits() {
    let limits = short(|limits| {
        limits.connections = 2;
        limits.head = SHORT;
        limits.stalled = SHORT;
    });
    let mut server = Server::plain(limits).await;
    let ask = async |text: &str| {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let _ = soon(stream.read_to_string(&mut answer)).await;
        answer
    };
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(server.address).await.unwrap());
    }
    let answer = ask("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("plain"), "{answer:?}");
    assert_eq!(ask("GET / HTTP/1.1\r\nHost: loc").await, "", "a head that does not end");
    let refused = ask("POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx").await;
    assert!(refused.to_lowercase().contains("connection: close"), "{refused:?}");
    drop(silent);
    server.ask_to_stop();
    assert_eq!(server.stopped().await.cut, 0);
}
