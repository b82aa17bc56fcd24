//! A client of the DGFiP's API gateway: mutual TLS, one token for many calls, a correlation identifier per request, patience.
//!
//! Copy it into your project and make it yours. What it needs:
//!
//! ```toml
//! jiff = "0.2"
//! reqwest = { version = "0.13", default-features = false, features = ["rustls", "http2", "json", "form"] }
//! serde_json = "1"
//! thiserror = "2"
//! tokio = { version = "1", features = ["sync", "time"] }
//! uuid = { version = "1", features = ["v4"] }
//! ```

use std::{
    error::Error,
    fs,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp, fmt::rfc2822, tz::TimeZone};
use reqwest::{
    Certificate, Identity, Method, RequestBuilder, Response, StatusCode, header::HeaderMap,
};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use uuid::Uuid;

/// An answer that is not 2xx: quote its correlation identifier when you ask for help.
#[derive(Debug, thiserror::Error)]
#[error("{status} {code}: {message} (X-Correlation-ID {correlation_id})")]
pub struct ApiError {
    pub status: StatusCode,
    pub code: String,
    pub message: String,
    pub correlation_id: String,
}

/// What can go wrong: [`ApiError`], or the way there.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

pub struct Client {
    http: reqwest::Client,
    gateway: String,
    partner: String,
    secret: String,
    siret: String,
    token: Mutex<Option<Token>>,
    /// How many tokens were asked for.
    pub tokens_obtained: AtomicU32,
}

#[derive(Clone)]
struct Token {
    value: String,
    expires: Instant,
}

impl Client {
    /// A client that trusts `ca.pem` only and shows the partner's certificate.
    pub fn new(
        gateway: &str,
        certs: &Path,
        partner: &str,
        secret: &str,
        siret: &str,
    ) -> Result<Self> {
        let mut identity = fs::read(certs.join(format!("clients/{partner}.pem")))?;
        identity.extend(fs::read(certs.join(format!("clients/{partner}.key")))?);
        let http = reqwest::Client::builder() // keeps connections open
            .tls_certs_only([Certificate::from_pem(&fs::read(certs.join("ca.pem"))?)?])
            .identity(Identity::from_pem(&identity)?)
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(30))
            .no_proxy()
            .build()?;
        let [gateway, partner, secret, siret] =
            [gateway, partner, secret, siret].map(str::to_owned);
        Ok(Self {
            http,
            gateway,
            partner,
            secret,
            siret,
            token: Mutex::new(None),
            tokens_obtained: AtomicU32::new(0),
        })
    }

    /// A FICOBA search: numCpte, spi, siretSiren, perPhy, perPro, verifIban or multiDet.
    pub async fn ficoba(
        &self,
        search: &str,
        motif: &str,
        justification: &str,
        criteria: Value,
    ) -> Result<Value> {
        let demand = json!({
            "dateDemande": today(),
            "motif": motif,
            "siretDemandeur": self.siret,
            "justification": justification,
            "criteresRecherche": criteria,
        });
        let path = format!("/fcb-masrestit/api/v2/comptes/{search}");
        self.call(|| self.request(Method::POST, &path).json(&demand), tokio::time::sleep).await
    }

    /// The person that R2P knows under this SPI.
    pub async fn person(&self, spi: &str) -> Result<Value> {
        self.person_with(spi, tokio::time::sleep).await
    }

    /// The same, with another way to let time pass.
    pub async fn person_with<F: Future>(
        &self,
        spi: &str,
        sleep: impl FnMut(Duration) -> F,
    ) -> Result<Value> {
        let path = format!("/r2p/v1/personne/{spi}");
        self.call(|| self.request(Method::GET, &path), sleep).await
    }

    /// The token in force, or a new one a minute before that one expires.
    pub async fn token(&self) -> Result<String> {
        let mut token = self.token.lock().await;
        match &*token {
            Some(token) if now() < token.expires => Ok(token.value.clone()),
            Some(_) | None => {
                let form = [("grant_type", "client_credentials"), ("scope", R2P_SCOPES)];
                let answer: Value = self.authenticated("/token", &form).await?.json().await?;
                let value = answer["access_token"].as_str().ok_or("no access_token")?.to_owned();
                let lifetime =
                    Duration::from_secs(answer["expires_in"].as_u64().ok_or("no expires_in")?);
                let expires = now() + lifetime.saturating_sub(Duration::from_secs(60));
                *token = Some(Token { value: value.clone(), expires });
                self.tokens_obtained.fetch_add(1, Ordering::Relaxed);
                Ok(value)
            }
        }
    }

    /// Tells the gateway that a token is no longer needed.
    pub async fn revoke(&self, token: &str) -> Result<()> {
        self.authenticated("/revoke", &[("token", token)]).await.map(drop)
    }

    /// One call: a refused token is renewed once, a used-up minute is waited for once.
    async fn call<F: Future>(
        &self,
        request: impl Fn() -> RequestBuilder,
        mut sleep: impl FnMut(Duration) -> F,
    ) -> Result<Value> {
        let (mut renewed, mut waited) = (false, false);
        loop {
            let token = self.token().await?;
            let response = request().bearer_auth(&token).send().await?;
            match (response.status(), patience(response.headers())) {
                (status, _) if status.is_success() => return Ok(response.json().await?),
                (StatusCode::UNAUTHORIZED, _) if !renewed => {
                    renewed = true;
                    // Another task may have renewed it already: only the refused token is forgotten.
                    self.token.lock().await.take_if(|present| present.value == token);
                }
                (StatusCode::TOO_MANY_REQUESTS, Some(pause)) if !waited => {
                    waited = true;
                    sleep(pause).await;
                }
                _ => return Err(ApiError::read(response).await.into()),
            }
        }
    }

    async fn authenticated(&self, path: &str, form: &[(&str, &str)]) -> Result<Response> {
        let request = self
            .request(Method::POST, path)
            .basic_auth(&self.partner, Some(&self.secret))
            .form(form);
        let response = request.send().await?;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(ApiError::read(response).await.into())
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.gateway));
        request.header("X-Correlation-ID", uuid()).header("X-Request-ID", uuid())
    }
}

impl ApiError {
    async fn read(response: Response) -> Self {
        let status = response.status();
        let header = |name| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
        };
        let correlation_id = header("X-Correlation-ID").to_owned();
        let text = response.text().await.unwrap_or_default();
        let body: Value = serde_json::from_str(&text).unwrap_or_default(); // a maintenance page, say
        let fault = body.get("erreur").unwrap_or(&body);
        let field = |names: [&str; 2]| names.iter().find_map(|name| fault.get(name));
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let code = field(["code", "error"]).map(plain).unwrap_or_default();
        let message = field(["message", "error_description"]).map_or(text.clone(), plain);
        Self { status, code, message, correlation_id }
    }
}

/// How long until `Retry-After`, seconds or a date by the gateway's own clock; nothing when that is too long to wait.
fn patience(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok();
    let date = |name| rfc2822::parse(text(name)?).ok();
    let seconds = text("retry-after")?
        .parse()
        .ok()
        .map(|seconds: u32| SignedDuration::from_secs(seconds.into()));
    let pause = match seconds {
        Some(pause) => pause,
        None => date("retry-after")?.duration_since(&date("date")?).max(SignedDuration::ZERO),
    };
    Duration::try_from(pause).ok().filter(|pause| *pause <= LONGEST_WAIT)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the emulator has one clock; its clients have their own"
)]
fn now() -> Instant {
    Instant::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the emulator has one clock; its clients have their own"
)]
fn today() -> String {
    Timestamp::now().to_zoned(TimeZone::UTC).date().to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the emulator has one source of chance; its clients have their own"
)]
fn uuid() -> String {
    Uuid::new_v4().to_string()
}

const R2P_SCOPES: &str = "api_r2p_recherche_personne_physique api_r2p_resolution_spi";
/// The gateway counts by the minute.
const LONGEST_WAIT: Duration = Duration::from_secs(90);
