//! A request that is answered before its body was read has its body read all the same, before the answer leaves.
//!
//! Controls refuse on headers alone, while the client is still sending. Left unread, the body makes hyper reset the
//! HTTP/2 stream behind the answer (RFC 9113, 8.1 allows it, and curl 7.88, Debian 12's, then reports "Stream error in
//! the HTTP/2 framing layer" in place of the 401), and close an HTTP/1.1 connection that the client meant to keep.
//! What is read so is bounded in size and in time, and a client that waits for `100 Continue` is not asked to send. Over HTTP/2
//! the rest of a larger body is read on behind the answer, within wider bounds: the stream is reset after those.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{body::Body, extract::Request, response::Response};
use bytes::Bytes;
use http::{
    HeaderValue, Version,
    header::{CONNECTION, EXPECT},
};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::{BodyExt, Limited};

/// How much is read in vain at most.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// Bytes.
    pub(super) bytes: usize,
    /// A body that was sent with its headers is there already; one that trickles is not waited for.
    pub(super) patience: Duration,
    /// How long a body is read on behind the answer, over HTTP/2.
    pub(super) behind: Duration,
}

/// Bytes that are read on behind an answer at most: many times what any demand needs.
const BEHIND: usize = 16 << 20;

pub(super) async fn layer<F: Future<Output = Response>>(
    bounds: Bounds,
    request: Request,
    next: impl FnOnce(Request) -> F,
) -> Response {
    if request.headers().contains_key(EXPECT) || request.body().is_end_stream() {
        return next(request).await;
    }
    let version = request.version();
    let (parts, body) = request.into_parts();
    let kept = Kept(Arc::new(Mutex::new(body)));
    let mut response = next(Request::from_parts(parts, Body::new(kept.clone()))).await;
    // What does not arrive in time stays unread.
    if is_read(Limited::new(kept.clone(), bounds.bytes), bounds.patience).await {
        return response;
    }
    if version <= Version::HTTP_11 {
        // The connection is lost with the rest of the body: a client that is not told may give it its next request.
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    } else {
        // httpx, curl and PHP send their body to its end before they look at the answer, and take a reset for a failure.
        tokio::spawn(is_read(Limited::new(kept, BEHIND), bounds.behind));
    }
    response
}

/// Whether a body was read to its end, within its limit and in time.
async fn is_read(mut rest: Limited<Kept>, patience: Duration) -> bool {
    let read = async {
        loop {
            if rest.is_end_stream() {
                return true;
            }
            match rest.frame().await {
                Some(Ok(_)) => {}
                Some(Err(_)) => return false,
                None => return true,
            }
        }
    };
    tokio::time::timeout(patience, read).await == Ok(true)
}

/// A body that outlives the handler it was lent to.
#[derive(Clone)]
struct Kept(Arc<Mutex<Body>>);

impl http_body::Body for Kept {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::response::IntoResponse;
    use futures_util::{StreamExt, stream};

    use super::*;

    /// How many of ten pieces of ten bytes were read when the answer left.
    async fn read_in_vain(bytes: usize, header: &str) -> usize {
        let read = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&read);
        let sent = stream::iter(0..10).map(move |_| {
            seen.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from_static(b"0123456789"))
        });
        let request = Request::post("/").header(header, "100-continue");
        refused(bytes, request.body(Body::from_stream(sent)).unwrap()).await;
        read.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn the_body_of_a_refused_request_is_read_before_the_answer_leaves() {
        assert_eq!(read_in_vain(1000, "x-none").await, 10);
    }

    #[tokio::test]
    async fn no_more_is_read_in_vain_than_a_body_may_hold() {
        assert!(read_in_vain(30, "x-none").await <= 4);
    }

    #[tokio::test]
    async fn over_http_2_the_rest_is_read_on_behind_the_answer() {
        let (last, mut read) = tokio::sync::mpsc::channel(1);
        let sent = stream::iter(0..10).map(move |at| {
            if at == 9 {
                last.try_send(()).unwrap();
            }
            Ok::<_, std::io::Error>(Bytes::from_static(b"0123456789"))
        });
        let request = Request::post("/").version(Version::HTTP_2);
        refused(30, request.body(Body::from_stream(sent)).unwrap()).await;
        tokio::time::timeout(Duration::from_secs(20), read.recv()).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_client_that_waits_to_be_told_to_send_is_not_told_so() {
        assert_eq!(read_in_vain(1000, "expect").await, 0);
    }

    #[tokio::test]
    async fn a_body_that_trickles_is_not_waited_for() {
        let body = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        assert!(
            refused(1000, Request::post("/").body(body).unwrap()).await,
            "the connection ends with it"
        );
    }

    #[tokio::test]
    async fn a_connection_whose_body_stays_unread_is_said_to_end() {
        for (bytes, version, ends) in [
            (100, Version::HTTP_11, false),
            (30, Version::HTTP_11, true),
            (30, Version::HTTP_2, false),
        ] {
            let sent = stream::iter(
                (0..10).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(b"0123456789"))),
            );
            let request =
                Request::post("/").version(version).body(Body::from_stream(sent)).unwrap();
            assert_eq!(refused(bytes, request).await, ends, "{bytes} {version:?}");
        }
    }

    /// Refuses a request; whether the answer says that the connection ends.
    async fn refused(bytes: usize, request: Request) -> bool {
        let patience = Duration::from_millis(50);
        let bounds = Bounds { bytes, patience, behind: Duration::from_secs(20) };
        let answer =
            layer(bounds, request, async |_| http::StatusCode::UNAUTHORIZED.into_response()).await;
        assert_eq!(answer.status(), 401);
        answer.headers().contains_key(CONNECTION)
    }
}
