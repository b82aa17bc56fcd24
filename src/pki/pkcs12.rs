//! A client's key, certificate and authority in one PKCS#12 file, a keystore and a truststore at once for Java.
//!
//! In a folder of RSA keys it has the old form (3DES, SHA-1), because whoever asks for RSA has software of that age, and every
//! reader of today still takes it: Java before 8u301, Mono and Windows Server 2016 know no other.

use p12_keystore::{
    Certificate, EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm, PrivateKey,
    PrivateKeyChain,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::{
    error::PkiError,
    files::{Folder, Pair, certificate},
    keys::Keys,
    material,
};

/// The password of every PKCS#12 file: it is public, as everything in this PKI.
pub const PASSWORD: &str = "bacasable";

/// The alias of the authority's entry; the client's own entry is named after the partner.
const AUTHORITY: &str = "bacasable-ca";

/// A public password needs no slow derivation; this many rounds are what RFC 8018 asks for at least.
const ROUNDS: u32 = 1000;

/// The PKCS#12 file for a key and certificate of the folder.
pub(super) fn store(
    folder: &Folder<'_>,
    files: &Pair,
    alias: &str,
    authority: &CertificateDer<'_>,
    keys: Keys,
) -> Result<Vec<u8>, PkiError> {
    let own = certificate(folder, &files.certificate())?;
    material::check_pair(folder, files, own.clone())?;
    let PrivateKeyDer::Pkcs8(key) = material::key(folder, &files.key())? else {
        return Err(folder.unusable(&files.key(), "a PKCS#8 private key (PEM)"));
    };
    let entries = || {
        let key = PrivateKey::from_der(key.secret_pkcs8_der())?;
        let authority = Certificate::from_der(authority)?;
        let chain = [Certificate::from_der(&own)?, authority.clone()];
        let mut store = KeyStore::new();
        store.add_entry(
            alias,
            KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new(alias, key, chain)),
        );
        store.add_entry(AUTHORITY, KeyStoreEntry::Certificate(authority));
        let (encryption, mac) = form(keys);
        let writer = store.writer(PASSWORD).encryption_algorithm(encryption).mac_algorithm(mac);
        writer.encryption_iterations(ROUNDS).mac_iterations(ROUNDS).write()
    };
    entries()
        .map_err(|fault: p12_keystore::error::Error| PkiError::Keys { detail: fault.to_string() })
}

/// How the file is protected.
fn form(keys: Keys) -> (EncryptionAlgorithm, MacAlgorithm) {
    match keys {
        Keys::Ec => (EncryptionAlgorithm::PbeWithHmacSha256AndAes256, MacAlgorithm::HmacSha256),
        Keys::Rsa => (EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc, MacAlgorithm::HmacSha1),
    }
}
