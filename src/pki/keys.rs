//! The kind of keys of a folder: ECDSA P-256, or RSA for software that knows nothing else.

use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use x509_parser::{oid_registry, parse_x509_certificate};

use super::{
    FaultyClient, PkiPlan,
    error::PkiError,
    files::{self, Folder, Pair},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keys {
    /// ECDSA P-256.
    #[default]
    Ec,
    /// RSA 2048: Ruby's httpclient, Mono and older stacks of Windows take no other.
    Rsa,
}

impl Keys {
    pub const ALL: [Self; 2] = [Self::Ec, Self::Rsa];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ec => "ec",
            Self::Rsa => "rsa",
        }
    }

    pub(super) fn from_key(key: &KeyPair) -> Self {
        match key.is_compatible(&PKCS_RSA_SHA256) {
            true => Self::Rsa,
            false => Self::Ec,
        }
    }

    pub(super) fn generate(self) -> Result<KeyPair, PkiError> {
        Ok(match self {
            Self::Ec => KeyPair::generate()?,
            Self::Rsa => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?,
        })
    }

    /// What a message calls it.
    fn shown(self) -> &'static str {
        match self {
            Self::Ec => "an EC key",
            Self::Rsa => "an RSA key",
        }
    }
}

/// Whether every key that the folder has already is of the kind asked for.
///
/// # Errors
/// The first file of another kind; one that cannot be read.
pub(super) fn check(folder: &Folder<'_>, plan: &PkiPlan, asked: Keys) -> Result<(), PkiError> {
    let partners = plan.partners.iter().map(|holder| files::client(&holder.id));
    let invalid = FaultyClient::ALL.into_iter().map(files::invalid);
    for pair in [files::CA, files::SERVER].into_iter().chain(partners).chain(invalid) {
        let Some((file, held)) = held(folder, &pair)? else { continue };
        if held != Some(asked) {
            return Err(PkiError::OtherKeys {
                path: folder.path(&file),
                held: held.map_or("a key that is neither EC nor RSA", Keys::shown),
                asked: asked.shown(),
            });
        }
    }
    Ok(())
}

/// The kind of the authority's key.
pub(super) fn of_authority(folder: &Folder<'_>) -> Result<Keys, PkiError> {
    Ok(certified(folder, &files::CA.certificate())?.unwrap_or_default())
}

/// The file of a pair that tells its kind, the key where there is no certificate yet, and the kind that it tells.
fn held(folder: &Folder<'_>, pair: &Pair) -> Result<Option<(String, Option<Keys>)>, PkiError> {
    let (certificate, key) = (pair.certificate(), pair.key());
    if folder.has(&certificate)? {
        let keys = certified(folder, &certificate)?;
        return Ok(Some((certificate, keys)));
    }
    if folder.has(&key)? {
        let keys = Keys::from_key(&files::key(folder, pair)?);
        return Ok(Some((key, Some(keys))));
    }
    Ok(None)
}

/// The kind of the key that a certificate is for; none when it is neither.
fn certified(folder: &Folder<'_>, file: &str) -> Result<Option<Keys>, PkiError> {
    let der = files::certificate(folder, file)?;
    let (_, parsed) =
        parse_x509_certificate(&der).map_err(|_| folder.unusable(file, "a certificate (PEM)"))?;
    let algorithm = &parsed.public_key().algorithm.algorithm;
    Ok(match () {
        () if *algorithm == oid_registry::OID_PKCS1_RSAENCRYPTION => Some(Keys::Rsa),
        () if *algorithm == oid_registry::OID_KEY_TYPE_EC_PUBLIC_KEY => Some(Keys::Ec),
        () => None,
    })
}
