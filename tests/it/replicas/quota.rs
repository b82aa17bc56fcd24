//! Control 6 on three replicas and one store: N of the calls offered in a minute are admitted, wherever they come in.

use std::num::NonZeroU32;

use bacasable::{admission::Window, rights::ApiId};
use jiff::SignedDuration;
use proptest::{
    prelude::*,
    test_runner::{Config as Cases, TestRunner},
};
use tokio::{runtime::Runtime, task::JoinSet};

use super::{patiently, store::Store};
use crate::{harness::CORRELATION_ID, inside::Inside};

const HEALTH: &str = "/fcb-masrestit/api/v2/etatSante";
const PARTNER: &str = "cellule-fraude";

/// Three gateways in this process, on one store.
fn three(store: &Store, runtime: &Runtime) -> Vec<Inside> {
    let all: Vec<_> = (0..3).map(|_| Inside::with(|config| patiently(config, store))).collect();
    for one in &all {
        runtime.block_on(one.replica.as_ref().unwrap().join()).unwrap();
    }
    all
}

/// Calls of several clients on each replica, all at once; how many were admitted.
async fn storm(replicas: &'static [Inside], clients: usize, calls: usize) -> usize {
    let mut tasks = JoinSet::new();
    for one in replicas {
        let token = one.token(PARTNER);
        for _ in 0..clients {
            let (token, peer) = (token.clone(), one.partner(PARTNER));
            tasks.spawn(async move {
                let mut admitted = 0;
                for _ in 0..calls {
                    let request = http::Request::get(HEALTH)
                        .header("Authorization", format!("Bearer {token}"))
                        .header("X-Correlation-ID", CORRELATION_ID)
                        .header("X-Request-ID", "r");
                    let reply = one.send(&peer, request.body("").unwrap()).await;
                    assert!([200, 429].contains(&reply.status.as_u16()), "{}", reply.text);
                    admitted += usize::from(reply.status == 200);
                }
                admitted
            });
        }
    }
    tasks.join_all().await.into_iter().sum()
}

#[test]
fn on_three_replicas_n_calls_of_those_offered_are_admitted_and_never_one_more() {
    let Some(store) = Store::start() else { return };
    let runtime = Runtime::new().unwrap();
    let replicas: &'static [Inside] = Box::leak(three(&store, &runtime).into_boxed_slice());
    let mut runner =
        TestRunner::new(Cases { cases: 24, failure_persistence: None, ..Cases::default() });
    let offers = (1u32..90, 1usize..5, 1usize..12);
    let outcome = runner.run(&offers, |(limit, clients, calls)| {
        for one in replicas {
            one.clock.advance(SignedDuration::from_mins(1)).unwrap();
            one.change(PARTNER, |convention| {
                convention.grants.ficoba.as_mut().unwrap().quota = NonZeroU32::new(limit).unwrap();
            });
        }
        let expected = (replicas.len() * clients * calls).min(limit as usize);
        prop_assert_eq!(runtime.block_on(storm(replicas, clients, calls)), expected);
        let key = format!(
            "bacasable:quota:0:{}:ficoba:{PARTNER}",
            Window::at(replicas[0].clock.now()).number()
        );
        let used: usize =
            redis::cmd("HGET").arg(&key).arg("used").query(&mut store.connection()).unwrap();
        prop_assert_eq!(used, expected, "refused calls are not counted");
        let left: i64 = redis::cmd("TTL").arg(&key).query(&mut store.connection()).unwrap();
        prop_assert!((1..=3600).contains(&left), "a window is forgotten by itself: {}", left);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn with_a_lag_the_end_of_a_quota_goes_unnoticed_at_every_replica() {
    let Some(store) = Store::start() else { return };
    let runtime = Runtime::new().unwrap();
    let lagging = || {
        Inside::with(|config| {
            patiently(config, &store);
            config.gateway.quota_lag_ms = 200;
        })
    };
    let replicas: &'static [Inside] = Box::leak(vec![lagging(), lagging()].into_boxed_slice());
    for one in replicas {
        runtime.block_on(one.replica.as_ref().unwrap().join()).unwrap();
        one.change(PARTNER, |convention| {
            convention.grants.ficoba.as_mut().unwrap().quota = NonZeroU32::new(2).unwrap()
        });
    }
    assert_eq!(runtime.block_on(storm(replicas, 1, 5)), 10);
    for one in replicas {
        one.clock.advance(SignedDuration::from_millis(200)).unwrap();
    }
    assert_eq!(runtime.block_on(storm(replicas, 1, 5)), 0);
}

#[test]
fn a_minute_that_is_lived_again_is_another_window_and_a_call_given_back_leaves_room() {
    let Some(store) = Store::start() else { return };
    let runtime = Runtime::new().unwrap();
    let replicas: &'static [Inside] = Box::leak(three(&store, &runtime).into_boxed_slice());
    for one in replicas {
        one.change(PARTNER, |convention| {
            convention.grants.ficoba.as_mut().unwrap().quota = NonZeroU32::new(2).unwrap()
        });
    }
    assert_eq!(runtime.block_on(storm(replicas, 1, 2)), 2);
    let state = Window::at(replicas[0].clock.now()).admitted(2, NonZeroU32::new(2).unwrap());
    runtime.block_on(replicas[1].replica.as_ref().unwrap().give_back(
        PARTNER,
        ApiId::Ficoba,
        state,
    ));
    assert_eq!(runtime.block_on(storm(replicas, 1, 2)), 1);
    for one in replicas {
        one.clock.advance(SignedDuration::from_mins(1)).unwrap();
        one.clock.advance(SignedDuration::from_mins(-1)).unwrap();
    }
    assert_eq!(runtime.block_on(storm(replicas, 1, 2)), 2);
}
