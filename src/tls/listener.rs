//! The accept loop of both doors: the gateway's, with TLS, and the console's, without.

use std::{
    error::Error as StdError,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use http::{Request, Response};
use http_body::Body;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use tower::Service;

use super::{
    Endpoint,
    connection::{self, Circumstances, Phase},
    drain::Lent,
    event::{ConnectionEvent, ConnectionFault, OnEvent},
    handshake::shake,
    limits::Limits,
    places::{ConnectionPlace, Places},
    proxy,
    service::Dropped,
    wire::Wire,
    workers::Workers,
};
use crate::{
    clock::Clock,
    peer::{Party, TrustedProxies, canonical},
};

/// A bound socket that does not accept yet.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    proxies: TrustedProxies,
    wrapped: bool,
    workers: Option<Workers>,
}

/// What a door speaks.
#[derive(Clone)]
pub enum Transport {
    /// HTTP behind TLS, with client certificates; each request has its peer as `Arc<Peer>` in its extensions.
    Tls(Arc<Endpoint>),
    /// HTTP/1.1 as it is.
    Plain,
}

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {cause}{}", hint(cause))]
pub struct BindError {
    pub address: SocketAddr,
    /// What the system says.
    pub cause: io::Error,
}

/// How a stop went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Connections that had to be closed because their time was over.
    pub cut: usize,
}

/// What every connection of a door has in common.
#[derive(Clone)]
struct Common<S> {
    transport: Transport,
    limits: Arc<Limits>,
    service: S,
    on_event: OnEvent,
    handshakes: Arc<Semaphore>,
    phase: watch::Receiver<Phase>,
    proxies: TrustedProxies,
    wrapped: bool,
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
            let address = socket.local_addr()?;
            let proxies = TrustedProxies::default();
            Ok(Self { address, socket, proxies, wrapped: false, workers: None })
        };
        bound().map_err(|cause| BindError { address, cause })
    }

    /// The address with its real port.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// These proxies are no strangers; where `wrapped`, their connections begin with a PROXY header, which says whom they
    /// come from.
    pub fn behind(self, proxies: TrustedProxies, wrapped: bool) -> Self {
        Self { proxies, wrapped, ..self }
    }

    /// Connections are served on these threads; without them, on the runtime that accepts.
    pub fn on(self, workers: Option<Workers>) -> Self {
        Self { workers, ..self }
    }

    /// The threads of its own that serve connections.
    pub fn workers(&self) -> usize {
        self.workers.as_ref().map_or(0, Workers::count)
    }

    /// Serves until `shutdown` is over, then finishes the answers in flight within [`Limits::stop`].
    ///
    /// The service is cloned for each request; when it ends with [`Dropped`], the connection is closed without an answer.
    pub async fn serve<S, B>(
        self,
        transport: Transport,
        limits: Limits,
        service: S,
        on_event: OnEvent,
        shutdown: impl Future<Output = ()>,
    ) -> Stopped
    where
        S: Service<Request<Lent>, Response = Response<B>> + Clone + Send + 'static,
        S::Error: Into<Dropped>,
        S::Future: Send + 'static,
        B: Body + Send + Unpin + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let places = Places::new(limits.connections as usize);
        let (stop, phase) = watch::channel(Phase::Serving);
        let common = Common {
            transport,
            handshakes: Arc::new(Semaphore::new(limits.handshakes as usize)),
            limits: Arc::new(limits),
            service,
            on_event,
            phase,
            proxies: self.proxies.clone(),
            wrapped: self.wrapped,
        };
        let mut shutdown = pin!(shutdown);
        loop {
            let next = async {
                let (stream, address) = self.accept().await;
                let place = places.enter(address.ip()).await;
                (place, stream, address)
            };
            let (place, stream, address) = tokio::select! {
                () = &mut shutdown => break,
                next = next => next,
            };
            let common = common.clone();
            match &self.workers {
                Some(workers) => {
                    workers.serve(stream, move |stream| common.placed(stream, address, place));
                }
                None => drop(tokio::spawn(common.placed(stream, address, place))),
            }
        }
        drop(self.socket);
        drain(&stop, &places, &common.limits).await
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

impl<S, B> Common<S>
where
    S: Service<Request<Lent>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<Dropped>,
    S::Future: Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    /// A connection for as long as its place is not another's.
    async fn placed(self, stream: TcpStream, address: SocketAddr, place: ConnectionPlace) {
        let accepted = Clock::instant();
        let (displaced, on_event) = (place.displaced(), Arc::clone(&self.on_event));
        tokio::select! {
            () = self.connection(stream, address, accepted, place) => {}
            () = displaced => on_event(ConnectionEvent {
                address: canonical(address),
                accepted,
                fault: ConnectionFault::Displaced,
            }),
        }
    }

    /// A connection from its first byte to its last.
    async fn connection(
        self,
        mut stream: TcpStream,
        mut address: SocketAddr,
        accepted: std::time::Instant,
        place: ConnectionPlace,
    ) {
        let mut phase = self.phase.clone();
        let on_event = Arc::clone(&self.on_event);
        let report = move |address, fault| {
            on_event(ConnectionEvent { address: canonical(address), accepted, fault });
        };
        let mut via = None;
        if self.wrapped && self.proxies.trusts(canonical(address).ip()) {
            let source = tokio::select! {
                source = proxy::unwrap(&mut stream, address, self.limits.handshake) => source,
                _ = phase.wait_for(|phase| *phase != Phase::Serving) => return,
            };
            match source {
                Ok(source) => {
                    via = (source != address).then(|| canonical(address).ip());
                    address = source;
                }
                Err(Some(fault)) => return report(address, ConnectionFault::ProxyHeader(fault)),
                Err(None) => return,
            }
        }
        let on_fault = move |fault| report(address, fault);
        match &self.transport {
            Transport::Plain => {
                let around =
                    Circumstances { limits: Arc::clone(&self.limits), peer: None, guest: false };
                connection::serve(Wire::new(stream), around, self.service, phase, on_fault).await;
            }
            Transport::Tls(endpoint) => {
                let endpoint = Arc::clone(endpoint);
                self.secured(stream, (address, via), &endpoint, place, on_fault).await;
            }
        }
    }

    async fn secured(
        self,
        stream: TcpStream,
        (address, via): (SocketAddr, Option<IpAddr>),
        endpoint: &Endpoint,
        mut place: ConnectionPlace,
        on_fault: impl Fn(ConnectionFault) + Clone + Send + 'static,
    ) {
        let mut phase = self.phase.clone();
        let wire = Wire::new(stream);
        let established = tokio::select! {
            established = shake(wire, address, endpoint, &self.limits, &self.handshakes, &on_fault) => established,
            // Nothing was asked yet: a stop does not wait for it.
            _ = phase.wait_for(|phase| *phase != Phase::Serving) => return,
        };
        let Some((stream, mut peer)) = established else { return };
        let party = match Party::from_peer(&peer, endpoint.trust(), endpoint.now()) {
            Party::Guest(_) if self.proxies.trusts(peer.address.ip()) => {
                Party::Proxy(peer.address.ip())
            }
            party @ (Party::Holder(_) | Party::Proxy(_) | Party::Guest(_)) => party,
        };
        if !place.become_that_of(party) {
            return on_fault(ConnectionFault::Displaced);
        }
        let present = endpoint.traffic().enter(peer.tls.resumed);
        (peer.connection, peer.via) = (present.number, via);
        let around = Circumstances {
            limits: Arc::clone(&self.limits),
            peer: Some(Arc::new(peer)),
            guest: party.is_guest(),
        };
        connection::serve(stream, around, self.service, phase, on_fault).await;
    }
}

async fn drain(stop: &watch::Sender<Phase>, places: &Places, limits: &Limits) -> Stopped {
    stop.send_replace(Phase::Draining);
    if timeout(limits.stop, places.emptied()).await.is_ok() {
        return Stopped { cut: 0 };
    }
    let cut = places.taken();
    stop.send_replace(Phase::Closing);
    let _ = timeout(limits.linger, places.emptied()).await;
    Stopped { cut }
}

/// Connections that wait in the system's queue, as far as the system allows. The library's default is 128: a burst of more
/// clients would lose some SYNs, and each of these a second.
const BACKLOG: u32 = 4096;

/// How long no connection is accepted when the system has no means for one.
const ACCEPT_PAUSE: Duration = Duration::from_millis(250);

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
