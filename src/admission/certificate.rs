//! Control 1: is a client certificate presented, trusted, in its dates, for client use, not revoked, a partner's?
//!
//! Source: CGU FICOBA 4 and CGU R2P 4, "la validité du certificat". A resumed TLS session skips the certificate's
//! message, so the stored chain is judged at every request: one that expires or is revoked stops an open connection.

use std::sync::Arc;

use jiff::Timestamp;

use super::Refusal;
use crate::{
    directory::{Convention, Directory},
    peer::{ClientCertificate, TrustStore},
};

pub(super) fn check(
    certificate: Option<&ClientCertificate>,
    trust: &TrustStore,
    directory: &Directory,
    now: Timestamp,
) -> Result<Arc<Convention>, Refusal> {
    let certificate = certificate.ok_or(Refusal::NoCertificate)?;
    trust.judge(certificate, now).map_err(Refusal::Certificate)?;
    let nobodys = || Refusal::NobodysCertificate { subject: certificate.subject().to_owned() };
    directory.of_certificate(certificate).cloned().ok_or_else(nobodys)
}
