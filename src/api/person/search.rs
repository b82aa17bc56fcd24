//! Who the criteria describe. Knows neither HTTP nor rights.
//!
//! The same rules of comparison as FICOBA's (PT 5.3.2.1, 6.3.2.1): birth names only, in comparison form; the first names
//! given are the person's first ones, in order; the parts of a date that are given are the person's.

use std::{ops::RangeInclusive, sync::Arc};

use super::criteria::{AddressCriteria, Criteria, PlaceCriteria, Street};
use crate::{
    domain::{
        BirthCriterion, BirthDate, CommuneCode, ComparisonName, CountryCode, FirstNames,
        comparison_form,
    },
    register::{
        Address, Birthplace, Person, PersonId, Register,
        nomenclature::{birth_codes, lies_in},
    },
};

/// What a search finds.
#[derive(Debug)]
pub(in crate::api) enum Found {
    Nobody,
    One(PersonId, Arc<Person>),
    /// More than one.
    Many,
}

/// The people of this birth name whom the criteria describe; nobody without a name.
pub(in crate::api) fn find(register: &Register, criteria: &Criteria) -> Found {
    let Some(name) = &criteria.name else { return Found::Nobody };
    let years = criteria.birth.map_or(ANY_YEAR, |birth| birth.year()..=birth.year());
    let named = register.people_named(name, years).into_iter();
    let mut matching =
        named.map(|id| (id, register.person(id))).filter(|(_, person)| criteria.describe(person));
    match (matching.next(), matching.next()) {
        (None, _) => Found::Nobody,
        (Some((id, person)), None) => Found::One(id, person),
        (Some(_), Some(_)) => Found::Many,
    }
}

impl Criteria {
    /// Whether everything that is given is this person's.
    pub(in crate::api) fn describe(&self, person: &Person) -> bool {
        let birthplace = &person.birthplace;
        let own_names = || FirstNames::parse(&person.first_names.join(" "));
        let bears = |name: &ComparisonName| {
            ComparisonName::new(&person.birth_name).is_some_and(|own| own == *name)
        };
        self.name.as_ref().is_none_or(bears)
            && self.sex.is_none_or(|sex| person.sex == sex)
            && self.birth.is_none_or(|birth| person.birth.matches(&BirthCriterion::Exact(birth)))
            && self.birthplace.holds_birth(birthplace, person.birth)
            && self.address.describes(&person.address)
            && self
                .first_names
                .as_ref()
                .is_none_or(|given| own_names().is_some_and(|all| all.starts_with(given)))
    }
}

impl PlaceCriteria {
    /// Whether the birth was there, by the code of its day (the Swagger) or by today's, as in FICOBA.
    fn holds_birth(&self, birthplace: &Birthplace, born: BirthDate) -> bool {
        let Birthplace { country, commune } = *birthplace;
        self.holds(country, commune)
            || birth_codes(country, commune, born)
                .into_iter()
                .any(|(country, commune)| self.holds(country, commune))
    }

    fn holds(&self, country: CountryCode, commune: Option<CommuneCode>) -> bool {
        self.country.is_none_or(|wanted| country == wanted)
            && self
                .department
                .is_none_or(|wanted| commune.is_some_and(|commune| commune.department() == wanted))
            && self.commune.is_none_or(|wanted| {
                commune.is_some_and(|held| lies_in(held.as_str(), wanted.as_str()))
            })
    }
}

impl AddressCriteria {
    fn describes(&self, address: &Address) -> bool {
        let same = |wanted: &Option<ComparisonName>, text: &Option<String>| {
            wanted.as_ref().is_none_or(|wanted| {
                text.as_deref().is_some_and(|text| comparison_form(text) == *wanted.as_str())
            })
        };
        let number = || address.number.as_deref().and_then(|number| number.parse::<u16>().ok());
        self.place.holds(address.country, address.commune)
            && same(&self.street_type, &address.street_type)
            && self.street.as_ref().is_none_or(|street| street.is_of(address))
            && self.number.is_none_or(|wanted| number() == Some(wanted))
            && self.repetition.is_none_or(|wanted| address.repetition == Some(wanted))
    }
}

impl Street {
    fn is_of(&self, address: &Address) -> bool {
        let Some(name) = address.street.as_deref() else { return false };
        match self {
            Self::Name(wanted) => shortened(name, 26) == *wanted.as_str(),
            Self::Line(wanted) => {
                let kind = address.street_type.as_deref().unwrap_or_default();
                let line = format!("{kind} {name}");
                [name, &line].iter().any(|text| shortened(text, 38) == *wanted.as_str())
            }
        }
    }
}

/// A text as a parameter of this length can write it: in comparison form, cut.
fn shortened(text: &str, most: usize) -> String {
    let mut form = comparison_form(text);
    form.truncate(most); // ASCII: any place is a boundary
    form.truncate(form.trim_end().len());
    form
}

/// The years that a date of birth can have.
const ANY_YEAR: RangeInclusive<u16> = 1850..=2199;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_street_is_compared_over_the_swagger_s_26_characters() {
        assert_eq!(shortened("du Général de Gaulle", 26), "DU GENERAL DE GAULLE");
        assert_eq!(
            shortened("DES ANCIENS COMBATTANTS D'INDOCHINE", 26),
            "DES ANCIENS COMBATTANTS D"
        );
    }
}
