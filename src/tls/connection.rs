//! HTTP on an established session, from the first request to the last.

use std::{
    error::Error as StdError,
    future::poll_fn,
    io,
    pin::{Pin, pin},
    sync::Arc,
};

use http::{Request, Response};
use http_body::Body;
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    sync::watch,
    time::{sleep, timeout},
};
use tokio_rustls::server::TlsStream;
use tower::Service;

use super::{
    activity::{Activity, Advice, Metered},
    drain::Lent,
    event::ConnectionFault,
    handshake::say_goodbye,
    limits::{HYPER_HEADERS, Limits},
    service::{Delivery, Dropped},
    turn::PolledTurn,
    wire::Wire,
};
use crate::peer::{Peer, Protocol};

/// Where a stop stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// No stop.
    Serving,
    /// Answers in flight are finished, nothing else is begun.
    Draining,
    /// What is left is closed.
    Closing,
}

/// What is known of a connection before its first request.
pub(super) struct Circumstances {
    pub(super) limits: Arc<Limits>,
    /// None without TLS.
    pub(super) peer: Option<Arc<Peer>>,
    /// Nobody vouches for the client.
    pub(super) guest: bool,
}

/// What HTTP is spoken on.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// The socket.
    fn wire(&self) -> &Wire;
    /// The socket alone.
    fn into_wire(self) -> Wire;
}

impl Stream for Wire {
    fn wire(&self) -> &Wire {
        self
    }

    fn into_wire(self) -> Wire {
        self
    }
}

impl Stream for TlsStream<Wire> {
    fn wire(&self) -> &Wire {
        self.get_ref().0
    }

    fn into_wire(self) -> Wire {
        self.into_inner().0
    }
}

/// Serves a connection to its end; `on_fault` is called with each fault.
pub(super) async fn serve<S, B>(
    stream: impl Stream,
    around: Circumstances,
    service: S,
    phase: watch::Receiver<Phase>,
    on_fault: impl Fn(ConnectionFault) + Clone + Send + 'static,
) where
    S: Service<Request<Lent>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<Dropped>,
    S::Future: Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let Circumstances { limits, peer, guest } = around;
    let protocol = peer.as_ref().and_then(|peer| peer.tls.alpn).unwrap_or(Protocol::Http1);
    let activity = Activity::new(protocol);
    let departure = stream.wire().departure();
    let stream = Metered::new(stream, Arc::clone(&activity));
    let service = {
        let (activity, limits, on_fault) =
            (Arc::clone(&activity), Arc::clone(&limits), on_fault.clone());
        service_fn(move |request: Request<Incoming>| {
            let delivery = Delivery {
                limits: Arc::clone(&limits),
                peer: peer.clone(),
                activity: Arc::clone(&activity),
                departure: departure.clone(),
            };
            delivery.run(service.clone(), request, on_fault.clone())
        })
    };
    match protocol {
        Protocol::Http1 => {
            let mut io = TokioIo::new(stream);
            let connection = http1(&limits).serve_connection(&mut io, service);
            let end = drive(
                connection,
                http1::Connection::graceful_shutdown,
                &activity,
                &limits,
                phase.clone(),
            )
            .await;
            let stalled = end.is_stalled();
            let answer: &[u8] =
                if matches!(end, ConnectionEnd::TooLarge) { TOO_LARGE } else { b"" };
            let wants_answer = end.report(&activity, on_fault);
            if (stalled || wants_answer) && *phase.borrow() == Phase::Serving {
                let mut stream = io.into_inner().into_inner();
                let farewell = async {
                    stream.write_all(answer).await?;
                    stream.shutdown().await
                };
                let _ = timeout(limits.linger, farewell).await;
                if wants_answer {
                    say_goodbye(stream.into_wire(), limits.linger).await;
                }
            }
        }
        Protocol::Http2 => {
            let mut io = TokioIo::new(stream);
            let connection = http2(&limits, guest).serve_connection(&mut io, service);
            let end = drive(
                connection,
                http2::Connection::graceful_shutdown,
                &activity,
                &limits,
                phase.clone(),
            )
            .await;
            // hyper says no farewell to a client that answers no ping: TLS would call the end a truncation.
            let stalled = end.is_stalled();
            if (end.report(&activity, on_fault) || stalled) && *phase.borrow() == Phase::Serving {
                let _ = timeout(limits.linger, io.into_inner().into_inner().shutdown()).await;
            }
        }
    }
}

enum ConnectionEnd {
    /// By itself.
    Closed(hyper::Result<()>),
    /// By us, with something to tell.
    Cut(ConnectionFault),
    /// By us, before the library saw the head: a body is announced that is too large.
    TooLarge,
    /// By us: a wish of the service, a stop, a farewell that took too long.
    Left,
}

impl ConnectionEnd {
    /// Whether it was cut because the client does not read.
    fn is_stalled(&self) -> bool {
        matches!(self, Self::Cut(ConnectionFault::Stalled))
    }

    /// Tells what went wrong; whether the client may still want to read an answer.
    fn report(self, activity: &Activity, on_fault: impl Fn(ConnectionFault)) -> bool {
        match self {
            Self::Closed(Ok(())) => true,
            Self::Closed(Err(fault)) => {
                if let Some(fault) = not_http(&fault, activity) {
                    on_fault(fault);
                }
                true
            }
            Self::Cut(fault) => {
                on_fault(fault);
                false
            }
            Self::TooLarge => {
                let reason = "a Content-Length of 2^63 or more".to_owned();
                on_fault(ConnectionFault::NotHttp { status: Some(413), reason });
                true
            }
            Self::Left => false,
        }
    }
}

async fn drive<C: Future<Output = hyper::Result<()>>>(
    connection: C,
    leave: impl Fn(Pin<&mut C>),
    activity: &Activity,
    limits: &Limits,
    mut phase: watch::Receiver<Phase>,
) -> ConnectionEnd {
    let (turn, mut connection) = (PolledTurn::new(), pin!(connection));
    let mut leaving = false;
    loop {
        let now = *phase.borrow_and_update();
        if now == Phase::Closing {
            return ConnectionEnd::Left;
        }
        if now == Phase::Draining && !leaving {
            leaving = true;
            leave(connection.as_mut());
        }
        let wait = match activity.advice(limits) {
            Advice::HeadOverdue => return ConnectionEnd::Cut(ConnectionFault::HeadTimedOut),
            Advice::Stalled => return ConnectionEnd::Cut(ConnectionFault::Stalled),
            Advice::Leave if !leaving => {
                leaving = true;
                leave(connection.as_mut());
                limits.linger
            }
            // It had the time to go.
            Advice::Leave => return ConnectionEnd::Left,
            Advice::Wait(_) if leaving && activity.rest() >= limits.linger => {
                return ConnectionEnd::Left;
            }
            Advice::Wait(wait) if leaving => wait.min(limits.linger),
            Advice::Wait(wait) => wait,
        };
        tokio::select! {
            end = poll_fn(|cx| turn.poll(connection.as_mut(), cx)) => return ConnectionEnd::Closed(end),
            () = activity.cut.notified() => return ConnectionEnd::Left,
            () = activity.too_large.notified() => return ConnectionEnd::TooLarge,
            changed = phase.changed() => if changed.is_err() { return ConnectionEnd::Left },
            () = sleep(wait) => {}
        }
    }
}

/// What a connection's error says of bytes that were no request; nothing of clients that just went away.
fn not_http(fault: &hyper::Error, activity: &Activity) -> Option<ConnectionFault> {
    let status = match fault {
        fault if fault.is_parse_too_large() => Some(431),
        fault if fault.is_parse_version_h2() => None,
        fault if fault.is_parse() => Some(400),
        fault if fault.is_incomplete_message() && activity.resting() => None,
        // HTTP/2 that is none from the start.
        fault if !activity.served() && !fault.is_user() && !is_io(fault) => None,
        _ => return None,
    };
    let reason =
        fault.source().map_or_else(|| fault.to_string(), |cause| format!("{fault}: {cause}"));
    Some(ConnectionFault::NotHttp { status, reason })
}

fn is_io(fault: &hyper::Error) -> bool {
    let mut cause = fault.source();
    while let Some(next) = cause {
        if next.is::<io::Error>() {
            return true;
        }
        cause = next.source();
    }
    false
}

fn http1(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .header_read_timeout(None)
        .max_header_size(limits.head_bytes)
        .max_buf_size(limits.head_bytes.saturating_add(BUFFER).max(2 * BUFFER));
    if limits.headers != HYPER_HEADERS {
        builder.max_headers(limits.headers);
    }
    builder
}

fn http2(limits: &Limits, guest: bool) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(if guest { limits.guest_streams } else { limits.streams })
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        // What a client may send before anybody reads it.
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        // A client that opens and resets streams in a loop is sent away (CVE-2023-44487).
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(100)
        .keep_alive_interval(limits.stalled)
        .keep_alive_timeout(3 * limits.stalled);
    builder
}

/// As the library answers a head that it cannot read.
const TOO_LARGE: &[u8] =
    b"HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Bytes of HTTP/1.1 that are read in advance, beside a head.
const BUFFER: usize = 16 * 1024;

/// Bytes of bodies that a client of HTTP/2 may have on the way: on one stream, and on all.
const STREAM_WINDOW: u32 = 65_535;
const CONNECTION_WINDOW: u32 = 4 * STREAM_WINDOW;
