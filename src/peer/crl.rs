//! Lists of revoked certificates, checked when they are read and then looked up by issuer and serial.
//!
//! A list counts when one of the trusted authorities signed it; a certificate whose issuer has no list is not revoked. The
//! date at which a list announces its successor is not enforced: a sandbox does not publish one every day.

use std::collections::HashMap;

use jiff::Timestamp;
use rustls_pki_types::{
    CertificateDer, CertificateRevocationListDer, SignatureVerificationAlgorithm,
};
use x509_parser::{
    asn1_rs::{Oid, ToDer},
    certificate::X509Certificate,
    parse_x509_certificate, parse_x509_crl,
    revocation_list::CertificateRevocationList,
};

use super::{certificate::Facts, trust::TrustError};

/// Who is revoked: (issuer's name, serial), both as written, and since when.
#[derive(Default)]
pub(super) struct Revoked(HashMap<(Vec<u8>, Vec<u8>), Timestamp>);

impl Revoked {
    /// Reads lists that `authorities` signed.
    pub(super) fn read(
        lists: &[CertificateRevocationListDer<'_>],
        authorities: &[CertificateDer<'_>],
        algorithms: &[&dyn SignatureVerificationAlgorithm],
    ) -> Result<Self, TrustError> {
        let issuers: Vec<X509Certificate<'_>> = authorities
            .iter()
            .filter_map(|der| Some(parse_x509_certificate(der).ok()?.1))
            .collect();
        let mut revoked = HashMap::new();
        for list in lists {
            let (_, list) = parse_x509_crl(list).map_err(|_| TrustError::UnreadableList)?;
            if !issuers.iter().any(|issuer| signed(&list, issuer, algorithms)) {
                return Err(TrustError::ForeignList { issuer: super::name::text(list.issuer()) });
            }
            for entry in list.iter_revoked_certificates() {
                let since = Timestamp::from_second(entry.revocation_date.timestamp())
                    .unwrap_or(Timestamp::MIN);
                revoked
                    .insert((list.issuer().as_raw().to_vec(), entry.raw_serial().to_vec()), since);
            }
        }
        Ok(Self(revoked))
    }

    /// Since when the certificate is revoked, if it is.
    pub(super) fn since(&self, certificate: &Facts) -> Option<Timestamp> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(certificate.raw_issuer.clone(), certificate.raw_serial.clone())).copied()
    }
}

fn signed(
    list: &CertificateRevocationList<'_>,
    issuer: &X509Certificate<'_>,
    algorithms: &[&dyn SignatureVerificationAlgorithm],
) -> bool {
    let key = issuer.public_key();
    list.issuer().as_raw() == issuer.subject().as_raw()
        && algorithms
            .iter()
            .filter(|a| {
                begins_with(a.signature_alg_id().as_ref(), &list.signature_algorithm.algorithm)
            })
            .filter(|a| begins_with(a.public_key_alg_id().as_ref(), &key.algorithm.algorithm))
            .any(|a| {
                let message = list.tbs_cert_list.as_ref();
                a.verify_signature(
                    &key.subject_public_key.data,
                    message,
                    &list.signature_value.data,
                )
                .is_ok()
            })
}

/// Whether an algorithm identifier's contents begin with this object identifier.
fn begins_with(identifier: &[u8], oid: &Oid<'_>) -> bool {
    oid.to_der_vec().is_ok_and(|der| identifier.starts_with(&der))
}
