//! A gateway in memory, without sockets, and a partner that calls it.

use std::{cell::RefCell, num::NonZeroU32, sync::Arc};

use axum::{body::Body, response::Response};
use bacasable::{
    clock::Clock,
    config::{Config, TokenReissue},
    peer::{Peer, TlsFacts, TlsVersion},
    sandbox::Sandbox,
    server::Prepared,
    tls::{Dropped, Lent},
    tokens,
};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Method, Request};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use rustls_pki_types::{CertificateDer, pem::PemObject};
use tokio::runtime::{Builder, Runtime};
use tower::{Service, util::BoxService};

/// A gateway, and `editeur-demo` with a quota that never ends.
pub(crate) struct World {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) peer: Arc<Peer>,
    pub(crate) token: String,
    service: RefCell<BoxService<Request<Lent>, Response, Dropped>>,
    runtime: Runtime,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config { certs: folder.path().join("certs"), ..Config::default() };
        let certificate = config.certs.join("clients/editeur-demo.pem");
        let prepared = Prepared::new(config, Clock::system()).expect("a gateway");
        let service = RefCell::new(BoxService::new(prepared.service()));
        let sandbox = Arc::clone(&prepared.sandbox);
        sandbox.change_directory(|directory| {
            let mut changed =
                directory.convention("editeur-demo").expect("the sample partner").as_ref().clone();
            changed.grants.ficoba.as_mut().expect("it has FICOBA").quota = NonZeroU32::MAX;
            changed.grants.r2p.as_mut().expect("it has R2P").quota = NonZeroU32::MAX;
            directory.with(changed)
        });
        let chain = [CertificateDer::from_pem_file(certificate).expect("a certificate")];
        let tls = TlsFacts { version: TlsVersion::V1_3, alpn: None, resumed: false };
        let peer = Arc::new(Peer::new(
            ([127, 0, 0, 1], 50_000).into(),
            Some(sandbox.trust.describe(&chain)),
            tls,
        ));
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut world =
            Self { sandbox, service, peer, token: String::new(), runtime, _folder: folder };
        world.token = world.issue();
        world
    }

    /// Another token.
    pub(crate) fn issue(&self) -> String {
        let directory = self.sandbox.directory();
        let convention = directory.convention("editeur-demo").expect("the sample partner");
        let scopes = convention.scopes().into_iter().map(str::to_owned).collect();
        let (key, lifetime) = (convention.application.key.as_str(), SignedDuration::from_hours(24));
        let wanted = tokens::TokenRequest { key, scopes, lifetime, reissue: TokenReissue::Keep };
        self.sandbox.tokens.issue(wanted, self.sandbox.clock.now()).expect("a token").access_token
    }

    /// One call, whose status must be `due`.
    pub(crate) fn ask(&self, method: Method, path: &str, body: &str, due: u16) {
        let (status, body) = self.send(self.request(method, path, body));
        assert_eq!(status, due);
        std::hint::black_box(body);
    }

    /// The request of a call, as the listener would hand it over.
    pub(crate) fn request(&self, method: Method, path: &str, body: &str) -> Request<Body> {
        let builder = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("x-correlation-id", "110e8400-e29b-11d4-a716-446655440000")
            .header("x-request-id", "r-1")
            .header("content-type", "application/json");
        let mut request = builder.body(Body::from(body.to_owned())).expect("a request");
        request.extensions_mut().insert(Arc::clone(&self.peer));
        request
    }

    /// The status and the body of the answer.
    pub(crate) fn send(&self, request: Request<Body>) -> (u16, Bytes) {
        let _inside = self.runtime.enter();
        // Its future is on the heap, as the listener has it.
        let answered = self.service.borrow_mut().call(Lent::from_request(request));
        let answer = async {
            let response = answered.await.expect("an answer");
            let status = response.status().as_u16();
            (status, response.into_body().collect().await.expect("a body").to_bytes())
        };
        answer.now_or_never().expect("nothing is waited for")
    }
}

/// A demand of FICOBA: its path, and its body.
pub(crate) fn ficoba(operation: &str, motif: &str, criteria: &str) -> (String, String) {
    let path = format!("/fcb-masrestit/api/v2/comptes/{operation}");
    let body = format!(
        r#"{{"dateDemande":"2026-11-20","motif":"{motif}","siretDemandeur":"20999001900017","justification":"mesure","criteresRecherche":{criteria}}}"#
    );
    (path, body)
}
