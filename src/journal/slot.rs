//! What stands in the ring: an entry of this process, or what another one told of its own.
//!
//! Either is a text until somebody looks at it: few entries are ever looked at.

use std::sync::{Arc, OnceLock};

use super::{Entry, Filter, Record};

/// An entry in its place.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) sequence: u64,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// It was written down here.
    Own(Arc<Record>),
    /// It was told.
    Received(Arc<ReceivedEntry>),
}

/// An entry that another process wrote down.
#[derive(Debug)]
struct ReceivedEntry {
    arrived_us: u64,
    replica: Arc<str>,
    text: Box<str>,
    read: OnceLock<Option<Arc<Entry>>>,
}

impl Slot {
    /// What was written down here.
    pub(super) fn own(sequence: u64, record: Arc<Record>) -> Self {
        Self { sequence, what: What::Own(record) }
    }

    /// What another process told, as of this process's numbers and time.
    pub(super) fn received(sequence: u64, arrived_us: u64, replica: Arc<str>, text: &str) -> Self {
        let received =
            ReceivedEntry { arrived_us, replica, text: text.into(), read: OnceLock::new() };
        Self { sequence, what: What::Received(Arc::new(received)) }
    }

    /// What is kept of it, if it was written down here.
    pub(super) fn record(&self) -> Option<&Arc<Record>> {
        match &self.what {
            What::Own(record) => Some(record),
            What::Received(_) => None,
        }
    }

    /// When it came in, in microseconds of this process's run.
    pub(super) fn arrived_us(&self) -> u64 {
        match &self.what {
            What::Own(record) => record.arrived_us(),
            What::Received(received) => received.arrived_us,
        }
    }

    /// The entry; none if what was told is no entry that this version can read.
    pub(super) fn entry(&self) -> Option<Arc<Entry>> {
        match &self.what {
            What::Own(record) => Some(record.entry(self.sequence)),
            What::Received(received) => {
                received.read.get_or_init(|| received.read(self.sequence)).clone()
            }
        }
    }

    pub(super) fn matching(&self, filter: &Filter) -> Option<Arc<Entry>> {
        filter
            .wants_number(self.sequence)
            .then(|| self.entry())?
            .filter(|entry| filter.wants(entry))
    }

    /// Whether a filter wants it. One that wants everything need not look.
    pub(super) fn matches(&self, filter: &Filter) -> bool {
        filter.wants_number(self.sequence)
            && (filter.wants_all() || self.matching(filter).is_some())
    }
}

impl ReceivedEntry {
    fn read(&self, sequence: u64) -> Option<Arc<Entry>> {
        let parsed: Entry = serde_json::from_str(&self.text).ok()?;
        let (arrived_us, replica) = (self.arrived_us, Some(self.replica.as_ref().to_owned()));
        Some(Arc::new(Entry { sequence, arrived_us, replica, ..parsed }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_has_the_numbers_of_here_and_the_name_of_who_told_it() {
        let parsed = Entry { sequence: 99, partner: Some("p".to_owned()), ..Entry::default() };
        let slot =
            Slot::received(7, 1_000, "abcd".into(), &serde_json::to_string(&parsed).unwrap());
        let entry = slot.entry().unwrap();
        assert_eq!((slot.sequence, entry.sequence, entry.arrived_us), (7, 7, 1_000));
        assert_eq!((entry.replica.as_deref(), entry.partner.as_deref()), (Some("abcd"), Some("p")));
        assert!(slot.matches(&Filter { partner: Some("p".to_owned()), ..Filter::default() }));
    }

    #[test]
    fn what_is_no_entry_is_shown_to_nobody() {
        let slot = Slot::received(0, 0, "abcd".into(), "{\"of\":\"another version\"}");
        assert!(slot.entry().is_none());
        assert!(!slot.matches(&Filter { partner: Some("p".to_owned()), ..Filter::default() }));
    }
}
