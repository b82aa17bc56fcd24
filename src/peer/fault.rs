//! What can be wrong with a certificate, and with those whom it is held against.

use jiff::Timestamp;

/// Why a certificate is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// It is no X.509 certificate.
    #[error("the certificate cannot be read")]
    Unreadable,
    /// No trusted authority issued it: an unknown name, a known name with another key, or itself.
    #[error("issued by {issuer}, which is not a trusted authority")]
    UnknownAuthority {
        /// The issuer's name as the certificate gives it.
        issuer: String,
        /// Whether a trusted authority has a name that the chain gives, and another key.
        namesake: bool,
    },
    /// It was valid until `since`, or an intermediate certificate of its chain was.
    #[error("expired since {since}")]
    Expired {
        /// The last second of validity.
        since: Timestamp,
    },
    /// It becomes valid at `from`, or an intermediate certificate of its chain does.
    #[error("not valid before {from}")]
    NotYetValid {
        /// The first second of validity.
        from: Timestamp,
    },
    /// Its extended key usage does not hold clientAuth, its key usage does not hold digitalSignature, or it is an
    /// authority's certificate.
    #[error("not issued for use as a client certificate")]
    WrongUse,
    /// Its authority's list of revoked certificates names it.
    #[error("revoked since {since}")]
    Revoked {
        /// The date in the list.
        since: Timestamp,
    },
    /// Anything else: an algorithm that is not accepted, a name outside the authority's constraints.
    #[error("not acceptable: {detail}")]
    Unacceptable {
        /// What the verification found.
        detail: String,
    },
}

/// Why authorities or lists cannot be used; each names the file of the certs folder that it is about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    #[error("ca.pem: no authority: expected at least one CA certificate")]
    NoAuthority,
    /// A certificate of authority cannot be read.
    #[error("ca.pem: a CA certificate cannot be read: {detail}")]
    UnreadableAuthority {
        /// What the verification found.
        detail: String,
    },
    /// A list of revoked certificates cannot be read.
    #[error("crl.pem: a list of revoked certificates cannot be read")]
    UnreadableList,
    /// A list of revoked certificates that no trusted authority signed.
    #[error(
        "crl.pem: the list of revoked certificates of {issuer} is not signed by an authority of ca.pem"
    )]
    ForeignList {
        /// The name in the list.
        issuer: String,
    },
}
