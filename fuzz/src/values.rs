//! The values of the domain: what is read is written, and read again the same.

use std::{fmt::Display, str::FromStr};

use bacasable::domain::{
    BirthDate, CommuneCode, ComparisonName, CorrelationId, CountryCode, DepartmentCode, FirstNames,
    Iban, Motif, Siren, Siret, Spi, comparison_form, fold_ascii, request_date,
};

pub(super) fn values(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    same::<BirthDate>(text);
    same::<CommuneCode>(text);
    same::<ComparisonName>(text);
    same::<CorrelationId>(text);
    same::<CountryCode>(text);
    same::<DepartmentCode>(text);
    same::<FirstNames>(text);
    same::<Iban>(text);
    same::<Motif>(text);
    same::<Siren>(text);
    same::<Siret>(text);
    same::<Spi>(text);
    let form = comparison_form(text);
    assert_eq!(comparison_form(&form), form, "a form is its own form");
    assert!(fold_ascii(text).is_ascii());
    if let Ok(day) = request_date(text) {
        assert!(text.starts_with(&day.to_string()), "{text:?} as {day}");
    }
}

fn same<T: FromStr + Display + PartialEq>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let again = value.to_string().parse::<T>();
        assert!(again.is_ok_and(|again| again == value), "{text:?} as {value}");
    }
}
