//! Bad input: whatever the method, the path, the headers and the body, an answer that is documented, and never a 500.
//!
//! `Inside::send` checks each answer for what every one must have (one correlation identifier, one date) and may have
//! (headers of its own, or of the request where those are given back).

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use axum::body::Body;
use bacasable::journal::{Entry, Filter};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::{
    harness::{NOW, Reply, World},
    inside::Inside,
};

static INSIDE: LazyLock<(Inside, Runtime)> = LazyLock::new(|| {
    (Inside::start(), tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap())
});

static TOKEN: LazyLock<HeaderValue> = LazyLock::new(|| {
    HeaderValue::try_from(format!("Bearer {}", INSIDE.0.token("editeur-demo"))).unwrap()
});

/// A request, before the peer sends it.
#[derive(Clone, Debug)]
struct Asked {
    certificate: Option<&'static str>,
    method: Method,
    uri: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
}

/// The answer and its entry: one request at a time, so that the journal's last one is its own.
fn send(asked: Asked) -> (Reply, Arc<Entry>) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (inside, runtime) = &*INSIDE;
    inside.clock.set(NOW.parse().unwrap()).unwrap();
    inside.sandbox.quotas.clear(None, None, inside.clock.now());
    let mut request = Request::new(Body::from(asked.body));
    *request.method_mut() = asked.method;
    *request.uri_mut() = asked.uri;
    request.headers_mut().extend(asked.headers);
    let reply = runtime.block_on(inside.send(&inside.peer(asked.certificate), request));
    (reply, inside.sandbox.journal.read(&Filter::default()).pop().unwrap())
}

fn certificates() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![
        6 => Just(Some("clients/editeur-demo")),
        1 => Just(Some("clients/commune-valmont")),
        1 => Just(Some("clients/partenaire-suspendu")),
        1 => Just(Some("clients/invalid/expired")),
        1 => Just(None),
    ]
}

fn methods() -> impl Strategy<Value = Method> {
    let known = prop::sample::select(vec![
        "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT",
    ]);
    prop_oneof![5 => known.prop_map(str::to_owned), 1 => "[A-Za-z!#$%&'*+.^_`|~-]{1,12}"]
        .prop_filter_map("a method", |text| text.parse().ok())
}

fn uris() -> impl Strategy<Value = Uri> {
    let paths = prop::sample::select(vec![
        "/",
        "/token",
        "/token/",
        "/oauth2/token",
        "/revoke",
        "/oauth2/jwks",
        "/r2p/v1/personne",
        "/r2p/v1/personne/spi",
        "/r2p/v1/personne/3990000101192",
        "/fcb-masrestit/api/v2/etatSante",
        "/fcb-masrestit/api/v2/comptes/numCpte",
        "/fcb-masrestit/api/v2/comptes/multiDet",
        "/fcb-masrestit/api/v2",
    ]);
    let twists = prop::sample::select(vec![
        "", "/", "//", "/..", "/../", "/.", "/%2e%2e", "%2F", "%00", "%", "%zz", "%C3%A9", "%FF",
        ";x=y", "/\u{7f}", "/a/b/c",
    ]);
    let queries = prop_oneof![
        Just(String::new()),
        "[a-zA-Z]{1,10}=[ -~&&[^ #<>\"`{}]]{0,40}".prop_map(|query| format!("?{query}")),
        Just("?&&==%&a=%00&nom=%FF&nom=".to_owned()),
        "[a-z%&=+]{0,60}".prop_map(|query| format!("?{query}")),
        (2_000usize..6_000).prop_map(|length| format!("?nom={}", "x".repeat(length))),
    ];
    (paths, twists, queries).prop_filter_map("a URI", |(path, twist, query)| {
        format!("{path}{twist}{query}").parse().ok()
    })
}

/// What a header can hold: nothing, text, bytes that are no text, far too much.
fn values() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => Just(Vec::new()),
        3 => prop::sample::select(vec![
            "application/json", "*/*", "Bearer x.y.z", "Bearer ", "Basic YTpi", "Basic %%%", "GET", "POST", "OPTIONS",
            "110e8400-e29b-11d4-a716-446655440000", "127.0.0.1", "0", "-1", "99999999999999999999", ",", "a,b", "chunked",
            "application/x-www-form-urlencoded", "text/xml;q=0.1", "close", "observe",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        2 => "[ -~]{0,60}".prop_map(String::into_bytes),
        2 => prop::collection::vec(prop_oneof![0x20u8..0x7f, 0x80u8..=0xff, Just(b'\t')], 0..40),
        1 => (4_000usize..12_000).prop_map(|length| vec![b'x'; length]),
    ]
}

/// Headers that the gateway or an API reads, each absent, once or twice, and some that nobody does.
fn headers() -> impl Strategy<Value = Vec<(HeaderName, HeaderValue)>> {
    let names = prop::sample::select(vec![
        "authorization",
        "x-correlation-id",
        "x-request-id",
        "id_teleservice",
        "accept",
        "content-type",
        "origin",
        "access-control-request-method",
        "access-control-request-headers",
        "x-forwarded-for",
        "x-wso2-client-certificate",
        "x-jwt-assertion",
        "x-bacasable-control",
        "x-bacasable-fault",
        "date",
        "retry-after",
        "cookie",
        "user-agent",
        "expect",
        "te",
        "x-unknown",
    ]);
    let header = (names, values()).prop_filter_map("a header", |(name, value)| {
        Some((HeaderName::from_static(name), HeaderValue::from_bytes(&value).ok()?))
    });
    prop::collection::vec(header, 0..12)
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(Vec::new()),
        prop::collection::vec(any::<u8>(), 0..200),
        prop::sample::select(vec![
            "{}",
            "[]",
            "null",
            "{\"motif\":",
            "{\"motif\":\"0020\",\"motif\":1e999}",
            "grant_type=client_credentials",
            "grant_type=client_credentials&client_id=editeur-demo&client_secret=secret-editeur-demo&scope=openid",
            "&&&==",
            "a&a",
            "token=x&client_id=editeur-demo&client_secret=secret-editeur-demo",
            "%",
            "\u{0}",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        Just("[".repeat(50_000).into_bytes()),
        (60_000usize..70_000).prop_map(|length| vec![b'{'; length]),
    ]
}

fn asked() -> impl Strategy<Value = Asked> {
    let bearer = any::<bool>();
    (certificates(), methods(), uris(), headers(), bodies(), bearer).prop_map(
        |(certificate, method, uri, mut headers, body, bearer)| {
            if bearer {
                headers.insert(0, (http::header::AUTHORIZATION, TOKEN.clone()));
            }
            Asked { certificate, method, uri, headers, body }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn whatever_is_asked_the_answer_is_a_documented_one(asked in asked()) {
        let what = format!("{asked:?}").chars().take(600).collect::<String>();
        let (reply, entry) = send(asked);
        let known = [200, 400, 401, 403, 404, 405, 406, 413, 429, 500];
        prop_assert!(known.contains(&reply.status.as_u16()), "{} for {what}", reply.status);
        prop_assert_eq!(entry.status, Some(reply.status.as_u16()), "the journal saw it: {}", what);
        prop_assert!(entry.correlation_id.chars().count() <= 128);
        prop_assert!(!entry.correlation_id.is_empty());
    }
}

#[test]
fn the_correlation_identifier_comes_back_as_it_was_sent_or_is_made() {
    let sent = |lines: &[&[u8]]| {
        let headers = lines.iter().map(|line| {
            (HeaderName::from_static("x-correlation-id"), HeaderValue::from_bytes(line).unwrap())
        });
        let (reply, entry) = send(Asked {
            certificate: Some("clients/editeur-demo"),
            method: Method::GET,
            uri: Uri::from_static("/nulle-part"),
            headers: headers.collect(),
            body: Vec::new(),
        });
        (
            reply.headers["x-correlation-id"].as_bytes().to_vec(),
            entry.correlation_id.clone(),
            entry.correlation_made,
        )
    };
    let id = crate::harness::CORRELATION_ID;
    assert_eq!(sent(&[id.as_bytes()]), (id.as_bytes().to_vec(), id.to_owned(), false));
    assert_eq!(sent(&[b"x", b"y"]), (b"x".to_vec(), "x".to_owned(), false), "the first of two");
    assert_eq!(sent(&[b"\xe9"]), (b"\xe9".to_vec(), "\u{fffd}".to_owned(), false), "no text");
    let long = "x".repeat(5_000);
    assert_eq!(
        sent(&[long.as_bytes()]),
        (long.clone().into_bytes(), "x".repeat(128), false),
        "cut in the journal"
    );
    for absent in [&[][..], &[&b""[..]]] {
        let (back, kept, made) = sent(absent);
        assert_eq!((String::from_utf8(back).unwrap(), made), (kept.clone(), true));
        assert_eq!(kept.len(), 36, "a UUID");
    }
}

/// The product's gateway speaks HTTP/1.1 to its clients; a client that can do both gets HTTP/2 only where the setting offers it.
#[tokio::test]
async fn a_client_that_can_do_both_speaks_http_1_unless_http2_is_offered() {
    for (http2, version) in [(false, reqwest::Version::HTTP_11), (true, reqwest::Version::HTTP_2)] {
        let world = World::with(|config| config.gateway.http2 = http2).await;
        let partner = world.partner("editeur-demo").await;
        let request = partner.request(reqwest::Method::GET, "/fcb-masrestit/api/v2/etatSante");
        let response = request.send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.version()), (200, version));
    }
}

/// HEAD is refused with its documented status over both, and with no body behind it: HTTP/2 has no other way to see that.
#[tokio::test]
async fn an_answer_to_head_has_no_body_and_says_how_long_it_would_have_been() {
    for http2 in [false, true] {
        let world = World::with(|config| config.gateway.http2 = http2).await;
        let partner = world.partner("editeur-demo").await;
        for (path, status) in
            [("/fcb-masrestit/api/v2/etatSante", 405), ("/nope", 404), ("/token", 405)]
        {
            let request = partner.request(reqwest::Method::HEAD, path);
            let response = request.send().await.unwrap();
            assert_eq!(response.status().as_u16(), status, "{path}");
            let length = response.headers()["content-length"].to_str().unwrap().to_owned();
            assert_ne!(length, "0", "{path}");
            assert_eq!(response.bytes().await.unwrap(), "", "{path}");
        }
    }
}
