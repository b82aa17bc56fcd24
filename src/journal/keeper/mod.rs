//! The journal's file, written by a thread of its own: a request hands its entry over and goes on (`buffered`), or waits
//! until the entry is on disk (`strict`).
//!
//! The entries that wait are those of the memory, a bounded number of them, in their order; the thread makes lines of them.
//! What could not be written stays and is tried again; what finds no room is lost for the file, and counted. Under `strict`
//! an entry that cannot be written is no longer that of an answer: it is amended, by what its request handed over with it,
//! before its request learns so.

mod queue;
mod writer;

use std::{
    io,
    path::PathBuf,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use parking_lot::{Condvar, Mutex};

use self::{
    queue::{Queue, Rest},
    writer::Writer,
};
use super::{
    Record,
    batch::PendingAnswer,
    fate::{Kept, Medium, Ticket},
    memory::Memory,
};
use crate::config::{JournalPolicy, SettingValue};

/// The file's thread, and the way to it.
pub(super) struct Keeper {
    writer: Arc<Writer>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Keeper {
    /// A thread that writes to `medium`; `capacity` entries may wait for it, and answers for `patience` at most.
    pub(super) fn start(
        path: PathBuf,
        policy: JournalPolicy,
        medium: Box<dyn Medium>,
        capacity: usize,
        patience: Duration,
        memory: Arc<Memory>,
    ) -> io::Result<Self> {
        let (work, settled) = (Condvar::new(), Condvar::new());
        let queue = Mutex::new(Queue::new(capacity));
        let writer = Arc::new(Writer { path, policy, patience, queue, work, settled });
        let own = Arc::clone(&writer);
        let thread = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || own.run(medium, &memory))?;
        Ok(Self { writer, thread: Mutex::new(Some(thread)) })
    }

    pub(super) fn policy(&self) -> JournalPolicy {
        self.writer.policy
    }

    /// Hands an entry over, in the order of the numbers. Where an answer waits for it, the ticket tells what becomes of it;
    /// should there be no room, it is amended here.
    pub(super) fn take(
        &self,
        sequence: u64,
        record: &mut Arc<Record>,
        answer: Option<PendingAnswer>,
    ) -> Option<Ticket> {
        let mut queue = self.writer.queue();
        queue.seen = sequence + 1;
        if queue.closed || queue.pending() >= queue.capacity {
            queue.lost += 1;
            drop(queue);
            return answer.map(|answer| {
                *record = answer.amended();
                Ticket::lost()
            });
        }
        let (waiting, ticket) = answer
            .map(|answer| {
                let (fate, claim, ticket) = Ticket::pending(self.writer.patience);
                ((answer, fate, claim), ticket)
            })
            .unzip();
        queue.next.push(sequence, Arc::clone(record), waiting);
        let wake = match queue.rest {
            Rest::Idle => true,
            Rest::Lingering => queue.next.len() == queue::BATCH,
            Rest::Working | Rest::Pausing => false,
        };
        if wake {
            queue.rest = Rest::Working;
            drop(queue);
            self.writer.work.notify_one();
        }
        ticket
    }

    /// Whether nothing may be answered: the policy is `strict`, and the last attempt failed or is without an answer.
    pub(super) fn blocked(&self) -> bool {
        self.writer.policy == JournalPolicy::Strict
            && self.writer.fault(&mut self.writer.queue()).is_some()
    }

    /// How the file fares.
    pub(super) fn kept(&self) -> Kept {
        let Writer { path, policy, .. } = &*self.writer;
        let mut queue = self.writer.queue();
        let fault = self.writer.fault(&mut queue);
        Kept {
            path: path.clone(),
            policy: policy.show(),
            written: queue.written,
            pending: queue.pending(),
            lost: queue.lost,
            fault,
        }
    }

    /// Waits until everything handed over so far was written, or tried in vain; not for a disk that does not answer.
    pub(super) fn settle(&self) {
        let mut queue = self.writer.queue();
        // An attempt that is under way may not see what the caller has just repaired.
        let (wanted, attempt) = (queue.seen, queue.attempts + 1);
        queue.urgent = attempt;
        self.writer.work.notify_one();
        let waits = |queue: &Queue| queue.first().is_some_and(|first| first < wanted);
        while waits(&queue)
            && queue.failed < attempt
            && queue.hangs_for(self.writer.patience).is_none()
        {
            self.writer.settled.wait_for(&mut queue, LOOK);
        }
    }

    /// Writes what is there, once more if need be, and ends; without a disk that does not answer.
    pub(super) fn close(&self) {
        self.writer.queue().closed = true;
        self.writer.work.notify_one();
        let thread = self.thread.lock().take();
        let Some(thread) = thread else { return };
        let mut queue = self.writer.queue();
        while !thread.is_finished() {
            if queue.hangs_for(self.writer.patience).is_some() {
                let (file, lost) = (self.writer.path.display(), queue.pending());
                tracing::error!(%file, lost, "the disk of the journal's file does not answer: entries are missing in it");
                return; // the thread ends with the process
            }
            self.writer.settled.wait_for(&mut queue, LOOK);
        }
        drop(queue);
        if thread.join().is_err() {
            tracing::error!(file = %self.writer.path.display(), "the thread that writes the journal's file broke down");
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.close();
    }
}

/// How often whoever waits for the disk looks whether it still answers.
const LOOK: Duration = Duration::from_millis(10);
