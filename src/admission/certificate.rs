//! Control 1: is a client certificate presented, trusted, in its dates, for client use, not revoked, a partner's?
//!
//! Source: CGU FICOBA 4 and CGU R2P 4, "la validité du certificat". A resumed TLS session skips the certificate's
//! message, so the stored chain is judged at every request: one that expires or is revoked stops an open connection.

use std::sync::Arc;

use jiff::Timestamp;

use super::Refusal;
use crate::{
    directory::{Convention, Directory, Unowned},
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
    directory.of_certificate(certificate, now).cloned().map_err(|unowned| match unowned {
        Unowned::Undeclared => Refusal::NobodysCertificate {
            subject: certificate.subject().to_owned(),
            several_names: certificate.common_names() > 1,
        },
        Unowned::NotYet { convention, from } => {
            Refusal::CertificateNotYet { partner: convention.id.clone(), from }
        }
        Unowned::NoLonger { convention, since } => {
            Refusal::CertificateNoLonger { partner: convention.id.clone(), since }
        }
    })
}
