//! The journal's file, written by a thread of its own: a request hands its entry over and goes on (`buffered`), or waits
//! until the entry is on disk (`strict`).
//!
//! The entries that wait are those of the memory, a bounded number of them, in their order; the thread makes lines of them.
//! What could not be written stays and is tried again; what finds no room is lost for the file, and counted. Under `strict`
//! an entry that cannot be written is no longer that of an answer: it is amended, by what its request handed over with it,
//! before its request learns so.

use std::{
    io,
    path::PathBuf,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::{
    Record,
    batch::{Amended, Answer, Batch},
    fate::{Kept, Medium, Ticket, Unwritten},
    memory::Memory,
};
use crate::{
    clock::Clock,
    config::{JournalPolicy, Value},
};

/// The file's thread, and the way to it.
pub(super) struct Keeper {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    path: PathBuf,
    policy: JournalPolicy,
    /// For how long the disk may not answer.
    patience: Duration,
    queue: Mutex<Queue>,
    /// The thread has something to do.
    work: Condvar,
    /// The fate of more entries is known.
    settled: Condvar,
}

struct Queue {
    /// What the thread takes next.
    next: Batch,
    /// How many entries the thread has, and tries to write.
    taken: usize,
    /// The number of the first of these.
    first_taken: u64,
    capacity: usize,
    /// The number after that of the last entry handed over.
    seen: u64,
    /// How often the thread began to write.
    attempts: u64,
    /// The last of these that failed.
    failed: u64,
    /// Up to which of these nobody wants to linger or to pause.
    urgent: u64,
    written: u64,
    lost: u64,
    /// Since when the disk is asked for something.
    asked: Option<Instant>,
    /// Somebody was told that it does not answer.
    told_hung: bool,
    /// Somebody was told that entries are missing in the file.
    told: bool,
    fault: Option<String>,
    rest: Rest,
    closed: bool,
}

/// What the thread is at: it is woken only when it must be, for waking costs a request more than its entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    Working,
    /// Nothing to do.
    Idle,
    /// There is something; more is waited for, to write it at once.
    Lingering,
    /// It could not be written; a while later it may.
    Pausing,
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
        let queue = Queue {
            next: Batch::default(),
            taken: 0,
            first_taken: 0,
            capacity,
            seen: 0,
            attempts: 0,
            failed: 0,
            urgent: 0,
            written: 0,
            lost: 0,
            asked: None,
            told_hung: false,
            told: false,
            fault: None,
            rest: Rest::Working,
            closed: false,
        };
        let (work, settled) = (Condvar::new(), Condvar::new());
        let shared =
            Arc::new(Shared { path, policy, patience, queue: Mutex::new(queue), work, settled });
        let own = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || own.run(medium, &memory))?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    pub(super) fn policy(&self) -> JournalPolicy {
        self.shared.policy
    }

    /// Hands an entry over, in the order of the numbers. Where an answer waits for it, the ticket tells what becomes of it;
    /// should there be no room, it is amended here.
    pub(super) fn take(
        &self,
        sequence: u64,
        record: &mut Arc<Record>,
        answer: Option<Answer>,
    ) -> Option<Ticket> {
        let mut queue = self.shared.queue();
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
                let (fate, claim, ticket) = Ticket::pending(self.shared.patience);
                ((answer, fate, claim), ticket)
            })
            .unzip();
        queue.next.push(sequence, Arc::clone(record), waiting);
        let wake = match queue.rest {
            Rest::Idle => true,
            Rest::Lingering => queue.next.len() == BATCH,
            Rest::Working | Rest::Pausing => false,
        };
        if wake {
            queue.rest = Rest::Working;
            drop(queue);
            self.shared.work.notify_one();
        }
        ticket
    }

    /// Whether nothing may be answered: the policy is `strict`, and the last attempt failed or is without an answer.
    pub(super) fn blocked(&self) -> bool {
        self.shared.policy == JournalPolicy::Strict
            && self.shared.fault(&mut self.shared.queue()).is_some()
    }

    /// How the file fares.
    pub(super) fn kept(&self) -> Kept {
        let Shared { path, policy, .. } = &*self.shared;
        let mut queue = self.shared.queue();
        let fault = self.shared.fault(&mut queue);
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
        let mut queue = self.shared.queue();
        // An attempt that is under way may not see what the caller has just repaired.
        let (wanted, attempt) = (queue.seen, queue.attempts + 1);
        queue.urgent = attempt;
        self.shared.work.notify_one();
        let waits = |queue: &Queue| queue.first().is_some_and(|first| first < wanted);
        while waits(&queue)
            && queue.failed < attempt
            && queue.hangs_for(self.shared.patience).is_none()
        {
            self.shared.settled.wait_for(&mut queue, LOOK);
        }
    }

    /// Writes what is there, once more if need be, and ends; without a disk that does not answer.
    pub(super) fn close(&self) {
        self.shared.queue().closed = true;
        self.shared.work.notify_one();
        let thread = self.thread.lock().take();
        let Some(thread) = thread else { return };
        let mut queue = self.shared.queue();
        while !thread.is_finished() {
            if queue.hangs_for(self.shared.patience).is_some() {
                let (file, lost) = (self.shared.path.display(), queue.pending());
                tracing::error!(%file, lost, "the disk of the journal's file does not answer: entries are missing in it");
                return; // the thread ends with the process
            }
            self.shared.settled.wait_for(&mut queue, LOOK);
        }
        drop(queue);
        if thread.join().is_err() {
            tracing::error!(file = %self.shared.path.display(), "the thread that writes the journal's file broke down");
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock()
    }

    /// Why the file is not written, if it is not.
    fn fault(&self, queue: &mut Queue) -> Option<String> {
        let hung = queue.hangs_for(self.patience);
        if hung.is_some() && !std::mem::replace(&mut queue.told_hung, true) {
            let (file, policy) = (self.path.display(), self.policy.show());
            tracing::error!(%file, policy, "the disk of the journal's file does not answer (told once, until it does)");
        }
        let hung = hung.map(|since| format!("the disk has not answered for {} s", since.as_secs()));
        queue.fault.clone().or(hung)
    }

    /// Asks the disk for something, and notes for how long.
    fn ask<T>(&self, disk: impl FnOnce() -> T) -> T {
        self.queue().asked = Some(Clock::instant());
        let answer = disk();
        let mut queue = self.queue();
        (queue.asked, queue.told_hung) = (None, false);
        answer
    }

    fn run(&self, mut medium: Box<dyn Medium>, memory: &Memory) {
        let (mut batch, mut lines) = (Batch::default(), Vec::new());
        let mut last = false;
        while !last {
            if !self.fetch(&mut batch, &mut last) {
                return;
            }
            match self.write(&mut batch, &mut lines, &mut *medium, memory) {
                Ok(()) => last = false, // there may be more than one batch
                Err(error) => self.failed(&mut batch, &error, last, memory),
            }
        }
    }

    /// Writes the batch. As few lines at once as stay in the processor's cache on their way to the system's; under `strict`
    /// all at once, for one commit.
    fn write(
        &self,
        batch: &mut Batch,
        lines: &mut Vec<u8>,
        medium: &mut dyn Medium,
        memory: &Memory,
    ) -> io::Result<()> {
        let strict = self.policy == JournalPolicy::Strict;
        while !batch.is_empty() {
            lines.clear();
            lines.shrink_to(KEPT);
            let count = batch.write(if strict { usize::MAX } else { AT_ONCE }, lines);
            self.ask(|| medium.append(lines, strict))?;
            if !batch.claim(count) {
                // Somebody waited in vain meanwhile and was answered otherwise: what is on file would be untrue.
                self.ask(|| medium.take_back())?;
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the disk answered too late"));
            }
            self.written(batch, count, memory);
        }
        Ok(())
    }

    /// Waits until there is something to write, and fills the batch with it, unless it holds what could not be written
    /// before; false when all is written and no more will come. `last` becomes whether a failure is the end of it.
    fn fetch(&self, batch: &mut Batch, last: &mut bool) -> bool {
        let mut queue = self.queue();
        loop {
            *last = queue.closed;
            let (rest, limit) = match () {
                () if queue.closed && queue.pending() == 0 => return false,
                () if queue.pending() == 0 => (Rest::Idle, None),
                () if queue.closed || queue.attempts < queue.urgent => break,
                () if queue.rest == Rest::Working && queue.fault.is_some() => {
                    (Rest::Pausing, Some(PAUSE))
                }
                () if queue.rest == Rest::Working && self.lingers(&queue) => {
                    (Rest::Lingering, Some(LINGER))
                }
                () => break,
            };
            queue.rest = rest;
            match limit {
                None => self.work.wait(&mut queue),
                Some(limit) => drop(self.work.wait_for(&mut queue, limit)),
            }
            if rest == Rest::Idle {
                queue.rest = Rest::Working;
            }
        }
        queue.rest = Rest::Working;
        queue.attempts += 1;
        if batch.is_empty() {
            std::mem::swap(batch, &mut queue.next);
            (queue.taken, queue.first_taken) = (batch.len(), batch.first().unwrap_or_default());
        }
        true
    }

    /// Under `strict` somebody waits for each; a full batch is not made to wait either.
    fn lingers(&self, queue: &Queue) -> bool {
        self.policy == JournalPolicy::Buffered && queue.pending() < BATCH
    }

    /// The first entries of the batch are on file.
    fn written(&self, batch: &mut Batch, count: usize, memory: &Memory) {
        let waited = batch.forget(count);
        let mut queue = self.queue();
        queue.written += count as u64;
        (queue.taken, queue.first_taken) = (batch.len(), batch.first().unwrap_or_default());
        let (known, recovered) = (queue.first().unwrap_or(queue.seen), queue.fault.take());
        let (lost, pending, missing) = (queue.lost, queue.pending(), queue.missing());
        drop(queue);
        self.report_missing(missing);
        if recovered.is_some() {
            tracing::warn!(file = %self.path.display(), pending, lost, "the journal's file is written again");
        }
        if self.policy == JournalPolicy::Strict {
            memory.notify(known);
        }
        self.settled.notify_all();
        for fate in waited {
            let _ = fate.send(Ok(())); // whoever asked may have left
        }
    }

    /// Followed by this thread: a log that takes its time must hold up no request.
    fn report_missing(&self, missing: bool) {
        if missing {
            tracing::error!(file = %self.path.display(), "more entries wait for the journal's file than there is room for: some are missing in it (told once; counted at the console)");
        }
    }

    /// Nobody is left waiting, in the batch or behind it: what they would be answered is amended first.
    fn failed(&self, batch: &mut Batch, error: &io::Error, last: bool, memory: &Memory) {
        let mut queue = self.queue();
        let mut amended = batch.amend();
        amended.extend(queue.next.amend());
        let first = queue.fault.replace(error.to_string()).is_none();
        if last {
            queue.lost += queue.pending() as u64;
            queue.taken = 0;
            queue.next = Batch::default();
        }
        queue.failed = queue.attempts;
        let (known, lost, missing) = (queue.seen, queue.lost, queue.missing());
        drop(queue);
        let (file, policy) = (self.path.display(), self.policy.show());
        match first {
            true if self.policy == JournalPolicy::Strict => {
                tracing::error!(%file, policy, %error, "the journal's file cannot be written: requests are answered 503 until it can");
            }
            true => {
                tracing::error!(%file, policy, %error, "the journal's file cannot be written: requests are answered, their entries wait or are lost (counted at the console)");
            }
            false => {}
        }
        match last {
            true if lost > 0 => {
                tracing::error!(%file, lost, "entries of the journal are missing in its file")
            }
            true => {}
            false => self.report_missing(missing),
        }
        let mut ring = memory.ring();
        for Amended { sequence, record, .. } in &amended {
            ring.amend(*sequence, Arc::clone(record));
        }
        drop(ring);
        if self.policy == JournalPolicy::Strict {
            memory.notify(known);
        }
        self.settled.notify_all();
        for Amended { fate, .. } in amended {
            let _ = fate.send(Err(Unwritten)); // whoever asked may have left
        }
    }
}

impl Queue {
    /// Whether entries are missing in the file and nobody was told.
    fn missing(&mut self) -> bool {
        self.lost > 0 && !std::mem::replace(&mut self.told, self.lost > 0)
    }

    /// For how long the disk has not answered, when that is too long.
    fn hangs_for(&self, patience: Duration) -> Option<Duration> {
        let since = self.asked?.elapsed();
        (since >= patience).then_some(since)
    }

    /// How many entries are not written.
    fn pending(&self) -> usize {
        self.taken + self.next.len()
    }

    /// The number of the first entry that is not written.
    fn first(&self) -> Option<u64> {
        match self.taken {
            0 => self.next.first(),
            _ => Some(self.first_taken),
        }
    }
}

/// Entries that are worth a write of their own.
const BATCH: usize = 1024;
/// Of these, how many are written at once.
const AT_ONCE: usize = 64;
/// How long the first entry of a batch waits for others: what a killed process may lose under `buffered`.
const LINGER: Duration = Duration::from_millis(20);
/// Between two attempts at a file that cannot be written.
const PAUSE: Duration = Duration::from_millis(250);
/// How often whoever waits for the disk looks whether it still answers.
const LOOK: Duration = Duration::from_millis(10);
/// Room that is kept for the next lines; more was for a disk that was slow once.
const KEPT: usize = 1 << 20;
