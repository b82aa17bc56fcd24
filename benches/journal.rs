//! What the journal's file costs a request: over the wire, a real server with and without it in turn, and in this process.
//!
//! `cargo bench --bench journal`. The first lines are medians of interleaved rounds and their ratio, in requests a second and in
//! the server's own CPU time per request (Linux), which does not depend on the clients that share the machine.
//! `BENCH_ROUNDS` (21) and `BENCH_SECONDS` (1) make it longer or shorter, `BENCH_CONNECTIONS` (32) wider or narrower.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    num::NonZeroU32,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body};
use bacasable::{
    clock::Clock,
    config::{Config, JournalPolicy, TokenReissue},
    directory::Convention,
    peer::{Peer, Protocol, TlsFacts, TlsVersion},
    server::Prepared,
    tokens,
};
use criterion::{Criterion, criterion_group, criterion_main};
use http::Request;
use jiff::SignedDuration;
use reqwest::{Certificate, Client, Identity};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

const PARTNER: &str = "editeur-demo";
const SEARCH: &str = "/fcb-masrestit/api/v2/comptes/numCpte";
const BODY: &str = r#"{"dateDemande":"2026-11-20","motif":"0020","siretDemandeur":"20999001900017","justification":"banc d'essai","criteresRecherche":{"iban":"FR7699010000010000010100185","verificationCompte":"0"}}"#;

/// A `bacasable serve` of the bench's own, and clients with its token.
struct Served {
    process: Child,
    url: String,
    token: String,
    clients: Vec<Client>,
}

impl Served {
    async fn start(certs: &Path, flags: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_bacasable"))
            .args([
                "serve",
                "--certs",
                certs.to_str().expect("a text"),
                "--population",
                "0",
                "--log-level",
                "error",
            ])
            .args(["--gateway-listen", "127.0.0.1:0", "--console-listen", "127.0.0.1:0"])
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut ready = String::new();
        BufReader::new(process.stdout.take().expect("piped"))
            .read_line(&mut ready)
            .expect("a line");
        let address = |name| {
            ready
                .split(name)
                .nth(1)
                .and_then(|rest| rest.split_whitespace().next())
                .expect("an address")
        };
        let gateway = address("gateway=").replace("127.0.0.1", "localhost");
        let clients: Vec<_> = (0..number("BENCH_CONNECTIONS", 32)).map(|_| client(certs)).collect();
        let plain = Client::builder().no_proxy().build().expect("a client");
        let quota = json!({ "quotas": { "ficoba": u32::MAX } });
        let raise = plain
            .patch(format!("{}/admin/v1/conventions/{PARTNER}", address("console=")))
            .json(&quota);
        raise.send().await.and_then(reqwest::Response::error_for_status).expect("a raised quota");
        let form = [("grant_type", "client_credentials")];
        let asked = clients[0]
            .post(format!("{gateway}/token"))
            .basic_auth(PARTNER, Some("secret-editeur-demo"));
        let issued: Value =
            asked.form(&form).send().await.expect("an answer").json().await.expect("JSON");
        let token = issued["access_token"].as_str().expect("a token").to_owned();
        Self { process, url: format!("{gateway}{SEARCH}"), token, clients }
    }

    /// Requests a second, and microseconds of the server's CPU per request.
    async fn round(&self, span: Duration) -> (f64, f64) {
        let (before, since) = (cpu(self.process.id()), Clock::instant());
        let asking: Vec<_> = self
            .clients
            .iter()
            .map(|client| tokio::spawn(self.ask(client.clone(), span)))
            .collect();
        let mut served = 0;
        for one in asking {
            served += one.await.expect("a client");
        }
        let (spent, passed) = (cpu(self.process.id()) - before, since.elapsed().as_secs_f64());
        (served as f64 / passed, spent / served as f64 * 1e6)
    }

    fn ask(&self, client: Client, span: Duration) -> impl Future<Output = u32> + use<> {
        let (url, token) = (self.url.clone(), self.token.clone());
        async move {
            let (mut served, since) = (0, Clock::instant());
            while since.elapsed() < span {
                let request =
                    client.post(&url).bearer_auth(&token).header("X-Request-ID", "banc").body(BODY);
                let request =
                    request.header("X-Correlation-ID", "110e8400-e29b-11d4-a716-446655440000");
                let reply = request.send().await.expect("an answer");
                assert_eq!(reply.status().as_u16(), 200);
                reply.bytes().await.expect("a body");
                served += 1;
            }
            served
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn over_the_wire(_: &mut Criterion) {
    let rounds = number("BENCH_ROUNDS", 21);
    let span = Duration::from_secs(number("BENCH_SECONDS", 1));
    let work = tempfile::tempdir().expect("a folder");
    let (certs, file) = (work.path().join("certs"), work.path().join("journal.jsonl"));
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let without = Served::start(&certs, &[]).await;
        let with = Served::start(&certs, &["--journal-file", file.to_str().expect("a text")]).await;
        let mut seen = Vec::new();
        for round in 0..=rounds {
            // Whoever comes second finds the machine as the first one left it: they take turns at that too.
            let (first, second) = if round % 2 == 0 { (&without, &with) } else { (&with, &without) };
            let (one, other) = (first.round(span).await, second.round(span).await);
            if round > 0 {
                seen.push(if round % 2 == 0 { [one, other] } else { [other, one] }); // the first is to warm up
            }
        }
        let middle = |of: fn(&[(f64, f64); 2]) -> f64| median(seen.iter().map(of).collect());
        eprintln!("without a file: {:.0} requests/s, {:.1} us of CPU each", middle(|[a, _]| a.0), middle(|[a, _]| a.1));
        eprintln!(
            "with (buffered): {:.0} requests/s, {:.1} us of CPU each",
            middle(|[_, b]| b.0),
            middle(|[_, b]| b.1)
        );
        let (rate, cost) = (middle(|[a, b]| b.0 / a.0), middle(|[a, b]| b.1 / a.1));
        eprintln!("ratio, the median of the rounds' own: {rate:.3} of the throughput, {cost:.3} of the CPU");
        let lines = fs::read_to_string(&file).expect("the file").lines().count();
        eprintln!("({rounds} rounds of {span:?}; {lines} lines in the file that grows)");
    });
}

fn in_this_process(criterion: &mut Criterion) {
    let work = tempfile::tempdir().expect("a folder");
    let runtime = Runtime::new().expect("a runtime");
    let mut group = criterion.benchmark_group("search of an account, no sockets");
    for (name, policy) in [
        ("no file", None),
        ("buffered", Some(JournalPolicy::Buffered)),
        ("strict, one caller", Some(JournalPolicy::Strict)),
    ] {
        let (router, request) = gateway(work.path(), policy);
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|calls| {
                runtime.block_on(async {
                    let mut spent = Duration::ZERO;
                    for _ in 0..calls {
                        let (request, router) = (request(), router.clone());
                        let began = Clock::instant();
                        let answer = router.oneshot(request).await.expect("an answer");
                        spent += began.elapsed();
                        assert_eq!(answer.status().as_u16(), 200);
                    }
                    spent
                })
            });
        });
    }
    group.finish();
}

/// The gateway's service, and the call to make.
fn gateway(work: &Path, policy: Option<JournalPolicy>) -> (Router, impl Fn() -> Request<Body>) {
    let mut config = Config { certs: work.join("certs"), population: 0, ..Config::default() };
    if let Some(policy) = policy {
        config.journal.file = Some(work.join(format!("{policy:?}.jsonl")));
        config.journal.policy = policy;
    }
    let clock = Clock::frozen("2026-11-22T10:00:00Z".parse().expect("a time"));
    let Prepared { sandbox, gateway, .. } = Prepared::new(config, clock).expect("a gateway");
    sandbox.change_directory(|directory| {
        let mut convention =
            Convention::clone(directory.convention(PARTNER).expect("the sample partner"));
        convention.grants.ficoba.iter_mut().for_each(|grant| grant.quota = NonZeroU32::MAX);
        directory.with(convention)
    });
    let own = CertificateDer::from_pem_file(work.join(format!("certs/clients/{PARTNER}.pem")))
        .expect("a certificate");
    let certificate = sandbox.trust.describe(&[own]);
    let tls = TlsFacts { version: TlsVersion::V1_3, alpn: Some(Protocol::Http1), resumed: false };
    let peer = Arc::new(Peer::new(([127, 0, 0, 1], 50_000).into(), Some(certificate), tls));
    let (lifetime, reissue) = (SignedDuration::from_hours(1), TokenReissue::Keep);
    let scopes = sandbox.directory().convention(PARTNER).expect("the sample partner").scopes();
    let scopes = scopes.into_iter().map(str::to_owned).collect();
    let request = tokens::TokenRequest { key: PARTNER, scopes, lifetime, reissue };
    let token = sandbox.tokens.issue(request, sandbox.clock.now()).expect("a token").access_token;
    let request = move || {
        let request = Request::post(SEARCH).header("authorization", format!("Bearer {token}"));
        let request = request.header("x-correlation-id", "110e8400-e29b-11d4-a716-446655440000");
        let mut request =
            request.header("x-request-id", "banc").body(Body::from(BODY)).expect("a request");
        request.extensions_mut().insert(Arc::clone(&peer));
        request
    };
    (gateway, request)
}

fn client(certs: &Path) -> Client {
    let read = |name: &str| fs::read(certs.join(name)).expect("a file of the PKI");
    let mut own = read(&format!("clients/{PARTNER}.pem"));
    own.extend(read(&format!("clients/{PARTNER}.key")));
    let authority = Certificate::from_pem(&read("ca.pem")).expect("an authority");
    let builder = Client::builder().no_proxy().http1_only().tls_certs_only([authority]);
    builder.identity(Identity::from_pem(&own).expect("an identity")).build().expect("a client")
}

/// Seconds of CPU of a process so far; the file's own thread included.
fn cpu(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks =
        |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (ticks(11) + ticks(12)) / 100.0 // USER_HZ is 100 on every Linux that matters here
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

criterion_group!(benches, over_the_wire, in_this_process);
criterion_main!(benches);
