//! The smallest part of a session that shows each of its differences.

use std::collections::BTreeSet;

use super::{
    difference::Difference,
    replay::{Played, bearer, issued},
    session::{Exchange, Session},
};

/// The exchanges that show each difference once, and those that gave them their tokens.
pub fn select(session: &Session, played: &[Played]) -> Vec<Exchange> {
    let mut wanted: Vec<&Difference> = Vec::new();
    for difference in played.iter().flat_map(|one| &one.differences) {
        if !wanted.contains(&difference) {
            wanted.push(difference);
        }
    }
    let mut numbers = BTreeSet::new();
    // The exchange that shows most of what is still to be shown, again and again.
    while !wanted.is_empty() {
        let shows =
            |one: &&Played| one.differences.iter().filter(|one| wanted.contains(one)).count();
        let Some(most) = played.iter().rev().max_by_key(shows) else { break };
        numbers.insert(most.n);
        wanted.retain(|difference| !most.differences.contains(difference));
    }
    let chosen = |n: &u64| session.exchanges.iter().find(|exchange| exchange.n == *n);
    let tokens: Vec<String> = numbers.iter().filter_map(chosen).filter_map(bearer).collect();
    for exchange in &session.exchanges {
        if issued(exchange).is_some_and(|token| tokens.contains(&token)) {
            numbers.insert(exchange.n);
        }
    }
    session.exchanges.iter().filter(|exchange| numbers.contains(&exchange.n)).cloned().collect()
}
