//! The test authority, and what it issues: keys of one kind throughout, the authority's.

use std::net::IpAddr;

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertificateRevocationListParams,
    CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod,
    KeyPair, KeyUsagePurpose, RevocationReason, RevokedCertParams, SanType, date_time_ymd,
};
use rustls_pki_types::CertificateDer;
use time::{Duration, OffsetDateTime};

use super::{
    Holder,
    error::PkiError,
    faulty::{FaultyClient, REVOKED_SERIAL},
    files::{self, Folder, Pair, key},
    keys::Keys,
    material::{self, MARKER, SERVER_NAMES},
};
use crate::entropy;

/// Somebody who can issue.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    der: CertificateDer<'static>,
    keys: Keys,
}

impl Authority {
    /// The folder's authority; a new one, of the keys asked for, when there is none and nothing that one has issued.
    pub(super) fn open_or_create(
        folder: &mut Folder<'_>,
        asked: Option<Keys>,
    ) -> Result<Self, PkiError> {
        if !folder.has(&files::CA.certificate())? {
            refuse_orphans(folder)?;
        }
        let asked = asked.unwrap_or_default();
        pair(folder, &files::CA, asked, |key| Ok(authority_params().self_signed(key)?))?;
        let der = material::authorities(folder, false)?.swap_remove(0);
        let key = key(folder, &files::CA)?;
        material::check_pair(folder, &files::CA, der.clone())?;
        let keys = Keys::from_key(&key);
        let issuer = Issuer::from_ca_cert_der(&der, key)?;
        Ok(Self { issuer, der, keys })
    }

    pub(super) fn keys(&self) -> Keys {
        self.keys
    }

    pub(super) fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    pub(super) fn issuer(&self) -> &Issuer<'static, KeyPair> {
        &self.issuer
    }

    /// Writes what is missing of the server's certificate.
    pub(super) fn server(&self, folder: &mut Folder<'_>, names: &[String]) -> Result<(), PkiError> {
        pair(folder, &files::SERVER, self.keys, |key| {
            Ok(server_params(names)?.signed_by(key, &self.issuer)?)
        })
    }

    /// Writes what is missing of a partner's certificate.
    pub(super) fn client(
        &self,
        folder: &mut Folder<'_>,
        files: &Pair,
        holder: &Holder,
    ) -> Result<(), PkiError> {
        pair(
            folder,
            files,
            self.keys,
            |key| Ok(client_params(holder).signed_by(key, &self.issuer)?),
        )
    }

    /// The list of revoked certificates, as PEM. Its successor is announced for the end of the authority's life: a sandbox
    /// has nobody to publish lists.
    pub(super) fn revocation_list(&self, now: Timestamp) -> Result<String, PkiError> {
        let this_update =
            OffsetDateTime::from_unix_timestamp(now.as_second()).unwrap_or_else(|_| not_before());
        let list = CertificateRevocationListParams {
            this_update,
            next_update: not_after(),
            crl_number: this_update.unix_timestamp().to_be_bytes().to_vec().into(),
            issuing_distribution_point: None,
            revoked_certs: vec![RevokedCertParams {
                serial_number: REVOKED_SERIAL.to_vec().into(),
                revocation_time: start_of(2020),
                reason_code: Some(RevocationReason::KeyCompromise),
                invalidity_date: None,
            }],
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(list.signed_by(&self.issuer)?.pem()?)
    }
}

/// Writes a key of this kind and its certificate, in this order; a key that has no certificate yet gets one.
pub(super) fn pair(
    folder: &mut Folder<'_>,
    files: &Pair,
    keys: Keys,
    issue: impl FnOnce(&KeyPair) -> Result<Certificate, PkiError>,
) -> Result<(), PkiError> {
    let key = match (folder.has(&files.certificate())?, folder.has(&files.key())?) {
        (true, true) => return Ok(()),
        (true, false) => {
            let (key, certificate) = (folder.path(&files.key()), folder.path(&files.certificate()));
            return Err(PkiError::KeyGone { key, certificate });
        }
        (false, true) => key(folder, files)?,
        (false, false) => {
            let key = keys.generate()?;
            folder.write_private(&files.key(), key.serialize_pem().as_bytes())?;
            key
        }
    };
    let certificate = issue(&key)?;
    folder.write(&files.certificate(), &certificate.pem())
}

/// A new RSA key that signs tokens, as PEM.
pub(super) fn token_key() -> Result<String, PkiError> {
    Ok(Keys::Rsa.generate()?.serialize_pem())
}

pub(super) fn client_params(holder: &Holder) -> CertificateParams {
    let mut params = params();
    params.distinguished_name.push(DnType::OrganizationName, holder.organisation.as_str());
    if let Some(siret) = &holder.siret {
        params
            .distinguished_name
            .push(DnType::CustomDnType(vec![2, 5, 4, 97]), format!("NTRFR-{siret}"));
    }
    params.distinguished_name.push(DnType::CommonName, holder.id.as_str());
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

/// What an authority's certificate says.
pub(super) fn authority_params() -> CertificateParams {
    let mut params = params();
    params.distinguished_name.push(DnType::OrganizationName, "bacasable");
    params.distinguished_name.push(DnType::CommonName, "bacasable test CA (fictif)");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.custom_extensions = vec![CustomExtension::from_oid_content(&MARKER, ASN1_NULL.to_vec())];
    params.use_authority_key_identifier_extension = false;
    params
}

/// The first second of a year.
pub(super) fn start_of(year: i32) -> OffsetDateTime {
    date_time_ymd(year, 1, 1)
}

/// The last second of a year.
pub(super) fn end_of(year: i32) -> OffsetDateTime {
    start_of(year + 1) - Duration::SECOND
}

const ASN1_NULL: [u8; 2] = [5, 0];

fn server_params(names: &[String]) -> Result<CertificateParams, PkiError> {
    let mut params = params();
    params.distinguished_name.push(DnType::OrganizationName, "bacasable");
    params.distinguished_name.push(DnType::CommonName, "bacasable");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    for name in SERVER_NAMES.into_iter().chain(names.iter().map(String::as_str)) {
        let name = match name.parse::<IpAddr>() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) => SanType::DnsName(dns_name(name)?),
        };
        if !params.subject_alt_names.contains(&name) {
            params.subject_alt_names.push(name);
        }
    }
    Ok(params)
}

fn dns_name(name: &str) -> Result<rcgen::string::Ia5String, PkiError> {
    let fault = || PkiError::ServerName { name: name.to_owned() };
    let host = name.strip_prefix("*.").unwrap_or(name);
    rustls_pki_types::DnsName::try_from(host).map_err(|_| fault())?;
    name.try_into().map_err(|_| fault())
}

/// What all certificates share. Valid from before July 2019, when Apple's clients began to refuse long-lived server
/// certificates, to the last year that certificates write with two digits.
fn params() -> CertificateParams {
    let mut serial = entropy::bytes::<16>();
    serial[0] = serial[0] & 0x7f | 0x40;
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.serial_number = Some(serial.to_vec().into());
    params.not_before = not_before();
    params.not_after = not_after();
    params.use_authority_key_identifier_extension = true;
    params
}

fn not_before() -> OffsetDateTime {
    start_of(2019)
}

fn not_after() -> OffsetDateTime {
    end_of(2049)
}

/// A new authority beside certificates of an earlier one would make them all unknown.
fn refuse_orphans(folder: &Folder<'_>) -> Result<(), PkiError> {
    let invalid = FaultyClient::ALL.into_iter().map(|fault| files::invalid(fault).certificate());
    let issued = [files::SERVER.certificate(), files::CRL.to_owned()].into_iter().chain(invalid);
    match folder.first(issued)? {
        None => Ok(()),
        Some(issued) => Err(PkiError::AuthorityGone {
            authority: folder.path(&files::CA.certificate()),
            issued: folder.path(&issued),
        }),
    }
}
