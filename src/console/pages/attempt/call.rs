//! The call itself: a token if one is wanted, then the request, through the gateway's own service.

use std::{net::Ipv4Addr, str::FromStr, sync::Arc, time::Duration};

use axum::{body::Body, response::Response};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::BytesMut;
use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use http_body_util::BodyExt;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::time::timeout;
use tower::ServiceExt;

use super::form::{NONE, OWN};
use crate::{
    clock::Clock,
    console::pages::{attempts::AttemptForm, show, visit::Visit},
    directory::Convention,
    entropy,
    journal::FromConsole,
    peer::{Peer, Protocol, TlsFacts, TlsVersion},
    pki,
    rights::ApiId,
    tls::Dropped,
};

/// A call that can be made.
pub(super) struct AttemptCall {
    peer: Arc<Peer>,
    convention: Arc<Convention>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
    token: bool,
    scope: String,
}

/// A request and what came back, as text.
pub(super) struct Exchange {
    pub(super) title: &'static str,
    pub(super) request: String,
    /// The status line; what happened when nothing came back.
    pub(super) outcome: String,
    pub(super) class: &'static str,
    pub(super) headers: String,
    pub(super) body: String,
    pub(super) duration: String,
    /// The one that was sent or given; nothing when neither side said one before the page stopped waiting.
    pub(super) correlation_id: Option<String>,
}

struct AnswerText {
    correlation_id: Option<String>,
    /// Nothing when the connection was dropped.
    whole: Option<(String, &'static str, String, String)>,
}

impl AttemptCall {
    /// The call that the form describes, or what is wrong with it, in French.
    pub(super) async fn read(visit: &Visit, form: &AttemptForm) -> Result<Self, String> {
        let directory = visit.sandbox().directory();
        let unknown =
            || format!("Partenaire : aucune convention n'a l'identifiant « {} ».", form.partner);
        let convention = Arc::clone(directory.convention(&form.partner).ok_or_else(unknown)?);
        let method = Method::from_str(&form.method)
            .map_err(|_| format!("Méthode : « {} » n'en est pas une.", form.method))?;
        let uri = encoded(&form.path)
            .parse::<Uri>()
            .ok()
            .filter(|uri| uri.path().starts_with('/') && uri.host().is_none());
        let uri = uri.ok_or_else(|| {
            let example = format!("{}/…", ApiId::ALL[0].context());
            format!("Chemin : « {} » ; un chemin est attendu, comme {example}.", form.path)
        })?;
        let mut headers = HeaderMap::new();
        let fresh =
            || HeaderValue::from_str(&entropy::uuid().to_string()).expect("a UUID is ASCII");
        if form.correlation {
            headers.insert(CORRELATION_ID, fresh());
        }
        if form.request_id {
            headers.insert("x-request-id", fresh());
        }
        let teleservice = convention.application.id_teleservice.as_deref();
        if let Some(id) = teleservice.filter(|_| form.teleservice)
            && let Ok(id) = HeaderValue::from_str(id)
        {
            headers.insert("id_teleservice", id);
        }
        if !form.body.trim().is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let peer = peer(visit, &form.partner, &form.certificate).await?;
        let (body, token, scope) = (form.body.clone(), form.token, form.scope.clone());
        Ok(Self { peer, convention, method, uri, headers, body, token, scope })
    }

    /// Makes it: what was asked and what came back, the token's exchange first where one was wanted.
    pub(super) async fn make(mut self, visit: &Visit) -> Vec<Exchange> {
        let mut exchanges = Vec::new();
        if self.token {
            let (exchange, token) = self.ask_token(visit).await;
            exchanges.push(exchange);
            let Some(bearer) =
                token.and_then(|token| HeaderValue::from_str(&format!("Bearer {token}")).ok())
            else {
                return exchanges;
            };
            self.headers.insert(header::AUTHORIZATION, bearer);
        }
        let mut request = Request::builder().method(self.method.clone()).uri(self.uri.clone());
        if let Some(headers) = request.headers_mut() {
            headers.extend(self.headers.clone());
        }
        let sent = (&self.headers, self.body.as_str());
        let request = request
            .body(Body::from(self.body.clone()))
            .expect("method, path and headers were read");
        exchanges.push(exchange("L'appel", request, sent, &self.peer, visit).await.0);
        exchanges
    }

    /// Client credentials at the token endpoint, as the partner's client would.
    async fn ask_token(&self, visit: &Visit) -> (Exchange, Option<String>) {
        let application = &self.convention.application;
        let scope = if self.scope.is_empty() {
            self.convention.scopes().join(" ")
        } else {
            self.scope.clone()
        };
        let body = format!(
            "grant_type=client_credentials&scope={}",
            utf8_percent_encode(&scope, NON_ALPHANUMERIC)
        );
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let credentials = format!("{}:{}", encode(&application.key), encode(&application.secret));
        let mut headers = HeaderMap::new();
        let basic = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(credentials)));
        headers.insert(header::AUTHORIZATION, basic.expect("base64 is ASCII"));
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let mut request = Request::post("/token");
        if let Some(all) = request.headers_mut() {
            all.extend(headers.clone());
        }
        let sent = (&headers, body.as_str());
        let request =
            request.body(Body::from(body.clone())).expect("these are the parts of a request");
        let (mut exchange, answer) =
            exchange("La demande de jeton", request, sent, &self.peer, visit).await;
        let token = answer["access_token"].as_str().map(str::to_owned);
        if let Some(token) = &token {
            exchange.body = exchange.body.replace(token.as_str(), &shortened(token));
        }
        (exchange, token)
    }
}

/// Sends a request and tells both sides of it.
async fn exchange(
    title: &'static str,
    mut request: Request<Body>,
    (headers, body): (&HeaderMap, &str),
    peer: &Arc<Peer>,
    visit: &Visit,
) -> (Exchange, Value) {
    let sent = correlation(headers);
    let head =
        format!("{} {}\n{}\n{}", request.method(), request.uri(), listed(headers), indented(body));
    request.extensions_mut().insert(Arc::clone(peer));
    request.extensions_mut().insert(FromConsole);
    let since = Clock::instant();
    let answered = timeout(PATIENCE, answer(visit, request)).await;
    let duration = show::measured(u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX));
    let failed = |outcome: String| (outcome, "failed", String::new(), String::new());
    let (given, (outcome, class, headers, body)) = match answered {
        Err(_) => (None, failed(format!("aucune réponse en {} secondes", PATIENCE.as_secs()))),
        Ok(AnswerText { correlation_id, whole: None }) => {
            (correlation_id, failed("connexion coupée sans réponse".to_owned()))
        }
        Ok(AnswerText { correlation_id, whole: Some(answer) }) => (correlation_id, answer),
    };
    let value = serde_json::from_str(&body).unwrap_or_default();
    let (request, body) = (head.trim_end().to_owned(), indented(&body));
    let correlation_id = given.or(sent);
    (Exchange { title, request, outcome, class, headers, body, duration, correlation_id }, value)
}

async fn answer(visit: &Visit, request: Request<Body>) -> AnswerText {
    let service = visit.console().gateway.service.clone();
    let response: Response = match service.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let correlation_id = correlation(response.headers());
    if response.extensions().get::<Dropped>().is_some() {
        return AnswerText { correlation_id, whole: None };
    }
    let (parts, mut body) = response.into_parts();
    let mut read = BytesMut::new();
    let mut whole = true;
    while let Some(frame) = body.frame().await {
        match frame.map(|frame| frame.into_data()) {
            Ok(Ok(data)) if read.len() < SHOWN => read.extend_from_slice(&data),
            Ok(_) => {}
            Err(_) => {
                whole = false;
                break;
            }
        }
    }
    let class = match parts.status.as_u16() {
        200..400 => "granted",
        400..500 => "refused",
        _ => "failed",
    };
    let cut = if whole { "" } else { ", puis connexion coupée au milieu" };
    let text = String::from_utf8_lossy(&read).into_owned();
    AnswerText {
        correlation_id,
        whole: Some((format!("{}{cut}", parts.status), class, listed(&parts.headers), text)),
    }
}

fn correlation(headers: &HeaderMap) -> Option<String> {
    headers.get(CORRELATION_ID).and_then(|id| id.to_str().ok()).map(str::to_owned)
}

/// The caller: from this machine, with the certificate that was chosen.
async fn peer(visit: &Visit, partner: &str, certificate: &str) -> Result<Arc<Peer>, String> {
    let dir = visit.sandbox().config.certs.clone();
    let name = match certificate {
        NONE => None,
        OWN => Some(partner.to_owned()),
        faulty => Some(format!("invalid/{faulty}")),
    };
    let chain = match name {
        None => None,
        Some(name) => {
            let read =
                tokio::task::spawn_blocking(move || pki::client_certificate(&dir, &name)).await;
            let missing = || {
                "Certificat : le dossier des certificats n'a pas ce certificat de test.".to_owned()
            };
            Some(read.ok().flatten().ok_or_else(missing)?)
        }
    };
    let certificate = chain.map(|chain| visit.sandbox().trust.describe(&chain));
    let tls = TlsFacts { version: TlsVersion::V1_3, alpn: Some(Protocol::Http1), resumed: false };
    Ok(Arc::new(Peer::new((Ipv4Addr::LOCALHOST, 0).into(), certificate, tls)))
}

/// A path as typed, with what a client would percent-encode encoded.
pub(super) fn encoded(path: &str) -> String {
    path.chars().fold(String::new(), |mut encoded, c| {
        if c.is_ascii_graphic()
            && !matches!(c, '<' | '>' | '"' | '`' | '\\' | '^' | '{' | '|' | '}')
        {
            encoded.push(c);
        } else {
            encoded.push_str(
                &utf8_percent_encode(c.encode_utf8(&mut [0; 4]), NON_ALPHANUMERIC).to_string(),
            );
        }
        encoded
    })
}

/// Headers, one a line; what proves who calls is shortened.
fn listed(headers: &HeaderMap) -> String {
    let line = |(name, value): (&http::HeaderName, &HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let value = match value.split_once(' ') {
            Some((scheme, proof)) if name == header::AUTHORIZATION => {
                format!("{scheme} {}", shortened(proof))
            }
            _ => value,
        };
        format!("{name}: {value}\n")
    };
    headers.iter().map(line).collect()
}

fn shortened(secret: &str) -> String {
    format!("{}…", secret.chars().take(12).collect::<String>())
}

/// JSON laid out; anything else as it is.
fn indented(text: &str) -> String {
    let value = serde_json::from_str::<Value>(text).ok();
    value
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| text.to_owned())
}

const CORRELATION_ID: &str = "x-correlation-id";
/// How long a page waits for an answer that was ordered to be late.
const PATIENCE: Duration = Duration::from_secs(20);
/// How much of an answer is shown.
const SHOWN: usize = 120_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_encoded_as_a_client_would_and_not_twice() {
        assert_eq!(
            encoded("/r2p/v1/personne?nom=D'ARC É&x=%20"),
            "/r2p/v1/personne?nom=D'ARC%20%C3%89&x=%20"
        );
        assert_eq!(encoded("/r2p/v1/personne/{spi}"), "/r2p/v1/personne/%7Bspi%7D");
    }

    #[test]
    fn what_proves_who_calls_is_shortened() {
        let headers = HeaderMap::from_iter([(
            header::AUTHORIZATION,
            HeaderValue::from_static("Bearer abcdefghijklmnopq"),
        )]);
        assert_eq!(listed(&headers), "authorization: Bearer abcdefghijkl…\n");
    }
}
