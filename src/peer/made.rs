//! Authorities and certificates made for a test.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName,
    DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    RevokedCertParams, SerialNumber, date_time_ymd,
};
use rustls_pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer, PrivatePkcs8KeyDer,
};

/// A certificate and its key.
pub(crate) struct Made {
    pub(crate) der: CertificateDer<'static>,
    name: DistinguishedName,
    issuer: Issuer<'static, KeyPair>,
}

impl Made {
    pub(crate) fn authority(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = Self::params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Self {
            der: params.self_signed(&key).unwrap().der().clone(),
            name: params.distinguished_name.clone(),
            issuer: Issuer::new(params, key),
        }
    }

    pub(crate) fn issue(&self, name: &str, adjust: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = Self::params(name);
        adjust(&mut params);
        Self {
            der: params.signed_by(&key, &self.issuer).unwrap().der().clone(),
            name: params.distinguished_name.clone(),
            issuer: Issuer::new(params, key),
        }
    }

    pub(crate) fn client(&self, adjust: impl FnOnce(&mut CertificateParams)) -> Self {
        self.issue("client", |params| {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            adjust(params);
        })
    }

    pub(crate) fn own(&self) -> &[CertificateDer<'static>] {
        std::slice::from_ref(&self.der)
    }

    pub(crate) fn list(&self, serial: &[u8]) -> CertificateRevocationListDer<'static> {
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2021, 1, 1),
            next_update: date_time_ymd(2022, 1, 1),
            crl_number: SerialNumber::from(vec![1]),
            issuing_distribution_point: None,
            revoked_certs: vec![RevokedCertParams {
                serial_number: SerialNumber::from(serial.to_vec()),
                revocation_time: date_time_ymd(2021, 1, 1),
                reason_code: None,
                invalidity_date: None,
            }],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer).unwrap().der().clone()
    }

    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2040, 1, 1);
        params
    }

    /// Another certificate for the key and the name of `other`: its renewal, or one of another authority (cross-signed).
    pub(crate) fn certify(
        &self,
        other: &Self,
        adjust: impl FnOnce(&mut CertificateParams),
    ) -> Self {
        let pem = other.issuer.key().serialize_pem();
        let mut params = Self::params("");
        params.distinguished_name = other.name.clone();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        adjust(&mut params);
        Self {
            der: params.signed_by(other.issuer.key(), &self.issuer).unwrap().der().clone(),
            name: params.distinguished_name.clone(),
            issuer: Issuer::new(params, KeyPair::from_pem(&pem).unwrap()),
        }
    }

    /// An authority below this one.
    pub(crate) fn intermediate(
        &self,
        name: &str,
        adjust: impl FnOnce(&mut CertificateParams),
    ) -> Self {
        self.issue(name, |params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
            adjust(params);
        })
    }

    /// The private key, for a client that shows the certificate.
    pub(crate) fn key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.issuer.key().serialize_der()).into()
    }
}
