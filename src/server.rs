//! From a [`Config`] to listeners that answer: the one way to start, for `serve` and for the tests.
//!
//! Everything that can be wrong is found before the first socket opens; nothing is half started.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use arc_swap::ArcSwap;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    api::{Apis, World},
    clock::Clock,
    config::{self, ClientCertificateMode, Config},
    console,
    directory::{Convention, Directory},
    fixtures::Fault,
    gateway::{self, Gateway},
    journal::{CertificateFacts, Entry, Kind},
    peer::TrustStore,
    pki,
    sandbox::Sandbox,
    tls::{self, ClientAuth, ConnectionEvent, ConnectionFault, Endpoint, Identity, Listener},
    tokens::{SigningKey, Tokens},
};

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
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    /// Starts a server.
    ///
    /// # Errors
    /// Fixtures, PKI, or an address that cannot be used; nothing is listening then.
    pub async fn start(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let World { directory, register, apis, scenarios } = World::load(&config).map_err(faulty)?;
        observed(&config, &directory)?;
        let report = pki::ensure(&config.certs, &plan(&config, &directory), clock.now())?;
        for name in &report.uncovered_names {
            tracing::warn!(%name, "the server certificate does not cover this name; remove server.pem and server.key to have it made again");
        }
        let material = pki::load(&config.certs, config.gateway.own_pki)?;
        let trust = Arc::new(TrustStore::new(&material.authorities, &material.revoked)?);
        let tokens = Tokens::new(SigningKey::from_pkcs8(material.token_key.secret_pkcs8_der())?);
        let identity = Identity { chain: material.server, key: material.server_key };
        let mode = match config.gateway.client_certificate {
            ClientCertificateMode::Http => ClientAuth::Http,
            ClientCertificateMode::Handshake => ClientAuth::Handshake,
        };
        let endpoint = Arc::new(Endpoint::new(identity, Arc::clone(&trust), mode, clock.clone())?);
        let gateway = Listener::bind(config.gateway.listen).await.context("gateway.listen")?;
        let console = TcpListener::bind(config.console.listen).await;
        let console = console.with_context(|| format!("console.listen: cannot listen on {}", config.console.listen))?;
        let sandbox = Arc::new(Sandbox::new(config, clock, trust, tokens, directory, register, scenarios));
        let apis = Arc::new(ArcSwap::from_pointee(apis));
        Self::run(sandbox, apis, endpoint, gateway, console, report.created)
    }

    /// Stops accepting, finishes the answers in flight, and returns when both listeners are gone.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            let _ = task.await; // a task that panicked has nothing more to finish
        }
    }

    fn run(
        sandbox: Arc<Sandbox>,
        apis: Arc<ArcSwap<Apis>>,
        endpoint: Arc<Endpoint>,
        gateway: Listener,
        console: TcpListener,
        created: Vec<PathBuf>,
    ) -> anyhow::Result<Self> {
        let (stop, stopping) = watch::channel(false);
        let stopped = |mut stopping: watch::Receiver<bool>| async move {
            let _ = stopping.wait_for(|stopping| *stopping).await;
        };
        let addresses = (gateway.local_addr(), console.local_addr()?);
        let service = gateway::service(Gateway::new(Arc::clone(&sandbox), apis));
        let limits = limits(&sandbox.config.gateway.limits);
        let journal = Arc::clone(&sandbox);
        let on_event = Arc::new(move |event: ConnectionEvent| journal.journal.record(entry(&journal, &event)));
        let serving = gateway.serve(endpoint, limits, service, on_event, stopped(stopping.clone()));
        let gateway = tokio::spawn(async move {
            let cut = serving.await.cut;
            if cut > 0 {
                tracing::warn!(cut, "connections were cut because their answers took too long");
            }
        });
        let app = console::router(Arc::clone(&sandbox));
        let serving = axum::serve(console, app).with_graceful_shutdown(stopped(stopping));
        let console = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the console stopped");
            }
        });
        let tasks = vec![gateway, console];
        Ok(Self { sandbox, gateway: addresses.0, console: addresses.1, created, stop, tasks })
    }
}

/// Every fault, one a line.
pub fn faulty(faults: Vec<Fault>) -> anyhow::Error {
    let lines: Vec<_> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    anyhow!("the fixtures have {} fault{}:{}", lines.len(), if lines.len() == 1 { "" } else { "s" }, lines.concat())
}

/// What the certs folder must hold for these partners.
pub fn plan(config: &Config, directory: &Directory) -> pki::Plan {
    let holder = |convention: &Arc<Convention>| pki::Holder {
        id: convention.id.clone(),
        organisation: convention.organisation.clone(),
        siret: Some(convention.siret.to_string()),
    };
    let partners: Vec<_> = directory.iter().map(holder).collect();
    let faulty_as = directory.convention("editeur-demo").or(directory.iter().next()).map(holder);
    let nobody = || pki::Holder { id: "personne".to_owned(), organisation: "Personne".to_owned(), siret: None };
    pki::Plan {
        partners,
        faulty_as: faulty_as.unwrap_or_else(nobody),
        server_names: config.gateway.server_names.clone(),
        own_pki: config.gateway.own_pki,
    }
}

fn observed(config: &Config, directory: &Directory) -> anyhow::Result<()> {
    let partner = &config.gateway.observe_as;
    match directory.convention(partner) {
        Some(_) => Ok(()),
        None if config.gateway.mode == config::Mode::Enforce => Ok(()),
        None => Err(anyhow!("gateway.observe_as: no convention has the id {partner:?}")),
    }
}

fn limits(limits: &config::Limits) -> tls::Limits {
    let seconds = |n: std::num::NonZeroU64| Duration::from_secs(n.get());
    let size = |n: std::num::NonZeroU64| usize::try_from(n.get()).unwrap_or(usize::MAX);
    let count = |n: std::num::NonZeroU64| u32::try_from(n.get()).unwrap_or(u32::MAX);
    tls::Limits {
        connections: count(limits.connections),
        handshakes: count(limits.handshakes),
        handshake: seconds(limits.handshake_seconds),
        head: seconds(limits.header_seconds),
        headers: size(limits.headers),
        head_bytes: size(limits.header_bytes),
        idle: seconds(limits.idle_seconds),
        stop: seconds(limits.stop_seconds),
        ..tls::Limits::default()
    }
}

/// The journal's entry of a connection that brought no request.
fn entry(sandbox: &Sandbox, event: &ConnectionEvent) -> Entry {
    let certificate = match &event.fault {
        ConnectionFault::CertificateRefused { certificate, .. } => Some(CertificateFacts {
            fingerprint: certificate.fingerprint().to_string(),
            subject: certificate.subject().to_owned(),
        }),
        _ => None,
    };
    let kind = match &event.fault {
        ConnectionFault::CertificateRefused { .. }
        | ConnectionFault::HandshakeFailed { .. }
        | ConnectionFault::HandshakeTimedOut
        | ConnectionFault::NotTls => Kind::Handshake,
        ConnectionFault::NotHttp { .. } | ConnectionFault::HeadTimedOut | ConnectionFault::Stalled => Kind::Connection,
    };
    Entry {
        time: sandbox.clock.now(),
        kind,
        address: Some(event.address.ip()),
        certificate,
        note: Some(event.fault.to_string()),
        ..Entry::default()
    }
}
