//! A socket that can be asked whether its client has left while nobody reads from it.
//!
//! The HTTP library notices that a client leaves by reading; while a request is answered and another waits behind it on the
//! same connection, it does not read. The system knows all the same.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::FutureExt;
use rustix::net::{RecvFlags, Shutdown, recv, shutdown};
use tokio::{
    io::{AsyncRead, AsyncWrite, Interest, ReadBuf},
    net::TcpStream,
    time::sleep,
};

/// A TCP connection.
pub(super) struct Wire(Arc<TcpStream>);

/// Tells when the client of a connection has left.
#[derive(Clone)]
pub(super) struct Departure(Arc<TcpStream>);

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self(Arc::new(stream))
    }

    pub(super) fn departure(&self) -> Departure {
        Departure(Arc::clone(&self.0))
    }

    /// Waits until there is something to read, without reading it; false at the end.
    pub(super) async fn is_spoken_to(&self) -> bool {
        matches!(self.0.peek(&mut [0]).await, Ok(1..))
    }
}

impl Departure {
    /// Until the client has closed its side, or the connection is broken; looked at twice a second.
    pub(super) async fn happens(&self) {
        loop {
            sleep(PACE).await;
            let ready = self.0.ready(Interest::READABLE).now_or_never();
            if ready.is_some_and(|ready| ready.map_or(true, |ready| ready.is_read_closed())) {
                return;
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(cx))?;
            let room = buf.initialize_unfilled();
            let mut read = None;
            let outcome = self.0.try_io(Interest::READABLE, || {
                let (filled, _) = recv(&*self.0, &mut *room, RecvFlags::empty())?;
                read = Some(filled);
                let drained = cfg!(unix) && (1..room.len()).contains(&filled);
                // That nothing more is there needs no second look: whoever waits is told of what comes next.
                if drained { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
            });
            match (read, outcome) {
                (Some(read), _) => {
                    buf.advance(read);
                    return Poll::Ready(Ok(()));
                }
                (None, Err(error)) if error.kind() != io::ErrorKind::WouldBlock => {
                    return Poll::Ready(Err(error));
                }
                (None, _) => {}
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(cx))?;
            match self.0.try_write_vectored(slices) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(())) // the system keeps nothing back
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(shutdown(&*self.0, Shutdown::Write).map_err(Into::into))
    }
}

/// A client that leaves is no hurry: what is spared is the rest of a delay.
const PACE: Duration = Duration::from_millis(500);
