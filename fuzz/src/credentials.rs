//! What proves who calls: tokens, certificates, and the headers of proxies that speak for others.

use std::sync::Arc;

use bacasable::peer::{ADDRESS_HEADER, CERTIFICATE_HEADER, ClientCertificate, TrustedProxies};
use http::{HeaderMap, HeaderValue};
use jiff::SignedDuration;
use rustls_pki_types::CertificateDer;

use super::world;

/// A token: as text, or one that was issued here with bytes changed. None but the issued one is accepted.
pub(super) fn token(input: &[u8]) {
    let Some((mode, rest)) = input.split_first() else { return };
    world::with(|world| {
        let text = match mode % 2 {
            0 => String::from_utf8_lossy(rest).into_owned(),
            _ => String::from_utf8_lossy(&changed(world.token.as_bytes(), rest)).into_owned(),
        };
        let (tokens, now) = (&world.sandbox.tokens, world.sandbox.clock.now());
        let accepted = tokens.verify(&text, now, SignedDuration::ZERO).is_ok();
        assert_eq!(accepted, text == world.token, "{text}");
    });
}

/// A client certificate: as DER, or one that was issued here with bytes changed. None but the issued one is good.
pub(super) fn certificate(input: &[u8]) {
    let Some((mode, rest)) = input.split_first() else { return };
    world::with(|world| {
        let good = world.certificate(GOOD);
        let der = match mode % 2 {
            0 => rest.to_vec(),
            _ => changed(&good, rest),
        };
        let same = *der == *good;
        let certificate = ClientCertificate::read(vec![CertificateDer::from(der)]);
        let judged = world.sandbox.trust.judge(&certificate, world.sandbox.clock.now());
        assert_eq!(judged.is_ok(), same, "{judged:?}");
        if let Err(fault) = judged {
            assert!(!fault.to_string().is_empty());
        }
        let _whose =
            world.sandbox.directory().of_certificate(&certificate, world.sandbox.clock.now());
    });
}

/// What a trusted proxy writes: a line of `X-Forwarded-For`, then `X-WSO2-CLIENT-CERTIFICATE`; `{pem}` is a good one.
pub(super) fn proxy_headers(input: &[u8]) {
    world::with(|world| {
        let text =
            String::from_utf8_lossy(input).replace("{pem}", &world.pem(GOOD).replace('\n', "%0A"));
        let (forwarded, certificate) = text.split_once('\n').unwrap_or((&text, ""));
        let mut headers = HeaderMap::new();
        for (name, value) in [(ADDRESS_HEADER, forwarded), (CERTIFICATE_HEADER, certificate)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        let proxies = TrustedProxies::new(vec!["127.0.0.0/8".parse().expect("a network")]);
        let caller = proxies.caller(&world.peer, &headers, &world.sandbox.trust);
        let (good, now) = (world.certificate(GOOD), world.sandbox.clock.now());
        if let Some(certificate) = caller.certificate.as_deref()
            && world.sandbox.trust.judge(certificate, now).is_ok()
        {
            assert_eq!(certificate.chain().first(), Some(&good), "no other certificate is good");
        }
        let nobody = TrustedProxies::default().caller(&world.peer, &headers, &world.sandbox.trust);
        assert!(Arc::ptr_eq(&nobody, &world.peer), "who is not trusted speaks for nobody");
    });
}

/// The bytes with others in some places: pairs of a place (two bytes) and what is mixed in.
fn changed(bytes: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([change[0], change[1]])) % out.len();
        out[at] ^= change[2];
    }
    out
}

const GOOD: &str = "clients/editeur-demo.pem";
