//! Whom a demand describes.

use super::demande::Demande;
use crate::{
    api::person::{self, Found},
    register::Register,
};

/// Searches the register.
pub(super) fn find(register: &Register, demande: &Demande) -> Found {
    match demande {
        Demande::Spi(spi) => match register.person_by_spi(spi) {
            Some(id) => Found::One(id, register.person(id)),
            None => Found::Nobody,
        },
        Demande::Criteria(_, criteria) => person::find(register, criteria),
    }
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    use super::*;
    use crate::{
        api::r2p::demande::{Taken, given},
        register::{Person, Spec},
    };

    fn register() -> Register {
        Register::load(&Spec { seed: 7, population: 2_000, fixtures: None }).unwrap()
    }

    fn found(register: &Register, pairs: &[(&str, String)]) -> Found {
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let query: Vec<_> =
            pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let taken = Taken { addresses: true, degraded: false };
        let demande = Demande::by_criteria(&given(Some(&query.join("&"))), taken);
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
            Found::One(_, other) => **other == *person,
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
            alone += usize::from(matches!(by_birth, Found::One(..)));
            if let Some(home) = home(&person) {
                assert!(
                    reaches(&found(&register, &[names(&person), home].concat()), &person),
                    "{person:?}"
                );
            }
            if let Some(spi) = person.spi {
                assert!(
                    matches!(find(&register, &Demande::Spi(spi)), Found::One(_, other) if *other == *person)
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
                    !matches!(found(&register, &pairs), Found::One(_, other) if *other == *person),
                    "{pairs:?}"
                );
            }
            asked += 1;
        }
        assert!(asked > 50, "{asked}");
    }
}
