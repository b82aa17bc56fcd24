//! A client certificate, read once and described.

use std::{fmt, sync::Arc};

use arc_swap::ArcSwapOption;
use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use sha2::{Digest, Sha256};
use x509_parser::parse_x509_certificate;

use super::{facts::Facts, standing::CertificateStanding};

/// A certificate that a client presented, with whatever chain came with it.
///
/// It may be anything: what cannot be read has empty names and is [refused as unreadable](super::CertificateFault).
pub struct ClientCertificate {
    chain: Vec<CertificateDer<'static>>,
    fingerprint: Fingerprint,
    /// The fingerprint as it is shown, and the subject: every request's journal entry has them.
    shown: (Arc<str>, Arc<str>),
    facts: Option<Facts>,
    /// What the trust store found, so that it is asked once per certificate and version of the store.
    pub(super) standing: ArcSwapOption<CertificateStanding>,
}

/// The SHA-256 of a certificate's DER form; shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl ClientCertificate {
    /// Reads a chain as presented: the client's own certificate, then what it sent with it.
    pub fn read(chain: Vec<CertificateDer<'static>>) -> Self {
        let own: &[u8] = chain.first().map_or(&[], AsRef::as_ref);
        let facts =
            parse_x509_certificate(own).ok().and_then(|(_, parsed)| Facts::from_parsed(&parsed));
        let fingerprint = Fingerprint::from_der(own);
        let subject = facts.as_ref().map_or("", |facts| &facts.subject);
        let shown = (fingerprint.to_string().into(), subject.into());
        Self { fingerprint, shown, facts, standing: ArcSwapOption::empty(), chain }
    }

    /// The client's own certificate, then what it sent with it.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// The SHA-256 of the client's own certificate.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The fingerprint as it is shown, and the subject: to keep without a copy.
    pub fn shown(&self) -> (Arc<str>, Arc<str>) {
        self.shown.clone()
    }

    /// Whose it is, after RFC 4514: `CN=editeur-demo,O=...`; empty when unreadable.
    pub fn subject(&self) -> &str {
        &self.shown.1
    }

    /// Who issued it, after RFC 4514; empty when unreadable.
    pub fn issuer(&self) -> &str {
        self.facts.as_ref().map_or("", |facts| &facts.issuer)
    }

    /// The common name of the subject; nothing when there are several, of which none is more its name than another.
    pub fn common_name(&self) -> Option<&str> {
        self.facts.as_ref().and_then(|facts| facts.common_name.as_deref())
    }

    /// How many common names the subject has.
    pub fn common_names(&self) -> usize {
        self.facts.as_ref().map_or(0, |facts| facts.common_names)
    }

    /// The serial number in lower-case hexadecimal; empty when unreadable.
    pub fn serial(&self) -> &str {
        self.facts.as_ref().map_or("", |facts| &facts.serial)
    }

    /// Its first second of validity.
    pub fn not_before(&self) -> Option<Timestamp> {
        self.facts.as_ref().map(|facts| facts.not_before)
    }

    /// Its last second of validity; [`Timestamp::MAX`] when it has no end.
    pub fn not_after(&self) -> Option<Timestamp> {
        self.facts.as_ref().map(|facts| facts.not_after)
    }
}

impl Fingerprint {
    /// The fingerprint of a certificate's DER form.
    pub fn from_der(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }

    /// Reads 64 hexadecimal digits, in either case, with or without colons (as `openssl x509 -fingerprint` prints them).
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b':').collect();
        let mut out = [0; 32];
        if digits.len() != 64 {
            return None;
        }
        for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        Some(Self(out))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate")
            .field("subject", &self.subject())
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_fingerprint_reads_as_openssl_prints_it() {
        let print = Fingerprint::from_der(b"anything");
        let text = print.to_string();
        let colons: Vec<String> =
            text.as_bytes().chunks(2).map(|p| String::from_utf8_lossy(p).to_uppercase()).collect();
        assert_eq!(text.len(), 64);
        assert_eq!(Fingerprint::parse(&text), Some(print));
        assert_eq!(Fingerprint::parse(&colons.join(":")), Some(print));
        assert_eq!(Fingerprint::parse(&text[1..]), None);
        assert_eq!(Fingerprint::parse(&"zz".repeat(32)), None);
    }

    #[test]
    fn no_chain_at_all_is_unreadable() {
        let nothing = ClientCertificate::read(Vec::new());
        assert!(nothing.facts.is_none());
        assert_eq!(
            (nothing.subject(), nothing.common_name(), nothing.not_after()),
            ("", None, None)
        );
    }

    proptest! {
        #[test]
        fn whatever_the_bytes_reading_does_not_panic(der in proptest::collection::vec(any::<u8>(), 0..200)) {
            let read = ClientCertificate::read(vec![CertificateDer::from(der)]);
            prop_assert!(read.facts.is_none());
        }
    }
}
