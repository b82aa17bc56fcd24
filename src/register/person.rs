//! A natural person, as the tax administration knows them.

use jiff::civil::Date;

use crate::{
    domain::{BirthDate, CommuneCode, CountryCode, Spi},
    register::{address::Address, id::CompanyId},
};

/// A natural person. What a bank declared of them, when it differs, is on the right ([`super::Right`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their number; minors and some non-residents have none.
    pub spi: Option<Spi>,
    /// The birth name in capitals, accents kept; `SNN` when the person has none (PT annexe 10).
    pub birth_name: String,
    /// The name used instead of the birth name, mostly a spouse's.
    pub usage_name: Option<String>,
    /// The first names in order, in capitals, accents kept; `SP` alone when the person has none (PT annexe 10).
    pub first_names: Vec<String>,
    /// PT's four values.
    pub sex: Sex,
    /// The year, and the month and day where they are known.
    pub birth: BirthDate,
    /// Where they were born.
    pub birthplace: Birthplace,
    /// The day of death.
    pub death: Option<Date>,
    /// Where they live.
    pub address: Address,
    /// Whether R2P may give the record ("dossier non communicable" otherwise).
    pub communicable: bool,
    /// Their sole-trader business: a company of category 1000.
    pub business: Option<CompanyId>,
}

/// PT 2.5.3.5.1: 1 male, 2 female, 3 unknown, 4 not defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 1
    Male,
    /// 2
    Female,
    /// 3
    Unknown,
    /// 4
    Undefined,
}

/// A place of birth: abroad there is no commune (PT annexe 10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Birthplace {
    /// 99100 for France, départements and collectivities overseas included.
    pub country: CountryCode,
    /// The commune, current or former, of a birth in France.
    pub commune: Option<CommuneCode>,
}

impl Sex {
    /// PT's digit.
    pub fn code(self) -> u8 {
        match self {
            Self::Male => 1,
            Self::Female => 2,
            Self::Unknown => 3,
            Self::Undefined => 4,
        }
    }

    /// The sex of PT's digit.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Male, Self::Female, Self::Unknown, Self::Undefined]
            .into_iter()
            .find(|sex| sex.code() == code)
    }
}
