//! The accept loop.

use std::{error::Error as StdError, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use tower::Service;

use super::{
    Endpoint,
    connection::{self, Phase},
    crowd::Crowd,
    event::{ConnectionEvent, ConnectionFault, OnEvent},
    handshake::shake,
    limits::Limits,
    proxy,
    service::Dropped,
};
use crate::{
    clock::Clock,
    peer::{TrustedProxies, canonical},
};

/// A bound socket that does not accept yet.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    proxies: TrustedProxies,
}

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {cause}{}", hint(cause))]
pub struct BindError {
    /// The address asked for.
    pub address: SocketAddr,
    /// What the system says.
    pub cause: io::Error,
}

/// How a stop went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Connections that had to be closed because their time was over.
    pub cut: u32,
}

impl Listener {
    /// Binds an address; port 0 means any free port.
    ///
    /// # Errors
    /// The port is in use, or the address is not this machine's, or the right is lacking.
    pub fn bind(address: SocketAddr) -> Result<Self, BindError> {
        let bound = || {
            let socket =
                if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            socket.set_reuseaddr(cfg!(unix))?; // a restart takes the port back at once
            socket.bind(address)?;
            let socket = socket.listen(BACKLOG)?;
            Ok(Self { address: socket.local_addr()?, socket, proxies: TrustedProxies::default() })
        };
        bound().map_err(|cause| BindError { address, cause })
    }

    /// The address with its real port.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Connections of these proxies begin with a PROXY header, which says whom they come from.
    pub fn behind(self, proxies: TrustedProxies) -> Self {
        Self { proxies, ..self }
    }

    /// Serves until `shutdown` is over, then finishes the answers in flight within [`Limits::stop`].
    ///
    /// Each request carries an `Arc<Peer>` in its extensions. The service is cloned for each request; when it ends with
    /// [`Dropped`], the connection is closed without an answer.
    pub async fn serve<S, B>(
        self,
        endpoint: Arc<Endpoint>,
        limits: Limits,
        service: S,
        on_event: OnEvent,
        shutdown: impl Future<Output = ()>,
    ) -> Stopped
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Error: Into<Dropped>,
        S::Future: Send + 'static,
        B: Body + Send + Unpin + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let limits = Arc::new(limits);
        let places = Arc::new(Semaphore::new(limits.connections as usize));
        let handshakes = Arc::new(Semaphore::new(limits.handshakes as usize));
        let crowd = Crowd::new(limits.requests);
        let (stop, phase) = watch::channel(Phase::Serving);
        let mut shutdown = pin!(shutdown);
        loop {
            let next = async {
                let place = Arc::clone(&places).acquire_owned().await.expect("never closed");
                (place, self.accept().await)
            };
            let (place, (stream, address)) = tokio::select! {
                () = &mut shutdown => break,
                next = next => next,
            };
            let (endpoint, limits, service) =
                (Arc::clone(&endpoint), Arc::clone(&limits), service.clone());
            let (handshakes, mut phase, on_event) =
                (Arc::clone(&handshakes), phase.clone(), Arc::clone(&on_event));
            let crowd = crowd.clone();
            let wrapped = self.proxies.trusts(canonical(address).ip());
            tokio::spawn(async move {
                let (_place, mut stream, mut address) = (place, stream, address);
                let accepted = Clock::instant();
                if wrapped {
                    let source = tokio::select! {
                        source = proxy::unwrap(&mut stream, address, limits.handshake) => source,
                        _ = phase.wait_for(|phase| *phase != Phase::Serving) => return,
                    };
                    match source {
                        Ok(source) => address = source,
                        Err(Some(fault)) => {
                            let fault = ConnectionFault::ProxyHeader(fault);
                            return on_event(ConnectionEvent {
                                address: canonical(address),
                                accepted,
                                fault,
                            });
                        }
                        Err(None) => return,
                    }
                }
                let tell = move |fault| {
                    on_event(ConnectionEvent { address: canonical(address), accepted, fault })
                };
                let established = tokio::select! {
                    established = shake(stream, address, &endpoint, &limits, &handshakes, &tell) => established,
                    // Nothing was asked yet: a stop does not wait for it.
                    _ = phase.wait_for(|phase| *phase != Phase::Serving) => return,
                };
                if let Some((stream, mut peer)) = established {
                    let present = endpoint.traffic().enter(peer.tls.resumed);
                    peer.connection = present.number;
                    connection::serve(
                        stream,
                        Arc::new(peer),
                        service,
                        (&limits, crowd),
                        phase,
                        tell,
                    )
                    .await;
                }
            });
        }
        drop(self.socket);
        drain(&stop, &places, &limits).await
    }

    /// The next connection. A failure to accept is the client's (gone already) or the system's (no descriptor left): the
    /// latter lasts, so we wait for connections to end instead of asking again at once.
    async fn accept(&self) -> (TcpStream, SocketAddr) {
        let mut warned = false;
        loop {
            match self.socket.accept().await {
                Ok((stream, address)) => {
                    // Answers are written whole: waiting for more to send only delays them.
                    let _ = stream.set_nodelay(true);
                    return (stream, address);
                }
                Err(fault) if is_clients(&fault) => {}
                Err(fault) => {
                    if !warned {
                        tracing::warn!(address = %self.address, %fault, "cannot accept connections for the moment");
                        warned = true;
                    }
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

/// Connections that wait in the system's queue, as far as the system allows. The library's default is 128: a burst of more
/// clients would lose some SYNs, and each of these a second.
const BACKLOG: u32 = 4096;

/// How long no connection is accepted when the system has no means for one.
const ACCEPT_PAUSE: Duration = Duration::from_millis(250);

async fn drain(stop: &watch::Sender<Phase>, places: &Semaphore, limits: &Limits) -> Stopped {
    let all = || places.acquire_many(limits.connections);
    stop.send_replace(Phase::Draining);
    if timeout(limits.stop, all()).await.is_ok() {
        return Stopped { cut: 0 };
    }
    let free = u32::try_from(places.available_permits()).unwrap_or(limits.connections);
    let cut = limits.connections.saturating_sub(free);
    stop.send_replace(Phase::Closing);
    let _ = timeout(limits.linger, all()).await;
    Stopped { cut }
}

fn is_clients(fault: &io::Error) -> bool {
    matches!(
        fault.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

fn hint(cause: &io::Error) -> &'static str {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the system's words say enough in the other cases"
    )]
    match cause.kind() {
        io::ErrorKind::AddrInUse => " (another program listens there; port 0 takes any free port)",
        io::ErrorKind::PermissionDenied => " (ports below 1024 need a privilege)",
        io::ErrorKind::AddrNotAvailable => " (no interface of this machine has this address)",
        _ => "",
    }
}
