//! From an accepted connection to an established session, or the reason why there is none.

use std::{cell::RefCell, io, net::SocketAddr, pin::pin, time::Duration};

use rustls::{
    AlertDescription, Error, HandshakeKind, InvalidMessage, PeerIncompatible, ProtocolVersion,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Semaphore,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{
    Endpoint,
    event::{ConnectionFault, HandshakeCause},
    limits::Limits,
    verifier::REFUSED,
    wire::Wire,
};
use crate::peer::{Peer, Protocol, TlsFacts, TlsVersion};

/// The handshake, within its limits; nothing when there is no session. `on_fault` is told why, unless the client left without a word,
/// and hears it before the farewell: who was refused may ask at once what is known of it.
pub(super) async fn shake(
    stream: Wire,
    address: SocketAddr,
    endpoint: &Endpoint,
    limits: &Limits,
    places: &Semaphore,
    on_fault: impl Fn(ConnectionFault),
) -> Option<(TlsStream<Wire>, Peer)> {
    let attempt = attempt(stream, endpoint, (places, limits.place));
    let refused = match timeout(limits.handshake, attempt).await {
        Ok(Ok(stream)) => {
            let peer = peer(&stream, address, endpoint);
            return Some((stream, peer));
        }
        Ok(Err(refused)) => refused,
        Err(_) => {
            on_fault(ConnectionFault::HandshakeTimedOut);
            return None;
        }
    };
    if let Some(fault) = refused.fault {
        on_fault(fault);
    }
    if let Some(stream) = refused.stream {
        say_goodbye(stream, limits.linger).await;
    }
    None
}

/// Closes so that the client can read what was said last: closing with unread data would make the system reset the
/// connection, and the client would see that instead of the alert, or of an answer to a request it has not finished.
pub(super) async fn say_goodbye(mut stream: Wire, limit: Duration) {
    let _ = timeout(limit, async {
        stream.shutdown().await?;
        let mut waste = [0; 4096];
        while stream.read(&mut waste).await? > 0 {}
        io::Result::Ok(())
    })
    .await;
}

struct RefusedHandshake {
    stream: Option<Wire>,
    fault: Option<ConnectionFault>,
}

async fn attempt(
    stream: Wire,
    endpoint: &Endpoint,
    (places, kept): (&Semaphore, Duration),
) -> Result<TlsStream<Wire>, RefusedHandshake> {
    // A client that sends nothing does not take a place, and one that leaves without a word is no event: health checks of
    // orchestrators do that.
    if !stream.is_spoken_to().await {
        return Err(RefusedHandshake { stream: None, fault: None });
    }
    let place = places.acquire().await;
    let accept = TlsAcceptor::from(endpoint.config.load_full()).accept(stream).into_fallible();
    let accept = async {
        let mut accept = pin!(accept);
        match timeout(kept, accept.as_mut()).await {
            Ok(done) => done,
            Err(_) => {
                drop(place);
                accept.await
            }
        }
    };
    REFUSED
        .scope(RefCell::new(None), async {
            accept.await.map_err(|(fault, stream)| {
                let refused = REFUSED.with(RefCell::take);
                let fault = match refused {
                    Some(refused) => ConnectionFault::CertificateRefused {
                        certificate: refused.certificate,
                        fault: refused.fault,
                    },
                    None => fault_of(&fault),
                };
                RefusedHandshake { stream: Some(stream), fault: Some(fault) }
            })
        })
        .await
}

fn fault_of(fault: &io::Error) -> ConnectionFault {
    match fault.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidMessage(InvalidMessage::InvalidContentType)) => ConnectionFault::NotTls,
        Some(Error::NoCertificatesPresented) => ConnectionFault::NoCertificate,
        Some(inner) => {
            ConnectionFault::HandshakeFailed { cause: cause_of(inner), reason: inner.to_string() }
        }
        None => ConnectionFault::HandshakeFailed {
            cause: HandshakeCause::Other,
            reason: fault.to_string(),
        },
    }
}

fn cause_of(fault: &Error) -> HandshakeCause {
    use AlertDescription as Alert;
    use PeerIncompatible as Lacks;
    let is_certificate = matches!(
        fault,
        Error::AlertReceived(
            Alert::UnknownCA
                | Alert::BadCertificate
                | Alert::CertificateUnknown
                | Alert::CertificateExpired
                | Alert::UnsupportedCertificate
        )
    );
    let is_version = matches!(
        fault,
        Error::PeerIncompatible(
            Lacks::Tls12NotOffered
                | Lacks::Tls12NotOfferedOrEnabled
                | Lacks::SignatureAlgorithmsExtensionRequired
                | Lacks::SupportedVersionsExtensionRequired
        )
    );
    let is_ciphers = matches!(
        fault,
        Error::PeerIncompatible(
            Lacks::NoCipherSuitesInCommon
                | Lacks::NoKxGroupsInCommon
                | Lacks::NoSignatureSchemesInCommon
                | Lacks::NoEcPointFormatsInCommon
                | Lacks::NamedGroupsExtensionRequired
                | Lacks::KeyShareExtensionRequired
        )
    );
    match (is_certificate, is_version, is_ciphers) {
        (true, ..) => HandshakeCause::ServerCertificate,
        (_, true, _) => HandshakeCause::Version,
        (.., true) => HandshakeCause::Ciphers,
        (false, false, false) => HandshakeCause::Other,
    }
}

fn peer(stream: &TlsStream<Wire>, address: SocketAddr, endpoint: &Endpoint) -> Peer {
    let (_, session) = stream.get_ref();
    let certificate = session.peer_certificates().map(|chain| endpoint.trust.describe(chain));
    let version = match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_2) => TlsVersion::V1_2,
        Some(_) | None => TlsVersion::V1_3,
    };
    let alpn = match session.alpn_protocol() {
        Some(b"h2") => Some(Protocol::Http2),
        Some(_) => Some(Protocol::Http1),
        None => None,
    };
    let resumed = session.handshake_kind() == Some(HandshakeKind::Resumed);
    Peer::new(address, certificate, TlsFacts { version, alpn, resumed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_can_mend_of_a_handshake_is_known() {
        for (fault, cause) in [
            (Error::AlertReceived(AlertDescription::UnknownCA), HandshakeCause::ServerCertificate),
            (Error::AlertReceived(AlertDescription::InternalError), HandshakeCause::Other),
            (
                Error::PeerIncompatible(PeerIncompatible::SignatureAlgorithmsExtensionRequired),
                HandshakeCause::Version,
            ),
            (
                Error::PeerIncompatible(PeerIncompatible::NoKxGroupsInCommon),
                HandshakeCause::Ciphers,
            ),
        ] {
            assert_eq!(cause_of(&fault), cause, "{fault}");
        }
    }
}
