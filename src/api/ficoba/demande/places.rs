//! Places in a demand: `lieuNaissance` and `domiciliation`.
//!
//! FICOBA parts an INSEE code in département and commune, 2 + 3, and 3 + 2 overseas (PT annexe 10). A pair that INSEE's
//! list neither holds nor held is CAF039 (birth) or CAF041 (address); a département without a commune that nobody knows is
//! CAF002 (*decision*: annexe 9 has no code for it).

use super::{
    attribute::{Attribute, AttributeSpec, Presence},
    diagnostics::Diagnostics,
    forms::{self, Longest},
    object::Object,
};
use crate::{
    api::ficoba::{
        anomaly::Code,
        search::{Domicile, Place},
    },
    domain::{CommuneCode, ComparisonName, CountryCode, DepartmentCode},
    register::nomenclature,
};

/// Country, département and commune of a structure, and what its search asks of them.
pub(super) struct PlaceTable {
    country: &'static Attribute<CountryCode>,
    department: &'static Attribute<DepartmentCode>,
    commune: &'static Attribute<String>,
    /// The code of a commune of no list.
    unknown: Code,
    /// Whether département and commune must be there in France.
    whole_in_france: bool,
}

impl PlaceTable {
    /// What is given of the place; faults are noted.
    pub(super) fn read(&self, diagnostics: &mut Diagnostics, from: &Object<'_>) -> Place {
        let country = diagnostics.take(from, self.country);
        let department = diagnostics.take(from, self.department);
        let number = diagnostics.take(from, self.commune);
        if self.whole_in_france && country.is_some_and(|country| country.is_france()) {
            self.ask_for_the_rest(diagnostics, from);
        }
        let commune = self.commune(diagnostics, from, department, number);
        Place { country, department, commune }
    }

    /// Département and commune, where the search asks for them in France.
    fn ask_for_the_rest(&self, diagnostics: &mut Diagnostics, from: &Object<'_>) {
        for entry in [&self.department.entry, &self.commune.entry] {
            if !from.gives(entry.key) {
                diagnostics.absent_entry(entry, "obligatoire quand le pays est la France (99100)");
            }
        }
    }

    fn commune(
        &self,
        diagnostics: &mut Diagnostics,
        from: &Object<'_>,
        department: Option<DepartmentCode>,
        number: Option<String>,
    ) -> Option<CommuneCode> {
        let Some(department) = department else {
            // A commune's digits mean nothing without their département (*decision*).
            if number.is_some() && !from.gives(self.department.entry.key) {
                let beside = "à donner avec le code de la commune, qui ne suffit pas seul";
                diagnostics.absent_entry(&self.department.entry, beside);
            }
            return None;
        };
        let Some(number) = number else {
            if !from.gives(self.commune.entry.key)
                && nomenclature::department(department.as_str()).is_none()
            {
                diagnostics.malformed(&self.department.entry, "un département connu de l'INSEE");
            }
            return None;
        };
        match CommuneCode::from_ficoba_parts(department, &number) {
            Ok(commune) if nomenclature::commune(commune.as_str()).is_some() => {
                return Some(commune);
            }
            Ok(_) => diagnostics.refused(self.unknown, &self.commune.entry, None),
            Err(_) => diagnostics.malformed(
                &self.commune.entry,
                "3 chiffres en métropole, 2 dans un département ou un territoire d'outre-mer",
            ),
        }
        None
    }
}

/// Whether FICOBA asks for the whole date of a birth there: France and the DOM, never a COM, a former colony, or a place
/// that is not given (CAF035; PT annexe 10).
pub(super) fn asks_for_a_whole_date(birthplace: &Place) -> bool {
    let Place { country, department, commune } = birthplace;
    let (Some(country), Some(department)) = (country, department) else { return false };
    let former = commune.and_then(|commune| nomenclature::commune(commune.as_str())?.today());
    let abroad_today = former.is_some_and(|today| today.starts_with("99"));
    country.is_france() && (department.is_metropolitan() || department.is_dom()) && !abroad_today
}

/// What is given of an address; faults are noted.
pub(super) fn domicile(
    diagnostics: &mut Diagnostics,
    from: &Object<'_>,
    table: &PlaceTable,
) -> Domicile {
    Domicile {
        place: table.read(diagnostics, from),
        street_type: diagnostics.take(from, &STREET_TYPE),
        street: diagnostics.take(from, &STREET),
        number: diagnostics.take(from, &STREET_NUMBER),
        repetition: diagnostics.take(from, &REPETITION),
        postal_code: diagnostics.take(from, &POSTAL_CODE),
    }
}

/// Whether more than the country is given.
pub(super) fn has_part_of_france(from: &Object<'_>, table: &PlaceTable) -> bool {
    from.gives(table.department.entry.key) || from.gives(table.commune.entry.key)
}

/// `lieuNaissance` of perPhy: the country, and the rest at will.
pub(super) static BIRTHPLACE: PlaceTable = PlaceTable {
    country: &BIRTH_COUNTRY,
    department: &BIRTH_DEPARTMENT,
    commune: &BIRTH_COMMUNE,
    unknown: Code::Caf039,
    whole_in_france: false,
};

/// `lieuNaissance` of verifIban and multiDet: for a birth in France, all of it.
pub(super) static WHOLE_BIRTHPLACE: PlaceTable = PlaceTable {
    country: &BIRTH_COUNTRY,
    department: &BIRTH_DEPARTMENT_IN_FRANCE,
    commune: &BIRTH_COMMUNE_IN_FRANCE,
    unknown: Code::Caf039,
    whole_in_france: true,
};

/// `domiciliation` of perPhy and perPro: the country, and the rest at will.
pub(super) static ADDRESS: PlaceTable = PlaceTable {
    country: &COUNTRY,
    department: &DEPARTMENT,
    commune: &COMMUNE,
    unknown: Code::Caf041,
    whole_in_france: false,
};

/// `domiciliation` of multiDet for a natural person: all at will.
pub(super) static FREE_ADDRESS: PlaceTable = PlaceTable {
    country: &FREE_COUNTRY,
    department: &DEPARTMENT,
    commune: &COMMUNE,
    unknown: Code::Caf041,
    whole_in_france: false,
};

/// `domiciliation` of multiDet for a legal person: the country, and in France département and commune.
pub(super) static WHOLE_ADDRESS: PlaceTable = PlaceTable {
    country: &COUNTRY,
    department: &DEPARTMENT_IN_FRANCE,
    commune: &COMMUNE_IN_FRANCE,
    unknown: Code::Caf041,
    whole_in_france: true,
};

/// The structure of [`BIRTHPLACE`].
pub(super) static LIEU_NAISSANCE: AttributeSpec = AttributeSpec::structure(
    "lieuNaissance",
    "Lieu de naissance",
    Presence::Optional,
    "LieuNaissance",
    &[&BIRTH_COUNTRY.entry, &BIRTH_DEPARTMENT.entry, &BIRTH_COMMUNE.entry],
);

/// The structure of [`WHOLE_BIRTHPLACE`].
pub(super) static LIEU_NAISSANCE_COMPLET: AttributeSpec = AttributeSpec::structure(
    "lieuNaissance",
    "Lieu de naissance",
    Presence::When("obligatoire pour une personne physique"),
    "LieuNaissance",
    &[&BIRTH_COUNTRY.entry, &BIRTH_DEPARTMENT_IN_FRANCE.entry, &BIRTH_COMMUNE_IN_FRANCE.entry],
);

/// The structure of [`ADDRESS`].
pub(super) static DOMICILIATION: AttributeSpec = AttributeSpec::structure(
    "domiciliation",
    "Domiciliation",
    Presence::Optional,
    "Domiciliation",
    &[
        &COUNTRY.entry,
        &DEPARTMENT.entry,
        &COMMUNE.entry,
        &STREET_TYPE.entry,
        &STREET.entry,
        &STREET_NUMBER.entry,
        &REPETITION.entry,
        &POSTAL_CODE.entry,
    ],
);

/// The structure of [`FREE_ADDRESS`].
pub(super) static DOMICILIATION_LIBRE: AttributeSpec = AttributeSpec::structure(
    "domiciliation",
    "Domiciliation",
    Presence::Optional,
    "Domiciliation",
    &[
        &FREE_COUNTRY.entry,
        &DEPARTMENT.entry,
        &COMMUNE.entry,
        &STREET_TYPE.entry,
        &STREET.entry,
        &STREET_NUMBER.entry,
        &REPETITION.entry,
        &POSTAL_CODE.entry,
    ],
);

/// The structure of [`WHOLE_ADDRESS`].
pub(super) static DOMICILIATION_COMPLETE: AttributeSpec = AttributeSpec::structure(
    "domiciliation",
    "Domiciliation",
    Presence::When("obligatoire pour une personne morale"),
    "Domiciliation",
    &[
        &COUNTRY.entry,
        &DEPARTMENT_IN_FRANCE.entry,
        &COMMUNE_IN_FRANCE.entry,
        &STREET_TYPE.entry,
        &STREET.entry,
        &STREET_NUMBER.entry,
        &REPETITION.entry,
        &POSTAL_CODE.entry,
    ],
);

const IN_FRANCE: &str = "obligatoire si le pays est 99100";

static BIRTH_COUNTRY: Attribute<CountryCode> =
    Attribute::required("codePaysNaissance", "Code pays de naissance", forms::COUNTRY_OF_BIRTH);
static BIRTH_DEPARTMENT: Attribute<DepartmentCode> = Attribute::optional(
    "codeDepartementNaissance",
    "Code département de naissance",
    forms::DEPARTMENT,
);
static BIRTH_COMMUNE: Attribute<String> =
    Attribute::optional("codeCommuneNaissance", "Code commune de naissance", forms::COMMUNE);
static BIRTH_DEPARTMENT_IN_FRANCE: Attribute<DepartmentCode> = Attribute::when(
    "codeDepartementNaissance",
    "Code département de naissance",
    IN_FRANCE,
    forms::DEPARTMENT,
);
static BIRTH_COMMUNE_IN_FRANCE: Attribute<String> =
    Attribute::when("codeCommuneNaissance", "Code commune de naissance", IN_FRANCE, forms::COMMUNE);
static COUNTRY: Attribute<CountryCode> =
    Attribute::required("codePays", "Code pays de résidence", forms::COUNTRY_OF_ADDRESS);
static FREE_COUNTRY: Attribute<CountryCode> =
    Attribute::optional("codePays", "Code pays de résidence", forms::COUNTRY_OF_ADDRESS);
static DEPARTMENT: Attribute<DepartmentCode> =
    Attribute::optional("codeDepartement", "Code département de résidence", forms::DEPARTMENT);
static COMMUNE: Attribute<String> =
    Attribute::optional("codeCommune", "Code commune de résidence", forms::COMMUNE);
static DEPARTMENT_IN_FRANCE: Attribute<DepartmentCode> = Attribute::when(
    "codeDepartement",
    "Code département de résidence",
    IN_FRANCE,
    forms::DEPARTMENT,
);
static COMMUNE_IN_FRANCE: Attribute<String> =
    Attribute::when("codeCommune", "Code commune de résidence", IN_FRANCE, forms::COMMUNE);
static STREET_TYPE: Attribute<String> =
    Attribute::optional("codeNatureVoie", "Code nature de voie", forms::STREET_TYPE);
static STREET: Attribute<ComparisonName> = Attribute::optional(
    "libelleVoie",
    "Libellé de la voie",
    forms::name(Longest::Eighty, "DES GLYCINES"),
);
static STREET_NUMBER: Attribute<String> =
    Attribute::optional("numeroVoie", "Numéro de voie", forms::STREET_NUMBER);
static REPETITION: Attribute<char> =
    Attribute::optional("indiceRepetition", "Indice de répétition", forms::REPETITION);
static POSTAL_CODE: Attribute<String> =
    Attribute::optional("codePostal", "Code postal", forms::POSTAL_CODE);
