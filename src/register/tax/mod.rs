//! Income tax: who declares with whom, the last assessments, and the ceilings of the livret d'épargne populaire (LEP).
//!
//! An assessment is a pure function of the person and the year of the income: nothing is stored, and any year can be asked
//! for. What a day knows is [`last_income_year`]. Rules: CGI, articles 4 A, 6, 194 and 196 B; CMF, article L221-15.

pub mod lep;

use jiff::civil::Date;

use self::lep::Zone;
use crate::register::{Register, id::PersonId};

/// What the administration knows of somebody's income tax for one year of income.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaxStanding {
    /// They declared, alone or as one of two.
    Declarant(Assessment),
    /// They are at the charge of this declarant: minors, and grown-up children attached to their parents.
    Dependant(PersonId),
    /// No assessment names them.
    Unassessed,
}

/// An assessment of income tax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The year in which the income was earned; the assessment is of the year after.
    pub income_year: u16,
    /// The family situation declared.
    pub situation: Situation,
    /// Declarant 1.
    pub first: PersonId,
    /// Declarant 2, of a couple.
    pub second: Option<PersonId>,
    /// How many people are at their charge.
    pub dependants: u8,
    /// "Nombre de parts" in half shares: 2 for somebody alone, 5 for a couple with a child.
    pub half_shares: u8,
    /// "Revenu fiscal de référence", in whole euros.
    pub reference_income: u32,
}

/// The family situation of an assessment, by the letter of the form 2042.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Situation {
    /// C
    Single,
    /// D
    Divorced,
    /// M
    Married,
    /// O
    CivilUnion,
    /// V
    Widowed,
}

impl Assessment {
    /// The shares as people write them: `2`, `2.5`.
    pub fn shares(&self) -> String {
        let half = if self.half_shares % 2 == 1 { ".5" } else { "" };
        format!("{}{half}", self.half_shares / 2)
    }
}

impl Situation {
    pub const ALL: [Self; 5] =
        [Self::Single, Self::Divorced, Self::Married, Self::CivilUnion, Self::Widowed];

    /// The letter of the form 2042.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Single => "C",
            Self::Divorced => "D",
            Self::Married => "M",
            Self::CivilUnion => "O",
            Self::Widowed => "V",
        }
    }

    pub fn from_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|situation| situation.letter() == letter)
    }

    /// Whether two people declare together.
    pub fn is_couple(self) -> bool {
        matches!(self, Self::Married | Self::CivilUnion)
    }
}

impl Register {
    /// What is known of this person's income tax for the income of this year.
    pub fn tax_standing(&self, id: PersonId, income_year: u16) -> TaxStanding {
        match id.0 {
            super::id::Origin::Persona(at) => self.cast.tax_standing(at, income_year),
            super::id::Origin::Generated(index) => self.population.tax_standing(index, income_year),
        }
    }

    /// Whether this person may have a LEP by the scale of a year and the income of another. Nobody can tell of those whom no
    /// assessment names, nor is it told of the dead. Whoever is at the charge of another or lives abroad may not (CMF,
    /// L221-15: "contribuables ayant leur domicile fiscal en France").
    pub fn may_have_lep(
        &self,
        id: PersonId,
        scale: u16,
        income_year: u16,
        zone: Zone,
    ) -> Option<bool> {
        let person = self.person(id);
        if person.death.is_some() {
            return None;
        }
        match self.tax_standing(id, income_year) {
            TaxStanding::Declarant(assessment) => {
                let ceiling = lep::ceiling(scale, zone, assessment.half_shares);
                Some(person.address.country.is_france() && assessment.reference_income <= ceiling)
            }
            TaxStanding::Dependant(_) => Some(false),
            TaxStanding::Unassessed => None,
        }
    }
}

/// The year of the last income that the register's sheets show, whatever the clock says: that of the year before its day.
pub const LAST_INCOME_YEAR: u16 = super::population::REFERENCE_YEAR - 1;

/// The year of the last income that is assessed on this day: notices are sent until the end of July.
pub fn last_income_year(today: Date) -> u16 {
    let before = if today.month() >= 8 { 1 } else { 2 };
    (today.year() - before).unsigned_abs()
}

/// Half shares by CGI article 194: two for each declarant, one for each of the first two dependants and two for each of the
/// others; a widow or widower with dependants keeps those of a couple, and another lone parent has one more.
pub(super) fn half_shares(situation: Situation, dependants: u8) -> u8 {
    let of_dependants = dependants + dependants.saturating_sub(2);
    let of_declarants = match (situation, dependants) {
        (Situation::Married | Situation::CivilUnion, _) => 4,
        (Situation::Widowed, 1..) => 4,
        (Situation::Single | Situation::Divorced, 1..) => 3,
        (Situation::Widowed | Situation::Single | Situation::Divorced, 0) => 2,
    };
    of_declarants + of_dependants
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn shares_follow_the_family() {
        for (situation, dependants, expected) in [
            (Situation::Single, 0, 2),
            (Situation::Divorced, 1, 4),
            (Situation::Widowed, 0, 2),
            (Situation::Widowed, 1, 5),
            (Situation::Married, 0, 4),
            (Situation::CivilUnion, 2, 6),
            (Situation::Married, 3, 8),
        ] {
            assert_eq!(half_shares(situation, dependants), expected, "{situation:?} {dependants}");
        }
    }

    #[test]
    fn an_income_is_assessed_from_august_of_the_year_after() {
        assert_eq!(last_income_year(date(2026, 7, 31)), 2024);
        assert_eq!(last_income_year(date(2026, 8, 1)), 2025);
        assert_eq!(last_income_year(date(2027, 1, 1)), 2025);
    }

    #[test]
    fn each_situation_has_its_letter() {
        for situation in Situation::ALL {
            assert_eq!(Situation::from_letter(situation.letter()), Some(situation));
        }
        assert_eq!(Situation::from_letter("X"), None);
    }
}
