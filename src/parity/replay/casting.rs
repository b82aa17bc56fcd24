//! Who plays whom: the sample partner that is answered as each of the original's applications was.

use std::collections::{HashMap, HashSet};

use super::{
    Cast, Script, Stage,
    player::{Pass, Player},
    recorded::{bearer, issued, role_of, roles},
};
use crate::{
    parity::{
        difference::{self, Difference, DifferenceKind, ENOUGH},
        session::Session,
    },
    rights::ApiId,
};

impl<S: Stage> Player<'_, S> {
    /// The partner of each application; `partner` says who the first is.
    pub(super) async fn cast(&mut self, partner: Option<&str>) -> anyhow::Result<Cast> {
        let directory = self.stage.directory();
        let all = || directory.iter().map(|one| one.id.clone());
        let mut order: Vec<String> = all().filter(|id| id == FIRST).collect();
        order.extend(all().filter(|id| id != FIRST));
        let known: Vec<&str> = ApiId::ALL.iter().flat_map(|api| api.plug().scopes()).collect();
        let mut cast = Cast::default();
        for role in roles(self.session) {
            let tried = match partner {
                Some(partner) if cast.partners.is_empty() => vec![partner.to_owned()],
                Some(_) | None => order.clone(),
            };
            let sample = sample(self.session, &role);
            let mut best: Option<((u64, usize), String)> = None;
            for id in tried {
                let mut trial = cast.clone();
                trial.partners.push((role.clone(), id.clone()));
                let script = Script { cast: trial, chosen: HashMap::new() };
                let limit = best.as_ref().map_or(u64::MAX, |((far, _), _)| *far);
                let pass = Pass { only: Some(&sample), enough: ENOUGH, limit };
                let (played, _) = self.perform(&script, pass).await?;
                // Differences of form are the data's; the partner is to answer for status, code, and scopes.
                let all = played.iter().map(|one| &one.differences);
                let far = (
                    all.clone().map(|one| difference::kinds_apart(one)).sum(),
                    all.flatten().map(|one| other_scopes(one, &known)).sum(),
                );
                if best.as_ref().is_none_or(|(least, _)| far < *least) {
                    best = Some((far, id));
                }
                if far == (0, 0) {
                    break;
                }
            }
            let chosen = best.map_or_else(String::new, |(_, id)| id);
            cast.partners.push((role, chosen));
        }
        Ok(cast)
    }
}

/// The exchanges by which a role is known: one of each kind, with those that gave them their tokens.
fn sample(session: &Session, role: &str) -> HashSet<u64> {
    let first = roles(session).remove(0);
    let (mut holders, mut issuers) = (HashMap::new(), HashMap::new());
    let (mut kinds, mut sample) = (HashSet::new(), HashSet::new());
    for exchange in &session.exchanges {
        let own = role_of(exchange, &holders).unwrap_or_else(|| first.clone());
        if let Some(token) = issued(exchange) {
            holders.insert(token.clone(), own.clone());
            issuers.entry(token).or_insert(exchange.n);
        }
        if own != role {
            continue;
        }
        let response = exchange.response.as_ref();
        let answer = response.map(|one| (one.status, difference::code(&one.body)));
        if kinds.len() < MOST_KINDS && kinds.insert((&exchange.request.operation, answer)) {
            sample.insert(exchange.n);
            sample.extend(bearer(exchange).and_then(|token| issuers.get(&token)));
        }
    }
    sample
}

/// How many of these scopes are granted by one side only.
fn other_scopes(difference: &Difference, known: &[&str]) -> usize {
    if difference.kind != DifferenceKind::Value || difference.place != "scope" {
        return 0;
    }
    let has = |text: &str, scope: &str| text.split(' ').any(|word| word == scope);
    let (original, here) = (&difference.original, &difference.here);
    known.iter().filter(|scope| has(original, scope) != has(here, scope)).count()
}

/// The partner that is tried first: it may ask most.
const FIRST: &str = "editeur-demo";
/// So many kinds of answers say who asks.
const MOST_KINDS: usize = 12;
