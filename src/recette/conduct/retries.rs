//! What the client does when it is refused or when something is down.

use std::collections::HashSet;

use super::Judged;
use crate::recette::{
    evidence::Exhibit,
    line::Line,
    reaction::{self, Outcome, Reaction},
};

/// After a 429, no call of that API before the time it was told.
pub(super) fn waited(requests: &Line<'_, '_>) -> Judged {
    let throttled = |exhibit: &Exhibit<'_>| {
        exhibit.entry.status == Some(429) && exhibit.entry.next_access.is_some()
    };
    each(requests, throttled, |at| match Reaction::Wait.judge(at, requests) {
        Outcome::Broken(culprit, why) => Some((culprit, why)),
        Outcome::Met(_) | Outcome::Pending(_) => None,
    })
}

/// After a 4xx that only another request can mend, not the same request at once. 401 and 429 have rules of their own.
pub(super) fn not_repeated(requests: &Line<'_, '_>) -> Judged {
    let refused = |exhibit: &Exhibit<'_>| {
        exhibit.entry.digest.is_some()
            && exhibit.entry.status.is_some_and(|status| {
                (400..500).contains(&status) && ![401, 408, 429].contains(&status)
            })
    };
    each(requests, refused, |at| match Reaction::NoRepeat.judge(at, requests) {
        Outcome::Broken(culprit, why) => Some((culprit, why)),
        Outcome::Met(_) | Outcome::Pending(_) => None,
    })
}

/// After a failure that is not the caller's, few retries with time between.
pub(super) fn spaced(requests: &Line<'_, '_>) -> Judged {
    each(requests, Exhibit::failed, |at| reaction::retries(at, requests))
}

fn each<'b>(
    requests: &Line<'_, 'b>,
    occasion: impl Fn(&Exhibit<'b>) -> bool,
    breach: impl Fn(usize) -> Option<(usize, String)>,
) -> Judged {
    let (mut judged, mut known) = (Judged::default(), HashSet::new());
    for at in (0..requests.len()).filter(|&at| occasion(requests[at])) {
        judged.occasions += 1;
        judged.breaches.extend(breach(at).filter(|(culprit, _)| known.insert(*culprit)));
    }
    judged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::Entry,
        recette::sample::{anomaly, call, exhibits, numbered, throttled},
    };

    fn judge(rule: fn(&Line<'_, '_>) -> Judged, entries: Vec<Entry>) -> (usize, usize) {
        let entries = numbered(entries);
        let exhibits = exhibits(&entries);
        let judged = rule(&Line::of(exhibits.iter().collect()));
        (judged.occasions, judged.breaches.len())
    }

    fn same(entry: Entry) -> Entry {
        Entry { digest: Some("same".to_owned()), ..entry }
    }

    #[test]
    fn calls_before_next_access_time_are_each_told_once() {
        let hasty = vec![
            throttled("10:00:10"),
            throttled("10:00:20"),
            throttled("10:00:30"),
            call("10:01:00", 200),
        ];
        assert_eq!(judge(waited, hasty), (3, 2));
        assert_eq!(judge(waited, vec![throttled("10:00:10"), call("10:01:00", 200)]), (1, 0));
    }

    #[test]
    fn a_refused_demand_sent_again_at_once_is_told_and_a_401_is_not() {
        let stubborn =
            |status| vec![same(call("10:00:00", status)), same(call("10:00:01", status))];
        for (status, breaches) in
            [(400, 1), (403, 1), (404, 1), (401, 0), (429, 0), (500, 0), (200, 0)]
        {
            assert_eq!(judge(not_repeated, stubborn(status)).1, breaches, "{status}");
        }
        let other = vec![anomaly("10:00:00", 400, "CAF001"), anomaly("10:00:01", 400, "CAF002")];
        assert_eq!(judge(not_repeated, other), (2, 0));
    }

    #[test]
    fn a_storm_of_retries_is_told() {
        let storm = (0..9).map(|n| same(call(&format!("10:00:00.{n}"), 503)));
        assert!(judge(spaced, storm.collect()).1 > 0);
        let patient = vec![
            same(call("10:00:00", 503)),
            same(call("10:00:02", 503)),
            same(call("10:00:06", 200)),
        ];
        assert_eq!(judge(spaced, patient), (2, 0));
    }
}
