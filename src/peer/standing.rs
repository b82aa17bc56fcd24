//! What is found of a chain, whatever the time: its paths to a trusted authority, and what each is worth.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use rustls::{
    CertificateError, DistinguishedName, Error, RootCertStore,
    crypto::aws_lc_rs,
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, UnixTime};
use x509_parser::parse_x509_certificate;

use super::{
    crl::Revoked,
    fault::{CertificateFault, TrustError},
    path::{self, ChainLink},
    signature::{Algorithms, Signer},
};

/// Whom a version of the store trusts, and whom it does not any more.
pub(super) struct TrustState {
    version: u64,
    /// Asks what the certificates of a path are for, and what their authorities allow.
    verifier: Arc<dyn ClientCertVerifier>,
    authorities: Vec<Signer>,
    algorithms: &'static Algorithms,
    /// The authorities' names as written.
    pub(super) subjects: Vec<DistinguishedName>,
    revoked: Revoked,
}

/// What a version of the store found of a certificate, whatever the time: one good path is enough, and there is one at
/// least.
pub(super) struct CertificateStanding {
    pub(super) version: u64,
    paths: Vec<FoundPath>,
}

/// What was found of one path to an authority.
struct FoundPath {
    /// A fault that is said before the dates are looked at.
    untrusted: Option<CertificateFault>,
    from: Timestamp,
    until: Timestamp,
    /// A fault that is said when the dates are good.
    barred: Option<CertificateFault>,
}

impl CertificateStanding {
    /// Whether one of the paths is good at that moment.
    ///
    /// # Errors
    /// When none is, the fault of the one that came furthest.
    pub(super) fn at(&self, now: Timestamp) -> Result<(), CertificateFault> {
        let mut furthest: Option<CertificateFault> = None;
        for path in &self.paths {
            let Err(fault) = path.at(now) else { return Ok(()) };
            if furthest.as_ref().is_none_or(|other| fault.order() > other.order()) {
                furthest = Some(fault);
            }
        }
        Err(furthest.unwrap_or(CertificateFault::Unreadable))
    }
}

impl FoundPath {
    fn never(fault: CertificateFault) -> Self {
        Self { untrusted: Some(fault), from: Timestamp::MIN, until: Timestamp::MAX, barred: None }
    }

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

impl TrustState {
    pub(super) fn new(
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
        let algorithms = provider.signature_verification_algorithms.all;
        let authorities = authorities.iter().map(signer).collect::<Result<Vec<_>, _>>()?;
        let revoked = Revoked::read(lists, &authorities, algorithms)?;
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::new(provider))
                .build()
                .map_err(|_| TrustError::NoAuthority)?;
        Ok(Self { version, verifier, authorities, algorithms, subjects, revoked })
    }

    /// Searches a chain, the client's own certificate first, for its paths and judges each.
    pub(super) fn examine(&self, chain: &[CertificateDer<'static>]) -> CertificateStanding {
        let own = chain.first().and_then(ChainLink::read);
        let paths = match own {
            None => vec![FoundPath::never(CertificateFault::Unreadable)],
            Some(own) => {
                let others = chain[1..].iter().filter_map(ChainLink::read);
                self.paths(&std::iter::once(own).chain(others).collect::<Vec<_>>())
            }
        };
        CertificateStanding { version: self.version, paths }
    }

    /// Every path of a chain, judged; one that is never good when there is none.
    fn paths(&self, chain: &[ChainLink<'_>]) -> Vec<FoundPath> {
        let paths = path::search(chain, &self.authorities, self.algorithms);
        let good = |path: &Vec<usize>| {
            let links: Vec<&ChainLink<'_>> = path.iter().map(|&at| &chain[at]).collect();
            self.path(&links)
        };
        match paths.found.is_empty() {
            false => paths.found.iter().map(good).collect(),
            true if paths.given_up => {
                let detail = "too many signatures to verify in the chain".to_owned();
                vec![FoundPath::never(CertificateFault::Unacceptable { detail })]
            }
            true => vec![FoundPath::never(self.unknown(&chain.iter().collect::<Vec<_>>()))],
        }
    }

    /// Judges a path whose signatures were verified, from the client's own certificate upwards: what its certificates are
    /// for, and the authority's constraints, are asked of these and no others.
    fn path(&self, path: &[&ChainLink<'_>]) -> FoundPath {
        let own = path[0];
        let from = path.iter().map(|link| link.facts.not_before).max().unwrap_or(Timestamp::MAX);
        let until = path.iter().map(|link| link.facts.not_after).min().unwrap_or(Timestamp::MIN);
        let dated = |barred| FoundPath { untrusted: None, from, until, barred };
        let others: Vec<_> = path[1..].iter().map(|link| link.der.clone()).collect();
        // Verified at the first instant of the path's validity, so that what remains are faults of every time.
        match self.verifier.verify_client_cert(own.der, &others, unix(from)).err().map(found) {
            None if !own.facts.signs => dated(Some(CertificateFault::WrongUse)),
            None => {
                let since = path.iter().filter_map(|link| self.revoked.since(&link.facts)).min();
                dated(since.map(|since| CertificateFault::Revoked { since }))
            }
            Some(_) if own.facts.authority => dated(Some(CertificateFault::WrongUse)),
            Some(ChainVerdict::WrongUse) => dated(Some(CertificateFault::WrongUse)),
            Some(ChainVerdict::Unreadable) => FoundPath::never(CertificateFault::Unreadable),
            Some(ChainVerdict::UnknownAuthority) => FoundPath::never(self.unknown(path)),
            // A path that is valid at no time: no time passes the comparison either.
            Some(ChainVerdict::Dates(_)) if from > until => dated(None),
            Some(ChainVerdict::Dates(detail) | ChainVerdict::Other(detail)) => {
                FoundPath::never(CertificateFault::Unacceptable { detail })
            }
        }
    }

    /// No trusted authority signed a certificate of this chain, whatever names it gives.
    fn unknown(&self, chain: &[&ChainLink<'_>]) -> CertificateFault {
        let known =
            |link: &&ChainLink<'_>| self.authorities.iter().any(|one| link.names_as_issuer(one));
        CertificateFault::UnknownAuthority {
            issuer: chain[0].facts.issuer.clone(),
            namesake: chain.iter().any(known),
        }
    }
}

fn signer(authority: &CertificateDer<'_>) -> Result<Signer, TrustError> {
    let (_, parsed) = parse_x509_certificate(authority)
        .map_err(|fault| TrustError::UnreadableAuthority { detail: fault.to_string() })?;
    Ok(Signer::new(parsed.subject().as_raw(), parsed.public_key()))
}

impl CertificateFault {
    /// Its place in the order in which control 1 asks; of dates, the nearest to being good last.
    fn order(&self) -> (u8, i64) {
        match self {
            Self::Unreadable => (0, 0),
            Self::UnknownAuthority { .. } => (1, 0),
            Self::Unacceptable { .. } => (2, 0),
            Self::NotYetValid { from } => (3, from.as_second().saturating_neg()),
            Self::Expired { since } => (4, since.as_second()),
            Self::WrongUse => (5, 0),
            Self::Revoked { .. } => (6, 0),
        }
    }
}

/// What the chain's verification says.
enum ChainVerdict {
    Unreadable,
    UnknownAuthority,
    WrongUse,
    Dates(String),
    Other(String),
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "rustls may add variants: each is a refusal in rustls' words"
)]
fn found(error: Error) -> ChainVerdict {
    match error {
        Error::InvalidCertificate(CertificateError::BadEncoding) => ChainVerdict::Unreadable,
        Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        ) => ChainVerdict::UnknownAuthority,
        Error::InvalidCertificate(
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. },
        ) => ChainVerdict::WrongUse,
        Error::InvalidCertificate(
            fault @ (CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }),
        ) => ChainVerdict::Dates(fault.to_string()),
        Error::InvalidCertificate(fault) => ChainVerdict::Other(fault.to_string()),
        other => ChainVerdict::Other(other.to_string()),
    }
}

fn unix(at: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(at.as_second().try_into().unwrap_or(0)))
}
