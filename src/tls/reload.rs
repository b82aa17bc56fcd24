//! Certificates replaced on disk come into force without a restart.
//!
//! The times and sizes of the files are looked at once a second: no watcher library, and it works on every file system.
//! Files that are being replaced one by one are not a pair yet, so a change is read once it has settled; what cannot be
//! used is told once, and what was in force stays.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::{sync::Notify, task::spawn_blocking, time::timeout};

use super::{Endpoint, TlsError};
use crate::{
    files::Stamp,
    peer::TrustError,
    pki::{self, PkiError, TokenKeys},
};

/// The folder whose certificates are served.
#[derive(Clone, Debug)]
pub struct CertificateFolder {
    pub dir: PathBuf,
    /// Whether it holds the user's own PKI.
    pub own_pki: bool,
}

/// Why certificates on disk were not put in force; those before still are.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// The files cannot be used.
    #[error(transparent)]
    Files(#[from] PkiError),
    /// The authority and its list do not go together.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The server's certificate cannot be served.
    #[error(transparent)]
    Identity(#[from] TlsError),
}

impl CertificateFolder {
    /// Reads the folder and puts its certificates in force; the token keys are the caller's to put in force.
    ///
    /// # Errors
    /// What is there cannot be used; the endpoint is then unchanged.
    pub fn reload(&self, endpoint: &Endpoint) -> Result<TokenKeys, ReloadError> {
        endpoint.replace_all(pki::load(&self.dir, self.own_pki)?)
    }

    /// What the folder looks like now. Taken before it is read, so that no change is missed between the two.
    pub fn stamps(&self) -> Stamps {
        let former = pki::token_key_files(&self.dir).unwrap_or_default();
        let files = FILES.map(str::to_owned).into_iter().chain(former);
        Stamps(files.map(|file| (Stamp::read(&self.dir.join(&file)).ok(), file)).collect())
    }

    /// Keeps the endpoint, which serves what the folder held at `served`, as the folder is, looking every `pace` and at once
    /// when `nudge` is notified (SIGHUP); tells the outcome of each attempt. Never ends: its task is aborted with the server.
    pub async fn follow(
        self,
        mut served: Stamps,
        endpoint: Arc<Endpoint>,
        pace: Duration,
        nudge: Arc<Notify>,
        on_outcome: impl Fn(Result<TokenKeys, ReloadError>) + Send,
    ) {
        let source = Arc::new(self);
        let mut seen = served.clone();
        loop {
            let nudged = timeout(pace, nudge.notified()).await.is_ok();
            let looked = Arc::clone(&source);
            let Ok(now) = spawn_blocking(move || looked.stamps()).await else { continue };
            let settled = now == seen;
            seen = now;
            if nudged || (settled && seen != served) {
                served = seen.clone();
                let (source, endpoint) = (Arc::clone(&source), Arc::clone(&endpoint));
                if let Ok(outcome) = spawn_blocking(move || source.reload(&endpoint)).await {
                    on_outcome(outcome);
                }
            }
        }
    }
}

/// What the files of a folder looked like at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamps(Vec<(Option<Stamp>, String)>);

const FILES: [&str; 5] = ["ca.pem", "crl.pem", "server.pem", "server.key", "token.key"];
