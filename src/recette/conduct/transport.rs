//! How the client connects.

use std::collections::HashSet;

use jiff::SignedDuration;

use super::Judged;
use crate::recette::{evidence::Exhibit, line::Line};

/// A call that comes soon after the one before it finds a connection open; opening another one nearly each time is waste.
/// Behind a trusted proxy connections are the proxy's, and not judged.
pub(super) fn kept_alive(requests: &Line<'_, '_>) -> Judged {
    let mut known = HashSet::new();
    let (mut soon, mut opened) = (0, Vec::new());
    let mut last: Option<&Exhibit<'_>> = None;
    for (at, exhibit) in requests.iter().enumerate() {
        let (Some(address), Some(port)) =
            (exhibit.entry.address, exhibit.entry.port.filter(|port| *port > 0))
        else {
            continue;
        };
        let connection = (exhibit.run, address, port);
        let close =
            last.is_some_and(|last| last.run == exhibit.run && exhibit.elapsed_since(last) < IDLE);
        soon += usize::from(close);
        if known.insert(connection) && close {
            opened.push(at);
        }
        last = Some(exhibit);
    }
    let wasteful = opened.len() >= 5 && opened.len() * 2 > soon;
    let breach = |(nth, &at): (usize, &usize)| {
        let what = format!("{} connexions ouvertes pour {} appels rapprochés", opened.len(), soon);
        (at, if nth == 0 { format!("{what} {TRAP}") } else { "autre connexion ouverte".to_owned() })
    };
    let breaches =
        if wasteful { opened.iter().enumerate().map(breach).collect() } else { Vec::new() };
    // A call that found none open is no occasion on which one was kept.
    let is_seen = wasteful || soon > opened.len();
    Judged { occasions: if is_seen { soon } else { 0 }, breaches, ..Judged::default() }
}

/// The server prefers TLS 1.3: an older version means that the client did not offer it.
pub(super) fn modern_tls(requests: &Line<'_, '_>) -> Judged {
    let mut judged = Judged::default();
    for (at, exhibit) in requests.iter().enumerate() {
        let Some(version) = &exhibit.entry.tls else { continue };
        judged.occasions += 1;
        if version != "TLSv1.3" {
            judged.breaches.push((at, format!("connexion négociée en {version}")));
        }
    }
    judged
}

/// Why the pool of a widespread library is of no use here: told where the rule is broken, for nothing else says it.
const TRAP: &str = "(Apache HttpClient 4 et 5, donc Spring et Feign au-dessus : une connexion ouverte avec un certificat client n'est pas \
                    réutilisée sans disableConnectionState())";

/// The least time for which any server keeps an idle connection.
const IDLE: SignedDuration = SignedDuration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        journal::Entry,
        recette::sample::{call, exhibits, numbered},
    };

    fn judge(rule: fn(&Line<'_, '_>) -> Judged, entries: impl IntoIterator<Item = Entry>) -> usize {
        let entries = numbered(entries);
        let exhibits = exhibits(&entries);
        rule(&Line::new(exhibits.iter().collect())).breaches.len()
    }

    fn from(port: u16, hour: &str) -> Entry {
        Entry { address: Some([127, 0, 0, 1].into()), port: Some(port), ..call(hour, 200) }
    }

    #[test]
    fn a_connection_per_call_is_told_and_a_pool_is_not() {
        let second = |n: u16| format!("10:00:{n:02}");
        assert_eq!(judge(kept_alive, (0..9).map(|n| from(40_000, &second(n)))), 0);
        assert_eq!(judge(kept_alive, (0..9).map(|n| from(40_000 + n, &second(n)))), 8);
        assert_eq!(judge(kept_alive, (0..40).map(|n| from(40_000 + n % 4, &second(n)))), 0);
    }

    #[test]
    fn the_trap_of_a_pool_is_named_once_where_the_rule_is_broken() {
        let entries = numbered((0..9).map(|n| from(40_000 + n, &format!("10:00:{n:02}"))));
        let exhibits = exhibits(&entries);
        let breaches = kept_alive(&Line::new(exhibits.iter().collect())).breaches;
        let named = breaches.iter().filter(|(_, what)| what.contains("disableConnectionState()"));
        assert_eq!((named.count(), breaches.len()), (1, 8));
    }

    #[test]
    fn a_connection_that_had_the_time_to_go_idle_is_not_held_against_the_client() {
        assert_eq!(
            judge(kept_alive, (0..9).map(|n| from(40_000 + n, &format!("10:{n:02}:00")))),
            0
        );
        assert_eq!(
            judge(kept_alive, (0..9).map(|n| from(0, &format!("10:00:{n:02}")))),
            0,
            "behind a proxy"
        );
    }

    #[test]
    fn an_older_tls_is_told() {
        let old = Entry { tls: Some("TLSv1.2".into()), ..call("10:00:00", 200) };
        assert_eq!(judge(modern_tls, [call("10:00:00", 200), old]), 1);
    }
}
