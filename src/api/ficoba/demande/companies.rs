//! Legal persons in a demand: `designation`, and `siret` or `siren`.

use super::{
    attribute::{Attribute, AttributeSpec, Presence},
    diagnostics::Diagnostics,
    forms::{self, Longest},
    object::Object,
    places,
};
use crate::{
    api::ficoba::{
        anomaly::Code,
        search::{Named, Number},
    },
    domain::{ComparisonName, Siren, Siret},
};

/// The company of perPro's criteria: one of its names at least (PT 5.3.2.1).
pub(super) fn searched(diagnostics: &mut Diagnostics, criteria: &Object<'_>) -> Option<Named> {
    let called = diagnostics.open(criteria, &DESIGNATION);
    if called.is_some_and(|called| !NAMES.iter().any(|name| called.gives(name.entry.key))) {
        diagnostics.absent_entry(&NAME.entry, ONE_NAME);
    }
    let [name, sigle, enseigne] =
        NAMES.map(|name| called.and_then(|called| diagnostics.take(called, name)));
    let legal_category = called.and_then(|called| diagnostics.take(called, &LEGAL_CATEGORY));
    let home = diagnostics.open_if_given(criteria, &places::DOMICILIATION);
    let address = home.map(|home| places::domicile(diagnostics, home, &places::ADDRESS));
    let abroad = address
        .as_ref()
        .and_then(|home| home.place.country)
        .is_some_and(|country| !country.is_france());
    if abroad {
        // The département is told before the country (CAF027, then CAF016).
        let in_france = home.is_some_and(|home| places::has_part_of_france(home, &places::ADDRESS));
        diagnostics.broken(if in_france { Code::Caf027 } else { Code::Caf016 });
    }
    called.map(|_| Named { name, sigle, enseigne, legal_category, address })
}

/// The company of verifIban's and multiDet's criteria: registered name and legal category (PT 7.3.2, 8.3.2).
pub(super) fn identified(diagnostics: &mut Diagnostics, criteria: &Object<'_>) -> Option<Named> {
    let called = diagnostics.open(criteria, &DESIGNATION_EXACTE)?;
    let name = diagnostics.take(called, &EXACT_NAME);
    let sigle = diagnostics.take(called, &LONG_SIGLE);
    let enseigne = diagnostics.take(called, &LONG_ENSEIGNE);
    let legal_category = diagnostics.take(called, &EXACT_LEGAL_CATEGORY);
    Some(Named {
        name: Some(name?),
        sigle,
        enseigne,
        legal_category: Some(legal_category?),
        address: None,
    })
}

/// The number of a company: one of the two (CAF010 for both).
pub(super) fn number(diagnostics: &mut Diagnostics, from: &Object<'_>) -> Option<Number> {
    let given = (from.gives(SIRET.entry.key), from.gives(SIREN.entry.key));
    let siret = diagnostics.take(from, &SIRET);
    let siren = diagnostics.take(from, &SIREN);
    match given {
        (false, false) => diagnostics.missing(ONE_OF_THEM, "siret ou siren"),
        (true, true) => diagnostics.broken(Code::Caf010),
        (true, false) | (false, true) => {}
    }
    siret.map(Number::Siret).or(siren.map(Number::Siren))
}

pub(super) static NUMBERS: &[&AttributeSpec] = &[&SIRET.entry, &SIREN.entry];

/// What CAF001 calls them when neither is there.
pub(super) const ONE_OF_THEM: &str = "SIRET ou SIREN";

/// `designation` of perPro.
pub(super) static DESIGNATION: AttributeSpec = AttributeSpec::structure(
    "designation",
    "Désignation",
    Presence::Required,
    "Designation",
    &[&NAME.entry, &SIGLE.entry, &ENSEIGNE.entry, &LEGAL_CATEGORY.entry],
);

/// `designation` of verifIban and multiDet.
pub(super) static DESIGNATION_EXACTE: AttributeSpec = AttributeSpec::structure(
    "designation",
    "Désignation",
    Presence::When("obligatoire pour une personne morale"),
    "Designation",
    &[&EXACT_NAME.entry, &LONG_SIGLE.entry, &LONG_ENSEIGNE.entry, &EXACT_LEGAL_CATEGORY.entry],
);

const ONE_NAME: &str = "une au moins de raisonSociale, sigle et enseigne";
const ONE_NUMBER: &str = "l'un ou l'autre";

static NAMES: [&Attribute<ComparisonName>; 3] = [&NAME, &SIGLE, &ENSEIGNE];
static NAME: Attribute<ComparisonName> = Attribute::when(
    "raisonSociale",
    "Raison sociale",
    ONE_NAME,
    forms::name(Longest::Eighty, "ATELIERS DU PONT LEVIS"),
);
static SIGLE: Attribute<ComparisonName> =
    Attribute::when("sigle", "Sigle", ONE_NAME, forms::name(Longest::Seventy, "APL"));
static ENSEIGNE: Attribute<ComparisonName> = Attribute::when(
    "enseigne",
    "Enseigne",
    ONE_NAME,
    forms::name(Longest::Seventy, "LE PONT LEVIS"),
);
static LEGAL_CATEGORY: Attribute<u16> =
    Attribute::optional("codeCategorieJuridique", "Catégorie juridique", forms::LEGAL_CATEGORY);
static EXACT_NAME: Attribute<ComparisonName> = Attribute::required(
    "raisonSociale",
    "Raison sociale",
    forms::name(Longest::Eighty, "ATELIERS DU PONT LEVIS"),
);
static LONG_SIGLE: Attribute<ComparisonName> =
    Attribute::optional("sigle", "Sigle", forms::name(Longest::Eighty, "APL"));
static LONG_ENSEIGNE: Attribute<ComparisonName> =
    Attribute::optional("enseigne", "Enseigne", forms::name(Longest::Eighty, "LE PONT LEVIS"));
static EXACT_LEGAL_CATEGORY: Attribute<u16> =
    Attribute::required("codeCategorieJuridique", "Catégorie juridique", forms::LEGAL_CATEGORY);
/// The number of an establishment.
pub(super) static SIRET: Attribute<Siret> =
    Attribute::when("siret", "SIRET", ONE_NUMBER, forms::SIRET);
/// The number of a company.
pub(super) static SIREN: Attribute<Siren> =
    Attribute::when("siren", "SIREN", ONE_NUMBER, forms::SIREN);
