//! The fictitious world: people, companies, banks, accounts, and the rights of the ones on the others.
//!
//! Two layers answer as one: the [`Persona`]s, hand-written in `fixtures/personas`, and the population around them, a pure
//! function of the seed. A register is immutable; a reload builds another one. `docs/data.md` tells its data, and
//! [`data_ranges`] the ranges that keep it apart from real people's.

mod account;
mod address;
mod bank;
mod company;
pub mod data_ranges;
mod draw;
mod facets;
mod id;
pub mod law;
mod lookup;
pub mod nomenclature;
mod person;
mod persona;
mod place;
mod population;
mod postal;
pub mod sheet;
mod survey;
pub mod tax;
pub mod view;

use std::{borrow::Cow, ops::RangeInclusive, path::PathBuf, sync::Arc};

use crate::{
    domain::{BankCode, BranchCode, ComparisonName, Iban, Siren, Siret, Spi},
    fixtures::Diagnostic,
};

use self::id::Origin;

pub use self::{
    account::{Account, Declared, Right, RightKind},
    address::Address,
    bank::{Bank, Branch, Trade},
    company::{Company, Establishment},
    facets::{FacetSearch, Facets, Hit},
    id::{AccountId, CompanyId, EstablishmentIndex, Party, PersonId},
    lookup::{LookupResult, Named, NoIdentifier},
    person::{Birthplace, Person, Sex},
    persona::{Expectation, Persona, SampleCall, Subject},
    survey::Stats,
};

/// What a register is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Decides the population: the same seed, size and version give the same people.
    pub seed: u64,
    /// How many people there are besides the personas.
    pub population: u64,
    /// A folder whose `personas` and `banques.toml` add to the embedded ones.
    pub fixtures: Option<PathBuf>,
}

/// The fictitious world. Records come as `Arc`s, so that hand-written and generated ones look alike.
#[derive(Debug)]
pub struct Register {
    banks: bank::Banks,
    cast: persona::Cast,
    population: population::Population,
}

/// A part of a register, small enough to be held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub people: Vec<PersonId>,
    pub companies: Vec<CompanyId>,
    pub accounts: Vec<AccountId>,
}

/// Which of a company's names a search looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Designation {
    /// The registered name.
    RaisonSociale,
    /// The acronym.
    Sigle,
    /// The trade name of an establishment.
    Enseigne,
}

/// What a seed means: it changes with every change of what a seed and a size give. Reports, exports and replicas name it.
pub const VERSION: u32 = 2;

impl Register {
    /// The largest population.
    pub const MOST_PEOPLE: u64 = population::MOST_PEOPLE;

    /// The register of this seed and size, with the embedded fixtures and those of the folder.
    ///
    /// # Errors
    /// Everything that is wrong in the fixtures, each with file, line and key.
    pub fn load(spec: &Spec) -> Result<Self, Vec<Diagnostic>> {
        if spec.population > Self::MOST_PEOPLE {
            let message = format!(
                "{} people: at most {} can have an SPI",
                spec.population,
                Self::MOST_PEOPLE
            );
            let (file, key) = ("configuration".to_owned(), Some("population".to_owned()));
            return Err(vec![Diagnostic { file, line: None, key, message, hint: None }]);
        }
        let dir = spec.fixtures.as_deref();
        let banks = bank::Banks::load(dir)?;
        let cast = persona::load(&banks, dir)?;
        let reserved = cast.by_birth_name.keys();
        let population =
            population::Population::new(spec.seed, spec.population, banks.counters(), reserved);
        Ok(Self { banks, cast, population })
    }

    /// The person of an id that this register gave.
    pub fn person(&self, id: PersonId) -> Arc<Person> {
        match id.0 {
            Origin::Persona(at) => Arc::clone(&self.cast.people[at as usize]),
            Origin::Generated(index) => Arc::new(self.population.person(index)),
        }
    }

    /// The company of an id that this register gave.
    pub fn company(&self, id: CompanyId) -> Arc<Company> {
        match id.0 {
            Origin::Persona(at) => Arc::clone(&self.cast.companies[at as usize]),
            Origin::Generated(index) => Arc::new(self.population.company(index)),
        }
    }

    /// The account of an id that this register gave.
    pub fn account(&self, id: AccountId) -> Arc<Account> {
        match id.0 {
            Origin::Persona(at) => Arc::clone(&self.cast.accounts[at as usize]),
            Origin::Generated(index) => Arc::new(self.population.account(index)),
        }
    }

    pub fn person_by_spi(&self, spi: &Spi) -> Option<PersonId> {
        let generated =
            || self.population.person_by_spi(spi).map(|index| PersonId(Origin::Generated(index)));
        self.cast.by_spi.get(spi).copied().or_else(generated)
    }

    /// The account, open or closed, of this number.
    pub fn account_by_iban(&self, iban: &Iban) -> Option<AccountId> {
        let generated = || {
            self.population.account_by_iban(iban).map(|index| AccountId(Origin::Generated(index)))
        };
        self.cast.by_iban.get(iban).copied().or_else(generated)
    }

    pub fn company_by_siren(&self, siren: &Siren) -> Option<CompanyId> {
        let generated = || {
            self.population.company_by_siren(siren).map(|index| CompanyId(Origin::Generated(index)))
        };
        self.cast.by_siren.get(siren).copied().or_else(generated)
    }

    pub fn establishment_by_siret(&self, siret: &Siret) -> Option<(CompanyId, EstablishmentIndex)> {
        let generated = || {
            let (index, establishment) = self.population.establishment_by_siret(siret)?;
            Some((CompanyId(Origin::Generated(index)), establishment))
        };
        self.cast.by_siret.get(siret).copied().or_else(generated)
    }

    /// Everyone of this birth name who was born in these years; the other criteria are the caller's.
    pub fn people_named(
        &self,
        birth_name: &ComparisonName,
        years: RangeInclusive<u16>,
    ) -> Vec<PersonId> {
        let ids = self.cast.by_birth_name.get(birth_name).into_iter().flatten().copied();
        let personas = ids.filter(|&id| years.contains(&self.person(id).birth.year()));
        let generated = self.population.people_named(birth_name, &years).into_iter();
        personas.chain(generated.map(|index| PersonId(Origin::Generated(index)))).collect()
    }

    /// The companies with this name; the other criteria are the caller's.
    pub fn companies_named(
        &self,
        designation: Designation,
        name: &ComparisonName,
    ) -> Vec<CompanyId> {
        let index = match designation {
            Designation::RaisonSociale => &self.cast.by_name,
            Designation::Sigle => &self.cast.by_sigle,
            Designation::Enseigne => &self.cast.by_enseigne,
        };
        let personas = index.get(name).into_iter().flatten().copied();
        let generated = self.population.companies_named(designation, name).into_iter();
        personas.chain(generated.map(|index| CompanyId(Origin::Generated(index)))).collect()
    }

    /// Every account on which the party has a right, whichever, open or closed, in a stable order. A company without an
    /// establishment stands for all of its establishments.
    pub fn accounts_of(&self, party: Party) -> Vec<AccountId> {
        let accounts = match party {
            Party::Person(PersonId(Origin::Generated(index))) => {
                self.population.accounts_of_person(index)
            }
            Party::Company(CompanyId(Origin::Generated(index)), _) => {
                self.population.accounts_of_company(index, |other| party.includes(other))
            }
            Party::Person(PersonId(Origin::Persona(_)))
            | Party::Company(CompanyId(Origin::Persona(_)), _) => {
                return self.cast.accounts_of.get(&party).cloned().unwrap_or_default();
            }
        };
        accounts.into_iter().map(|index| AccountId(Origin::Generated(index))).collect()
    }

    pub fn bank(&self, code: BankCode) -> Option<&Bank> {
        self.banks.bank(code)
    }

    pub fn branch(&self, bank: BankCode, branch: BranchCode) -> Option<Cow<'_, Branch>> {
        self.banks.branch(bank, branch)
    }

    /// The personas, in the order of their files.
    pub fn personas(&self) -> &[Persona] {
        &self.cast.personas
    }

    pub fn persona(&self, id: &str) -> Option<&Persona> {
        self.cast.by_id.get(id).map(|&at| &self.cast.personas[at])
    }

    /// Everyone, the personas' people first, in a stable order.
    pub fn people(&self) -> impl Iterator<Item = PersonId> {
        let personas = persona::origins(&self.cast.people);
        personas.chain((0..self.population.size()).map(Origin::Generated)).map(PersonId)
    }

    /// Every company, the personas' first, in a stable order.
    pub fn companies(&self) -> impl Iterator<Item = CompanyId> {
        let personas = persona::origins(&self.cast.companies);
        personas.chain((0..self.population.companies()).map(Origin::Generated)).map(CompanyId)
    }

    /// How many parts the register is made of: the personas, and each cell of sixteen people with their company and accounts.
    pub fn parts(&self) -> u64 {
        1 + self.population.cells()
    }

    /// The people, companies and accounts of a part. All parts together are the register, each record once.
    pub fn part(&self, number: u64) -> Part {
        let Some(cell) = number.checked_sub(1) else {
            return Part {
                people: persona::origins(&self.cast.people).map(PersonId).collect(),
                companies: persona::origins(&self.cast.companies).map(CompanyId).collect(),
                accounts: persona::origins(&self.cast.accounts).map(AccountId).collect(),
            };
        };
        let company = Some(cell).filter(|cell| *cell < self.population.companies());
        let accounts = self.population.accounts_of_cell(cell);
        Part {
            people: self.population.cell(cell).map(|at| PersonId(Origin::Generated(at))).collect(),
            companies: company.into_iter().map(|at| CompanyId(Origin::Generated(at))).collect(),
            accounts: accounts.map(|at| AccountId(Origin::Generated(at))).collect(),
        }
    }

    /// Every account, the personas' first, in a stable order.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> {
        let personas = persona::origins(&self.cast.accounts);
        personas.chain(self.population.accounts().map(Origin::Generated)).map(AccountId)
    }
}

#[cfg(test)]
mod tests;
