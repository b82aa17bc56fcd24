//! When cases were played: between their marks.

use std::collections::BTreeMap;

use crate::journal::{Entry, Mark, Step};

/// A case's begin and end, in microseconds of the server's run; 0 where a file does not tell.
#[derive(Debug)]
pub(super) struct Window<'a> {
    pub(super) case: &'a str,
    /// The number of the entry that began it.
    pub(super) mark: u64,
    began: u64,
    pub(super) ended: Option<u64>,
}

/// The windows of each partner.
pub(super) type Windows<'a> = BTreeMap<&'a str, Vec<Window<'a>>>;

impl Window<'_> {
    /// Whether the entry came in between the two marks. Where a moment is not told, the order of the journal decides.
    pub(super) fn holds(&self, entry: &Entry) -> bool {
        let at = entry.arrived_us;
        let begun = at == 0 || self.began <= at;
        let not_ended = self.ended.is_none_or(|ended| at != 0 && at <= ended);
        begun && not_ended
    }
}

/// Begins the case of a mark, or ends it.
pub(super) fn turn<'a>(windows: &mut Vec<Window<'a>>, mark: &'a Mark, entry: &Entry) {
    let at = entry.arrived_us;
    windows.retain(|window| window.ended.is_none_or(|ended| at.saturating_sub(ended) < LATE_US));
    for window in
        windows.iter_mut().filter(|window| window.case == mark.case && window.ended.is_none())
    {
        window.ended = Some(at);
    }
    if mark.step == Step::Begin {
        windows.push(Window { case: &mark.case, mark: entry.sequence, began: at, ended: None });
    }
}

/// How long after the end of a case an entry that came in before it may still be written: longer than any time limit.
const LATE_US: u64 = 600_000_000;
