//! The header that a load balancer puts before a connection it passes on without ending TLS: PROXY protocol, version 2.
//!
//! Source: HAProxy's "The PROXY protocol", section 2.2. Read from `gateway.trusted_proxies` only, and asked of them: whoever
//! else connects begins with TLS, and a header of theirs is taken for what it is, bytes that are no TLS. Version 1, a line of
//! text, is not read. What follows the addresses (TLVs) is checked for its lengths and otherwise ignored, the checksum
//! among it, as the document allows.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{io::AsyncReadExt, net::TcpStream, time::timeout};

/// What is wrong with a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFault {
    /// The first bytes are no header at all.
    #[error("no header")]
    Absent,
    /// It is one of version 1.
    #[error("a header of version 1")]
    OldVersion,
    /// It is of a version or a command that does not exist.
    #[error("an unknown version or command (0x{0:02x})")]
    Unknown(u8),
    /// It speaks for something else than a TCP connection.
    #[error("another protocol than TCP (0x{0:02x})")]
    NotTcp(u8),
    /// It is longer than any header is.
    #[error("{0} bytes after the head")]
    TooLong(u16),
    /// Its parts are longer than itself.
    #[error("shorter than what it announces")]
    TooShort,
    /// It did not arrive whole, or in time.
    #[error("incomplete")]
    Incomplete,
}

/// Reads the header; the address that the connection comes from. `Err(None)`: nobody said a word, as probes do.
pub(super) async fn unwrap(
    stream: &mut TcpStream,
    own: SocketAddr,
    patience: Duration,
) -> Result<SocketAddr, Option<ProxyFault>> {
    match timeout(patience, read(stream)).await {
        Ok(Ok(Ok(source))) => Ok(source.unwrap_or(own)),
        Ok(Ok(Err(fault))) => Err(Some(fault)),
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotConnected => Err(None),
        Ok(Err(_)) | Err(_) => Err(Some(ProxyFault::Incomplete)),
    }
}

/// Not a byte more than the header: the rest is TLS.
async fn read(stream: &mut TcpStream) -> io::Result<Result<Option<SocketAddr>, ProxyFault>> {
    let mut head = [0; HEAD];
    // A probe that connects and leaves is no event.
    if !matches!(stream.peek(&mut [0]).await, Ok(1..)) {
        return Err(io::ErrorKind::NotConnected.into());
    }
    // Byte by byte is not needed: whoever sends a header sends more than its head.
    let mut read = 0;
    while read < HEAD {
        match stream.read(&mut head[read..]).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            more => read += more,
        }
        if let Err(fault) = begins(&head[..read]) {
            return Ok(Err(fault));
        }
    }
    let head = match Head::parse(head) {
        Ok(head) => head,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut rest = vec![0; usize::from(head.length)];
    stream.read_exact(&mut rest).await?;
    Ok(head.source(&rest))
}

/// Whether these first bytes may be those of a header.
fn begins(bytes: &[u8]) -> Result<(), ProxyFault> {
    let same = |wanted: &[u8]| bytes.iter().zip(wanted).all(|(seen, wanted)| seen == wanted);
    match bytes {
        _ if same(SIGNATURE) => Ok(()),
        [b'P', b'R', ..] | [b'P'] if same(b"PROXY ") => Err(ProxyFault::OldVersion),
        _ => Err(ProxyFault::Absent),
    }
}

/// The part of a header that says how long it is.
#[derive(Clone, Copy, Debug)]
struct Head {
    /// The proxy speaks for itself.
    local: bool,
    family: u8,
    length: u16,
}

impl Head {
    fn parse(bytes: [u8; HEAD]) -> Result<Self, ProxyFault> {
        begins(&bytes)?;
        let [.., command, family, high, low] = bytes;
        let local = match command {
            0x20 => true,
            0x21 => false,
            other => return Err(ProxyFault::Unknown(other)),
        };
        let length = u16::from_be_bytes([high, low]);
        if length > LONGEST {
            return Err(ProxyFault::TooLong(length));
        }
        Ok(Self { local, family, length })
    }

    /// Whom the proxy speaks for; nobody else than itself when it says so, or does not say whom.
    fn source(self, rest: &[u8]) -> Result<Option<SocketAddr>, ProxyFault> {
        if self.local {
            return Ok(None); // whatever follows is to be ignored
        }
        let (source, addresses) = match self.family {
            0x00 => (None, 0),
            0x11 => {
                let addresses: [u8; 12] = first(rest)?;
                let [a, b, c, d, .., high, low, _, _] = addresses;
                (Some((IpAddr::from(Ipv4Addr::new(a, b, c, d)), [high, low])), addresses.len())
            }
            0x21 => {
                let addresses: [u8; 36] = first(rest)?;
                let ip: [u8; 16] = first(rest)?;
                (
                    Some((IpAddr::from(Ipv6Addr::from(ip)), [addresses[32], addresses[33]])),
                    addresses.len(),
                )
            }
            0x31 => (None, first::<216>(rest)?.len()), // a path on the proxy's machine
            other => return Err(ProxyFault::NotTcp(other)),
        };
        well_formed(rest.get(addresses..).unwrap_or_default())?;
        Ok(source.map(|(ip, port)| SocketAddr::new(ip, u16::from_be_bytes(port))))
    }
}

fn first<const N: usize>(bytes: &[u8]) -> Result<[u8; N], ProxyFault> {
    bytes.first_chunk().copied().ok_or(ProxyFault::TooShort)
}

/// Type, length, value: to the end, exactly.
fn well_formed(mut rest: &[u8]) -> Result<(), ProxyFault> {
    while !rest.is_empty() {
        let [_, high, low] = first(rest)?;
        rest = rest
            .get(3 + usize::from(u16::from_be_bytes([high, low]))..)
            .ok_or(ProxyFault::TooShort)?;
    }
    Ok(())
}

const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";

/// Signature, version and command, family, length.
const HEAD: usize = 16;

/// More than any proxy sends: certificates and names of the client are TLVs.
const LONGEST: u16 = 4096;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(bytes: &[u8]) -> Result<Option<SocketAddr>, ProxyFault> {
        let head = Head::parse(first(bytes)?)?;
        let rest = bytes.get(HEAD..HEAD + usize::from(head.length)).ok_or(ProxyFault::TooShort)?;
        head.source(rest)
    }

    fn header(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [SIGNATURE.as_slice(), &[command, family], &length, rest].concat()
    }

    fn spoken(source: SocketAddr, more: &[u8]) -> Vec<u8> {
        let port = source.port().to_be_bytes();
        match source.ip() {
            IpAddr::V4(ip) => header(
                0x21,
                0x11,
                &[&ip.octets()[..], &[127, 0, 0, 1], &port, &[1, 187], more].concat(),
            ),
            IpAddr::V6(ip) => {
                header(0x21, 0x21, &[&ip.octets()[..], &[0; 16], &port, &[1, 187], more].concat())
            }
        }
    }

    #[test]
    fn whom_a_proxy_speaks_for_is_read_and_what_it_says_more_is_not() {
        for source in ["192.0.2.7:50000", "[2001:db8::7]:1"] {
            let source: SocketAddr = source.parse().unwrap();
            assert_eq!(parse(&spoken(source, &[])), Ok(Some(source)));
            assert_eq!(
                parse(&spoken(source, &[0x03, 0, 4, 1, 2, 3, 4, 0x20, 0, 0])),
                Ok(Some(source))
            );
            assert_eq!(
                parse(&spoken(source, &[0x03, 0, 5, 1, 2, 3, 4])),
                Err(ProxyFault::TooShort)
            );
        }
        assert_eq!(parse(&header(0x20, 0, &[])), Ok(None), "a probe of the proxy's own");
        assert_eq!(parse(&header(0x20, 0x77, &[1, 2, 3])), Ok(None), "LOCAL: the rest is ignored");
        assert_eq!(parse(&header(0x21, 0, &[])), Ok(None));
    }

    #[test]
    fn what_is_no_header_of_version_2_for_tcp_is_refused_by_its_name() {
        let mut of_version_1 = *b"PROXY TCP4 192.0";
        assert_eq!(parse(&of_version_1), Err(ProxyFault::OldVersion));
        of_version_1[5] = b'!';
        assert_eq!(parse(&of_version_1), Err(ProxyFault::Absent));
        assert_eq!(
            parse(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03AAAAA"),
            Err(ProxyFault::Absent),
            "TLS"
        );
        for (command, family, length, fault) in [
            (0x11, 0x11, 12, ProxyFault::Unknown(0x11)),
            (0x22, 0x11, 12, ProxyFault::Unknown(0x22)),
            (0x31, 0x11, 12, ProxyFault::Unknown(0x31)),
            (0x21, 0x12, 12, ProxyFault::NotTcp(0x12)),
            (0x21, 0x41, 12, ProxyFault::NotTcp(0x41)),
            (0x21, 0x11, 11, ProxyFault::TooShort),
            (0x21, 0x21, 35, ProxyFault::TooShort),
            (0x21, 0x31, 215, ProxyFault::TooShort),
            (0x21, 0x11, 4097, ProxyFault::TooLong(4097)),
        ] {
            assert_eq!(parse(&header(command, family, &vec![0; length])), Err(fault));
        }
    }

    proptest! {
        #[test]
        fn every_address_comes_out_as_it_went_in(ip: IpAddr, port: u16, values in prop::collection::vec(any::<u8>(), 0..50)) {
            let length = u16::try_from(values.len()).unwrap().to_be_bytes();
            let source = SocketAddr::new(ip, port);
            let more = [&[0xee], &length[..], &values].concat();
            prop_assert_eq!(parse(&spoken(source, &more)), Ok(Some(source)));
        }

        #[test]
        fn no_bytes_panic_and_none_are_taken_for_more_than_they_are(
            head in prop_oneof![Just(SIGNATURE.to_vec()), prop::collection::vec(any::<u8>(), 0..13)],
            command in prop_oneof![Just(0x21), Just(0x20), any::<u8>()],
            family in prop_oneof![Just(0x11), Just(0x21), any::<u8>()],
            length: u16,
            rest in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let bytes = [head.as_slice(), &[command, family], &length.to_be_bytes(), &rest].concat();
            if let Ok(Some(_)) = parse(&bytes) {
                prop_assert!(bytes.starts_with(SIGNATURE) && command == 0x21 && usize::from(length) <= rest.len());
            }
        }

        #[test]
        fn a_header_cut_anywhere_is_none(ip: IpAddr, port: u16, keep in 0.0f64..1.0) {
            let whole = spoken(SocketAddr::new(ip, port), &[]);
            let cut = &whole[..(whole.len() as f64 * keep) as usize];
            prop_assert!(parse(cut).is_err());
        }
    }
}
