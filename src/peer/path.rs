//! The paths from a client's certificate to a trusted authority, each link by a signature that was verified.
//!
//! A chain may hold more than one path: an intermediate and its renewal, a cross-signed one, certificates of nobody with
//! the name of somebody. A name proves nothing, so a path is followed from the authorities down, and only what one of them
//! signed can sign further. Dates, uses and revocations are asked of each path apart (RFC 5280, 6.1).

use std::collections::VecDeque;

use rustls_pki_types::CertificateDer;
use x509_parser::{certificate::X509Certificate, parse_x509_certificate};

use super::{
    facts::Facts,
    signature::{Algorithms, Signed, Signer},
};

/// One certificate of a chain as it was sent.
pub(super) struct ChainLink<'a> {
    pub(super) der: &'a CertificateDer<'static>,
    pub(super) facts: Facts,
    parsed: X509Certificate<'a>,
    signer: Signer,
}

/// The paths that were found, shortest first, each from the client's own certificate upwards (as places in the chain).
pub(super) struct Paths {
    pub(super) found: Vec<Vec<usize>>,
    /// Whether the search was given up, so that there may be others.
    pub(super) given_up: bool,
}

impl<'a> ChainLink<'a> {
    /// Nothing when it cannot be read.
    pub(super) fn read(der: &'a CertificateDer<'static>) -> Option<Self> {
        let (_, parsed) = parse_x509_certificate(der).ok()?;
        let facts = Facts::from_parsed(&parsed)?;
        let signer = Signer::new(parsed.subject().as_raw(), parsed.public_key());
        Some(Self { der, facts, parsed, signer })
    }

    /// Whether its issuer has the name of this authority: no proof that it is this one.
    pub(super) fn names_as_issuer(&self, authority: &Signer) -> bool {
        authority.is_named_by(&self.signed())
    }

    /// What its issuer signed.
    fn signed(&self) -> Signed<'_> {
        Signed {
            by: self.parsed.issuer().as_raw(),
            message: self.parsed.tbs_certificate.as_ref(),
            algorithm: &self.parsed.signature_algorithm,
            signature: &self.parsed.signature_value.data,
        }
    }
}

/// Searches a chain, the client's own certificate first, for the paths to `authorities`.
pub(super) fn search(
    chain: &[ChainLink<'_>],
    authorities: &[Signer],
    algorithms: &Algorithms,
) -> Paths {
    let mut search = PathSearch { algorithms, left: SIGNATURES };
    let mut paths = Paths { found: Vec::new(), given_up: false };
    let mut open: VecDeque<Vec<usize>> = (0..chain.len())
        .filter(|&at| authorities.iter().any(|one| search.issued(one, &chain[at])))
        .map(|at| vec![at])
        .collect();
    while let Some(path) = open.pop_front() {
        if path[0] == OWN {
            paths.found.push(path);
            continue;
        }
        let issuer = &chain[path[0]];
        if path.len() > INTERMEDIATES || !issuer.facts.certifies {
            continue;
        }
        for below in (0..chain.len()).filter(|below| !path.contains(below)) {
            if search.issued(&issuer.signer, &chain[below]) {
                open.push_back(std::iter::once(below).chain(path.iter().copied()).collect());
            }
        }
    }
    paths.given_up = search.left == 0;
    paths
}

struct PathSearch<'a> {
    algorithms: &'a Algorithms,
    /// How many signatures may still be verified.
    left: u32,
}

impl PathSearch<'_> {
    fn issued(&mut self, issuer: &Signer, one: &ChainLink<'_>) -> bool {
        let signed = one.signed();
        if !issuer.is_named_by(&signed) || self.left == 0 {
            return false;
        }
        self.left -= 1;
        issuer.signed(&signed, self.algorithms)
    }
}

/// The place of the client's own certificate.
const OWN: usize = 0;

/// How many signatures are verified for one chain: a stranger pays for a handshake with less work than this costs us. An
/// honest chain of four certificates needs some ten.
const SIGNATURES: u32 = 100;

/// How many certificates may stand between the client's own and the authority: as many as the verification of uses and
/// constraints accepts.
const INTERMEDIATES: usize = 6;
