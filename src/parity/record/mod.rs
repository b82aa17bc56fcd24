//! The recording proxy: on loopback, in front of the original; what goes through it is passed on unchanged and written down.

mod recorder;
mod tee;
mod upstream;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, Uri, Version, header};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::{ServerConfig, crypto::aws_lc_rs};
use tokio::{net::TcpListener, sync::Semaphore, time::timeout};
use tokio_rustls::TlsAcceptor;

pub use self::upstream::{Upstream, UpstreamError};
use self::{
    recorder::{Pending, Recorder},
    tee::{Copy, Tee},
};
use super::{
    redact::Redactor,
    session::{Failure, SessionWriter},
    vocabulary,
};
use crate::pki::Material;

/// A proxy that listens.
pub struct Proxy {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    passage: Arc<Passage>,
}

/// What every request needs.
struct Passage {
    upstream: Upstream,
    recorder: Arc<Recorder>,
    patience: Duration,
}

/// What a recording came to.
#[derive(Debug, Default)]
pub struct Recorded {
    /// How many exchanges were written.
    pub exchanges: u64,
    /// How many brought no answer, or not all of it, by the reason.
    pub failures: Vec<(Failure, u64)>,
    /// Answers that are not what an API gives, in French.
    pub remarks: Vec<(String, u64)>,
}

type RecordedAnswer = UnsyncBoxBody<Bytes, hyper::Error>;

impl Proxy {
    /// A proxy on this address, which is one of loopback; `writer` is asked for once it is taken.
    ///
    /// # Errors
    /// An address that is not on loopback, or is taken.
    pub async fn bind(
        listen: SocketAddr,
        server: Material,
        upstream: Upstream,
        redactor: Redactor,
        writer: impl FnOnce() -> anyhow::Result<SessionWriter>,
        patience: Duration,
    ) -> anyhow::Result<Self> {
        if !listen.ip().is_loopback() {
            bail!(
                "--listen: {listen} is not on loopback: tokens pass here, so nobody else may (expected such as 127.0.0.1:9443)"
            );
        }
        let listener =
            TcpListener::bind(listen).await.with_context(|| format!("--listen: {listen}"))?;
        let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let mut tls = builder
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(server.server, server.server_key)?;
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let recorder = Arc::new(Recorder::new(redactor, writer()?));
        let passage = Arc::new(Passage { upstream, recorder, patience });
        Ok(Self { listener, acceptor: TlsAcceptor::from(Arc::new(tls)), passage })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system's.
    pub fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Passes requests on until it is asked to stop, or nothing can be written any more.
    ///
    /// # Errors
    /// A session that cannot be written: what was recorded before stays.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> anyhow::Result<Recorded> {
        let Self { listener, acceptor, passage } = self;
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut connections = tokio::task::JoinSet::new();
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => break,
                () = passage.recorder.broken() => break,
            };
            while connections.try_join_next().is_some() {}
            let Ok((stream, _)) = accepted else { continue };
            let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
            let (acceptor, passage) = (acceptor.clone(), Arc::clone(&passage));
            connections.spawn(async move {
                let _place = place;
                let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await else {
                    return;
                };
                let service = service_fn(move |request| {
                    let passage = Arc::clone(&passage);
                    async move { Ok::<_, std::convert::Infallible>(passage.through(request).await) }
                });
                let mut builder = http1::Builder::new();
                builder.timer(TokioTimer::new()).header_read_timeout(IDLE);
                let _ = builder.serve_connection(TokioIo::new(stream), service).await; // the client's own affair
            });
        }
        connections.shutdown().await;
        passage.recorder.close()
    }
}

impl Passage {
    async fn through(self: Arc<Self>, request: Request<Incoming>) -> Response<RecordedAnswer> {
        let pending = self.recorder.begin();
        let (mut parts, body) = request.into_parts();
        let target = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let asked = RequestHead {
            method: parts.method.to_string(),
            target: target.clone(),
            headers: parts.headers.clone(),
        };
        let sent = Copy::default();
        let recorder = Arc::clone(&self.recorder);
        let waiting = Waiting { recorder, pending, asked: Some(asked), sent: sent.clone() };
        parts.uri = match self.upstream.uri(&target) {
            Ok(uri) => uri,
            Err(_) => return self.refuse(pending, &waiting.over(), &sent, Failure::NotHttp),
        };
        parts.version = Version::HTTP_11; // what is spoken is agreed in the handshake
        leave_connection(&mut parts.headers);
        parts.headers.remove(header::HOST); // the upstream's own, from the URI
        let body = Tee::new(body, sent.clone(), |_| {});
        let answered =
            timeout(self.patience, self.upstream.send(Request::from_parts(parts, body))).await;
        let asked = waiting.over();
        let response = match answered {
            Ok(Ok(response)) => response,
            Ok(Err(failure)) => return self.refuse(pending, &asked, &sent, failure),
            Err(_) => return self.refuse(pending, &asked, &sent, Failure::Timeout),
        };
        let (mut parts, body) = response.into_parts();
        let (status, version) = (parts.status, parts.version);
        let headers = parts.headers.clone();
        let received = Copy::default();
        let copy = received.clone();
        let recorder = Arc::clone(&self.recorder);
        let body = Tee::new(body, received, move |failure| {
            recorder.finish(
                pending,
                &asked,
                &sent,
                Some((status, version, &headers, &copy)),
                failure,
            );
        });
        leave_connection(&mut parts.headers);
        parts.version = Version::HTTP_11;
        Response::from_parts(parts, body.boxed_unsync())
    }

    /// What the client is told where the original did not answer.
    fn refuse(
        &self,
        pending: Pending,
        asked: &RequestHead,
        sent: &Copy,
        failure: Failure,
    ) -> Response<RecordedAnswer> {
        self.recorder.finish(pending, asked, sent, None, Some(failure));
        let is_late = failure == Failure::Timeout;
        let status = if is_late { StatusCode::GATEWAY_TIMEOUT } else { StatusCode::BAD_GATEWAY };
        let message =
            format!("bacasable parity record : {} ({})\n", failure.french(), self.upstream);
        tracing::warn!(upstream = %self.upstream, "{}", failure.french());
        let body = Full::new(Bytes::from(message)).map_err(|never| match never {});
        let mut response = Response::new(body.boxed_unsync());
        *response.status_mut() = status;
        let media = header::HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        response
    }
}

/// A request whose answer is waited for: where its client goes away meanwhile, that is written down.
struct Waiting {
    recorder: Arc<Recorder>,
    pending: Pending,
    asked: Option<RequestHead>,
    sent: Copy,
}

impl Waiting {
    fn over(mut self) -> RequestHead {
        self.asked.take().expect("it is taken once")
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(asked) = self.asked.take() {
            let gone = Some(Failure::ClientGone);
            self.recorder.finish(self.pending, &asked, &self.sent, None, gone);
        }
    }
}

/// A request's head, as it came.
struct RequestHead {
    method: String,
    target: String,
    headers: HeaderMap,
}

/// Takes out the headers that belong to one connection.
fn leave_connection(headers: &mut HeaderMap) {
    let named: Vec<String> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let all: Vec<_> = headers.keys().cloned().collect();
    for name in all {
        if vocabulary::is_of_the_connection(name.as_str())
            || named.iter().any(|one| one == name.as_str())
        {
            headers.remove(&name);
        }
    }
}

fn uri(authority: &str, target: &str) -> Result<Uri, http::Error> {
    Uri::builder().scheme("https").authority(authority).path_and_query(target).build()
}

const CONNECTIONS: usize = 256;
const HANDSHAKE: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_secs(120);
