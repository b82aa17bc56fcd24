//! The original: reached over TLS that is always verified, with the partner's own certificate, in HTTP/1.1 or HTTP/2.

use std::{
    error::Error,
    fmt, io,
    path::Path,
    pin::Pin,
    sync::Arc,
    task::{Context as TaskContext, Poll},
    time::Duration,
};

use anyhow::{Context, anyhow, bail};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{
        self, Client,
        connect::{Connected, Connection},
    },
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tower::Service;

use super::tee::Tee;
use crate::{files, parity::session::Failure};

/// The original.
pub struct Upstream {
    authority: String,
    client: Client<Connector, Tee<Incoming>>,
}

/// Why the original cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// Nobody answers there, or the name is not known.
    #[error("nobody answers: {0}")]
    Unreachable(#[source] io::Error),
    /// The handshake failed.
    #[error("the TLS handshake failed: {0}")]
    Tls(#[source] io::Error),
    /// No connection in time.
    #[error("no connection in time")]
    Timeout,
}

#[derive(Clone)]
struct Connector {
    host: String,
    port: u16,
    name: ServerName<'static>,
    tls: TlsConnector,
}

/// A connection; which HTTP it speaks was agreed in its handshake.
struct UpstreamConnection(TlsStream<TcpStream>);

impl Upstream {
    /// The original at this address, of which `ca` says who vouches for it, or the system.
    ///
    /// # Errors
    /// An address that is not `https://host[:port]`; files that cannot be read or are no certificate and key.
    pub fn new(url: &str, cert: &Path, key: &Path, ca: Option<&Path>) -> anyhow::Result<Self> {
        let wrong = || {
            anyhow!(
                "--upstream: {url:?} is no address of the form https://host or https://host:port"
            )
        };
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let is_origin = uri.scheme_str() == Some("https")
            && ["", "/"].contains(&uri.path())
            && uri.query().is_none();
        let authority = uri.authority().filter(|_| is_origin).ok_or_else(wrong)?;
        if authority.as_str().contains('@') {
            return Err(wrong());
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host.clone()).map_err(|_| wrong())?;
        let port = authority.port_u16().unwrap_or(443);
        let tls = TlsConnector::from(Arc::new(mutual_tls(cert, key, ca)?));
        let connector = Connector { host, port, name, tls };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Ok(Self { authority: authority.as_str().to_owned(), client })
    }

    /// The address of a path there.
    ///
    /// # Errors
    /// A path that is none.
    pub fn uri(&self, target: &str) -> Result<Uri, http::Error> {
        super::uri(&self.authority, target)
    }

    /// Sends a request; the answer's body comes as the original sends it.
    ///
    /// # Errors
    /// Why there is no answer.
    pub(super) async fn send(
        &self,
        request: Request<Tee<Incoming>>,
    ) -> Result<Response<Incoming>, Failure> {
        self.client.request(request).await.map_err(|error| {
            tracing::info!(upstream = %self, error = %chain(&error), "no answer");
            failure(&error)
        })
    }
}

/// Its address.
impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}", self.authority)
    }
}

fn failure(error: &legacy::Error) -> Failure {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        match error.downcast_ref() {
            Some(UpstreamError::Unreachable(_)) => return Failure::Unreachable,
            Some(UpstreamError::Tls(_)) => return Failure::Tls,
            Some(UpstreamError::Timeout) => return Failure::Timeout,
            None => {}
        }
        if let Some(error) = error.downcast_ref::<hyper::Error>()
            && error.is_parse()
        {
            return Failure::NotHttp;
        }
        // A certificate that the other side does not accept is told after the handshake of TLS 1.3.
        if error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()))
        {
            return Failure::Tls;
        }
        cause = error.source();
    }
    Failure::Reset
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// Trusts `ca` only where it is given, else whom the system trusts; shows the partner's certificate.
fn mutual_tls(cert: &Path, key: &Path, ca: Option<&Path>) -> anyhow::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(ca) => {
            for certificate in certificates("--ca", ca)? {
                roots.add(certificate).with_context(|| format!("--ca: {}", ca.display()))?;
            }
        }
        None => {
            let found = rustls_native_certs::load_native_certs();
            let (added, _) = roots.add_parsable_certificates(found.certs);
            if added == 0 {
                bail!("the system has no list of authorities that can be read: give --ca FILE");
            }
        }
    }
    let chain = certificates("--cert", cert)?;
    let shown_path = || format!("--key: {}", key.display());
    let pem = files::read(key, files::MOST)
        .with_context(|| format!("{}: cannot be read", shown_path()))?;
    let key = PrivateKeyDer::from_pem_slice(&pem)
        .map_err(|_| anyhow!("{}: holds no private key in PEM", shown_path()))?;
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?.with_root_certificates(roots);
    let mut config = builder
        .with_client_auth_cert(chain, key)
        .with_context(|| format!("--cert and {} are not one pair", shown_path()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(flag: &str, path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let shown_path = || format!("{flag}: {}", path.display());
    let pem = files::read(path, files::MOST)
        .with_context(|| format!("{}: cannot be read", shown_path()))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let found = found.map_err(|_| anyhow!("{}: is no PEM", shown_path()))?;
    if found.is_empty() {
        bail!("{}: holds no certificate in PEM", shown_path());
    }
    Ok(found)
}

impl Service<Uri> for Connector {
    type Response = TokioIo<UpstreamConnection>;
    type Error = UpstreamError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, UpstreamError>> + Send>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), UpstreamError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let Self { host, port, name, tls } = self.clone();
        Box::pin(async move {
            let connecting = TcpStream::connect((host.as_str(), port));
            let connected =
                timeout(CONNECT, connecting).await.map_err(|_| UpstreamError::Timeout)?;
            let stream = connected.map_err(UpstreamError::Unreachable)?;
            let handshake = timeout(CONNECT, tls.connect(name, stream)).await;
            let stream =
                handshake.map_err(|_| UpstreamError::Timeout)?.map_err(UpstreamError::Tls)?;
            Ok(TokioIo::new(UpstreamConnection(stream)))
        })
    }
}

impl Connection for UpstreamConnection {
    fn connected(&self) -> Connected {
        let (_, session) = self.0.get_ref();
        match session.alpn_protocol() {
            Some(b"h2") => Connected::new().negotiated_h2(),
            _ => Connected::new(),
        }
    }
}

impl AsyncRead for UpstreamConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for UpstreamConnection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

const CONNECT: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_secs(30);
