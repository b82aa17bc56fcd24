//! A request that is answered before its body was read has its body read all the same, before the answer leaves.
//!
//! Controls refuse on headers alone, while the client is still sending. Left unread, the body makes hyper reset the
//! HTTP/2 stream behind the answer (RFC 9113, 8.1 allows it, and curl 7.88, Debian 12's, then reports "Stream error in
//! the HTTP/2 framing layer" in place of the 401), and close an HTTP/1.1 connection that the client meant to keep.
//! What is read so is bounded in size and in time, and a client that waits for `100 Continue` is not asked to send. Over HTTP/2
//! the rest of a larger body is read on behind the answer, within wider bounds: the stream is reset after those. The service
//! has answered by then: nobody's place is held meanwhile. Few bodies of a connection are waited for at a time; the answer to
//! another one leaves at once, and its stream is reset, so that a client whose bodies never come holds little memory.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Request, Version,
    header::{CONNECTION, EXPECT},
};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Limited};
use parking_lot::{Mutex, MutexGuard};
use tokio::{
    sync::Semaphore,
    time::{Sleep, sleep, timeout},
};

/// How much is read in vain at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drain {
    pub bytes: usize,
    /// A body that was sent with its headers is there already; one that trickles is not waited for.
    pub patience: Duration,
    /// How long a body is read on behind the answer, over HTTP/2.
    pub behind: Duration,
}

/// The body of a request, lent to the service.
pub struct Lent(LentBody);

enum LentBody {
    /// It came with its head, and has not been read.
    Whole(Bytes),
    Arriving(Box<Arriving>),
}

struct Arriving {
    /// What came with the head.
    first: Option<Result<Frame<Bytes>, BoxError>>,
    body: SharedBody,
    /// How long it may take to arrive, from when it is first waited for.
    within: Option<Duration>,
    until: Option<Pin<Box<Sleep>>>,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body that outlives the service it was lent to.
type SharedBody = Arc<Mutex<Arrival>>;

type Arrival = Watched<dyn Body<Data = Bytes, Error = BoxError> + Send + Unpin>;

/// What polling a body gives.
type Polled<D, E> = Poll<Option<Result<Frame<D>, E>>>;

/// A body, and how it ended.
pub(super) struct Watched<B: ?Sized> {
    end: BodyEnd,
    body: B,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BodyEnd {
    NotYet,
    Whole,
    /// Nothing can follow it on its connection: where it ends is not known.
    Broken,
}

/// What the service left of a body.
pub(super) enum Rest {
    Nothing,
    /// Of a client that waits for `100 Continue` before it sends: it is not asked to.
    Awaited(SharedBody),
    Arriving(SharedBody),
}

/// The body did not arrive in time.
#[derive(Debug, thiserror::Error)]
#[error("the body did not arrive in time")]
pub(super) struct TooSlow;

/// Lends the body of a request to whoever answers it. A small one that is there already is read now, and once.
pub(super) fn lend<B>(request: Request<B>, within: Option<Duration>) -> (Request<Lent>, Rest)
where
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    let asks = request.headers().contains_key(EXPECT);
    let (parts, mut body) = request.into_parts();
    let first = if asks { None } else { at_once(&mut body) };
    let held = match first {
        Some(Ok(frame)) if body.is_end_stream() && frame.is_data() => {
            LentBody::Whole(frame.into_data().unwrap_or_default())
        }
        None if body.is_end_stream() => LentBody::Whole(Bytes::new()),
        first => {
            let first = first.map(|first| first.map_err(Into::into));
            let end = if matches!(first, Some(Err(_))) { BodyEnd::Broken } else { BodyEnd::NotYet };
            let body = Watched { end, body: body.map_err(Into::into) };
            let body: SharedBody = Arc::new(Mutex::new(body));
            LentBody::Arriving(Box::new(Arriving { first, body, within, until: None }))
        }
    };
    let rest = match &held {
        LentBody::Arriving(arriving) if asks => Rest::Awaited(Arc::clone(&arriving.body)),
        LentBody::Arriving(arriving) => Rest::Arriving(Arc::clone(&arriving.body)),
        LentBody::Whole(_) => Rest::Nothing,
    };
    (Request::from_parts(parts, Lent(held)), rest)
}

/// What of a small body came with its head. Nobody waits for what did not: whoever reads on asks to be woken.
fn at_once<B: Body<Data = Bytes> + Unpin>(body: &mut B) -> Option<Result<Frame<Bytes>, B::Error>> {
    if body.size_hint().exact().is_none_or(|size| size == 0 || size > SMALL) {
        return None;
    }
    match Pin::new(body).poll_frame(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(first) => first,
        Poll::Pending => None,
    }
}

impl Lent {
    /// The body of a request that no listener lent.
    pub fn from_request<B>(request: Request<B>) -> Request<Self>
    where
        B: Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
    {
        lend(request, None).0
    }

    /// The whole body, if it is there.
    ///
    /// # Errors
    /// The body itself, when it is still arriving.
    pub fn whole(self) -> Result<Bytes, Self> {
        match self.0 {
            LentBody::Whole(bytes) => Ok(bytes),
            held @ LentBody::Arriving(_) => Err(Self(held)),
        }
    }

    fn rest(body: SharedBody) -> Self {
        let (first, within, until) = (None, None, None);
        Self(LentBody::Arriving(Box::new(Arriving { first, body, within, until })))
    }
}

impl Rest {
    /// Reads what is left before the answer with these headers leaves. Where some stays unread, HTTP/1.1 says that the
    /// connection ends: a client that is not told may give it its next request.
    pub(super) async fn read(
        self,
        bounds: Drain,
        version: Version,
        slots: &Arc<Semaphore>,
        answer: &mut HeaderMap,
    ) {
        let (rest, read) = match self {
            Self::Nothing => return,
            Self::Awaited(rest) => (None, rest.lock().is_end_stream()),
            Self::Arriving(rest) => {
                let slot = Arc::clone(slots).try_acquire_owned().ok();
                let patience = if slot.is_some() { bounds.patience } else { Duration::ZERO };
                let left = Limited::new(Lent::rest(Arc::clone(&rest)), bounds.bytes);
                let read = is_read(left, patience).await && !rest.lock().is_broken();
                (Some(rest).zip(slot), read)
            }
        };
        if read {
            return;
        }
        if version <= Version::HTTP_11 {
            answer.insert(CONNECTION, HeaderValue::from_static("close"));
        } else if let Some((rest, slot)) = rest {
            // httpx, curl and PHP send their body to its end before they look at the answer, and take a reset for a failure.
            let left = Limited::new(Lent::rest(rest), BEHIND);
            tokio::spawn(async move {
                is_read(left, bounds.behind).await;
                drop(slot);
            });
        }
    }
}

impl<B: Body + Unpin + ?Sized> Watched<B> {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Polled<B::Data, B::Error> {
        if self.end != BodyEnd::NotYet {
            return Poll::Ready(None);
        }
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Ready(None) => self.end = BodyEnd::Whole,
            Poll::Ready(Some(Err(_))) => self.end = BodyEnd::Broken,
            Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.end == BodyEnd::Whole || (self.end == BodyEnd::NotYet && self.body.is_end_stream())
    }

    fn is_broken(&self) -> bool {
        self.end == BodyEnd::Broken
    }
}

/// Whether a body was read to its end, within its limit and in time.
async fn is_read(mut rest: Limited<Lent>, patience: Duration) -> bool {
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
    timeout(patience, read).await == Ok(true)
}

/// The bodies of one connection that are waited for, before their answers or behind them. A client that is refused sends few at
/// once, nearly always with their heads; each that is waited for holds some five kilobytes.
pub(super) const SLOTS: usize = 8;

/// Bytes that are read on behind an answer at most: many times what any demand needs.
const BEHIND: usize = 16 << 20;

/// A body that is read as soon as it is there is no larger: what a demand needs, many times.
const SMALL: u64 = 64 << 10;

impl Body for Lent {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            LentBody::Whole(bytes) => {
                let whole = std::mem::take(bytes);
                Poll::Ready((!whole.is_empty()).then(|| Ok(Frame::data(whole))))
            }
            LentBody::Arriving(arriving) => arriving.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            LentBody::Whole(bytes) => bytes.is_empty(),
            LentBody::Arriving(arriving) => {
                arriving.first.is_none() && arriving.body().is_end_stream()
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            LentBody::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            LentBody::Arriving(arriving) => arriving.size_hint(),
        }
    }
}

impl Arriving {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(first));
        }
        let polled = self.body().poll_frame(cx);
        if polled.is_ready() {
            return polled;
        }
        let Some(within) = self.within else { return Poll::Pending };
        let until = self.until.get_or_insert_with(|| Box::pin(sleep(within)));
        until.as_mut().poll(cx).map(|()| Some(Err(TooSlow.into())))
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.body().body.size_hint();
        let first = match &self.first {
            Some(Ok(frame)) => frame.data_ref().map_or(0, |data| data.len() as u64),
            Some(Err(_)) | None => 0,
        };
        let mut whole = SizeHint::new();
        whole.set_lower(left.lower() + first);
        if let Some(upper) = left.upper() {
            whole.set_upper(upper + first);
        }
        whole
    }

    fn body(&self) -> MutexGuard<'_, Arrival> {
        self.body.lock()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Weak,
        atomic::{AtomicUsize, Ordering},
    };

    use http_body_util::{Full, StreamBody};

    use super::*;

    /// Some pieces of ten bytes, and how many of them were read; then an end, or nothing more.
    struct Pieces {
        left: usize,
        ends: bool,
        read: Arc<AtomicUsize>,
    }

    impl Body for Pieces {
        type Data = Bytes;
        type Error = hyper::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
            if self.left == 0 {
                return if self.ends { Poll::Ready(None) } else { Poll::Pending };
            }
            self.left -= 1;
            self.read.fetch_add(1, Ordering::Relaxed);
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"0123456789")))))
        }
    }

    /// Answers without reading; how many pieces were read all the same, and whether the answer ends the connection.
    async fn answered(
        pieces: (usize, bool),
        bytes: usize,
        header: &str,
        version: Version,
    ) -> (usize, bool) {
        let read = Arc::new(AtomicUsize::new(0));
        let body = Pieces { left: pieces.0, ends: pieces.1, read: Arc::clone(&read) };
        let request = Request::post("/").version(version).header(header, "100-continue");
        let (lent, rest) = lend(request.body(body).unwrap(), None);
        drop(lent);
        let (mut answer, patience) = (HeaderMap::new(), Duration::from_millis(50));
        let bounds = Drain { bytes, patience, behind: Duration::ZERO };
        rest.read(bounds, version, &slots(1), &mut answer).await;
        (read.load(Ordering::Relaxed), answer.contains_key(CONNECTION))
    }

    #[tokio::test]
    async fn the_body_of_an_answered_request_is_read_before_the_answer_leaves() {
        for version in [Version::HTTP_11, Version::HTTP_2] {
            assert_eq!(answered((10, true), 1000, "x-none", version).await, (10, false));
        }
    }

    #[tokio::test]
    async fn no_more_is_read_in_vain_than_a_body_may_hold_and_the_connection_is_said_to_end() {
        let (read, ends) = answered((10, true), 30, "x-none", Version::HTTP_11).await;
        assert!(read <= 4 && ends);
        let (read, ends) = answered((10, true), 30, "x-none", Version::HTTP_2).await;
        assert!(read <= 4 && !ends, "a stream ends alone");
    }

    fn slots(count: usize) -> Arc<Semaphore> {
        Arc::new(Semaphore::new(count))
    }

    /// A body of HTTP/2 that the service left, and how many of its pieces were read.
    fn left(pieces: usize, ends: bool) -> (Rest, Arc<AtomicUsize>) {
        let read = Arc::new(AtomicUsize::new(0));
        let body = Pieces { left: pieces, ends, read: Arc::clone(&read) };
        let request = Request::post("/").version(Version::HTTP_2).body(body).unwrap();
        (lend(request, None).1, read)
    }

    #[tokio::test(start_paused = true)]
    async fn few_bodies_of_a_connection_are_read_on_at_a_time() {
        let (slots, mut answer) = (slots(2), HeaderMap::new());
        let (patience, behind) = (Duration::from_millis(50), Duration::from_secs(30));
        let bounds = Drain { bytes: 30, patience, behind };
        let mut held = Vec::new();
        for _ in 0..3 {
            let (rest, _) = left(0, false);
            let Rest::Arriving(body) = &rest else { panic!("nothing came") };
            held.push(Arc::downgrade(body));
            rest.read(bounds, Version::HTTP_2, &slots, &mut answer).await;
        }
        let waited = |body: &Weak<_>| body.strong_count() > 0;
        assert_eq!(held.iter().filter(|body| waited(body)).count(), 2);
        assert!(!waited(&held[2]), "the stream of the third is reset");
        sleep(behind).await;
        tokio::task::yield_now().await;
        assert_eq!(slots.available_permits(), 2, "who never sends is let go");
    }

    #[tokio::test]
    async fn over_http_2_the_rest_is_read_on_behind_the_answer() {
        let (rest, read) = left(10, true);
        let behind = Duration::from_secs(20);
        let bounds = Drain { bytes: 30, patience: Duration::from_millis(50), behind };
        rest.read(bounds, Version::HTTP_2, &slots(1), &mut HeaderMap::new()).await;
        timeout(behind, async {
            while read.load(Ordering::Relaxed) < 10 {
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn a_small_body_that_came_with_its_head_is_read_at_once_and_one_that_did_not_is_read_on()
    {
        let (lent, rest) = lend(Request::new(Full::new(Bytes::from_static(b"whole"))), None);
        assert!(matches!(rest, Rest::Nothing), "nothing is left of it");
        assert_eq!(lent.into_body().whole().ok().unwrap(), "whole");
        let (lent, _) = lend(Request::new(Full::new(Bytes::new())), None);
        assert_eq!(lent.into_body().whole().ok().unwrap(), "");

        let (sender, mut pieces) = tokio::sync::mpsc::unbounded_channel::<&[u8]>();
        let body = StreamBody::new(futures_util::stream::poll_fn(move |cx| {
            pieces.poll_recv(cx).map(|piece| {
                piece.map(|piece| Ok::<_, BoxError>(Frame::data(Bytes::from_static(piece))))
            })
        }));
        let body = Announced { body: Box::pin(body), size: 10 };
        sender.send(b"first").unwrap();
        let (lent, _rest) = lend(Request::new(body), None);
        let lent = lent.into_body().whole().err().unwrap();
        assert_eq!(lent.size_hint().lower(), 10, "the piece that was read counts");
        sender.send(b"-last").unwrap();
        drop(sender);
        assert_eq!(lent.collect().await.unwrap().to_bytes(), "first-last");
    }

    /// A body of a size that was announced.
    struct Announced<B> {
        body: Pin<Box<B>>,
        size: u64,
    }

    impl<B: Body<Data = Bytes>> Body for Announced<B> {
        type Data = Bytes;
        type Error = B::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
            let polled = self.body.as_mut().poll_frame(cx);
            if let Poll::Ready(Some(Ok(frame))) = &polled {
                self.size -= frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            polled
        }

        fn is_end_stream(&self) -> bool {
            self.size == 0
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(self.size)
        }
    }

    #[tokio::test]
    async fn a_client_that_waits_to_be_asked_to_send_is_not_asked_and_told_that_the_connection_ends()
     {
        assert_eq!(answered((10, true), 1000, "expect", Version::HTTP_11).await, (0, true));
        assert_eq!(answered((10, true), 1000, "expect", Version::HTTP_2).await, (0, false));
    }

    /// Whether the connection is said to end after the service read a body to its end, of a client that waited to send it.
    async fn ends_after<B>(body: B) -> bool
    where
        B: Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
    {
        let request = Request::post("/").header(EXPECT, "100-continue").body(body).unwrap();
        let (lent, rest) = lend(request, None);
        let _ = lent.into_body().collect().await;
        let (mut answer, patience) = (HeaderMap::new(), Duration::from_millis(50));
        let bounds = Drain { bytes: 1000, patience, behind: Duration::ZERO };
        rest.read(bounds, Version::HTTP_11, &slots(1), &mut answer).await;
        answer.contains_key(CONNECTION)
    }

    #[tokio::test]
    async fn a_connection_goes_on_after_a_whole_body_and_not_after_a_broken_one() {
        assert!(!ends_after(Pieces { left: 3, ends: true, read: Arc::default() }).await);
        let piece = Ok(Frame::data(Bytes::from_static(b"0123456789")));
        let pieces = [piece, Err(BoxError::from("no chunk"))];
        assert!(ends_after(StreamBody::new(futures_util::stream::iter(pieces))).await);
    }

    #[tokio::test]
    async fn a_body_that_trickles_is_not_waited_for() {
        assert_eq!(answered((0, false), 1000, "x-none", Version::HTTP_11).await, (0, true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_arrive_in_its_time_is_an_error() {
        let body = Pieces { left: 1, ends: false, read: Arc::default() };
        let (request, _rest) = lend(Request::new(body), Some(Duration::from_secs(30)));
        let error = request.into_body().collect().await.err().unwrap();
        assert!(error.is::<TooSlow>());
    }
}
