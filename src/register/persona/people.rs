//! People and companies of a persona's file: parsed, with every fault named.

use crate::{
    domain::{BirthDate, ComparisonName, CountryCode, DepartmentCode, Siren, Siret, Spi},
    register::{
        address::Address,
        company::{Company, Establishment, lei_key},
        data_ranges as ranges,
        person::{Birthplace, Person, Sex},
        persona::{
            check::Desk,
            raw::{RawAddress, RawBirth, RawCompany, RawEstablishment, RawPerson, Text},
        },
    },
};
use toml::Spanned;

/// The person, unless something of theirs is wrong.
pub(super) fn person(desk: &mut Desk<'_>, raw: &RawPerson) -> Option<Person> {
    let spi = match &raw.spi {
        Some(text) => spi(desk, text).map(Some),
        None => Some(None),
    };
    let birth_name = name(desk, "birth_name", &raw.birth_name);
    let usage_name = raw.usage_name.as_ref().map_or(Some(None), |text| name(desk, "usage_name", text).map(Some));
    let first_names = first_names(desk, &raw.first_names);
    let sex = Sex::from_code(*raw.sex.get_ref());
    if sex.is_none() {
        desk.refuse("sex", &raw.sex, "expected 1 (male), 2 (female), 3 (unknown) or 4 (not defined)");
    }
    let birth = birth(desk, &raw.birth);
    let death = match (&raw.death, &birth) {
        (None, _) => Some(None),
        (Some(text), None) => desk.day("death", text).map(Some),
        (Some(text), Some((born, _))) => {
            let day = desk.day("death", text);
            desk.keep(
                day,
                "death",
                text,
                |day| *day >= born.earliest(),
                format!("the death is before the birth, {born}"),
            )
            .map(Some)
        }
    };
    let address = address(desk, &raw.address);
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

/// The company, without its owner; unless something of it is wrong.
pub(super) fn company(desk: &mut Desk<'_>, raw: &RawCompany) -> Option<Company> {
    let siren = raw.siren.as_ref().map_or(Some(None), |text| siren(desk, text).map(Some));
    let of_company = siren.flatten();
    let establishments: Vec<_> =
        raw.establishments.get_ref().iter().map(|raw| establishment(desk, raw, of_company)).collect();
    if establishments.is_empty() {
        desk.refuse("establishments", &raw.establishments, "a company has one establishment at least, its head office");
        return None;
    }
    let rna = prefixed(desk, "rna", raw.rna.as_ref(), ranges::RNA_PREFIX, 10);
    let copro = prefixed(desk, "copro", raw.copro.as_ref(), ranges::COPRO_PREFIX, 9);
    let lei = prefixed(desk, "lei", raw.lei.as_ref(), ranges::LEI_PREFIX, 20);
    if let (Some(Some(lei)), Some(text)) = (&lei, &raw.lei)
        && let Some((body, key)) = lei.split_at_checked(18)
        && key.parse() != Ok(lei_key(body))
    {
        let hint = format!("with these 18 characters it is {body}{:02}", lei_key(body));
        desk.refuse_with_hint("lei", text, "the check digits do not match (ISO 17442, modulo 97)", hint);
    }
    let name = designation(desk, "name", &raw.name);
    let sigle = raw.sigle.as_ref().map_or(Some(None), |text| designation(desk, "sigle", text).map(Some));
    Some(Company {
        siren: siren?,
        name: name?,
        sigle: sigle?,
        legal_category: *raw.legal_category.get_ref(),
        rna: rna?,
        lei: lei?,
        copro: copro?,
        owner: None,
        establishments: establishments.into_iter().collect::<Option<_>>()?,
    })
}

/// The address: a commune in France and only there.
pub(super) fn address(desk: &mut Desk<'_>, raw: &RawAddress) -> Option<Address> {
    let country = country(desk, raw.country.as_ref());
    let commune = desk.maybe("commune", raw.commune.as_ref());
    if let (Some(country), Some(Some(_)), Some(text)) = (country, commune, &raw.commune)
        && !country.is_france()
    {
        desk.refuse("commune", text, "an address abroad has no commune");
    }
    let postal_code = limited(desk, "postal_code", raw.postal_code.as_ref(), 5);
    let number = limited(desk, "number", raw.number.as_ref(), 4);
    let repetition = match &raw.repetition {
        None => Some(None),
        Some(text) => match text.get_ref().as_str() {
            "B" | "T" | "Q" => Some(text.get_ref().chars().next()),
            _ => {
                desk.refuse("repetition", text, "expected B (bis), T (ter) or Q (quater)");
                None
            }
        },
    };
    let street_type = limited(desk, "street_type", raw.street_type.as_ref(), 4);
    let street = limited(desk, "street", raw.street.as_ref(), 80);
    let complement = limited(desk, "complement", raw.complement.as_ref(), 50);
    Some(Address {
        country: country?,
        commune: commune?,
        postal_code: postal_code?,
        number: number?,
        repetition: repetition?,
        street_type: street_type?,
        street: street?,
        complement: complement?,
    })
}

/// First names in capitals, one at least.
pub(super) fn first_names(desk: &mut Desk<'_>, raw: &Spanned<Vec<String>>) -> Option<Vec<String>> {
    let good = |name: &String| is_civil_name(name) && !name.contains(' ');
    if raw.get_ref().is_empty() || !raw.get_ref().iter().all(good) {
        let message = "expected a list of first names in capitals: letters, hyphens, apostrophes";
        desk.refuse_with_hint("first_names", raw, message, "[\"SP\"] for a person without first names".to_owned());
        return None;
    }
    Some(raw.get_ref().clone())
}

/// A name of a civil status, in capitals.
pub(super) fn name(desk: &mut Desk<'_>, key: &str, text: &Text) -> Option<String> {
    if is_civil_name(text.get_ref()) {
        return Some(text.get_ref().clone());
    }
    desk.refuse(key, text, "expected capitals: letters, spaces, hyphens, apostrophes (PT annexe 10), 70 at most");
    None
}

/// A name of a company, in capitals.
pub(super) fn designation(desk: &mut Desk<'_>, key: &str, text: &Text) -> Option<String> {
    let name = text.get_ref();
    if ComparisonName::new(name).is_some() && *name == name.to_uppercase() && name.chars().count() <= 80 {
        return Some(name.clone());
    }
    desk.refuse(key, text, "expected capitals, 80 characters at most");
    None
}

fn spi(desk: &mut Desk<'_>, text: &Text) -> Option<Spi> {
    let spi: Spi = desk.read("spi", text)?;
    if !spi.has_valid_key() {
        let right = Spi::from_base(spi.base()).map_or_else(String::new, |spi| spi.to_string());
        let message = format!("the key of {spi} is wrong: the last three digits are the first ten modulo 511");
        desk.refuse_with_hint("spi", text, message, format!("with these ten digits it is {right}"));
        return None;
    }
    let range = ranges::SPI_BASES_OF_PERSONAS;
    let message = format!("a persona's SPI has its first ten digits from {} to {}", range.start(), range.end());
    desk.keep(Some(spi), "spi", text, |spi| range.contains(&spi.base()), message)
}

fn siren(desk: &mut Desk<'_>, text: &Text) -> Option<Siren> {
    let siren: Siren = desk.read("siren", text)?;
    let base = ranges::siren_base(&siren)?;
    if !siren.luhn_is_valid() {
        let right = Siren::from_base(base).map_or_else(String::new, |siren| siren.to_string());
        let hint = format!("with these eight digits it is {right}");
        desk.refuse_with_hint("siren", text, format!("{siren} does not satisfy Luhn"), hint);
        return None;
    }
    let range = ranges::SIREN_BASES_OF_PERSONAS;
    let message = format!("a persona's SIREN has its first eight digits from {} to {}", range.start(), range.end());
    desk.keep(Some(siren), "siren", text, |_| range.contains(&base), message)
}

fn establishment(desk: &mut Desk<'_>, raw: &RawEstablishment, siren: Option<Siren>) -> Option<Establishment> {
    let siret: Option<Option<Siret>> = desk.maybe("siret", raw.siret.as_ref());
    let siret = match (siret, &raw.siret) {
        (Some(Some(siret)), Some(text)) => checked_siret(desk, text, siret, siren).map(Some),
        (siret, _) => siret,
    };
    let enseigne = raw.enseigne.as_ref().map_or(Some(None), |text| designation(desk, "enseigne", text).map(Some));
    let address = address(desk, &raw.address);
    Some(Establishment { siret: siret?, enseigne: enseigne?, address: address? })
}

fn checked_siret(desk: &mut Desk<'_>, text: &Text, siret: Siret, siren: Option<Siren>) -> Option<Siret> {
    if siren != Some(siret.siren()) {
        desk.refuse("siret", text, format!("{siret} does not begin with the company's SIREN"));
        return None;
    }
    if !siret.luhn_is_valid() {
        let nic = siret.nic().get(..4).and_then(|nic| nic.parse().ok());
        let right = nic.and_then(|nic| Siret::from_siren(siret.siren(), nic));
        let hint = format!("with these thirteen digits it is {}", right.map_or_else(String::new, |it| it.to_string()));
        desk.refuse_with_hint("siret", text, format!("{siret} does not satisfy Luhn"), hint);
        return None;
    }
    Some(siret)
}

fn birth(desk: &mut Desk<'_>, raw: &RawBirth) -> Option<(BirthDate, Birthplace)> {
    let date: Option<BirthDate> = desk.read("birth.date", &raw.date);
    let country = country(desk, raw.country.as_ref());
    let commune = desk.maybe("birth.commune", raw.commune.as_ref());
    let (date, country, commune) = (date?, country?, commune?);
    let department = commune.map(|commune: crate::domain::CommuneCode| commune.department());
    match (country.is_france(), &raw.commune) {
        (true, None) => {
            desk.refuse("birth.commune", &raw.date, "a birth in France needs its commune");
            return None;
        }
        (false, Some(text)) => {
            desk.refuse("birth.commune", text, "a birth abroad has no commune");
            return None;
        }
        (true, Some(_)) | (false, None) => {}
    }
    if department.is_some_and(|department: DepartmentCode| !department.is_com()) && date.complete().is_none() {
        desk.refuse("birth.date", &raw.date, "a birth in France or a DOM needs its month and day (PT annexe 10)");
        return None;
    }
    Some((date, Birthplace { country, commune }))
}

fn country(desk: &mut Desk<'_>, text: Option<&Text>) -> Option<CountryCode> {
    text.map_or(Some(CountryCode::FRANCE), |text| desk.read("country", text))
}

fn limited(desk: &mut Desk<'_>, key: &str, text: Option<&Text>, most: usize) -> Option<Option<String>> {
    let Some(text) = text else { return Some(None) };
    let value = text.get_ref();
    if value.is_empty() || value.chars().count() > most {
        desk.refuse(key, text, format!("expected 1 to {most} characters"));
        return None;
    }
    Some(Some(value.clone()))
}

fn prefixed(desk: &mut Desk<'_>, key: &str, text: Option<&Text>, prefix: &str, len: usize) -> Option<Option<String>> {
    let Some(text) = text else { return Some(None) };
    let value = text.get_ref();
    let formed = value.len() == len && value.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    if !formed || !value.starts_with(prefix) {
        desk.refuse(key, text, format!("expected {len} digits and capitals that begin with {prefix}, nobody's prefix"));
        return None;
    }
    Some(Some(value.clone()))
}

/// PT annexe 10: letters, spaces, hyphens, apostrophes.
fn is_civil_name(name: &str) -> bool {
    let allowed = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'');
    name.chars().all(allowed)
        && name.chars().count() <= 70
        && *name == name.to_uppercase()
        && ComparisonName::new(name).is_some()
}
