//! The listeners of both doors: TCP, TLS with client certificates, HTTP/1.1 and HTTP/2, and the limits that keep a shared
//! host well.
//!
//! The listener knows nothing of the gateway: it gives each request to one service, with the [`Peer`](crate::peer::Peer) in its
//! extensions, and tells of connections that never became a request ([`ConnectionEvent`]).
//!
//! # Design
//! `axum::serve` awaits each accept and has none of the limits, so the loop is ours. HTTP/1.1 or HTTP/2 is what ALPN
//! negotiated, without sniffing. In `http` mode any client certificate may come in, or none, and control 1 judges it at
//! every request; the signature of the handshake is verified in both modes, so that nobody claims a certificate whose key
//! they do not hold. Sessions are resumed in `http` mode only: a resumed session skips the client's certificate message and
//! keeps the certificate of the session it resumes, which is judged like any other.

use std::{fmt, sync::Arc};

use arc_swap::ArcSwap;
use rustls::{
    DistinguishedName, ServerConfig,
    crypto::aws_lc_rs,
    server::NoServerSessionStorage,
    version::{TLS12, TLS13},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

pub use self::{
    descriptors::{shares, threads},
    drain::{Drain, Lent},
    event::{ConnectionEvent, ConnectionFault, HandshakeCause, OnEvent},
    limits::Limits,
    listener::{BindError, Listener, Stopped, Transport},
    proxy::ProxyFault,
    reload::{CertificateFolder, ReloadError, Stamps},
    service::Dropped,
    traffic::Traffic,
    workers::Workers,
};
use self::{sessions::Sessions, verifier::Verifier};
use crate::{
    clock::Clock,
    peer::TrustStore,
    pki::{Material, TokenKeys},
};

mod activity;
mod connection;
mod descriptors;
mod drain;
mod event;
mod frames;
mod handshake;
mod length;
mod limits;
mod listener;
mod places;
mod proxy;
mod reload;
mod service;
mod sessions;
mod target;
#[cfg(test)]
mod tests;
mod traffic;
mod turn;
mod verifier;
mod wire;
mod workers;

/// Where a client certificate that is not good is refused: `gateway.client_certificate`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAuth {
    /// The handshake accepts any certificate or none; control 1 answers in HTTP.
    #[default]
    Http,
    /// The handshake refuses, by a TLS alert.
    Handshake,
}

/// What a listener speaks, and whom it lets in by the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Where a bad client certificate is refused.
    pub client_auth: ClientAuth,
    /// Whether ALPN offers HTTP/2 beside HTTP/1.1; a client that offers no ALPN speaks HTTP/1.1.
    pub http2: bool,
}

/// What the server shows: its certificate chain and the key of the first.
pub struct Identity {
    /// The server's certificate, then those that link it to its authority.
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
}

/// The TLS side of a listener: an identity that can be replaced while connections are open, and whom it trusts.
pub struct Endpoint {
    config: ArcSwap<ServerConfig>,
    trust: Arc<TrustStore>,
    offer: Offer,
    clock: Clock,
    traffic: Arc<Traffic>,
}

/// Why an identity cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("the server certificate and its key cannot be used: {0}")]
pub struct TlsError(#[from] rustls::Error);

impl Endpoint {
    /// An endpoint that shows `identity` and asks for client certificates of the authorities in `trust`.
    ///
    /// # Errors
    /// The key is not the certificate's, or of a kind that TLS cannot use.
    pub fn new(
        identity: Identity,
        trust: Arc<TrustStore>,
        offer: Offer,
        clock: Clock,
    ) -> Result<Self, TlsError> {
        let config = config(identity, &trust, trust.subjects(), offer, &clock)?;
        Ok(Self {
            config: ArcSwap::from_pointee(config),
            trust,
            offer,
            clock,
            traffic: Arc::default(),
        })
    }

    /// Shows another identity from the next connection on. Open connections go on; sessions of before are not resumed.
    ///
    /// # Errors
    /// As for [`Endpoint::new`]; the endpoint is then unchanged.
    pub fn replace(&self, identity: Identity) -> Result<(), TlsError> {
        self.config.store(Arc::new(self.config_for(identity, self.trust.subjects())?));
        Ok(())
    }

    /// Shows another identity and trusts other authorities: all of it, or nothing when something cannot be used. The token
    /// keys are for somebody else.
    fn replace_all(&self, material: Material) -> Result<TokenKeys, ReloadError> {
        let Material { authorities, revoked, server, server_key, token_keys } = material;
        let subjects = TrustStore::new(&authorities, &revoked)?.subjects();
        let config = self.config_for(Identity { chain: server, key: server_key }, subjects)?;
        self.trust.replace(&authorities, &revoked)?;
        self.config.store(Arc::new(config));
        Ok(token_keys)
    }

    fn config_for(
        &self,
        identity: Identity,
        subjects: Vec<DistinguishedName>,
    ) -> Result<ServerConfig, TlsError> {
        config(identity, &self.trust, subjects, self.offer, &self.clock)
    }

    /// The connections that came to this endpoint.
    pub fn traffic(&self) -> &Arc<Traffic> {
        &self.traffic
    }

    /// The product's time.
    pub(super) fn now(&self) -> jiff::Timestamp {
        self.clock.now()
    }

    /// Whom this endpoint trusts.
    pub fn trust(&self) -> &Arc<TrustStore> {
        &self.trust
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("offer", &self.offer).finish_non_exhaustive()
    }
}

/// Bytes of the sessions kept for resumption; a TLS 1.3 handshake makes two, each of about a kilobyte.
const SESSIONS: usize = 4 << 20;

fn config(
    identity: Identity,
    trust: &Arc<TrustStore>,
    subjects: Vec<DistinguishedName>,
    offer: Offer,
    clock: &Clock,
) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier::new(
        Arc::clone(trust),
        subjects,
        offer.client_auth,
        provider.signature_verification_algorithms,
    );
    let mut config = ServerConfig::builder_with_details(provider, Arc::new(clock.clone()))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(identity.chain, identity.key)?;
    // All suites are sound; ours is the order that scanners want to see fixed.
    config.ignore_client_order = true;
    config.alpn_protocols = match offer.http2 {
        true => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        false => vec![b"http/1.1".to_vec()],
    };
    match offer.client_auth {
        ClientAuth::Http => config.session_storage = Sessions::new(SESSIONS),
        ClientAuth::Handshake => {
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
            config.max_tls13_tickets = 0;
        }
    }
    Ok(config)
}
