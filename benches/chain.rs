//! What the gateway costs, without sockets: each control, the whole chain through the real router, and the TLS work that a
//! request brings with it, to compare.
//!
//! `cargo bench --bench chain`. The figures of one machine are in `docs/tls.md`.

use std::{
    io::{Cursor, Read, Write},
    num::NonZeroU32,
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body};
use bacasable::{
    admission::{Caller, Chain, Demand, Origin, Quotas},
    api::Apis,
    clock::Clock,
    config::{Config, TokenReissue},
    directory::Convention,
    peer::{ClientCertificate, Peer, Protocol, TlsFacts, TlsVersion, within},
    pki,
    rights::ApiId,
    sandbox::Sandbox,
    server::Prepared,
    tokens,
};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use http::{Method, Request};
use jiff::SignedDuration;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection,
    server::WebPkiClientVerifier,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

const PARTNER: &str = "editeur-demo";
const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";
const SEARCH: &str = "/fcb-masrestit/api/v2/comptes/numCpte";
const BODY: &str = r#"{"dateDemande":"2026-11-20","motif":"0020","siretDemandeur":"20999001900017","justification":"banc d'essai","criteresRecherche":{"iban":"FR7699010000010000010100185","verificationCompte":"0"}}"#;

/// A gateway whose partner has calls enough, its peer and its token.
struct Bench {
    sandbox: Arc<Sandbox>,
    router: Router,
    certificate: Arc<ClientCertificate>,
    peer: Arc<Peer>,
    token: String,
    runtime: Runtime,
    certs: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let certs = tempfile::tempdir().expect("a folder");
        let mut config =
            Config { certs: certs.path().to_owned(), population: 0, ..Config::default() };
        config.journal.capacity = std::num::NonZeroU64::MIN.saturating_add(999);
        let clock = Clock::frozen("2026-11-22T10:00:00Z".parse().expect("a time"));
        let Prepared { sandbox, gateway: router, .. } =
            Prepared::new(config, clock).expect("a gateway");
        sandbox.change_directory(|directory| {
            let mut convention =
                Convention::clone(directory.convention(PARTNER).expect("the sample partner"));
            convention.grants.ficoba.iter_mut().for_each(|grant| grant.quota = NonZeroU32::MAX);
            directory.with(convention)
        });
        let own = certificate(&certs.path().join(format!("clients/{PARTNER}.pem")));
        let certificate = sandbox.trust.describe(&[own]);
        let tls =
            TlsFacts { version: TlsVersion::V1_3, alpn: Some(Protocol::Http1), resumed: false };
        let peer = Arc::new(Peer::new(
            ([127, 0, 0, 1], 50_000).into(),
            Some(Arc::clone(&certificate)),
            tls,
        ));
        let token = issue(&sandbox);
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { sandbox, router, certificate, peer, token, runtime, certs }
    }

    fn request(&self, method: Method, path: &str, body: &'static str) -> Request<Body> {
        let mut request = Request::new(Body::from(body));
        (*request.method_mut(), *request.uri_mut()) = (method, path.parse().expect("a path"));
        let headers = request.headers_mut();
        for (name, value) in [
            ("x-correlation-id", "110e8400-e29b-11d4-a716-446655440000"),
            ("x-request-id", "banc"),
            ("content-type", "application/json"),
        ] {
            headers.insert(name, value.parse().expect("a value"));
        }
        headers.insert("authorization", format!("Bearer {}", self.token).parse().expect("a token"));
        request.extensions_mut().insert(Arc::clone(&self.peer));
        request
    }

    /// The time of `calls` calls, the making of the requests left out.
    fn through_the_router(
        &self,
        calls: u64,
        method: &Method,
        path: &str,
        body: &'static str,
        status: u16,
    ) -> Duration {
        self.runtime.block_on(async {
            let mut spent = Duration::ZERO;
            for _ in 0..calls {
                let request = self.request(method.clone(), path, body);
                let router = self.router.clone();
                let began = Clock::instant();
                let response = router.oneshot(request).await.expect("an answer");
                spent += began.elapsed();
                assert_eq!(response.status().as_u16(), status);
            }
            spent
        })
    }
}

fn issue(sandbox: &Sandbox) -> String {
    let (lifetime, reissue) = (SignedDuration::from_hours(1), TokenReissue::Keep);
    let request = tokens::TokenRequest { key: PARTNER, scopes: Vec::new(), lifetime, reissue };
    sandbox.tokens.issue(request, sandbox.clock.now()).expect("a token").access_token
}

fn controls(criterion: &mut Criterion) {
    let bench = Bench::new();
    let Bench { sandbox, certificate, token, .. } = &bench;
    let (directory, now) = (sandbox.directory(), sandbox.clock.now());
    let convention = directory.convention(PARTNER).expect("the sample partner");
    let caller =
        Caller { certificate: Some(certificate), origin: Origin::Address([127, 0, 0, 1].into()) };
    let header = format!("Bearer {token}");
    let demand = Demand {
        api: ApiId::Ficoba,
        scope: None,
        authorization: Some(header.as_bytes()),
        id_teleservice: None,
    };
    let mut group = criterion.benchmark_group("control");
    group.bench_function("1 certificate: trusted, in its dates, whose", |b| {
        b.iter(|| {
            sandbox.trust.judge(certificate, now).expect("good");
            directory.of_certificate(certificate, now).is_ok()
        });
    });
    group.bench_function("2 address", |b| {
        b.iter(|| within(&convention.networks, [127, 0, 0, 1].into()))
    });
    group.bench_function("3 token, verified before", |b| {
        b.iter(|| sandbox.tokens.verify(token, now, SignedDuration::ZERO).expect("good"));
    });
    group.bench_function("3 token, for the first time (RS256)", |b| {
        let verify =
            |token: String| sandbox.tokens.verify(&token, now, SignedDuration::ZERO).expect("good");
        b.iter_batched(|| issue(sandbox), verify, BatchSize::SmallInput);
    });
    group.bench_function("4 identity: life cycle", |b| b.iter(|| convention.life.state(now)));
    group.bench_function("6 quota", |b| {
        let quotas = Quotas::default();
        b.iter(|| quotas.take(PARTNER, ApiId::Ficoba, NonZeroU32::MAX, &sandbox.clock));
    });
    group.bench_function("1 and 2, as the gateway asks them", |b| {
        let gate = sandbox.gate(&directory);
        b.iter(|| gate.identify(caller, &mut Chain::default()).expect("good"));
    });
    group.bench_function("1 to 6, as the gateway asks them", |b| {
        let gate = sandbox.gate(&directory);
        b.iter(|| {
            let mut chain = Chain::default();
            let identified = gate.identify(caller, &mut chain).expect("good");
            let entitled = gate.entitle(identified, demand, &mut chain).expect("good");
            let taken =
                sandbox.quotas.take(PARTNER, entitled.api(), entitled.limit(), &sandbox.clock);
            gate.admit(entitled, taken, &mut chain).expect("good")
        });
    });
    group.finish();
}

fn router(criterion: &mut Criterion) {
    let bench = Bench::new();
    let apis = Apis::load(None).unwrap_or_else(|_| unreachable!("the embedded fixtures are sound"));
    let mut group = criterion.benchmark_group("gateway");
    group.bench_function("path to resource", |b| {
        b.iter(|| matches!(apis.route(&Method::POST, SEARCH), bacasable::api::Route::Found(_)))
    });
    group.bench_function("405: journal, controls 1 and 2, matching, fault", |b| {
        b.iter_custom(|calls| bench.through_the_router(calls, &Method::PUT, HEALTH, "", 405));
    });
    group.bench_function("the whole chain, smallest answer", |b| {
        b.iter_custom(|calls| bench.through_the_router(calls, &Method::GET, HEALTH, "", 200));
    });
    group.bench_function("the whole chain, search of an account", |b| {
        b.iter_custom(|calls| bench.through_the_router(calls, &Method::POST, SEARCH, BODY, 200));
    });
    group.finish();
}

/// The server's side of TLS 1.3 with a client certificate, in memory.
fn tls(criterion: &mut Criterion) {
    let bench = Bench::new();
    let (server, client) = configs(bench.certs.path());
    let mut group = criterion.benchmark_group("tls");
    group.bench_function("handshake with client certificate, server's side", |b| {
        b.iter_custom(|times| (0..times).map(|_| connected(&server, &client).2).sum());
    });
    group.bench_function("request of 600 B in, answer of 1 KB out", |b| {
        let (mut server, mut client, _) = connected(&server, &client);
        b.iter_custom(|times| (0..times).map(|_| exchange(&mut server, &mut client)).sum());
    });
    group.finish();
}

fn exchange(server: &mut ServerConnection, client: &mut ClientConnection) -> Duration {
    client.writer().write_all(&[b'x'; 600]).expect("buffered");
    let mut wire = Vec::new();
    client.write_tls(&mut wire).expect("in memory");
    let began = Clock::instant();
    server.read_tls(&mut Cursor::new(&wire)).expect("in memory");
    server.process_new_packets().expect("good records");
    server.reader().read_exact(&mut [0; 600]).expect("600 bytes");
    server.writer().write_all(&[b'y'; 1024]).expect("buffered");
    let mut back = Vec::with_capacity(2048);
    server.write_tls(&mut back).expect("in memory");
    let spent = began.elapsed();
    client.read_tls(&mut Cursor::new(&back)).expect("in memory");
    client.process_new_packets().expect("good records");
    client.reader().read_exact(&mut [0; 1024]).expect("1024 bytes");
    spent
}

/// Both ends of a new connection, and what the server spent on it.
fn connected(
    server: &Arc<ServerConfig>,
    client: &Arc<ClientConfig>,
) -> (ServerConnection, ClientConnection, Duration) {
    let name = ServerName::try_from("localhost").expect("a name");
    let mut client = ClientConnection::new(Arc::clone(client), name).expect("a client");
    let mut spent = Duration::ZERO;
    let began = Clock::instant();
    let mut server = ServerConnection::new(Arc::clone(server)).expect("a server");
    spent += began.elapsed();
    while client.is_handshaking()
        || server.is_handshaking()
        || client.wants_write()
        || server.wants_write()
    {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).expect("in memory");
        }
        let began = Clock::instant();
        let (mut sent, mut back) = (Cursor::new(&wire), Vec::new());
        while (sent.position() as usize) < wire.len() {
            server.read_tls(&mut sent).expect("in memory");
            server.process_new_packets().expect("a good handshake");
        }
        while server.wants_write() {
            server.write_tls(&mut back).expect("in memory");
        }
        spent += began.elapsed();
        let mut sent = Cursor::new(&back);
        while (sent.position() as usize) < back.len() {
            client.read_tls(&mut sent).expect("in memory");
            client.process_new_packets().expect("a good handshake");
        }
    }
    (server, client, spent)
}

fn configs(certs: &Path) -> (Arc<ServerConfig>, Arc<ClientConfig>) {
    let material = pki::load(certs, false).expect("the test PKI");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(certificate(&certs.join("ca.pem"))).expect("an authority");
    let roots = Arc::new(roots);
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider));
    let server = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_client_cert_verifier(verifier.build().expect("a verifier"))
        .with_single_cert(material.server, material.server_key)
        .expect("an identity");
    let own = certs.join(format!("clients/{PARTNER}"));
    let key = PrivateKeyDer::from_pem_file(own.with_extension("key")).expect("a key");
    let mut client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![certificate(&own.with_extension("pem"))], key)
        .expect("an identity");
    client.resumption = rustls::client::Resumption::disabled();
    (Arc::new(server), Arc::new(client))
}

fn certificate(path: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(path).expect("a certificate")
}

criterion_group!(benches, controls, router, tls);
criterion_main!(benches);
