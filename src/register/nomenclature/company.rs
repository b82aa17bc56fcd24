//! Legal categories of companies (FICOBA protocol v11, annexe 6: INSEE's nomenclature) and street types (annexe 7).

use std::sync::LazyLock;

use super::table::{find, rows};

/// A legal category: INSEE's third level. The common ones, not all (the protocol has no code for an unknown one).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegalCategory {
    /// `categorieJuridique`, four digits.
    pub code: &'static str,
    /// INSEE's label.
    pub label: &'static str,
}

/// A type of street (annexe 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreetType {
    /// `codeNatureVoie`, two to four letters.
    pub code: &'static str,
    /// The annexe's label.
    pub label: &'static str,
}

pub fn legal_category(code: &str) -> Option<&'static LegalCategory> {
    find(&LEGAL_CATEGORIES, code, |row| row.code)
}

/// The legal categories that are known here, by code.
pub fn legal_categories() -> &'static [LegalCategory] {
    &LEGAL_CATEGORIES
}

pub fn street_type(code: &str) -> Option<&'static StreetType> {
    find(&STREET_TYPES, code, |row| row.code)
}

/// All street types, by code.
pub fn street_types() -> &'static [StreetType] {
    &STREET_TYPES
}

static LEGAL_CATEGORIES: LazyLock<Vec<LegalCategory>> = LazyLock::new(|| {
    rows(include_str!("../../../fixtures/nomenclatures/categories-juridiques.tsv"))
        .map(|[code, label]| LegalCategory { code, label })
        .collect()
});

static STREET_TYPES: LazyLock<Vec<StreetType>> = LazyLock::new(|| {
    rows(include_str!("../../../fixtures/nomenclatures/voies.tsv"))
        .map(|[code, label]| StreetType { code, label })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::nomenclature::table::tests::{french, sorted};

    #[test]
    fn every_table_is_sorted_complete_and_well_written() {
        sorted(legal_categories().iter().map(|row| row.code));
        sorted(street_types().iter().map(|row| row.code));
        assert_eq!((legal_categories().len(), street_types().len()), (163, 158));
        for category in legal_categories() {
            assert!(
                category.code.len() == 4 && category.code.bytes().all(|byte| byte.is_ascii_digit())
            );
            french(category.label);
        }
        for street in street_types() {
            assert!(
                (2..=4).contains(&street.code.len())
                    && street.code.bytes().all(|byte| byte.is_ascii_uppercase())
            );
            french(street.label);
        }
    }

    #[test]
    fn a_code_of_no_table_is_unknown() {
        assert_eq!(legal_category("0001"), None);
        assert_eq!(legal_category(""), None);
        assert_eq!(street_type("rue"), None);
    }
}
