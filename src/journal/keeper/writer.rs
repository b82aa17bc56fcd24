//! The thread that writes the file.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::queue::{BATCH, Queue, Rest};
use crate::{
    clock::Clock,
    config::{JournalPolicy, SettingValue},
    journal::{
        batch::{Amended, Batch},
        fate::{Medium, Unwritten},
        memory::Memory,
    },
};

/// The thread, as far as those who hand entries over share it.
pub(super) struct Writer {
    pub(super) path: PathBuf,
    pub(super) policy: JournalPolicy,
    /// For how long the disk may not answer.
    pub(super) patience: Duration,
    pub(super) queue: Mutex<Queue>,
    /// The thread has something to do.
    pub(super) work: Condvar,
    /// The fate of more entries is known.
    pub(super) settled: Condvar,
}

impl Writer {
    pub(super) fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock()
    }

    /// Why the file is not written, if it is not.
    pub(super) fn fault(&self, queue: &mut Queue) -> Option<String> {
        let hung = queue.hangs_for(self.patience);
        if hung.is_some() && !std::mem::replace(&mut queue.reported_hung, true) {
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
        (queue.asked, queue.reported_hung) = (None, false);
        answer
    }

    pub(super) fn run(&self, mut medium: Box<dyn Medium>, memory: &Memory) {
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

/// Of the entries of a batch, how many are written at once.
const AT_ONCE: usize = 64;
/// How long the first entry of a batch waits for others: what a killed process may lose under `buffered`.
const LINGER: Duration = Duration::from_millis(20);
/// Between two attempts at a file that cannot be written.
const PAUSE: Duration = Duration::from_millis(250);
/// Room that is kept for the next lines; more was for a disk that was slow once.
const KEPT: usize = 1 << 20;
