//! Threads that serve connections, each with a runtime of its own.
//!
//! On a runtime that several threads share, whoever has work wakes another thread that might take some: a system call or more
//! for each request. A connection that stays on one thread from its first byte to its last needs nobody else. One listener
//! accepts for all and gives each connection to the thread that has fewest: with one socket for each thread (SO_REUSEPORT) the
//! system would deal them out by chance, and some thread would have twice its share.

use std::{
    convert::Infallible,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use tokio::{
    net::TcpStream,
    runtime::{Builder, Handle},
    sync::oneshot,
};

/// Threads for the connections of a listener. Dropped, they end, and close the connections they still have.
#[derive(Debug)]
pub struct Workers {
    each: Vec<Worker>,
    /// Where the search for the one with fewest connections begins.
    next: AtomicUsize,
}

#[derive(Debug)]
struct Worker {
    runtime: Handle,
    /// Each of its connections holds a clone.
    held: Arc<()>,
    /// Nothing is sent: the thread ends when this is dropped.
    _running: oneshot::Sender<Infallible>,
}

impl Workers {
    /// Starts this many threads, one at least.
    ///
    /// # Errors
    /// The system has no thread or no descriptor left.
    pub fn start(count: usize) -> io::Result<Self> {
        let each = (0..count.max(1)).map(Worker::start).collect::<Result<_, _>>()?;
        Ok(Self { each, next: AtomicUsize::new(0) })
    }

    pub(super) fn count(&self) -> usize {
        self.each.len()
    }

    /// Serves a connection on the thread that has fewest; among equals, each in turn.
    pub(super) fn serve<F>(
        &self,
        stream: TcpStream,
        connection: impl FnOnce(TcpStream) -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send,
    {
        let start = self.next.fetch_add(1, Ordering::Relaxed) % self.each.len();
        let (before, after) = self.each.split_at(start);
        let in_turn = after.iter().chain(before);
        let Some(worker) = in_turn.min_by_key(|worker| Arc::strong_count(&worker.held)) else {
            return;
        };
        let held = Arc::clone(&worker.held);
        // A socket belongs to the runtime it was registered with.
        let stream = stream.into_std();
        worker.runtime.spawn(async move {
            let _held = held;
            match stream.and_then(TcpStream::from_std) {
                Ok(stream) => connection(stream).await,
                Err(fault) => tracing::warn!(%fault, "a connection cannot be served"),
            }
        });
    }
}

impl Worker {
    fn start(number: usize) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let handle = runtime.handle().clone();
        let (running, ended) = oneshot::channel::<Infallible>();
        thread::Builder::new().name(format!("connections-{number}")).spawn(move || {
            let Err(_) = runtime.block_on(ended); // the sender is gone
            runtime.shutdown_background();
        })?;
        Ok(Self { runtime: handle, held: Arc::default(), _running: running })
    }
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncReadExt, net::TcpListener, sync::mpsc};

    use super::*;

    /// A client whose connection is served until it leaves; `tell` learns by which thread, then and at the end.
    async fn client(
        listener: &TcpListener,
        workers: &Workers,
        tell: &mpsc::UnboundedSender<thread::ThreadId>,
    ) -> TcpStream {
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let tell = tell.clone();
        workers.serve(stream, move |mut stream| async move {
            tell.send(thread::current().id()).unwrap();
            let _ = stream.read(&mut [0]).await;
            tell.send(thread::current().id()).unwrap();
        });
        client
    }

    #[tokio::test]
    async fn each_connection_goes_to_the_thread_that_has_fewest_and_stays_there() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let workers = Workers::start(2).unwrap();
        let (tell, mut served) = mpsc::unbounded_channel();
        let (mut clients, mut by) = (Vec::new(), Vec::new());
        for _ in 0..4 {
            clients.push(client(&listener, &workers, &tell).await);
            by.push(served.recv().await.unwrap());
        }
        assert_eq!(by[..2], by[2..], "each in turn");
        assert_ne!(by[0], by[1]);

        drop((clients.remove(2), clients.remove(0)));
        for _ in 0..2 {
            assert_eq!(served.recv().await.unwrap(), by[0], "where they began");
        }
        while Arc::strong_count(&workers.each[0].held) > 1 {
            tokio::task::yield_now().await;
        }
        for _ in 0..2 {
            clients.push(client(&listener, &workers, &tell).await);
            assert_eq!(served.recv().await.unwrap(), by[0], "it has fewer than the other");
        }
    }

    #[tokio::test]
    async fn dropped_they_close_what_they_have() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let workers = Workers::start(1).unwrap();
        let (tell, mut served) = mpsc::unbounded_channel();
        let mut client = client(&listener, &workers, &tell).await;
        served.recv().await.unwrap();
        drop(workers);
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0, "its end");
    }
}
