//! Orders to the console of a running server.

use std::{fmt, ops::ControlFlow};

use anyhow::Context;
use bytes::Bytes;
use clap::Args;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::{ClientFault, ListenerAddress, connect, whole};
use crate::{config::Config, files, pki};

/// `--console URL` and `--console-token TOKEN`.
#[derive(Args)]
pub struct ConsoleArgs {
    #[arg(
        id = "console-url",
        long = "console",
        value_name = "URL",
        help = "The console [default: where serve listens, http://127.0.0.1:8080]"
    )]
    pub url: Option<String>,
    /// Token of the console, where it asks for one [default: the setting console.token, or the file console.token in the certs
    /// folder]
    // A hyphen may begin the tokens that were made before 2026-11-30.
    #[arg(id = "console-token", long, value_name = "TOKEN", allow_hyphen_values = true)]
    token: Option<String>,
}

/// The console of a running server.
#[derive(Clone)]
pub struct Console {
    target: ListenerAddress,
    token: Option<String>,
}

impl ConsoleArgs {
    fn token(&self, config: &Config) -> Option<String> {
        let set = || config.console.token.as_ref().map(|secret| secret.expose().to_owned());
        let made = || files::text(&pki::console_token_file(&config.certs)).ok();
        self.token.clone().or_else(set).or_else(made).map(|token| token.trim().to_owned())
    }
}

impl Console {
    /// The console that the arguments or the settings name, with its token where there is one.
    ///
    /// # Errors
    /// A URL that is not `http://host:port`.
    pub fn from_arguments(given: &ConsoleArgs, config: &Config) -> anyhow::Result<Self> {
        let target = match &given.url {
            Some(url) => ListenerAddress::parse(url, "http", 80).context("--console")?,
            None => ListenerAddress::listening(config.console.listen),
        };
        Ok(Self::new(target, given.token(config)))
    }

    /// The console of this URL, with the token that the arguments or the settings name.
    ///
    /// # Errors
    /// A URL that is not `http://host:port`.
    pub fn at(url: &str, given: &ConsoleArgs, config: &Config) -> anyhow::Result<Self> {
        Ok(Self::new(ListenerAddress::parse(url, "http", 80)?, given.token(config)))
    }

    /// Whether the server behind it is ready.
    ///
    /// # Errors
    /// Nobody answers there.
    pub async fn is_ready(&self) -> anyhow::Result<bool> {
        Ok(self.send(Method::GET, "/ready", None).await?.0.is_success())
    }

    /// The console behind this target; `token` where it asks for one.
    pub fn new(target: ListenerAddress, token: Option<String>) -> Self {
        Self { target, token }
    }

    /// `host:port`, as a URL has it.
    pub fn authority(&self) -> String {
        self.target.authority()
    }

    /// Reads a path below `/admin/v1`: its media type and its bytes.
    ///
    /// # Errors
    /// Nobody answers there, or the console refuses.
    pub async fn read(&self, path: &str) -> anyhow::Result<Bytes> {
        self.exchange(Method::GET, path, None).await
    }

    /// The gateway that it commands.
    ///
    /// # Errors
    /// As [`Console::json`], or an answer that names none.
    pub async fn gateway(&self) -> anyhow::Result<ListenerAddress> {
        let answer = self.json("gateway").await?;
        let url = answer.get("url").and_then(Value::as_str).unwrap_or_default();
        ListenerAddress::of_gateway(url)
    }

    /// Reads JSON of a path below `/admin/v1`.
    ///
    /// # Errors
    /// As [`Console::read`], or an answer that is no JSON.
    pub async fn json(&self, path: &str) -> anyhow::Result<Value> {
        let bytes = self.read(path).await?;
        serde_json::from_slice(&bytes)
            .with_context(|| format!("{path}: the console's answer is no JSON"))
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

    /// Reads server-sent events of a path below `/admin/v1`, each with its kind and its JSON, until the server ends them or
    /// `each` has enough.
    ///
    /// # Errors
    /// Nobody answers there, the console refuses, the connection is cut.
    pub async fn follow(
        &self,
        path: &str,
        mut each: impl FnMut(&str, Value) -> ControlFlow<()>,
    ) -> anyhow::Result<()> {
        let path = format!("/admin/v1/{path}");
        let (response, driver) = self.open(Method::GET, &path, None).await?;
        let status = response.status();
        if !status.is_success() {
            let bytes = whole(response.into_body()).await?;
            return Err(self.refusal(&Method::GET, &path, status, &bytes));
        }
        let mut body = response.into_body();
        let (mut pending, mut kind) = (Vec::new(), String::new());
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.context("the server is gone")?.into_data() else { continue };
            pending.extend_from_slice(&data);
            while let Some(end) = pending.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = pending.drain(..=end).collect();
                let line = String::from_utf8_lossy(&line);
                let line = line.trim_end();
                if let Some(name) = line.strip_prefix("event:") {
                    name.trim().clone_into(&mut kind);
                } else if let Some(data) = line.strip_prefix("data:") {
                    let value = serde_json::from_str(data.trim()).unwrap_or_default();
                    if each(&kind, value).is_break() {
                        return Ok(());
                    }
                } else if line.is_empty() {
                    kind.clear();
                }
            }
        }
        driver.abort();
        Ok(())
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> anyhow::Result<Bytes> {
        let (status, bytes) = self.send(method.clone(), &format!("/admin/v1/{path}"), body).await?;
        if status.is_success() {
            return Ok(bytes);
        }
        Err(self.refusal(&method, path, status, &bytes))
    }

    fn refusal(
        &self,
        method: &Method,
        path: &str,
        status: StatusCode,
        body: &[u8],
    ) -> anyhow::Error {
        let problem: Value = serde_json::from_slice(body).unwrap_or_default();
        let detail = problem.get("detail").and_then(Value::as_str).unwrap_or("no detail");
        let (target, detail) = (self.target.to_string(), detail.to_owned());
        ClientFault::Refused { target, asked: format!("{method} {path}"), status, detail }.into()
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        let (response, driver) = self.open(method, path, body).await?;
        let status = response.status();
        let bytes = whole(response.into_body()).await?;
        driver.abort();
        Ok((status, bytes))
    }

    /// Sends a request; its answer has begun. The connection lives as long as its driver.
    async fn open(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> anyhow::Result<(Response<Incoming>, JoinHandle<hyper::Result<()>>)> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.target.authority());
        if let Some(token) = &self.token {
            let mut line = HeaderValue::try_from(format!("Bearer {token}"))
                .context("the console's token is no header")?;
            line.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, line);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request: Request<Full<Bytes>> = request.body(Full::from(body.unwrap_or_default()))?;
        let stream = connect(&self.target).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        Ok((sender.send_request(request).await?, driver))
    }
}

/// Its address.
impl fmt::Display for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.target.fmt(f)
    }
}
