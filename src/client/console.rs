//! Orders to the console of a running server.

use anyhow::{Context, bail};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;

use super::{Target, connect};

/// The console of a running server.
#[derive(Clone, Debug)]
pub struct Console {
    target: Target,
    token: Option<String>,
}

impl Console {
    /// The console behind this target; `token` where it asks for one.
    pub fn new(target: Target, token: Option<String>) -> Self {
        Self { target, token }
    }

    /// Reads a path below `/admin/v1`: its media type and its bytes.
    ///
    /// # Errors
    /// Nobody answers there, or the console refuses.
    pub async fn read(&self, path: &str) -> anyhow::Result<Bytes> {
        self.exchange(Method::GET, path, None).await
    }

    /// Reads JSON of a path below `/admin/v1`.
    ///
    /// # Errors
    /// As [`Console::read`], or an answer that is no JSON.
    pub async fn json(&self, path: &str) -> anyhow::Result<Value> {
        let bytes = self.read(path).await?;
        serde_json::from_slice(&bytes).with_context(|| format!("{path}: the console's answer is no JSON"))
    }

    /// Gives an order to a path below `/admin/v1`.
    ///
    /// # Errors
    /// Nobody answers there, or the console refuses the order.
    pub async fn order(&self, method: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let method = Method::from_bytes(method.as_bytes())?;
        let bytes = self.exchange(method, path, Some(body.to_string())).await?;
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn exchange(&self, method: Method, path: &str, body: Option<String>) -> anyhow::Result<Bytes> {
        let mut request = Request::builder()
            .method(&method)
            .uri(format!("/admin/v1/{path}"))
            .header(header::HOST, self.target.authority());
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request: Request<Full<Bytes>> = request.body(Full::from(body.unwrap_or_default()))?;
        let stream = connect(&self.target).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let response = sender.send_request(request).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        driver.abort();
        if status.is_success() {
            return Ok(bytes);
        }
        let problem: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let detail = problem.get("detail").and_then(Value::as_str).unwrap_or("no detail");
        let hint = if status == StatusCode::UNAUTHORIZED { " (give --console-token)" } else { "" };
        bail!("the console on {} refused {method} {path}: {status}, {detail}{hint}", self.target)
    }
}
