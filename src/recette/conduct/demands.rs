//! What the client writes in its demands.

use std::collections::{HashMap, HashSet};

use super::Judged;
use crate::{
    admission::Control,
    domain::CorrelationId,
    journal::VerdictName,
    recette::{evidence::Exhibit, line::Line, words},
};

/// A UUID, given by the client, and another one for each demand. A library that tries the same request again sends the same
/// identifier, and production consumers have one for all their checks of `etatSante`: neither is a breach.
pub(super) fn correlated(requests: &Line<'_, '_>) -> Judged {
    let mut judged = Judged::default();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut demands = 0;
    for at in as_they_came(requests) {
        let exhibit = requests[at];
        judged.occasions += 1;
        let id = &exhibit.entry.correlation_id;
        if exhibit.entry.correlation_made {
            judged.breaches.push((at, "X-Correlation-ID absent".to_owned()));
        } else if id.parse::<CorrelationId>().is_err() {
            judged.breaches.push((at, "X-Correlation-ID qui n'est pas un UUID".to_owned()));
        } else if exhibit.entry.operation.as_deref() == Some(HEALTH) {
            // Nothing is asked there that a trace must tell apart.
        } else {
            match seen.insert(id.to_ascii_lowercase(), at) {
                Some(before) if sends_again(requests[before], exhibit) => {}
                Some(before) => {
                    let when = words::hour(requests[before].entry.time);
                    judged.breaches.push((at, format!("X-Correlation-ID déjà employé à {when}")));
                }
                None => demands += 1,
            }
        }
    }
    if demands < 2 && judged.breaches.is_empty() {
        judged.occasions = 0; // one identifier is not yet another one
    }
    judged.breaches.sort_by_key(|(at, _)| *at);
    judged
}

/// The calls in the order in which they came in: one that its client gave up is written down late, perhaps after its retry.
fn as_they_came(requests: &Line<'_, '_>) -> Vec<usize> {
    let mut calls: Vec<_> = (0..requests.len()).filter(|&at| requests[at].is_call()).collect();
    calls.sort_by_key(|&at| (requests[at].run, requests[at].entry.arrived_us));
    calls
}

/// Whether `later` is the same request as `earlier`, sent again because that one was refused for a while (429, 408, a token
/// that is over), failed (5xx), or had no answer. What a control refused was not read, and is known by its operation.
fn sends_again(earlier: &Exhibit<'_>, later: &Exhibit<'_>) -> bool {
    let passes = earlier.failed()
        || earlier.token_refused()
        || earlier.entry.status.is_some_and(|status| [408, 429].contains(&status));
    passes && later.asks_again(earlier)
}

/// A justification that says something: not the same text whatever is asked, not the identifier that is searched.
pub(super) fn justified(requests: &Line<'_, '_>) -> Judged {
    let mut judged = Judged::default();
    let mut texts: HashMap<_, Vec<_>> = HashMap::new();
    for (at, exhibit) in requests.iter().enumerate() {
        let searches = exhibit.entry.motif.is_some();
        let Some(facts) = exhibit.entry.justification.as_ref().filter(|_| searches) else {
            continue;
        };
        judged.occasions += 1;
        if let Some(kind) = &facts.identifier {
            judged
                .breaches
                .push((at, format!("la justification est elle-même un identifiant ({kind})")));
        }
        let asked = exhibit.entry.digest.as_deref();
        texts.entry((exhibit.run, facts.hash.as_str())).or_default().push((at, asked));
    }
    let (mut demands, several) = (HashSet::new(), texts.len() > 1);
    for same in texts.values() {
        demands.extend(same.iter().filter_map(|(_, asked)| *asked));
        let mut asked: Vec<_> = same.iter().map(|(_, asked)| asked).collect();
        asked.sort_unstable();
        asked.dedup();
        if asked.len() >= REPEATED && asked.len() * 2 > judged.occasions {
            let (at, _) = same[same.len() - 1];
            judged.breaches.push((
                at,
                format!("la même justification pour {} demandes différentes", asked.len()),
            ));
        }
    }
    if (!several || demands.len() < 2) && judged.breaches.is_empty() {
        judged.occasions = 0; // one text is of its own demand, and of all others
    }
    judged
}

/// Nothing that the convention does not open.
pub(super) fn within_convention(requests: &Line<'_, '_>) -> Judged {
    let mut judged = Judged::default();
    for (at, exhibit) in requests.iter().enumerate().filter(|(_, exhibit)| exhibit.is_call()) {
        let entry = exhibit.entry;
        // A call that was stopped before says nothing of rights.
        let is_judged = entry.verdict(Control::Rights) != VerdictName::NotReached;
        judged.occasions += usize::from(is_judged);
        let cause = entry.cause.as_deref();
        let by_right = matches!(cause, None | Some("not-opened"));
        let refused = by_right && entry.refused_by() == Some(Control::Rights);
        let of_api = entry.api.and_then(|api| api.plug().beyond(entry.code.as_deref(), refused));
        let of_gateway = || (cause == Some("not-subscribed")).then_some("API non souscrite");
        let Some(what) = of_api.or_else(of_gateway) else { continue };
        judged.breaches.push((at, what.to_owned()));
    }
    judged
}

/// The operation that says whether the service lives.
pub const HEALTH: &str = "etatSante";

/// So many different demands with one text are a constant, when they are most of what is asked.
const REPEATED: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::{Entry, JustificationFacts},
        recette::sample::{anomaly, call, exhibits, numbered, refused, throttled},
        rights::ApiId,
    };

    fn judge(rule: fn(&Line<'_, '_>) -> Judged, entries: Vec<Entry>) -> Vec<String> {
        let entries = numbered(entries);
        let exhibits = exhibits(&entries);
        rule(&Line::new(exhibits.iter().collect()))
            .breaches
            .into_iter()
            .map(|(_, what)| what)
            .collect()
    }

    fn demand(second: usize, hash: &str, identifier: Option<&str>) -> Entry {
        let identifier = identifier.map(str::to_owned);
        let facts =
            JustificationFacts { length: 20, hash: hash.to_owned(), identifier, demand: None };
        let motif = Some("0020".to_owned());
        Entry { motif, justification: Some(facts), ..call(&format!("10:00:{second:02}"), 200) }
    }

    #[test]
    fn a_correlation_identifier_is_given_well_formed_and_new() {
        let (first, second) = (call("10:00:00", 200), call("10:00:01", 200));
        assert!(judge(correlated, vec![first.clone(), second.clone()]).is_empty());
        let twice = Entry { correlation_id: first.correlation_id.clone(), ..second.clone() };
        assert!(judge(correlated, vec![first.clone(), twice])[0].contains("déjà employé"));
        let made = Entry { correlation_made: true, ..second.clone() };
        assert_eq!(judge(correlated, vec![made]), ["X-Correlation-ID absent"]);
        let other = Entry { correlation_id: "42".to_owned(), ..second };
        assert!(judge(correlated, vec![other])[0].contains("pas un UUID"));
    }

    /// A call that ended so, then one that carries the same identifier.
    fn repeated(first: Entry, again: Entry) -> usize {
        let again = Entry { correlation_id: first.correlation_id.clone(), ..again };
        judge(correlated, vec![first, again]).len()
    }

    #[test]
    fn what_a_library_sends_again_has_the_same_identifier_and_breaks_nothing() {
        let same = |entry: Entry| Entry { digest: Some("same".to_owned()), ..entry };
        let again = same(call("10:00:02", 200));
        let cut = Entry { status: None, ..call("10:00:00", 0) };
        for passing in [
            same(call("10:00:00", 500)),
            same(call("10:00:00", 503)),
            same(call("10:00:00", 408)),
            same(cut),
            throttled("10:00:00"),
            refused("10:00:00", 401, Control::TechnicalId, "token-expired"),
        ] {
            assert_eq!(repeated(passing.clone(), again.clone()), 0, "{:?}", passing.status);
        }
        for lasting in [200, 400, 404] {
            assert_eq!(repeated(same(call("10:00:00", lasting)), again.clone()), 1, "{lasting}");
        }
        let other = call("10:00:02", 200);
        assert_eq!(repeated(same(call("10:00:00", 503)), other.clone()), 1, "another demand");
        let elsewhere = Entry { operation: Some("numCpte".into()), ..again.clone() };
        assert_eq!(repeated(throttled("10:00:00"), elsewhere), 1, "another operation");
    }

    #[test]
    fn an_identifier_that_comes_a_third_time_after_an_answer_is_used_before() {
        let id = |entry: Entry| Entry {
            correlation_id: "110e8400-e29b-41d4-a716-446655440000".to_owned(),
            digest: Some("same".to_owned()),
            ..entry
        };
        let story = [call("10:00:00", 503), call("10:00:02", 200), call("10:00:04", 200)];
        assert_eq!(judge(correlated, story.map(id).to_vec()).len(), 1);
    }

    #[test]
    fn a_call_that_its_client_gave_up_is_earlier_than_its_retry_though_written_down_later() {
        let given_up = Entry { status: None, arrived_us: 1_000, ..call("10:00:00", 0) };
        let retry = Entry {
            arrived_us: 900_000,
            correlation_id: given_up.correlation_id.clone(),
            digest: given_up.digest.clone(),
            ..call("10:00:01", 200)
        };
        assert_eq!(judge(correlated, vec![retry, given_up]), Vec::<String>::new());
    }

    #[test]
    fn one_identifier_for_all_checks_of_health_is_what_production_consumers_send() {
        let health = |hour| Entry {
            operation: Some("etatSante".into()),
            correlation_id: "110e8400-e29b-41d4-a716-446655440000".to_owned(),
            ..call(hour, 200)
        };
        let checks = vec![health("10:00:00"), health("10:01:00"), health("10:02:00")];
        assert_eq!(judge(correlated, checks), Vec::<String>::new());
        let absent = Entry { correlation_made: true, ..health("10:03:00") };
        assert_eq!(judge(correlated, vec![absent]), ["X-Correlation-ID absent"]);
    }

    fn occasions(rule: fn(&Line<'_, '_>) -> Judged, entries: Vec<Entry>) -> usize {
        let entries = numbered(entries);
        let exhibits = exhibits(&entries);
        rule(&Line::new(exhibits.iter().collect())).occasions
    }

    #[test]
    fn one_demand_keeps_no_rule_about_several() {
        let one = || vec![call("10:00:00", 200)];
        assert_eq!(occasions(correlated, one()), 0);
        let two = one().into_iter().chain([call("10:00:01", 200)]);
        assert_eq!(occasions(correlated, two.collect()), 2);
        let retry = Entry {
            correlation_id: one()[0].correlation_id.clone(),
            digest: one()[0].digest.clone(),
            ..call("10:00:02", 200)
        };
        assert_eq!(occasions(correlated, vec![call("10:00:00", 503), retry]), 0);
        assert_eq!(occasions(justified, vec![demand(0, "a", None)]), 0);
        assert_eq!(occasions(justified, vec![demand(0, "a", None), demand(1, "a", None)]), 0);
        assert_eq!(occasions(justified, vec![demand(0, "a", None), demand(1, "b", None)]), 2);
        let unread = refused("10:00:00", 401, Control::TechnicalId, "token-expired");
        assert_eq!(occasions(within_convention, vec![unread]), 0);
        assert_eq!(occasions(within_convention, one()), 1);
    }

    #[test]
    fn a_justification_says_something_of_its_demand() {
        let own = (0..9).map(|n| demand(n, &n.to_string(), None));
        assert!(judge(justified, own.collect()).is_empty());
        let constant = (0..9).map(|n| demand(n, "same", None));
        assert!(judge(justified, constant.collect())[0].contains("9 demandes différentes"));
        let retried = (0..9).map(|_| demand(0, "same", None));
        assert!(
            judge(justified, retried.collect()).is_empty(),
            "one demand sent again is one demand"
        );
        assert!(judge(justified, vec![demand(0, "x", Some("spi"))])[0].contains("(spi)"));
    }

    #[test]
    fn what_the_convention_does_not_open_is_told() {
        for code in ["CAF003", "CAF030", "CAF031"] {
            assert_eq!(
                judge(within_convention, vec![anomaly("10:00:00", 400, code)]).len(),
                1,
                "{code}"
            );
        }
        let closed = Entry {
            cause: None,
            api: Some(ApiId::R2p),
            ..refused("10:00:00", 403, Control::Rights, "")
        };
        assert_eq!(judge(within_convention, vec![closed]).len(), 1);
        let other = refused("10:00:00", 403, Control::Rights, "not-subscribed");
        assert_eq!(judge(within_convention, vec![other]).len(), 1);
        assert!(
            judge(
                within_convention,
                vec![anomaly("10:00:00", 400, "CAF002"), call("10:00:01", 200)]
            )
            .is_empty()
        );
    }
}
