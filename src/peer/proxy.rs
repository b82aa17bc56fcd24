//! A caller behind a proxy that ends TLS: the proxy's word for who it is, believed from the proxies of
//! `gateway.trusted_proxies` only.
//!
//! The address is the right-most hop of `X-Forwarded-For` that is no trusted proxy: what stands further left was written
//! by that hop itself. When that hop is no address the caller has none, and control 2 refuses it. The certificate is WSO2's `X-WSO2-CLIENT-CERTIFICATE`, DER in base64 or PEM, URL-encoded or not
//! (apim-wire section 4); nothing proves that the caller holds its key, which is why only a trusted proxy may say so.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::{HeaderMap, HeaderName, HeaderValue};
use ipnet::IpNet;
use percent_encoding::percent_decode;
use rustls_pki_types::CertificateDer;

use super::{ClientCertificate, Peer, TrustStore, within};

/// The header in which a proxy hands over its client's certificate.
pub const CERTIFICATE_HEADER: HeaderName = HeaderName::from_static("x-wso2-client-certificate");

/// The header in which proxies write down whom they answer.
pub const ADDRESS_HEADER: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies whose headers are believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// The proxies of these networks; none of them trusts nobody.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// The caller of a request: `peer` itself, or whom it speaks for when it is a trusted proxy.
    ///
    /// A proxy that hands over no certificate leaves the one of its own connection, as the product does. A certificate that
    /// cannot be read, or two of them, is an unreadable one, and so is an address. The port of a forwarded address is
    /// unknown: 0.
    pub fn caller(&self, peer: &Arc<Peer>, headers: &HeaderMap, store: &TrustStore) -> Arc<Peer> {
        if !self.trusts(peer.address.ip()) {
            return Arc::clone(peer);
        }
        let forwarded = self.forwarded(headers);
        let certificate = handed_over(headers, store);
        if forwarded.is_none() && certificate.is_none() {
            return Arc::clone(peer);
        }
        let (address, unreadable_hop) = match forwarded {
            None => (peer.address, None),
            Some(Ok(ip)) => (SocketAddr::new(ip, 0), None),
            Some(Err(seen)) => (peer.address, Some(seen)),
        };
        Arc::new(Peer {
            address,
            unreadable_hop,
            via: peer.via,
            certificate: certificate.or_else(|| peer.certificate.clone()),
            tls: peer.tls,
            connection: peer.connection,
        })
    }

    /// Whether somebody at this address is one of them.
    pub fn trusts(&self, address: IpAddr) -> bool {
        within(&self.0, address)
    }

    /// Walks from the nearest hop to the farthest one that a trusted hop vouches for: that one is the caller, and what stands
    /// there instead of its address is given back as it is. Nothing when the header names nobody (empty elements of a list
    /// count for nothing: RFC 9110, 5.6.1).
    fn forwarded(&self, headers: &HeaderMap) -> Option<Result<IpAddr, Arc<str>>> {
        let lines: Vec<_> = headers
            .get_all(ADDRESS_HEADER)
            .iter()
            .map(|line| String::from_utf8_lossy(line.as_bytes()))
            .collect();
        let hops = lines.iter().flat_map(|line| line.split(',')).map(str::trim);
        let mut nearest = None;
        for text in hops.rev().filter(|hop| !hop.is_empty()) {
            let Some(hop) = hop(text) else { return Some(Err(shown(text))) };
            nearest = Some(Ok(hop));
            if !self.trusts(hop) {
                break;
            }
        }
        nearest
    }
}

/// A text of a header as a reason can quote it.
fn shown(text: &str) -> Arc<str> {
    text.chars()
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .take(SHOWN)
        .collect::<String>()
        .into()
}

/// How many characters of an unreadable hop are quoted.
const SHOWN: usize = 64;

/// An address as proxies write it: bare, in brackets, with a port.
fn hop(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let ip = bare
        .parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))?;
    Some(IpAddr::to_canonical(&ip))
}

fn handed_over(headers: &HeaderMap, store: &TrustStore) -> Option<Arc<ClientCertificate>> {
    let mut values = headers.get_all(CERTIFICATE_HEADER).iter();
    let chain = match (values.next(), values.next()) {
        (None, _) => return None,
        (Some(value), None) => chain(value),
        (Some(_), Some(_)) => None,
    };
    let unreadable = || vec![CertificateDer::from(Vec::new())];
    Some(store.describe(&chain.unwrap_or_else(unreadable)))
}

/// The certificates of a header's value, the client's own first.
fn chain(value: &HeaderValue) -> Option<Vec<CertificateDer<'static>>> {
    let decoded = percent_decode(value.as_bytes()).decode_utf8().ok()?;
    if decoded.contains(PEM_BEGIN) {
        return pem(&decoded);
    }
    let bytes = base64(&decoded)?;
    // Some proxies encode the whole PEM once more.
    match std::str::from_utf8(&bytes) {
        Ok(text) if text.contains(PEM_BEGIN) => pem(text),
        Ok(_) | Err(_) => Some(vec![CertificateDer::from(bytes)]),
    }
}

/// PEM whose line breaks became spaces, tabs or nothing, as header values have none. (`PemObject` wants its lines.)
fn pem(text: &str) -> Option<Vec<CertificateDer<'static>>> {
    let blocks = text.split(PEM_BEGIN).skip(1);
    blocks
        .map(|block| {
            // " CERTIFICATE-----<base64>-----END CERTIFICATE-----", where Java's URL encoder writes "+" for a space.
            let mut parts = block.split("-----");
            let label = parts.next()?.trim_matches([' ', '+']);
            let body = parts.next()?;
            (label == "CERTIFICATE").then(|| base64(body)).flatten().map(CertificateDer::from)
        })
        .collect()
}

fn base64(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let bare: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    LENIENT.decode(bare).ok().filter(|bytes| !bytes.is_empty())
}

const PEM_BEGIN: &str = "-----BEGIN";

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD as BASE64;
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use proptest::prelude::*;
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};

    use super::{
        super::{TlsFacts, TlsVersion},
        *,
    };

    fn made(name: &str) -> (String, CertificateDer<'static>) {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let made = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        (made.pem(), made.der().clone())
    }

    fn store() -> TrustStore {
        TrustStore::new(&[made("ac").1], &[]).unwrap()
    }

    fn peer(address: &str) -> Arc<Peer> {
        let tls = TlsFacts { version: TlsVersion::V1_3, alpn: None, resumed: false };
        let own = ClientCertificate::read(vec![made("mandataire").1]);
        Arc::new(Peer::new(
            SocketAddr::new(address.parse().unwrap(), 4000),
            Some(Arc::new(own)),
            tls,
        ))
    }

    fn proxies() -> TrustedProxies {
        TrustedProxies::new(
            ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap()).to_vec(),
        )
    }

    fn headers(lines: &[(HeaderName, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    fn address_of(from: &str, lines: &[&str]) -> String {
        let lines: Vec<_> = lines.iter().map(|line| (ADDRESS_HEADER, *line)).collect();
        proxies().caller(&peer(from), &headers(&lines), &store()).address.ip().to_string()
    }

    fn name_of(from: &str, value: &str) -> String {
        let caller =
            proxies().caller(&peer(from), &headers(&[(CERTIFICATE_HEADER, value)]), &store());
        caller.certificate.as_ref().unwrap().common_name().unwrap_or("illisible").to_owned()
    }

    #[test]
    fn from_anyone_else_both_headers_are_ignored() {
        let (_, der) = made("usurpateur");
        let forged =
            headers(&[(ADDRESS_HEADER, "10.1.1.1"), (CERTIFICATE_HEADER, &BASE64.encode(&der))]);
        for stranger in ["192.0.2.1", "::1", "9.255.255.255", "fc00::1"] {
            let peer = peer(stranger);
            assert!(Arc::ptr_eq(&peer, &proxies().caller(&peer, &forged, &store())), "{stranger}");
            assert!(Arc::ptr_eq(
                &peer,
                &TrustedProxies::default().caller(&peer, &forged, &store())
            ));
        }
    }

    #[test]
    fn the_caller_is_the_right_most_hop_that_is_no_trusted_proxy() {
        assert_eq!(address_of("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(address_of("10.0.0.1", &["1.1.1.1, 198.51.100.7, 10.0.0.9"]), "198.51.100.7");
        assert_eq!(address_of("10.0.0.1", &["1.1.1.1", "198.51.100.7 ,10.0.0.9"]), "198.51.100.7");
        assert_eq!(address_of("fd00::1", &["[2001:db8::7]:5000, ::ffff:10.0.0.9"]), "2001:db8::7");
        assert_eq!(address_of("10.0.0.1", &["198.51.100.7:5000"]), "198.51.100.7");
        assert_eq!(
            address_of("10.0.0.1", &["10.0.0.8, 10.0.0.9"]),
            "10.0.0.8",
            "the caller is within the networks too"
        );
    }

    #[test]
    fn a_caller_that_is_no_address_is_unreadable_and_never_the_proxy_itself() {
        let unreadable = |lines: &[&str]| {
            let lines: Vec<_> = lines.iter().map(|line| (ADDRESS_HEADER, *line)).collect();
            let caller = proxies().caller(&peer("10.0.0.1"), &headers(&lines), &store());
            caller.unreadable_hop.as_deref().map(ToOwned::to_owned)
        };
        for (lines, seen) in [
            (&["unknown"][..], "unknown"),
            (&["198.51.100.7, unknown, 10.0.0.9"], "unknown"),
            (&["198.51.100.7", "_hidden"], "_hidden"),
            (&["198.51.100.7, 198.51.100.256"], "198.51.100.256"),
            (&["198.51.100.7, 10.0.0.1.example"], "10.0.0.1.example"),
            (&["198.51.100.7;10.0.0.9"], "198.51.100.7;10.0.0.9"),
            (&["198.51.100.7, é"], "é"),
        ] {
            assert_eq!(unreadable(lines).as_deref(), Some(seen), "{lines:?}");
        }
        let long = "x".repeat(1000);
        assert_eq!(unreadable(&[&long]).unwrap().len(), SHOWN);
        for lines in [&[][..], &[""], &["unknown, 198.51.100.7"], &["198.51.100.7, ,10.0.0.9"]] {
            assert_eq!(unreadable(lines), None, "{lines:?}");
        }
    }

    #[test]
    fn empty_elements_of_the_list_count_for_nothing() {
        assert_eq!(address_of("10.0.0.1", &["198.51.100.7,"]), "198.51.100.7");
        assert_eq!(address_of("10.0.0.1", &["198.51.100.7, , 10.0.0.9"]), "198.51.100.7");
        assert_eq!(address_of("10.0.0.1", &[""]), "10.0.0.1");
        assert_eq!(address_of("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_certificate_is_read_in_every_form_that_proxies_write() {
        let (pem, der) = made("partenaire");
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let plain = BASE64.encode(&der);
        let forms = [
            plain.clone(),
            encode(&plain),
            plain.trim_end_matches('=').to_owned(),
            pem.replace('\n', " "),
            pem.replace('\n', "\t"),
            pem.replace('\n', ""),
            encode(&pem),
            // Java's URLEncoder.
            encode(&pem).replace("%20", "+"),
            BASE64.encode(&pem),
        ];
        for form in forms {
            assert_eq!(name_of("10.0.0.1", &form), "partenaire", "{form}");
        }
    }

    #[test]
    fn a_chain_keeps_its_order() {
        let (own, issuer) = (made("partenaire"), made("intermediaire"));
        let value = format!("{}{}", own.0, issuer.0).replace('\n', " ");
        assert_eq!(chain(&HeaderValue::from_str(&value).unwrap()), Some(vec![own.1, issuer.1]));
    }

    #[test]
    fn what_is_no_certificate_is_an_unreadable_one_and_never_the_proxys_own() {
        for value in [
            "",
            "%",
            "????",
            "bm9u",
            "-----BEGIN CERTIFICATE-----",
            "-----BEGIN RSA PRIVATE KEY-----AA==-----",
        ] {
            assert_eq!(name_of("10.0.0.1", value), "illisible", "{value:?}");
        }
        let (_, der) = made("partenaire");
        let twice =
            [(CERTIFICATE_HEADER, BASE64.encode(&der)), (CERTIFICATE_HEADER, BASE64.encode(&der))];
        let twice: Vec<_> =
            twice.iter().map(|(name, value)| (name.clone(), value.as_str())).collect();
        let caller = proxies().caller(&peer("10.0.0.1"), &headers(&twice), &store());
        assert_eq!(caller.certificate.as_ref().unwrap().common_name(), None);
    }

    #[test]
    fn a_proxy_that_hands_over_no_certificate_leaves_its_own() {
        let peer = peer("10.0.0.1");
        let caller =
            proxies().caller(&peer, &headers(&[(ADDRESS_HEADER, "198.51.100.7")]), &store());
        assert_eq!(caller.certificate.as_ref().unwrap().common_name(), Some("mandataire"));
    }

    proptest! {
        #[test]
        fn no_value_of_either_header_panics(value in proptest::collection::vec(0x20u8..=0xff, 0..200)) {
            let value = HeaderValue::from_bytes(&value.into_iter().filter(|byte| *byte != 0x7f).collect::<Vec<_>>()).unwrap();
            let mut headers = HeaderMap::new();
            headers.insert(ADDRESS_HEADER, value.clone());
            headers.insert(CERTIFICATE_HEADER, value);
            let peer = peer("10.0.0.1");
            let caller = proxies().caller(&peer, &headers, &store());
            prop_assert!(caller.certificate.is_some());
        }
    }
}
