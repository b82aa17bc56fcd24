//! How a connection fares: what it is in the middle of, and since when.
//!
//! hyper's `header_read_timeout` also counts the time between two requests, so it cannot tell a client that keeps its
//! connection from one that stalls. The gauge can: it sees bytes come and go, requests begin and end, and the
//! connection's driver asks it at times. No timer is armed per request.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
};

use super::limits::Limits;
use crate::{clock::Clock, peer::Protocol};

/// The state of a connection; times are milliseconds since it began, plus one, and 0 is "not so".
pub(super) struct Gauge {
    began: Instant,
    protocol: Protocol,
    in_flight: AtomicUsize,
    served: AtomicU64,
    resting_since: AtomicU64,
    head_since: AtomicU64,
    stuck_since: AtomicU64,
    /// The service wants the connection closed without an answer.
    pub(super) cut: Notify,
}

/// A request in progress; it ends when dropped.
pub(super) struct InFlight(Arc<Gauge>);

/// A stream whose traffic the gauge sees.
pub(super) struct Metered<T> {
    inner: T,
    gauge: Arc<Gauge>,
}

/// What the driver is to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Advice {
    /// Ask again after this long at most.
    Wait(Duration),
    /// Nothing has been asked for long enough: take leave.
    Leave,
    /// The head of a request is overdue.
    HeadOverdue,
    /// The client does not read.
    Stalled,
}

impl Gauge {
    pub(super) fn new(protocol: Protocol) -> Arc<Self> {
        Arc::new(Self {
            began: Clock::instant(),
            protocol,
            in_flight: AtomicUsize::new(0),
            served: AtomicU64::new(0),
            resting_since: AtomicU64::new(1),
            head_since: AtomicU64::new(0),
            stuck_since: AtomicU64::new(0),
            cut: Notify::new(),
        })
    }

    /// A request begins.
    pub(super) fn enter(self: &Arc<Self>) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::AcqRel);
        self.served.fetch_add(1, Ordering::Relaxed);
        self.head_since.store(0, Ordering::Release);
        InFlight(Arc::clone(self))
    }

    /// Whether no request is in progress.
    pub(super) fn resting(&self) -> bool {
        self.in_flight.load(Ordering::Acquire) == 0
    }

    /// Whether a request was ever begun.
    pub(super) fn served(&self) -> bool {
        self.served.load(Ordering::Relaxed) > 0
    }

    /// How long no request has been in progress.
    pub(super) fn rest(&self) -> Duration {
        match self.resting() {
            true => self.since(self.resting_since.load(Ordering::Acquire)).unwrap_or_default(),
            false => Duration::ZERO,
        }
    }

    /// What is to be done now.
    pub(super) fn advice(&self, limits: &Limits) -> Advice {
        // A head or a stall that begins just after this must still be seen in time.
        let mut wait = limits.head.min(limits.stalled);
        if let Some(stuck) = self.since(self.stuck_since.load(Ordering::Acquire)) {
            match limits.stalled.checked_sub(stuck) {
                Some(left) if !left.is_zero() => wait = wait.min(left),
                Some(_) | None => return Advice::Stalled,
            }
        }
        if self.resting() {
            let head = self.since(self.head_since.load(Ordering::Acquire));
            let (left, overdue) = match head {
                Some(head) => (limits.head.checked_sub(head), Advice::HeadOverdue),
                None => (limits.idle.checked_sub(self.rest()), Advice::Leave),
            };
            match left {
                Some(left) if !left.is_zero() => wait = wait.min(left),
                Some(_) | None => return overdue,
            }
        }
        Advice::Wait(wait)
    }

    /// Bytes came in. Between requests of HTTP/1.1 they begin one; HTTP/2 has frames that are no requests.
    fn received(&self) {
        if self.protocol == Protocol::Http1 && self.resting() {
            let _ = self.head_since.compare_exchange(
                0,
                self.stamp(),
                Ordering::AcqRel,
                Ordering::Relaxed,
            );
        }
    }

    fn sent(&self) {
        if self.stuck_since.load(Ordering::Relaxed) != 0 {
            self.stuck_since.store(0, Ordering::Release);
        }
    }

    fn stuck(&self) {
        let _ =
            self.stuck_since.compare_exchange(0, self.stamp(), Ordering::AcqRel, Ordering::Relaxed);
    }

    fn stamp(&self) -> u64 {
        let elapsed = Clock::instant().saturating_duration_since(self.began).as_millis();
        u64::try_from(elapsed).unwrap_or(u64::MAX - 1) + 1
    }

    fn since(&self, stamp: u64) -> Option<Duration> {
        (stamp != 0).then(|| Duration::from_millis(self.stamp().saturating_sub(stamp)))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.resting_since.store(self.0.stamp(), Ordering::Release);
        self.0.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}

impl<T> Metered<T> {
    pub(super) fn new(inner: T, gauge: Arc<Gauge>) -> Self {
        Self { inner, gauge }
    }

    pub(super) fn into_inner(self) -> T {
        self.inner
    }

    fn note<R>(&self, poll: Poll<io::Result<R>>) -> Poll<io::Result<R>> {
        match &poll {
            Poll::Pending => self.gauge.stuck(),
            Poll::Ready(_) => self.gauge.sent(),
        }
        poll
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Metered<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            self.gauge.received();
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Metered<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.note(poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.note(poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.inner).poll_flush(cx);
        self.note(poll)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.inner).poll_shutdown(cx);
        self.note(poll)
    }
}
