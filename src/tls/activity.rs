//! How a connection fares: what it is in the middle of, and since when. The one clock of its deadlines, over HTTP/1.1 and
//! HTTP/2: a head that does not end, an answer that the client does not take, a rest that lasts.
//!
//! hyper's `header_read_timeout` also counts the time between two requests, so it cannot tell a client that keeps its
//! connection from one that stalls. This can: it sees bytes come and go, requests begin and end, and the
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

use parking_lot::{Mutex, MutexGuard};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::{Notify, Semaphore},
};

use super::{drain::SLOTS, frames::Frames, length::Lengths, limits::Limits};
use crate::{clock::Clock, peer::Protocol};

/// The state of a connection; times are milliseconds since it began, plus one, and 0 is "not so".
pub(super) struct Activity {
    began: Instant,
    /// Those of HTTP/2; HTTP/1.1 has none.
    frames: Option<Mutex<Frames>>,
    in_flight: AtomicUsize,
    served: AtomicU64,
    resting_since: AtomicU64,
    head_since: AtomicU64,
    stuck_since: AtomicU64,
    /// What HTTP/1.1 announces.
    lengths: Mutex<Lengths>,
    /// A body was announced that is larger than any number the library reads; it does not see its head.
    pub(super) too_large: Notify,
    /// Room for bodies that are still read when their request is answered.
    pub(super) leftover_bodies: Arc<Semaphore>,
    /// The service wants the connection closed without an answer.
    pub(super) cut: Notify,
}

/// A request in progress; it ends when dropped.
pub(super) struct InFlight(Arc<Activity>);

/// A stream whose traffic is noted.
pub(super) struct Metered<T> {
    inner: T,
    activity: Arc<Activity>,
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

impl Activity {
    pub(super) fn new(protocol: Protocol) -> Arc<Self> {
        Arc::new(Self {
            began: Clock::instant(),
            frames: (protocol == Protocol::Http2).then(|| Mutex::new(Frames::new())),
            in_flight: AtomicUsize::new(0),
            served: AtomicU64::new(0),
            resting_since: AtomicU64::new(1),
            // HTTP/2 begins with a preface, which is due at once.
            head_since: AtomicU64::new(u64::from(protocol == Protocol::Http2)),
            stuck_since: AtomicU64::new(0),
            lengths: Mutex::default(),
            too_large: Notify::new(),
            leftover_bodies: Arc::new(Semaphore::new(SLOTS)),
            cut: Notify::new(),
        })
    }

    /// A request begins.
    pub(super) fn enter(self: &Arc<Self>) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::AcqRel);
        self.served.fetch_add(1, Ordering::Relaxed);
        if self.frames.is_none() {
            self.head_since.store(0, Ordering::Release);
        }
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
        // What begins just after this must still be seen in time.
        let longest = limits.head.min(limits.stalled);
        let resting = self.resting();
        let stuck = self.since(self.stuck_since.load(Ordering::Acquire));
        let head = self.since(self.head_since.load(Ordering::Acquire));
        let head = head.filter(|_| resting || self.frames.is_some());
        let deadlines = [
            (stuck.map(|stuck| limits.stalled.saturating_sub(stuck)), Advice::Stalled),
            (self.answer_left(limits), Advice::Stalled),
            (head.map(|head| limits.head.saturating_sub(head)), Advice::HeadOverdue),
            (
                (resting && head.is_none()).then(|| limits.idle.saturating_sub(self.rest())),
                Advice::Leave,
            ),
        ];
        let mut wait = longest;
        for (left, overdue) in deadlines {
            match left {
                Some(Duration::ZERO) => return overdue,
                Some(left) => wait = wait.min(left),
                None => {}
            }
        }
        Advice::Wait(wait)
    }

    /// How long the first of the unfinished answers of HTTP/2 has left.
    fn answer_left(&self, limits: &Limits) -> Option<Duration> {
        let grace = u64::try_from(limits.stalled.as_millis()).unwrap_or(u64::MAX);
        let due = self.frames()?.answer_due(grace)?;
        Some(Duration::from_millis(due.saturating_sub(self.stamp())))
    }

    fn frames(&self) -> Option<MutexGuard<'_, Frames>> {
        let frames = self.frames.as_ref()?;
        Some(frames.lock())
    }

    /// Bytes came in. Between requests of HTTP/1.1 they begin one; HTTP/2 has frames that are no requests.
    fn received(&self, bytes: &[u8]) {
        let arrival = self.frames().map(|mut frames| frames.received(bytes));
        match arrival {
            Some(arrival) if !arrival.open => self.head_since.store(0, Ordering::Release),
            Some(arrival) if arrival.renewed => {
                self.head_since.store(self.stamp(), Ordering::Release);
            }
            None if !self.resting() => {}
            Some(_) | None => {
                let _ = self.head_since.compare_exchange(
                    0,
                    self.stamp(),
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                );
            }
        }
    }

    /// Whether the head that comes in announces too large a body.
    fn announces_too_much(&self, bytes: &[u8]) -> bool {
        if self.frames.is_some() || !self.resting() {
            return false;
        }
        let mut lengths = self.lengths.lock();
        if self.head_since.load(Ordering::Acquire) == 0 {
            *lengths = Lengths::default(); // another head begins
        }
        lengths.announce_too_much(bytes)
    }

    /// Bytes of HTTP/2 go out.
    fn gives(&self, bytes: &[u8]) {
        if let Some(mut frames) = self.frames() {
            frames.sent(bytes, self.stamp());
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
    pub(super) fn new(inner: T, activity: Arc<Activity>) -> Self {
        Self { inner, activity }
    }

    pub(super) fn into_inner(self) -> T {
        self.inner
    }

    fn note<R>(&self, poll: Poll<io::Result<R>>) -> Poll<io::Result<R>> {
        match &poll {
            Poll::Pending => self.activity.stuck(),
            Poll::Ready(_) => self.activity.sent(),
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
            if self.activity.announces_too_much(&buf.filled()[before..]) {
                self.activity.too_large.notify_one();
                return Poll::Pending;
            }
            self.activity.received(&buf.filled()[before..]);
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
        if let Poll::Ready(Ok(written)) = poll {
            self.activity.gives(&buf[..written]);
        }
        self.note(poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        if let Poll::Ready(Ok(mut written)) = poll {
            for buf in bufs {
                let part = buf.len().min(written);
                self.activity.gives(&buf[..part]);
                written -= part;
            }
        }
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
