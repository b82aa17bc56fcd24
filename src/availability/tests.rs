//! The published rates come out, whatever the seed, and the same seed and time say the same.

use jiff::{SignedDuration, ToSpan, civil::Date, tz::TimeZone};
use proptest::prelude::*;

use super::*;
use crate::clock;

fn hours(seed: u64, profile: Profile) -> Availability {
    Availability::new(seed, &settings(profile))
}

fn settings(profile: Profile) -> config::Availability {
    config::Availability { profile, ..config::Config::default().availability }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn seconds(all: &[Closing], from: Timestamp, to: Timestamp, wanted: impl Fn(Cause) -> bool) -> i64 {
    let length = |one: &Closing| one.to.min(to).duration_since(one.from.max(from)).as_secs();
    all.iter().filter(|one| wanted(one.cause)).map(length).sum()
}

/// Whether a closure counts in the published rate: the daily hour and its tail are outside the opening hours.
fn counts(cause: Cause) -> bool {
    !matches!(cause, Cause::DailyClosure | Cause::Tail)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn over_a_year_the_published_rates_come_out_on_the_opening_hours(seed: u64, day in 0i64..20_000) {
        let hours = hours(seed, Profile::Cgu);
        let date = Timestamp::from_second(day * 86_400).unwrap().to_zoned(TimeZone::UTC).date();
        let midnight = |date: Date| date.to_zoned(clock::paris()).unwrap().timestamp();
        let (from, to) = (midnight(date), midnight(date + 365.days()));
        for (api, daily, rate) in [(ApiId::Ficoba, 23, 0.9969), (ApiId::R2p, 24, 0.9716)] {
            let all = hours.closings(api, from, to);
            let closed = seconds(&all, from, to, |cause| cause == Cause::DailyClosure);
            prop_assert_eq!(closed, (24 - daily) * 3_600 * 365, "{} is closed as long as the CGU say", api);
            let tail = seconds(&all, from, to, |cause| cause == Cause::Tail);
            prop_assert_eq!(tail, (24 - daily) * 900 * 365, "{} fails for a while after it", api);
            let open = to.duration_since(from).as_secs() - closed - tail;
            let lost = seconds(&all, from, to, counts);
            let seen = 1.0 - lost as f64 / open as f64;
            // The rate is exact over each four weeks; of those at the two edges of a year, 29 days in all,
            // what is lost may lie outside or inside.
            let edges = (1.0 - rate) * 30.0 / 365.0;
            prop_assert!((seen - rate).abs() < edges, "{api}: {seen} instead of {rate}");
            let planned = seconds(&all, from, to, |cause| cause == Cause::Maintenance);
            prop_assert!((planned as f64 / lost as f64 - 0.5).abs() < 0.15, "{api}: half of it is planned");
            prop_assert!(all.windows(2).all(|pair| pair[0].to <= pair[1].from), "{} has overlaps", api);
        }
    }

    #[test]
    fn over_whole_stretches_the_rate_is_exact_to_the_second(seed: u64, index in 0i64..800) {
        let hours = hours(seed, Profile::Cgu);
        let [from, to] = [index, index + 1].map(|index| Timestamp::from_second(index * 28 * 86_400).unwrap());
        for (api, lost) in [(ApiId::Ficoba, 31), (ApiId::R2p, 284)] {
            let all = hours.closings(api, from, to);
            let open = 28 * 86_400 - seconds(&all, from, to, |cause| !counts(cause));
            prop_assert_eq!(seconds(&all, from, to, counts), open * lost / 10_000);
        }
    }

    #[test]
    fn a_moment_is_closed_when_and_only_when_a_closing_holds_it(seed: u64, minutes in 0i64..20_000_000) {
        let hours = hours(seed, Profile::Cgu);
        let now = Timestamp::from_second(minutes * 60).unwrap();
        let around = SignedDuration::from_hours(48);
        for api in ApiId::ALL {
            let all = hours.closings(api, now - around, now + around);
            let holding = all.iter().find(|one| (one.from..one.to).contains(&now));
            let closure = hours.closure(api, now);
            prop_assert_eq!(holding.map(|one| one.cause), closure.map(|closure| closure.cause));
            if let Some(closure) = closure {
                prop_assert!(closure.until > now && hours.closure(api, closure.until).is_none());
            }
            let again = Availability::new(seed, &settings(Profile::Cgu));
            prop_assert_eq!(again.closure(api, now), closure, "the same seed and time say the same");
        }
    }
}

#[test]
fn ficoba_is_closed_from_one_to_two_in_paris_and_fails_for_a_quarter_of_an_hour_after() {
    let hours = hours(1, Profile::Cgu);
    for (day, hour) in [("2026-06-30", 23), ("2026-11-30", 24)] {
        let midnight = at(&format!("{day}T00:00:00Z"));
        let cause = |minutes: i64| {
            let moment = midnight + SignedDuration::from_mins(60 * hour + minutes);
            hours.closure(ApiId::Ficoba, moment).map(|closure| closure.cause)
        };
        let daily = |minutes| cause(minutes).filter(|cause| !counts(*cause));
        assert_eq!(daily(-1), None, "{day}");
        assert_eq!([cause(0), cause(59)], [Some(Cause::DailyClosure); 2], "{day}");
        assert_eq!([cause(60), cause(74)], [Some(Cause::Tail); 2], "{day}");
        assert_eq!(daily(75), None, "{day}");
    }
}

#[test]
fn no_maintenance_and_no_incident_is_placed_in_the_tail_and_none_has_its_tail_removed() {
    for tail in [0, 15, 240] {
        let settings =
            config::Availability { tail_minutes: Minutes(tail), ..settings(Profile::Cgu) };
        let hours = Availability::new(7, &settings);
        let (from, to) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
        let all = hours.closings(ApiId::Ficoba, from, to);
        assert!(all.windows(2).all(|pair| pair[0].to <= pair[1].from), "{tail}");
        let length = seconds(&all, from, to, |cause| cause == Cause::Tail);
        assert_eq!(length, i64::from(tail) * 60 * 365);
        assert!(all.iter().any(|one| one.cause == Cause::Maintenance));
    }
}

#[test]
fn three_in_ten_calls_fail_in_the_tail_whatever_they_ask_and_the_same_ones_again() {
    let now = at("2026-12-01T01:05:00Z");
    let failed = |hours: &Availability| {
        let failing = |n: i64| hours.hindrance(ApiId::Ficoba, n % 2 == 0, now).is_some();
        (0..10_000).map(failing).collect::<Vec<_>>()
    };
    let first = hours(1, Profile::Cgu);
    let calls = failed(&first);
    let share = calls.iter().filter(|failed| **failed).count();
    assert!((2_850..3_150).contains(&share), "{share}");
    assert_eq!(failed(&hours(1, Profile::Cgu)), calls);
    assert_ne!(failed(&hours(2, Profile::Cgu)), calls);
    first.reset();
    assert_eq!(failed(&first), calls, "draws begin again");
}

#[test]
fn an_incident_fails_a_share_of_the_searches_of_both_apis_and_never_the_state_of_health() {
    let now = at("2026-11-22T10:00:00Z");
    for (percent, least, most) in [(10, 900, 1_100), (50, 4_850, 5_150), (100, 10_000, 10_000)] {
        let incident_percent = Percent(percent);
        let settings = config::Availability { incident_percent, ..settings(Profile::Incident) };
        let hours = Availability::new(1, &settings);
        for api in ApiId::ALL {
            let mut slow = [0, 0];
            for _ in 0..10_000 {
                match hours.hindrance(api, true, now) {
                    None => {}
                    Some(Hindrance::Incident { slow: late }) => slow[usize::from(late)] += 1,
                    Some(other) => panic!("{other:?}"),
                }
                assert_eq!(hours.hindrance(api, false, now), None);
            }
            let all: usize = slow.iter().sum();
            assert!((least..=most).contains(&all) && slow[0].abs_diff(slow[1]) < 300, "{slow:?}");
        }
        assert!(hours.closure(ApiId::Ficoba, now).is_none() && !hours.is_always_open());
    }
}

#[test]
fn on_the_days_on_which_the_time_changes_ficoba_is_closed_for_an_hour_too() {
    let hours = hours(1, Profile::Cgu);
    for day in ["2026-03-29", "2026-10-25"] {
        let from = at(&format!("{day}T00:00:00Z")) - SignedDuration::from_hours(2);
        let to = from + SignedDuration::from_hours(14);
        let all = hours.closings(ApiId::Ficoba, from, to);
        assert_eq!(seconds(&all, from, to, |cause| cause == Cause::DailyClosure), 3_600, "{day}");
    }
}

#[test]
fn always_open_is_always_open_until_a_maintenance_is_announced() {
    let hours = hours(7, Profile::Open);
    let (from, to) = (at("2026-11-22T10:00:00Z"), at("2026-11-22T12:00:00Z"));
    assert!((0..20_000).all(|minute| {
        hours.closure(ApiId::Ficoba, from + SignedDuration::from_mins(minute)).is_none()
    }));
    let announced = vec![Announced { api: Some(ApiId::R2p), from, to }];
    hours.change(Plan { announced, ..hours.plan().as_ref().clone() });
    let closure = Some(Closure { cause: Cause::Announced, until: to });
    assert_eq!(hours.closure(ApiId::R2p, from), closure);
    assert_eq!(hours.closure(ApiId::Ficoba, from), None);
    assert_eq!(hours.closure(ApiId::R2p, to), None);
    hours.reset();
    assert_eq!(hours.closure(ApiId::R2p, from), None);
}

#[test]
fn two_seeds_have_other_incidents() {
    let (from, to) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
    let of = |seed| hours(seed, Profile::Cgu).closings(ApiId::R2p, from, to);
    assert_ne!(of(1), of(2));
    assert!(of(1).iter().filter(|one| one.cause == Cause::Incident).count() > 30);
}
