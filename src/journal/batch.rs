//! Entries that are written together.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::{
    Entry, Record,
    fate::{Claim, Fate, Otherwise},
};

/// Entries in the order of their numbers.
#[derive(Default)]
pub(super) struct Batch(Vec<BatchRow>);

struct BatchRow {
    sequence: u64,
    record: Arc<Record>,
    waiting: Option<Box<Waiting>>,
}

struct Waiting {
    answer: PendingAnswer,
    fate: oneshot::Sender<Fate>,
    claim: Arc<Claim>,
}

/// An answer that is given once its entry is on disk.
pub(super) struct PendingAnswer {
    pub(super) entry: Entry,
    /// What the entry is when it cannot be written.
    pub(super) otherwise: Otherwise,
}

/// An entry of an answer that is not given.
pub(super) struct Amended {
    pub(super) sequence: u64,
    /// What it is now.
    pub(super) record: Arc<Record>,
    /// Whom to tell.
    pub(super) fate: oneshot::Sender<Fate>,
}

impl PendingAnswer {
    /// The entry when it cannot be written.
    pub(super) fn amended(self) -> Arc<Record> {
        let Self { mut entry, otherwise } = self;
        otherwise(&mut entry);
        Arc::new(Record::new(&entry))
    }
}

impl Batch {
    /// Adds the entry of this number, and who waits for it.
    pub(super) fn push(
        &mut self,
        sequence: u64,
        record: Arc<Record>,
        waiting: Option<(PendingAnswer, oneshot::Sender<Fate>, Arc<Claim>)>,
    ) {
        let waiting =
            waiting.map(|(answer, fate, claim)| Box::new(Waiting { answer, fate, claim }));
        self.0.push(BatchRow { sequence, record, waiting });
    }

    /// Adds a line for each of the first `most` entries; how many these are.
    pub(super) fn write(&self, most: usize, lines: &mut Vec<u8>) -> usize {
        let some = &self.0[..most.min(self.0.len())];
        for BatchRow { sequence, record, .. } in some {
            record.write(*sequence, lines);
            lines.push(b'\n');
        }
        some.len()
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of the first entry.
    pub(super) fn first(&self) -> Option<u64> {
        self.0.first().map(|row| row.sequence)
    }

    /// Whether all who wait for the first entries still do, so that these are what is answered.
    pub(super) fn claim(&self, count: usize) -> bool {
        let mut all = true;
        for waiting in self.0[..count].iter().filter_map(|row| row.waiting.as_ref()) {
            all &= waiting.claim.written(); // each one is claimed, whatever the others answer
        }
        all
    }

    /// Forgets the first entries; who waited for them.
    pub(super) fn forget(&mut self, count: usize) -> Vec<oneshot::Sender<Fate>> {
        self.0.drain(..count).filter_map(|row| row.waiting).map(|waiting| waiting.fate).collect()
    }

    /// Makes the entries that somebody waits for what they are when they cannot be written; who waited for them.
    pub(super) fn amend(&mut self) -> Vec<Amended> {
        let amended = |row: &mut BatchRow| {
            let Waiting { answer, fate, .. } = *row.waiting.take()?;
            row.record = answer.amended();
            Some(Amended { sequence: row.sequence, record: Arc::clone(&row.record), fate })
        };
        self.0.iter_mut().filter_map(amended).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_waits_for_is_amended_in_its_place_and_nothing_else() {
        let mut batch = Batch::default();
        let mut fates = Vec::new();
        for sequence in 5..9 {
            let entry = Entry { status: Some(200), ..Entry::default() };
            let waiting = (sequence % 2 == 0).then(|| {
                let (sender, fate) = oneshot::channel();
                fates.push(fate);
                (
                    PendingAnswer {
                        entry: entry.clone(),
                        otherwise: |entry| entry.status = Some(503),
                    },
                    sender,
                    Arc::<Claim>::default(),
                )
            });
            batch.push(sequence, Arc::new(Record::new(&entry)), waiting);
        }
        let amended: Vec<_> = batch.amend().iter().map(|amended| amended.sequence).collect();
        assert_eq!(amended, [6, 8]);
        let mut lines = Vec::new();
        assert_eq!(batch.write(usize::MAX, &mut lines), 4);
        let read = |line: &[u8]| serde_json::from_slice::<Entry>(line).unwrap();
        let lines = lines.split_inclusive(|byte| *byte == b'\n').map(read);
        let read: Vec<_> = lines.map(|entry| (entry.sequence, entry.status)).collect();
        assert_eq!(read, [(5, Some(200)), (6, Some(503)), (7, Some(200)), (8, Some(503))]);
        assert_eq!((batch.forget(3).len(), batch.len(), batch.first()), (0, 1, Some(8)));
    }
}
