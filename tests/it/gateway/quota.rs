//! Control 6 under load: in each minute N calls are admitted when N are offered, and never one more.

use std::{collections::HashMap, num::NonZeroU32, sync::LazyLock, thread};

use bacasable::{admission::Quotas, clock::Clock, rights::ApiId};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tokio::{runtime::Builder, task::JoinSet};

use crate::{
    harness::{NOW, World},
    inside::Inside,
};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";

/// OS threads that call at once.
const THREADS: usize = 8;

static INSIDE: LazyLock<Inside> = LazyLock::new(Inside::start);

/// Calls from every thread at once; how many were admitted.
fn storm(calls: usize) -> usize {
    let token = INSIDE.token("cellule-fraude");
    let peer = INSIDE.partner("cellule-fraude");
    let caller = || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let mut admitted = 0;
        for _ in 0..calls {
            let request = http::Request::get(HEALTH)
                .header("Authorization", format!("Bearer {token}"))
                .header("X-Correlation-ID", crate::harness::CORRELATION_ID)
                .header("X-Request-ID", "r");
            let reply = runtime.block_on(INSIDE.send(&peer, request.body("").unwrap()));
            assert!([200, 429].contains(&reply.status.as_u16()), "{}", reply.text);
            admitted += usize::from(reply.status == 200);
        }
        admitted
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(caller)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn through_the_router_n_calls_of_those_offered_are_admitted(limit in 1u32..120, calls in 1usize..25) {
        INSIDE.restore();
        INSIDE.change("cellule-fraude", |convention| {
            convention.grants.ficoba.as_mut().unwrap().quota = NonZeroU32::new(limit).unwrap();
        });
        let expected = (THREADS * calls).min(limit as usize);
        prop_assert_eq!(storm(calls), expected);
        INSIDE.clock.advance(SignedDuration::from_mins(1)).unwrap();
        prop_assert_eq!(storm(calls), expected, "the next minute is as large");
        prop_assert_eq!(INSIDE.sandbox.quotas.state("cellule-fraude", ApiId::Ficoba, limit, INSIDE.clock.now()).used as usize, expected);
    }

    /// The clock turns under the callers: each call counts in the minute that its answer names.
    #[test]
    fn while_the_minutes_turn_none_has_a_call_too_many(limit in 1u32..40, turns in 1usize..20) {
        let (quotas, clock) = (Quotas::default(), Clock::frozen(NOW.parse().unwrap()));
        let windows: Vec<HashMap<Timestamp, u32>> = thread::scope(|scope| {
            let callers: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| {
                let mut windows = HashMap::new();
                for _ in 0..500 {
                    let limit = NonZeroU32::new(limit).unwrap();
                    if let Ok(state) = quotas.take("a", ApiId::R2p, limit, &clock) {
                        *windows.entry(state.resets_at).or_default() += 1;
                    }
                }
                windows
            })).collect();
            for _ in 0..turns {
                clock.advance(SignedDuration::from_secs(60)).unwrap();
                thread::yield_now();
            }
            callers.into_iter().map(|caller| caller.join().unwrap()).collect()
        });
        let mut all: HashMap<Timestamp, u32> = HashMap::new();
        for (window, admitted) in windows.into_iter().flatten() {
            *all.entry(window).or_default() += admitted;
        }
        prop_assert!(all.values().all(|&admitted| admitted <= limit), "{limit}: {all:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_n_calls_of_those_offered_are_admitted() {
    let world = World::start().await;
    let mut callers = JoinSet::new();
    for _ in 0..THREADS {
        let partner = world.partner("tresorerie-recouvrement").await; // a client, and a connection, of its own
        callers.spawn(async move {
            let mut admitted = 0;
            for _ in 0..30 {
                let reply = partner.get(HEALTH).await;
                assert!(
                    ["200", "429 900804"].contains(&reply.outcome().as_str()),
                    "{}",
                    reply.text
                );
                admitted += u32::from(reply.status == 200);
            }
            admitted
        });
    }
    assert_eq!(callers.join_all().await.into_iter().sum::<u32>(), 200, "240 were offered");
    world.clock.advance(SignedDuration::from_mins(1)).unwrap();
    assert_eq!(world.partner("tresorerie-recouvrement").await.get(HEALTH).await.status, 200);
}
