//! A small HTTP client, for the commands that talk to a running server: as a partner over mutual TLS, or to the console.

mod console;
mod fault;
mod keys;
mod once;
mod partner;
mod player;
mod session;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream as StdStream},
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, anyhow, bail};
use bytes::Bytes;
use clap::Args;
use form_urlencoded::Serializer;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use serde_json::Value;
use tokio::{net::TcpStream, runtime::Builder, time::timeout};
use tokio_rustls::TlsConnector;

pub use self::{
    console::{Console, ConsoleArgs},
    fault::ClientFault,
    keys::Keys,
    once::{Once, once},
    partner::{CallEnding, Partner},
    player::Player,
    session::{Reply, Session},
};
use crate::{config::Config, directory::Application, entropy, files, journal, product};

/// `--gateway URL`.
#[derive(Args)]
pub struct GatewayArgs {
    #[arg(
        id = "gateway-url",
        long = "gateway",
        value_name = "URL",
        help = "The gateway [default: where serve listens, https://127.0.0.1:8443]"
    )]
    pub url: Option<String>,
}

/// A listener of a running server.
#[derive(Clone, Debug)]
pub struct ListenerAddress {
    host: String,
    port: u16,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

/// An answer of the token endpoint.
#[derive(Debug)]
pub struct TokenAnswer {
    pub status: StatusCode,
    pub body: String,
    /// Why there is none, and where that is explained, as the gateway says.
    pub reasons: Vec<String>,
    /// The token, when there is one.
    pub access_token: Option<String>,
}

impl GatewayArgs {
    /// The gateway that the argument or the settings name.
    ///
    /// # Errors
    /// A URL that is not `https://host:port`.
    pub fn address(&self, config: &Config) -> anyhow::Result<ListenerAddress> {
        match &self.url {
            Some(url) => ListenerAddress::parse(url, "https", 443).context("--gateway"),
            None => Ok(ListenerAddress::listening(config.gateway.listen)),
        }
    }
}

impl ListenerAddress {
    /// The gateway of this URL.
    ///
    /// # Errors
    /// A URL that is not `https://host:port`.
    pub fn of_gateway(url: &str) -> anyhow::Result<Self> {
        Self::parse(url, "https", 443)
    }

    /// Whether somebody takes connections there, on this machine.
    pub fn answers(&self) -> bool {
        let address = self.host.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, self.port));
        address.is_ok_and(|address| StdStream::connect_timeout(&address, NEAR).is_ok())
    }

    fn parse(url: &str, scheme: &str, port: u16) -> anyhow::Result<Self> {
        let wrong = || ClientFault::Url { url: url.to_owned(), scheme: scheme.to_owned() };
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        if uri.scheme_str() != Some(scheme) || !["", "/"].contains(&uri.path()) {
            return Err(wrong().into());
        }
        let host = uri.host().ok_or_else(wrong)?.trim_matches(['[', ']']).to_owned();
        Ok(Self { host, port: uri.port_u16().unwrap_or(port) })
    }

    /// Where a server that listens there is reached from its own machine: on loopback when it listens on every address.
    pub fn listening(address: SocketAddr) -> Self {
        let ip = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
        };
        Self { host: ip.to_string(), port: address.port() }
    }

    /// `host:port` as a URL has it.
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            self.to_string()
        }
    }
}

impl fmt::Display for ListenerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl TokenAnswer {
    /// What the answer says is wrong.
    pub fn explanation(&self) -> String {
        let value: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let error = value.get("error_description").and_then(Value::as_str);
        error.or_else(|| product::text_in(&value)).unwrap_or(&self.body).to_owned()
    }
}

/// Runs a future to its end on a small runtime of its own.
///
/// # Errors
/// Those of the future.
pub fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime =
        Builder::new_current_thread().enable_all().build().context("the runtime cannot start")?;
    runtime.block_on(async { timeout(PATIENCE, future).await.map_err(|_| ClientFault::Late)? })
}

/// The same for work that takes as long as it takes.
///
/// # Errors
/// Those of the future.
pub fn run<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the runtime cannot start")?
        .block_on(future)
}

/// Asks for a token as an application, with the client certificate of `partner`; with a key, as bacasable's own call.
///
/// # Errors
/// Nobody answers there, the certificates cannot be read, or the handshake fails.
pub async fn token(
    gateway: &ListenerAddress,
    certs: &Path,
    application: &Application,
    partner: &str,
    scope: &str,
    key: Option<HeaderValue>,
) -> anyhow::Result<TokenAnswer> {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &application.key),
        ("client_secret", &application.secret),
        ("scope", scope),
    ];
    let form = Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/token")
        .header(header::HOST, gateway.authority())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("x-correlation-id", entropy::uuid().to_string());
    if let Some(key) = key {
        request = request.header(journal::KEY, key);
    }
    let request = request.body(Full::from(form))?;
    let stream = connect(gateway).await?;
    let connector = TlsConnector::from(Arc::new(mutual_tls(certs, Some(partner))?));
    let name = ServerName::try_from(gateway.host.clone())
        .with_context(|| format!("{:?} is no host name", gateway.host))?;
    let stream = connector.connect(name, stream).await.context("the TLS handshake failed")?;
    let Answer { status, headers, body } = exchange(stream, request).await?;
    let value = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let reasons = ["x-bacasable-reason", "x-bacasable-journal"].into_iter().filter_map(value);
    let reasons = reasons.collect();
    let value: Value = serde_json::from_str(&body).unwrap_or_default();
    let access_token = value.get("access_token").and_then(Value::as_str).map(str::to_owned);
    Ok(TokenAnswer { status, body, reasons, access_token })
}

async fn connect(target: &ListenerAddress) -> anyhow::Result<TcpStream> {
    TcpStream::connect((target.host.as_str(), target.port))
        .await
        .map_err(|source| ClientFault::Unreachable { target: target.to_string(), source }.into())
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> anyhow::Result<Answer>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = whole(response.into_body()).await?;
    driver.abort();
    Ok(Answer {
        status,
        headers,
        body: String::from_utf8(body.to_vec()).context("the answer is not UTF-8")?,
    })
}

/// A body of at most [`LONGEST`] bytes: whoever answers is not always who was meant.
async fn whole(body: Incoming) -> anyhow::Result<Bytes> {
    let body = Limited::new(body, LONGEST).collect().await.map_err(|error| anyhow!(error));
    Ok(body
        .with_context(|| format!("the answer is cut, or longer than {} MiB", LONGEST >> 20))?
        .to_bytes())
}

/// Trusts `ca.pem` only, shows `clients/<name>.pem` or nothing.
fn mutual_tls(certs: &Path, name: Option<&str>) -> anyhow::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(&certs.join("ca.pem"))? {
        roots.add(certificate)?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?.with_root_certificates(roots);
    let Some(name) = name else { return Ok(builder.with_no_client_auth()) };
    let client = certs.join("clients");
    let chain = certificates(&client.join(format!("{name}.pem")))?;
    let key = client.join(format!("{name}.key"));
    let key =
        PrivateKeyDer::from_pem_slice(&pem(&key)?).map_err(|error| unreadable(&key, &error))?;
    Ok(builder.with_client_auth_cert(chain, key)?)
}

fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let pem = pem(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let found = found.map_err(|error| unreadable(path, &error))?;
    if found.is_empty() {
        bail!("{}: holds no certificate", path.display());
    }
    Ok(found)
}

fn pem(path: &Path) -> anyhow::Result<Vec<u8>> {
    files::read(path, files::MOST).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &impl fmt::Display) -> anyhow::Error {
    anyhow!(
        "{}: cannot be read: {error} (is --certs the folder that the server uses?)",
        path.display()
    )
}

/// The most bytes of an answer, ten times what a full journal takes.
const LONGEST: usize = 512 << 20;
/// How long a command waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a connection within a machine may take.
const NEAR: Duration = Duration::from_millis(500);
