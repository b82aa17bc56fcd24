//! Which certificates are good: control 1's question, less "of which partner".
//!
//! A chain's signatures do not change with time, dates do. So the chain is verified once per certificate and version of
//! the store, and remembered in the certificate; each request then only compares two dates.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use rustls::{
    CertificateError, DistinguishedName, Error, RootCertStore,
    crypto::aws_lc_rs,
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};
use sha2::{Digest, Sha256};

use super::{
    certificate::{ClientCertificate, Facts},
    crl::Revoked,
};

/// The trusted authorities and their lists of revoked certificates; replaceable while connections are open.
pub struct TrustStore {
    version: AtomicU64,
    state: ArcSwap<State>,
    /// Certificates seen lately, by their chain: a new connection of a known client neither parses nor verifies again.
    seen: Mutex<HashMap<[u8; 32], Arc<ClientCertificate>>>,
}

/// Why a certificate is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// It is no X.509 certificate.
    #[error("the certificate cannot be read")]
    Unreadable,
    /// No trusted authority issued it: an unknown name, a known name with another key, or itself.
    #[error("issued by {issuer}, which is not a trusted authority")]
    UnknownAuthority {
        /// The issuer's name as the certificate gives it.
        issuer: String,
    },
    /// It was valid until `since`, or an intermediate certificate of its chain was.
    #[error("expired since {since}")]
    Expired {
        /// The last second of validity.
        since: Timestamp,
    },
    /// It becomes valid at `from`, or an intermediate certificate of its chain does.
    #[error("not valid before {from}")]
    NotYetValid {
        /// The first second of validity.
        from: Timestamp,
    },
    /// Its extended key usage does not hold clientAuth, or it is an authority's certificate.
    #[error("not issued for use as a client certificate")]
    WrongUse,
    /// Its authority's list of revoked certificates names it.
    #[error("revoked since {since}")]
    Revoked {
        /// The date in the list.
        since: Timestamp,
    },
    /// Anything else: an algorithm that is not accepted, a name outside the authority's constraints.
    #[error("not acceptable: {detail}")]
    Unacceptable {
        /// What the verification found.
        detail: String,
    },
}

/// Why authorities or lists cannot be used; each names the file of the certs folder that it is about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// There is no authority at all.
    #[error("ca.pem: no authority: expected at least one CA certificate")]
    NoAuthority,
    /// A certificate of authority cannot be read.
    #[error("ca.pem: a CA certificate cannot be read: {detail}")]
    UnreadableAuthority {
        /// What the verification found.
        detail: String,
    },
    /// A list of revoked certificates cannot be read.
    #[error("crl.pem: a list of revoked certificates cannot be read")]
    UnreadableList,
    /// A list of revoked certificates that no trusted authority signed.
    #[error(
        "crl.pem: the list of revoked certificates of {issuer} is not signed by an authority of ca.pem"
    )]
    ForeignList {
        /// The name in the list.
        issuer: String,
    },
}

/// What a version of the store found of a certificate, whatever the time.
pub(super) struct Standing {
    version: u64,
    /// A fault that is said before the dates are looked at.
    untrusted: Option<CertificateFault>,
    from: Timestamp,
    until: Timestamp,
    /// A fault that is said when the dates are good.
    barred: Option<CertificateFault>,
}

struct State {
    version: u64,
    verifier: Arc<dyn ClientCertVerifier>,
    /// The authorities' names as written.
    subjects: Vec<DistinguishedName>,
    revoked: Revoked,
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
        let state = State::new(1, authorities, lists)?;
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
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let version = self.version.load(Ordering::Acquire) + 1;
        self.state.store(Arc::new(State::new(version, authorities, lists)?));
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
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
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
                let standing = Arc::new(self.state.load().examine(certificate));
                certificate.standing.store(Some(Arc::clone(&standing)));
                standing.at(now)
            }
        }
    }
}

impl Standing {
    fn at(&self, now: Timestamp) -> Result<(), CertificateFault> {
        if let Some(fault) = &self.untrusted {
            return Err(fault.clone());
        }
        if now < self.from {
            return Err(CertificateFault::NotYetValid { from: self.from });
        }
        // The last second is valid to its end.
        if now.as_second() > self.until.as_second() {
            return Err(CertificateFault::Expired { since: self.until });
        }
        self.barred.clone().map_or(Ok(()), Err)
    }
}

impl State {
    fn new(
        version: u64,
        authorities: &[CertificateDer<'_>],
        lists: &[CertificateRevocationListDer<'_>],
    ) -> Result<Self, TrustError> {
        let mut roots = RootCertStore::empty();
        for authority in authorities {
            roots
                .add(authority.clone().into_owned())
                .map_err(|fault| TrustError::UnreadableAuthority { detail: fault.to_string() })?;
        }
        let subjects = roots.subjects();
        let provider = aws_lc_rs::default_provider();
        let revoked =
            Revoked::read(lists, authorities, provider.signature_verification_algorithms.all)?;
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(provider))
                .build()
                .map_err(|_| TrustError::NoAuthority)?;
        Ok(Self { version, verifier, subjects, revoked })
    }

    fn examine(&self, certificate: &ClientCertificate) -> Standing {
        let standing = |untrusted, from, until, barred| Standing {
            version: self.version,
            untrusted,
            from,
            until,
            barred,
        };
        let untrusted = |fault| standing(Some(fault), Timestamp::MIN, Timestamp::MAX, None);
        let (Some(facts), [own, others @ ..]) = (certificate.facts(), certificate.chain()) else {
            return untrusted(CertificateFault::Unreadable);
        };
        let unknown =
            || CertificateFault::UnknownAuthority { issuer: certificate.issuer().to_owned() };
        let intermediates: Vec<ClientCertificate> =
            others.iter().map(|der| ClientCertificate::read(vec![der.clone()])).collect();
        let Some(path) = self.path(certificate, facts, &intermediates) else {
            return untrusted(unknown());
        };
        let from = path.iter().map(|facts| facts.not_before).max().unwrap_or(Timestamp::MAX);
        let until = path.iter().map(|facts| facts.not_after).min().unwrap_or(Timestamp::MIN);
        // Verified at the first instant of the path's validity, so that what remains are faults of every time.
        match self.verifier.verify_client_cert(own, others, unix(from)).err().map(found) {
            None => {
                let since = path.iter().filter_map(|facts| self.revoked.since(facts)).min();
                standing(None, from, until, since.map(|since| CertificateFault::Revoked { since }))
            }
            Some(_) if facts.authority => {
                standing(None, from, until, Some(CertificateFault::WrongUse))
            }
            Some(Found::WrongUse) => standing(None, from, until, Some(CertificateFault::WrongUse)),
            Some(Found::Unreadable) => untrusted(CertificateFault::Unreadable),
            Some(Found::UnknownAuthority) => untrusted(unknown()),
            // A path that is valid at no time: no time passes the comparison either.
            Some(Found::Dates(_)) if from > until => standing(None, from, until, None),
            Some(Found::Dates(detail) | Found::Other(detail)) => {
                untrusted(CertificateFault::Unacceptable { detail })
            }
        }
    }

    /// The certificates from the client's own up to one that an authority issued, by their names alone: enough to know
    /// which dates count. The signatures are `verify_client_cert`'s matter.
    fn path<'a>(
        &self,
        certificate: &'a ClientCertificate,
        own: &'a Facts,
        intermediates: &'a [ClientCertificate],
    ) -> Option<Vec<&'a Facts>> {
        let mut path = vec![own];
        let mut issuer = certificate.issuer();
        while path.len() <= intermediates.len() + 1 {
            let last = path.last()?;
            if self.subjects.iter().any(|subject| subject.as_ref() == last.raw_issuer) {
                return Some(path);
            }
            let next = intermediates.iter().find(|candidate| candidate.subject() == issuer)?;
            path.push(next.facts()?);
            issuer = next.issuer();
        }
        None
    }
}

impl fmt::Debug for TrustStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustStore").field("version", &self.version).finish_non_exhaustive()
    }
}

/// What the chain's verification says.
enum Found {
    Unreadable,
    UnknownAuthority,
    WrongUse,
    Dates(String),
    Other(String),
}

/// How many described certificates are kept; beyond, all are forgotten and the live ones come back by themselves.
const SEEN: usize = 1024;

/// Chains beyond this many bytes are described anew for each connection: the memory of the store stays bounded.
const ORDINARY_CHAIN: usize = 16 * 1024;

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "rustls may add variants: each is a refusal in rustls' words"
)]
fn found(error: Error) -> Found {
    match error {
        Error::InvalidCertificate(CertificateError::BadEncoding) => Found::Unreadable,
        Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        ) => Found::UnknownAuthority,
        Error::InvalidCertificate(
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. },
        ) => Found::WrongUse,
        Error::InvalidCertificate(
            fault @ (CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }),
        ) => Found::Dates(fault.to_string()),
        Error::InvalidCertificate(fault) => Found::Other(fault.to_string()),
        other => Found::Other(other.to_string()),
    }
}

fn chain_digest(chain: &[CertificateDer<'_>]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for der in chain {
        digest.update(der.len().to_be_bytes());
        digest.update(der);
    }
    digest.finalize().into()
}

fn unix(at: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(at.as_second().try_into().unwrap_or(0)))
}
