//! What a search looks for: only well-formed values, whatever the request they came in.

use crate::{
    domain::{
        BirthCriterion, CommuneCode, ComparisonName, CountryCode, DepartmentCode, FirstNames,
        Siren, Siret,
    },
    register::Sex,
};

/// A natural person.
#[derive(Debug)]
pub(in super::super) struct Civil {
    /// The birth name.
    pub(in super::super) name: ComparisonName,
    pub(in super::super) first_names: Option<FirstNames>,
    pub(in super::super) sex: Option<Sex>,
    /// The date of birth.
    pub(in super::super) birth: BirthCriterion,
    /// The place of birth.
    pub(in super::super) birthplace: Place,
    pub(in super::super) address: Option<Domicile>,
}

/// A place, as far as it is given.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Place {
    pub(in super::super) country: Option<CountryCode>,
    /// The département, or the collectivity overseas.
    pub(in super::super) department: Option<DepartmentCode>,
    pub(in super::super) commune: Option<CommuneCode>,
}

/// An address, as far as it is given.
#[derive(Debug, Default)]
pub(in super::super) struct Domicile {
    /// Country, département and commune.
    pub(in super::super) place: Place,
    /// The type of the street, as `RUE`.
    pub(in super::super) street_type: Option<String>,
    pub(in super::super) street: Option<ComparisonName>,
    /// The number in the street.
    pub(in super::super) number: Option<String>,
    /// `B`, `T`, `Q`.
    pub(in super::super) repetition: Option<char>,
    /// Five digits.
    pub(in super::super) postal_code: Option<String>,
}

/// A legal person by what it is called.
#[derive(Debug)]
pub(in super::super) struct Named {
    /// The registered name.
    pub(in super::super) name: Option<ComparisonName>,
    /// The acronym.
    pub(in super::super) sigle: Option<ComparisonName>,
    /// The trade name of an establishment.
    pub(in super::super) enseigne: Option<ComparisonName>,
    pub(in super::super) legal_category: Option<u16>,
    /// The address of an establishment.
    pub(in super::super) address: Option<Domicile>,
}

/// A legal person by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Number {
    /// All establishments of a company.
    Siren(Siren),
    /// One establishment.
    Siret(Siret),
}

/// Who is looked for, when a search takes any of the three.
#[derive(Debug)]
pub(in super::super) enum Subject {
    /// A natural person.
    Person(Civil),
    /// A legal person, by name.
    Company(Named),
    /// A legal person, by number.
    Number(Number),
}
