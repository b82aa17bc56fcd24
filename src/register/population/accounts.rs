//! Where generated accounts are: everyone has thirty-two slots, one for each sort of account, which chance fills; a company
//! has eight for each establishment. The number of an account is its slot, permuted.
//!
//! An account is there when everybody who has a right on it is: a population that ends within a cell lacks those that its
//! last people share with the next ones.

use jiff::civil::Date;

use crate::{
    domain::{BranchCode, Iban},
    register::{
        account::{Account, Right},
        bank::Counter,
        draw::Draw,
        id::{Origin, Party, PersonId},
        population::{
            Population,
            plan::CELL,
            products::{PRODUCTS, SECURITIES},
        },
    },
};

/// Where an account belongs, as its index says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AccountPlace {
    /// A person's slot.
    Person {
        owner: u64,
        slot: u8,
    },
    Company {
        company: u64,
        establishment: u16,
        slot: u8,
    },
}

/// An account before its number is written.
pub(super) struct Holding<'p> {
    pub(super) bank: &'p Counter,
    pub(super) agency: u64,
    pub(super) opened: Date,
    pub(super) fiscal_date: Option<Date>,
    pub(super) opening_reason: u8,
    pub(super) closed: Option<Date>,
    pub(super) nature: u16,
    pub(super) kind: u8,
    pub(super) characteristic: u8,
    pub(super) succession: bool,
    pub(super) non_resident: bool,
    pub(super) currency: &'static str,
    /// Half of the safes have no true IBAN, and a few accounts of companies.
    pub(super) without_iban: bool,
    pub(super) rights: Vec<Right>,
    /// What chance decides of the rest.
    pub(super) draw: Draw,
}

impl AccountPlace {
    pub(super) fn from_index(index: u64) -> Self {
        match index.checked_sub(COMPANIES_FROM) {
            None => Self::Person { owner: index / SLOTS, slot: (index % SLOTS) as u8 },
            Some(index) => {
                let (company, slot) = (index / SLOTS, (index % SLOTS) as u8);
                let (establishment, slot) = (slot / COMPANY_SLOTS, slot % COMPANY_SLOTS);
                Self::Company { company, establishment: establishment.into(), slot }
            }
        }
    }

    pub(super) fn index(self) -> u64 {
        match self {
            Self::Person { owner, slot } => owner * SLOTS + u64::from(slot),
            Self::Company { company, establishment, slot } => {
                let slot = u64::from(establishment) * u64::from(COMPANY_SLOTS) + u64::from(slot);
                COMPANIES_FROM + company * SLOTS + slot
            }
        }
    }
}

impl Population {
    /// The record of this index, which must exist.
    pub(in crate::register) fn account(&self, index: u64) -> Account {
        let mut holding =
            self.holding(AccountPlace::from_index(index)).expect("the index of an account");
        let (iban, branch) = self.number(index, &mut holding);
        Account {
            iban,
            opened: holding.opened,
            fiscal_date: holding.fiscal_date,
            opening_reason: holding.opening_reason,
            closed: holding.closed,
            nature: holding.nature,
            kind: holding.kind,
            characteristic: holding.characteristic,
            succession: holding.succession,
            non_resident: holding.non_resident,
            currency: holding.currency.to_owned(),
            bank: holding.bank.code,
            branch,
            rights: holding.rights,
        }
    }

    pub(in crate::register) fn account_by_iban(&self, iban: &Iban) -> Option<u64> {
        let number: u64 = iban.account_number().parse().ok()?;
        let image = number.checked_sub(NUMBERS_FROM).filter(|image| *image < NUMBERS)?;
        let index = self.account_numbers.undo(image);
        self.holding(AccountPlace::from_index(index))?;
        (self.account(index).iban == *iban).then_some(index)
    }

    /// The accounts on which this person has a right, in order.
    pub(in crate::register) fn accounts_of_person(&self, person: u64) -> Vec<u64> {
        let is = |party| party == Party::Person(PersonId(Origin::Generated(person)));
        let people = self.places_shared_with(person).flat_map(person_places);
        let companies = self.company_of(person).into_iter().flat_map(|at| self.company_places(at));
        self.indexes_of(people.chain(companies), is)
    }

    /// The accounts on which this company has a right that `is` takes for one of its own, in order.
    pub(in crate::register) fn accounts_of_company(
        &self,
        company: u64,
        is: impl Fn(Party) -> bool,
    ) -> Vec<u64> {
        let clients =
            self.cell(company).map(|owner| AccountPlace::Person { owner, slot: SECURITIES });
        self.indexes_of(clients.chain(self.company_places(company)), is)
    }

    /// The accounts of the people of a cell, then of its company, in order.
    pub(in crate::register) fn accounts_of_cell(&self, cell: u64) -> impl Iterator<Item = u64> {
        let people = self.cell(cell).flat_map(person_places);
        let places = people.chain(self.company_places(cell));
        places.filter(|place| self.holding(*place).is_some()).map(AccountPlace::index)
    }

    /// All accounts, in order.
    pub(in crate::register) fn accounts(&self) -> impl Iterator<Item = u64> {
        (0..self.cells()).flat_map(|cell| self.accounts_of_cell(cell))
    }

    /// How many cells there are, the last of which may not be full.
    pub(in crate::register) fn cells(&self) -> u64 {
        self.size.div_ceil(CELL)
    }

    /// The people of a cell.
    pub(in crate::register) fn cell(&self, cell: u64) -> std::ops::Range<u64> {
        cell * CELL..((cell + 1) * CELL).min(self.size)
    }

    fn indexes_of(
        &self,
        places: impl Iterator<Item = AccountPlace>,
        is: impl Fn(Party) -> bool,
    ) -> Vec<u64> {
        let of_party = |place: &AccountPlace| {
            let holding = self.holding(*place);
            holding.is_some_and(|account| account.rights.iter().any(|right| is(right.party)))
        };
        places.filter(of_party).map(AccountPlace::index).collect()
    }

    fn holding(&self, place: AccountPlace) -> Option<Holding<'_>> {
        let holding = match place {
            AccountPlace::Person { owner, slot }
                if owner < self.size && usize::from(slot) < PRODUCTS.len() =>
            {
                self.persons_holding(&self.saver(owner), slot)
            }
            AccountPlace::Company { company, establishment, slot }
                if company < self.companies() =>
            {
                self.companys_holding(company, establishment, slot)
            }
            AccountPlace::Person { .. } | AccountPlace::Company { .. } => None,
        }?;
        let lives = |party| match party {
            Party::Person(PersonId(Origin::Generated(index))) => index < self.size,
            Party::Person(_) | Party::Company(..) => true,
        };
        holding.rights.iter().all(|right| lives(right.party)).then_some(holding)
    }

    /// The places of the accounts that a company may have.
    fn company_places(&self, company: u64) -> impl Iterator<Item = AccountPlace> + use<> {
        let count = if company < self.companies() { self.establishment_count(company) } else { 0 };
        (0..count).flat_map(move |establishment| {
            (0..COMPANY_SLOTS).map(move |slot| AccountPlace::Company {
                company,
                establishment,
                slot,
            })
        })
    }

    /// The number, and the branch that manages the account: three in a hundred have been moved.
    fn number(&self, index: u64, holding: &mut Holding<'_>) -> (Iban, BranchCode) {
        let Holding { bank, agency, draw, without_iban, .. } = holding;
        let number = (NUMBERS_FROM + self.account_numbers.apply(index)).to_string();
        let branch = bank.branch(*agency);
        let make = if *without_iban { Iban::fc } else { Iban::french };
        let iban = make(bank.code, branch, &number).expect("eleven digits");
        let moved = draw.chance(30);
        (iban, if moved { bank.branch(draw.below(bank.agencies.into())) } else { branch })
    }
}

/// The places of the accounts that a person may have.
fn person_places(owner: u64) -> impl Iterator<Item = AccountPlace> {
    (0..PRODUCTS.len() as u8).map(move |slot| AccountPlace::Person { owner, slot })
}

const SLOTS: u64 = 32;

/// How many of them each establishment has.
pub(super) const COMPANY_SLOTS: u8 = 8;

/// Account indexes of people lie below, those of companies from here on.
const COMPANIES_FROM: u64 = 80_000_000_000;

/// Account numbers of the population have eleven digits and do not begin with 0, which is the personas'.
const NUMBERS_FROM: u64 = 10_000_000_000;

/// How many account numbers there are.
pub(super) const NUMBERS: u64 = 90_000_000_000;
