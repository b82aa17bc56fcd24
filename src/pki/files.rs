//! The files of the folder: their names, and how they are written so that a crash or a second process harms nothing.

use std::{
    borrow::Cow,
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use rcgen::KeyPair;
use rustls_pki_types::{CertificateDer, pem::PemObject};

use super::{error::PkiError, faulty::FaultyClient};
use crate::files;

/// The authority.
pub(super) const CA: Pair = Pair { stem: Cow::Borrowed("ca") };
pub(super) const SERVER: Pair = Pair { stem: Cow::Borrowed("server") };
/// The authority's list of revoked certificates.
pub(super) const CRL: &str = "crl.pem";
/// What signs access tokens.
pub(super) const TOKEN_KEY: &str = "token.key";

/// What follows a client's name in the file that holds its certificate and its key.
pub(super) const COMBINED: &str = "-combined";

/// A certificate and its key, which share a stem.
#[derive(Clone)]
pub(super) struct Pair {
    stem: Cow<'static, str>,
}

/// A folder, and what was written into it.
pub(super) struct Folder<'a> {
    dir: &'a Path,
    created: Vec<PathBuf>,
}

/// The client certificate of a partner.
pub(super) fn client(id: &str) -> Pair {
    Pair { stem: Cow::Owned(format!("clients/{id}")) }
}

/// A faulty client certificate.
pub(super) fn invalid(fault: FaultyClient) -> Pair {
    Pair { stem: Cow::Owned(format!("clients/invalid/{}", fault.name())) }
}

impl Pair {
    pub(super) fn certificate(&self) -> String {
        format!("{}.pem", self.stem)
    }

    pub(super) fn key(&self) -> String {
        format!("{}.key", self.stem)
    }

    pub(super) fn pkcs12(&self) -> String {
        format!("{}.p12", self.stem)
    }

    /// Certificate, then key: for software that takes one file (PHP streams, HAProxy, stunnel).
    pub(super) fn combined(&self) -> String {
        format!("{}{COMBINED}.pem", self.stem)
    }
}

impl<'a> Folder<'a> {
    pub(super) fn new(dir: &'a Path) -> Self {
        Self { dir, created: Vec::new() }
    }

    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.dir.join(file)
    }

    pub(super) fn has(&self, file: &str) -> Result<bool, PkiError> {
        let path = self.path(file);
        path.try_exists().map_err(|cause| PkiError::Io { path, cause })
    }

    /// The first of these files that is there.
    pub(super) fn first(
        &self,
        files: impl IntoIterator<Item = String>,
    ) -> Result<Option<String>, PkiError> {
        for file in files {
            if self.has(&file)? {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }

    pub(super) fn read(&self, file: &str) -> Result<Vec<u8>, PkiError> {
        let path = self.path(file);
        files::read(&path, files::MOST).map_err(|cause| PkiError::Io { path, cause })
    }

    /// Reads a file that must be text.
    pub(super) fn text(&self, file: &str, expected: &'static str) -> Result<String, PkiError> {
        String::from_utf8(self.read(file)?).map_err(|_| self.unusable(file, expected))
    }

    pub(super) fn unusable(&self, file: &str, expected: &'static str) -> PkiError {
        PkiError::Unusable { path: self.path(file), expected }
    }

    /// Writes a file that anyone may read.
    pub(super) fn write(&mut self, file: &str, contents: &str) -> Result<(), PkiError> {
        self.put(file, contents.as_bytes(), 0o644)
    }

    /// Writes a file that holds a key: mode 0600.
    pub(super) fn write_private(&mut self, file: &str, contents: &[u8]) -> Result<(), PkiError> {
        self.put(file, contents, 0o600)
    }

    /// Whether this run wrote the file.
    pub(super) fn created(&self, file: impl AsRef<Path>) -> bool {
        self.created.contains(&self.dir.join(file))
    }

    pub(super) fn into_created(self) -> Vec<PathBuf> {
        self.created
    }

    /// Keeps other processes out while the folder is being completed: two servers may start on one folder at once. Released
    /// when dropped; where the file system knows no locks, nothing is kept out.
    pub(super) fn lock(&self) -> Result<File, PkiError> {
        fs::create_dir_all(self.dir)
            .map_err(|cause| PkiError::Io { path: self.dir.to_owned(), cause })?;
        let path = self.path(".lock");
        let lock = || {
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
            match file.lock() {
                Err(refusal) if refusal.kind() != io::ErrorKind::Unsupported => Err(refusal),
                Ok(()) | Err(_) => Ok(file),
            }
        };
        lock().map_err(|cause| PkiError::Io { path: path.clone(), cause })
    }

    fn put(&mut self, file: &str, contents: &[u8], mode: u32) -> Result<(), PkiError> {
        let path = self.path(file);
        files::write_whole(&path, contents, mode)
            .map_err(|cause| PkiError::Io { path: path.clone(), cause })?;
        self.created.push(path);
        Ok(())
    }
}

/// A key of the folder that can sign or be certified.
pub(super) fn key(folder: &Folder<'_>, files: &Pair) -> Result<KeyPair, PkiError> {
    const EXPECTED: &str = "an EC P-256 or RSA private key (PEM, PKCS#8)";
    let text = folder.text(&files.key(), EXPECTED)?;
    KeyPair::from_pem(&text).map_err(|_| folder.unusable(&files.key(), EXPECTED))
}

/// A certificate read from PEM.
pub(super) fn certificate(
    folder: &Folder<'_>,
    file: &str,
) -> Result<CertificateDer<'static>, PkiError> {
    CertificateDer::from_pem_slice(&folder.read(file)?)
        .map_err(|_| folder.unusable(file, "a certificate (PEM)"))
}
