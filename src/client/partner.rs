//! A partner's client that behaves as a good one does: one token for many calls, renewed once after a 401; one connection
//! kept; nothing before the time it was told after a 429; few retries of a failure, with time between.
//!
//! Time between is made, not waited for: whoever owns the clock is asked to let it pass.

use std::{path::PathBuf, time::Duration};

use bytes::Bytes;
use form_urlencoded::Serializer;
use http::{HeaderMap, StatusCode, header};
use http_body_util::Full;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use serde_json::Value;

use super::{Console, Keys, ListenerAddress, Reply, Session};
use crate::{
    entropy, journal,
    product::{
        self,
        codes::{INVALID_CREDENTIALS, MISSING_CREDENTIALS},
    },
    recette::script::{Request, Shown, TOKEN, UUID},
};

/// The client.
pub struct Partner {
    gateway: ListenerAddress,
    certs: PathBuf,
    /// Whose clock is moved where another client would wait.
    console: Console,
    /// Under which its calls are journalled as bacasable's own.
    keys: Keys,
    /// The form of its request for a token.
    form: Vec<(&'static str, String)>,
    /// The name of its certificate below `clients/`.
    certificate: String,
    session: Session,
    token: Option<String>,
    /// How far the clock was moved.
    waited: SignedDuration,
}

/// How a call ended: the last answer, or none.
pub type CallEnding = Option<Reply>;

/// What a request can carry for a token.
enum Bearer {
    /// Nothing: it needs none.
    Nothing,
    Token(String),
    /// None could be had: the token endpoint's last word.
    Refused(CallEnding),
}

impl Partner {
    /// A client of the partner whose certificate has this name, which asks for tokens with this form.
    ///
    /// # Errors
    /// Certificates that cannot be read.
    pub fn new(
        gateway: &ListenerAddress,
        console: &Console,
        keys: Keys,
        certs: PathBuf,
        certificate: &str,
        form: Vec<(&'static str, String)>,
    ) -> anyhow::Result<Self> {
        let session = Session::new(gateway, &certs, Some(certificate))?;
        Ok(Self {
            gateway: gateway.clone(),
            certs,
            console: console.clone(),
            keys,
            form,
            certificate: certificate.to_owned(),
            session,
            token: None,
            waited: SignedDuration::ZERO,
        })
    }

    /// How far the clock was moved by waiting.
    pub fn waited(&self) -> SignedDuration {
        self.waited
    }

    /// The keys of its calls.
    pub fn keys(&mut self) -> &mut Keys {
        &mut self.keys
    }

    /// Shows another certificate from now on.
    ///
    /// # Errors
    /// A certificate that cannot be read.
    pub fn show(&mut self, certificate: &str) -> anyhow::Result<()> {
        self.session = Session::new(&self.gateway, &self.certs, Some(certificate))?;
        self.certificate = certificate.to_owned();
        Ok(())
    }

    /// Uses this token until it is refused.
    pub fn bear(&mut self, token: String) {
        self.token = Some(token);
    }

    pub fn forget_token(&mut self) {
        self.token = None;
    }

    /// Sends a request as it is, whatever comes back; only the quota is waited for. Without a token where none can be had.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn send(&mut self, request: &Request) -> anyhow::Result<CallEnding> {
        let bearer = self.bearer(request).await?;
        for _ in 0..RETRIES {
            let reply = self.transmit(request, &bearer).await?;
            match &reply {
                Some(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS => {
                    self.wait(until_next_access(&answer.headers)).await?;
                }
                Some(_) | None => return Ok(reply),
            }
        }
        Ok(None)
    }

    /// Sends a request, and does what a good client does with what comes back.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn call(&mut self, request: &Request) -> anyhow::Result<CallEnding> {
        let (mut renewed, mut throttled, mut failures) = (false, 0, 0);
        loop {
            let bearer = match self.bearer(request).await? {
                Bearer::Refused(ending) => return Ok(ending),
                bearer @ (Bearer::Nothing | Bearer::Token(_)) => bearer,
            };
            let reply = self.transmit(request, &bearer).await?;
            match &reply {
                Some(answer) if refuses_token(answer) && !renewed && request.scope.is_none() => {
                    renewed = true;
                    self.token = None;
                }
                Some(answer)
                    if answer.status == StatusCode::TOO_MANY_REQUESTS && throttled < RETRIES =>
                {
                    throttled += 1;
                    self.wait(until_next_access(&answer.headers)).await?;
                }
                Some(answer)
                    if !answer.status.is_server_error()
                        && answer.status != StatusCode::REQUEST_TIMEOUT =>
                {
                    return Ok(reply);
                }
                Some(_) | None if failures < RETRIES => {
                    failures += 1;
                    self.wait(SignedDuration::from_secs(1 << failures)).await?;
                }
                Some(_) | None => return Ok(reply),
            }
        }
    }

    /// Asks for a token with this form and does not keep it.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn ask_token(
        &mut self,
        form: &[(&'static str, String)],
    ) -> anyhow::Result<CallEnding> {
        self.post("/token", form).await
    }

    /// Gives its token back, and goes on using it.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn revoke(&mut self) -> anyhow::Result<CallEnding> {
        let token = match self.own_token().await? {
            Bearer::Token(token) => token,
            Bearer::Refused(ending) => return Ok(ending),
            Bearer::Nothing => return Ok(None),
        };
        let mut form: Vec<_> =
            self.form.iter().filter(|(name, _)| name.starts_with("client_")).cloned().collect();
        form.push(("token", token));
        self.post("/revoke", &form).await
    }

    /// Lets time pass.
    ///
    /// # Errors
    /// The console refuses to move the clock.
    pub async fn wait(&mut self, span: SignedDuration) -> anyhow::Result<()> {
        let order = serde_json::json!({ "advance": span.to_string() });
        self.console.order("PUT", "clock", &order).await?;
        self.waited += span;
        Ok(())
    }

    /// The token that a request needs: none, one with scopes of its own, or the client's.
    async fn bearer(&mut self, request: &Request) -> anyhow::Result<Bearer> {
        if !request.bears_token() {
            return Ok(Bearer::Nothing);
        }
        let Some(scope) = &request.scope else { return self.own_token().await };
        let others = self.form.iter().filter(|(name, _)| *name != "scope").cloned();
        let form: Vec<_> =
            others.chain((!scope.is_empty()).then(|| ("scope", scope.clone()))).collect();
        let reply = self.post("/token", &form).await?;
        Ok(access_token(reply.as_ref()).map_or(Bearer::Refused(reply), Bearer::Token))
    }

    async fn own_token(&mut self) -> anyhow::Result<Bearer> {
        if let Some(token) = &self.token {
            return Ok(Bearer::Token(token.clone()));
        }
        let form = self.form.clone();
        let mut failures = 0;
        loop {
            let reply = self.post("/token", &form).await?;
            let failed = reply.as_ref().is_none_or(|reply| reply.status.is_server_error());
            if failed && failures < RETRIES {
                failures += 1;
                self.wait(SignedDuration::from_secs(1 << failures)).await?;
                continue;
            }
            self.token = access_token(reply.as_ref());
            return Ok(self.token.clone().map_or(Bearer::Refused(reply), Bearer::Token));
        }
    }

    async fn post(
        &mut self,
        path: &str,
        form: &[(&'static str, String)],
    ) -> anyhow::Result<CallEnding> {
        let form = Serializer::new(String::new()).extend_pairs(form).finish();
        let request = http::Request::post(path)
            .header(header::HOST, self.session.authority())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("x-correlation-id", entropy::uuid().to_string())
            .header(journal::KEY, self.keys.next().await?)
            .body(Full::from(form))?;
        self.session.send(request, PATIENCE).await
    }

    async fn transmit(&mut self, request: &Request, bearer: &Bearer) -> anyhow::Result<CallEnding> {
        let token = if let Bearer::Token(token) = bearer { token } else { "" };
        let mut message = message(request, &self.session.authority(), token)?;
        message.headers_mut().insert(journal::KEY, self.keys.next().await?);
        let patience = request.patience_ms.map_or(PATIENCE, Duration::from_millis);
        match &request.certificate {
            Shown::Own => self.session.send(message, patience).await,
            Shown::Nothing => {
                Session::new(&self.gateway, &self.certs, None)?.send(message, patience).await
            }
            Shown::Named(name) => {
                Session::new(&self.gateway, &self.certs, Some(name))?.send(message, patience).await
            }
        }
    }
}

/// The request as it is sent: what is made at the last moment is made here.
///
/// # Errors
/// A path or a header that HTTP does not take.
pub(super) fn message(
    request: &Request,
    authority: &str,
    token: &str,
) -> anyhow::Result<http::Request<Full<Bytes>>> {
    let mut message = http::Request::builder()
        .method(request.method.as_str())
        .uri(request.path.as_str())
        .header(header::HOST, authority);
    for (name, value) in &request.headers {
        let value = value.replace(UUID, &entropy::uuid().to_string()).replace(TOKEN, token);
        message = message.header(name, value);
    }
    Ok(message.body(Full::from(Bytes::from(request.body.clone().unwrap_or_default())))?)
}

/// Whether the gateway refuses the token, for a reason that another one may mend, in any dialect. What an API refuses with
/// 401, or the gateway because of the convention, no token mends.
fn refuses_token(reply: &Reply) -> bool {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let mended = [&INVALID_CREDENTIALS, &MISSING_CREDENTIALS];
    reply.status == StatusCode::UNAUTHORIZED
        && product::code_in(&body).is_some_and(|code| mended.contains(&code))
}

/// What `Retry-After` says: seconds, or a date, from the answer's own `Date`; a minute where it does not say.
fn until_next_access(headers: &HeaderMap) -> SignedDuration {
    let seconds =
        headers.get(header::RETRY_AFTER).and_then(|text| text.to_str().ok()?.parse::<u32>().ok());
    if let Some(seconds) = seconds {
        return SignedDuration::from_secs(seconds.into());
    }
    let moment = |name: header::HeaderName| -> Option<Timestamp> {
        let text = headers.get(name)?.to_str().ok()?.replace("GMT", "+0000");
        rfc2822::parse(&text).ok().map(|zoned| zoned.timestamp())
    };
    let moments = moment(header::RETRY_AFTER).zip(moment(header::DATE));
    let span =
        moments.map(|(next, now)| next.duration_since(now)).filter(|span| span.is_positive());
    span.unwrap_or(SignedDuration::from_mins(1))
}

fn access_token(reply: Option<&Reply>) -> Option<String> {
    let body: Value = serde_json::from_slice(&reply?.body).ok()?;
    body.get("access_token").and_then(Value::as_str).map(str::to_owned)
}

/// How often a request that fails is sent again.
const RETRIES: u32 = 3;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_to_wait_is_what_the_answer_says() {
        let mut headers = HeaderMap::new();
        assert_eq!(until_next_access(&headers), SignedDuration::from_mins(1));
        headers.insert(header::DATE, "Sun, 22 Nov 2026 10:00:13 GMT".parse().unwrap());
        headers.insert(header::RETRY_AFTER, "Sun, 22 Nov 2026 10:01:00 GMT".parse().unwrap());
        assert_eq!(until_next_access(&headers), SignedDuration::from_secs(47));
        headers.insert(header::RETRY_AFTER, "30".parse().unwrap());
        assert_eq!(until_next_access(&headers), SignedDuration::from_secs(30));
    }

    #[test]
    fn only_the_gateway_s_word_on_a_token_asks_for_another_one() {
        let reply = |status: u16, body: &str| Reply {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::from(body.to_owned()),
        };
        assert!(refuses_token(&reply(401, r#"{"fault":{"code":900901}}"#)));
        assert!(refuses_token(&reply(401, r#"{"code":"900902"}"#)));
        assert!(!refuses_token(&reply(401, r#"{"fault":{"code":900907}}"#)));
        assert!(!refuses_token(&reply(401, r#"{"erreur":{"code":"CAT006"}}"#)));
        assert!(!refuses_token(&reply(403, r#"{"fault":{"code":900901}}"#)));
    }
}
