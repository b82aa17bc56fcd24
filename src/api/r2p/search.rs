//! Who the criteria describe. Knows neither HTTP nor rights.
//!
//! The same rules of comparison as FICOBA's (PT 5.3.2.1, 6.3.2.1): birth names only, in comparison form; the first names
//! given are the person's first ones, in order; the parts of a date that are given are the person's.

use std::{ops::RangeInclusive, sync::Arc};

use super::demande::{AddressCriteria, Criteria, Demande, Place};
use crate::{
    domain::{
        BirthCriterion, BirthDate, CommuneCode, ComparisonName, CountryCode, FirstNames,
        comparison_form,
    },
    register::{
        Address, Birthplace, Person, Register,
        nomenclature::{birth_codes, lies_in},
    },
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
    let named =
        register.people_named(&criteria.name, years).into_iter().map(|id| register.person(id));
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
            && self.birthplace.holds_birth(birthplace, person.birth)
            && self.address.describes(&person.address)
            && FirstNames::parse(&person.first_names.join(" "))
                .is_some_and(|all| all.starts_with(&self.first_names))
    }
}

impl Place {
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
                text.as_deref().is_some_and(|text| shortened(text) == *wanted.as_str())
            })
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

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    use super::*;
    use crate::{
        api::r2p::demande::{Query, Taken},
        register::Spec,
    };

    fn register() -> Register {
        Register::load(&Spec { seed: 7, population: 2_000, fixtures: None }).unwrap()
    }

    fn found(register: &Register, pairs: &[(&str, String)]) -> Found {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let query: Vec<_> =
            pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let demande =
            Query::of(Some(&query.join("&"))).demande(Taken { addresses: true, degraded: false });
        find(register, &demande.unwrap_or_else(|fault| panic!("{query:?}: {}", fault.message())))
    }

    fn names(person: &Person) -> Vec<(&'static str, String)> {
        vec![("nom", person.birth_name.to_lowercase()), ("prenom", person.first_names[0].clone())]
    }

    fn birth(person: &Person, year: u16) -> Vec<(&'static str, String)> {
        let parts = [person.birth.day(), person.birth.month()].into_iter().flatten();
        let date: String =
            parts.map(|part| format!("{part:02}/")).chain([year.to_string()]).collect();
        let mut pairs =
            vec![("naisDate", date), ("naisCodePays", person.birthplace.country.to_string())];
        if let Some(commune) = person.birthplace.commune {
            pairs.push(("naisCodeDept", format!("{:0>3}", commune.department())));
            pairs.push(("naisCodeCommune", commune.r2p_commune().to_owned()));
        }
        pairs
    }

    fn home(person: &Person) -> Option<Vec<(&'static str, String)>> {
        let commune = person.address.commune?;
        let area = if commune.department().is_com() { "adrCodeTom" } else { "adrCodeDept" };
        let code = commune.department().to_string();
        Some(vec![
            ("adrCodePays", "99100".to_owned()),
            (area, code),
            ("adrCodeCommune", commune.r2p_commune().to_owned()),
        ])
    }

    /// Found, or not told apart from somebody else.
    fn reaches(found: &Found, person: &Person) -> bool {
        match found {
            Found::One(other) => **other == *person,
            Found::Many => true,
            Found::Nobody => false,
        }
    }

    #[test]
    fn everyone_is_reached_by_birth_by_address_and_by_spi() {
        let register = register();
        let mut alone = 0;
        for person in register.people().map(|id| register.person(id)) {
            let by_birth =
                found(&register, &[names(&person), birth(&person, person.birth.year())].concat());
            assert!(reaches(&by_birth, &person), "{person:?}");
            alone += usize::from(matches!(by_birth, Found::One(_)));
            if let Some(home) = home(&person) {
                assert!(
                    reaches(&found(&register, &[names(&person), home].concat()), &person),
                    "{person:?}"
                );
            }
            if let Some(spi) = person.spi {
                assert!(
                    matches!(find(&register, &Demande::Spi(spi)), Found::One(other) if *other == *person)
                );
            }
        }
        assert!(alone > 1_900, "{alone}");
    }

    #[test]
    fn anything_that_is_not_theirs_does_not_reach_them() {
        let register = register();
        let mut asked = 0;
        for person in register
            .people()
            .map(|id| register.person(id))
            .filter(|person| person.usage_name.is_some())
        {
            let known = birth(&person, person.birth.year());
            let usage = person.usage_name.clone().unwrap();
            let wrong = [
                [names(&person), birth(&person, person.birth.year() - 1)].concat(),
                [vec![("nom", usage), ("prenom", person.first_names[0].clone())], known.clone()]
                    .concat(),
                [
                    names(&person),
                    known.clone(),
                    vec![("sexe", (3 - person.sex.code()).to_string())],
                ]
                .concat(),
                [
                    names(&person),
                    known,
                    vec![
                        ("adrCodePays", "99100".to_owned()),
                        ("adrCodeTom", "986".to_owned()),
                        ("adrCodeCommune", "11".to_owned()),
                    ],
                ]
                .concat(),
            ];
            for pairs in wrong {
                assert!(
                    !matches!(found(&register, &pairs), Found::One(other) if *other == *person),
                    "{pairs:?}"
                );
            }
            asked += 1;
        }
        assert!(asked > 50, "{asked}");
    }

    #[test]
    fn a_street_is_compared_over_the_swagger_s_26_characters() {
        assert_eq!(shortened("du Général de Gaulle"), "DU GENERAL DE GAULLE");
        assert_eq!(shortened("DES ANCIENS COMBATTANTS D'INDOCHINE"), "DES ANCIENS COMBATTANTS D");
    }
}
