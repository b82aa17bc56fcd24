//! The gateway without sockets: its real service in this process, for what needs thousands of calls or odd bytes.

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, body::Body};
use bacasable::{
    clock::Clock,
    config::{Config, TokenReissue},
    directory::{Convention, Directory},
    peer::{ClientCertificate, Peer, Protocol, TlsFacts, TlsVersion},
    replicas::Replica,
    sandbox::Sandbox,
    server::Prepared,
    tokens,
};
use http::{HeaderMap, Request, StatusCode, request::Builder};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tower::ServiceExt;

use crate::harness::{NOW, Reply, certs};

/// A gateway, its sandbox and its frozen clock.
pub(crate) struct Inside {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) clock: Clock,
    pub(crate) replica: Option<Arc<Replica>>,
    router: Router,
    directory: Arc<Directory>,
}

impl Inside {
    /// The default settings, no generated population, a frozen clock.
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// The same with other settings.
    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config { certs: certs().to_owned(), population: 0, ..Config::default() };
        change(&mut config);
        let clock = Clock::frozen(NOW.parse().unwrap());
        let prepared = Prepared::new(config, clock.clone()).unwrap();
        let directory = prepared.sandbox.directory();
        Self {
            sandbox: prepared.sandbox,
            clock,
            replica: prepared.replica,
            router: prepared.gateway,
            directory,
        }
    }

    /// As at the start: the time, the partners, the counters, no fault ordered.
    pub(crate) fn restore(&self) {
        self.clock.set(NOW.parse().unwrap()).unwrap();
        self.sandbox.change_directory(|_| self.directory.as_ref().clone());
        self.sandbox.quotas.clear(None, None, self.clock.now());
        self.sandbox.faults.reset();
    }

    /// Changes a partner's convention.
    pub(crate) fn change(&self, id: &str, change: impl Fn(&mut Convention)) {
        self.sandbox.change_directory(|directory: &Directory| {
            let mut convention = directory.convention(id).unwrap().as_ref().clone();
            change(&mut convention);
            directory.with(convention)
        });
    }

    /// Somebody on loopback who shows the certificate of this name, or none.
    pub(crate) fn peer(&self, certificate: Option<&str>) -> Arc<Peer> {
        let certificate = certificate.map(|name| {
            let path = certs().join(format!("{name}.pem"));
            self.sandbox.trust.describe(&[CertificateDer::from_pem_file(path).unwrap()])
        });
        self.peer_at("127.0.0.1:50000", certificate)
    }

    /// Somebody anywhere.
    pub(crate) fn peer_at(
        &self,
        address: &str,
        certificate: Option<Arc<ClientCertificate>>,
    ) -> Arc<Peer> {
        let tls =
            TlsFacts { version: TlsVersion::V1_3, alpn: Some(Protocol::Http2), resumed: false };
        let address: SocketAddr = address.parse().unwrap();
        Arc::new(Peer::new(address, certificate, tls))
    }

    /// The partner, with its own certificate.
    pub(crate) fn partner(&self, id: &str) -> Arc<Peer> {
        self.peer(Some(&format!("clients/{id}")))
    }

    /// A token of the partner's application with all its scopes.
    pub(crate) fn token(&self, id: &str) -> String {
        let scopes = self.sandbox.directory().convention(id).unwrap().scopes();
        self.narrow_token(id, &scopes)
    }

    /// A token of the partner's application with these scopes.
    pub(crate) fn narrow_token(&self, id: &str, scopes: &[&str]) -> String {
        let directory = self.sandbox.directory();
        let request = tokens::TokenRequest {
            key: &directory.convention(id).unwrap().application.key,
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            lifetime: SignedDuration::from_hours(1),
            reissue: TokenReissue::Keep,
        };
        self.sandbox.tokens.issue(request, self.clock.now()).unwrap().access_token
    }

    /// A request with the token and both identifiers, to be completed.
    pub(crate) fn request(&self, id: &str, method: &str, path: &str) -> Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("Authorization", format!("Bearer {}", self.token(id)))
            .header("X-Correlation-ID", crate::harness::CORRELATION_ID)
            .header("X-Request-ID", "r-1")
    }

    /// The answer to a request of `peer`, checked for what every answer must have and may have, and is never a 500.
    pub(crate) async fn send(&self, peer: &Arc<Peer>, request: Request<impl Into<Body>>) -> Reply {
        let reply = self.send_any(peer, request).await;
        assert_ne!(reply.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", reply.text);
        reply
    }

    /// The same where a 500 was ordered.
    pub(crate) async fn send_any(
        &self,
        peer: &Arc<Peer>,
        request: Request<impl Into<Body>>,
    ) -> Reply {
        let mut request = request.map(Into::into);
        let sent = request.headers().clone();
        request.extensions_mut().insert(Arc::clone(peer));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("answers are UTF-8");
        let reply = Reply { status: parts.status, headers: parts.headers, text };
        check(&reply, &sent);
        reply
    }

    /// `GET` of a path as the partner, with its token.
    pub(crate) async fn get(&self, id: &str, path: &str) -> Reply {
        self.send(&self.partner(id), self.request(id, "GET", path).body(Body::empty()).unwrap())
            .await
    }
}

/// What holds for every answer, whatever was asked.
pub(crate) fn check(reply: &Reply, sent: &HeaderMap) {
    let Reply { status, headers, text: _ } = reply;
    assert_eq!(
        headers.get_all("x-correlation-id").iter().count(),
        1,
        "one correlation identifier: {headers:?}"
    );
    assert_eq!(headers.get_all("date").iter().count(), 1, "one date: {headers:?}");
    assert!(headers.get_all("content-type").iter().count() <= 1, "{headers:?}");
    assert!(!headers.contains_key("allow"), "no Allow, not even on 405: {headers:?}");
    for name in headers.keys() {
        let given_back = sent.contains_key(name) && (!status.is_success() || is_preflight(sent));
        assert!(OWN.contains(&name.as_str()) || given_back, "{name} in {headers:?}");
        assert!(!NEVER.contains(&name.as_str()), "{name} in {headers:?}");
    }
}

fn is_preflight(sent: &HeaderMap) -> bool {
    sent.contains_key("access-control-request-method")
}

/// The headers that the gateway and the APIs write.
const OWN: [&str; 20] = [
    "content-type",
    "content-length",
    "date",
    "cache-control",
    "pragma",
    "connection",
    "retry-after",
    "www-authenticate",
    "x-correlation-id",
    "x-request-id",
    "x-bacasable-environment",
    "x-bacasable-control",
    "x-bacasable-reason",
    "x-bacasable-journal",
    "x-bacasable-fault",
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "revokedaccesstoken",
    "authorizeduser",
];

/// Headers of a request that no answer gives back.
const NEVER: [&str; 8] = [
    "authorization",
    "host",
    "accept",
    "x-forwarded-for",
    "x-wso2-client-certificate",
    "x-jwt-assertion",
    "transfer-encoding",
    "proxy-authorization",
];
