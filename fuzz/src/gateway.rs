//! The HTTPS side: request line, headers, bodies, queries.

use std::{convert::Infallible, sync::Arc};

use axum::body::Body;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::ServiceExt;

use super::world::{self, World};

/// Bytes on a connection, as a client that holds a good certificate sends them; `{token}` stands for a good token.
pub(super) fn http(input: &[u8]) {
    world::with(|world| {
        let sent = with_token(world, input);
        world.runtime.block_on(async {
            let (mut client, server) = tokio::io::duplex(1 << 20);
            client.write_all(&sent).await.expect("room in memory");
            client.shutdown().await.expect("a pipe in memory");
            let (router, peer) = (world.router.clone(), Arc::clone(&world.peer));
            let service = service_fn(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(Arc::clone(&peer));
                let answer = router.clone().oneshot(request.map(Body::new));
                async move { Ok::<_, Infallible>(answer.await.expect("the gateway always answers")) }
            });
            let serving = http1::Builder::new().serve_connection(TokioIo::new(server), service);
            let mut answer = Vec::new();
            let (_, read) = tokio::join!(serving, client.read_to_end(&mut answer));
            read.expect("a pipe in memory");
            assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."), "{:?}", String::from_utf8_lossy(&answer));
        });
    });
}

/// A request that a library has read: `METHOD target`, lines of headers, an empty line, the body.
pub(super) fn request(input: &[u8]) {
    world::with(|world| {
        let input = with_token(world, input);
        let (head, body) = split(&input, b"\n\n");
        let mut lines = head.split(|&byte| byte == b'\n');
        let first = lines.next().unwrap_or_default();
        let (method, target) = split(first, b" ");
        let (Ok(method), Ok(target)) = (Method::from_bytes(method), Uri::try_from(target)) else {
            return;
        };
        let mut request = Request::new(Body::from(body.to_vec()));
        *request.method_mut() = method;
        *request.uri_mut() = target;
        for line in lines {
            let (name, value) = split(line, b": ");
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
            {
                request.headers_mut().append(name, value);
            }
        }
        request.extensions_mut().insert(Arc::clone(&world.peer));
        world.ask(request);
    });
}

/// A body of FICOBA, for the operation that the first byte chooses.
pub(super) fn ficoba(input: &[u8]) {
    let Some((choice, body)) = input.split_first() else { return };
    let operation = OPERATIONS[usize::from(*choice) % OPERATIONS.len()];
    let target = format!("/fcb-masrestit/api/v2/comptes/{operation}");
    world::with(|world| {
        let mut request = granted(world, Method::POST, &target, body);
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
        world.ask(request);
    });
}

/// A query of R2P, for the resource that the first byte chooses.
pub(super) fn r2p(input: &[u8]) {
    let Some((choice, query)) = input.split_first() else { return };
    let Ok(query) = std::str::from_utf8(query) else { return };
    let target = match choice % 3 {
        0 => format!("/r2p/v1/personne?{query}"),
        1 => format!("/r2p/v1/personne/spi?{query}"),
        _ => format!("/r2p/v1/personne/{query}"),
    };
    if target.parse::<Uri>().is_ok() {
        world::with(|world| world.ask(granted(world, Method::GET, &target, b"")));
    }
}

/// A form for `/token` or `/revoke`, after a line that is the `Authorization` header.
pub(super) fn token_form(input: &[u8]) {
    world::with(|world| {
        let input = with_token(world, input);
        let (authorization, form) = split(&input, b"\n");
        let Ok(authorization) = HeaderValue::from_bytes(authorization) else { return };
        for target in ["/token", "/revoke"] {
            let mut request = granted(world, Method::POST, target, form);
            request.headers_mut().remove("authorization");
            if !authorization.is_empty() {
                request.headers_mut().insert("authorization", authorization.clone());
            }
            world.ask(request);
        }
        world.renew();
    });
}

/// A request of `editeur-demo` that passes every control.
fn granted(world: &World, method: Method, target: &str, body: &[u8]) -> Request<Body> {
    let builder = Request::builder()
        .method(method)
        .uri(target)
        .header("authorization", format!("Bearer {}", world.token))
        .header("x-correlation-id", "110e8400-e29b-11d4-a716-446655440000")
        .header("x-request-id", "r-1");
    let mut request = builder.body(Body::from(body.to_vec())).expect("a request");
    request.extensions_mut().insert(Arc::clone(&world.peer));
    request
}

fn with_token(world: &World, input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    let mut rest = input;
    while let Some(at) = rest.windows(PLACE.len()).position(|window| window == PLACE) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(world.token.as_bytes());
        rest = &rest[at + PLACE.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// What stands before the separator, and after; all of it and nothing when there is none.
fn split<'a>(bytes: &'a [u8], separator: &[u8]) -> (&'a [u8], &'a [u8]) {
    match bytes.windows(separator.len()).position(|window| window == separator) {
        Some(at) => (&bytes[..at], &bytes[at + separator.len()..]),
        None => (bytes, b""),
    }
}

const PLACE: &[u8] = b"{token}";

const OPERATIONS: [&str; 7] =
    ["numCpte", "siretSiren", "spi", "perPhy", "perPro", "multiDet", "verifIban"];
