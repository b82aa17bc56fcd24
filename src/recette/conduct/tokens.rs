//! How the client uses its tokens.

use std::collections::HashSet;

use jiff::SignedDuration;

use super::Judged;
use crate::recette::{
    evidence::Exhibit,
    line::Line,
    reaction::{FollowUp, NOT_TAKEN_UP, Reaction},
};

/// A token asked for without need: neither refused nor old. A few are normal (one per thread, one per API); one per call,
/// or nearly, is not. Nothing is seen until a token served twice.
pub(super) fn reused(requests: &Line<'_, '_>) -> Judged {
    let mut needless: Vec<usize> = Vec::new();
    let (mut calls, mut last) = (0, None::<&Exhibit<'_>>);
    let (mut refused, mut fresh, mut is_reused) = (false, true, false);
    let mut used = HashSet::new();
    for (at, exhibit) in requests.iter().enumerate() {
        if exhibit.obtained_token() {
            let old =
                last.is_none_or(|last| last.run != exhibit.run || !exhibit.follows(last, YOUNG));
            if !refused && !old {
                needless.push(at);
            }
            (last, refused, fresh) = (Some(*exhibit), false, true);
        } else if exhibit.token_refused() {
            refused = true;
        } else if exhibit.token_accepted() {
            calls += 1;
            is_reused |= match &exhibit.entry.token {
                Some(id) => !used.insert((exhibit.run, id)),
                None => !fresh,
            };
            fresh = false;
        }
    }
    let excessive = needless.len() >= 3 && calls < 2 * needless.len();
    let breach = |at| {
        (
            at,
            format!(
                "jeton demandé sans besoin : {} jetons superflus pour {calls} appels",
                needless.len()
            ),
        )
    };
    let breaches =
        if excessive { needless.iter().copied().map(breach).collect() } else { Vec::new() };
    let is_seen = is_reused || excessive;
    Judged { occasions: if is_seen { calls } else { 0 }, breaches, ..Judged::default() }
}

/// After each first refusal, one renewal, with which the refused call is made again.
pub(super) fn renewed(requests: &Line<'_, '_>) -> Judged {
    let mut judged = Judged::default();
    let mut met = 0;
    for (at, exhibit) in requests.iter().enumerate() {
        if at < met || !exhibit.token_refused() {
            continue;
        }
        match Reaction::Renew.judge(at, requests) {
            FollowUp::Met(by) => {
                judged.occasions += 1;
                met = by.unwrap_or(at);
            }
            // A renewal that was not used for the refused call shows nothing, nor hides a later one.
            FollowUp::Pending(NOT_TAKEN_UP) => {}
            FollowUp::Pending(_) => met = requests.len(),
            FollowUp::Broken(culprit, why) => {
                judged.occasions += 1;
                judged.breaches.push((culprit, why));
                met = culprit + 1;
            }
        }
    }
    judged
}

/// A token younger than this is surely still valid (the product's live an hour).
const YOUNG: SignedDuration = SignedDuration::from_mins(30);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        admission::Control,
        journal::Entry,
        recette::sample::{call, exhibits, numbered, refused as refusal, token},
    };

    fn judge(rule: fn(&Line<'_, '_>) -> Judged, entries: Vec<Entry>) -> Judged {
        let entries = numbered(entries);
        let exhibits = exhibits(&entries);
        rule(&Line::new(exhibits.iter().collect()))
    }

    fn minute(minute: usize, second: usize) -> String {
        format!("10:{minute:02}:{second:02}")
    }

    #[test]
    fn one_token_for_many_calls_is_good_and_one_per_call_is_not() {
        let good =
            [token("09:59:00", 200)].into_iter().chain((0..10).map(|n| call(&minute(n, 0), 200)));
        assert!(judge(reused, good.collect()).breaches.is_empty());
        let bad = (0..5).flat_map(|n| [token(&minute(n, 0), 200), call(&minute(n, 1), 200)]);
        assert_eq!(judge(reused, bad.collect()).breaches.len(), 4);
    }

    #[test]
    fn a_token_that_served_once_was_not_reused() {
        let occasions = |entries: Vec<Entry>| judge(reused, entries).occasions;
        let once = vec![token("09:59:00", 200), call("10:00:00", 200)];
        assert_eq!(occasions(once.clone()), 0);
        let another = [token("10:01:00", 200), call("10:02:00", 200)];
        assert_eq!(occasions(once.iter().cloned().chain(another).collect()), 0);
        let again = once.iter().cloned().chain([call("10:02:00", 200)]);
        assert_eq!(occasions(again.collect()), 2);
        let with = |id: &str, entry: Entry| Entry { token: Some(id.to_owned()), ..entry };
        let both = ["a", "b"].map(|id| with(id, call("10:00:00", 200)));
        assert_eq!(occasions(both.to_vec()), 0);
        let [first, _] = both.clone();
        assert_eq!(occasions(both.into_iter().chain([first]).collect()), 3);
    }

    #[test]
    fn four_threads_with_a_token_each_are_good() {
        let tokens = (0..4).map(|n| token(&minute(0, n), 200));
        let calls = (0..8).map(|n| call(&minute(1, n), 200));
        assert!(judge(reused, tokens.chain(calls).collect()).breaches.is_empty());
    }

    #[test]
    fn a_token_asked_for_after_a_refusal_or_a_long_time_is_needed() {
        let expired = |hour: &str| refusal(hour, 401, Control::TechnicalId, "token-expired");
        let story = (0..5).flat_map(|n| {
            [token(&minute(n, 0), 200), call(&minute(n, 1), 200), expired(&minute(n, 2))]
        });
        assert!(judge(reused, story.collect()).breaches.is_empty());
        let hourly = (10..15)
            .flat_map(|n| [token(&format!("{n}:00:00"), 200), call(&format!("{n}:00:01"), 200)]);
        assert!(judge(reused, hourly.collect()).breaches.is_empty());
    }

    #[test]
    fn a_renewal_that_no_refused_call_follows_shows_nothing_and_hides_nothing() {
        let expired = |hour: &str| refusal(hour, 401, Control::TechnicalId, "token-expired");
        let lost = [expired("10:00:00"), token("10:00:01", 200), call("10:00:02", 400)];
        assert_eq!(judge(renewed, lost.to_vec()).occasions, 0);
        let other = Entry { operation: Some("numCpte".into()), ..expired("11:00:00") };
        let stubborn = Entry { operation: Some("numCpte".into()), ..expired("11:00:01") };
        let both = lost.into_iter().chain([other, stubborn]);
        assert_eq!(judge(renewed, both.collect()).breaches.len(), 1);
    }

    #[test]
    fn each_burst_of_refusals_is_one_occasion() {
        let expired = |hour: &str| refusal(hour, 401, Control::TechnicalId, "token-expired");
        let good = (0..3).flat_map(|n| {
            [expired(&minute(n, 0)), token(&minute(n, 1), 200), call(&minute(n, 2), 200)]
        });
        let judged = judge(renewed, good.collect());
        assert_eq!((judged.occasions, judged.breaches.len()), (3, 0));
        let bad = vec![expired("10:00:00"), expired("10:00:01"), expired("10:00:02")];
        assert!(!judge(renewed, bad).breaches.is_empty());
    }
}
