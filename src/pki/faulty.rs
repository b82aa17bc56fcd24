//! What the faulty client certificates are called, and what is wrong with each.

/// What is wrong with a certificate of `clients/invalid/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultyClient {
    /// Valid in 2019 and 2020 only.
    Expired,
    /// Valid from 2048 on.
    NotYetValid,
    /// Named by `crl.pem`.
    Revoked,
    /// Issued by an authority with our authority's name and another key, so that clients that choose a certificate by
    /// issuer (Java) send it all the same.
    UnknownCa,
    /// Issued by itself. Clients that choose by issuer will not send it.
    SelfSigned,
    /// Extended key usage serverAuth only.
    ServerOnly,
    /// Nothing wrong, but it names no partner.
    NoPartner,
}

impl FaultyClient {
    pub const ALL: [Self; 7] = [
        Self::Expired,
        Self::NotYetValid,
        Self::Revoked,
        Self::UnknownCa,
        Self::SelfSigned,
        Self::ServerOnly,
        Self::NoPartner,
    ];

    /// The stem of its files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::Revoked => "revoked",
            Self::UnknownCa => "unknown-ca",
            Self::SelfSigned => "self-signed",
            Self::ServerOnly => "server-only",
            Self::NoPartner => "no-partner",
        }
    }
}

/// The serial of `revoked.pem`: fixed, so that a list and a certificate that are made at different times still agree.
pub(super) const REVOKED_SERIAL: [u8; 8] = *b"Revoquee";
