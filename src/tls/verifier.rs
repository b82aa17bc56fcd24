//! What the handshake asks of a client certificate.

use std::{cell::RefCell, sync::Arc};

use jiff::Timestamp;
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use rustls_pki_types::{CertificateDer, UnixTime};

use super::ClientAuth;
use crate::peer::{CertificateFault, ClientCertificate, TrustStore};

tokio::task_local! {
    /// What the handshake of this task refused: rustls gives the verifier no other way to say more than an alert.
    pub(super) static REFUSED: RefCell<Option<RefusedCertificate>>;
}

/// A certificate that the handshake refused, and why.
pub(super) struct RefusedCertificate {
    pub(super) certificate: Arc<ClientCertificate>,
    pub(super) fault: CertificateFault,
}

/// Asks every client for a certificate, and in `handshake` mode judges it.
#[derive(Debug)]
pub(super) struct Verifier {
    trust: Arc<TrustStore>,
    mode: ClientAuth,
    hints: Vec<DistinguishedName>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    /// `hints` are the authorities' names, by which clients choose a certificate.
    pub(super) fn new(
        trust: Arc<TrustStore>,
        hints: Vec<DistinguishedName>,
        mode: ClientAuth,
        algorithms: WebPkiSupportedAlgorithms,
    ) -> Self {
        Self { trust, mode, hints, algorithms }
    }
}

impl ClientCertVerifier for Verifier {
    fn client_auth_mandatory(&self) -> bool {
        self.mode == ClientAuth::Handshake
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if self.mode == ClientAuth::Handshake {
            let chain: Vec<_> = std::iter::once(end_entity).chain(intermediates).cloned().collect();
            let certificate = self.trust.describe(&chain);
            let now =
                Timestamp::from_second(now.as_secs().try_into().unwrap_or(0)).unwrap_or_default();
            if let Err(fault) = self.trust.judge(&certificate, now) {
                let alert = alert(&fault);
                let _ = REFUSED.try_with(|refused| {
                    refused.replace(Some(RefusedCertificate { certificate, fault }))
                });
                return Err(Error::InvalidCertificate(alert));
            }
        }
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The fault in rustls' words, which choose the alert (`unknown_ca`, `certificate_expired`...).
fn alert(fault: &CertificateFault) -> CertificateError {
    match fault {
        CertificateFault::Unreadable => CertificateError::BadEncoding,
        CertificateFault::UnknownAuthority { .. } => CertificateError::UnknownIssuer,
        CertificateFault::Expired { .. } => CertificateError::Expired,
        CertificateFault::NotYetValid { .. } => CertificateError::NotValidYet,
        CertificateFault::WrongUse => CertificateError::InvalidPurpose,
        CertificateFault::Revoked { .. } => CertificateError::Revoked,
        CertificateFault::Unacceptable { .. } => CertificateError::ApplicationVerificationFailure,
    }
}
