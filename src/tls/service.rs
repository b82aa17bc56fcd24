//! Between hyper and the service: the peer goes into the request, the activity learns of requests and answers.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{
    HeaderValue, Method, Request, Response, StatusCode, Version,
    header::{CONNECTION, CONTENT_LENGTH},
};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tower::{Service, ServiceExt};

use super::{
    activity::{Activity, InFlight},
    drain::{Lent, lend},
    event::ConnectionFault,
    limits::Limits,
    target,
    wire::Departure,
};
use crate::peer::Peer;

/// What a service answers to have the connection closed without an answer: the fault that looks like a network failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("connection dropped on purpose")]
pub struct Dropped;

/// A service that always answers never does that.
impl From<Infallible> for Dropped {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// An answer's body, which keeps its request in flight until it is sent; without a body of the service's it is empty.
pub(super) struct ServedBody<B> {
    body: Option<B>,
    _in_flight: InFlight,
}

/// What a request meets on its connection.
pub(super) struct Delivery {
    pub(super) limits: Arc<Limits>,
    /// None where nobody is known: without TLS.
    pub(super) peer: Option<Arc<Peer>>,
    pub(super) activity: Arc<Activity>,
    pub(super) departure: Departure,
}

impl Delivery {
    /// Gives a request to the service; `on_fault` is called with one that none may have.
    pub(super) async fn run<S, B>(
        self,
        service: S,
        request: Request<Incoming>,
        on_fault: impl Fn(ConnectionFault),
    ) -> Result<Response<ServedBody<B>>, Dropped>
    where
        S: Service<Request<Lent>, Response = Response<B>>,
        S::Error: Into<Dropped>,
        B: Body,
    {
        let in_flight = self.activity.enter();
        if let Some((status, reason)) = self.fault(&request) {
            on_fault(ConnectionFault::NotHttp { status: Some(status.as_u16()), reason });
            return Ok(refusal(status, request.version(), in_flight));
        }
        let (version, head) = (request.version(), request.method() == Method::HEAD);
        let (mut request, rest) = lend(request, self.limits.body);
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(peer);
        }
        // On the heap, for as long as it runs: a client that is waited for afterwards holds little.
        let answered = Box::pin(async move { service.oneshot(request).await.map_err(Into::into) });
        let answered = tokio::select! {
            biased;
            answered = answered => answered,
            // Over HTTP/2 the library reads all the time, and notices.
            () = self.departure.happens(), if version <= Version::HTTP_11 => Err(Dropped),
        };
        match answered {
            Ok(mut response) => {
                let slots = &self.activity.leftover_bodies;
                rest.read(self.limits.drain, version, slots, response.headers_mut()).await;
                if version > Version::HTTP_11 && (head || has_no_body(response.status())) {
                    return Ok(bare(response, head, in_flight));
                }
                Ok(response.map(|body| ServedBody { body: Some(body), _in_flight: in_flight }))
            }
            Err(dropped) => {
                self.activity.cut.notify_one();
                Err(dropped)
            }
        }
    }

    fn fault(&self, request: &Request<Incoming>) -> Option<(StatusCode, String)> {
        // HTTP/1.1 counts header fields while it parses; HTTP/2 only weighs them.
        let count = request.headers().len();
        if request.version() > Version::HTTP_11 && count > self.limits.headers {
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            return Some((status, format!("{count} header fields")));
        }
        // The console says of its names what to do about them.
        let host = self.peer.is_some().then(|| target::host(request)).flatten();
        let wrong = host.or_else(|| target::fault(request));
        wrong.map(|(status, reason)| (status, reason.to_owned()))
    }
}

/// Whether an answer of this status has no body, whatever it is about (RFC 9110, 15.3.5 and 15.4.5).
fn has_no_body(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// An answer without its body, where the library writes one all the same: it knows better over HTTP/1.1 only. HEAD is told how
/// long it would have been (RFC 9110, 9.3.2).
fn bare<B: Body>(
    response: Response<B>,
    head: bool,
    in_flight: InFlight,
) -> Response<ServedBody<B>> {
    let (mut parts, body) = response.into_parts();
    let length = body.size_hint().exact().filter(|_| head && !has_no_body(parts.status));
    match length {
        Some(length) => {
            parts.headers.entry(CONTENT_LENGTH).or_insert_with(|| length.into());
        }
        None => {
            parts.headers.remove(CONTENT_LENGTH);
        }
    }
    Response::from_parts(parts, ServedBody { body: None, _in_flight: in_flight })
}

/// Nothing but a status; HTTP/1.1 does not go on after it.
fn refusal<B>(
    status: StatusCode,
    version: Version,
    in_flight: InFlight,
) -> Response<ServedBody<B>> {
    let mut refusal = Response::new(ServedBody { body: None, _in_flight: in_flight });
    *refusal.status_mut() = status;
    if version <= Version::HTTP_11 {
        refusal.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    refusal
}

impl<B: Body + Unpin> Body for ServedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
