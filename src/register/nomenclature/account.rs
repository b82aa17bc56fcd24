//! Accounts: natures, types, characteristics, opening reasons, rights and currencies (FICOBA protocol v11, annexes 1 to 4).

use std::sync::LazyLock;

use super::table::{find, number, rows};

/// The nature of an account (annexe 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nature {
    /// `codeNature`, as 201.
    pub code: u16,
    /// `libelleNature`.
    pub label: &'static str,
    /// Whether the multi-détention search takes it (CAF017 otherwise): regulated savings, one per person.
    /// The protocol does not say which: our decision.
    pub regulated: bool,
}

/// How an account is held (annexe 2, with the samples' labels).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountType {
    /// `codeType`, 1 to 4.
    pub code: u8,
    /// `libelleType`.
    pub label: &'static str,
}

/// A characteristic of an account (annexe 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Characteristic {
    /// `codeCaracteristique`, 1 or 2.
    pub code: u8,
    /// `libelleCaracteristique`.
    pub label: &'static str,
}

/// Why an account was opened (protocol 8.5.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpeningReason {
    /// `codeMotifOuverture`, 0 to 3.
    pub code: u8,
    /// `libelleMotifOuverture`.
    pub label: &'static str,
}

/// A right that somebody has on an account (protocol 2.4.3: 1, 2, 6, 8, 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// The protocol's code; answers carry the label only.
    pub code: u8,
    /// `droitSurCompte`. Titulaire and Procuration are in the samples, the other spellings are our decision.
    pub label: &'static str,
}

/// A currency (annexe 4, and the euro, which the samples use and the annexe forgot).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    /// `codeDevise`, three letters.
    pub code: &'static str,
    /// The annexe's label.
    pub label: &'static str,
}

pub fn nature(code: u16) -> Option<&'static Nature> {
    find(&NATURES, &code, |row| &row.code)
}

/// All natures, by code.
pub fn natures() -> &'static [Nature] {
    &NATURES
}

pub fn account_type(code: u8) -> Option<&'static AccountType> {
    find(&TYPES, &code, |row| &row.code)
}

pub fn characteristic(code: u8) -> Option<&'static Characteristic> {
    find(&CHARACTERISTICS, &code, |row| &row.code)
}

pub fn opening_reason(code: u8) -> Option<&'static OpeningReason> {
    find(&OPENING_REASONS, &code, |row| &row.code)
}

pub fn right(code: u8) -> Option<&'static Right> {
    find(&RIGHTS, &code, |row| &row.code)
}

pub fn currency(code: &str) -> Option<&'static Currency> {
    find(&CURRENCIES, code, |row| row.code)
}

/// All currencies, by code.
pub fn currencies() -> &'static [Currency] {
    &CURRENCIES
}

static NATURES: LazyLock<Vec<Nature>> = LazyLock::new(|| {
    rows(include_str!("../../../fixtures/nomenclatures/natures.tsv"))
        .map(|[code, label, regulated]| Nature {
            code: number(code),
            label,
            regulated: regulated == "x",
        })
        .collect()
});

static TYPES: LazyLock<Vec<AccountType>> = LazyLock::new(|| {
    rows(include_str!("../../../fixtures/nomenclatures/types.tsv"))
        .map(|[code, label]| AccountType { code: number(code), label })
        .collect()
});

static CHARACTERISTICS: LazyLock<Vec<Characteristic>> = LazyLock::new(|| {
    rows(include_str!("../../../fixtures/nomenclatures/caracteristiques.tsv"))
        .map(|[code, label]| Characteristic { code: number(code), label })
        .collect()
});

static OPENING_REASONS: LazyLock<Vec<OpeningReason>> = LazyLock::new(|| {
    rows(include_str!("../../../fixtures/nomenclatures/motifs-ouverture.tsv"))
        .map(|[code, label]| OpeningReason { code: number(code), label })
        .collect()
});

static RIGHTS: LazyLock<Vec<Right>> = LazyLock::new(|| {
    rows(include_str!("../../../fixtures/nomenclatures/droits.tsv"))
        .map(|[code, label]| Right { code: number(code), label })
        .collect()
});

static CURRENCIES: LazyLock<Vec<Currency>> = LazyLock::new(|| {
    rows(include_str!("../../../fixtures/nomenclatures/devises.tsv"))
        .map(|[code, label]| Currency { code, label })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::nomenclature::table::tests::{french, sorted};

    #[test]
    fn every_table_is_sorted_complete_and_well_written() {
        sorted(natures().iter().map(|row| row.code));
        sorted(currencies().iter().map(|row| row.code));
        assert_eq!((natures().len(), currencies().len()), (25, 172));
        natures().iter().for_each(|row| french(row.label));
        currencies().iter().for_each(|row| french(row.label));
        let labels = |find: fn(u8) -> Option<&'static str>| -> Vec<_> {
            (0..=u8::MAX).filter_map(|code| find(code).map(|label| (code, label))).collect()
        };
        assert_eq!(
            labels(|code| account_type(code).map(|row| row.label)),
            [(1, "Simple"), (2, "Joint"), (3, "Collectif"), (4, "Indivis avec ou sans solidarite")]
        );
        assert_eq!(
            labels(|code| characteristic(code).map(|row| row.label)),
            [(1, "Compte unique"), (2, "Compte principal")]
        );
        assert_eq!(
            labels(|code| right(code).map(|row| row.label)),
            [
                (1, "Titulaire"),
                (2, "Procuration"),
                (6, "Mandataire"),
                (8, "ETCI EI"),
                (9, "Bénéficiaire effectif")
            ]
        );
        assert_eq!(
            labels(|code| opening_reason(code).map(|row| row.label)),
            [
                (0, "Ouverture par le titulaire"),
                (1, "Ouverture par transfert d'un autre établissement"),
                (2, "Ouverture suite à succession"),
                (3, "Ouverture par transfert d'un compte issu d'une succession"),
            ]
        );
    }

    #[test]
    fn regulated_natures_are_those_that_multi_detention_takes() {
        let regulated: Vec<u16> =
            natures().iter().filter(|row| row.regulated).map(|row| row.code).collect();
        assert_eq!(regulated, [201, 202, 204, 205, 206, 209, 210, 211, 212, 214, 217]);
    }
}
