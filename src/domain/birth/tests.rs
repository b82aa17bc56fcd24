use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn birth(text: &str) -> BirthDate {
    text.parse().unwrap()
}

fn exact(text: &str) -> BirthCriterion {
    BirthCriterion::Exact(birth(text))
}

fn within(from: &str, to: &str) -> BirthCriterion {
    BirthCriterion::Interval(BirthInterval::new(birth(from), birth(to)).unwrap())
}

#[test]
fn parts_come_padded_or_not_and_zeros_are_unknown() {
    let parts = |month, day| BirthDate::from_parts("1980", month, day).unwrap().to_string();
    assert_eq!(parts(Some("2"), Some("9")), "1980-02-09");
    assert_eq!(parts(Some("02"), Some("09")), "1980-02-09");
    assert_eq!(parts(Some("02"), Some("00")), "1980-02");
    assert_eq!(parts(Some("2"), None), "1980-02");
    assert_eq!(parts(Some("00"), Some("0")), "1980");
    assert_eq!(parts(Some(""), Some("")), "1980");
    assert_eq!(parts(None, None), "1980");
}

#[test]
fn the_part_at_fault_is_named() {
    for (year, month, day, fault) in [
        ("80", "01", "01", BirthDateError::Year),
        ("", "", "", BirthDateError::Year),
        ("+980", "", "", BirthDateError::Year),
        ("1849", "01", "01", BirthDateError::Year),
        ("2200", "13", "01", BirthDateError::Year),
        ("1980", "13", "xx", BirthDateError::Month),
        ("1980", "001", "01", BirthDateError::Month),
        ("1980", "é", "01", BirthDateError::Month),
        ("1980", "01", "32", BirthDateError::Day),
        ("1980", "", "1a", BirthDateError::Day),
        ("1980", "00", "12", BirthDateError::DayWithoutMonth),
        ("1981", "02", "29", BirthDateError::NoSuchDay),
        ("1900", "2", "29", BirthDateError::NoSuchDay),
    ] {
        assert_eq!(
            BirthDate::from_parts(year, Some(month), Some(day)),
            Err(fault),
            "{year} {month} {day}"
        );
    }
    for text in ["1980-3-12", "1980-00", "1980-03-", "1980-03-00", "1980-"] {
        assert_eq!(text.parse::<BirthDate>(), Err(BirthDateError::Form), "{text}");
    }
    assert_eq!("1980-03-12-01".parse::<BirthDate>(), Err(BirthDateError::Day));
}

#[test]
fn an_exact_search_compares_the_parts_that_it_gives() {
    assert!(birth("1980-03-12").matches(&exact("1980-03-12")));
    assert!(birth("1980-03-12").matches(&exact("1980-03")));
    assert!(birth("1980").matches(&exact("1980")));
    assert!(!birth("1980").matches(&exact("1980-03")));
    assert!(!birth("1980-03-12").matches(&exact("1980-03-13")));
}

#[test]
fn an_interval_finds_whoever_may_have_been_born_in_it() {
    let interval = within("1911-01-01", "1911-11-11");
    assert!(birth("1911-11-11").matches(&interval));
    assert!(!birth("1911-11-12").matches(&interval));
    assert!(birth("1911-11").matches(&interval));
    assert!(!birth("1911-12").matches(&interval));
    assert!(birth("1911").matches(&interval));
    assert!(birth("1911-12-31").matches(&within("1911-12", "1912")));
}

#[test]
fn an_interval_has_an_order_and_a_length() {
    let interval = |from, to| BirthInterval::new(birth(from), birth(to));
    assert_eq!(interval("1980-03-02", "1980-03-01"), Err(IntervalError::Reversed));
    assert!(interval("1980-03-02", "1980").is_ok());
    assert!(!interval("1980", "1980").unwrap().longer_than_a_year());
    assert!(!interval("1980-03-02", "1981-03-02").unwrap().longer_than_a_year());
    assert!(interval("1980-03-02", "1981-03-03").unwrap().longer_than_a_year());
    assert!(interval("1980-02-29", "1981-03-01").unwrap().longer_than_a_year());
    assert!(interval("1980", "1981").unwrap().longer_than_a_year());
    assert!(interval("1850", "2199").unwrap().longer_than_a_year());
}

#[test]
fn a_calendar_date_is_a_complete_date_of_birth() {
    let day = date(1980, 3, 12);
    assert_eq!(BirthDate::try_from(day).unwrap().complete(), Some(day));
    assert_eq!(birth("1980-03").complete(), None);
    assert_eq!(BirthDate::try_from(date(1849, 12, 31)), Err(BirthDateError::Year));
}

/// A date of birth of three neighbouring years, of any precision.
fn births() -> impl Strategy<Value = BirthDate> {
    (
        1979..=1981_u16,
        prop::option::weighted(0.8, 1..=12_u8),
        prop::option::weighted(0.8, 1..=31_u8),
    )
        .prop_filter_map("a day of the calendar", |(year, month, day)| {
            BirthDate::new(year, month, day).ok()
        })
}

/// Every day of those years, by counting.
fn days() -> impl Iterator<Item = (u16, u8, u8)> {
    let exists = |&(year, month, day): &(u16, u8, u8)| match month {
        4 | 6 | 9 | 11 => day <= 30,
        2 => day <= if year == 1980 { 29 } else { 28 },
        _ => true,
    };
    let months = |year| (1..=12).flat_map(move |month| (1..=31).map(move |day| (year, month, day)));
    (1979..=1981).flat_map(months).filter(exists)
}

fn may_be(birth: BirthDate, (year, month, day): (u16, u8, u8)) -> bool {
    birth.year == year
        && birth.month.is_none_or(|m| m == month)
        && birth.day.is_none_or(|d| d == day)
}

proptest! {
    #[test]
    fn an_exact_search_finds_those_of_whom_no_possible_day_lies_outside(person in births(), wanted in births()) {
        let inside = days().filter(|&day| may_be(person, day)).all(|day| may_be(wanted, day));
        prop_assert_eq!(person.matches(&BirthCriterion::Exact(wanted)), inside);
    }

    #[test]
    fn an_interval_finds_those_of_whom_one_possible_day_lies_inside(
        person in births(), from in births(), to in births()
    ) {
        let first = days().find(|&day| may_be(from, day)).unwrap();
        let last = days().filter(|&day| may_be(to, day)).last().unwrap();
        let inside = days().any(|day| may_be(person, day) && first <= day && day <= last);
        match BirthInterval::new(from, to) {
            Ok(interval) => prop_assert_eq!(person.matches(&BirthCriterion::Interval(interval)), inside),
            Err(IntervalError::Reversed) => prop_assert!(first > last),
        }
    }

    #[test]
    fn dates_read_back_from_text_and_from_parts(birth in births()) {
        prop_assert_eq!(birth.to_string().parse(), Ok(birth));
        let part = |part: Option<u8>| part.unwrap_or(0).to_string();
        let (month, day) = (part(birth.month), part(birth.day));
        prop_assert_eq!(BirthDate::from_parts(&birth.year.to_string(), Some(&month), Some(&day)), Ok(birth));
    }

    #[test]
    fn the_calendar_says_which_days_exist(year in 1979..=1981_u16, month in 0..=13_u8, day in 0..=32_u8) {
        let exists = days().any(|known| known == (year, month, day));
        prop_assert_eq!(BirthDate::new(year, Some(month), Some(day)).is_ok(), exists);
    }

    #[test]
    fn no_text_panics(text in "[0-9é-]{0,12}") {
        if let Ok(birth) = text.parse::<BirthDate>() {
            prop_assert_eq!(birth.to_string(), text);
        }
    }
}
