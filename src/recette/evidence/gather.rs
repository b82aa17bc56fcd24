//! From the journal's entries, one after another, to the evidence about a partner.

use super::{
    During, Evidence, Exhibit, Selection,
    gap::{Numbers, begins_anew},
    window::{Windows, turn},
};
use crate::{
    admission::Control,
    journal::{Entry, Kind},
    recette::script::AGENT,
};

/// What was gathered so far, and what the next entry is read by.
pub(super) struct Gatherer<'a, 's> {
    evidence: Evidence<'a>,
    partner: &'s str,
    selection: &'s Selection,
    numbers: Numbers<'a>,
    /// The cases of each partner, by the marks of whose calls count.
    windows: Windows<'a>,
    /// The same by the other marks.
    others: Windows<'a>,
    /// How many servers were started before.
    run: usize,
    last: Option<&'a Entry>,
}

impl<'a, 's> Gatherer<'a, 's> {
    pub(super) fn new(partner: &'s str, selection: &'s Selection) -> Self {
        Self {
            evidence: Evidence::default(),
            partner,
            selection,
            numbers: Numbers::default(),
            windows: Windows::new(),
            others: Windows::new(),
            run: 0,
            last: None,
        }
    }

    pub(super) fn gather(mut self, entries: impl IntoIterator<Item = &'a Entry>) -> Evidence<'a> {
        for entry in entries {
            if self.selection.first.is_some_and(|first| self.evidence.material.len() >= first) {
                break;
            }
            self.follow(entry);
            // What a reset let go tells nothing about the partner's client.
            if !entry.before_reset {
                self.weigh(entry);
            }
        }
        self.close();
        self.evidence.others.sort();
        self.evidence
    }

    /// Notes where one server's entries end and the next one's begin, and which are missing.
    fn follow(&mut self, entry: &'a Entry) {
        match self.last.replace(entry) {
            Some(last) if begins_anew(entry, last) => {
                self.run += 1;
                self.close();
                self.others.clear();
            }
            Some(_) => {}
            None => self.evidence.truncated = entry.sequence > 0,
        }
        self.evidence.gaps.extend(self.numbers.missing_before(entry));
        self.evidence.runs.extend(&entry.run);
    }

    fn weigh(&mut self, entry: &'a Entry) {
        let whose = owner(entry);
        let counts = self.selection.calls.take(entry, &self.windows, &self.others);
        if entry.mark.is_none() && !self.selection.spans(entry.time) {
            self.evidence.outside +=
                usize::from(counts && entry.made.is_none() && self.is_shown(entry, whose));
        } else if counts {
            self.keep(entry, whose);
        } else {
            self.leave_out(entry, whose);
        }
    }

    /// Whether an entry would be one of the exhibits.
    fn is_shown(&self, entry: &'a Entry, whose: Option<&str>) -> bool {
        whose.is_none_or(|whose| whose == self.partner) && self.exhibit(entry).is_some()
    }

    /// Takes an entry that counts.
    fn keep(&mut self, entry: &'a Entry, whose: Option<&'a str>) {
        let is_theirs = whose == Some(self.partner);
        if let Some(other) = whose.filter(|_| !is_theirs)
            && !self.evidence.others.iter().any(|known| known == other)
        {
            self.evidence.others.push(other.to_owned());
        }
        match (&entry.mark, whose) {
            (Some(mark), Some(whose)) => {
                turn(self.windows.entry(whose).or_default(), mark, entry);
                self.evidence.material.extend(is_theirs.then_some(entry));
            }
            (Some(_), None) => {}
            (None, Some(_)) if !is_theirs => {}
            (None, _) => {
                if let Some(exhibit) = self.exhibit(entry) {
                    self.evidence.material.push(entry);
                    self.evidence.played += usize::from(entry.made.is_some() || is_pasted(entry));
                    self.evidence.exhibits.push(exhibit);
                }
            }
        }
    }

    /// Counts an entry that does not count as evidence, where a reader is told so.
    fn leave_out(&mut self, entry: &'a Entry, whose: Option<&'a str>) {
        if let (Some(mark), Some(whose)) = (&entry.mark, whose) {
            turn(self.others.entry(whose).or_default(), mark, entry);
        } else if is_pasted(entry) && self.is_of(whose, &self.windows, entry) {
            self.evidence.pasted += 1;
        } else if self.is_of(whose, &self.others, entry) && self.selection.calls.leave_out(entry) {
            let maker = entry.made.as_ref().map(|made| made.by);
            *self.evidence.left_out.entry(maker).or_default() += 1;
        }
    }

    /// Whether an entry that does not count is about the partner: by its name, or because no name is proven and one of its cases
    /// was being played.
    fn is_of(&self, whose: Option<&str>, windows: &Windows<'_>, entry: &Entry) -> bool {
        let mut theirs = windows.get(self.partner).into_iter().flatten();
        whose
            .map_or_else(|| theirs.any(|window| window.holds(entry)), |whose| whose == self.partner)
    }

    /// The entry with the cases that it is evidence of; none where it is not about the partner.
    fn exhibit(&self, entry: &'a Entry) -> Option<Exhibit<'a>> {
        if matches!(entry.kind, Kind::Start | Kind::Recette | Kind::Store | Kind::Tokens) {
            return None;
        }
        let own = owner(entry).is_some();
        let mut during = Vec::new();
        let windows = self.windows.get(self.partner).into_iter().flatten();
        for window in windows.filter(|window| window.holds(entry)) {
            if !during.iter().any(|one: &During<'_>| one.case == window.case) {
                during.push(During { case: window.case, mark: window.mark });
            }
        }
        if !own {
            let others = || {
                let others = self.windows.iter().filter(|(whose, _)| **whose != self.partner);
                others.flat_map(|(_, windows)| windows).filter(|window| window.holds(entry))
            };
            during.retain(|one| !others().any(|window| window.case == one.case));
        }
        (own || !during.is_empty()).then_some(Exhibit { entry, run: self.run, during, own })
    }

    /// Ends a server's run: what had begun and not ended never will.
    fn close(&mut self) {
        let left = std::mem::take(&mut self.windows).remove(self.partner).unwrap_or_default();
        let open = left.into_iter().filter(|window| window.ended.is_none());
        self.evidence.unclosed.extend(open.map(|window| window.case.to_owned()));
    }
}

/// The partner that the entry is surely about: a certificate that was refused proves nothing about who showed it.
fn owner(entry: &Entry) -> Option<&str> {
    let proven = entry.refused_by() != Some(Control::Certificate);
    entry.partner.as_deref().filter(|_| proven)
}

/// Whether it is of a command that `recette plan` or `recette next` printed, and not of the application.
pub(super) fn is_pasted(entry: &Entry) -> bool {
    entry.user_agent.as_deref() == Some(AGENT)
}
