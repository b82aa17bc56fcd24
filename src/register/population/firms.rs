//! What a generated company is before its record: its legal category, what that makes of its name, its first and last day,
//! and its accounts.

use jiff::{
    ToSpan,
    civil::{Date, date},
};

use crate::register::{
    draw::Topic,
    law, nomenclature,
    population::{
        Population,
        accounts::{AccountPlace, Holding},
        coined::Style,
        plan::{CELL, Role},
        time::{REFERENCE, between},
    },
};

/// A company's sort and life.
#[derive(Clone, Copy, Debug)]
pub(super) struct Firm {
    pub(super) category: u16,
    pub(super) founded: Date,
    pub(super) dissolved: Option<Date>,
}

/// The life of an establishment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    pub(super) opened: Date,
    pub(super) closed: Option<Date>,
}

impl Firm {
    pub(super) fn is_sole_trader(&self) -> bool {
        self.category == SOLE_TRADER
    }

    /// Whether it manages other people's securities.
    pub(super) fn manages_assets(&self) -> bool {
        self.category == 5710
    }

    pub(super) fn style(&self) -> Style {
        style(self.category)
    }

    fn last(&self) -> Date {
        self.dissolved.unwrap_or(REFERENCE)
    }
}

impl Population {
    /// The sort and the life of the company of this index.
    pub(super) fn firm(&self, company: u64) -> Firm {
        let category = self.category(company);
        let manager = self.sketch(self.manager(company));
        let first = first_year(category).max(manager.birthday(law::MAJORITY));
        let mut draw = self.keys.draw(Topic::Founding, company);
        let founded = between(&mut draw, first, REFERENCE);
        let mut draw = self.keys.draw(Topic::Dissolution, company);
        let year_after = founded.saturating_add(1.year());
        let ends = draw.chance(60) && year_after < REFERENCE;
        let dissolved = ends.then(|| between(&mut draw, year_after, REFERENCE));
        Firm { category, founded, dissolved }
    }

    /// INSEE's legal category. The first companies have each category of the nomenclature in turn, one in three, so that
    /// each is somebody's; the others as often as they are in France, roughly.
    pub(super) fn category(&self, company: u64) -> u16 {
        let categories = nomenclature::legal_categories();
        let rare = |at: u64| -> u16 {
            categories[(at % categories.len() as u64) as usize].code.parse().expect("four digits")
        };
        if company % 3 == 1 && company / 3 < categories.len() as u64 {
            return rare(company / 3);
        }
        let mut draw = self.keys.draw(Topic::Company, company);
        match *draw.weighted(&CATEGORIES) {
            0 => rare(draw.next()),
            category => category,
        }
    }

    /// Who owns a commercial or property company: its manager, and half of the time someone else of the cell.
    pub(super) fn owners(&self, company: u64) -> Vec<u64> {
        let category = self.category(company);
        if !matches!(category, 5000..=5999 | 6540..=6543) {
            return Vec::new();
        }
        let manager = self.manager(company);
        let plan = self.plan(manager);
        let other =
            (4..CELL as u8).find(|&place| matches!(plan.role(place), Role::Alone | Role::Head));
        let shared = self.keys.draw(Topic::Owners, company).chance(500);
        [manager]
            .into_iter()
            .chain(other.filter(|_| shared).map(|place| manager + u64::from(place)))
            .collect()
    }

    /// From when until when the establishment of this place works: the head office as long as the company.
    pub(super) fn life(&self, company: u64, firm: &Firm, at: u16) -> Life {
        let mut draw = self.keys.draw(Topic::EstablishmentLife, company * CELL + u64::from(at));
        if at == 0 {
            return Life { opened: firm.founded, closed: firm.dissolved };
        }
        let opened = between(&mut draw, firm.founded, firm.last());
        let shut = draw.chance(120).then(|| between(&mut draw, opened, firm.last()));
        Life { opened, closed: shut.or(firm.dissolved) }
    }

    /// The account of this slot of an establishment, if there is one.
    pub(super) fn companys_holding(
        &self,
        company: u64,
        establishment: u16,
        slot: u8,
    ) -> Option<Holding<'_>> {
        if establishment >= self.establishment_count(company) {
            return None;
        }
        let index = AccountPlace::Company { company, establishment, slot }.index();
        let held = ACCOUNTS.get(usize::from(slot))?;
        if !self.keys.draw(Topic::CompanyHolding, index).chance(*held) {
            return None;
        }
        let firm = self.firm(company);
        let life = self.life(company, &firm, establishment);
        let mut draw = self.keys.draw(Topic::Account, index);
        let bank = draw.pick(self.counters.retail());
        let agency = draw.below(bank.agencies.into());
        let nature = match slot {
            SAVINGS if firm.may_have_livret_a() => 201,
            SAVINGS => *draw.weighted(&[(3, 300), (2, 401), (1, 216)]),
            SAFE => 500,
            OTHER => 900,
            TERM => 300,
            _ => *bank_current(bank.trade),
        };
        let since = law::rule(nature).map_or(law::REMEMBERED, |rule| match nature {
            201 => law::LIVRET_A_EVERYWHERE,
            _ => rule.since,
        });
        let last = life.closed.unwrap_or(REFERENCE);
        let first = life.opened.max(since);
        if first > last {
            return None;
        }
        let opened = between(&mut draw, first, last);
        let closed = match life.closed {
            _ if slot == FORMER => Some(between(&mut draw, opened, last)),
            // One account in four outlives the company or the establishment.
            Some(end) => draw
                .chance(750)
                .then(|| between(&mut draw, end, end.saturating_add(1.year()).min(REFERENCE))),
            None => draw.chance(30).then(|| between(&mut draw, opened, REFERENCE)),
        };
        let foreign = slot == CURRENCY;
        let mut holding = Holding {
            bank,
            agency,
            opened,
            fiscal_date: None,
            opening_reason: if draw.chance(40) { 1 } else { 0 },
            closed,
            nature,
            kind: 1,
            characteristic: 1,
            succession: false,
            non_resident: false,
            currency: if foreign {
                draw.weighted::<&str>(&[(6, "USD"), (3, "GBP"), (3, "CHF"), (1, "JPY"), (1, "CAD")])
            } else {
                "EUR"
            },
            without_iban: match slot {
                SAFE => draw.chance(500),
                OTHER => draw.chance(800),
                _ => false,
            },
            rights: Vec::new(),
            draw,
        };
        if holding.opening_reason == 1 {
            holding.fiscal_date = Some(between(&mut holding.draw, first, opened));
        }
        holding.rights = self.rights_of_company(index, company, establishment, slot, &holding);
        Some(holding)
    }
}

impl Firm {
    /// Associations and co-ownerships may have a livret A (CMF, L221-3).
    fn may_have_livret_a(&self) -> bool {
        matches!(self.category, 9110 | 9210..=9299)
    }
}

/// What the names of companies of this category are made of.
fn style(category: u16) -> Style {
    match category {
        1000..=1999 => Style::Trader,
        9110 => Style::CoOwnership,
        2000..=2999 => Style::Grouping,
        3000..=3999 => Style::Foreign,
        4000..=4999 | 7000..=7999 => Style::Public,
        5000..=5999 => Style::Trading,
        6540..=6549 => Style::Property,
        6000..=6999 => Style::Civil,
        8000..=8999 => Style::Social,
        _ => Style::Association,
    }
}

/// The first day of companies of this category that the register knows: SIREN numbers since 1973, SARL of one person since
/// 1985, SAS since 1994, SAS of one person since 1999, limited sole traders (EARL) since 1985.
fn first_year(category: u16) -> Date {
    match category {
        5498 | 6598 => date(1985, 7, 12),
        5710 | 5785 => date(1994, 1, 4),
        5720 => date(1999, 7, 13),
        5800 => date(2004, 10, 9),
        _ => date(1975, 1, 1),
    }
}

fn bank_current(trade: crate::register::bank::Trade) -> &'static u16 {
    &super::products::ProductKind::Current.natures(trade)[0]
}

/// INSEE's category of a sole trader.
pub(in crate::register) const SOLE_TRADER: u16 = 1000;
/// INSEE's category of a co-ownership.
pub(super) const COPRO: u16 = 9110;

/// Weights of the common categories; 0 for any of the nomenclature.
const CATEGORIES: [(u32, u16); 10] = [
    (350, SOLE_TRADER),
    (170, 5499),
    (40, 5498),
    (140, 5710),
    (40, 5720),
    (100, 6540),
    (90, 9220),
    (40, COPRO),
    (15, 6598),
    (15, 0),
];

/// How many establishments in a thousand have each of their accounts, by slot.
const ACCOUNTS: [u32; super::accounts::COMPANY_SLOTS as usize] =
    [950, 200, 250, 120, 30, 20, 20, 60];

const SAVINGS: u8 = 2;
const FORMER: u8 = 3;
const SAFE: u8 = 4;
const OTHER: u8 = 5;
const CURRENCY: u8 = 6;
const TERM: u8 = 7;
