//! The calls that `/essai` made last, so that one can be made again from its entry of the journal.

use std::collections::VecDeque;

use parking_lot::Mutex;

use crate::journal::Entry;

/// The fields of the form of a call, as typed.
#[derive(Clone, Debug, Default)]
pub(super) struct AttemptForm {
    pub(super) partner: String,
    pub(super) certificate: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: String,
    pub(super) token: bool,
    /// The scopes to ask it with; all of the convention's when empty.
    pub(super) scope: String,
    pub(super) correlation: bool,
    pub(super) request_id: bool,
    /// Whether the convention's `ID_Teleservice` is sent, where it declares one.
    pub(super) teleservice: bool,
}

/// The forms of the last calls, in memory alone: what they hold is in no journal.
#[derive(Default)]
pub(super) struct Attempts(Mutex<VecDeque<Attempt>>);

struct Attempt {
    correlation_id: String,
    sequence: u64,
    form: AttemptForm,
}

impl Attempts {
    pub(super) fn keep(&self, entry: &Entry, form: AttemptForm) {
        let mut kept = self.0.lock();
        if kept.len() >= MOST {
            kept.pop_front();
        }
        let (correlation_id, sequence) = (entry.correlation_id.clone(), entry.sequence);
        kept.push_back(Attempt { correlation_id, sequence, form });
    }

    /// The form of the call whose entry this is, while it is kept.
    pub(super) fn form(&self, entry: &Entry) -> Option<AttemptForm> {
        let kept = self.0.lock();
        let is = |one: &&Attempt| {
            one.sequence == entry.sequence && one.correlation_id == entry.correlation_id
        };
        kept.iter().rev().find(is).map(|one| one.form.clone())
    }

    /// What the call of this entry asked: path and body.
    pub(super) fn asked(&self, entry: &Entry) -> Option<String> {
        self.form(entry).map(|form| format!("{} {}", form.path, form.body))
    }

    /// Whether the call of this entry can be made again.
    pub(super) fn has(&self, entry: &Entry) -> bool {
        self.form(entry).is_some()
    }
}

/// Calls that are kept.
const MOST: usize = 200;
