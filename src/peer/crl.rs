//! Lists of revoked certificates, checked when they are read and then looked up by issuer and serial.
//!
//! A list counts when one of the trusted authorities signed it; a certificate whose issuer has no list is not revoked. The
//! date at which a list announces its successor is not enforced: a sandbox does not publish one every day.

use std::collections::HashMap;

use jiff::Timestamp;
use rustls_pki_types::CertificateRevocationListDer;
use x509_parser::parse_x509_crl;

use super::{
    facts::Facts,
    fault::TrustError,
    signature::{Algorithms, Signed, Signer},
};

/// Who is revoked: (issuer's name, serial), both as written, and since when.
#[derive(Default)]
pub(super) struct Revoked(HashMap<(Vec<u8>, Vec<u8>), Timestamp>);

impl Revoked {
    /// Reads lists that `authorities` signed.
    pub(super) fn read(
        lists: &[CertificateRevocationListDer<'_>],
        authorities: &[Signer],
        algorithms: &Algorithms,
    ) -> Result<Self, TrustError> {
        let mut revoked = HashMap::new();
        for list in lists {
            let (_, list) = parse_x509_crl(list).map_err(|_| TrustError::UnreadableList)?;
            let signed = Signed {
                by: list.issuer().as_raw(),
                message: list.tbs_cert_list.as_ref(),
                algorithm: &list.signature_algorithm,
                signature: &list.signature_value.data,
            };
            let mut issuers = authorities.iter().filter(|one| one.is_named_by(&signed));
            if !issuers.any(|one| one.signed(&signed, algorithms)) {
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

    pub(super) fn since(&self, certificate: &Facts) -> Option<Timestamp> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&(certificate.raw_issuer.clone(), certificate.raw_serial.clone())).copied()
    }
}
