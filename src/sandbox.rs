//! The running sandbox: everything that its listeners share.
//!
//! What can be replaced while serving (conventions, register) is an immutable value behind one pointer: a request keeps
//! the one it began with.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use arc_swap::ArcSwap;
use jiff::SignedDuration;

use crate::{
    admission::{Gate, Policy, Quotas},
    clock::Clock,
    config::{Config, Mode},
    directory::Directory,
    faults::{Faults, Scenarios},
    journal::Journal,
    metrics::Metrics,
    peer::{TrustStore, TrustedProxies},
    register::Register,
    service::Service,
    tokens::Tokens,
};

/// Everything that gateway and console share.
pub struct Sandbox {
    /// The settings.
    pub config: Config,
    /// The product's time.
    pub clock: Clock,
    /// The certificates that are trusted.
    pub trust: Arc<TrustStore>,
    /// Who may speak for others.
    pub proxies: TrustedProxies,
    /// The tokens.
    pub tokens: Tokens,
    /// The counters of the minute.
    pub quotas: Quotas,
    /// What happens on purpose.
    pub faults: Faults,
    /// When the APIs are open.
    pub service: Service,
    /// What happened.
    pub journal: Journal,
    /// How often and how long.
    pub metrics: Metrics,
    /// The references given to demands.
    pub references: References,
    policy: Policy,
    directory: ArcSwap<Directory>,
    register: ArcSwap<Register>,
    orders: Mutex<()>,
}

/// The sequence of `referenceDemande`: one per server.
#[derive(Default)]
pub struct References(AtomicU64);

impl Sandbox {
    /// A sandbox in which nothing has happened yet.
    pub fn new(
        config: Config,
        clock: Clock,
        trust: Arc<TrustStore>,
        tokens: Tokens,
        directory: Directory,
        register: Register,
        scenarios: Scenarios,
    ) -> Self {
        let gateway = &config.gateway;
        let policy = Policy {
            observe_as: (gateway.mode == Mode::Observe).then(|| gateway.observe_as.clone()),
            skew: SignedDuration::from_secs(i64::try_from(gateway.token_skew_seconds).unwrap_or(i64::MAX)),
            bearer_any_case: gateway.bearer_any_case,
        };
        let lag = SignedDuration::from_millis(i64::try_from(gateway.quota_lag_ms).unwrap_or(i64::MAX));
        let capacity = usize::try_from(config.journal.capacity.get()).unwrap_or(usize::MAX);
        Self {
            clock,
            trust,
            proxies: TrustedProxies::new(config.gateway.trusted_proxies.clone()),
            tokens,
            quotas: Quotas::new(lag).apart(config.gateway.simulated_nodes.count()),
            faults: Faults::new(config.seed, scenarios),
            service: Service::new(config.seed, &config.availability),
            journal: Journal::new(capacity),
            metrics: Metrics::new(),
            references: References::default(),
            policy,
            directory: ArcSwap::from_pointee(directory),
            register: ArcSwap::from_pointee(register),
            orders: Mutex::default(),
            config,
        }
    }

    /// The partners of this moment.
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    /// The fictitious world of this moment.
    pub fn register(&self) -> Arc<Register> {
        self.register.load_full()
    }

    /// The controls, judging by this directory.
    pub fn gate<'a>(&'a self, directory: &'a Directory) -> Gate<'a> {
        let Self { trust, tokens, quotas, clock, policy, .. } = self;
        Gate { directory, trust, tokens, quotas, clock, policy }
    }

    /// The turn of an order from the console: orders of several clients take theirs one after the other, so that each is
    /// whole. Requests at the gateway wait for none.
    pub fn turn(&self) -> MutexGuard<'_, ()> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the partners: `change` makes the next directory of the present one, and is asked again when two changes meet.
    pub fn change_directory(&self, change: impl Fn(&Directory) -> Directory) {
        self.directory.rcu(|present| change(present));
    }

    /// Puts other partners in place; requests in flight finish on those they began with.
    pub fn replace_directory(&self, directory: Directory) {
        self.directory.store(Arc::new(directory));
    }

    /// Puts another register in place; requests in flight finish on the one they began with.
    pub fn replace_register(&self, register: Register) {
        self.register.store(Arc::new(register));
    }
}

impl References {
    /// The next number, from 1; after 999 999 999 it begins again.
    pub fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) % 999_999_999 + 1
    }

    /// Begins again at 1.
    pub fn restart(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}
