//! The cases that are being played: every page shows them, so that nobody forgets to end one.

use jiff::Timestamp;
use parking_lot::Mutex;

use crate::{
    journal::{Entry, Filter, Since, Step},
    recette::live,
    sandbox::Sandbox,
};

/// A case that began and did not end.
#[derive(Clone, Debug)]
pub(super) struct Begun {
    /// The number of the entry that marks its beginning.
    sequence: u64,
    /// The convention's id.
    pub(super) partner: String,
    pub(super) organisation: String,
    /// The case's id.
    pub(super) case: String,
    pub(super) title: String,
    /// When it began, on the product's clock.
    pub(super) since: Timestamp,
}

/// The cases under way, read from the journal's marks as they come: a page looks at the new entries only.
#[derive(Default)]
pub(super) struct Underway(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    /// Everything numbered below was looked at.
    next: u64,
    begun: Vec<Begun>,
}

impl Underway {
    /// The applications' cases under way, in the order in which they began; those that bacasable plays itself are none.
    pub(super) fn begun(&self, sandbox: &Sandbox) -> Vec<Begun> {
        let mut seen = self.0.lock();
        let since = Some(Since::Sequence(seen.next));
        let entries = sandbox.journal.read(&Filter { since, ..Filter::default() });
        if let Some(last) = entries.last() {
            seen.next = last.sequence + 1;
        }
        for entry in entries.iter().filter(|entry| entry.made.is_none()) {
            let (Some(mark), Some(partner)) = (&entry.mark, &entry.partner) else { continue };
            seen.begun.retain(|one| one.case != mark.case || one.partner != *partner);
            if mark.step == Step::Begin {
                seen.begun.push(Begun::new(sandbox, entry, partner, &mark.case));
            }
        }
        // What was emptied from the journal is under way no more.
        seen.begun.retain(|one| sandbox.journal.entry(one.sequence).is_some());
        seen.begun.clone()
    }
}

impl Begun {
    fn new(sandbox: &Sandbox, entry: &Entry, partner: &str, case: &str) -> Self {
        let recette = live::recette(sandbox.config.fixtures.as_deref()).ok();
        let title = recette.and_then(|all| all.catalogue.case(case).map(|one| one.title.clone()));
        let directory = sandbox.directory();
        let convention = directory.convention(partner);
        Self {
            sequence: entry.sequence,
            since: entry.time,
            partner: partner.to_owned(),
            organisation: convention
                .map_or_else(|| partner.to_owned(), |one| one.organisation.clone()),
            case: case.to_owned(),
            title: title.unwrap_or_else(|| case.to_owned()),
        }
    }
}
