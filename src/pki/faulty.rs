//! The faulty client certificates: one fault each, the identity of a real sample partner otherwise.

use rcgen::{ExtendedKeyUsagePurpose, Issuer};

use super::{
    Holder,
    authority::{self, Authority},
    error::PkiError,
    files::{Folder, invalid},
};

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

impl Authority {
    /// Writes what is missing of a faulty certificate.
    pub(super) fn faulty(
        &self,
        folder: &mut Folder<'_>,
        fault: FaultyClient,
        identity: &Holder,
    ) -> Result<(), PkiError> {
        authority::pair(folder, &invalid(fault), self.keys(), |key| {
            let mut params = match fault {
                FaultyClient::NoPartner => authority::client_params(&nobody()),
                FaultyClient::Expired
                | FaultyClient::NotYetValid
                | FaultyClient::Revoked
                | FaultyClient::UnknownCa
                | FaultyClient::SelfSigned
                | FaultyClient::ServerOnly => authority::client_params(identity),
            };
            match fault {
                FaultyClient::Expired => params.not_after = authority::end_of(2020),
                FaultyClient::NotYetValid => params.not_before = authority::start_of(2048),
                FaultyClient::Revoked => {
                    params.serial_number = Some(REVOKED_SERIAL.to_vec().into())
                }
                FaultyClient::ServerOnly => {
                    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]
                }
                FaultyClient::UnknownCa => {
                    let strangers = self.keys().generate()?;
                    let stranger = Issuer::new(authority::authority_params(), strangers);
                    return Ok(params.signed_by(key, &stranger)?);
                }
                FaultyClient::SelfSigned => {
                    params.use_authority_key_identifier_extension = false;
                    return Ok(params.self_signed(key)?);
                }
                FaultyClient::NoPartner => {}
            }
            Ok(params.signed_by(key, self.issuer())?)
        })
    }
}

/// The serial of `revoked.pem`: fixed, so that a list and a certificate that are made at different times still agree.
pub(super) const REVOKED_SERIAL: [u8; 8] = *b"Revoquee";

fn nobody() -> Holder {
    Holder {
        id: FaultyClient::NoPartner.name().to_owned(),
        organisation: "Organisation fictive sans convention".to_owned(),
        siret: None,
    }
}
