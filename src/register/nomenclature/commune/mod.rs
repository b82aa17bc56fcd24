//! Communes: those of today with postcodes and population, and the codes that only old births use.
//!
//! 39,281 rows lie in the binary as text, as compact as text can be (`fixtures/nomenclatures/README.md`). The first
//! question lays an index over them: where each row begins, and how many people live in all rows up to it.

mod index;

use std::{fmt, ops::Deref};

use self::index::{INDEX, split};
use super::{place::Department, table::number};

/// A commune of today, or the code of a former one.
///
/// Known former codes: delegated and associated communes; communes that were merged or renumbered (all of the Seine, of
/// Seine-et-Oise and of undivided Corsica among them); Algeria, Morocco and Tunisia as territories (91352 to 96351), French
/// Sudan (98206), Mayotte as a collectivity (985xx), and 75100, which the protocol's samples use for Paris.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commune {
    /// The first part of the INSEE code: two characters, three overseas. For its label see [`Commune::department`].
    pub department: &'static str,
    /// The rest of the INSEE code: three characters, two overseas (FICOBA's `codeCommune...`).
    pub number: &'static str,
    /// In capitals without accents. A former commune whose own name is not known has that of the commune it is part of.
    pub label: &'static str,
    /// What kind of row it is.
    pub kind: CommuneKind,
    row: u16,
    /// The end of its row: the inhabitants, or what a former code is today.
    last: &'static str,
    gone: bool,
    within: &'static Department,
    postcodes: &'static str,
    prefix: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommuneKind {
    /// A commune, in one piece.
    Whole,
    /// Paris, Lyon or Marseille as a whole: births and addresses use it as well as its arrondissements.
    Divided,
    /// An arrondissement of Paris, Lyon or Marseille.
    Arrondissement,
    /// A code that is no longer given.
    Former,
}

/// Five characters: an INSEE code or a postcode.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code5([u8; 5]);

impl Commune {
    /// The INSEE code.
    pub fn insee(&self) -> Code5 {
        Code5::join(self.department, self.number)
    }

    /// The département, as it was called when the code was given: Seine-et-Oise for 78454, Alger for 91352.
    pub fn department(&self) -> &'static Department {
        self.within
    }

    /// Inhabitants; 0 for a former code.
    pub fn population(&self) -> u32 {
        if self.kind == CommuneKind::Former { 0 } else { number(self.last) }
    }

    /// Its postcodes, in order: none for a former code and for the districts of the Terres australes.
    pub fn postcodes(&self) -> impl Iterator<Item = Code5> + use<> {
        let Self { postcodes, prefix, .. } = *self;
        postcodes.split(',').filter(|code| !code.is_empty()).map(move |code| match code.len() {
            5 => Code5::join(code, ""),
            _ => Code5::join(prefix, code),
        })
    }

    /// For a former code, what the place belongs to today: a commune, or a country (99xxx).
    pub fn today(&self) -> Option<&'static str> {
        (self.kind == CommuneKind::Former).then_some(self.last)
    }

    /// Whether its département or territory is gone too.
    pub(super) fn is_gone(&self) -> bool {
        self.gone
    }

    /// Its rank among [`communes`]: two bytes that name it until the next edition of the nomenclature.
    pub fn row(&self) -> u16 {
        self.row
    }
}

/// The commune of this INSEE code, current or former.
pub fn commune(insee: &str) -> Option<Commune> {
    let (department, number) = split(insee)?;
    INDEX.find(department, number)
}

/// The commune at this rank of [`communes`].
pub fn commune_at(row: u16) -> Option<Commune> {
    INDEX.read(row.into())
}

/// All communes, current and former, by code.
pub fn communes() -> impl Iterator<Item = Commune> {
    (0..INDEX.len()).filter_map(|row| INDEX.read(row))
}

/// Whether the commune `held` is the one that is `given`, or an arrondissement of the town that is given as a whole (75056, or
/// 75100 as FICOBA's samples write it: *decision*). Both are INSEE codes.
pub fn lies_in(held: &str, given: &str) -> bool {
    if held == given {
        return true;
    }
    let town = commune(given).and_then(|found| match found.kind {
        CommuneKind::Divided => Some(found),
        CommuneKind::Former => {
            commune(found.today()?).filter(|now| now.kind == CommuneKind::Divided)
        }
        CommuneKind::Whole | CommuneKind::Arrondissement => None,
    });
    town.is_some_and(|town| {
        *town.insee() == *held
            || commune(held).is_some_and(|held| {
                held.kind == CommuneKind::Arrondissement && held.department == town.department
            })
    })
}

/// Maps a uniform draw to a commune of the same département as this one, each as often as it has inhabitants.
pub fn commune_near(insee: &str, draw: u64) -> Option<Commune> {
    INDEX.draw_within(split(insee)?.0, draw)
}

/// Maps a uniform draw to a commune of today, each as often as it has inhabitants.
pub fn commune_by_weight(draw: u64) -> Commune {
    INDEX.draw(draw)
}

/// How many people live in the communes of today.
pub fn total_population() -> u32 {
    INDEX.total()
}

impl Code5 {
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("made of ASCII text")
    }

    /// The code of a text of five ASCII characters.
    pub(super) fn new(text: &str) -> Option<Self> {
        Some(Self(text.as_bytes().try_into().ok().filter(|code: &[u8; 5]| code.is_ascii())?))
    }

    fn join(head: &str, tail: &str) -> Self {
        let mut code = *b"00000";
        for (at, byte) in code.iter_mut().zip(head.bytes().chain(tail.bytes())) {
            *at = byte;
        }
        Self(code)
    }
}

impl Deref for Code5 {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Code5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Code5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::register::nomenclature::{
        country,
        table::tests::{plain, sorted},
    };

    fn count(kind: CommuneKind) -> usize {
        communes().filter(|commune| commune.kind == kind).count()
    }

    #[test]
    fn rows_are_sorted_and_as_many_as_insee_s() {
        sorted(communes().map(|commune| (commune.department, commune.number)));
        assert_eq!(count(CommuneKind::Whole) + count(CommuneKind::Divided), 34_969);
        assert_eq!(count(CommuneKind::Divided), 3);
        assert_eq!(count(CommuneKind::Arrondissement), 20 + 9 + 16);
        assert_eq!(count(CommuneKind::Former), 4_267);
        assert_eq!(communes().count(), INDEX.len());
    }

    #[test]
    fn every_row_is_found_by_its_code_and_by_its_rank() {
        for found in communes() {
            assert_eq!(commune(&found.insee()), Some(found));
            assert_eq!(commune_at(found.row()), Some(found));
        }
        assert_eq!(commune_at(u16::MAX), None);
    }

    #[test]
    fn every_row_has_a_plain_label_in_capitals_and_a_department() {
        for commune in communes() {
            plain(commune.label);
            assert_eq!(commune.label, commune.label.to_uppercase());
            assert!(commune.label.len() <= 80, "libelleCommune* holds 80 characters: {commune:?}");
            assert!(!commune.department().label.is_empty());
        }
    }

    #[test]
    fn every_former_code_says_what_it_is_today() {
        for former in communes().filter(|commune| commune.kind == CommuneKind::Former) {
            let today = former.today().unwrap();
            let commune = commune(today).map(|commune| commune.kind);
            assert!(
                matches!(commune, Some(CommuneKind::Whole | CommuneKind::Divided))
                    || country(today).is_some(),
                "{former:?}"
            );
            assert_eq!(former.postcodes().count(), 0);
        }
        assert_eq!(commune("91352").unwrap().today(), Some("99352"));
        assert_eq!(commune("93051").unwrap().today(), None);
    }

    #[test]
    fn former_codes_keep_their_own_name_and_department_where_they_are_known() {
        let read = |code| commune(code).map(|found| (found.label, found.department().label));
        assert_eq!(read("59355"), Some(("LOMME", "Nord"))); // associated with Lille
        assert_eq!(read("75012"), Some(("BOULOGNE-BILLANCOURT", "Seine")));
        assert_eq!(read("20004"), Some(("AJACCIO", "Corse")));
        assert_eq!(read("78646"), Some(("VERSAILLES", "Yvelines")));
        assert_eq!(read("97123"), Some(("SAINT-BARTHELEMY", "Guadeloupe")));
        assert_eq!(read("98511"), Some(("MAMOUDZOU", "Mayotte")));
        assert_eq!(read("95350"), Some(("MAROC", "Maroc")));
    }

    #[test]
    fn postcodes_come_whole_and_in_order() {
        let read = |code: &str| {
            commune(code).unwrap().postcodes().map(|code| code.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(read("94028"), ["94000"]);
        assert_eq!(read("75116"), ["75016", "75116"]);
        assert_eq!(read("2A004"), ["20000", "20090", "20167"]);
        assert_eq!(read("97120"), ["97110"]);
        assert_eq!(read("97701"), ["97133"]);
        assert_eq!(read("98818"), ["98800"]);
        assert!(read("98414").is_empty());
        for commune in communes().filter(|commune| commune.population() > 0) {
            let postcodes: Vec<Code5> = commune.postcodes().collect();
            assert!(!postcodes.is_empty(), "{commune:?}");
            assert!(
                postcodes.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_digit())),
                "{commune:?}"
            );
            sorted(postcodes);
        }
    }

    #[test]
    fn an_arrondissement_is_called_like_its_town_and_both_are_known() {
        for (town, first, last) in
            [("75056", 75_101, 75_120), ("69123", 69_381, 69_389), ("13055", 13_201, 13_216)]
        {
            let town = commune(town).unwrap();
            let parts: Vec<Commune> =
                (first..=last).map(|code| commune(&code.to_string()).unwrap()).collect();
            assert!(
                parts.iter().all(
                    |part| part.label == town.label && part.kind == CommuneKind::Arrondissement
                )
            );
            assert_eq!(parts.iter().map(Commune::population).sum::<u32>(), town.population());
        }
    }

    #[test]
    fn an_arrondissement_lies_in_its_town_and_not_the_other_way_round() {
        for (held, given, lies) in [
            ("75115", "75115", true),
            ("75115", "75056", true),
            ("75115", "75100", true),
            ("75056", "75100", true),
            ("69382", "69123", true),
            ("75056", "75115", false),
            ("75116", "75115", false),
            ("69382", "75056", false),
            ("69034", "69123", false), // Caluire, beside Lyon
            ("38185", "38000", false),
        ] {
            assert_eq!(lies_in(held, given), lies, "{held} {given}");
        }
    }

    #[test]
    fn draws_fall_in_proportion_to_the_inhabitants() {
        assert_eq!(total_population(), 68_952_941);
        let total = u64::from(total_population());
        let mut reached = 0_u64;
        let drawn = |commune: &Commune| {
            matches!(commune.kind, CommuneKind::Whole | CommuneKind::Arrondissement)
        };
        for commune in communes().filter(|commune| drawn(commune) && commune.population() > 0) {
            // The first draw of a commune is the smallest number that the scale takes to what was reached before it.
            let first = (u128::from(reached) << 64).div_ceil(u128::from(total));
            assert_eq!(commune_by_weight(u64::try_from(first).unwrap()).row(), commune.row());
            reached += u64::from(commune.population());
            let last = (u128::from(reached) << 64).div_ceil(u128::from(total)) - 1;
            assert_eq!(commune_by_weight(u64::try_from(last).unwrap()).row(), commune.row());
        }
        assert_eq!(reached, total);
    }

    #[test]
    fn a_code_of_no_list_is_unknown() {
        for code in [
            "", "7", "75", "75999", "00000", "2C001", "2a004", "075056", "940280", "99352",
            "9402é", "éé", "é",
        ] {
            assert_eq!(commune(code), None, "{code}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_code_or_is_not(text in "\\PC{0,8}|[0-9AB]{3,6}") {
            prop_assert!(commune(&text).is_none_or(|found| *found.insee() == text));
        }
    }
}
