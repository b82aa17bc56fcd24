//! From a [`Config`] to listeners that answer: the one way to start, for `serve` and for the tests.
//!
//! Everything that can be wrong is found before the first socket opens ([`Prepared`]); nothing is half started.

mod limits;
mod prepared;

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use axum::body::Body;
use http::Request;
use tokio::{
    sync::{Notify, watch},
    task::{AbortHandle, JoinHandle},
};
use tower::{ServiceExt, service_fn};

use self::{
    limits::limits,
    prepared::{key_ring, source},
};
use crate::{
    api,
    clock::Clock,
    config::Config,
    console::{self, Access, Console, GatewayHandle},
    entropy,
    gateway::{self, Gateway},
    journal::{Entry, Kind},
    pki::{self, TokenKeys},
    recette::report,
    replicas::Replica,
    sandbox::Sandbox,
    tls::{self, ConnectionEvent, Endpoint, Lent, Listener, ReloadError, Workers},
};

pub use self::prepared::{Prepared, faulty};
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
            sandbox.take_up();
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
        let shown = token.is_some() && settings.token.is_none();
        let console_token = shown.then(|| pki::console_token_file(&sandbox.config.certs));
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

/// Keeps the certificates in force those of the folder; what cannot be used is told, and those before stay.
fn follow(
    served: tls::Stamps,
    sandbox: &Arc<Sandbox>,
    endpoint: Arc<Endpoint>,
    nudge: Arc<Notify>,
) -> impl Future<Output = ()> + use<> {
    let source = source(&sandbox.config);
    let (sandbox, folder) = (Arc::clone(sandbox), sandbox.config.certs.display().to_string());
    let on_outcome = move |outcome: Result<TokenKeys, ReloadError>| {
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
    source.follow(served, endpoint, PACE, nudge, on_outcome)
}

/// How often the certificate files are looked at.
const PACE: Duration = Duration::from_secs(1);
