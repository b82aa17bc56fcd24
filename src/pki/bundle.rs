//! All that one client needs, in one piece: for clients that do not share the folder with the server.

use std::path::Path;

use super::{
    error::PkiError,
    files::{self, Folder, Pair},
    keys, material, pkcs12, public,
};

/// A client's files, and the authority's certificate.
pub struct Bundle {
    /// `ca.pem`.
    pub authority: String,
    /// The client's certificate, PEM.
    pub certificate: String,
    /// Its key, PEM.
    pub key: String,
    /// Both and the authority's certificate as PKCS#12, whose password is [`super::PASSWORD`].
    pub pkcs12: Vec<u8>,
}

/// The files of a client; none where the folder has no such client, or where they are not given away
/// ([`super::public_file`]). `name` is a partner's id, or `invalid/` and the name of a fault.
///
/// # Errors
/// Files that are there and cannot be used.
pub fn client_bundle(dir: &Path, own_pki: bool, name: &str) -> Result<Option<Bundle>, PkiError> {
    let pair = files::client(name);
    let folder = Folder::new(dir);
    let is_given = public::public_file(dir, own_pki, &pair.key()).is_some();
    if !is_given || !folder.has(&pair.certificate())? || !folder.has(&pair.key())? {
        return Ok(None);
    }
    let text = |file: &str| folder.text(file, "PEM");
    Ok(Some(Bundle {
        authority: text(&files::CA.certificate())?,
        certificate: text(&pair.certificate())?,
        key: text(&pair.key())?,
        pkcs12: store(&folder, &pair, name)?,
    }))
}

/// The PKCS#12 file of the folder; made for the occasion where there is none, as of a faulty certificate.
fn store(folder: &Folder<'_>, pair: &Pair, name: &str) -> Result<Vec<u8>, PkiError> {
    if folder.has(&pair.pkcs12())? {
        return folder.read(&pair.pkcs12());
    }
    let authority = material::authorities(folder, false)?.swap_remove(0);
    let alias = name.rsplit('/').next().unwrap_or(name);
    pkcs12::store(folder, pair, alias, &authority, keys::of_authority(folder)?)
}
