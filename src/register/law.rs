//! What the law says of each nature of account: since when it is opened, until when, and by whom.
//!
//! One table for the generator, for `docs/data.md` and for whoever checks the register. Ages are birthdays, not years. Days
//! before 1970 do not matter: the register remembers no older account.

use jiff::{ToSpan, civil::Date, civil::date};

use crate::{domain::BirthDate, register::bank::Trade};

/// When and by whom accounts of one nature may be opened.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// PT annexe 1.
    pub nature: u16,
    /// The first day on which one may be opened.
    pub since: Date,
    /// The last one, when it is no longer opened.
    pub until: Option<Date>,
    /// The birthday from which a person may open one.
    pub from_age: u8,
    /// The birthday from which nobody may open one any more.
    pub before_age: Option<u8>,
    /// The year of this birthday is the last one in which it is kept.
    pub kept_to_age: Option<u8>,
    /// Whether its holder must live in France when it is opened.
    pub residents_only: bool,
    pub source: &'static str,
}

impl Rule {
    const fn since(nature: u16, since: Date, source: &'static str) -> Self {
        Self {
            nature,
            since,
            until: None,
            from_age: 0,
            before_age: None,
            kept_to_age: None,
            residents_only: false,
            source,
        }
    }

    const fn until(self, last: Date) -> Self {
        Self { until: Some(last), ..self }
    }

    const fn aged(self, age: u8) -> Self {
        Self { from_age: age, ..self }
    }

    const fn younger_than(self, age: u8) -> Self {
        Self { before_age: Some(age), ..self }
    }

    const fn for_residents(self) -> Self {
        Self { residents_only: true, ..self }
    }

    /// The days on which such a bank may open an account of this nature.
    fn days(&self, trade: Trade) -> Option<(Date, Date)> {
        let since = match (self.nature, trade) {
            (LIVRET_A, Trade::Postal | Trade::Savings) => REMEMBERED,
            (LIVRET_BLEU, trade) if trade != Trade::Mutual => return None,
            (LIVRET_B, trade) if !matches!(trade, Trade::Postal | Trade::Savings) => return None,
            _ => self.since,
        };
        Some((since, self.until.unwrap_or(Date::MAX)))
    }

    /// The days on which someone born then may open one at such a bank. Of a partial date of birth every reading must do.
    pub(super) fn window(&self, born: BirthDate, trade: Trade) -> Option<(Date, Date)> {
        let (since, until) = self.days(trade)?;
        let first = since.max(birthday(born.latest(), self.from_age));
        let last =
            self.before_age.map_or(until, |age| until.min(eve(birthday(born.earliest(), age))));
        (first <= last).then_some((first, last))
    }

    /// The last day on which someone born then keeps one.
    pub(super) fn kept_until(&self, born: BirthDate) -> Option<Date> {
        let age = self.kept_to_age?;
        Some(date(birthday(born.earliest(), age).year(), 12, 31))
    }
}

pub fn rule(nature: u16) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.nature == nature)
}

/// The birthday of this number. Whoever was born on 29 February has it on 1 March in the other years.
pub fn birthday(born: Date, age: u8) -> Date {
    let year = born.year() + i16::from(age);
    Date::new(year, born.month(), born.day()).unwrap_or_else(|_| date(year, 3, 1))
}

/// Civil majority (Code civil, article 414).
pub const MAJORITY: u8 = 18;

/// From here on a minor opens an account and uses it without a representative (Code civil, article 388-1-1; usage of banks).
pub const JOINT_HOLDER: u8 = 16;

/// The day before which nothing is remembered.
pub const REMEMBERED: Date = date(1970, 1, 1);

/// The end of the monopoly of the Banque Postale and the savings banks on livret A, of Crédit Mutuel on livret bleu.
pub(super) const LIVRET_A_EVERYWHERE: Date = date(2009, 1, 1);

const LIVRET_A: u16 = 201;
const LIVRET_BLEU: u16 = 202;
const LIVRET_B: u16 = 203;

fn eve(day: Date) -> Date {
    day.saturating_sub(1.day())
}

/// Every nature of PT annexe 1, by code.
pub static RULES: [Rule; 25] = [
    Rule::since(101, REMEMBERED, "usage").aged(JOINT_HOLDER),
    Rule::since(102, REMEMBERED, "loi du 7 janvier 1918").aged(JOINT_HOLDER),
    Rule::since(103, date(2009, 11, 1), "ordonnance n° 2009-866 du 15 juillet 2009").aged(MAJORITY),
    Rule::since(104, date(2002, 11, 21), "règlement CRBF n° 2002-13 du 21 novembre 2002")
        .aged(MAJORITY),
    Rule::since(
        LIVRET_A,
        LIVRET_A_EVERYWHERE,
        "loi n° 2008-776 du 4 août 2008, article 145 ; avant : Banque Postale et caisses d'épargne",
    ),
    Rule::since(
        LIVRET_BLEU,
        date(1975, 1, 1),
        "Crédit Mutuel ; fin : loi n° 2008-776, article 145",
    )
    .until(date(2008, 12, 31)),
    Rule::since(LIVRET_B, REMEMBERED, "Banque Postale et caisses d'épargne (décision)")
        .aged(MAJORITY),
    Rule {
        kept_to_age: Some(25),
        ..Rule::since(204, date(1996, 6, 1), "loi n° 96-314 du 12 avril 1996 ; CMF, L221-24")
            .aged(12)
            .younger_than(25)
            .for_residents()
    },
    Rule::since(205, date(1983, 10, 1), "loi n° 83-607 du 8 juillet 1983 (Codevi) ; CMF, L221-27")
        .aged(MAJORITY)
        .for_residents(),
    Rule::since(206, date(1982, 4, 28), "loi n° 82-357 du 27 avril 1982 ; CMF, L221-13")
        .aged(MAJORITY)
        .for_residents(),
    Rule::since(207, date(1984, 7, 10), "loi n° 84-578 du 9 juillet 1984 ; fin : décision")
        .until(date(2013, 12, 31))
        .aged(MAJORITY)
        .for_residents(),
    Rule::since(208, date(1977, 1, 1), "loi n° 76-1232 du 29 décembre 1976 ; fin : décision")
        .until(date(2013, 12, 31))
        .aged(MAJORITY)
        .younger_than(35)
        .for_residents(),
    Rule::since(209, REMEMBERED, "décret n° 69-1143 du 24 décembre 1969"),
    Rule::since(210, REMEMBERED, "loi n° 65-554 du 10 juillet 1965"),
    Rule::since(211, date(1990, 1, 1), "loi n° 89-935 du 29 décembre 1989, article 109")
        .until(date(2003, 9, 24))
        .aged(MAJORITY)
        .for_residents(),
    Rule::since(212, date(1992, 9, 14), "loi n° 92-666 du 16 juillet 1992")
        .aged(MAJORITY)
        .for_residents(),
    Rule::since(213, date(2019, 10, 1), "loi n° 2019-486 du 22 mai 2019, article 71")
        .aged(MAJORITY),
    Rule::since(214, date(2014, 3, 5), "décret n° 2014-283 du 4 mars 2014")
        .aged(MAJORITY)
        .for_residents(),
    Rule::since(215, REMEMBERED, "ordonnance n° 67-694 du 17 août 1967").aged(MAJORITY),
    Rule::since(216, REMEMBERED, "usage").aged(MAJORITY),
    Rule::since(217, date(2024, 7, 1), "loi n° 2023-973 du 23 octobre 2023, article 34")
        .younger_than(21)
        .for_residents(),
    Rule::since(300, REMEMBERED, "usage").aged(MAJORITY),
    Rule::since(401, REMEMBERED, "usage").aged(MAJORITY),
    Rule::since(500, REMEMBERED, "usage").aged(MAJORITY),
    Rule::since(900, REMEMBERED, "usage").aged(MAJORITY),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::nomenclature;

    #[test]
    fn every_nature_of_the_annexe_has_its_rule() {
        let known = nomenclature::natures().iter().map(|nature| nature.code);
        assert!(known.eq(RULES.iter().map(|rule| rule.nature)));
    }

    #[test]
    fn ages_are_birthdays() {
        let born: BirthDate = "2008-02-29".parse().unwrap();
        let ldds = rule(205).unwrap().window(born, Trade::Bank).unwrap();
        assert_eq!(ldds.0, date(2026, 3, 1));
        let youth = rule(204).unwrap();
        assert_eq!(
            youth.window("2000-06-15".parse().unwrap(), Trade::Bank),
            Some((date(2012, 6, 15), date(2025, 6, 14)))
        );
        assert_eq!(youth.kept_until("2000-06-15".parse().unwrap()), Some(date(2025, 12, 31)));
        // Of a year alone, its last day makes old enough and its first one too old.
        assert_eq!(
            youth.window("2000".parse().unwrap(), Trade::Bank),
            Some((date(2012, 12, 31), date(2024, 12, 31)))
        );
    }

    #[test]
    fn a_livret_was_opened_where_the_law_had_it() {
        let born: BirthDate = "1950-01-01".parse().unwrap();
        let first = |nature, trade| Some(rule(nature)?.window(born, trade)?.0);
        assert_eq!(first(201, Trade::Bank), Some(date(2009, 1, 1)));
        assert_eq!(first(201, Trade::Savings), Some(REMEMBERED));
        assert_eq!(first(202, Trade::Mutual), Some(date(1975, 1, 1)));
        assert_eq!(first(202, Trade::Postal), None);
        assert_eq!(first(203, Trade::Bank), None);
    }
}
