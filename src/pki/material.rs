//! What the server reads from the folder, checked as a whole: each fault names its file.

use std::{fmt, fs, net::IpAddr, path::Path};

use aws_lc_rs::signature::RsaKeyPair;
use rustls::{Error, InconsistentKeys, crypto::aws_lc_rs::default_provider, sign::CertifiedKey};
use rustls_pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject,
};
use x509_parser::{extensions::GeneralName, parse_x509_certificate, parse_x509_crl};

use super::{
    error::PkiError,
    files::{self, Folder, Pair},
};

/// The extension that marks bacasable's authorities, 1.3.6.1.4.1.32473.2.1: below the enterprise number that RFC 5612
/// reserves for examples, so that no authority in real use carries it.
pub const MARKER: [u64; 9] = [1, 3, 6, 1, 4, 1, 32473, 2, 1];

/// The names that every server certificate covers.
pub(super) const SERVER_NAMES: [&str; 4] = ["localhost", "bacasable", "127.0.0.1", "::1"];

/// The server's part of the PKI.
pub struct Material {
    /// The trusted authorities: one, or with the user's own PKI as many as `ca.pem` holds.
    pub authorities: Vec<CertificateDer<'static>>,
    /// The lists of revoked certificates; with the user's own PKI there may be none.
    pub revoked: Vec<CertificateRevocationListDer<'static>>,
    /// The server's certificate, and what follows it in the file.
    pub server: Vec<CertificateDer<'static>>,
    pub server_key: PrivateKeyDer<'static>,
    /// The RSA keys of tokens.
    pub token_keys: TokenKeys,
}

/// The RSA keys of tokens.
pub struct TokenKeys {
    /// The one that signs.
    pub current: PrivatePkcs8KeyDer<'static>,
    /// Those that did before, and whose tokens are still accepted.
    pub previous: Vec<PrivatePkcs8KeyDer<'static>>,
}

/// Reads and checks what the server needs.
///
/// # Errors
/// A file that is missing or is not what its name says, a key that is not its certificate's, an authority that is not
/// bacasable's unless `own_pki`.
pub fn load(dir: &Path, own_pki: bool) -> Result<Material, PkiError> {
    let folder = Folder::new(dir);
    let authorities = authorities(&folder, own_pki)?;
    let server = certificates(&folder, &files::SERVER.certificate())?;
    check_chain(&folder, &files::SERVER, server.clone())?;
    let server_key = key(&folder, &files::SERVER.key())?;
    let revoked = match own_pki && !folder.has(files::CRL)? {
        true => Vec::new(),
        false => revoked(&folder)?,
    };
    let previous = token_key_files(dir)?
        .into_iter()
        .map(|file| token_key(&folder, &file))
        .collect::<Result<_, _>>()?;
    let token_keys = TokenKeys { current: token_key(&folder, files::TOKEN_KEY)?, previous };
    Ok(Material { authorities, revoked, server, server_key, token_keys })
}

/// The names of the folder's former token keys, in order.
///
/// # Errors
/// A folder that cannot be listed.
pub fn token_key_files(dir: &Path) -> Result<Vec<String>, PkiError> {
    let unreadable = |cause| PkiError::Io { path: dir.to_owned(), cause };
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        if let Some(name) = name
            .to_str()
            .filter(|name| name.starts_with("token-previous-") && name.ends_with(".key"))
        {
            found.push(name.to_owned());
        }
    }
    found.sort();
    Ok(found)
}

/// The authorities of `ca.pem`.
pub(super) fn authorities(
    folder: &Folder<'_>,
    own_pki: bool,
) -> Result<Vec<CertificateDer<'static>>, PkiError> {
    let file = files::CA.certificate();
    let found = certificates(folder, &file)?;
    let marker =
        x509_parser::oid_registry::Oid::from(&MARKER).expect("MARKER is an object identifier");
    for der in &found {
        let (_, certificate) = parse_x509_certificate(der)
            .map_err(|_| folder.unusable(&file, "certificates of authority (PEM)"))?;
        if !certificate.is_ca() {
            return Err(folder.unusable(&file, "certificates of authority (basic constraint CA)"));
        }
        if !own_pki && !matches!(certificate.get_extension_unique(&marker), Ok(Some(_))) {
            return Err(PkiError::ForeignAuthority { path: folder.path(&file) });
        }
    }
    Ok(found)
}

/// Whether the folder's key is that of this certificate.
pub(super) fn check_pair(
    folder: &Folder<'_>,
    files: &Pair,
    certificate: CertificateDer<'static>,
) -> Result<(), PkiError> {
    check_chain(folder, files, vec![certificate])
}

/// A private key read from PEM.
pub(super) fn key(folder: &Folder<'_>, file: &str) -> Result<PrivateKeyDer<'static>, PkiError> {
    PrivateKeyDer::from_pem_slice(&folder.read(file)?)
        .map_err(|_| folder.unusable(file, "a private key (PEM)"))
}

/// The names asked for that the server certificate of the folder does not carry.
pub(super) fn uncovered(folder: &Folder<'_>, names: &[String]) -> Result<Vec<String>, PkiError> {
    if names.iter().all(|name| SERVER_NAMES.contains(&name.as_str())) {
        return Ok(Vec::new());
    }
    let file = files::SERVER.certificate();
    let chain = certificates(folder, &file)?;
    let (_, certificate) = parse_x509_certificate(&chain[0])
        .map_err(|_| folder.unusable(&file, "a certificate (PEM)"))?;
    let alternative = certificate.subject_alternative_name().ok().flatten();
    let covered: Vec<String> =
        alternative.iter().flat_map(|names| &names.value.general_names).filter_map(shown).collect();
    Ok(names.iter().filter(|name| !covered.contains(&canonical(name))).cloned().collect())
}

impl fmt::Debug for Material {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Material")
            .field("authorities", &self.authorities.len())
            .finish_non_exhaustive()
    }
}

fn certificates(folder: &Folder<'_>, file: &str) -> Result<Vec<CertificateDer<'static>>, PkiError> {
    let contents = folder.read(file)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&contents).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) | Err(_) => Err(folder.unusable(file, "one or more certificates (PEM)")),
    }
}

fn check_chain(
    folder: &Folder<'_>,
    files: &Pair,
    chain: Vec<CertificateDer<'static>>,
) -> Result<(), PkiError> {
    let key = key(folder, &files.key())?;
    match CertifiedKey::from_der(chain, key, &default_provider()) {
        Ok(_) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(()),
        Err(Error::InconsistentKeys(_)) => Err(PkiError::Mismatch {
            key: folder.path(&files.key()),
            certificate: folder.path(&files.certificate()),
        }),
        Err(Error::InvalidCertificate(_)) => {
            Err(folder.unusable(&files.certificate(), "a certificate (PEM)"))
        }
        Err(_) => {
            Err(folder.unusable(&files.key(), "a private key of a kind that TLS can use (PEM)"))
        }
    }
}

fn revoked(folder: &Folder<'_>) -> Result<Vec<CertificateRevocationListDer<'static>>, PkiError> {
    const EXPECTED: &str = "lists of revoked certificates (PEM, X509 CRL)";
    let contents = folder.read(files::CRL)?;
    let lists: Vec<_> = CertificateRevocationListDer::pem_slice_iter(&contents)
        .collect::<Result<_, _>>()
        .map_err(|_| folder.unusable(files::CRL, EXPECTED))?;
    match !lists.is_empty() && lists.iter().all(|list| parse_x509_crl(list).is_ok()) {
        true => Ok(lists),
        false => Err(folder.unusable(files::CRL, EXPECTED)),
    }
}

fn token_key(folder: &Folder<'_>, file: &str) -> Result<PrivatePkcs8KeyDer<'static>, PkiError> {
    let fault = || folder.unusable(file, "an RSA private key of at least 2048 bits (PEM, PKCS#8)");
    let unusable = |error| if matches!(error, PkiError::Io { .. }) { error } else { fault() };
    let PrivateKeyDer::Pkcs8(key) = key(folder, file).map_err(unusable)? else {
        return Err(fault());
    };
    RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).map_err(|_| fault())?;
    Ok(key)
}

fn shown(name: &GeneralName<'_>) -> Option<String> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a server is named by DNS or by address")]
    match name {
        GeneralName::DNSName(name) => Some(canonical(name)),
        GeneralName::IPAddress(bytes) => {
            let four =
                <[u8; 4]>::try_from(*bytes).ok().map(|octets| IpAddr::from(octets).to_string());
            four.or_else(|| {
                <[u8; 16]>::try_from(*bytes).ok().map(|octets| IpAddr::from(octets).to_string())
            })
        }
        _ => None,
    }
}

/// One way to write each name.
fn canonical(name: &str) -> String {
    name.parse::<IpAddr>().map_or_else(|_| name.to_ascii_lowercase(), |address| address.to_string())
}
