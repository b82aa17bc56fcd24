//! Countries and départements.

use std::sync::LazyLock;

use super::table::{find, number, rows};

/// A country or territory of INSEE's list (99xxx), or one that has left it: a birth before that keeps its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    /// Five digits; France is 99100.
    pub code: &'static str,
    /// The official form in capitals (`ROYAUME DE BELGIQUE`), but `FRANCE`, as the samples have it.
    pub label: &'static str,
    /// The year in which the code was withdrawn.
    pub until: Option<u16>,
    today: &'static str,
    /// The code, to be found by: numbers are compared in one step each.
    number: u32,
}

/// A département, or what stands in its place in a commune's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Department {
    /// `01` to `95`, `2A`, `2B`, `971` to `989`.
    pub code: &'static str,
    /// As FICOBA writes it: `Bouches-du-Rhone`.
    pub label: &'static str,
    /// As R2P writes it: `BOUCHES-DU-RHONE`; overseas collectivities with `ST-` for Saint (the Swagger's example).
    pub capitals: &'static str,
    /// Where it belongs: rules differ for births and for R2P's keys.
    pub kind: DepartmentKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepartmentKind {
    /// European France.
    Metropole,
    /// An overseas département: 971 to 974, 976.
    Dom,
    /// An overseas collectivity or territory: 975, 977, 978, 984, 986 to 989. R2P's "TOM".
    Com,
    /// One that is gone: Corse (20), Seine (75), Seine-et-Oise (78), the départements of Algeria (91 to 94), Morocco and
    /// Tunisia (95, 96), French West Africa (982), Mayotte (985). Only births of that time use it.
    Former,
}

impl Country {
    /// Whether the code is still in INSEE's list.
    pub fn current(&self) -> bool {
        self.until.is_none()
    }

    /// For a withdrawn code, what the place belongs to today: one country or several.
    pub fn today(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.today.split_ascii_whitespace()
    }
}

/// The country of this code, current or withdrawn.
pub fn country(code: &str) -> Option<&'static Country> {
    find(&COUNTRIES, &five_digits(code)?, |row| &row.number)
}

/// All countries, current and withdrawn, by code.
pub fn countries() -> &'static [Country] {
    &COUNTRIES
}

/// The département of this code: the current one, or the former one when the code is no longer in use (20, 96, 982, 985).
/// For the place of an old birth ask [`Commune::department`](super::Commune::department), which tells 91 Alger from
/// 91 Essonne.
pub fn department(code: &str) -> Option<&'static Department> {
    find(&DEPARTMENTS, code, |row| row.code).or_else(|| former_department(code))
}

/// The départements and collectivities of today, by code.
pub fn departments() -> &'static [Department] {
    &DEPARTMENTS
}

pub(super) fn former_department(code: &str) -> Option<&'static Department> {
    find(&FORMER_DEPARTMENTS, code, |row| row.code)
}

fn five_digits(code: &str) -> Option<u32> {
    let digits = <[u8; 5]>::try_from(code.as_bytes()).ok()?;
    let is_number = digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| digits.iter().fold(0, |number, digit| 10 * number + u32::from(digit - b'0')))
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    rows(include_str!("../../../fixtures/nomenclatures/pays.tsv"))
        .map(|[code, label, until, today]| Country {
            code,
            label,
            until: (!until.is_empty()).then(|| number(until)),
            today,
            number: number(code),
        })
        .collect()
});

static DEPARTMENTS: LazyLock<Vec<Department>> = LazyLock::new(|| {
    rows(include_str!("../../../fixtures/nomenclatures/departements.tsv"))
        .map(|[code, kind, label, capitals]| Department {
            code,
            label,
            capitals,
            kind: kind_of(kind),
        })
        .collect()
});

static FORMER_DEPARTMENTS: LazyLock<Vec<Department>> = LazyLock::new(|| {
    rows(include_str!("../../../fixtures/nomenclatures/anciens-departements.tsv"))
        .map(|[code, label, capitals]| Department {
            code,
            label,
            capitals,
            kind: DepartmentKind::Former,
        })
        .collect()
});

fn kind_of(column: &str) -> DepartmentKind {
    match column {
        "D" => DepartmentKind::Dom,
        "C" => DepartmentKind::Com,
        _ => DepartmentKind::Metropole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::nomenclature::table::tests::{plain, sorted};

    fn codes(kind: DepartmentKind) -> Vec<&'static str> {
        departments().iter().filter(|row| row.kind == kind).map(|row| row.code).collect()
    }

    #[test]
    fn countries_are_sorted_plain_and_as_many_as_insee_s() {
        sorted(countries().iter().map(|row| row.code));
        assert_eq!(countries().iter().filter(|row| row.current()).count(), 229);
        assert_eq!(countries().len(), 255);
        for country in countries() {
            plain(country.label);
            assert!(country.code.starts_with("99") && country.code.len() == 5, "{country:?}");
            assert_eq!(country.label, country.label.to_uppercase());
            assert!(country.label.len() <= 70, "libellePays* holds 70 characters: {country:?}");
            assert!(country.until.is_none_or(|year| (1943..=1995).contains(&year)), "{country:?}");
        }
    }

    #[test]
    fn departments_are_sorted_plain_and_of_the_right_kind() {
        sorted(departments().iter().map(|row| row.code));
        assert_eq!(codes(DepartmentKind::Metropole).len(), 96);
        assert_eq!(codes(DepartmentKind::Dom), ["971", "972", "973", "974", "976"]);
        assert_eq!(
            codes(DepartmentKind::Com),
            ["975", "977", "978", "984", "986", "987", "988", "989"]
        );
        for department in departments().iter().chain(FORMER_DEPARTMENTS.iter()) {
            plain(department.label);
            assert_eq!(
                department.capitals.replace("ST-", "SAINT-"),
                department.label.to_uppercase()
            );
        }
    }

    #[test]
    fn a_code_in_use_today_means_the_department_of_today() {
        assert_eq!(department("91").unwrap().label, "Essonne");
        assert_eq!(former_department("91").unwrap().label, "Alger");
        for code in ["20", "96", "982", "985"] {
            assert_eq!(department(code).unwrap().kind, DepartmentKind::Former, "{code}");
        }
        for code in ["", "00", "1", "99", "2a", "075"] {
            assert_eq!(department(code), None, "{code}");
        }
    }
}
