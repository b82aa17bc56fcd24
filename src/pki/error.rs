//! What can be wrong with a folder of certificates: each message names the file and what was expected of it.

use std::{io, path::PathBuf};

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    /// The system refuses.
    #[error("{}: {cause}{}", path.display(), hint(cause))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// A file is not what its name says.
    #[error("{}: expected {expected}; move the file away to have it made again", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
    /// A key is not that of the certificate beside it.
    #[error("{}: not the key of {}; move both away to have them made again", key.display(), certificate.display())]
    Mismatch { key: PathBuf, certificate: PathBuf },
    /// A certificate without its key.
    #[error(
        "{}: missing, while {} is there; put the key back, or move the certificate away to have both made again",
        key.display(), certificate.display()
    )]
    KeyGone {
        /// The missing key.
        key: PathBuf,
        certificate: PathBuf,
    },
    /// Certificates are there, and not the authority that issued them.
    #[error(
        "{}: missing, while {} is there, which it issued; put it back, or empty the folder to have all made again",
        authority.display(), issued.display()
    )]
    AuthorityGone {
        /// The missing authority.
        authority: PathBuf,
        /// A certificate it issued.
        issued: PathBuf,
    },
    /// An authority without our marker extension, and `own_pki` is off.
    #[error(
        "{}: this authority was not made by bacasable; to serve with your own PKI set gateway.own_pki = true, otherwise \
         empty the folder", path.display()
    )]
    ForeignAuthority {
        /// The authority's certificate.
        path: PathBuf,
    },
    /// `own_pki` is on and files are missing.
    #[error("{}: gateway.own_pki is set and the folder lacks {}", dir.display(), missing.join(", "))]
    OwnPkiIncomplete {
        /// The folder.
        dir: PathBuf,
        /// What the user has to put there.
        missing: Vec<String>,
    },
    /// Keys of one kind were asked for, and the folder holds another.
    #[error(
        "{}: for {held}, while {asked} is asked for; name another folder, or empty this one to have all made again",
        path.display()
    )]
    OtherKeys {
        /// The first file of the other kind.
        path: PathBuf,
        /// What it holds.
        held: &'static str,
        asked: &'static str,
    },
    /// A partner's id that ends as the files do that hold certificate and key.
    #[error(
        "partner id {id:?}: expected one that does not end in \"-combined\", because clients/<partner>-combined.pem holds a \
         certificate and its key"
    )]
    CombinedName { id: String },
    /// A partner's id that cannot be a file's name.
    #[error(
        "partner id {id:?}: expected 1 to 64 letters, digits, '-', '_' or '.', to name its certificate's files"
    )]
    PartnerName { id: String },
    /// A server name that a certificate cannot carry.
    #[error("server name {name:?}: expected a DNS name or an IP address")]
    ServerName { name: String },
    /// A key or a certificate could not be made.
    #[error("keys and certificates cannot be made: {detail}")]
    Keys {
        /// What the library says.
        detail: String,
    },
}

impl From<rcgen::Error> for PkiError {
    fn from(fault: rcgen::Error) -> Self {
        Self::Keys { detail: fault.to_string() }
    }
}

/// What to do about it, where that is clear.
fn hint(cause: &io::Error) -> &'static str {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the system's words say enough in the other cases"
    )]
    match cause.kind() {
        io::ErrorKind::PermissionDenied => {
            " (the user that runs bacasable must own the folder's files: change their owner, or name another folder with --certs)"
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            " (the test PKI is incomplete and must be written: mount a writable volume, or name another folder with --certs)"
        }
        io::ErrorKind::NotADirectory => " (the setting certs must name a folder)",
        _ => "",
    }
}
