//! Lines that are written together.

use std::{ops::Range, sync::Arc};

use tokio::sync::oneshot;

use super::{
    Entry,
    fate::{Fate, Otherwise},
    line::Line,
};

/// Lines in the order of their numbers.
#[derive(Default)]
pub(super) struct Batch {
    lines: Vec<u8>,
    count: usize,
    first: u64,
    /// Whose entries these are, and where their lines stand.
    waiting: Vec<(Range<usize>, Waiting)>,
}

/// A request that waits for its entry.
pub(super) struct Waiting {
    /// The entry.
    pub(super) entry: Arc<Entry>,
    /// Whom to tell.
    pub(super) answer: oneshot::Sender<Fate>,
    /// What the entry is when it cannot be written.
    pub(super) otherwise: Otherwise,
}

impl Batch {
    /// Adds the line of this number.
    pub(super) fn push(&mut self, sequence: u64, line: &Line, waiting: Option<Waiting>) {
        if self.count == 0 {
            self.first = sequence;
        }
        let start = self.lines.len();
        line.append_to(&mut self.lines, sequence);
        self.count += 1;
        self.waiting.extend(waiting.map(|waiting| (start..self.lines.len(), waiting)));
    }

    /// All lines.
    pub(super) fn lines(&self) -> &[u8] {
        &self.lines
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The number of the first line, if there is one.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// Forgets the lines; who waited for them.
    pub(super) fn clear(&mut self) -> Vec<Waiting> {
        self.lines.clear();
        self.lines.shrink_to(KEPT);
        self.count = 0;
        self.waiting.drain(..).map(|(_, waiting)| waiting).collect()
    }

    /// Makes the entries that somebody waits for what they are when they cannot be written; who waited for them.
    pub(super) fn amend(&mut self) -> Vec<Waiting> {
        let before = std::mem::take(&mut self.lines);
        let mut copied = 0;
        let mut amended = Vec::with_capacity(self.waiting.len());
        for (place, mut waiting) in self.waiting.drain(..) {
            let entry = Arc::make_mut(&mut waiting.entry);
            (waiting.otherwise)(entry);
            self.lines.extend_from_slice(&before[copied..place.start]);
            match Line::of(entry) {
                Some(line) => line.append_to(&mut self.lines, entry.sequence),
                None => self.lines.extend_from_slice(&before[place.clone()]),
            }
            copied = place.end;
            amended.push(waiting);
        }
        self.lines.extend_from_slice(&before[copied..]);
        amended
    }
}

/// Room that a batch keeps for the next lines; more was for a disk that was slow once.
const KEPT: usize = 4 << 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::FORMAT;

    #[test]
    fn what_somebody_waits_for_is_amended_in_its_place_and_nothing_else() {
        let mut batch = Batch::default();
        let mut fates = Vec::new();
        for sequence in 5..9 {
            let entry = Entry { format: FORMAT, sequence, status: Some(200), ..Entry::default() };
            let waiting = (sequence % 2 == 0).then(|| {
                let (answer, fate) = oneshot::channel();
                fates.push(fate);
                Waiting { entry: Arc::new(entry.clone()), answer, otherwise: |entry| entry.status = Some(503) }
            });
            batch.push(sequence, &Line::of(&entry).unwrap(), waiting);
        }
        let amended: Vec<_> = batch.amend().iter().map(|waiting| waiting.entry.sequence).collect();
        assert_eq!(amended, [6, 8]);
        let read = |line: &[u8]| serde_json::from_slice::<Entry>(line).unwrap();
        let lines = batch.lines().split_inclusive(|byte| *byte == b'\n').map(read);
        let read: Vec<_> = lines.map(|entry| (entry.sequence, entry.status)).collect();
        assert_eq!(read, [(5, Some(200)), (6, Some(503)), (7, Some(200)), (8, Some(503))]);
        assert_eq!((batch.len(), batch.first(), batch.clear().len(), batch.len()), (4, 5, 0, 0));
    }
}
