//! A whole gateway in memory, without a socket: one per thread, made when it is first needed.

use std::{cell::RefCell, path::PathBuf, sync::Arc};

use axum::{Router, body::Body, response::Response};
use bacasable::{
    clock::Clock,
    config::Config,
    peer::{Peer, TlsFacts, TlsVersion},
    sandbox::Sandbox,
    server::Prepared,
    tokens::TokenRequest,
};
use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use jiff::SignedDuration;
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// The world of this thread.
pub(super) struct World {
    pub(super) sandbox: Arc<Sandbox>,
    pub(super) router: Router,
    /// `editeur-demo`, on loopback.
    pub(super) peer: Arc<Peer>,
    /// A token of `editeur-demo` with every scope.
    pub(super) token: String,
    pub(super) runtime: Runtime,
    certs: PathBuf,
    _folder: TempDir,
}

/// An answer, whole.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: http::HeaderMap,
    pub(super) body: Bytes,
}

/// Lends the world of this thread.
pub(super) fn with<T>(act: impl FnOnce(&mut World) -> T) -> T {
    thread_local!(static WORLD: RefCell<Option<World>> = const { RefCell::new(None) });
    WORLD.with_borrow_mut(|world| act(world.get_or_insert_with(World::new)))
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let certs = folder.path().join("certs");
        let mut config = Config { certs: certs.clone(), population: 100, ..Config::default() };
        config.journal.capacity = 4.try_into().expect("not zero");
        let clock = Clock::frozen("2026-11-22T10:00:00Z".parse().expect("a time"));
        let Prepared { sandbox, gateway: router, .. } =
            Prepared::new(config, clock).expect("a world");
        let chain = [certificate(&certs, "clients/editeur-demo.pem")];
        let tls = TlsFacts { version: TlsVersion::V1_3, alpn: None, resumed: false };
        let address = ([127, 0, 0, 1], 50_000).into();
        let peer = Arc::new(Peer::new(address, Some(sandbox.trust.describe(&chain)), tls));
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut world =
            Self { sandbox, router, peer, token: String::new(), runtime, certs, _folder: folder };
        world.token = world.fresh_token();
        world
    }

    /// A new token of `editeur-demo`.
    pub(super) fn fresh_token(&self) -> String {
        let directory = self.sandbox.directory();
        let convention = directory.convention("editeur-demo").expect("a sample partner");
        let scopes = convention.scopes().into_iter().map(str::to_owned).collect();
        let lifetime = SignedDuration::from_hours(1);
        let reissue = self.sandbox.config.gateway.token_reissue;
        let request = TokenRequest { key: &convention.application.key, scopes, lifetime, reissue };
        self.sandbox
            .tokens
            .issue(request, self.sandbox.clock.now())
            .expect("a signature")
            .access_token
    }

    /// The certificate in this file of the test PKI.
    pub(super) fn certificate(&self, file: &str) -> CertificateDer<'static> {
        certificate(&self.certs, file)
    }

    /// The text of this file of the test PKI.
    pub(super) fn pem(&self, file: &str) -> String {
        std::fs::read_to_string(self.certs.join(file)).expect("a file of the test PKI")
    }

    /// Another token, when the one in hand was revoked.
    pub(super) fn renew(&mut self) {
        self.token = self.fresh_token();
    }

    /// What the gateway answers; the minute's counters begin again, so that no run of inputs ends in 429s.
    pub(super) fn ask(&self, request: Request<Body>) -> Reply {
        self.sandbox.quotas.clear(None, None, self.sandbox.clock.now());
        self.sandbox.journal.forget(&Default::default());
        let answer = self.runtime.block_on(async {
            let response: Response =
                self.router.clone().oneshot(request).await.expect("the gateway always answers");
            let (parts, body) = response.into_parts();
            let body = body.collect().await.expect("a body in memory").to_bytes();
            Reply { status: parts.status.as_u16(), headers: parts.headers, body }
        });
        self.check(&answer);
        answer
    }

    /// What holds for every answer, whatever was asked.
    fn check(&self, reply: &Reply) {
        assert!(reply.status < 500, "{}: {}", reply.status, String::from_utf8_lossy(&reply.body));
        assert!(
            reply.headers.contains_key("x-correlation-id"),
            "every answer has a correlation identifier"
        );
        if reply.headers.get("content-type").is_some_and(|media| media == "application/json") {
            let read = serde_json::from_slice::<serde_json::Value>(&reply.body);
            assert!(read.is_ok(), "{read:?}: {}", String::from_utf8_lossy(&reply.body));
        }
        let entries = self.sandbox.journal.read(&Default::default());
        assert_eq!(entries.len(), 1, "one entry per request");
        let entry = &entries[0];
        assert_eq!(entry.status, Some(reply.status));
        let answered = entry.api.is_some() && reply.status == 200;
        assert!(
            !answered || entry.refused_by().is_none(),
            "no control is passed by who was refused: {entry:?}"
        );
        let written = serde_json::to_string(&**entry).expect("entries are JSON");
        assert!(!written.contains(&self.token), "no token in the journal");
    }
}

fn certificate(certs: &std::path::Path, file: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(certs.join(file)).expect("a certificate of the test PKI")
}
