//! From a [`Config`] to listeners that answer: the one way to start, for `serve` and for the tests.
//!
//! Everything that can be wrong is found before the first socket opens ([`Prepared`]); nothing is half started.

use std::{net::SocketAddr, num::NonZeroU64, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, anyhow, bail};
use arc_swap::ArcSwap;
use axum::{Router, body::Body, response::Response};
use http::Request;
use rustls_pki_types::PrivatePkcs8KeyDer;
use tokio::{
    sync::{Notify, watch},
    task::{AbortHandle, JoinHandle},
};
use tower::{Service, ServiceExt, service_fn};

use crate::{
    api::{self, Apis, World, pki_plan},
    clock::Clock,
    config::{
        self, ClientCertificateMode, Config, Dialect, Environment, FaultMedia, JournalPolicy,
        Secret,
    },
    console::{self, Access, Console, GatewayHandle},
    directory::Directory,
    entropy,
    faults::{Catalogue, Scenarios},
    fixtures::Diagnostic,
    gateway::{self, Gateway},
    journal::{Disk, Entry, Kind, Rotation},
    peer::TrustStore,
    pki::{self, TokenKeys},
    recette::report,
    register::Register,
    replicas::Replica,
    sandbox::Sandbox,
    tls::{
        self, ClientAuth, ConnectionEvent, Dropped, Endpoint, Identity, Lent, Listener, Offer,
        ReloadError, Source, Workers,
    },
    tokens::{KeyError, KeyRing, SigningKey, Tokens},
};

pub use crate::api::pki_plan as plan;

/// A server that is ready to answer.
pub struct Server {
    /// What its listeners share.
    pub sandbox: Arc<Sandbox>,
    /// The gateway's address, with its real port.
    pub gateway: SocketAddr,
    /// The console's address, with its real port.
    pub console: SocketAddr,
    /// The files of the test PKI that had to be made.
    pub created: Vec<PathBuf>,
    /// The file with the token that the console asks for; none when it asks for none, or for one of the settings.
    pub console_token: Option<PathBuf>,
    replica: Option<Arc<Replica>>,
    nudge: Arc<Notify>,
    stop: watch::Sender<bool>,
    /// The gateway's and the console's.
    tasks: [JoinHandle<()>; 2],
    followers: Vec<JoinHandle<()>>,
}

/// Everything a server needs, found good, with no socket yet.
pub struct Prepared {
    /// What the listeners will share.
    pub sandbox: Arc<Sandbox>,
    /// The gateway's service: each request must carry its peer as `Arc<Peer>` in its extensions.
    pub gateway: Router,
    /// This process among its likes, when the settings name a store; it has not joined them.
    pub replica: Option<Arc<Replica>>,
    apis: Arc<ArcSwap<Apis>>,
    console_token: Option<Secret>,
    endpoint: Arc<Endpoint>,
    created: Vec<PathBuf>,
    certs: tls::Stamps,
    fixtures: Option<api::Stamps>,
}

impl Prepared {
    /// Loads fixtures and PKI, and puts the sandbox together.
    ///
    /// # Errors
    /// Faults in the fixtures, a PKI that cannot be used.
    pub fn new(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let World { directory, register, apis, scenarios } =
            World::load(&config).map_err(faulty)?;
        let parts = (Arc::new(directory), Arc::new(register), Arc::new(apis));
        Self::of(config, clock, parts, scenarios)
    }

    /// Another sandbox of the same world, under other settings of the gateway and of the APIs: nothing is read of the fixtures
    /// but the scenarios.
    ///
    /// # Errors
    /// As [`Prepared::new`].
    pub fn again(&self, config: Config, clock: Clock) -> anyhow::Result<Self> {
        let (directory, apis) = (self.sandbox.directory(), self.apis.load_full());
        let folder = config.fixtures.as_deref();
        let scenarios = Scenarios::load(folder, config.seed, &apis.catalogue(), &directory);
        let scenarios = scenarios.map_err(faulty)?;
        Self::of(config, clock, (directory, self.sandbox.register(), apis), scenarios)
    }

    fn of(
        config: Config,
        clock: Clock,
        (directory, register, apis): (Arc<Directory>, Arc<Register>, Arc<Apis>),
        scenarios: Scenarios,
    ) -> anyhow::Result<Self> {
        if let Err(now) = Clock::check_system() {
            bail!("the system's clock shows {now}: expected a time from 1970 to 2190");
        }
        let fixtures = config.fixtures.clone().map(api::Stamps::of);
        observed(&config, &directory)?;
        if config.state.url.is_some() && config.gateway.simulated_nodes.count() > 1 {
            bail!(
                "gateway.simulated_nodes: gateways that count apart, and state.url has all count together: choose one"
            );
        }
        if config.gateway.proxy_protocol && config.gateway.trusted_proxies.is_empty() {
            bail!(
                "gateway.proxy_protocol: no proxy is trusted: name its network in gateway.trusted_proxies"
            );
        }
        agreed(&config.gateway)?;
        let report = pki::ensure(&config.certs, &pki_plan(&config, &directory), clock.now())?;
        for name in &report.uncovered_names {
            tracing::warn!(%name, "the server certificate does not cover this name; remove server.pem and server.key to have it made again");
        }
        let certs = source(&config).stamps();
        let material = pki::load(&config.certs, config.gateway.own_pki)?;
        let console_token = console_token(&config)?;
        let trust = TrustStore::new(&material.authorities, &material.revoked);
        let trust = Arc::new(trust.with_context(|| config.certs.display().to_string())?);
        let tokens = Tokens::new(key_ring(&material.token_keys)?, config.gateway.dialect);
        let identity = Identity { chain: material.server, key: material.server_key };
        let endpoint = Arc::new(Endpoint::new(
            identity,
            Arc::clone(&trust),
            Offer { client_auth: client_auth(&config), http2: config.gateway.http2 },
            clock.clone(),
        )?);
        let mut sandbox =
            Sandbox::new(config, clock, trust, tokens, directory, register, scenarios);
        keep_journal(&mut sandbox)?;
        let sandbox = Arc::new(sandbox);
        let apis = Arc::new(ArcSwap::new(apis));
        let replica = Replica::of(&sandbox, &apis)?;
        let gateway = Gateway::new(Arc::clone(&sandbox), Arc::clone(&apis), replica.clone());
        let gateway = gateway::router(gateway);
        Ok(Self {
            sandbox,
            gateway,
            apis,
            replica,
            console_token,
            endpoint,
            created: report.created,
            certs,
            fixtures,
        })
    }
}

impl Prepared {
    /// Every operation and every code that a fault can be ordered for.
    pub fn catalogue(&self) -> Catalogue {
        self.apis.load().catalogue()
    }

    /// The gateway's service as its listener has it, without what [`Prepared::gateway`] adds as a router.
    pub fn service(
        &self,
    ) -> impl Service<Request<Lent>, Response = Response, Error = Dropped, Future: Send>
    + Clone
    + Send
    + use<> {
        let (sandbox, apis) = (Arc::clone(&self.sandbox), Arc::clone(&self.apis));
        gateway::service(Gateway::new(sandbox, apis, self.replica.clone()))
    }
}

/// What two settings of the gateway cannot ask together.
fn agreed(gateway: &config::Gateway) -> anyhow::Result<()> {
    let product = gateway.dialect.product();
    if gateway.fault_media == FaultMedia::Negotiated && product.negotiate.is_none() {
        let all = Dialect::ALL.iter().map(|dialect| dialect.product());
        let able: Vec<_> = all.filter(|one| one.negotiate.is_some()).map(|one| one.name).collect();
        bail!(
            "gateway.fault_media: \"negotiated\" is not for the dialect {:?}, which has one form only: \
             add gateway.dialect = {:?}",
            product.name,
            able.join(" or ")
        );
    }
    if gateway.environment == Environment::BacASable
        && gateway.client_certificate == ClientCertificateMode::Handshake
    {
        bail!(
            "gateway.client_certificate: \"handshake\" refuses callers of whom gateway.environment = \
             \"bac-a-sable\" asks no certificate: choose one"
        );
    }
    Ok(())
}

impl Server {
    /// Starts a server.
    ///
    /// # Errors
    /// Fixtures, PKI, or an address that cannot be used; nothing is listening then.
    pub async fn start(config: Config, clock: Clock) -> anyhow::Result<Self> {
        Self::start_on(config, clock, None).await
    }

    /// The same; the gateway's connections are served on these threads, all the rest on the runtime that starts it.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn start_on(
        config: Config,
        clock: Clock,
        workers: Option<Workers>,
    ) -> anyhow::Result<Self> {
        let prepared = Prepared::new(config, clock)?;
        let config = &prepared.sandbox.config;
        if let Some(replica) = &prepared.replica {
            replica.join().await?;
        }
        let gateway = Listener::bind(config.gateway.listen).context("gateway.listen")?;
        let gateway =
            gateway.behind(prepared.sandbox.proxies.clone(), config.gateway.proxy_protocol);
        let gateway = gateway.on(workers);
        let console = Listener::bind(config.console.listen).context("console.listen")?;
        Self::run(prepared, gateway, console)
    }

    /// Reads the certificates again at once, as SIGHUP asks; without it a change is seen within some seconds.
    pub fn reload(&self) {
        self.nudge.notify_one();
    }

    /// Stops accepting, finishes the answers in flight, and returns when both listeners are gone and the journal is closed.
    pub async fn stop(self) {
        self.stop_unless(std::future::pending()).await;
    }

    /// The same; once `hurry` is done, answers in flight are no longer waited for.
    pub async fn stop_unless(self, hurry: impl Future<Output = ()>) {
        self.stop.send_replace(true);
        self.sandbox.journal.dismiss();
        let [gateway, console] = self.tasks;
        let cut = [gateway.abort_handle(), console.abort_handle()];
        tokio::select! {
            _ = async { tokio::join!(gateway, console) } => {} // a task that panicked has nothing more to finish
            () = hurry => tracing::warn!("asked again to stop: answers in flight are cut"),
        }
        cut.iter().for_each(AbortHandle::abort);
        self.followers.iter().for_each(JoinHandle::abort);
        if let Some(replica) = self.replica {
            replica.leave().await;
        }
        let closing = tokio::task::spawn_blocking(move || self.sandbox.journal.close());
        let _ = closing.await; // a thread that broke down has told so
    }

    fn run(prepared: Prepared, gateway: Listener, console: Listener) -> anyhow::Result<Self> {
        let Prepared {
            sandbox,
            gateway: router,
            apis,
            replica,
            console_token: token,
            endpoint,
            created,
            certs,
            fixtures,
        } = prepared;
        let (stop, stopping) = watch::channel(false);
        let stopped = |mut stopping: watch::Receiver<bool>| async move {
            let _ = stopping.wait_for(|stopping| *stopping).await;
        };
        let addresses = (gateway.local_addr(), console.local_addr());
        sandbox.gateway_url.get_or_init(|| format!("https://{}", addresses.0));
        sandbox.console_url.get_or_init(|| console_url(&sandbox.config, addresses.1));
        if sandbox.config.journal.file.is_some() {
            sandbox.journal.record(beginning(&sandbox));
        }
        let nudge = Arc::new(Notify::new());
        let mut followers =
            vec![tokio::spawn(follow(certs, &sandbox, Arc::clone(&endpoint), Arc::clone(&nudge)))];
        if let Some(served) = fixtures {
            let following = api::follow(
                Arc::clone(&sandbox),
                Arc::clone(&apis),
                served,
                PACE,
                |outcome| match outcome {
                    Ok(()) => tracing::info!("the fixtures changed: they are in force"),
                    Err(error) => {
                        tracing::error!(%error, "the changed fixtures are not used; those before stay in force")
                    }
                },
            );
            followers.push(tokio::spawn(following));
        }
        followers.extend(replica.clone().map(|replica| tokio::spawn(replica.follow())));
        let traffic = Arc::clone(endpoint.traffic());
        let handle = GatewayHandle { address: addresses.0, service: router, traffic };
        let service = gateway::service(Gateway::new(
            Arc::clone(&sandbox),
            Arc::clone(&apis),
            replica.clone(),
        ));
        let [limits, at_console] = limits(&sandbox.config.gateway.limits, gateway.workers());
        let witness = Arc::clone(&sandbox);
        let on_event =
            Arc::new(move |event: ConnectionEvent| gateway::note_connection(&witness, &event));
        let speaks = tls::Transport::Tls(endpoint);
        let serving = gateway.serve(speaks, limits, service, on_event, stopped(stopping.clone()));
        let gateway = tokio::spawn(watched("gateway", serving));
        let settings = &sandbox.config.console;
        let names = [settings.hosts.as_slice(), &sandbox.config.gateway.server_names].concat();
        let access = Access::new(&names, addresses.1.ip(), token.as_ref());
        let told = token.is_some() && settings.token.is_none();
        let console_token = told.then(|| pki::console_token_file(&sandbox.config.certs));
        let app = console::router(
            Console::new(Arc::clone(&sandbox), apis, handle, access).among(replica.clone()),
        );
        let service =
            service_fn(move |request: Request<Lent>| app.clone().oneshot(request.map(Body::new)));
        let on_event = Arc::new(|_: ConnectionEvent| {}); // the journal is the gateway's
        let serving =
            console.serve(tls::Transport::Plain, at_console, service, on_event, stopped(stopping));
        let console = tokio::spawn(watched("console", serving));
        let tasks = [gateway, console];
        let (gateway, console) = addresses;
        Ok(Self {
            sandbox,
            gateway,
            console,
            created,
            replica,
            console_token,
            nudge,
            stop,
            tasks,
            followers,
        })
    }
}

/// Where people reach the console: as the settings say, or as the ready line does.
fn console_url(config: &Config, console: SocketAddr) -> String {
    match &config.console.public_url {
        Some(url) => url.as_str().to_owned(),
        None => format!("http://{console}"),
    }
}

/// Serves a door to its end, and says which connections did not end by themselves.
async fn watched(handle: &'static str, serving: impl Future<Output = tls::Stopped>) {
    let cut = serving.await.cut;
    if cut > 0 {
        tracing::warn!(handle, cut, "connections were cut because their answers took too long");
    }
}

/// Every fault, one a line.
pub fn faulty(faults: Vec<Diagnostic>) -> anyhow::Error {
    if let [fault] = faults.as_slice() {
        return anyhow!("fixtures: {fault}");
    }
    let lines: Vec<_> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    anyhow!("the fixtures have {} faults:{}", lines.len(), lines.concat())
}

fn observed(config: &Config, directory: &Directory) -> anyhow::Result<()> {
    let partner = &config.gateway.observe_as;
    match directory.convention(partner) {
        Some(_) => Ok(()),
        None if config.gateway.mode == config::Mode::Enforce => Ok(()),
        None => Err(anyhow!("gateway.observe_as: no convention has the id {partner:?}")),
    }
}

/// Gives the journal its file, where the settings name one.
fn keep_journal(sandbox: &mut Sandbox) -> anyhow::Result<()> {
    let settings = &sandbox.config.journal;
    let Some(path) = settings.file.clone() else {
        return match settings.policy {
            JournalPolicy::Buffered => Ok(()),
            JournalPolicy::Strict => Err(anyhow!("journal.policy: strict needs a journal.file")),
        };
    };
    let rotation =
        Rotation { bytes: NonZeroU64::new(settings.file_bytes), keep: settings.file_keep };
    let disk = Box::new(Disk::open(&path, rotation)?);
    let policy = settings.policy;
    sandbox
        .journal
        .keep_in(path, policy, disk, WAITING, PATIENCE)
        .context("the journal's thread cannot start")
}

/// The first entry of a run, so that its part of the file can be judged without the server.
fn beginning(sandbox: &Sandbox) -> Entry {
    Entry {
        time: sandbox.clock.now(),
        kind: Kind::Start,
        correlation_id: entropy::uuid().to_string(),
        run: Some(report::run(&sandbox.config)),
        ..Entry::default()
    }
}

/// The limits of the gateway and of the console, each with descriptors that the other cannot take.
fn limits(limits: &config::Limits, workers: usize) -> [tls::Limits; 2] {
    let seconds = |n: NonZeroU64| Duration::from_secs(n.get());
    let size = |n: NonZeroU64| usize::try_from(n.get()).unwrap_or(usize::MAX);
    let count = |n: NonZeroU64| u32::try_from(n.get()).unwrap_or(u32::MAX);
    let wanted = count(limits.connections);
    let (gateway, console) = tls::shares(wanted, workers);
    if gateway < wanted {
        tracing::info!(
            connections = gateway,
            "the system's limit of open files allows the gateway fewer connections than gateway.limits.connections"
        );
    }
    let both = tls::Limits {
        connections: gateway,
        handshakes: count(limits.handshakes),
        handshake: seconds(limits.handshake_seconds),
        head: seconds(limits.header_seconds),
        headers: size(limits.headers),
        head_bytes: size(limits.header_bytes),
        idle: seconds(limits.idle_seconds),
        stop: seconds(limits.stop_seconds),
        drain: tls::Drain {
            bytes: size(limits.body_bytes),
            patience: Duration::from_secs(1),
            behind: seconds(limits.request_seconds),
        },
        ..tls::Limits::default()
    };
    // The gateway answers a slow body itself.
    let body = Some(seconds(limits.request_seconds));
    [both.clone(), tls::Limits { connections: console, body, ..both }]
}

/// The token that the console asks for: none on loopback, and none when it is open.
fn console_token(config: &Config) -> anyhow::Result<Option<Secret>> {
    let config::Console { listen, token, open, .. } = &config.console;
    if *open || listen.ip().to_canonical().is_loopback() {
        return Ok(None);
    }
    match token {
        Some(token) => Ok(Some(token.clone())),
        None => pki::console_token(&config.certs)
            .map(Some)
            .context("the console's token (or set console.token)"),
    }
}

/// The keys of tokens, as the folder has them.
fn key_ring(keys: &TokenKeys) -> Result<KeyRing, KeyError> {
    let read = |der: &PrivatePkcs8KeyDer<'_>| SigningKey::from_pkcs8(der.secret_pkcs8_der());
    let previous = keys.previous.iter().map(read).collect::<Result<_, _>>()?;
    Ok(KeyRing::new(read(&keys.current)?, previous))
}

/// Where a bad client certificate is refused. A gateway that only watches refuses none, so it asks in HTTP.
fn client_auth(config: &Config) -> ClientAuth {
    match (config.gateway.client_certificate, config.gateway.mode) {
        (ClientCertificateMode::Handshake, config::Mode::Enforce) => ClientAuth::Handshake,
        (ClientCertificateMode::Http, _) | (_, config::Mode::Observe) => ClientAuth::Http,
    }
}

/// Keeps the certificates in force those of the folder; what cannot be used is told, and those before stay.
fn follow(
    served: tls::Stamps,
    sandbox: &Arc<Sandbox>,
    endpoint: Arc<Endpoint>,
    nudge: Arc<Notify>,
) -> impl Future<Output = ()> + use<> {
    let source = source(&sandbox.config);
    let (sandbox, folder) = (Arc::clone(sandbox), sandbox.config.certs.display().to_string());
    let tell = move |outcome: Result<TokenKeys, ReloadError>| {
        let read = outcome.map_err(anyhow::Error::from).and_then(|keys| Ok(key_ring(&keys)?));
        match read {
            Ok(keys) => {
                sandbox.tokens.rotate(keys);
                tracing::info!(%folder, "certificates and keys read again");
            }
            Err(error) => {
                tracing::error!(%folder, %error, "what was read cannot be used; what was before stays")
            }
        }
    };
    source.follow(served, endpoint, PACE, nudge, tell)
}

fn source(config: &Config) -> Source {
    Source { dir: config.certs.clone(), own_pki: config.gateway.own_pki }
}

/// How long a disk may not answer: an answer of the policy `strict` waits no longer, nor does the end of the process.
const PATIENCE: Duration = Duration::from_secs(5);

/// Journal entries that may wait for the disk: some seconds of a loaded server.
const WAITING: usize = 16_384;
/// How often the certificate files are looked at.
const PACE: Duration = Duration::from_secs(1);
