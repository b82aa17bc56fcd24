//! Signatures of certificates and of lists of revoked certificates.

use rustls_pki_types::SignatureVerificationAlgorithm;
use x509_parser::{
    asn1_rs::{Oid, ToDer},
    x509::{AlgorithmIdentifier, SubjectPublicKeyInfo},
};

/// The algorithms that are accepted.
pub(super) type Algorithms = [&'static dyn SignatureVerificationAlgorithm];

/// Somebody who signs: a name as written, and the public key that is bound to it.
pub(super) struct Signer {
    name: Vec<u8>,
    algorithm: Vec<u8>,
    key: Vec<u8>,
}

pub(super) struct Signed<'a> {
    /// Who signed it, as it says itself: a name as written.
    pub(super) by: &'a [u8],
    pub(super) message: &'a [u8],
    pub(super) algorithm: &'a AlgorithmIdentifier<'a>,
    pub(super) signature: &'a [u8],
}

impl Signer {
    pub(super) fn new(name: &[u8], key: &SubjectPublicKeyInfo<'_>) -> Self {
        let algorithm = der(&key.algorithm.algorithm);
        Self { name: name.to_owned(), algorithm, key: key.subject_public_key.data.to_vec() }
    }

    /// Whether this is the name that `signed` gives: necessary, free, and no proof.
    pub(super) fn is_named_by(&self, signed: &Signed<'_>) -> bool {
        self.name == signed.by
    }

    /// Whether the signature is by this key.
    pub(super) fn signed(&self, signed: &Signed<'_>, algorithms: &Algorithms) -> bool {
        let used = der(&signed.algorithm.algorithm);
        !used.is_empty()
            && !self.algorithm.is_empty()
            && algorithms
                .iter()
                .filter(|one| one.signature_alg_id().as_ref().starts_with(&used))
                .filter(|one| one.public_key_alg_id().as_ref().starts_with(&self.algorithm))
                .any(|one| {
                    one.verify_signature(&self.key, signed.message, signed.signature).is_ok()
                })
    }
}

/// An object identifier as algorithm identifiers begin with it; empty when it cannot be written.
fn der(oid: &Oid<'_>) -> Vec<u8> {
    oid.to_der_vec().unwrap_or_default()
}
