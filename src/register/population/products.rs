//! The sorts of account that a generated person may have: one slot each, so one regulated account of a nature per person,
//! as the law says; the few second livrets A are on purpose, for multi-détention to find. What the law adds, ages and
//! years, is in [`law`](crate::register::law).

use jiff::civil::Date;

use crate::register::{
    bank::Trade,
    draw::Draw,
    law::{LIVRET_A_EVERYWHERE, MAJORITY},
};

/// One sort of account.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) what: ProductKind,
    pub(super) needs: Needs,
    /// The birthday from which people have it, where the law asks for less.
    pub(super) from_age: u8,
    /// How many in a thousand of those who may have it do.
    pub(super) per_mille: u32,
    /// Whether it is kept by another bank than the household's.
    pub(super) elsewhere: bool,
    /// Whether it was closed long ago.
    pub(super) closed: bool,
}

/// What it is; the bank decides the rest of the nature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProductKind {
    /// A current account: the nature is the bank's own (101 to 104).
    Current,
    /// A current account in another currency.
    Foreign,
    /// Livret A, or livret bleu at a mutual bank until 2008.
    Booklet,
    /// The account of exactly this nature.
    Nature(u16),
    /// A safe, half of them without a true IBAN.
    Safe,
}

/// What else it takes to have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    Nothing,
    /// To be the head of a couple: held jointly.
    Spouse,
    /// To be the first of several heirs who own in common.
    CoOwners,
    /// To be the first of several who hold a collective account.
    Members,
    /// To have a livret already.
    Booklet,
}

impl Product {
    const fn new(what: ProductKind, from_age: u8, per_mille: u32) -> Self {
        Self { what, needs: Needs::Nothing, from_age, per_mille, elsewhere: false, closed: false }
    }

    const fn nature_of(nature: u16, from_age: u8, per_mille: u32) -> Self {
        Self::new(ProductKind::Nature(nature), from_age, per_mille)
    }

    const fn elsewhere(self) -> Self {
        Self { elsewhere: true, ..self }
    }

    const fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    /// Whether it is a current account, which every bank keeps.
    pub(super) fn is_current(&self) -> bool {
        matches!(self.what, ProductKind::Current | ProductKind::Foreign)
    }
}

impl ProductKind {
    /// The natures that it may have at such a bank, each in its own years.
    pub(super) fn natures(self, trade: Trade) -> &'static [u16] {
        match (self, trade) {
            (Self::Current | Self::Foreign, Trade::Bank | Trade::Savings | Trade::Mutual) => &[101],
            (Self::Current | Self::Foreign, Trade::Postal) => &[102],
            (Self::Current | Self::Foreign, Trade::Payment) => &[103],
            (Self::Current | Self::Foreign, Trade::ElectronicMoney) => &[104],
            (Self::Booklet, Trade::Mutual) => &[202, 201],
            (Self::Booklet, _) => &[201],
            (Self::Safe, _) => &[500],
            (Self::Nature(nature), _) => one(nature),
        }
    }

    /// Of natures that follow one another, the one of an account that was opened on this day.
    pub(super) fn nature(self, trade: Trade, opened: Date) -> u16 {
        match self.natures(trade) {
            [before, after] if opened >= LIVRET_A_EVERYWHERE => {
                debug_assert!(before != after);
                *after
            }
            natures => natures[0],
        }
    }
}

/// A nature as a list of one.
fn one(nature: u16) -> &'static [u16] {
    let at = NATURES.iter().position(|one| *one == nature);
    at.map_or(&[], |at| &NATURES[at..=at])
}

const NATURES: [u16; 18] =
    [203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215, 216, 217, 300, 401, 900];

impl Product {
    /// The currency of the account.
    pub(super) fn currency(&self, draw: &mut Draw) -> &'static str {
        match self.what {
            ProductKind::Foreign => draw.weighted::<&str>(&[(5, "USD"), (3, "GBP"), (2, "CHF")]),
            ProductKind::Current
            | ProductKind::Booklet
            | ProductKind::Nature(_)
            | ProductKind::Safe => "EUR",
        }
    }
}

/// The slot of the main current account.
pub(super) const CURRENT: u8 = 0;
/// The slot of the second current account.
pub(super) const SECOND_CURRENT: u8 = 1;
/// The slot of the livret.
pub(super) const BOOKLET: u8 = 2;
/// The slot of the LEP.
pub(super) const LEP: u8 = 6;
/// The slot of the securities account: some are managed by a company.
pub(super) const SECURITIES: u8 = 20;
/// The slots of what a couple holds jointly.
pub(super) const JOINT: [u8; 2] = [26, 27];
/// The slot of what several own in common.
pub(super) const UNDIVIDED: u8 = 28;
/// The slot of a collective account.
pub(super) const COLLECTIVE: u8 = 29;

/// By slot.
pub(super) static PRODUCTS: [Product; 30] = [
    Product::new(ProductKind::Current, 16, 960),
    Product::new(ProductKind::Current, MAJORITY, 220).elsewhere(),
    Product::new(ProductKind::Booklet, 1, 800),
    Product::new(ProductKind::Booklet, MAJORITY, 5).elsewhere().needs(Needs::Booklet),
    Product::nature_of(204, 12, 500),
    Product::nature_of(205, MAJORITY, 370),
    Product::nature_of(206, MAJORITY, 180),
    Product::nature_of(209, 5, 150),
    Product::nature_of(210, 15, 60),
    Product::nature_of(211, MAJORITY, 30),
    Product::nature_of(212, 21, 90),
    Product::nature_of(214, 25, 10).elsewhere(),
    Product::nature_of(213, 30, 90),
    Product::nature_of(217, 0, 60),
    Product::nature_of(215, 20, 60).elsewhere(),
    Product::nature_of(203, 20, 60),
    Product::nature_of(207, 25, 6),
    Product::nature_of(208, MAJORITY, 8),
    Product::nature_of(216, 20, 90).elsewhere(),
    Product::nature_of(300, 25, 50).elsewhere(),
    Product::nature_of(401, 25, 80),
    Product::new(ProductKind::Safe, 40, 25),
    Product { closed: true, ..Product::new(ProductKind::Current, 20, 200).elsewhere() },
    Product::new(ProductKind::Foreign, 25, 8).elsewhere(),
    Product::nature_of(900, 25, 10).elsewhere(),
    Product { closed: true, ..Product::new(ProductKind::Booklet, 10, 60).elsewhere() },
    Product::new(ProductKind::Current, MAJORITY, 760).needs(Needs::Spouse),
    Product::new(ProductKind::Safe, 45, 12).needs(Needs::Spouse),
    Product::new(ProductKind::Current, MAJORITY, 900).needs(Needs::CoOwners),
    Product::new(ProductKind::Current, 25, 700).needs(Needs::Members),
];

impl ProductKind {
    /// Whether such a bank keeps it at all.
    pub(super) fn is_kept_by(self, trade: Trade) -> bool {
        match self {
            Self::Nature(203) => matches!(trade, Trade::Postal | Trade::Savings),
            Self::Current | Self::Foreign | Self::Booklet | Self::Nature(_) | Self::Safe => true,
        }
    }
}
