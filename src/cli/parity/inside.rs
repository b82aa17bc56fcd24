//! A stage of one's own: the gateway in this process, without sockets.

use std::{collections::HashMap, net::SocketAddr, num::NonZeroU64, sync::Arc};

use axum::body::Body;
use http::{Request, Version};
use http_body_util::BodyExt;
use jiff::Timestamp;
use tower::ServiceExt;

use crate::{
    clock::Clock,
    config::Config,
    directory::Directory,
    faults,
    parity::{
        body::MOST,
        replay::{ReplayCall, ReplayReply, Scene, Stage},
    },
    peer::{Peer, Protocol, TlsFacts, TlsVersion},
    pki,
    register::Register,
    server::Prepared,
    tls::Dropped,
};

/// The gateway in this process.
pub(super) struct Inside {
    prepared: Prepared,
    clock: Clock,
    peers: HashMap<String, Arc<Peer>>,
}

impl Inside {
    /// A gateway with these settings, and the personas alone as people.
    ///
    /// # Errors
    /// As a server's start.
    pub(super) fn new(config: &Config) -> anyhow::Result<Self> {
        let clock = Clock::frozen(Clock::system().now());
        Ok(Self::with(Prepared::new(alone(config), clock.clone())?, clock))
    }

    /// Another gateway of the same world, under other settings.
    ///
    /// # Errors
    /// Settings that exclude each other.
    pub(super) fn again(&self, config: &Config) -> anyhow::Result<Self> {
        let clock = Clock::frozen(Clock::system().now());
        Ok(Self::with(self.prepared.again(alone(config), clock.clone())?, clock))
    }

    fn with(prepared: Prepared, clock: Clock) -> Self {
        // Nothing listens, but refusals name the page of their entry as a server's do.
        let console = &prepared.sandbox.config.console.listen;
        let _ = prepared.sandbox.console_url.set(format!("http://{console}"));
        Self { prepared, clock, peers: HashMap::new() }
    }

    fn peer(&mut self, partner: &str) -> Arc<Peer> {
        let sandbox = &self.prepared.sandbox;
        let made = || {
            let chain = pki::client_certificate(&sandbox.config.certs, partner);
            let certificate = chain.map(|chain| sandbox.trust.describe(&chain));
            let alpn = Some(Protocol::Http1);
            let tls = TlsFacts { version: TlsVersion::V1_3, alpn, resumed: false };
            Arc::new(Peer::new(SocketAddr::from(([127, 0, 0, 1], 50_000)), certificate, tls))
        };
        Arc::clone(self.peers.entry(partner.to_owned()).or_insert_with(made))
    }

    fn order(&self, scene: &Scene<'_>, code: &str) {
        let order = serde_json::json!({
            "match": { "partner": scene.partner },
            "times": 1,
            "outcome": { "code": code },
        });
        let sandbox = &self.prepared.sandbox;
        if let Ok(request) = serde_json::from_value::<faults::FaultRequest>(order) {
            // A code that nobody can order is the original's own: then nothing fails.
            let _ = sandbox.faults.order(request, &self.prepared.catalogue(), &sandbox.directory());
        }
    }
}

/// These settings without population, journal file, console and store, which do not go over the wire.
fn alone(config: &Config) -> Config {
    let mut config = config.clone();
    let defaults = Config::default();
    config.population = 0;
    config.journal = defaults.journal;
    config.journal.capacity = NonZeroU64::MIN;
    config.console = defaults.console;
    config.state = defaults.state;
    config
}

impl Stage for Inside {
    fn directory(&self) -> Arc<Directory> {
        self.prepared.sandbox.directory()
    }

    fn register(&self) -> Arc<Register> {
        self.prepared.sandbox.register()
    }

    fn steers(&self) -> bool {
        true
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn set(&self, scene: &Scene<'_>) {
        let sandbox = &self.prepared.sandbox;
        let _ = self.clock.set(scene.now); // a moment beyond the product's time leaves the one before
        sandbox.quotas.clear(None, None, sandbox.clock.now());
        sandbox.faults.reset();
        if let Some(api) = scene.exhausted {
            let directory = sandbox.directory();
            let limit = directory.convention(scene.partner).and_then(|one| one.quota(api));
            sandbox.quotas.set(scene.partner, api, limit.unwrap_or(0), self.clock.now());
        }
        if let Some(code) = scene.fault {
            self.order(scene, code);
        }
    }

    async fn send(
        &mut self,
        certificate: &str,
        call: &ReplayCall,
    ) -> anyhow::Result<Option<ReplayReply>> {
        let mut request = Request::builder()
            .method(call.method.as_str())
            .uri(&call.target)
            .header("host", "localhost")
            .body(Body::from(call.body.clone()))?;
        request.headers_mut().extend(call.headers.clone());
        request.extensions_mut().insert(self.peer(certificate));
        let response = self.prepared.gateway.clone().oneshot(request).await?;
        if response.extensions().get::<Dropped>().is_some() {
            return Ok(None);
        }
        let (parts, body) = response.into_parts();
        let Ok(body) = http_body_util::Limited::new(body, MOST).collect().await else {
            return Ok(None);
        };
        let http2 = self.prepared.sandbox.config.gateway.http2;
        Ok(Some(ReplayReply {
            status: parts.status.as_u16(),
            version: Some(if http2 { Version::HTTP_2 } else { Version::HTTP_11 }),
            headers: parts.headers,
            body: body.to_bytes(),
        }))
    }
}
