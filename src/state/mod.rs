//! The store that replicas share, a Redis or Valkey server: its connection, bounded in time, and whether it can be asked.
//!
//! Without `state.url` there is none, and everything that moves lives in this process. What is kept there, and what it
//! means, is the business of `replicas`; here are keys, scripts and time limits only.
//!
//! # Design
//! One connection, shared by all requests and pipelined, and another one aside for what is long and waited for by nobody.
//! A call that fails, for whatever reason, puts the store *away*: from then on no call is attempted, so that no request
//! waits for a store that is gone; a keeper ([`Store::reach`]) knocks until it answers, brings both sides together, and
//! [opens](Store::open) it again. Every key begins with the prefix, and a marker under it says that the keys are ours;
//! scripts that count look for the marker first, so that a store that was emptied is noticed by the first call and not
//! taken for a minute without calls.

mod fault;
mod health;

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use redis::{
    AsyncConnectionConfig, Client, FromRedisValue, Pipeline, RedisError, RedisResult,
    ScriptInvocation, TlsCertificates, aio::MultiplexedConnection,
};
use rustls::crypto::aws_lc_rs;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use self::fault::explain;
pub use self::{
    fault::StoreError,
    health::{Away, Health},
};
use crate::{
    clock::Clock,
    config::{StateSettings as Settings, StoreUrl},
    files,
};

/// A connection to the store, and what is known of it.
pub struct Store {
    client: Client,
    url: StoreUrl,
    prefix: String,
    names: &'static [&'static str],
    patience: Duration,
    links: ArcSwapOption<Links>,
    /// Whether requests may ask: after a loss, only once both sides agree again.
    open: AtomicBool,
    health: watch::Sender<Health>,
}

/// The connections: what is long must not stand in the way of a request.
struct Links {
    calls: MultiplexedConnection,
    aside: MultiplexedConnection,
}

impl Store {
    /// The store of the settings, not connected yet; none when they name none. Keys begin with one of `names`, behind the
    /// prefix.
    ///
    /// # Errors
    /// An address or an authority that cannot be used.
    pub fn from_settings(
        settings: &Settings,
        names: &'static [&'static str],
    ) -> Result<Option<Self>, StoreError> {
        let Some(url) = &settings.url else { return Ok(None) };
        // The library asks the process for its cryptography; whoever was first decided already.
        let _ = aws_lc_rs::default_provider().install_default();
        let client = match &settings.ca {
            None => Client::open(url.expose()),
            Some(file) => {
                let root_cert = Some(
                    files::read(file, files::MOST)
                        .map_err(|error| StoreError::authority(file, &error))?,
                );
                Client::build_with_tls(
                    url.expose(),
                    TlsCertificates { client_tls: None, root_cert },
                )
            }
        };
        let patience = Duration::from_millis(settings.timeout_ms.get());
        Ok(Some(Self {
            client: client.map_err(|error| StoreError::new(url, &error, patience))?,
            url: url.clone(),
            prefix: settings.prefix.as_str().to_owned(),
            names,
            patience,
            links: ArcSwapOption::empty(),
            open: AtomicBool::new(false),
            health: watch::Sender::new(Health::Away { reason: "not connected yet".to_owned() }),
        }))
    }

    pub fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }

    /// The key that says whose the others are.
    pub fn marker(&self) -> String {
        self.key("format")
    }

    /// The address, for messages.
    pub fn url(&self) -> &StoreUrl {
        &self.url
    }

    /// Whether the store can be asked, now.
    pub fn health(&self) -> Health {
        self.health.borrow().clone()
    }

    /// Told at each change of [`Store::health`].
    pub fn watch(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    /// Whether requests may ask.
    pub fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// Runs a script for a request.
    ///
    /// # Errors
    /// [`Away`]: at once when the store is known to be, or once this call has failed or taken too long.
    pub async fn run<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, Away> {
        if !self.is_open() {
            return Err(Away);
        }
        self.run_early(script).await
    }

    /// Runs a script though requests may not ask yet: for those who bring both sides together.
    ///
    /// # Errors
    /// As for [`Store::run`].
    pub async fn run_early<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, Away> {
        let mut link = self.links()?.calls.clone();
        self.bounded(async { script.invoke_async(&mut link).await }).await
    }

    /// Runs a script that is long, for nobody who waits.
    ///
    /// # Errors
    /// As for [`Store::run`].
    pub async fn run_aside<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, Away> {
        let mut link = self.links()?.aside.clone();
        self.bounded(async { script.invoke_async(&mut link).await }).await
    }

    /// Sends some commands at once, and returns their answers.
    ///
    /// # Errors
    /// As for [`Store::run`].
    pub async fn send<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, Away> {
        let mut link = self.links()?.calls.clone();
        self.bounded(async { commands.query_async(&mut link).await }).await
    }

    /// Sends some commands that are long, for nobody who waits, and returns their answers.
    ///
    /// # Errors
    /// As for [`Store::run`].
    pub async fn send_aside<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, Away> {
        let mut link = self.links()?.aside.clone();
        self.bounded(async { commands.query_async(&mut link).await }).await
    }

    /// Connects, and looks whether the store can serve: writable, and the keys under the prefix ours. Requests may not ask
    /// before [`Store::open`].
    ///
    /// # Errors
    /// What is wrong, and what to do about it.
    pub async fn reach(&self) -> Result<(), StoreError> {
        let mut calls = self.connect().await?;
        let claimed = timeout(CLAIM, self.claim(&mut calls)).await;
        claimed.map_err(|_| StoreError::silent(&self.url, CLAIM))??;
        let aside = self.connect().await?;
        self.links.store(Some(Arc::new(Links { calls, aside })));
        Ok(())
    }

    async fn connect(&self) -> Result<MultiplexedConnection, StoreError> {
        // Each call has its own limit here.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(None);
        match timeout(CONNECT, self.client.get_multiplexed_async_connection_with_config(&config))
            .await
        {
            Ok(link) => link.map_err(|error| StoreError::new(&self.url, &error, self.patience)),
            Err(_) => Err(StoreError::silent(&self.url, CONNECT)),
        }
    }

    /// Both sides agree: requests may ask.
    pub fn open(&self) {
        self.open.store(true, Ordering::Release);
        self.health.send_replace(Health::Reached);
    }

    /// The store is away, for this reason; told once.
    pub fn lose(&self, reason: &str) {
        self.open.store(false, Ordering::Release);
        self.links.store(None);
        self.health.send_if_modified(|health| match health {
            Health::Away { reason: last } => {
                reason.clone_into(last);
                false
            }
            Health::Reached => {
                *health = Health::Away { reason: reason.to_owned() };
                true
            }
        });
    }

    /// Marks the keys as ours when there are none yet.
    async fn claim(&self, link: &mut MultiplexedConnection) -> Result<(), StoreError> {
        let wrong = |error: RedisError| StoreError::new(&self.url, &error, self.patience);
        let marked: Option<String> =
            redis::cmd("GET").arg(self.marker()).query_async(link).await.map_err(wrong)?;
        match marked {
            Some(format) if format == FORMAT => {}
            Some(format) => return Err(StoreError::other_format(&self.url, &self.prefix, &format)),
            None => {
                if let Some(foreign) = self.foreign_key(link).await.map_err(wrong)? {
                    return Err(StoreError::foreign(&self.url, &self.prefix, &foreign));
                }
            }
        }
        // Written anew in any case: a server that only reads says so here, and not at the first request.
        let mut write = redis::cmd("SET");
        let () = write.arg(self.marker()).arg(FORMAT).query_async(link).await.map_err(wrong)?;
        if let Some(policy) = evicts(link).await {
            tracing::warn!(url = %self.url, %policy, "the store may forget keys when it is full, and counters with them: its maxmemory-policy should be noeviction");
        }
        Ok(())
    }

    /// A key under the prefix that is not ours, if there is one. Ours may stand there without their marker for a moment, in a
    /// store that is emptied while another replica writes.
    async fn foreign_key(&self, link: &mut MultiplexedConnection) -> RedisResult<Option<String>> {
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor)
                .arg("MATCH")
                .arg(format!("{}:*", self.prefix))
                .arg("COUNT")
                .arg(10_000);
            let (next, keys): (u64, Vec<String>) = scan.query_async(link).await?;
            if let Some(key) = keys.into_iter().find(|key| !self.is_ours(key)) {
                return Ok(Some(key));
            }
            cursor = next;
            if cursor == 0 {
                return Ok(None);
            }
        }
    }

    fn is_ours(&self, key: &str) -> bool {
        let name = key
            .strip_prefix(&self.prefix)
            .and_then(|rest| rest.strip_prefix(':'))
            .unwrap_or_default();
        let named = name.split(':').next().unwrap_or_default();
        key == self.marker() || self.names.contains(&named)
    }

    fn links(&self) -> Result<Arc<Links>, Away> {
        self.links.load_full().ok_or(Away)
    }

    /// The answer of a call, or the loss of the store.
    async fn bounded<T>(&self, call: impl Future<Output = RedisResult<T>>) -> Result<T, Away> {
        let mut call = pin!(call);
        let since = Clock::instant();
        let mut answered = timeout(self.patience, call.as_mut()).await;
        if answered.is_err() && since.elapsed() > 2 * self.patience {
            // It is this process that stood still: the answer may be there, and has not been looked at.
            answered = timeout(self.patience, call).await;
        }
        let reason = match answered {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => explain(&error, self.patience),
            Err(_) => fault::silence(self.patience),
        };
        self.lose(&reason);
        Err(Away)
    }
}

/// The policy by which a full store forgets keys, when it has one; a store that does not tell is taken at its best.
async fn evicts(link: &mut MultiplexedConnection) -> Option<String> {
    let info: String = redis::cmd("INFO").arg("memory").query_async(link).await.ok()?;
    let policy = info.lines().find_map(|line| line.strip_prefix("maxmemory_policy:"))?.trim();
    (policy != "noeviction").then(|| policy.to_owned())
}

/// A pause between two attempts to reach a store that is away.
pub async fn pause() {
    sleep(KNOCK).await;
}

/// The version of what is kept, written in the marker.
const FORMAT: &str = "bacasable 1";

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(1);

/// How long the look at the keys may take.
const CLAIM: Duration = Duration::from_secs(3);

/// How often a store that is away is knocked at.
const KNOCK: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, SettingValue as _};

    #[tokio::test]
    async fn a_process_that_stood_still_looks_at_the_answer_before_it_takes_the_store_for_lost() {
        let mut settings = Config::default().state;
        settings.url = StoreUrl::read("redis://127.0.0.1:1");
        settings.timeout_ms = std::num::NonZeroU64::new(300).unwrap();
        let store = Store::from_settings(&settings, &[]).unwrap().unwrap();
        let call = |stands_still: Duration| async move {
            std::thread::sleep(stands_still); // as a process that is stopped does
            sleep(Duration::from_millis(10)).await; // the answer is there, and has to be read
            Ok(7)
        };
        store.open();
        assert_eq!(store.bounded(call(Duration::from_millis(700))).await, Ok(7));
        assert_eq!(store.health(), Health::Reached);
        assert_eq!(store.bounded(std::future::pending::<RedisResult<u8>>()).await, Err(Away));
        assert!(matches!(store.health(), Health::Away { .. }));
    }
}
