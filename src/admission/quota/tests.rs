use std::thread;

use proptest::prelude::*;

use super::*;

fn clock(text: &str) -> Clock {
    Clock::frozen(text.parse().unwrap())
}

fn n(limit: u32) -> NonZeroU32 {
    NonZeroU32::new(limit).unwrap()
}

#[test]
fn n_calls_pass_and_the_next_is_refused_until_the_minute_turns() {
    let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:59Z"));
    for used in 1..=3 {
        assert_eq!(quotas.take("a", ApiId::Ficoba, n(3), &clock).unwrap().used, used);
    }
    let resets_at = "2026-11-22T10:01:00Z".parse().unwrap();
    assert_eq!(
        quotas.take("a", ApiId::Ficoba, n(3), &clock),
        Err(Refusal::Quota { limit: 3, resets_at })
    );
    clock.advance(SignedDuration::from_secs(1)).unwrap();
    assert_eq!(quotas.take("a", ApiId::Ficoba, n(3), &clock).unwrap().used, 1);
}

#[test]
fn gateways_that_hear_nothing_of_each_other_admit_the_quota_each() {
    let (quotas, clock) = (Quotas::default().apart(3), clock("2026-11-22T10:00:00Z"));
    let take =
        |node| quotas.node(node).take("a", ApiId::Ficoba, n(2), &clock).map(|state| state.used);
    assert_eq!(
        [take(0), take(0), take(1), take(3 + 1)],
        [Ok(1), Ok(2), Ok(1), Ok(2)],
        "numbers go round"
    );
    assert!(take(0).is_err() && take(1).is_err());
    assert_eq!(quotas.state("a", ApiId::Ficoba, 2, clock.now()).used, 4);
    assert_eq!(quotas.used("a", ApiId::Ficoba, clock.now()), [2, 2, 0]);
    quotas.set("a", ApiId::Ficoba, 1, clock.now());
    assert_eq!(quotas.used("a", ApiId::Ficoba, clock.now()), [1, 1, 1]);
    quotas.clear(None, None, clock.now());
    assert_eq!([take(0), take(1), take(2)], [Ok(1), Ok(1), Ok(1)]);
}

#[test]
fn partners_and_apis_are_counted_apart() {
    let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
    for (partner, api) in [("a", ApiId::Ficoba), ("b", ApiId::Ficoba), ("a", ApiId::R2p)] {
        assert!(quotas.take(partner, api, n(1), &clock).is_ok());
        assert!(quotas.take(partner, api, n(1), &clock).is_err());
    }
}

#[test]
fn a_clock_moved_back_opens_an_empty_window() {
    let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
    quotas.take("a", ApiId::R2p, n(1), &clock).unwrap();
    clock.advance(SignedDuration::from_mins(-5)).unwrap();
    assert!(quotas.take("a", ApiId::R2p, n(1), &clock).is_ok());
}

#[test]
fn a_call_given_back_leaves_room_for_another_in_its_own_minute_only() {
    let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
    let counted = quotas.take("a", ApiId::R2p, n(1), &clock).unwrap();
    quotas.give_back("a", ApiId::R2p, counted);
    let counted = quotas.take("a", ApiId::R2p, n(1), &clock).unwrap();
    clock.advance(SignedDuration::from_mins(1)).unwrap();
    quotas.take("a", ApiId::R2p, n(1), &clock).unwrap();
    quotas.give_back("a", ApiId::R2p, counted);
    assert!(quotas.take("a", ApiId::R2p, n(1), &clock).is_err());
}

#[test]
fn windows_are_emptied_by_partner_and_by_api() {
    let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
    let all = || [("a", ApiId::Ficoba), ("a", ApiId::R2p), ("b", ApiId::R2p)];
    let full = |quotas: &Quotas| {
        all().map(|(partner, api)| quotas.state(partner, api, 1, clock.now()).used == 1)
    };
    let fill =
        || all().into_iter().for_each(|(partner, api)| quotas.set(partner, api, 1, clock.now()));
    fill();
    quotas.clear(Some("a"), Some(ApiId::R2p), clock.now());
    assert_eq!(full(&quotas), [true, false, true]);
    fill();
    quotas.clear(Some("a"), None, clock.now());
    assert_eq!(full(&quotas), [false, false, true]);
    fill();
    quotas.clear(None, Some(ApiId::R2p), clock.now());
    assert_eq!(full(&quotas), [true, false, false]);
    quotas.clear(None, None, clock.now());
    assert_eq!(full(&quotas), [false, false, false]);
}

#[test]
fn eight_threads_never_get_more_nor_fewer_than_the_limit() {
    let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
    let admitted = thread::scope(|scope| {
        let calls =
            || (0..100).filter(|_| quotas.take("a", ApiId::Ficoba, n(250), &clock).is_ok()).count();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(calls)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    assert_eq!(admitted, 250);
}

#[test]
fn with_a_lag_calls_overshoot_until_it_is_over_and_never_into_the_next_minute() {
    let (quotas, clock) =
        (Quotas::new(SignedDuration::from_millis(200)), clock("2026-11-22T10:00:10Z"));
    let take = || quotas.take("a", ApiId::Ficoba, n(2), &clock).map(|state| state.used);
    let step = |ms| clock.advance(SignedDuration::from_millis(ms)).unwrap();
    assert_eq!((take(), take(), take()), (Ok(1), Ok(2), Ok(3)));
    step(199);
    assert_eq!(take(), Ok(4), "still unnoticed, counted from the call that reached the quota");
    step(1);
    assert!(take().is_err());
    step(49_800);
    assert_eq!((take(), take(), take()), (Ok(1), Ok(2), Ok(3)), "a new minute, and as blind");
}

#[test]
fn a_limit_changed_within_the_minute_counts_at_once() {
    let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
    let take = |limit| quotas.take("a", ApiId::Ficoba, n(limit), &clock).is_ok();
    assert_eq!(
        [take(2), take(2), take(2), take(3), take(3), take(1)],
        [true, true, false, true, false, false]
    );
}

#[test]
fn minutes_leave_nothing_behind() {
    let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
    for _ in 0..10_000 {
        quotas.take("a", ApiId::Ficoba, n(5), &clock).unwrap();
        clock.advance(SignedDuration::from_mins(1)).unwrap();
    }
    assert_eq!(quotas.counters.read().values().map(HashMap::len).sum::<usize>(), 1);
}

/// What a partner's run looks like: calls on either API, and time passing, forward or back.
#[derive(Clone, Debug)]
enum RunStep {
    Call(ApiId, u8),
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<RunStep>> {
    let api = prop_oneof![Just(ApiId::Ficoba), Just(ApiId::R2p)];
    let step = prop_oneof![
        4 => (api, 1u8..20).prop_map(|(api, calls)| RunStep::Call(api, calls)),
        1 => (0i64..90_000).prop_map(RunStep::Wait),
        1 => (-200_000i64..0).prop_map(RunStep::Wait),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    #[test]
    fn in_each_window_exactly_the_first_n_calls_are_admitted(limit in 1u32..12, steps in steps()) {
        let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:30Z"));
        let mut admitted: HashMap<ApiId, (i64, u32)> = HashMap::new();
        for step in steps {
            match step {
                RunStep::Wait(ms) => clock.advance(SignedDuration::from_millis(ms)).unwrap(),
                RunStep::Call(api, calls) => {
                    for _ in 0..calls {
                        let minute = minute(clock.now());
                        let window = admitted.entry(api).or_insert((minute, 0));
                        if window.0 != minute {
                            *window = (minute, 0); // the window of another minute, earlier or later, is empty
                        }
                        let expected = window.1 < limit;
                        window.1 += u32::from(expected);
                        prop_assert_eq!(quotas.take("a", api, n(limit), &clock).is_ok(), expected);
                    }
                }
            }
        }
    }

    #[test]
    fn whatever_the_threads_n_of_the_calls_offered_are_admitted(limit in 1u32..300, offered in 1usize..60) {
        let (quotas, clock) = (Quotas::default(), clock("2026-11-22T10:00:00Z"));
        let admitted = thread::scope(|scope| {
            let calls = || (0..offered).filter(|_| quotas.take("a", ApiId::Ficoba, n(limit), &clock).is_ok()).count();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(calls)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
        });
        prop_assert_eq!(admitted, (8 * offered).min(limit as usize));
    }
}
