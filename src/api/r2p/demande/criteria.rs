//! From the texts of a query to criteria that can be searched.

use super::Taken;
use crate::{
    api::{
        person::{
            AddressCriteria, Criteria, Given, Misread, PlaceCriteria, PlaceParts, Street,
            birth_date, known_country, known_department, letter,
        },
        r2p::{
            fault::Fault,
            mode::{self, Presence},
            parameter::{
                ADR_CODE_COMMUNE, ADR_CODE_DEPT, ADR_CODE_PAYS, ADR_CODE_TOM,
                ADR_INDICE_REPETITION, ADR_LIBELLE_TYPE_VOIE, ADR_LIBELLE_VOIE, ADR_NUM_VOIE,
                NAIS_CODE_COMMUNE, NAIS_CODE_DEPT, NAIS_CODE_PAYS, NAIS_DATE, NOM, PRENOM, QUERY,
                SEXE,
            },
        },
    },
    domain::{ComparisonName, DepartmentCode, FirstNames},
    register::{Sex, nomenclature::DepartmentKind},
    rights::r2p::Mode,
};

/// The criteria of a query, and the mode that they complete.
pub(super) fn read(given: &Given<'_>, taken: Taken) -> Result<(Mode, Criteria), Fault> {
    let Taken { addresses: takes_addresses, degraded: opens_degraded } = taken;
    if let Some(absent) = [&NOM, &PRENOM].into_iter().find(|parameter| !given.has(parameter)) {
        return Err(Misread::absent(absent).into());
    }
    if let Some(misplaced) =
        QUERY.into_iter().find(|one| one.is_of_address() && !takes_addresses && given.has(one))
    {
        return Err(Fault::Misplaced(misplaced, "/personne/spi ne prend que l'état civil"));
    }
    let name = given.read(&NOM, ComparisonName::new)?.ok_or(Misread::absent(&NOM))?;
    let first_names = given.read(&PRENOM, FirstNames::parse)?.ok_or(Misread::absent(&PRENOM))?;
    let sex = given.read(&SEXE, |text| Sex::from_code(text.parse().ok()?))?;
    let birth = given.read(&NAIS_DATE, birth_date)?;
    let birthplace = PlaceParts {
        country: given.read(&NAIS_CODE_PAYS, known_country)?,
        department: given.read(&NAIS_CODE_DEPT, |text| known_department(text, |_| true))?,
        commune: given.read(&NAIS_CODE_COMMUNE, as_given)?,
    };
    let (home, tom, street) = address(given)?;

    stand_together(given, &birthplace, &home, tom)?;
    let born_abroad = birthplace.country.is_some_and(|country| !country.is_france());
    let presence = Presence {
        has: &|parameter| given.has(parameter),
        born_abroad,
        takes_addresses,
        opens_degraded,
    };
    let mode = mode::completed(&presence).map_err(Fault::Incomplete)?;
    let birthplace = birthplace.place(&NAIS_CODE_DEPT, &NAIS_CODE_COMMUNE)?;
    let home = PlaceParts { department: home.department.or(tom), ..home }
        .place(&ADR_CODE_DEPT, &ADR_CODE_COMMUNE)?;
    let address = AddressCriteria { place: home, ..street };
    let (name, first_names) = (Some(name), Some(first_names));
    Ok((mode, Criteria { name, first_names, sex, birth, birthplace, address }))
}

/// The parts of the address, the TOM apart.
fn address(
    given: &Given<'_>,
) -> Result<(PlaceParts, Option<DepartmentCode>, AddressCriteria), Fault> {
    let country = given.read(&ADR_CODE_PAYS, known_country)?;
    let at_home = |kind| matches!(kind, DepartmentKind::Metropole | DepartmentKind::Dom);
    let department = given.read(&ADR_CODE_DEPT, |text| known_department(text, at_home))?;
    let tom = given
        .read(&ADR_CODE_TOM, |text| known_department(text, |kind| kind == DepartmentKind::Com))?;
    let commune = given.read(&ADR_CODE_COMMUNE, as_given)?;
    let street = AddressCriteria {
        place: PlaceCriteria::default(),
        street_type: given.read(&ADR_LIBELLE_TYPE_VOIE, ComparisonName::new)?,
        street: given
            .read(&ADR_LIBELLE_VOIE, |text| ComparisonName::new(text).map(Street::Name))?,
        number: given.read(&ADR_NUM_VOIE, |text| text.parse().ok())?,
        repetition: given.read(&ADR_INDICE_REPETITION, letter)?,
    };
    Ok((PlaceParts { country, department, commune }, tom, street))
}

/// What cannot be given together: parts of France for another country (as FICOBA's CAF027), an address abroad (as CAF016),
/// a département and a TOM, and a street without département and commune (the Swagger).
fn stand_together(
    given: &Given<'_>,
    birthplace: &PlaceParts,
    home: &PlaceParts,
    tom: Option<DepartmentCode>,
) -> Result<(), Fault> {
    let abroad = |place: &PlaceParts| place.country.is_some_and(|country| !country.is_france());
    let in_france =
        [&NAIS_CODE_DEPT, &NAIS_CODE_COMMUNE].into_iter().find(|parameter| given.has(parameter));
    match in_france {
        Some(parameter) if abroad(birthplace) => {
            Err(Fault::Misplaced(parameter, "réservé au pays 99100"))
        }
        _ if abroad(home) => Err(Fault::Misplaced(
            &ADR_CODE_PAYS,
            "seules les adresses en France, 99100, se recherchent",
        )),
        _ if home.department.is_some() && tom.is_some() => {
            Err(Fault::Misplaced(&ADR_CODE_TOM, "adrCodeDept est donné aussi"))
        }
        _ if given.has(&ADR_LIBELLE_VOIE)
            && (home.department.is_none() || home.commune.is_none()) =>
        {
            Err(Fault::Misplaced(&ADR_LIBELLE_VOIE, "demande adrCodeDept et adrCodeCommune"))
        }
        _ => Ok(()),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a reader of texts, like its neighbours")]
fn as_given(text: &str) -> Option<String> {
    Some(text.to_owned())
}
