//! The outermost layer: one journal entry per request, whatever its end, and the correlation identifier on every answer.

use std::{borrow::Cow, net::IpAddr, pin::pin, sync::Arc, time::Instant};

use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Version, header};
use jiff::Timestamp;

use super::{
    Gateway,
    fault::{FaultContext, GatewayFault},
    headers::{self, Clocks, ComeBack},
    inject, reasons,
    room::Permit,
};
use crate::{
    admission::{Chain, Verdict},
    clock::Clock,
    config::{Environment, Mode, SettingValue},
    domain::fold_ascii,
    entropy,
    journal::{CertificateFacts, Draft, Entry, FromConsole, SharedList, Unwritten, Written},
    peer::{Party, Peer},
    product::codes,
    sandbox::Sandbox,
    tls::Lent,
};

/// Owns the draft and lends it to `next`, with the request's place in the room.
pub(super) async fn layer(
    gateway: &Gateway,
    mut request: Request<Lent>,
    next: impl AsyncFnOnce(Request<Lent>, &mut Draft, &Permit) -> Response,
) -> Response {
    let via = put_caller(&gateway.sandbox, &mut request);
    let sent = headers::given(request.headers(), &headers::CORRELATION_ID).cloned();
    let mut open = Open::new(&gateway.sandbox, &request, sent.as_ref());
    open.draft.entry.via = via;
    let correlation = sent.unwrap_or_else(|| headers::value(&open.draft.entry.correlation_id));
    let version = request.version();
    let journal = &gateway.sandbox.journal;
    let asked = journal.is_strict().then(|| request.headers().clone()); // to refuse with, once the request is gone
    let party = party(&gateway.sandbox, &request, open.draft.entry.time);
    let mut response = match gateway.room.enter(party) {
        None => closed(&gateway.sandbox, &mut open.draft, request.headers()),
        Some(_) if journal.blocked() => {
            unwritable(&gateway.sandbox, &mut open.draft, request.headers())
        }
        Some(permit) => {
            let answered = pin!(next(request, &mut open.draft, &permit));
            answered.await
        }
    };
    let is_explained = is_refusal(response.status()) || open.draft.is_partial;
    {
        let draft = &mut open.draft;
        if gateway.sandbox.config.gateway.diagnostics
            && gateway.sandbox.config.gateway.mode == Mode::Observe
        {
            add_observed(response.headers_mut(), &draft.chain);
        }
        if gateway.sandbox.config.gateway.diagnostics && is_explained {
            let describe =
                || headers::value(&fold_ascii(&reasons::for_answer(draft, response.status())));
            if !response.headers().contains_key(&headers::REASON) {
                let described = describe();
                response.headers_mut().insert(headers::REASON, described);
            }
        }
        draft.entry.status = (!inject::is_dropped(&response)).then_some(response.status().as_u16());
    }
    // A refusal for want of a journal waits for the next attempt too, which slows a client that insists.
    let Written { sequence, ticket } = open.answered();
    if let (Some(ticket), Some(asked)) = (ticket, asked)
        && let Err(Unwritten) = ticket.written().await
    {
        response = unwritable(&gateway.sandbox, &mut Draft::default(), &asked);
        open.uncounted.iter_mut().for_each(unanswered);
    }
    let status = response.status();
    let back = response.extensions().get::<ComeBack>().copied();
    let headers = response.headers_mut();
    headers.insert(headers::CORRELATION_ID, correlation);
    let product = gateway.sandbox.clock.now();
    // Without anything to come back for, nobody looks at the system's.
    let clocks = Clocks { product, system: back.map_or(product, |_| Clock::system().now()) };
    headers::write_dates(headers, back, gateway.sandbox.config.gateway.retry_after, clocks);
    if gateway.sandbox.config.gateway.diagnostics {
        headers.insert(headers::ENVIRONMENT, const { HeaderValue::from_static(FICTITIOUS) });
        let page = sequence
            .zip(gateway.sandbox.console_url.get())
            .filter(|_| is_explained || is_refusal(status));
        if let Some((sequence, console)) = page {
            headers
                .insert(headers::JOURNAL, headers::value(&format!("{console}/journal/{sequence}")));
        }
    }
    if matches!(status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT)
        && version <= Version::HTTP_11
    {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close")); // the rest of the body is not read
    }
    response
}

/// Whether an answer says that the call failed: its headers then tell why, and where that is explained.
fn is_refusal(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

/// No control is asked, so that the answer costs as little as can be: more requests at once than `gateway.limits.requests`,
/// or nothing to journal them in. The product says so of its hard limit (apim-wire 2.3).
fn closed(sandbox: &Sandbox, draft: &mut Draft, request: &HeaderMap) -> Response {
    let fault = GatewayFault::Injected { code: &codes::SATURATED, until: sandbox.clock.now() };
    draft.entry.code = Some(codes::SATURATED.number.to_string());
    fault.respond(FaultContext::outside(sandbox, request))
}

/// The policy is `strict` and the journal's file cannot be written.
fn unwritable(sandbox: &Sandbox, draft: &mut Draft, request: &HeaderMap) -> Response {
    let mut response = closed(sandbox, draft, request);
    unanswered(&mut draft.entry);
    if sandbox.config.gateway.diagnostics {
        response.headers_mut().insert(headers::REASON, headers::value(&fold_ascii(UNWRITABLE)));
    }
    response
}

/// Makes an entry that of the answer which [`unwritable`] gives: nothing was restituted.
fn unanswered(entry: &mut Entry) {
    entry.status = Some(StatusCode::SERVICE_UNAVAILABLE.as_u16());
    entry.code = Some(codes::SATURATED.number.to_string());
    entry.note = Some(UNWRITABLE.to_owned());
    entry.answers = None;
    entry.restituted = SharedList::default();
}

/// The controls only watch: every answer says so, and which control would have refused, if one would.
fn add_observed(headers: &mut HeaderMap, chain: &Chain) {
    headers.entry(&headers::CONTROL).or_insert(HeaderValue::from_static("observe"));
    let refused = chain.verdicts().find_map(|(control, verdict)| match verdict {
        Verdict::Refused(reason) => Some((control, reason)),
        Verdict::Granted | Verdict::NotReached | Verdict::NotAsked => None,
    });
    if let Some((control, reason)) = refused {
        let describe = || headers::value(&fold_ascii(&format!("{} : {reason}", control.as_str())));
        headers.entry(&headers::REASON).or_insert_with(describe);
    }
}

/// On whose account a request is that came in now.
fn party(sandbox: &Sandbox, request: &Request<Lent>, now: Timestamp) -> Party {
    let peer = request.extensions().get::<Arc<Peer>>();
    let peer = peer.expect("the listener describes every connection");
    Party::from_peer(peer, &sandbox.trust, now)
}

/// Puts the caller that a trusted proxy speaks for in the place of the proxy; the proxy's address when it did.
fn put_caller(sandbox: &Sandbox, request: &mut Request<Lent>) -> Option<IpAddr> {
    let proxy = request.extensions().get::<Arc<Peer>>()?;
    let caller = sandbox.proxies.caller(proxy, request.headers(), &sandbox.trust);
    if Arc::ptr_eq(proxy, &caller) {
        return proxy.via;
    }
    let via = proxy.address.ip();
    request.extensions_mut().insert(caller);
    Some(via)
}

/// An entry that is written when it goes out of scope: a client that leaves before its answer leaves an entry too.
struct Open {
    sandbox: Arc<Sandbox>,
    draft: Draft,
    since: Instant,
    written: bool,
    /// The entry of an answer that waits for its fate: it is counted as what it comes to be.
    uncounted: Option<Entry>,
}

impl Open {
    /// The entry of a request with this correlation identifier, if it has one.
    fn new(
        sandbox: &Arc<Sandbox>,
        request: &Request<Lent>,
        correlation: Option<&HeaderValue>,
    ) -> Self {
        let mut draft = Draft::default();
        let entry = &mut draft.entry;
        entry.time = sandbox.clock.now();
        let since = Clock::instant();
        entry.arrived_us = sandbox.journal.since_birth(since);
        (draft.series, draft.began) = (sandbox.references.series(), Some(since));
        let entry = &mut draft.entry;
        let sent = |name| headers::given(request.headers(), &name).map(noted);
        let correlation_id = correlation.map(noted);
        entry.correlation_made = correlation_id.is_none();
        entry.correlation_id = correlation_id.unwrap_or_else(|| entropy::uuid().to_string());
        entry.request_id = sent(headers::REQUEST_ID);
        entry.made = headers::text(request.headers(), &headers::KEY)
            .and_then(|key| sandbox.journal.take_key(key));
        entry.from_console = request.extensions().get::<FromConsole>().is_some();
        entry.method = Some(method(request.method()));
        entry.http = Some(version(request.version()).into());
        entry.user_agent = sent(header::USER_AGENT);
        entry.content_encoding = sent(header::CONTENT_ENCODING);
        let environment = sandbox.config.gateway.environment;
        entry.environment =
            (environment != Environment::Production).then(|| environment.show().into());
        if let Some(peer) = request.extensions().get::<Arc<Peer>>() {
            if peer.unreadable_hop.is_none() {
                entry.address = Some(peer.address.ip());
                entry.port = Some(peer.address.port());
            }
            entry.tls = Some(peer.tls.version.as_str().into());
            entry.resumed = Some(peer.tls.resumed);
            entry.certificate = peer.certificate.as_deref().map(CertificateFacts::from);
        }
        Self { sandbox: Arc::clone(sandbox), draft, since, written: false, uncounted: None }
    }

    /// Writes the entry of an answer; with a ticket, the answer waits for it.
    fn answered(&mut self) -> Written {
        self.finish();
        let (journal, entry) = (&self.sandbox.journal, &mut self.draft.entry);
        match journal.is_strict() {
            true => self.uncounted = Some(entry.clone()),
            false => count(&self.sandbox, entry),
        }
        journal.record_answer(entry, unanswered)
    }

    fn finish(&mut self) {
        self.written = true;
        self.draft.finish();
        let duration = self.since.elapsed().as_micros();
        self.draft.entry.duration_us = u64::try_from(duration).unwrap_or(u64::MAX);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.written {
            self.finish();
            count(&self.sandbox, &self.draft.entry);
            self.sandbox.journal.record(std::mem::take(&mut self.draft.entry));
        }
        self.uncounted.iter().for_each(|entry| count(&self.sandbox, entry));
    }
}

/// What came in before a reset is not counted with what came in after it.
fn count(sandbox: &Sandbox, entry: &Entry) {
    if !sandbox.journal.is_past(entry) {
        sandbox.metrics.request(entry);
    }
}

/// A method as the journal keeps it. What is no short word in capitals is whatever its client wrote, a token even: it is not kept.
pub(super) fn method(method: &Method) -> Cow<'static, str> {
    let text = method.as_str();
    match *method {
        Method::GET => "GET".into(),
        Method::POST => "POST".into(),
        _ if text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            text.to_owned().into()
        }
        _ => "(méthode inconnue)".into(),
    }
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

/// An identifier as the journal keeps it: what is no text is replaced, and what is no identifier is cut.
fn noted(line: &HeaderValue) -> String {
    if let Ok(text) = str::from_utf8(line.as_bytes())
        && text.len() <= LONGEST
    {
        return text.to_owned();
    }
    String::from_utf8_lossy(line.as_bytes()).chars().take(LONGEST).collect()
}

const LONGEST: usize = 128;
/// What every answer says of where it comes from, for whoever took this for the real gateway.
const FICTITIOUS: &str = "fictif";
const UNWRITABLE: &str = "le fichier du journal ne peut pas être écrit (journal.policy = strict) : rien n'est répondu sans trace";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_kept_where_it_is_a_short_word_in_capitals() {
        for name in ["GET", "PATCH", "BREW"] {
            assert_eq!(method(&name.parse().unwrap()), name);
        }
        for text in ["eyJhbGciOi.J9.x", "get", "FR7699", "A-B", "ABCDEFGHIJK"] {
            assert_eq!(method(&text.parse().unwrap()), "(méthode inconnue)", "{text}");
        }
    }
}
