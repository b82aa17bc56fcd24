//! Between hyper and the service: the peer goes into the request, the gauge learns of requests and answers.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tower::{Service, ServiceExt};

use super::gauge::{Gauge, InFlight};
use crate::peer::{Peer, Protocol};

/// A service's wish that the connection be closed without an answer: the fault that looks like a network failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("connection dropped on purpose")]
pub struct Dropped;

/// A service that always answers never wishes that.
impl From<Infallible> for Dropped {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// An answer's body, which keeps its request in flight until it is sent; without a body of the service's it is empty.
pub(super) struct Answer<B> {
    body: Option<B>,
    _in_flight: InFlight,
}

/// Gives a request to the service.
pub(super) async fn deliver<S, B>(
    service: S,
    mut request: Request<Incoming>,
    peer: Arc<Peer>,
    gauge: Arc<Gauge>,
    too_many: impl FnOnce(usize) -> bool,
) -> Result<Response<Answer<B>>, Dropped>
where
    S: Service<Request<Incoming>, Response = Response<B>>,
    S::Error: Into<Dropped>,
{
    let in_flight = gauge.enter();
    // HTTP/1.1 counts header fields while it parses; HTTP/2 only weighs them.
    if peer.tls.alpn == Some(Protocol::Http2) && too_many(request.headers().len()) {
        let mut refusal = Response::new(Answer { body: None, _in_flight: in_flight });
        *refusal.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Ok(refusal);
    }
    request.extensions_mut().insert(peer);
    match service.oneshot(request).await {
        Ok(response) => Ok(response.map(|body| Answer { body: Some(body), _in_flight: in_flight })),
        Err(wish) => {
            gauge.cut.notify_one();
            Err(wish.into())
        }
    }
}

impl<B: Body + Unpin> Body for Answer<B> {
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
