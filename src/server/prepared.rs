//! Everything that a server needs, found good before a socket opens.

use std::{num::NonZeroU64, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, anyhow, bail};
use arc_swap::ArcSwap;
use axum::{Router, response::Response};
use http::Request;
use rustls_pki_types::PrivatePkcs8KeyDer;
use tower::Service;

use crate::{
    api::{self, Apis, World, pki_plan},
    clock::Clock,
    config::{
        self, ClientCertificateMode, Config, Dialect, Environment, FaultMedia, JournalPolicy,
        Secret,
    },
    directory::Directory,
    faults::{Catalogue, Scenarios},
    fixtures::Diagnostic,
    gateway::{self, Gateway},
    journal::{Disk, Rotation},
    peer::TrustStore,
    pki::{self, TokenKeys},
    register::Register,
    replicas::Replica,
    sandbox::Sandbox,
    tls::{self, CertificateFolder, ClientAuth, Dropped, Endpoint, Identity, Lent, Offer},
    tokens::{KeyError, KeyRing, SigningKey, Tokens},
};

/// Everything a server needs, found good, with no socket yet.
pub struct Prepared {
    /// What the listeners will share.
    pub sandbox: Arc<Sandbox>,
    /// The gateway's service: each request must carry its peer as `Arc<Peer>` in its extensions.
    pub gateway: Router,
    /// This process among its likes, when the settings name a store; it has not joined them.
    pub replica: Option<Arc<Replica>>,
    pub(super) apis: Arc<ArcSwap<Apis>>,
    pub(super) console_token: Option<Secret>,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) created: Vec<PathBuf>,
    pub(super) certs: tls::Stamps,
    pub(super) fixtures: Option<api::Stamps>,
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
        Self::assemble(config, clock, parts, scenarios)
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
        Self::assemble(config, clock, (directory, self.sandbox.register(), apis), scenarios)
    }

    fn assemble(
        config: Config,
        clock: Clock,
        (directory, register, apis): (Arc<Directory>, Arc<Register>, Arc<Apis>),
        scenarios: Scenarios,
    ) -> anyhow::Result<Self> {
        if let Err(now) = Clock::check_system() {
            bail!("the system's clock shows {now}: expected a time from 1970 to 2190");
        }
        let fixtures = config.fixtures.clone().map(api::Stamps::read);
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
        let replica = Replica::open(&sandbox, &apis)?;
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

/// The token that the console asks for: none on loopback, and none when it is open.
fn console_token(config: &Config) -> anyhow::Result<Option<Secret>> {
    let config::ConsoleSettings { listen, token, open, .. } = &config.console;
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
pub(super) fn key_ring(keys: &TokenKeys) -> Result<KeyRing, KeyError> {
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

/// Every fault, one a line.
pub fn faulty(faults: Vec<Diagnostic>) -> anyhow::Error {
    if let [fault] = faults.as_slice() {
        return anyhow!("fixtures: {fault}");
    }
    let lines: Vec<_> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    anyhow!("the fixtures have {} faults:{}", lines.len(), lines.concat())
}

/// The folder whose certificates are served.
pub(super) fn source(config: &Config) -> CertificateFolder {
    CertificateFolder { dir: config.certs.clone(), own_pki: config.gateway.own_pki }
}

/// How long a disk may not answer: an answer of the policy `strict` waits no longer, nor does the end of the process.
const PATIENCE: Duration = Duration::from_secs(5);

/// Journal entries that may wait for the disk: some seconds of a loaded server.
const WAITING: usize = 16_384;
