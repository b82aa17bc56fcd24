//! Control 6 against its sentence: in each clock minute, N calls per partner and API, refused ones not counted.

use std::collections::HashMap;

use bacasable::{
    admission::{QuotaState, Quotas, Refusal},
    clock::Clock,
    rights::ApiId,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// Something that happens.
#[derive(Clone, Debug)]
enum Event {
    /// A partner calls an API.
    Call { partner: usize, api: usize },
    /// Time passes, or is moved back.
    Wait(i64),
    /// A call that was counted is refused on purpose.
    GiveBack { partner: usize, api: usize },
    /// A tester sets the counter.
    Set { partner: usize, api: usize, used: u32 },
    /// A partner's counters are emptied, or everybody's.
    Clear(Option<usize>),
}

const PARTNERS: [&str; 3] = ["a", "b", "c"];

fn event() -> impl Strategy<Value = Event> {
    let who = || (0..PARTNERS.len(), 0..ApiId::ALL.len());
    prop_oneof![
        12 => who().prop_map(|(partner, api)| Event::Call { partner, api }),
        4 => prop_oneof![0_i64..30, 55_i64..65, -70_i64..0].prop_map(Event::Wait),
        1 => who().prop_map(|(partner, api)| Event::GiveBack { partner, api }),
        1 => (who(), 0_u32..6).prop_map(|((partner, api), used)| Event::Set { partner, api, used }),
        1 => prop::option::of(0..PARTNERS.len()).prop_map(Event::Clear),
    ]
}

/// How many calls each has had in which minute.
type Model = HashMap<(usize, usize), (i64, u32)>;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_window_is_the_clock_s_minute_whatever_happens(
        limit in 1_u32..5,
        events in prop::collection::vec(event(), 1..120),
    ) {
        let clock = Clock::frozen("2026-11-22T10:00:30Z".parse().unwrap());
        let (quotas, mut model) = (Quotas::default(), Model::new());
        let limit_of = limit.try_into().unwrap();
        let mut counted: HashMap<(usize, usize), QuotaState> = HashMap::new();
        for event in events {
            let minute = clock.now().as_second().div_euclid(60);
            let resets_at = Timestamp::from_second((minute + 1) * 60).unwrap();
            match event {
                Event::Call { partner, api } => {
                    let seen = quotas.take(PARTNERS[partner], ApiId::ALL[api], limit_of, &clock);
                    let (of, used) = model.entry((partner, api)).or_insert((minute, 0));
                    if *of != minute {
                        (*of, *used) = (minute, 0);
                    }
                    if *used >= limit {
                        prop_assert_eq!(seen, Err(Refusal::Quota { limit, resets_at }));
                    } else {
                        *used += 1;
                        let state = QuotaState { limit, used: *used, resets_at };
                        prop_assert_eq!(seen, Ok(state));
                        counted.insert((partner, api), state);
                    }
                }
                Event::Wait(seconds) => clock.advance(SignedDuration::from_secs(seconds)).unwrap(),
                Event::GiveBack { partner, api } => {
                    let Some(state) = counted.remove(&(partner, api)) else { continue };
                    quotas.give_back(PARTNERS[partner], ApiId::ALL[api], state);
                    if let Some((of, used)) = model.get_mut(&(partner, api))
                        && Timestamp::from_second((*of + 1) * 60).unwrap() == state.resets_at
                    {
                        *used = used.saturating_sub(1);
                    }
                }
                Event::Set { partner, api, used } => {
                    quotas.set(PARTNERS[partner], ApiId::ALL[api], used, clock.now());
                    model.insert((partner, api), (minute, used));
                }
                Event::Clear(partner) => {
                    quotas.clear(partner.map(|partner| PARTNERS[partner]), None, clock.now());
                    model.retain(|(of, _), _| partner.is_some_and(|partner| partner != *of));
                }
            }
            for (partner, name) in PARTNERS.iter().enumerate() {
                for (at, api) in ApiId::ALL.iter().enumerate() {
                    let now = clock.now();
                    let minute = now.as_second().div_euclid(60);
                    let known = model.get(&(partner, at)).filter(|(of, _)| *of == minute);
                    let used = known.map_or(0, |(_, used)| *used);
                    prop_assert_eq!(quotas.state(name, *api, limit, now).used, used);
                }
            }
        }
    }
}
