//! Natural persons in a demand: `etatCivil`, with an exact date of birth or an interval.

use super::{
    attribute::{Attribute, AttributeSpec, Presence},
    diagnostics::Diagnostics,
    forms::{self, Longest},
    object::Object,
    places::{self, PlaceTable},
};
use crate::{
    api::ficoba::{
        anomaly::Code,
        search::{Civil, Place},
    },
    domain::{
        BirthCriterion, BirthDate, BirthDateError, BirthInterval, ComparisonName, FirstNames,
    },
    register::Sex,
};

/// Year, month and day of one date.
struct DateTable {
    year: &'static Attribute<u16>,
    month: &'static Attribute<Option<u8>>,
    day: &'static Attribute<Option<u8>>,
}

/// What is given of a date, unknown parts left out.
struct Parts {
    year: Option<u16>,
    month: Option<u8>,
    day: Option<u8>,
    /// Whether something was sent for the year, good or not.
    has_year: bool,
    /// Whether something was sent for any part.
    given: bool,
}

/// The person of perPhy's criteria (PT 6.3.2).
pub(super) fn searched(diagnostics: &mut Diagnostics, criteria: &Object<'_>) -> Option<Civil> {
    let status = diagnostics.open(criteria, &ETAT_CIVIL);
    let name = status.and_then(|status| diagnostics.take(status, &NAME));
    let first_names = status.and_then(|status| diagnostics.take(status, &FIRST_NAMES));
    let sex = status.and_then(|status| diagnostics.take(status, &SEX));
    let exact = status.map(|status| BIRTH.read(diagnostics, status));
    let bounds =
        status.map(|status| [FIRST.read(diagnostics, status), LAST.read(diagnostics, status)]);
    let place = diagnostics.open_if_given(criteria, &places::LIEU_NAISSANCE);
    let birthplace =
        place.map(|place| places::BIRTHPLACE.read(diagnostics, place)).unwrap_or_default();
    let home = diagnostics.open_if_given(criteria, &places::DOMICILIATION);
    let address = home.map(|home| places::domicile(diagnostics, home, &places::ADDRESS));
    let dates = exact.zip(bounds);
    if dates
        .as_ref()
        .is_some_and(|(exact, [first, last])| exact.given && (first.given || last.given))
    {
        diagnostics.broken(Code::Caf012);
    }
    let domicile = address.as_ref().map(|home| home.place).unwrap_or_default();
    in_france(diagnostics, place, &birthplace, &places::BIRTHPLACE);
    in_france(diagnostics, home, &domicile, &places::ADDRESS);
    if is_abroad(&domicile) {
        diagnostics.broken(Code::Caf016);
    }
    let birth =
        dates.and_then(|(exact, bounds)| searched_birth(diagnostics, &exact, &bounds, &birthplace));
    Some(Civil { name: name?, first_names, sex, birth: birth?, birthplace, address })
}

/// The person of verifIban's and multiDet's criteria: all mandatory but sex, month and day (PT 7.3.2, 8.3.2).
pub(super) fn identified(
    diagnostics: &mut Diagnostics,
    criteria: &Object<'_>,
    etat_civil: &'static AttributeSpec,
) -> Option<Civil> {
    let status = diagnostics.open(criteria, etat_civil);
    let name = status.and_then(|status| diagnostics.take(status, &NAME));
    let first_names = status.and_then(|status| diagnostics.take(status, &ALL_FIRST_NAMES));
    let sex = status.and_then(|status| diagnostics.take(status, &SEX));
    let parts = status.map(|status| CERTAIN_BIRTH.read(diagnostics, status));
    let place = diagnostics.open(criteria, &places::LIEU_NAISSANCE_COMPLET);
    let birthplace =
        place.map(|place| places::WHOLE_BIRTHPLACE.read(diagnostics, place)).unwrap_or_default();
    let birth = parts.and_then(|parts| exact_birth(diagnostics, &parts, &birthplace));
    Some(Civil {
        name: name?,
        first_names: Some(first_names?),
        sex,
        birth: BirthCriterion::Exact(birth?),
        birthplace,
        address: None,
    })
}

impl DateTable {
    fn read(&self, diagnostics: &mut Diagnostics, from: &Object<'_>) -> Parts {
        let given = |entry: &AttributeSpec| from.gives(entry.key);
        Parts {
            has_year: given(&self.year.entry),
            given: given(&self.year.entry) || given(&self.month.entry) || given(&self.day.entry),
            year: diagnostics.take(from, self.year),
            month: diagnostics.take(from, self.month).flatten(),
            day: diagnostics.take(from, self.day).flatten(),
        }
    }
}

/// An exact date or an interval.
fn searched_birth(
    diagnostics: &mut Diagnostics,
    exact: &Parts,
    [first, last]: &[Parts; 2],
    birthplace: &Place,
) -> Option<BirthCriterion> {
    let interval_given = first.given || last.given;
    if !exact.has_year && !interval_given {
        diagnostics
            .absent_entry(&BIRTH_YEAR.entry, "l'année de naissance, ou un intervalle de dates");
    }
    if exact.has_year || !interval_given {
        return exact_birth(diagnostics, exact, birthplace).map(BirthCriterion::Exact);
    }
    let first = bound(diagnostics, first, &FIRST);
    let last = bound(diagnostics, last, &LAST);
    match BirthInterval::new(first?, last?) {
        Ok(interval) => {
            diagnostics.within(interval);
            Some(BirthCriterion::Interval(interval))
        }
        Err(_) => {
            diagnostics
                .malformed(&LAST_YEAR.entry, "une fin d'intervalle qui n'est pas avant son début");
            None
        }
    }
}

/// The exact date of birth: whole for a birth in France (CAF035). A day without its month is no date elsewhere.
fn exact_birth(
    diagnostics: &mut Diagnostics,
    parts: &Parts,
    birthplace: &Place,
) -> Option<BirthDate> {
    let Parts { year, month, day, .. } = *parts;
    if (month.is_none() || day.is_none()) && places::asks_for_a_whole_date(birthplace) {
        diagnostics.broken(Code::Caf035);
        return date(diagnostics, year?, month, None, &BIRTH);
    }
    date(diagnostics, year?, month, day, &BIRTH)
}

/// One end of an interval.
fn bound(diagnostics: &mut Diagnostics, parts: &Parts, table: &DateTable) -> Option<BirthDate> {
    if !parts.has_year {
        diagnostics
            .absent_entry(&table.year.entry, "l'année de chacun des deux bouts de l'intervalle");
    }
    date(diagnostics, parts.year?, parts.month, parts.day, table)
}

fn date(
    diagnostics: &mut Diagnostics,
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
    table: &DateTable,
) -> Option<BirthDate> {
    match BirthDate::new(year, month, day) {
        Ok(date) => {
            diagnostics.dated(&table.year.entry, date.earliest());
            return Some(date);
        }
        Err(BirthDateError::Year) => {
            diagnostics.malformed(&table.year.entry, table.year.entry.expected())
        }
        Err(BirthDateError::Month | BirthDateError::DayWithoutMonth) => {
            diagnostics.malformed(&table.month.entry, "un mois connu quand le jour est donné")
        }
        Err(BirthDateError::Day | BirthDateError::NoSuchDay | BirthDateError::Form) => {
            diagnostics.malformed(&table.day.entry, "un jour qui existe dans ce mois");
        }
    }
    None
}

/// A département or a commune belongs to France (CAF027).
fn in_france(
    diagnostics: &mut Diagnostics,
    given: Option<&Object<'_>>,
    place: &Place,
    table: &PlaceTable,
) {
    if is_abroad(place) && given.is_some_and(|given| places::has_part_of_france(given, table)) {
        diagnostics.broken(Code::Caf027);
    }
}

fn is_abroad(place: &Place) -> bool {
    place.country.is_some_and(|country| !country.is_france())
}

/// `etatCivil` of perPhy.
pub(super) static ETAT_CIVIL: AttributeSpec = AttributeSpec::structure(
    "etatCivil",
    "État civil",
    Presence::Required,
    "EtatCivil",
    &[
        &BIRTH_YEAR.entry,
        &BIRTH_MONTH.entry,
        &BIRTH_DAY.entry,
        &FIRST_YEAR.entry,
        &FIRST_MONTH.entry,
        &FIRST_DAY.entry,
        &LAST_YEAR.entry,
        &LAST_MONTH.entry,
        &LAST_DAY.entry,
        &NAME.entry,
        &FIRST_NAMES.entry,
        &SEX.entry,
    ],
);

/// `etatCivil` of verifIban and multiDet.
pub(super) static ETAT_CIVIL_TITULAIRE: AttributeSpec = AttributeSpec::structure(
    "etatCivil",
    "État civil",
    Presence::When("obligatoire pour une personne physique"),
    "EtatCivilTitulaire",
    &[
        &NAME.entry,
        &ALL_FIRST_NAMES.entry,
        &SEX.entry,
        &CERTAIN_YEAR.entry,
        &BIRTH_MONTH.entry,
        &BIRTH_DAY.entry,
    ],
);

const WITHOUT_INTERVAL: &str = "obligatoire sans intervalle de dates de naissance";
const WITHOUT_YEAR: &str = "obligatoire sans année de naissance exacte";
const WHOLE_DATE: &str = "obligatoire pour une naissance en métropole ou dans un DOM";

static NAME: Attribute<ComparisonName> =
    Attribute::required("nom", "Nom de naissance", forms::name(Longest::Eighty, "VALBRUNE"));
static FIRST_NAMES: Attribute<FirstNames> =
    Attribute::optional("prenoms", "Prénoms", forms::first_names(Longest::Seventy));
static ALL_FIRST_NAMES: Attribute<FirstNames> =
    Attribute::required("prenoms", "Prénoms", forms::first_names(Longest::Eighty));
static SEX: Attribute<Sex> = Attribute::optional("sexe", "Sexe", forms::SEX);

static BIRTH: DateTable = DateTable { year: &BIRTH_YEAR, month: &BIRTH_MONTH, day: &BIRTH_DAY };
static CERTAIN_BIRTH: DateTable =
    DateTable { year: &CERTAIN_YEAR, month: &BIRTH_MONTH, day: &BIRTH_DAY };
static FIRST: DateTable = DateTable { year: &FIRST_YEAR, month: &FIRST_MONTH, day: &FIRST_DAY };
static LAST: DateTable = DateTable { year: &LAST_YEAR, month: &LAST_MONTH, day: &LAST_DAY };

static BIRTH_YEAR: Attribute<u16> =
    Attribute::when("anneeNaissance", "Année de naissance", WITHOUT_INTERVAL, forms::YEAR);
static CERTAIN_YEAR: Attribute<u16> =
    Attribute::required("anneeNaissance", "Année de naissance", forms::YEAR);
static BIRTH_MONTH: Attribute<Option<u8>> =
    Attribute::when("moisNaissance", "Mois de naissance", WHOLE_DATE, forms::MONTH);
static BIRTH_DAY: Attribute<Option<u8>> =
    Attribute::when("jourNaissance", "Jour de naissance", WHOLE_DATE, forms::DAY);
static FIRST_YEAR: Attribute<u16> = Attribute::when(
    "anneeNaissanceDebut",
    "Année de naissance de début",
    WITHOUT_YEAR,
    forms::YEAR,
);
static FIRST_MONTH: Attribute<Option<u8>> =
    Attribute::optional("moisNaissanceDebut", "Mois de naissance de début", forms::MONTH);
static FIRST_DAY: Attribute<Option<u8>> =
    Attribute::optional("jourNaissanceDebut", "Jour de naissance de début", forms::DAY);
static LAST_YEAR: Attribute<u16> =
    Attribute::when("anneeNaissanceFin", "Année de naissance de fin", WITHOUT_YEAR, forms::YEAR);
static LAST_MONTH: Attribute<Option<u8>> =
    Attribute::optional("moisNaissanceFin", "Mois de naissance de fin", forms::MONTH);
static LAST_DAY: Attribute<Option<u8>> =
    Attribute::optional("jourNaissanceFin", "Jour de naissance de fin", forms::DAY);
