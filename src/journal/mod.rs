//! The journal: one entry per request, whatever its end, with the verdict of each control.
//!
//! Source: CGU FICOBA 10 and CGU R2P 10 (traces). An entry says who asked what and how it ended; never a token, a secret or
//! the value of a person's data, unless `journal.values` asks for what requests hold. The journal lives in a bounded ring in
//! memory; a file keeps every entry where one is given (`docs/journal.md`).

mod batch;
mod decoded;
mod disk;
mod draft;
mod entry;
mod facts;
mod fate;
mod filter;
mod keeper;
mod made;
mod members;
mod memory;
mod real;
mod record;
mod seal;
mod shared;
mod slot;
mod snapshot;
mod tail;
#[cfg(test)]
mod tests;
mod values;

use std::{
    io,
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

#[cfg(test)]
pub(crate) use self::record::tests::full;
use self::{
    batch::PendingAnswer,
    keeper::Keeper,
    memory::{Memory, Ring},
    slot::Slot,
};
pub use self::{
    disk::{Disk, OpenError, Rotation},
    draft::{Draft, Facts},
    entry::{Entry, FORMAT, FromConsole, Kind, Mark, RunFacts, Step},
    facts::{
        CertificateFacts, ControlFacts, JustificationFacts, QuotaFacts, RefusalFacts, VerdictName,
    },
    fate::{Kept, Medium, Otherwise, Ticket, Unwritten},
    filter::{Filter, Since},
    made::{KEY, LIFETIME, Made, Maker},
    memory::Page,
    record::Record,
    seal::Seal,
    shared::SharedList,
    snapshot::snapshot,
    tail::{Followed, Tail},
    values::Values,
};
use crate::{clock::Clock, config::JournalPolicy};

/// An entry that was written down.
pub struct Written {
    /// Its number; none where it is kept on file alone, of a run that a reset ended.
    pub sequence: Option<u64>,
    /// What an answer waits for under the `strict` policy.
    pub ticket: Option<Ticket>,
}

/// The last entries, oldest first, and the file that keeps them all.
pub struct Journal {
    memory: Arc<Memory>,
    keeper: Option<Keeper>,
    seal: Seal,
    /// The seal of all replicas, where there are several.
    shared: OnceLock<Seal>,
    /// The keys of bacasable's own calls that came back.
    used: made::Used,
    /// Whether somebody was told that real data seem to come in.
    alarmed: AtomicBool,
    born: Instant,
}

impl Journal {
    /// An empty journal that keeps the last `capacity` entries.
    pub fn new(capacity: usize) -> Self {
        Self {
            memory: Arc::new(Memory::new(capacity)),
            keeper: None,
            seal: Seal::new(),
            shared: OnceLock::new(),
            used: made::Used::default(),
            alarmed: AtomicBool::new(false),
            born: Clock::instant(),
        }
    }

    /// Has `medium` keep the entries too from now on, under the name of `path`; `waiting` of them may wait to be written. One
    /// that does not answer for `patience` counts as one that cannot be written.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn keep_in(
        &mut self,
        path: PathBuf,
        policy: JournalPolicy,
        medium: Box<dyn Medium>,
        waiting: usize,
        patience: Duration,
    ) -> io::Result<()> {
        let memory = Arc::clone(&self.memory);
        self.keeper = Some(Keeper::start(path, policy, medium, waiting, patience, memory)?);
        Ok(())
    }

    /// The digests of this run.
    pub fn seal(&self) -> &Seal {
        self.shared.get().unwrap_or(&self.seal)
    }

    /// A one-time key for a call of bacasable's own.
    pub fn issue_key(&self, made: &Made) -> String {
        made::issue(self.seal(), made, Clock::system().now())
    }

    /// Whose call this text marks, if it is a key that was not used yet.
    pub fn take_key(&self, key: &str) -> Option<Made> {
        made::take(self.seal(), &self.used, key, Clock::system().now())
    }

    /// Makes the digests with this key from now on, as other processes do.
    pub fn share_seal(&self, key: [u8; 16]) {
        self.shared.get_or_init(|| Seal::of_key(key));
    }

    /// Whether an identifier that looks real has come in.
    pub fn alarmed(&self) -> bool {
        self.alarmed.load(Ordering::Relaxed)
    }

    /// Microseconds from the start of the run to `instant`.
    pub fn since_birth(&self, instant: Instant) -> u64 {
        u64::try_from(instant.saturating_duration_since(self.born).as_micros()).unwrap_or(u64::MAX)
    }

    /// Writes an entry down; its fate on the file is nobody's business.
    pub fn record(&self, mut entry: Entry) {
        drop(self.write(&mut entry, None));
    }

    /// Writes the entry of an answer down. Under the `strict` policy the answer waits for the ticket; should the entry not
    /// reach the disk, `otherwise` makes it that of the answer that is given instead.
    pub fn record_answer(&self, entry: &mut Entry, otherwise: Otherwise) -> Written {
        self.write(entry, self.is_strict().then_some(otherwise))
    }

    /// Whether answers wait for the disk.
    pub fn is_strict(&self) -> bool {
        self.keeper.as_ref().is_some_and(|keeper| keeper.policy() == JournalPolicy::Strict)
    }

    /// Whether nothing may be answered, because the policy is `strict` and the file cannot be written.
    pub fn blocked(&self) -> bool {
        self.keeper.as_ref().is_some_and(Keeper::blocked)
    }

    /// How the file fares, if there is one.
    pub fn kept(&self) -> Option<Kept> {
        self.keeper.as_ref().map(Keeper::kept)
    }

    /// Waits until every entry so far was written, or tried in vain: for the end, and for who reads the file.
    pub fn settle(&self) {
        if let Some(keeper) = &self.keeper {
            keeper.settle();
        }
    }

    /// Sends away those who follow the journal.
    pub fn dismiss(&self) {
        self.memory.dismiss();
    }

    /// Writes what is left and closes the file.
    pub fn close(&self) {
        if let Some(keeper) = &self.keeper {
            keeper.close();
        }
    }

    /// Keeps an entry that another process wrote down, as the JSON it told, in memory only: its own file has it. Here it
    /// came in at `arrived_us` of this run.
    pub fn receive(&self, replica: Arc<str>, arrived_us: u64, text: &str) {
        let mut ring = self.memory.ring();
        let slot = Slot::received(Ring::next(&ring), arrived_us, replica, text);
        if self.memory.may_be_past(arrived_us)
            && let Some(entry) = slot.entry()
            && ring.is_past(arrived_us, entry.partner.as_deref())
        {
            return;
        }
        let pushed_out = ring.push(slot, !self.is_strict());
        drop(ring);
        drop(pushed_out); // outside the lock
        self.memory.ring_bell();
    }

    /// What is kept of the entries numbered `from` and later that were written down here, each with its number, and the
    /// number of the next entry.
    pub fn own_since(&self, from: u64) -> (Vec<(u64, Arc<Record>)>, u64) {
        let ring = self.memory.ring();
        (ring.own_since(from), Ring::next(&ring))
    }

    /// The entries that `filter` wants, oldest first.
    pub fn read(&self, filter: &Filter) -> Vec<Arc<Entry>> {
        self.memory.slots().iter().filter_map(|slot| slot.matching(filter)).collect()
    }

    /// The last `limit` entries that `filter` wants, how many it wants, and where to go on: one moment of the journal.
    pub fn page(&self, filter: &Filter, limit: usize) -> Page {
        self.memory.page(filter, limit)
    }

    /// The first `limit` of the entries numbered above `after` that `filter` wants.
    pub fn page_after(&self, filter: &Filter, after: u64, limit: usize) -> Page {
        self.memory.page_after(filter, after, limit)
    }

    /// The last `most` of the entries that `filter` wants, newest first; those numbered `before` and later left out.
    pub fn latest(&self, filter: &Filter, before: Option<u64>, most: usize) -> Vec<Arc<Entry>> {
        self.memory.latest(filter, before, most)
    }

    /// The entry of this number, while it is kept.
    pub fn entry(&self, sequence: u64) -> Option<Arc<Entry>> {
        let slot = self.memory.ring().entry(sequence)?;
        slot.entry()
    }

    /// How many of the entries kept `filter` wants.
    pub fn count(&self, filter: &Filter) -> usize {
        self.memory.slots().iter().filter(|slot| slot.matches(filter)).count()
    }

    /// Forgets the entries that `filter` wants, in memory; how many there were.
    pub fn forget(&self, filter: &Filter) -> usize {
        self.memory.forget(filter)
    }

    /// Begins another run of tests, of everybody or of one partner, at the moment `began_us` since the start: the entries of
    /// what came in before are forgotten, in memory, and what is still on its way leaves none there. How many there were.
    pub fn begin(&self, partner: Option<&str>, began_us: u64) -> usize {
        self.memory.begin(partner, began_us)
    }

    /// Whether the request of this entry came in before the present run began.
    pub fn is_past(&self, entry: &Entry) -> bool {
        self.memory.may_be_past(entry.arrived_us)
            && self.memory.ring().is_past(entry.arrived_us, entry.partner.as_deref())
    }

    /// The number of the first entry that may be of this partner's present run.
    pub fn first_of(&self, partner: &str) -> u64 {
        self.memory.ring().first_of(partner)
    }

    fn write(&self, entry: &mut Entry, otherwise: Option<Otherwise>) -> Written {
        self.alarm(entry);
        let mut answer =
            otherwise.map(|otherwise| PendingAnswer { entry: entry.clone(), otherwise });
        let arrived_us = entry.arrived_us;
        let mut record = Arc::new(Record::new(entry));
        let mut ring = self.memory.ring(); // held until the file has it too: both have the order of the numbers
        let sequence = Ring::next(&ring);
        let past = self.memory.may_be_past(arrived_us)
            && ring.is_past(arrived_us, entry.partner.as_deref());
        if past {
            entry.before_reset = true;
            record = Arc::new(Record::new(entry));
            answer.iter_mut().for_each(|answer| answer.entry.before_reset = true);
        }
        let ticket =
            self.keeper.as_ref().and_then(|keeper| keeper.take(sequence, &mut record, answer));
        let notify =
            self.keeper.as_ref().is_none_or(|keeper| keeper.policy() == JournalPolicy::Buffered);
        let oldest = match (past, &self.keeper) {
            (true, None) => None,
            (true, Some(_)) => {
                ring.leave_out(notify);
                None
            }
            (false, _) => ring.push(Slot::own(sequence, record), notify),
        };
        drop(ring);
        drop(oldest);
        self.memory.ring_bell();
        Written { sequence: (!past).then_some(sequence), ticket }
    }

    fn alarm(&self, entry: &mut Entry) {
        if entry.vigilance.is_empty() {
            return;
        }
        entry.values = None; // whatever `journal.values` says: these have no place here
        if !self.alarmed.swap(true, Ordering::Relaxed) {
            let (kinds, partner) =
                (entry.vigilance.join(", "), entry.partner.as_deref().unwrap_or_default());
            tracing::warn!(%kinds, %partner, "a request holds an identifier that looks like real data, which has no place here; its value is kept nowhere (told once per run)");
        }
    }
}
