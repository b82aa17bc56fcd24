//! What stands in the ring: an entry of this process, or what another one told of its own.
//!
//! Of several replicas each has all entries at hand, and few of them are ever looked at: what was told stays a text until
//! somebody does.

use std::sync::{Arc, OnceLock};

use super::{Entry, Filter};

/// An entry in its place.
#[derive(Clone, Debug)]
pub(super) enum Slot {
    /// It was written down here.
    Own(Arc<Entry>),
    /// It was told.
    Heard(Arc<Heard>),
}

/// An entry that another process wrote down.
#[derive(Debug)]
pub(super) struct Heard {
    sequence: u64,
    arrived_us: u64,
    replica: Arc<str>,
    text: Box<str>,
    entry: OnceLock<Option<Arc<Entry>>>,
}

impl Slot {
    /// What another process told, as of this process's numbers and time.
    pub(super) fn heard(sequence: u64, arrived_us: u64, replica: Arc<str>, text: &str) -> Self {
        Self::Heard(Arc::new(Heard { sequence, arrived_us, replica, text: text.into(), entry: OnceLock::new() }))
    }

    /// Its number.
    pub(super) fn sequence(&self) -> u64 {
        match self {
            Self::Own(entry) => entry.sequence,
            Self::Heard(heard) => heard.sequence,
        }
    }

    /// The entry, if it was written down here.
    pub(super) fn own(&self) -> Option<Arc<Entry>> {
        match self {
            Self::Own(entry) => Some(Arc::clone(entry)),
            Self::Heard(_) => None,
        }
    }

    /// The entry; none if what was told is no entry that this version can read.
    pub(super) fn entry(&self) -> Option<Arc<Entry>> {
        match self {
            Self::Own(entry) => Some(Arc::clone(entry)),
            Self::Heard(heard) => heard.entry.get_or_init(|| heard.read()).clone(),
        }
    }

    /// Whether a filter wants it. One that wants everything need not look.
    pub(super) fn is_wanted(&self, filter: &Filter) -> bool {
        filter.wants_number(self.sequence())
            && (filter.wants_all() || self.entry().is_some_and(|entry| filter.wants(&entry)))
    }
}

impl Heard {
    fn read(&self) -> Option<Arc<Entry>> {
        let told: Entry = serde_json::from_str(&self.text).ok()?;
        let (sequence, arrived_us, replica) = (self.sequence, self.arrived_us, Some(self.replica.as_ref().to_owned()));
        Some(Arc::new(Entry { sequence, arrived_us, replica, ..told }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_has_the_numbers_of_here_and_the_name_of_who_told_it() {
        let told = Entry { sequence: 99, partner: Some("p".to_owned()), ..Entry::default() };
        let slot = Slot::heard(7, 1_000, "abcd".into(), &serde_json::to_string(&told).unwrap());
        let entry = slot.entry().unwrap();
        assert_eq!((slot.sequence(), entry.sequence, entry.arrived_us), (7, 7, 1_000));
        assert_eq!((entry.replica.as_deref(), entry.partner.as_deref()), (Some("abcd"), Some("p")));
        assert!(slot.is_wanted(&Filter { partner: Some("p".to_owned()), ..Filter::default() }));
    }

    #[test]
    fn what_is_no_entry_is_shown_to_nobody() {
        let slot = Slot::heard(0, 0, "abcd".into(), "{\"of\":\"another version\"}");
        assert!(slot.entry().is_none());
        assert!(!slot.is_wanted(&Filter { partner: Some("p".to_owned()), ..Filter::default() }));
    }
}
