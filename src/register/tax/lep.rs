//! The ceilings of income under which one may have a livret d'épargne populaire.
//!
//! CMF, article L221-15: 1.8 times the amounts of CGI article 1417, I, those of the year of the scale ("barème"), by the number of
//! shares and the place of residence.

use crate::domain::DepartmentCode;

/// The first year whose scale is here.
pub const FIRST_SCALE: u16 = 2021;

/// Where the amounts differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Metropolitan France, and (*decision*) the collectivities overseas.
    Metropole,
    /// 971, 972, 974.
    AntillesReunion,
    /// 973.
    Guyane,
    /// 976.
    Mayotte,
}

impl Zone {
    /// The zone of a département.
    pub fn from_department(department: DepartmentCode) -> Self {
        match department.as_str() {
            "971" | "972" | "974" => Self::AntillesReunion,
            "973" => Self::Guyane,
            "976" => Self::Mayotte,
            _ => Self::Metropole,
        }
    }
}

/// The highest reference income, in whole euros, by the scale of this year. Years before [`FIRST_SCALE`] have its amounts, years
/// after the last one known have those of that one.
pub fn ceiling(scale: u16, zone: Zone, half_shares: u8) -> u32 {
    let last = FIRST_SCALE + SCALES.len() as u16 - 1;
    let scale = &SCALES[usize::from(scale.clamp(FIRST_SCALE, last) - FIRST_SCALE)];
    let (base, first) = scale.for_zone(zone);
    let halves = u32::from(half_shares).saturating_sub(2);
    let of_first = if halves > 0 { first } else { 0 };
    let of_others = halves.saturating_sub(1) * scale.half;
    ((base + of_first + of_others) * 18).div_ceil(10)
}

/// The amounts of CGI article 1417, I, of one year: for the first share and the first half share in each zone, and for each half
/// share more.
struct Scale {
    metropole: u32,
    half: u32,
    antilles_reunion: (u32, u32),
    guyane: (u32, u32),
    mayotte: (u32, u32),
}

impl Scale {
    fn for_zone(&self, zone: Zone) -> (u32, u32) {
        match zone {
            Zone::Metropole => (self.metropole, self.half),
            Zone::AntillesReunion => self.antilles_reunion,
            Zone::Guyane => self.guyane,
            Zone::Mayotte => self.mayotte,
        }
    }
}

/// From [`FIRST_SCALE`] on. Overseas amounts of 2026 and Mayotte's half shares are a *decision*: those of the year before,
/// revalued as the metropolitan ones, and those of the metropole.
static SCALES: [Scale; 6] = [
    Scale {
        metropole: 11_120,
        half: 2_969,
        antilles_reunion: (13_159, 3_143),
        guyane: (13_757, 3_787),
        mayotte: (20_618, 5_673),
    },
    Scale {
        metropole: 11_276,
        half: 3_011,
        antilles_reunion: (13_343, 3_187),
        guyane: (13_950, 3_840),
        mayotte: (20_907, 5_752),
    },
    Scale {
        metropole: 11_885,
        half: 3_174,
        antilles_reunion: (14_064, 3_359),
        guyane: (14_703, 4_047),
        mayotte: (22_036, 6_063),
    },
    Scale {
        metropole: 12_455,
        half: 3_326,
        antilles_reunion: (14_739, 3_520),
        guyane: (15_409, 4_241),
        mayotte: (23_094, 6_354),
    },
    Scale {
        metropole: 12_679,
        half: 3_386,
        antilles_reunion: (15_004, 3_583),
        guyane: (15_686, 4_317),
        mayotte: (23_510, 6_469),
    },
    Scale {
        metropole: 12_793,
        half: 3_416,
        antilles_reunion: (15_139, 3_615),
        guyane: (15_827, 4_356),
        mayotte: (23_722, 6_527),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceilings_are_those_that_were_published() {
        for (scale, zone, half_shares, expected) in [
            (2022, Zone::Metropole, 2, 20_297),
            (2023, Zone::Metropole, 2, 21_393),
            (2024, Zone::Metropole, 2, 22_419),
            (2024, Zone::Metropole, 4, 34_393),
            (2025, Zone::Metropole, 2, 22_823),
            (2025, Zone::Metropole, 4, 35_012),
            (2026, Zone::Metropole, 2, 23_028),
            (2022, Zone::AntillesReunion, 2, 24_018),
            (2024, Zone::AntillesReunion, 2, 26_531),
            (2024, Zone::Guyane, 2, 27_737),
            (2024, Zone::Mayotte, 2, 41_570),
            (2025, Zone::Mayotte, 2, 42_318),
        ] {
            assert_eq!(
                ceiling(scale, zone, half_shares),
                expected,
                "{scale} {zone:?} {half_shares}"
            );
        }
    }

    #[test]
    fn a_year_without_a_scale_has_the_nearest_one() {
        assert_eq!(ceiling(2010, Zone::Metropole, 2), ceiling(2021, Zone::Metropole, 2));
        assert_eq!(ceiling(2040, Zone::Metropole, 3), ceiling(2026, Zone::Metropole, 3));
    }

    #[test]
    fn a_department_says_the_zone() {
        for (code, zone) in [
            ("38", Zone::Metropole),
            ("2A", Zone::Metropole),
            ("972", Zone::AntillesReunion),
            ("973", Zone::Guyane),
            ("976", Zone::Mayotte),
            ("987", Zone::Metropole),
        ] {
            assert_eq!(
                Zone::from_department(DepartmentCode::parse_padded(code).unwrap()),
                zone,
                "{code}"
            );
        }
    }
}
