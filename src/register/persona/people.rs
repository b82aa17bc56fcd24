//! People of a persona's file: parsed, with every fault named.

use toml::Spanned;

use crate::{
    domain::{ComparisonName, Spi},
    register::{
        data_ranges as ranges,
        person::{Person, Sex},
        persona::{
            check::Diagnostics,
            places,
            raw::{RawPerson, Text},
        },
    },
};

/// The person, unless something of theirs is wrong.
pub(super) fn person(diagnostics: &mut Diagnostics<'_>, raw: &RawPerson) -> Option<Person> {
    let spi = match &raw.spi {
        Some(text) => spi(diagnostics, text).map(Some),
        None => Some(None),
    };
    let birth_name = name(diagnostics, "birth_name", &raw.birth_name);
    let usage_name = raw
        .usage_name
        .as_ref()
        .map_or(Some(None), |text| name(diagnostics, "usage_name", text).map(Some));
    let first_names = first_names(diagnostics, &raw.first_names);
    let sex = Sex::from_code(*raw.sex.get_ref());
    if sex.is_none() {
        diagnostics.refuse(
            "sex",
            &raw.sex,
            "expected 1 (male), 2 (female), 3 (unknown) or 4 (not defined)",
        );
    }
    let birth = places::birth(diagnostics, &raw.birth);
    let death = match (&raw.death, &birth) {
        (None, _) => Some(None),
        (Some(text), None) => diagnostics.day("death", text).map(Some),
        (Some(text), Some((born, _))) => {
            let day = diagnostics.day("death", text);
            diagnostics
                .keep(
                    day,
                    "death",
                    text,
                    |day| *day >= born.earliest(),
                    format!("the death is before the birth, {born}"),
                )
                .map(Some)
        }
    };
    let address = places::address(diagnostics, &raw.address);
    let (birth, birthplace) = birth?;
    Some(Person {
        spi: spi?,
        birth_name: birth_name?,
        usage_name: usage_name?,
        first_names: first_names?,
        sex: sex?,
        birth,
        birthplace,
        death: death?,
        address: address?,
        communicable: raw.communicable,
        business: None,
    })
}

/// First names in capitals, one at least.
pub(super) fn first_names(
    diagnostics: &mut Diagnostics<'_>,
    raw: &Spanned<Vec<String>>,
) -> Option<Vec<String>> {
    let good = |name: &String| is_civil_name(name) && !name.contains(' ');
    if raw.get_ref().is_empty() || !raw.get_ref().iter().all(good) {
        let message = "expected a list of first names in capitals: letters, hyphens, apostrophes";
        diagnostics.refuse_with_hint(
            "first_names",
            raw,
            message,
            "[\"SP\"] for a person without first names".to_owned(),
        );
        return None;
    }
    Some(raw.get_ref().clone())
}

/// A name of a civil status, in capitals.
pub(super) fn name(diagnostics: &mut Diagnostics<'_>, key: &str, text: &Text) -> Option<String> {
    if is_civil_name(text.get_ref()) {
        return Some(text.get_ref().clone());
    }
    diagnostics.refuse(
        key,
        text,
        "expected capitals: letters, spaces, hyphens, apostrophes (PT annexe 10), 70 at most",
    );
    None
}

fn spi(diagnostics: &mut Diagnostics<'_>, text: &Text) -> Option<Spi> {
    let spi: Spi = diagnostics.read("spi", text)?;
    if !spi.has_valid_key() {
        let right = Spi::from_base(spi.base()).map_or_else(String::new, |spi| spi.to_string());
        let message = format!(
            "the key of {spi} is wrong: the last three digits are the first ten modulo 511"
        );
        diagnostics.refuse_with_hint(
            "spi",
            text,
            message,
            format!("with these ten digits it is {right}"),
        );
        return None;
    }
    let range = ranges::SPI_BASES_OF_PERSONAS;
    let message = format!(
        "a persona's SPI has its first ten digits from {} to {}",
        range.start(),
        range.end()
    );
    diagnostics.keep(Some(spi), "spi", text, |spi| range.contains(&spi.base()), message)
}

/// PT annexe 10: letters, spaces, hyphens, apostrophes.
fn is_civil_name(name: &str) -> bool {
    let allowed = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'');
    name.chars().all(allowed)
        && name.chars().count() <= 70
        && *name == name.to_uppercase()
        && ComparisonName::new(name).is_some()
}
