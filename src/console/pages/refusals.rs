//! The refusals and errors of the day, one line for each code: what happens most first.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;

use super::{
    codes,
    row::Row,
    show,
    words::{self, EntryOutcome},
};
use crate::{
    api::Apis,
    clock,
    journal::{Entry, Kind},
    rights::ApiId,
};

/// What was refused with one code.
pub(super) struct Group {
    pub(super) last: Row,
    /// What the code says, where it is documented.
    pub(super) title: String,
    /// How many there were.
    pub(super) count: usize,
    /// Where all of them are listed; nothing where no filter finds them.
    pub(super) all: Option<String>,
}

/// What tells one kind of refusal from another.
type RefusalKey = (Option<ApiId>, Option<String>, Option<u16>, Kind);

impl Group {
    /// Those of the day of `now`, in Paris, and later, among these entries, which come newest first.
    pub(super) fn of_day(entries: &[Arc<Entry>], apis: &Apis, now: Timestamp) -> Vec<Self> {
        let day = now.to_zoned(clock::paris()).start_of_day();
        let begins = day.map_or(Timestamp::MIN, |start| start.timestamp());
        let of_day = |entry: &&Arc<Entry>| entry.time >= begins;
        let turned_away = |entry: &&Arc<Entry>| {
            matches!(EntryOutcome::from_entry(entry), EntryOutcome::Refused | EntryOutcome::Failed)
        };
        let mut known: HashMap<RefusalKey, usize> = HashMap::new();
        let mut groups: Vec<Self> = Vec::new();
        for entry in entries.iter().filter(of_day).filter(turned_away) {
            let key = (entry.api, entry.code.clone(), entry.status, entry.kind);
            match known.get(&key) {
                Some(&at) => groups[at].count += 1,
                None => {
                    known.insert(key, groups.len());
                    groups.push(Self::begin(entry, apis));
                }
            }
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        groups
    }

    fn begin(entry: &Entry, apis: &Apis) -> Self {
        let documented =
            entry.code.as_deref().and_then(|code| codes::documented(apis, entry.api, code));
        let title =
            documented.map_or_else(|| words::operation(entry), |documented| documented.title);
        let of_code = entry.code.as_ref().map(|code| format!("code={code}"));
        let filter = of_code.or_else(|| entry.status.map(|status| format!("status={status}")));
        let api = entry.api.map(|api| format!("&api={api}")).unwrap_or_default();
        let all = filter.map(|filter| format!("/journal?{filter}{api}"));
        Self { last: Row::new(entry, apis), title, count: 1, all }
    }

    /// `1 fois`, `12 fois`.
    pub(super) fn counted(&self) -> String {
        format!("{} fois", show::number(u64::try_from(self.count).unwrap_or(u64::MAX)))
    }
}
