//! How the client connects.

use jiff::SignedDuration;

use super::Judged;
use crate::recette::evidence::Exhibit;

/// A call that comes soon after the one before it finds a connection open; opening another one nearly each time is waste.
/// Behind a trusted proxy connections are the proxy's, and not judged.
pub(super) fn kept_alive(requests: &[&Exhibit<'_>]) -> Judged {
    let mut known = Vec::new();
    let (mut soon, mut opened) = (0, Vec::new());
    let mut last: Option<&Exhibit<'_>> = None;
    for (at, exhibit) in requests.iter().enumerate() {
        let (Some(address), Some(port)) = (exhibit.entry.address, exhibit.entry.port.filter(|port| *port > 0)) else {
            continue;
        };
        let connection = (exhibit.run, address, port);
        let close = last.is_some_and(|last| last.run == exhibit.run && exhibit.entry.time < idle(last));
        soon += usize::from(close);
        if !known.contains(&connection) {
            if close {
                opened.push(at);
            }
            known.push(connection);
        }
        last = Some(exhibit);
    }
    let wasteful = opened.len() >= 5 && opened.len() * 2 > soon;
    let told = |at| (at, format!("{} connexions ouvertes pour {} appels rapprochés", opened.len(), soon));
    let breaches = if wasteful { opened.iter().copied().map(told).collect() } else { Vec::new() };
    Judged { occasions: soon, breaches }
}

/// The server prefers TLS 1.3: an older version means that the client did not offer it.
pub(super) fn modern_tls(requests: &[&Exhibit<'_>]) -> Judged {
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

fn idle(last: &Exhibit<'_>) -> jiff::Timestamp {
    last.end().checked_add(IDLE).unwrap_or(jiff::Timestamp::MAX)
}

/// The least time for which any server keeps an idle connection.
const IDLE: SignedDuration = SignedDuration::from_secs(30);
