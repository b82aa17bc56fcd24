//! What a request asks: parsed here and nowhere else.
//!
//! Order of the faults (*decision*, as the file has none): the headers, 02GA's path, the form of each parameter in the published
//! order, what cannot stand together, then whether the whole names somebody.

use jiff::civil::Date;

use super::{
    fault::Fault,
    parameter::{
        ADR_CODE_COMMUNE, ADR_CODE_DEPT, ADR_CODE_PAYS, ADR_CODE_VOIE, ADR_INDICE_REPETITION,
        ADR_LIBELLE_VOIE, ADR_NUM_VOIE, ANNREV, BAREME, DEPARTEMENT, NAIS_CODE_COMMUNE,
        NAIS_CODE_DEPT, NAIS_CODE_PAYS, NAIS_DATE, NOM, PRENOM, SEXE, SPI,
    },
};
use crate::{
    api::person::{
        AddressCriteria, Criteria, Expected, Given, Misread, Parameter, ParameterFault,
        PlaceCriteria, PlaceParts, Plus, Street, birth_date, decode, known_country,
        known_department, letter, padded_department,
    },
    domain::{ComparisonName, FirstNames, Spi},
    register::{
        Sex, nomenclature,
        tax::lep::{FIRST_SCALE, Zone},
    },
};

/// By what a person is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PersonDemande {
    /// The SPI decides; the criteria must be the person's too.
    pub(super) spi: Option<Spi>,
    pub(super) criteria: Criteria,
}

/// 02GA's path: by which scale, and for which income.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    pub(super) zone: Zone,
    pub(super) year: u16,
    pub(super) income_year: u16,
}

impl Scale {
    /// What the segments say, on this day: a département of today's, the scale of a year until the current one, the income of one of
    /// the two years before the scale's (CMF, L221-15).
    pub(super) fn read<'a>(
        segment: impl Fn(&str) -> Option<&'a str>,
        today: Date,
    ) -> Result<Self, Fault> {
        let text = |parameter: &'static Parameter| {
            let text = segment(parameter.name).and_then(|text| decode(text, Plus::Itself));
            let misread = Fault::from(wrong(parameter, Expected::Form));
            text.filter(|text| parameter.form.admits(text)).ok_or(misread)
        };
        let department = padded_department(&text(&DEPARTEMENT)?)
            .filter(|code| nomenclature::departments().iter().any(|one| one.code == code.as_str()))
            .ok_or_else(|| wrong(&DEPARTEMENT, Expected::Nomenclature))?;
        let year = |parameter| -> Result<u16, Fault> {
            let misread = wrong(parameter, Expected::Form);
            text(parameter)?.parse().map_err(|_| misread.into())
        };
        let (scale, income_year) = (year(&BAREME)?, year(&ANNREV)?);
        let this_year = today.year().unsigned_abs();
        if !(FIRST_SCALE..=this_year).contains(&scale) {
            return Err(Fault::Impossible(&BAREME, format!("de {FIRST_SCALE} à {this_year}")));
        }
        if ![scale - 1, scale - 2].contains(&income_year) {
            let expected = format!("{} ou {} pour le barème {scale}", scale - 2, scale - 1);
            return Err(Fault::Impossible(&ANNREV, expected));
        }
        Ok(Self { zone: Zone::from_department(department), year: scale, income_year })
    }
}

impl PersonDemande {
    /// Whom the query describes.
    pub(super) fn read(given: &Given<'_>) -> Result<Self, Fault> {
        let name = given.read(&NOM, ComparisonName::new)?;
        let first_names = given.read(&PRENOM, FirstNames::parse)?;
        let sex = given.read(&SEXE, |text| Sex::from_code(text.parse().ok()?))?;
        let birth = given.read(&NAIS_DATE, birth_date)?;
        let birthplace = place(given, [&NAIS_CODE_PAYS, &NAIS_CODE_DEPT, &NAIS_CODE_COMMUNE])?;
        let home = place(given, [&ADR_CODE_PAYS, &ADR_CODE_DEPT, &ADR_CODE_COMMUNE])?;
        given.read(&ADR_CODE_VOIE, |text| Some(text.to_owned()))?;
        let street =
            given.read(&ADR_LIBELLE_VOIE, |text| ComparisonName::new(text).map(Street::Line))?;
        let number = given.read(&ADR_NUM_VOIE, |text| text.parse().ok())?;
        let repetition = given.read(&ADR_INDICE_REPETITION, letter)?;
        let spi: Option<Spi> = given.read(&SPI, |text| text.parse().ok())?;
        if given.has(&ADR_LIBELLE_VOIE) && home.commune.is_none() {
            return Err(Fault::Alone(&ADR_LIBELLE_VOIE, "demande adrCodeDept et adrCodeCommune"));
        }
        if spi.is_none() {
            is_enough(given, &home)?;
        }
        let address =
            AddressCriteria { place: home, street_type: None, street, number, repetition };
        let criteria = Criteria { name, first_names, sex, birth, birthplace, address };
        Ok(Self { spi, criteria })
    }
}

/// Without an SPI: names, and a date of birth or an address down to the commune (*decision*; the modes are those of CGU V4.0, 4).
fn is_enough(given: &Given<'_>, home: &PlaceCriteria) -> Result<(), Fault> {
    let lacking = match (given.has(&NOM), given.has(&PRENOM)) {
        (false, _) => "nom (ou spi)",
        (true, false) => "prenom (ou spi)",
        (true, true) if !given.has(&NAIS_DATE) && home.commune.is_none() => {
            "naisDate, ou adrCodeDept et adrCodeCommune, ou spi"
        }
        (true, true) => return Ok(()),
    };
    Err(Fault::Lacking(lacking))
}

/// A place, whose parts in France are for France only.
fn place(
    given: &Given<'_>,
    [country, department, commune]: [&'static Parameter; 3],
) -> Result<PlaceCriteria, Fault> {
    let reading = PlaceParts {
        country: given.read(country, known_country)?,
        department: given.read(department, |text| known_department(text, |_| true))?,
        commune: given.read(commune, |text| Some(text.to_owned()))?,
    };
    let abroad = reading.country.is_some_and(|country| !country.is_france());
    let inside = [department, commune].into_iter().find(|parameter| given.has(parameter));
    if let (true, Some(parameter)) = (abroad, inside) {
        return Err(Fault::Alone(parameter, "réservé au pays 99100"));
    }
    Ok(reading.place(department, commune)?)
}

fn wrong(parameter: &'static Parameter, expected: Expected) -> Misread {
    Misread { parameter, wrong: ParameterFault::Expected(expected) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::api::sfip::parameter::QUERY;

    fn scale(departement: &str, bareme: &str, annrev: &str) -> Result<Scale, String> {
        let segment = |name: &str| match name {
            "departement" => Some(departement),
            "bareme" => Some(bareme),
            "annrev" => Some(annrev),
            _ => None,
        };
        Scale::read(segment, date(2026, 11, 22)).map_err(|fault| fault.facts().sentence())
    }

    fn demande(query: &str) -> Result<PersonDemande, String> {
        PersonDemande::read(&Given::from_query(query, &QUERY))
            .map_err(|fault| fault.facts().sentence())
    }

    #[test]
    fn a_scale_is_of_a_known_year_and_one_of_the_two_incomes_before_it() {
        let read = scale("380", "2026", "2025").unwrap();
        assert_eq!((read.zone, read.year, read.income_year), (Zone::Metropole, 2026, 2025));
        assert_eq!(scale("973", "2022", "2020").unwrap().zone, Zone::Guyane);
        for (departement, bareme, annrev, named) in [
            ("38", "2026", "2025", "departement"),
            ("990", "2026", "2025", "departement"),
            ("380", "2027", "2025", "bareme"),
            ("380", "2020", "2019", "bareme"),
            ("380", "26", "2025", "bareme"),
            ("380", "2026", "2023", "annrev"),
            ("380", "2026", "2026", "annrev"),
            ("380", "2026", "vingt", "annrev"),
        ] {
            let reason = scale(departement, bareme, annrev).unwrap_err();
            assert!(reason.starts_with(named), "{departement} {bareme} {annrev}: {reason}");
        }
    }

    #[test]
    fn an_spi_is_enough_or_names_with_a_birth_or_an_address() {
        for query in [
            "spi=3990000101192",
            "spi=3990000101192&naisDate=12/04/1985",
            "nom=VALBRUNE&prenom=Celine&naisDate=1985",
            "nom=VALBRUNE&prenom=Celine&adrCodeDept=38&adrCodeCommune=185",
        ] {
            assert!(demande(query).is_ok(), "{query}");
        }
        for (query, reason) in [
            ("", "La personne n'est pas désignée : il manque nom (ou spi)"),
            ("nom=VALBRUNE", "La personne n'est pas désignée : il manque prenom (ou spi)"),
            (
                "nom=A&prenom=B",
                "La personne n'est pas désignée : il manque naisDate, ou adrCodeDept",
            ),
            (
                "nom=A&prenom=B&sexe=1&adrCodeDept=38",
                "La personne n'est pas désignée : il manque naisDate",
            ),
            ("spi=399000010119", "spi : 13 chiffres"),
            ("spi=3990000101192&naisDate=1985-04-12", "naisDate : AAAA"),
            ("spi=3990000101192&spi=3990000101192", "spi : une seule valeur"),
            (
                "spi=3990000101192&adrLibelleVoie=RUE",
                "Le paramètre adrLibelleVoie n'est pas admis ici : demande",
            ),
            ("spi=3990000101192&naisCodeCommune=185", "naisCodeDept : obligatoire"),
            (
                "spi=3990000101192&naisCodePays=99109&naisCodeDept=38",
                "Le paramètre naisCodeDept n'est pas admis ici : réservé",
            ),
            ("spi=3990000101192&adrCodeVoie=12345", "adrCodeVoie : 4"),
        ] {
            let found = demande(query).unwrap_err();
            assert!(found.starts_with(reason), "{query}: {found}");
        }
    }
}
