//! Whether a record is what the criteria describe. What is not given is not compared.

use super::criteria::{Civil, Domicile, Named, Place};
use crate::{
    domain::{BirthCriterion, CommuneCode, ComparisonName, CountryCode, FirstNames},
    register::{Address, Birthplace, Company, EstablishmentIndex, Person, Sex, nomenclature},
};

/// Whether the person has this civil status; their address is another question.
pub(super) fn is_person(person: &Person, civil: &Civil) -> bool {
    let Civil { name, first_names, sex, birth, birthplace, address: _ } = civil;
    let known = |sex: &Sex| matches!(sex, Sex::Male | Sex::Female);
    person.birth.matches(birth)
        && sex.filter(known).is_none_or(|sex| person.sex == sex)
        && is_born_at(birthplace, person)
        && ComparisonName::new(&person.birth_name).as_ref() == Some(name)
        && first_names.as_ref().is_none_or(|given| {
            FirstNames::parse(&person.first_names.join(" "))
                .is_some_and(|all| all.starts_with(given))
        })
}

/// Whether the company is called so, with this trade name at this establishment.
pub(super) fn is_called(company: &Company, index: EstablishmentIndex, named: &Named) -> bool {
    is_company(company, named) && has_enseigne(company, index, named)
}

/// Whether the company has the names that are the company's own, and the legal category.
pub(super) fn is_company(company: &Company, named: &Named) -> bool {
    let Named { name, sigle, enseigne: _, legal_category, address: _ } = named;
    same_name(name.as_ref(), Some(&company.name))
        && same_name(sigle.as_ref(), company.sigle.as_deref())
        && legal_category.is_none_or(|category| company.legal_category == category)
}

/// Whether the establishment has the trade name.
pub(super) fn has_enseigne(company: &Company, index: EstablishmentIndex, named: &Named) -> bool {
    let held = company.establishment(Some(index)).and_then(|one| one.enseigne.as_deref());
    same_name(named.enseigne.as_ref(), held)
}

/// Whether an address is the one that is given, as far as it is given.
pub(super) fn lives_at(held: &Address, given: &Domicile) -> bool {
    let Domicile { place, street_type, street, number, repetition, postal_code } = given;
    let same = |given: &Option<String>, held: &Option<String>| {
        given
            .as_ref()
            .is_none_or(|given| held.as_ref().is_some_and(|held| held.eq_ignore_ascii_case(given)))
    };
    is_at(place, held.country, held.commune)
        && same(street_type, &held.street_type)
        && number
            .as_ref()
            .is_none_or(|given| held.number.as_ref().is_some_and(|held| same_number(given, held)))
        && same(postal_code, &held.postal_code)
        && repetition.is_none_or(|given| held.repetition == Some(given))
        && same_name(street.as_ref(), held.street.as_deref())
}

/// How much of a civil status the criteria give: of name, first names, sex, year, month and day, country, département and
/// commune of birth, each one ninth.
pub(super) fn score_of_person(civil: &Civil) -> f64 {
    let (month, day) = match civil.birth {
        BirthCriterion::Exact(date) => (date.month().is_some(), date.day().is_some()),
        BirthCriterion::Interval(_) => (false, false),
    };
    let Place { country, department, commune } = civil.birthplace;
    share(&[
        true, // the name
        true, // the year, or an interval of years
        month,
        day,
        civil.first_names.is_some(),
        civil.sex.is_some(),
        country.is_some(),
        department.is_some(),
        commune.is_some(),
    ])
}

/// How much of a company the criteria give: of registered name, acronym or trade name, legal category and address.
pub(super) fn score_of_company(named: &Named) -> f64 {
    let other_name = named.sigle.is_some() || named.enseigne.is_some();
    share(&[
        named.name.is_some(),
        other_name,
        named.legal_category.is_some(),
        named.address.is_some(),
    ])
}

/// The share of what is given, with two decimals.
fn share(given: &[bool]) -> f64 {
    let count = |wanted: &[bool]| {
        u32::try_from(wanted.iter().filter(|one| **one).count()).unwrap_or(u32::MAX)
    };
    let all = u32::try_from(given.len()).unwrap_or(u32::MAX);
    (f64::from(count(given)) / f64::from(all) * 100.0).round() / 100.0
}

/// Whether two numbers in a street are the same: `0012` is 12, in R2P too.
fn same_number(given: &str, held: &str) -> bool {
    let bare = |text: &str| text.trim_start_matches('0').to_ascii_uppercase();
    bare(given) == bare(held)
}

fn same_name(given: Option<&ComparisonName>, held: Option<&str>) -> bool {
    given.is_none_or(|given| held.and_then(ComparisonName::new).as_ref() == Some(given))
}

/// Whether the birth was there, by the code of its day or by today's (PT annexe 10).
fn is_born_at(given: &Place, person: &Person) -> bool {
    let Birthplace { country, commune } = person.birthplace;
    is_at(given, country, commune)
        || nomenclature::birth_codes(country, commune, person.birth)
            .into_iter()
            .any(|(country, commune)| is_at(given, country, commune))
}

fn is_at(given: &Place, country: CountryCode, commune: Option<CommuneCode>) -> bool {
    given.country.is_none_or(|given| given == country)
        && given
            .department
            .is_none_or(|given| commune.is_some_and(|held| held.department() == given))
        && given.commune.is_none_or(|given| {
            commune.is_some_and(|held| nomenclature::lies_in(held.as_str(), given.as_str()))
        })
}
