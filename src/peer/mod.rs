//! What a connection says of its caller: an address, a certificate, the facts of its TLS session.
//!
//! The listener makes one [`Peer`] per connection and puts it into every request. A certificate is only *described*
//! here ([`ClientCertificate`]); whether it is good is the [`TrustStore`]'s answer, given anew at each request because
//! sessions outlive certificates: the product's clock moves, and lists of revoked certificates are reloaded.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use ipnet::IpNet;

pub use self::{
    certificate::{ClientCertificate, Fingerprint},
    fault::{CertificateFault, TrustError},
    party::{Party, fair},
    proxy::{ADDRESS_HEADER, CERTIFICATE_HEADER, TrustedProxies},
    trust::TrustStore,
};

mod certificate;
mod crl;
mod facts;
mod fault;
#[cfg(test)]
pub(crate) mod made;
mod name;
mod party;
mod path;
#[cfg(test)]
mod paths;
mod proxy;
mod signature;
mod standing;
#[cfg(test)]
mod tests;
mod trust;

/// Who is at the other end of a connection, as far as the connection tells.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The caller's address; an IPv4 address mapped into IPv6 is shown as IPv4.
    pub address: SocketAddr,
    /// What a trusted proxy wrote in the place of its caller's address; `address` is then the proxy's own.
    pub unreadable_hop: Option<Arc<str>>,
    /// The trusted proxy that named `address` before the handshake (PROXY protocol), if one did.
    pub via: Option<IpAddr>,
    /// The certificate presented, if any; the caller holds its key, which the handshake proved. A resumed session keeps
    /// the certificate of the session it resumes.
    pub certificate: Option<Arc<ClientCertificate>>,
    /// The facts of the TLS session.
    pub tls: TlsFacts,
    /// How many connections had come past their handshake before this one.
    pub connection: u64,
}

/// The facts of a TLS session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsFacts {
    /// The version negotiated.
    pub version: TlsVersion,
    /// The protocol negotiated by ALPN; a client that offers none speaks HTTP/1.1.
    pub alpn: Option<Protocol>,
    /// Whether an earlier session was resumed instead of a full handshake.
    pub resumed: bool,
}

/// A version of TLS; the older ones are not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVersion {
    /// TLS 1.2.
    V1_2,
    /// TLS 1.3.
    V1_3,
}

/// An application protocol that ALPN can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
}

impl Peer {
    /// A peer at `address`, which is normalised.
    pub fn new(
        address: SocketAddr,
        certificate: Option<Arc<ClientCertificate>>,
        tls: TlsFacts,
    ) -> Self {
        let address = canonical(address);
        Self { address, unreadable_hop: None, via: None, certificate, tls, connection: 0 }
    }
}

/// Whether the address is in one of the networks. IPv4 written as IPv4-mapped IPv6 is IPv4, on either side.
pub fn within(networks: &[IpNet], address: IpAddr) -> bool {
    let bare = address.to_canonical();
    let mapped = match bare {
        IpAddr::V4(v4) => Some(IpAddr::V6(v4.to_ipv6_mapped())),
        IpAddr::V6(_) => None,
    };
    networks.iter().any(|network| {
        network.contains(&bare) || mapped.is_some_and(|mapped| spells(network, mapped))
    })
}

/// A network such as `::ffff:192.0.2.0/120` means IPv4; one that merely covers all of IPv6 (`::/0`) does not.
fn spells(network: &IpNet, mapped: IpAddr) -> bool {
    network.prefix_len() >= 96 && network.contains(&mapped)
}

/// The address with an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) shown as the IPv4 address it is.
pub fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

impl TlsVersion {
    /// `TLSv1.3`, `TLSv1.2`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_2 => "TLSv1.2",
            Self::V1_3 => "TLSv1.3",
        }
    }
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http1 => "http/1.1",
            Self::Http2 => "h2",
        })
    }
}
