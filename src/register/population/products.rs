//! The sorts of account that a generated person may have: one slot each, so one regulated account of a nature per person,
//! as the law says; the few second livrets A are on purpose, for multi-détention to find.

use std::ops::RangeInclusive;

use crate::register::{bank::Trade, draw::Draw};

/// One sort of account.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) what: What,
    pub(super) needs: Needs,
    /// How old one must be to have it.
    pub(super) ages: RangeInclusive<u16>,
    /// The year since which it exists, or since which accounts are remembered.
    pub(super) since: u16,
    /// How many in a thousand have it.
    pub(super) per_mille: u32,
    /// Whether it is kept by another bank than the household's.
    pub(super) elsewhere: bool,
}

/// What it is; the bank decides the rest of the nature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A current account: the nature is the bank's own (101 to 104).
    Current,
    /// The same, closed long ago.
    Closed,
    /// A current account in another currency.
    Foreign,
    /// Livret A, or livret bleu at a mutual bank.
    Booklet,
    /// The account of exactly this nature.
    Nature(u16),
    /// PEL or CEL.
    Housing,
    /// PEA, PEP, or the young savers' PEAC.
    Shares,
    /// A book or term account.
    Savings,
    /// A safe, half of them without a true IBAN.
    Safe,
}

/// What else it takes to have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    /// To be the head of a couple: held jointly.
    Spouse,
    /// To be the first of several who own in common.
    CoOwners,
    /// To have a livret already.
    Booklet,
}

impl Product {
    const fn new(what: What, ages: RangeInclusive<u16>, since: u16, per_mille: u32) -> Self {
        Self { what, needs: Needs::Nothing, ages, since, per_mille, elsewhere: false }
    }

    const fn elsewhere(self) -> Self {
        Self { elsewhere: true, ..self }
    }

    /// The nature of the account at such a bank, for someone of this age.
    pub(super) fn nature(&self, trade: Trade, age: u16, draw: &mut Draw) -> u16 {
        match self.what {
            What::Current | What::Closed | What::Foreign => trade.current(),
            What::Booklet if trade == Trade::Mutual => 202,
            What::Booklet => 201,
            What::Nature(nature) => nature,
            What::Housing => *draw.weighted(&[(7, 209), (3, 210)]),
            What::Shares if age < 21 => 217,
            What::Shares if age > 45 => *draw.weighted(&[(8, 212), (1, 211), (1, 213)]),
            What::Shares => 212,
            What::Savings => *draw.weighted(&[(7, 216), (3, 300)]),
            What::Safe => 500,
        }
    }
}

/// The slot of the livret.
pub(super) const BOOKLET: u8 = 2;
/// The slot of the second current account.
pub(super) const SECOND_CURRENT: u8 = 1;
/// The slot of a couple's joint account.
pub(super) const JOINT: u8 = 14;
/// The slot of what several own in common.
pub(super) const UNDIVIDED: u8 = 15;
/// The slot of the safe.
pub(super) const SAFE: u8 = 11;

/// By slot.
pub(super) static PRODUCTS: [Product; 16] = [
    Product::new(What::Current, 16..=150, 1965, 950),
    Product::new(What::Current, 18..=150, 1980, 220).elsewhere(),
    Product::new(What::Booklet, 1..=150, 1965, 800),
    Product { needs: Needs::Booklet, ..Product::new(What::Booklet, 18..=150, 1990, 4).elsewhere() },
    Product::new(What::Nature(205), 18..=150, 1984, 350),
    Product::new(What::Nature(206), 18..=150, 1983, 150),
    Product::new(What::Nature(204), 12..=24, 1996, 500),
    Product::new(What::Housing, 15..=150, 1970, 200),
    Product::new(What::Shares, 16..=150, 1993, 90),
    Product::new(What::Nature(401), 18..=150, 1980, 80),
    Product::new(What::Savings, 18..=150, 1985, 120).elsewhere(),
    Product::new(What::Safe, 40..=150, 1980, 25),
    Product::new(What::Closed, 25..=150, 1970, 200).elsewhere(),
    Product::new(What::Foreign, 25..=150, 1995, 8).elsewhere(),
    Product { needs: Needs::Spouse, ..Product::new(What::Current, 18..=150, 1970, 750) },
    Product { needs: Needs::CoOwners, ..Product::new(What::Current, 30..=150, 2012, 900) },
];
