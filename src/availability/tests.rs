//! The published rates come out, whatever the seed, and the same seed and time say the same.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

fn hours(seed: u64, profile: Profile) -> Availability {
    Availability::new(seed, &config::Availability { profile, closing: Time::constant(3, 0, 0, 0) })
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn seconds(all: &[Closing], from: Timestamp, to: Timestamp, wanted: impl Fn(Cause) -> bool) -> i64 {
    let length = |one: &Closing| one.to.min(to).duration_since(one.from.max(from)).as_secs();
    all.iter().filter(|one| wanted(one.cause)).map(length).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn over_a_year_the_published_rates_come_out_on_the_opening_hours(seed: u64, day in 0i64..20_000) {
        let hours = hours(seed, Profile::Cgu);
        let from = Timestamp::from_second(day * 86_400).unwrap();
        let to = from + SignedDuration::from_hours(24 * 365);
        for (api, daily, rate) in [(ApiId::Ficoba, 23, 0.9969), (ApiId::R2p, 24, 0.9716)] {
            let all = hours.closings(api, from, to);
            let closed = seconds(&all, from, to, |cause| cause == Cause::DailyClosure);
            prop_assert_eq!(closed, (24 - daily) * 3_600 * 365, "{} is closed as long as the CGU say", api);
            let open = daily * 3_600 * 365;
            let lost = seconds(&all, from, to, |cause| cause != Cause::DailyClosure);
            let seen = 1.0 - lost as f64 / open as f64;
            // The year is not a whole number of four weeks: what a day or two of its edges holds more or less.
            prop_assert!((seen - rate).abs() < 0.0015, "{api}: {seen} instead of {rate}");
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
            let open = 28 * 86_400 - seconds(&all, from, to, |cause| cause == Cause::DailyClosure);
            prop_assert_eq!(seconds(&all, from, to, |cause| cause != Cause::DailyClosure), open * lost / 10_000);
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
            let again = Availability::new(seed, &config::Availability { profile: Profile::Cgu, closing: Time::constant(3, 0, 0, 0) });
            prop_assert_eq!(again.closure(api, now), closure, "the same seed and time say the same");
        }
    }
}

#[test]
fn ficoba_is_closed_from_three_to_four_in_paris_in_summer_and_in_winter() {
    let hours = hours(1, Profile::Cgu);
    for (opens, closed, reopens) in [
        ("2026-07-01T00:59:59Z", "2026-07-01T01:30:00Z", "2026-07-01T02:00:00Z"),
        ("2026-12-01T01:59:59Z", "2026-12-01T02:30:00Z", "2026-12-01T03:00:00Z"),
    ] {
        let cause = |moment| hours.closure(ApiId::Ficoba, at(moment)).map(|closure| closure.cause);
        assert_ne!(cause(opens), Some(Cause::DailyClosure), "{opens}");
        assert_eq!(cause(closed), Some(Cause::DailyClosure), "{closed}");
        assert_ne!(cause(reopens), Some(Cause::DailyClosure), "{reopens}");
    }
}

#[test]
fn on_the_days_on_which_the_time_changes_ficoba_is_closed_for_an_hour_too() {
    let hours = hours(1, Profile::Cgu);
    for day in ["2026-03-29", "2026-10-25"] {
        let from = at(&format!("{day}T00:00:00Z"));
        let to = from + SignedDuration::from_hours(12);
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
