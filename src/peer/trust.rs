//! Which certificates are good: control 1's question, less "of which partner".
//!
//! A chain's signatures do not change with time, dates do. So the paths that a chain holds (`path`) are verified once per
//! certificate and version of the store, and remembered in the certificate; each request then only compares the dates of
//! each path. One path that is good at that moment is enough.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use parking_lot::Mutex;
use rustls::DistinguishedName;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer};
use sha2::{Digest, Sha256};

use super::{
    certificate::ClientCertificate,
    fault::{CertificateFault, TrustError},
    standing::TrustState,
};

/// The trusted authorities and their lists of revoked certificates; replaceable while connections are open.
pub struct TrustStore {
    version: AtomicU64,
    state: ArcSwap<TrustState>,
    /// Certificates seen lately, by their chain: a new connection of a known client neither parses nor verifies again.
    seen: Mutex<HashMap<[u8; 32], Arc<ClientCertificate>>>,
}

impl TrustStore {
    /// A store that trusts what `authorities` issue, less what `lists` name.
    ///
    /// # Errors
    /// No authority, or something that cannot be read, or a list by somebody else.
    pub fn new(
        authorities: &[CertificateDer<'_>],
        lists: &[CertificateRevocationListDer<'_>],
    ) -> Result<Self, TrustError> {
        let state = TrustState::new(1, authorities, lists)?;
        Ok(Self {
            version: AtomicU64::new(1),
            state: ArcSwap::from_pointee(state),
            seen: Mutex::default(),
        })
    }

    /// Puts other authorities and lists in place: the next request of each open connection is judged by them.
    ///
    /// # Errors
    /// As for [`TrustStore::new`]; the store is then unchanged.
    pub fn replace(
        &self,
        authorities: &[CertificateDer<'_>],
        lists: &[CertificateRevocationListDer<'_>],
    ) -> Result<(), TrustError> {
        let mut seen = self.seen.lock();
        let version = self.version.load(Ordering::Acquire) + 1;
        self.state.store(Arc::new(TrustState::new(version, authorities, lists)?));
        self.version.store(version, Ordering::Release);
        seen.clear();
        Ok(())
    }

    /// The authorities' names, for the hint that a TLS server gives to its clients.
    pub fn subjects(&self) -> Vec<DistinguishedName> {
        self.state.load().subjects.clone()
    }

    /// The certificate at the head of a chain, described; known ones are not read again.
    pub fn describe(&self, chain: &[CertificateDer<'_>]) -> Arc<ClientCertificate> {
        let key = chain_digest(chain);
        let mut seen = self.seen.lock();
        if let Some(known) = seen.get(&key) {
            return Arc::clone(known);
        }
        let chain_length: usize = chain.iter().map(|der| der.len()).sum();
        let chain = chain.iter().map(|der| der.clone().into_owned()).collect();
        let certificate = Arc::new(ClientCertificate::read(chain));
        if chain_length <= ORDINARY_CHAIN {
            if seen.len() >= SEEN {
                seen.clear();
            }
            seen.insert(key, Arc::clone(&certificate));
        }
        certificate
    }

    /// Whether the certificate is good at `now`. After the first call for a certificate this compares two dates.
    ///
    /// # Errors
    /// The first fault in the order of control 1: readable, trusted, in its dates, for client use, not revoked.
    pub fn judge(
        &self,
        certificate: &ClientCertificate,
        now: Timestamp,
    ) -> Result<(), CertificateFault> {
        let known = certificate.standing.load();
        match known.as_deref() {
            Some(standing) if standing.version == self.version.load(Ordering::Acquire) => {
                standing.at(now)
            }
            Some(_) | None => {
                let standing = Arc::new(self.state.load().examine(certificate.chain()));
                certificate.standing.store(Some(Arc::clone(&standing)));
                standing.at(now)
            }
        }
    }
}

impl fmt::Debug for TrustStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustStore").field("version", &self.version).finish_non_exhaustive()
    }
}

/// How many described certificates are kept; beyond, all are forgotten and the live ones come back by themselves.
const SEEN: usize = 1024;

/// Chains beyond this many bytes are described anew for each connection: the memory of the store stays bounded.
const ORDINARY_CHAIN: usize = 16 * 1024;

fn chain_digest(chain: &[CertificateDer<'_>]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for der in chain {
        digest.update(der.len().to_be_bytes());
        digest.update(der);
    }
    digest.finalize().into()
}
