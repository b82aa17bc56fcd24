//! Criteria that can be searched: what is known of a person, whatever is given being theirs.

use super::{
    form::Parameter,
    query::{Expected, Misread, ParameterFault},
};
use crate::{
    domain::{BirthDate, CommuneCode, ComparisonName, CountryCode, DepartmentCode, FirstNames},
    register::{
        Sex,
        nomenclature::{self, DepartmentKind},
    },
};

/// What is known of the person; whatever is given must be theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::api) struct Criteria {
    /// The birth name.
    pub(in crate::api) name: Option<ComparisonName>,
    /// The first ones of their first names.
    pub(in crate::api) first_names: Option<FirstNames>,
    /// 1 or 2.
    pub(in crate::api) sex: Option<Sex>,
    /// The year at least.
    pub(in crate::api) birth: Option<BirthDate>,
    /// Where they were born.
    pub(in crate::api) birthplace: PlaceCriteria,
    /// Where they live.
    pub(in crate::api) address: AddressCriteria,
}

/// A place, as closely as it is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::api) struct PlaceCriteria {
    pub(in crate::api) country: Option<CountryCode>,
    /// The département or TOM.
    pub(in crate::api) department: Option<DepartmentCode>,
    pub(in crate::api) commune: Option<CommuneCode>,
}

/// The elements of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::api) struct AddressCriteria {
    /// Down to the commune.
    pub(in crate::api) place: PlaceCriteria,
    pub(in crate::api) street_type: Option<ComparisonName>,
    pub(in crate::api) street: Option<Street>,
    pub(in crate::api) number: Option<u16>,
    /// `B`, `T` or `Q`.
    pub(in crate::api) repetition: Option<char>,
}

/// A street as a parameter writes it, cut at the parameter's length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::api) enum Street {
    /// Without its type, 26 characters.
    Name(ComparisonName),
    /// With or without its type, 38 characters.
    Line(ComparisonName),
}

/// The parts of a place: a commune's digits say something with its département only.
pub(in crate::api) struct PlaceParts {
    pub(in crate::api) country: Option<CountryCode>,
    pub(in crate::api) department: Option<DepartmentCode>,
    pub(in crate::api) commune: Option<String>,
}

impl PlaceParts {
    /// The place, once its codes are known.
    ///
    /// # Errors
    /// A commune without département, or one of no list.
    pub(in crate::api) fn place(
        self,
        of_department: &'static Parameter,
        of_commune: &'static Parameter,
    ) -> Result<PlaceCriteria, Misread> {
        let Self { country, department, commune } = self;
        let Some(digits) = commune else {
            return Ok(PlaceCriteria { country, department, commune: None });
        };
        let within = department.ok_or(Misread::absent(of_department))?;
        let commune = CommuneCode::from_r2p_parts(within, &digits)
            .ok()
            .filter(|commune| nomenclature::commune(commune.as_str()).is_some())
            .ok_or(Misread {
                parameter: of_commune,
                wrong: ParameterFault::Expected(Expected::Commune),
            })?;
        Ok(PlaceCriteria { country, department, commune: Some(commune) })
    }
}

/// A country of the nomenclature, current or former.
pub(in crate::api) fn known_country(text: &str) -> Option<CountryCode> {
    text.parse()
        .ok()
        .filter(|country: &CountryCode| nomenclature::country(country.as_str()).is_some())
}

/// A département of the nomenclature, current or former, of one of these kinds.
pub(in crate::api) fn known_department(
    text: &str,
    kind: impl Fn(DepartmentKind) -> bool,
) -> Option<DepartmentCode> {
    let code = DepartmentCode::parse_padded(text).ok()?;
    nomenclature::department(code.as_str()).is_some_and(|known| kind(known.kind)).then_some(code)
}
