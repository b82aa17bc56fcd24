//! What the client does when it is refused or when something is down.

use std::collections::HashSet;

use jiff::SignedDuration;

use super::Judged;
use crate::recette::{
    evidence::Exhibit,
    line::Line,
    reaction::{self, FollowUp, Reaction, limits},
};

/// After a 429, no call of that API before the time it was told.
pub(super) fn waited(requests: &Line<'_, '_>) -> Judged {
    let throttled = |exhibit: &Exhibit<'_>| {
        exhibit.entry.status == Some(429) && exhibit.entry.next_access.is_some()
    };
    let mut judged = each(requests, throttled, |at| match Reaction::Wait.judge(at, requests) {
        FollowUp::Broken(culprit, why) => FollowUpVerdict::Broken(culprit, why),
        FollowUp::Met(_) => FollowUpVerdict::Kept,
        FollowUp::Pending(_) => {
            let refusal = requests[at];
            // None was before the hour: that would have been a breach.
            let later = |one: &Exhibit<'_>| one.entry.api == refusal.entry.api;
            let hour = refusal.entry.next_access.is_some_and(|hour| requests.is_over(hour));
            FollowUpVerdict::kept(hour || calls_after(at, requests, later))
        }
    });
    let skipped = (0..requests.len()).filter(|&at| throttled(requests[at])).filter_map(|at| {
        let FollowUp::Met(Some(later)) = Reaction::Wait.judge(at, requests) else { return None };
        Reaction::Wait.skipped(requests[at], requests[later]).then_some(later)
    });
    judged.remarks.extend(skipped.map(|later| (later, SKIPPED.to_owned())));
    judged
}

/// Of a call after the hour of `Retry-After`, which nobody waited for.
const SKIPPED: &str =
    "l'heure de Retry-After a été atteinte en avançant l'horloge simulée, et non par une attente";

/// After a 4xx that only another request can mend, not the same request at once. 401 and 429 have rules of their own.
pub(super) fn not_repeated(requests: &Line<'_, '_>) -> Judged {
    let refused = |exhibit: &Exhibit<'_>| {
        exhibit.entry.digest.is_some()
            && exhibit.entry.status.is_some_and(|status| {
                (400..500).contains(&status) && ![401, 408, 429].contains(&status)
            })
    };
    each(requests, refused, |at| match Reaction::NoRepeat.judge(at, requests) {
        FollowUp::Broken(culprit, why) => FollowUpVerdict::Broken(culprit, why),
        FollowUp::Met(_) | FollowUp::Pending(_) => {
            let later = requests[at].end().checked_add(limits::AT_ONCE);
            let late = later.is_ok_and(|later| requests.is_over(later));
            FollowUpVerdict::kept(late || calls_after(at, requests, |_| true))
        }
    })
}

/// After a failure that is not the caller's, few retries with time between. Libraries make the first one at once, which may be
/// remarked and is no breach.
pub(super) fn spaced(requests: &Line<'_, '_>) -> Judged {
    let mut judged = each(requests, Exhibit::failed, |at| match reaction::retries(at, requests) {
        Some((culprit, why)) => FollowUpVerdict::Broken(culprit, why),
        None => FollowUpVerdict::kept(tries_again(at, requests).next().is_some()),
    });
    let breaches: HashSet<_> = judged.breaches.iter().map(|(at, _)| *at).collect();
    let mut tried_again = HashSet::new();
    for at in (0..requests.len()).filter(|&at| requests[at].failed()) {
        if !tried_again.insert(at) {
            continue; // itself a retry: not the first of its row
        }
        tried_again.extend(tries_again(at, requests));
        let remark = reaction::first_at_once(at, requests);
        judged.remarks.extend(remark.filter(|(culprit, _)| !breaches.contains(culprit)));
    }
    judged
}

/// What was seen after an event.
enum FollowUpVerdict {
    /// Nothing that breaks the rule or keeps it, so far.
    Nothing,
    Kept,
    /// By this exhibit.
    Broken(usize, String),
}

impl FollowUpVerdict {
    fn kept(is_kept: bool) -> Self {
        if is_kept { Self::Kept } else { Self::Nothing }
    }
}

fn each<'b>(
    requests: &Line<'_, 'b>,
    event: impl Fn(&Exhibit<'b>) -> bool,
    seen: impl Fn(usize) -> FollowUpVerdict,
) -> Judged {
    let (mut judged, mut known) = (Judged::default(), HashSet::new());
    for at in (0..requests.len()).filter(|&at| event(requests[at])) {
        match seen(at) {
            FollowUpVerdict::Nothing => continue,
            FollowUpVerdict::Kept => {}
            FollowUpVerdict::Broken(culprit, why) => {
                judged.breaches.extend(known.insert(culprit).then_some((culprit, why)));
            }
        }
        judged.occasions += 1;
    }
    judged
}

/// Whether the client called again, in such a way, once it knew the answer at `event`.
fn calls_after(event: usize, requests: &Line<'_, '_>, such: impl Fn(&Exhibit<'_>) -> bool) -> bool {
    let answer = requests[event];
    requests.after(event).any(|(_, later)| {
        later.is_call() && later.follows(answer, SignedDuration::MAX) && such(later)
    })
}

/// Where the failed request at `event` was tried again, as long as it is the same trial.
fn tries_again(event: usize, requests: &Line<'_, '_>) -> impl Iterator<Item = usize> {
    let failure = requests[event];
    let again = requests.again(event);
    again
        .take_while(move |(_, later)| later.elapsed_since(failure) < limits::ALL_TRIES)
        .map(|(later, _)| later)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::Entry,
        recette::sample::{anomaly, call, exhibits, numbered, throttled},
        rights::ApiId,
    };

    fn judge(rule: fn(&Line<'_, '_>) -> Judged, entries: Vec<Entry>) -> (usize, usize) {
        let entries = numbered(entries);
        let exhibits = exhibits(&entries);
        let judged = rule(&Line::new(exhibits.iter().collect()));
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

    /// What was seen at this hour.
    fn seen_at(
        hour: &str,
        rule: fn(&Line<'_, '_>) -> Judged,
        entries: impl IntoIterator<Item = Entry>,
    ) -> (usize, usize) {
        let entries = numbered(entries);
        let exhibits = exhibits(&entries);
        let now = call(hour, 200).time;
        let judged = rule(&Line::new(exhibits.iter().collect()).seen_at(now));
        (judged.occasions, judged.breaches.len())
    }

    #[test]
    fn a_wait_is_seen_by_a_call_after_the_hour_or_by_the_hour_that_is_over() {
        let refused = || [throttled("10:00:10")];
        assert_eq!(seen_at("10:00:59", waited, refused()), (0, 0), "not over yet");
        assert_eq!(seen_at("10:01:00", waited, refused()), (1, 0));
        let elsewhere = Entry { api: Some(ApiId::R2p), ..call("10:00:20", 200) };
        assert_eq!(seen_at("10:00:59", waited, [throttled("10:00:10"), elsewhere]), (0, 0));
        let refused_too = anomaly("10:01:01", 400, "CAF002");
        assert_eq!(seen_at("10:00:59", waited, [throttled("10:00:10"), refused_too]), (1, 0));
    }

    #[test]
    fn a_refused_demand_that_nothing_followed_says_nothing_for_ten_seconds() {
        let wrong = || same(call("10:00:00", 400));
        assert_eq!(seen_at("10:00:09", not_repeated, [wrong()]), (0, 0));
        assert_eq!(seen_at("10:00:11", not_repeated, [wrong()]), (1, 0));
        assert_eq!(seen_at("10:00:09", not_repeated, [wrong(), call("10:00:02", 200)]), (1, 0));
    }

    #[test]
    fn retries_are_seen_by_a_retry_alone() {
        let failed = || same(call("10:00:00", 503));
        assert_eq!(seen_at("11:59:00", spaced, [failed()]), (0, 0), "never tried again");
        assert_eq!(seen_at("11:59:00", spaced, [failed(), call("10:00:05", 200)]), (0, 0));
        assert_eq!(seen_at("11:59:00", spaced, [failed(), same(call("10:00:05", 200))]), (1, 0));
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
        assert_eq!(judge(not_repeated, other), (1, 0), "nothing followed the second");
    }

    /// The same request, failing at each of these milliseconds and answered at the last.
    fn tries(milliseconds: &[u32]) -> Vec<Entry> {
        let last = milliseconds.len() - 1;
        let sent = |(at, ms): (usize, &u32)| {
            let hour = format!("10:00:{:02}.{:03}", ms / 1000, ms % 1000);
            same(call(&hour, if at == last { 200 } else { 503 }))
        };
        milliseconds.iter().enumerate().map(sent).collect()
    }

    fn breaches_and_remarks(entries: Vec<Entry>) -> (usize, usize) {
        let entries = numbered(entries);
        let exhibits = exhibits(&entries);
        let judged = spaced(&Line::new(exhibits.iter().collect()));
        (judged.breaches.len(), judged.remarks.len())
    }

    #[test]
    fn the_usual_back_offs_break_nothing_and_a_first_retry_at_once_is_remarked() {
        for (library, milliseconds, remarks) in [
            ("urllib3, backoff_factor=0.1", vec![0, 3, 206, 609], 1),
            ("urllib3, backoff_factor=1", vec![0, 3, 2_006, 6_009], 1),
            ("urllib3, one retry", vec![0, 3], 1),
            ("axios-retry, exponentialDelay", vec![0, 203, 606, 1_409], 1),
            ("got", vec![0, 1_003, 3_006], 0),
            ("ky", vec![0, 303, 906], 1),
            ("Guzzle", vec![0, 1_003, 3_006], 0),
            ("Faraday, interval 0.05, backoff_factor 2", vec![0, 53, 156], 1),
            ("curl --retry", vec![0, 1_003, 3_006, 7_009], 0),
        ] {
            assert_eq!(breaches_and_remarks(tries(&milliseconds)), (0, remarks), "{library}");
        }
    }

    #[test]
    fn a_burst_of_retries_is_a_breach() {
        for milliseconds in
            [vec![0, 3, 6], vec![0, 3, 6, 9], vec![0, 60, 120], vec![0, 100, 200, 300, 400]]
        {
            assert!(breaches_and_remarks(tries(&milliseconds)).0 > 0, "{milliseconds:?}");
        }
        let endless: Vec<_> = (0..7).map(|n| n * 5_000).collect();
        assert!(breaches_and_remarks(tries(&endless)).0 > 0, "more than five in a row");
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
