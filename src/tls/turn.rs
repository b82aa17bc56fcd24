//! The turn of a connection: what wakes it while it runs has it run again at once, not by way of the scheduler.
//!
//! hyper's halves wake each other while the connection is polled: whoever takes a piece of a body tells its reader that there
//! is room. Tokio would put the task back in a queue, and wake another thread that might take it: a system call for each
//! request with a body.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures_util::task::AtomicWaker;

/// Polls a future that may wake itself.
pub(super) struct PolledTurn {
    bell: Arc<Bell>,
    waker: Waker,
}

struct Bell {
    state: AtomicU8,
    task: AtomicWaker,
}

impl PolledTurn {
    pub(super) fn new() -> Self {
        let bell = Arc::new(Bell { state: AtomicU8::new(RESTING), task: AtomicWaker::new() });
        Self { waker: Waker::from(Arc::clone(&bell)), bell }
    }

    /// Polls the future until it is ready, or nothing has woken it meanwhile; after [`MOST`] times it is another's turn.
    pub(super) fn poll<F: Future>(
        &self,
        mut future: Pin<&mut F>,
        cx: &mut Context<'_>,
    ) -> Poll<F::Output> {
        self.bell.task.register(cx.waker());
        for _ in 0..MOST {
            self.bell.state.store(RUNNING, Ordering::Release);
            if let ready @ Poll::Ready(_) =
                future.as_mut().poll(&mut Context::from_waker(&self.waker))
            {
                return ready;
            }
            if self.bell.state.swap(RESTING, Ordering::AcqRel) == RUNNING {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let running =
            self.state.compare_exchange(RUNNING, RUNG, Ordering::AcqRel, Ordering::Acquire);
        if running == Err(RESTING) {
            self.task.wake();
        }
    }
}

const RESTING: u8 = 0;
/// It is being polled.
const RUNNING: u8 = 1;
/// It is being polled, and was woken since.
const RUNG: u8 = 2;

/// One request needs two; a client that keeps its connection busy does not keep others from theirs.
const MOST: usize = 4;

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, pin::pin, sync::atomic::AtomicUsize, thread};

    use super::*;

    /// How often it was woken.
    #[derive(Default)]
    struct Task(AtomicUsize);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Polls a future once that wakes itself in its first `own` polls and is never ready; how often it was polled, and woken.
    fn polled(own: usize) -> (usize, usize) {
        let (turn, task) = (PolledTurn::new(), Arc::new(Task::default()));
        let mut polls = 0;
        let future = poll_fn(|cx| {
            polls += 1;
            if polls <= own {
                cx.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        });
        let mut future = pin!(future);
        let waker = Waker::from(Arc::clone(&task));
        assert!(turn.poll(future.as_mut(), &mut Context::from_waker(&waker)).is_pending());
        (polls, task.0.load(Ordering::Relaxed))
    }

    #[test]
    fn a_future_that_wakes_itself_goes_on_without_the_scheduler_until_others_have_their_turn() {
        assert_eq!(polled(0), (1, 0));
        assert_eq!(polled(1), (2, 0));
        assert_eq!(polled(MOST - 1), (MOST, 0));
        assert_eq!(polled(MOST), (MOST, 1), "it is woken, to go on later");
    }

    #[test]
    fn whoever_wakes_it_while_it_rests_wakes_its_task() {
        let (turn, task) = (PolledTurn::new(), Arc::new(Task::default()));
        let mut kept = None;
        let mut future = pin!(poll_fn(|cx| {
            kept = Some(cx.waker().clone());
            Poll::<()>::Pending
        }));
        let waker = Waker::from(Arc::clone(&task));
        assert!(turn.poll(future.as_mut(), &mut Context::from_waker(&waker)).is_pending());
        let bell = kept.unwrap();
        thread::spawn(move || bell.wake()).join().unwrap();
        assert_eq!(task.0.load(Ordering::Relaxed), 1);
    }
}
