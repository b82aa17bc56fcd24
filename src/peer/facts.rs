use jiff::Timestamp;
use x509_parser::{certificate::X509Certificate, extensions::KeyUsage};

use super::name;
use crate::hex;

/// What is written in a certificate.
pub(super) struct Facts {
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) common_name: Option<String>,
    pub(super) common_names: usize,
    pub(super) serial: String,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    /// Whether it says it is an authority's.
    pub(super) authority: bool,
    /// Whether its key may sign a handshake (keyUsage, where there is one: RFC 8446, 4.4.2).
    pub(super) signs: bool,
    /// Whether its key may sign certificates (keyUsage, where there is one: RFC 5280, 6.1.4 n).
    pub(super) certifies: bool,
    /// The issuer's name and the serial as written, which a list of revoked certificates repeats.
    pub(super) raw_issuer: Vec<u8>,
    pub(super) raw_serial: Vec<u8>,
}

impl Facts {
    pub(super) fn from_parsed(parsed: &X509Certificate<'_>) -> Option<Self> {
        let validity = parsed.validity();
        let mut names = parsed.subject().iter_common_name();
        let common_name = match (names.next(), names.next()) {
            (Some(only), None) => only.as_str().ok(),
            (_, _) => None,
        };
        // One that cannot be read allows nothing.
        let allows = |bit: fn(&KeyUsage) -> bool| match parsed.key_usage() {
            Ok(Some(usage)) => bit(usage.value),
            Ok(None) => true,
            Err(_) => false,
        };
        Some(Self {
            subject: name::text(parsed.subject()),
            issuer: name::text(parsed.issuer()),
            common_name: common_name.map(ToOwned::to_owned),
            common_names: parsed.subject().iter_common_name().count(),
            serial: hex::encode(parsed.raw_serial()),
            not_before: Timestamp::from_second(validity.not_before.timestamp()).ok()?,
            // 99991231235959Z is RFC 5280's "no end" (4.1.2.5), and lies beyond the times that we can hold.
            not_after: Timestamp::from_second(validity.not_after.timestamp())
                .unwrap_or(Timestamp::MAX),
            authority: parsed.is_ca(),
            signs: allows(KeyUsage::digital_signature),
            certifies: allows(KeyUsage::key_cert_sign),
            raw_issuer: parsed.issuer().as_raw().to_vec(),
            raw_serial: parsed.raw_serial().to_vec(),
        })
    }
}
