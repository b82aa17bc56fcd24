//! A server with a test PKI, and clients that do as they are told.

use std::{
    fmt::Write as _,
    net::SocketAddr,
    path::Path,
    sync::{Arc, LazyLock},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use jiff::Timestamp;
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    client::Resumption,
    crypto::aws_lc_rs,
    version::{TLS12, TLS13},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Notify, mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tower::service_fn;

use super::super::*;
use crate::{
    clock::Clock,
    peer::{Peer, TrustStore},
    pki::{self, Holder, PkiPlan},
};

pub(super) static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let holder =
        Holder { id: "editeur-demo".to_owned(), organisation: "Éditeur".to_owned(), siret: None };
    let plan = PkiPlan {
        partners: vec![holder.clone()],
        faulty_as: holder,
        server_names: Vec::new(),
        own_pki: false,
        keys: None,
    };
    pki::ensure(dir.path(), &plan, now()).unwrap();
    dir
});

pub(super) fn now() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

/// A running listener whose service answers with what it is told of the caller.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    pub(super) clock: Clock,
    pub(super) endpoint: Arc<Endpoint>,
    /// Lets an answer to `/wait` go.
    pub(super) go: Arc<Notify>,
    /// Told when a request for `/wait` is in the service.
    pub(super) waiting: Arc<Notify>,
    events: mpsc::UnboundedReceiver<ConnectionEvent>,
    stop: Option<oneshot::Sender<()>>,
    run: JoinHandle<Stopped>,
}

impl Server {
    pub(super) async fn http() -> Self {
        Self::start(ClientAuth::Http, Limits::default()).await
    }

    pub(super) async fn start(mode: ClientAuth, limits: Limits) -> Self {
        Self::speaking(Offer { client_auth: mode, http2: true }, limits).await
    }

    /// A door without TLS.
    pub(super) async fn plain(limits: Limits) -> Self {
        let offer = Offer { client_auth: ClientAuth::Http, http2: false };
        Self::at(|_| Transport::Plain, offer, limits).await
    }

    pub(super) async fn speaking(offer: Offer, limits: Limits) -> Self {
        Self::at(Transport::Tls, offer, limits).await
    }

    async fn at(
        transport: impl FnOnce(Arc<Endpoint>) -> Transport,
        offer: Offer,
        limits: Limits,
    ) -> Self {
        let material = pki::load(FOLDER.path(), false).unwrap();
        let trust = Arc::new(TrustStore::new(&material.authorities, &material.revoked).unwrap());
        let clock = Clock::frozen(now());
        let identity = Identity { chain: material.server, key: material.server_key };
        let endpoint =
            Arc::new(Endpoint::new(identity, Arc::clone(&trust), offer, clock.clone()).unwrap());
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = listener.on(Some(Workers::start(2).unwrap())); // as `serve` does
        let address = listener.local_addr();
        let (stop, stopping) = oneshot::channel();
        let (tell, events) = mpsc::unbounded_channel();
        let (go, waiting) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let service = {
            let (clock, go, waiting) = (clock.clone(), Arc::clone(&go), Arc::clone(&waiting));
            service_fn(move |request| {
                answer(request, clock.clone(), Arc::clone(&trust), [go.clone(), waiting.clone()])
            })
        };
        let on_event: OnEvent = Arc::new(move |event| drop(tell.send(event)));
        let run = tokio::spawn(listener.serve(
            transport(Arc::clone(&endpoint)),
            limits,
            service,
            on_event,
            async {
                let _ = stopping.await;
            },
        ));
        Self { address, clock, endpoint, go, waiting, events, stop: Some(stop), run }
    }

    pub(super) async fn event(&mut self) -> ConnectionFault {
        let event = soon(self.events.recv()).await.expect("the server runs");
        assert!(event.address.ip().is_loopback());
        event.fault
    }

    pub(super) fn no_event(&mut self) {
        assert!(self.events.try_recv().is_err());
    }

    pub(super) fn ask_to_stop(&mut self) {
        let _ = self.stop.take().expect("asked once").send(());
    }

    pub(super) async fn stopped(self) -> Stopped {
        soon(self.run).await.unwrap()
    }
}

async fn answer(
    request: Request<Lent>,
    clock: Clock,
    trust: Arc<TrustStore>,
    [go, waiting]: [Arc<Notify>; 2],
) -> Result<Response<Full<Bytes>>, Dropped> {
    if request.uri().path() == "/refuse" {
        let refusal =
            Response::builder().status(413).header("connection", "close").body(Full::from("trop"));
        return Ok(refusal.unwrap());
    }
    let Some(peer) = request.extensions().get::<Arc<Peer>>().cloned() else {
        return Ok(Response::new(Full::from("plain")));
    };
    let mut text = format!("{} ", peer.tls.version);
    match request.uri().path() {
        "/drop" => return Err(Dropped),
        "/wait" => {
            waiting.notify_one();
            go.notified().await;
        }
        "/big" => return Ok(Response::new(Full::from(vec![b'x'; 64 << 20]))),
        _ => {}
    }
    match &peer.certificate {
        Some(certificate) => {
            let verdict = trust.judge(certificate, clock.now());
            let verdict = verdict.map_or_else(|fault| fault.to_string(), |()| "good".to_owned());
            write!(text, "{} {verdict}", certificate.common_name().unwrap_or("?")).unwrap();
        }
        None => text.push_str("nobody"),
    }
    if peer.tls.resumed {
        text.push_str(" resumed");
    }
    Ok(Response::new(Full::from(text)))
}

/// What a client shows.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) config: ClientConfig,
}

impl Client {
    /// A client with the certificate of `clients/<stem>.pem`.
    pub(super) fn with(stem: &str) -> Self {
        Self::on(stem, &TLS13)
    }

    pub(super) fn on(stem: &str, version: &'static SupportedProtocolVersion) -> Self {
        let (chain, key) = files(stem);
        let config = builder(version).with_client_auth_cert(chain, key).unwrap();
        Self { config }
    }

    pub(super) fn without_certificate() -> Self {
        Self { config: builder(&TLS13).with_no_client_auth() }
    }

    pub(super) fn h2(mut self) -> Self {
        self.config.alpn_protocols = vec![b"h2".to_vec()];
        self
    }

    pub(super) async fn connect(&self, server: &Server) -> std::io::Result<Connection> {
        let stream = TcpStream::connect(server.address).await?;
        let connector = TlsConnector::from(Arc::new(self.config.clone()));
        let name = ServerName::try_from("localhost").unwrap();
        Ok(Connection(soon(connector.connect(name, stream)).await?))
    }

    /// One request on a new connection: status and body.
    pub(super) async fn get(&self, server: &Server, path: &str) -> std::io::Result<(u16, String)> {
        self.connect(server).await?.get(path).await
    }

    /// One request over HTTP/2: status and body, or none when the server gave none.
    pub(super) async fn get_h2(
        &self,
        server: &Server,
        request: Request<Full<Bytes>>,
    ) -> Option<(u16, String)> {
        let stream = self.connect(server).await.ok()?.0;
        let executor = hyper_util::rt::TokioExecutor::new();
        let io = hyper_util::rt::TokioIo::new(stream);
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(executor, io).await.ok()?;
        let run = tokio::spawn(connection);
        let response = soon(sender.send_request(request)).await;
        let answer = match response {
            Ok(response) => {
                let status = response.status().as_u16();
                let body = soon(response.into_body().collect()).await.unwrap().to_bytes();
                Some((status, String::from_utf8(body.to_vec()).unwrap()))
            }
            Err(_) => None,
        };
        if answer.is_none() {
            // Without an answer the connection is over too.
            let _ = soon(run).await.unwrap();
        }
        answer
    }
}

/// An open connection that speaks HTTP/1.1 by hand.
#[derive(Debug)]
pub(super) struct Connection(pub(super) TlsStream<TcpStream>);

impl Connection {
    pub(super) async fn get(&mut self, path: &str) -> std::io::Result<(u16, String)> {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")).await?;
        self.answer().await
    }

    pub(super) async fn send(&mut self, text: &str) -> std::io::Result<()> {
        self.0.write_all(text.as_bytes()).await?;
        self.0.flush().await
    }

    /// Reads an answer with a `Content-Length`.
    pub(super) async fn answer(&mut self) -> std::io::Result<(u16, String)> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(soon(self.0.read_u8()).await?);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let status = head[9..12].parse().unwrap();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
        let mut body = vec![0; length.parse().unwrap()];
        soon(self.0.read_exact(&mut body)).await?;
        Ok((status, String::from_utf8(body).unwrap()))
    }

    /// Waits until the server closes; how it did.
    pub(super) async fn closed(&mut self) -> std::io::Result<()> {
        let mut rest = Vec::new();
        soon(self.0.read_to_end(&mut rest)).await.map(|_| ())
    }
}

/// What must happen, and soon; the limit only serves to fail instead of hanging.
pub(super) async fn soon<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(20), future).await.expect("it happens in time")
}

pub(super) fn files(stem: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let path = |kind: &str| FOLDER.path().join(format!("clients/{stem}.{kind}"));
    (vec![certificate(&path("pem"))], PrivateKeyDer::from_pem_file(path("key")).unwrap())
}

pub(super) fn builder(
    version: &'static SupportedProtocolVersion,
) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate(&FOLDER.path().join("ca.pem"))).unwrap();
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
}

pub(super) const VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

/// No resumption: each connection is a full handshake.
pub(super) fn forgetful(mut client: Client) -> Client {
    client.config.resumption = Resumption::disabled();
    client
}

fn certificate(path: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(path).unwrap()
}
