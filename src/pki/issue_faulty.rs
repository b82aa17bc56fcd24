//! The faulty client certificates: one fault each, the identity of a real sample partner otherwise.

use rcgen::{ExtendedKeyUsagePurpose, Issuer};

use super::{
    Holder,
    authority::{self, Authority},
    error::PkiError,
    faulty::{FaultyClient, REVOKED_SERIAL},
    files::{Folder, invalid},
};

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

fn nobody() -> Holder {
    Holder {
        id: FaultyClient::NoPartner.name().to_owned(),
        organisation: "Organisation fictive sans convention".to_owned(),
        siret: None,
    }
}
