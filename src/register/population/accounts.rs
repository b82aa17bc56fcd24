//! The records of generated accounts. Everyone has sixteen slots, one for each sort of account, which chance fills; a
//! company has four for each establishment. The number of an account is its slot, permuted.

use crate::{
    domain::{BranchCode, Iban},
    register::{
        account::Account,
        bank::Counter,
        draw::{Draw, Topic},
        id::Party,
        population::{
            Population,
            companies::ASSOCIATION,
            plan::{CELL, Role, Sketch},
            products::{
                BOOKLET, JOINT, Needs, PRODUCTS, Product, SAFE, SECOND_CURRENT, UNDIVIDED, What,
            },
            time::{REFERENCE, between, new_year},
        },
    },
};

/// Where an account belongs, as its index says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A person's slot.
    Person { owner: u64, slot: u8 },
    /// A slot of an establishment.
    Company { company: u64, establishment: u16, slot: u8 },
}

impl Place {
    pub(super) fn of(index: u64) -> Self {
        match index.checked_sub(COMPANIES_FROM) {
            None => Self::Person { owner: index / SLOTS, slot: (index % SLOTS) as u8 },
            Some(index) => {
                let (company, slot) = (index / SLOTS, (index % SLOTS) as u8);
                Self::Company { company, establishment: u16::from(slot / 4), slot: slot % 4 }
            }
        }
    }

    pub(super) fn index(self) -> u64 {
        match self {
            Self::Person { owner, slot } => owner * SLOTS + u64::from(slot),
            Self::Company { company, establishment, slot } => {
                COMPANIES_FROM + company * SLOTS + u64::from(establishment) * 4 + u64::from(slot)
            }
        }
    }
}

impl Population {
    /// The record of this index, which must exist.
    pub(in crate::register) fn account(&self, index: u64) -> Account {
        match Place::of(index) {
            Place::Person { owner, slot } => self.persons_account(index, &self.sketch(owner), slot),
            Place::Company { company, slot, .. } => self.companys_account(index, company, slot),
        }
    }

    /// The account of this number.
    pub(in crate::register) fn account_by_iban(&self, iban: &Iban) -> Option<u64> {
        let number: u64 = iban.account_number().parse().ok()?;
        let image = number.checked_sub(NUMBERS_FROM).filter(|image| *image < NUMBERS)?;
        let index = self.account_numbers.undo(image);
        (self.exists(Place::of(index)) && self.account(index).iban == *iban).then_some(index)
    }

    /// Every account on which the party has a right, in order. All links lie within a cell.
    pub(in crate::register) fn accounts_of(
        &self,
        cell: u64,
        is: impl Fn(Party) -> bool,
    ) -> Vec<u64> {
        let accounts = self.accounts_of_cell(cell);
        accounts
            .filter(|&index| self.parties(index).into_iter().any(|(party, _)| is(party)))
            .collect()
    }

    /// The accounts of the people of a cell, then of its company, in order.
    fn accounts_of_cell(&self, cell: u64) -> impl Iterator<Item = u64> {
        let people = cell * CELL..((cell + 1) * CELL).min(self.size);
        let of_people = people.flat_map(|owner| self.slots(owner));
        of_people.chain(self.accounts_of_company(cell))
    }

    /// All accounts, in order.
    pub(in crate::register) fn accounts(&self) -> impl Iterator<Item = u64> {
        (0..self.size.div_ceil(CELL)).flat_map(|cell| self.accounts_of_cell(cell))
    }

    /// The slots of a person that chance has filled.
    fn slots(&self, owner: u64) -> impl Iterator<Item = u64> {
        let owner = self.sketch(owner);
        let filled = (0..SLOTS as u8).filter(move |&slot| self.holds(&owner, slot));
        filled.map(move |slot| Place::Person { owner: owner.index, slot }.index())
    }

    fn accounts_of_company(&self, company: u64) -> impl Iterator<Item = u64> {
        let count = if company < self.companies() { self.establishment_count(company) } else { 0 };
        let places =
            (0..count).flat_map(|establishment| (0..4).map(move |slot| (establishment, slot)));
        let places = places.map(move |(establishment, slot)| Place::Company {
            company,
            establishment,
            slot,
        });
        places.filter(|place| self.exists(*place)).map(Place::index)
    }

    fn exists(&self, place: Place) -> bool {
        match place {
            Place::Person { owner, slot } => {
                owner < self.size && self.holds(&self.sketch(owner), slot)
            }
            Place::Company { company, establishment, slot } => {
                company < self.companies()
                    && establishment < self.establishment_count(company)
                    && self
                        .keys
                        .draw(Topic::CompanyHolding, place.index())
                        .chance(COMPANY_SLOTS[usize::from(slot)])
            }
        }
    }

    /// Whether the person has the account of this slot.
    pub(super) fn holds(&self, owner: &Sketch, slot: u8) -> bool {
        let product = &PRODUCTS[usize::from(slot)];
        let index = Place::Person { owner: owner.index, slot }.index();
        product.ages.contains(&owner.age)
            && self.keys.draw(Topic::Holding, index).chance(product.per_mille)
            && match product.needs {
                Needs::Nothing => true,
                Needs::Spouse => owner.role == Role::Head,
                Needs::CoOwners => self.co_owners(owner).is_some(),
                Needs::Booklet => self.holds(owner, BOOKLET),
            }
    }

    /// Who owns in common the account that the first of them holds: nobody unless all are grown up.
    pub(super) fn co_owners(&self, first: &Sketch) -> Option<Vec<Sketch>> {
        let group = self.plan(first.index).undivided;
        let owners = group.iter().map(|&place| self.sketch(first.neighbour(place)));
        let owners: Vec<_> = owners
            .filter(|owner| owner.age >= *PRODUCTS[usize::from(UNDIVIDED)].ages.start())
            .collect();
        (group.first() == Some(&first.place()) && owners.len() == group.len()).then_some(owners)
    }

    fn persons_account(&self, index: u64, owner: &Sketch, slot: u8) -> Account {
        let product = &PRODUCTS[usize::from(slot)];
        let mut draw = self.keys.draw(Topic::Account, index);
        let death = self.death(owner);
        let last = death.unwrap_or(REFERENCE);
        let earliest =
            new_year((owner.birth_year() + product.ages.start()).max(product.since)).min(last);
        let opened = between(&mut draw, earliest, last);
        let opening_reason = *draw.weighted(&[(92, 0), (5, 1), (2, 2), (1, 3)]);
        let fiscal_date = (opening_reason == 1).then(|| between(&mut draw, earliest, opened));
        let closed = match death {
            _ if product.what == What::Closed => Some(between(&mut draw, opened, last)),
            Some(death) => draw.chance(550).then(|| between(&mut draw, death, REFERENCE)),
            None => draw.chance(30).then(|| between(&mut draw, opened, last)),
        };
        let (bank, agency) = self.counter(owner, product, &mut draw);
        let (iban, branch) = self.number(index, bank, agency, slot == SAFE, &mut draw);
        let is_main = slot == 0 && self.holds(owner, SECOND_CURRENT);
        let foreign = product.what == What::Foreign;
        Account {
            iban,
            opened,
            fiscal_date,
            opening_reason,
            closed,
            nature: product.nature(bank.trade, owner.age, &mut draw),
            kind: [(JOINT, 2), (UNDIVIDED, 4)]
                .iter()
                .find(|(of, _)| *of == slot)
                .map_or(1, |(_, kind)| *kind),
            characteristic: if is_main { 2 } else { 1 },
            succession: slot != JOINT
                && death.is_some_and(|death| closed.is_none_or(|day| day >= death)),
            non_resident: self.is_abroad(owner.home),
            currency: if foreign {
                *draw.weighted(&[(5, "USD"), (3, "GBP"), (2, "CHF")])
            } else {
                "EUR"
            }
            .to_owned(),
            bank: bank.code,
            branch,
            rights: self.rights(index, opened, closed.unwrap_or(last)),
        }
    }

    fn companys_account(&self, index: u64, company: u64, slot: u8) -> Account {
        let mut draw = self.keys.draw(Topic::Account, index);
        let founded = new_year(1975 + self.keys.draw(Topic::Founding, company).below(51) as u16);
        let opened = between(&mut draw, founded, REFERENCE);
        let closed = (slot == 3 || draw.chance(30)).then(|| between(&mut draw, opened, REFERENCE));
        let bank = draw.pick(self.counters.retail());
        let agency = draw.below(bank.agencies.into());
        let (iban, branch) = self.number(index, bank, agency, false, &mut draw);
        let nature = match (slot, self.category(company)) {
            (2, ASSOCIATION) => 201,
            (2, _) => *draw.weighted(&[(3, 300), (2, 401), (1, 216)]),
            (_, _) => bank.trade.current(),
        };
        Account {
            iban,
            opened,
            fiscal_date: None,
            opening_reason: 0,
            closed,
            nature,
            kind: 1,
            characteristic: 1,
            succession: false,
            non_resident: false,
            currency: "EUR".to_owned(),
            bank: bank.code,
            branch,
            rights: self.rights(index, opened, closed.unwrap_or(REFERENCE)),
        }
    }

    /// The bank and the agency: most often the household's.
    fn counter(&self, owner: &Sketch, product: &Product, draw: &mut Draw) -> (&Counter, u64) {
        if product.elsewhere || draw.chance(150) {
            let current = matches!(product.what, What::Current | What::Closed | What::Foreign);
            let bank =
                draw.pick(if current { self.counters.all() } else { self.counters.retail() });
            return (bank, draw.below(bank.agencies.into()));
        }
        let mut of_household = self.keys.draw(Topic::Household, owner.home);
        let bank = of_household.pick(self.counters.retail());
        (bank, of_household.below(bank.agencies.into()))
    }

    /// The number, and the branch that manages the account: three in a hundred have been moved.
    fn number(
        &self,
        index: u64,
        bank: &Counter,
        agency: u64,
        safe: bool,
        draw: &mut Draw,
    ) -> (Iban, BranchCode) {
        let number = (NUMBERS_FROM + self.account_numbers.apply(index)).to_string();
        let branch = bank.branch(agency);
        let make = if safe && draw.chance(500) { Iban::fc } else { Iban::french };
        let iban = make(bank.code, branch, &number).expect("eleven digits");
        let moved = draw.chance(30);
        (iban, if moved { bank.branch(draw.below(bank.agencies.into())) } else { branch })
    }
}

const SLOTS: u64 = 16;

/// Account indexes of people lie below, those of companies from here on.
const COMPANIES_FROM: u64 = 80_000_000_000;

/// Account numbers of the population have eleven digits and do not begin with 0, which is the personas'.
const NUMBERS_FROM: u64 = 10_000_000_000;

/// How many account numbers there are.
pub(super) const NUMBERS: u64 = 90_000_000_000;

/// How many establishments in a thousand have each of their four accounts: current, second current, savings, closed.
const COMPANY_SLOTS: [u32; 4] = [950, 200, 250, 120];
