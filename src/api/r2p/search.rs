//! Who the criteria describe. Knows neither HTTP nor rights.
//!
//! The same rules of comparison as FICOBA's (PT 5.3.2.1, 6.3.2.1): birth names only, in comparison form; the first names
//! given are the person's first ones, in order; the parts of a date that are given are the person's.

use std::{ops::RangeInclusive, sync::Arc};

use super::demande::{AddressCriteria, Criteria, Demande, Place};
use crate::{
    domain::{BirthCriterion, CommuneCode, ComparisonName, CountryCode, FirstNames, comparison_form},
    register::{Address, Person, Register},
};

/// What a search finds.
#[derive(Debug)]
pub(super) enum Found {
    /// Nobody.
    Nobody,
    /// One person.
    One(Arc<Person>),
    /// More than one.
    Many,
}

/// Searches the register.
pub(super) fn find(register: &Register, demande: &Demande) -> Found {
    match demande {
        Demande::Spi(spi) => match register.person_by_spi(spi) {
            Some(id) => Found::One(register.person(id)),
            None => Found::Nobody,
        },
        Demande::Criteria(_, criteria) => by_criteria(register, criteria),
    }
}

fn by_criteria(register: &Register, criteria: &Criteria) -> Found {
    let years = criteria.birth.map_or(ANY_YEAR, |birth| birth.year()..=birth.year());
    let named = register.people_named(&criteria.name, years).into_iter().map(|id| register.person(id));
    let mut matching = named.filter(|person| criteria.describe(person));
    match (matching.next(), matching.next()) {
        (None, _) => Found::Nobody,
        (Some(person), None) => Found::One(person),
        (Some(_), Some(_)) => Found::Many,
    }
}

impl Criteria {
    /// Whether everything that is given is this person's, the birth name apart.
    fn describe(&self, person: &Person) -> bool {
        let birthplace = &person.birthplace;
        self.sex.is_none_or(|sex| person.sex == sex)
            && self.birth.is_none_or(|birth| person.birth.matches(&BirthCriterion::Exact(birth)))
            && self.birthplace.holds(birthplace.country, birthplace.commune)
            && self.address.describes(&person.address)
            && FirstNames::parse(&person.first_names.join(" ")).is_some_and(|all| all.starts_with(&self.first_names))
    }
}

impl Place {
    fn holds(&self, country: CountryCode, commune: Option<CommuneCode>) -> bool {
        self.country.is_none_or(|wanted| country == wanted)
            && self.department.is_none_or(|wanted| commune.is_some_and(|commune| commune.department() == wanted))
            && self.commune.is_none_or(|wanted| commune == Some(wanted))
    }
}

impl AddressCriteria {
    fn describes(&self, address: &Address) -> bool {
        let same = |wanted: &Option<ComparisonName>, text: &Option<String>| {
            wanted.as_ref().is_none_or(|wanted| text.as_deref().is_some_and(|text| shortened(text) == *wanted.as_str()))
        };
        let number = || address.number.as_deref().and_then(|number| number.parse::<u16>().ok());
        self.place.holds(address.country, address.commune)
            && same(&self.street_type, &address.street_type)
            && same(&self.street, &address.street)
            && self.number.is_none_or(|wanted| number() == Some(wanted))
            && self.repetition.is_none_or(|wanted| address.repetition == Some(wanted))
    }
}

/// A street's name as `adrLibelleVoie` can write it: in comparison form, 26 characters at most (the Swagger).
fn shortened(street: &str) -> String {
    let mut form = comparison_form(street);
    form.truncate(26); // ASCII: any place is a boundary
    form.truncate(form.trim_end().len());
    form
}

/// The years that a date of birth can have.
const ANY_YEAR: RangeInclusive<u16> = 1850..=2199;
