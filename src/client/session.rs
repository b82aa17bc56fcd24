//! A connection to the gateway that is kept from one request to the next, and opened again when it is gone.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::{task::JoinHandle, time::timeout};
use tokio_rustls::TlsConnector;

use super::{ListenerAddress, connect, mutual_tls, whole};

/// A client of the gateway that shows one certificate, or none.
pub struct Session {
    target: ListenerAddress,
    name: ServerName<'static>,
    tls: Arc<ClientConfig>,
    open: Option<Open>,
}

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

struct Open {
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
}

impl Session {
    /// A session that shows the certificate of this name below `certs/clients`, or none.
    ///
    /// # Errors
    /// Certificates that cannot be read.
    pub fn new(
        gateway: &ListenerAddress,
        certs: &Path,
        certificate: Option<&str>,
    ) -> anyhow::Result<Self> {
        let name = ServerName::try_from(gateway.host.clone());
        Ok(Self {
            target: gateway.clone(),
            name: name.with_context(|| format!("{:?} is no host name", gateway.host))?,
            tls: Arc::new(mutual_tls(certs, certificate)?),
            open: None,
        })
    }

    /// Sends a request and reads its answer; none when the connection was refused or cut, or when it took too long.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
        patience: Duration,
    ) -> anyhow::Result<Option<Reply>> {
        let kept = match self.open.take() {
            Some(mut open) => open.sender.ready().await.is_ok().then_some(open),
            None => None,
        };
        let Some(mut open) = (match kept {
            Some(open) => Some(open),
            None => self.connect().await?,
        }) else {
            return Ok(None);
        };
        let exchange = async {
            let response = open.sender.send_request(request).await.ok()?;
            let (parts, body) = response.into_parts();
            let body = whole(body).await.ok()?;
            Some(Reply { status: parts.status, headers: parts.headers, body })
        };
        let reply = timeout(patience, exchange).await.ok().flatten();
        if reply.is_some() && !open.sender.is_closed() {
            self.open = Some(open);
        }
        Ok(reply)
    }

    /// Who sends the requests, as `Host` names it.
    pub fn authority(&self) -> String {
        self.target.authority()
    }

    async fn connect(&self) -> anyhow::Result<Option<Open>> {
        let stream = connect(&self.target).await?;
        let Ok(stream) =
            TlsConnector::from(Arc::clone(&self.tls)).connect(self.name.clone(), stream).await
        else {
            return Ok(None);
        };
        let Ok((sender, connection)) = http1::handshake(TokioIo::new(stream)).await else {
            return Ok(None);
        };
        let driver = tokio::spawn(async move {
            let _ = connection.await; // whoever waits for an answer learns that it is gone
        });
        Ok(Some(Open { sender, driver }))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
