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
mod id;
pub mod nomenclature;
mod person;
mod persona;

use std::{ops::RangeInclusive, path::PathBuf, sync::Arc};

use crate::{
    domain::{BankCode, BranchCode, ComparisonName, Iban, Siren, Siret, Spi},
    fixtures::Fault,
};

pub use self::{
    account::{Account, Declared, Right, RightKind},
    address::Address,
    bank::{Bank, Branch},
    company::{Company, Establishment},
    id::{AccountId, CompanyId, EstablishmentIndex, Party, PersonId},
    person::{Birthplace, Person, Sex},
    persona::{Call, CallApi, Expectation, Persona, Subject},
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

impl Register {
    /// The register of this seed and size, with the embedded fixtures and those of the folder.
    ///
    /// # Errors
    /// Everything that is wrong in the fixtures, each with file, line and key.
    pub fn load(spec: &Spec) -> Result<Self, Vec<Fault>> {
        let dir = spec.fixtures.as_deref();
        let banks = bank::Banks::load(dir)?;
        let cast = persona::load(&banks, dir)?;
        Ok(Self { banks, cast })
    }

    /// The person of an id that this register gave.
    pub fn person(&self, id: PersonId) -> Arc<Person> {
        match id.0 {
            id::Origin::Persona(at) => Arc::clone(&self.cast.people[at as usize]),
            id::Origin::Generated(_) => unreachable!("no population yet"),
        }
    }

    /// The company of an id that this register gave.
    pub fn company(&self, id: CompanyId) -> Arc<Company> {
        match id.0 {
            id::Origin::Persona(at) => Arc::clone(&self.cast.companies[at as usize]),
            id::Origin::Generated(_) => unreachable!("no population yet"),
        }
    }

    /// The account of an id that this register gave.
    pub fn account(&self, id: AccountId) -> Arc<Account> {
        match id.0 {
            id::Origin::Persona(at) => Arc::clone(&self.cast.accounts[at as usize]),
            id::Origin::Generated(_) => unreachable!("no population yet"),
        }
    }

    /// The person of this SPI.
    pub fn person_by_spi(&self, spi: &Spi) -> Option<PersonId> {
        self.cast.by_spi.get(spi).copied()
    }

    /// The account, open or closed, of this number.
    pub fn account_by_iban(&self, iban: &Iban) -> Option<AccountId> {
        self.cast.by_iban.get(iban).copied()
    }

    /// The company of this SIREN.
    pub fn company_by_siren(&self, siren: &Siren) -> Option<CompanyId> {
        self.cast.by_siren.get(siren).copied()
    }

    /// The establishment of this SIRET, and its company.
    pub fn establishment_by_siret(&self, siret: &Siret) -> Option<(CompanyId, EstablishmentIndex)> {
        self.cast.by_siret.get(siret).copied()
    }

    /// Everyone of this birth name who was born in these years; the other criteria are the caller's.
    pub fn people_named(&self, birth_name: &ComparisonName, years: RangeInclusive<u16>) -> Vec<PersonId> {
        let ids = self.cast.by_birth_name.get(birth_name).into_iter().flatten().copied();
        ids.filter(|&id| years.contains(&self.person(id).birth.year())).collect()
    }

    /// The companies with this name; the other criteria are the caller's.
    pub fn companies_named(&self, designation: Designation, name: &ComparisonName) -> Vec<CompanyId> {
        let index = match designation {
            Designation::RaisonSociale => &self.cast.by_name,
            Designation::Sigle => &self.cast.by_sigle,
            Designation::Enseigne => &self.cast.by_enseigne,
        };
        index.get(name).cloned().unwrap_or_default()
    }

    /// Every account on which the party has a right, whichever, open or closed, in a stable order. A company without an
    /// establishment stands for all of its establishments.
    pub fn accounts_of(&self, party: Party) -> Vec<AccountId> {
        self.cast.accounts_of.get(&party).cloned().unwrap_or_default()
    }

    /// The bank of this code.
    pub fn bank(&self, code: BankCode) -> Option<Bank> {
        self.banks.bank(code).cloned()
    }

    /// The branch of this code in that bank.
    pub fn branch(&self, bank: BankCode, branch: BranchCode) -> Option<Branch> {
        self.banks.branch(bank, branch).cloned()
    }

    /// The personas, in the order of their files.
    pub fn personas(&self) -> &[Persona] {
        &self.cast.personas
    }

    /// The persona of this id.
    pub fn persona(&self, id: &str) -> Option<&Persona> {
        self.cast.by_id.get(id).map(|&at| &self.cast.personas[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register() -> Register {
        Register::load(&Spec { seed: 1, population: 0, fixtures: None }).unwrap_or_else(|faults| {
            panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
        })
    }

    fn person_of(register: &Register, id: &str) -> PersonId {
        match register.persona(id).unwrap().subject {
            Subject::Person(person) => person,
            ref other @ (Subject::Company(_) | Subject::Group(_) | Subject::Accounts) => panic!("{id} is {other:?}"),
        }
    }

    #[test]
    fn a_persona_is_found_by_each_identifier_and_by_name() {
        let register = register();
        let celine = person_of(&register, "celine-simple");
        let record = register.person(celine);
        assert_eq!(register.person_by_spi(&record.spi.unwrap()), Some(celine));
        let named = register.people_named(&"Valbrune".parse().unwrap(), 1985..=1985);
        assert_eq!(named, [celine]);
        assert_eq!(register.people_named(&"Valbrune".parse().unwrap(), 1986..=1990), []);
        let accounts = register.accounts_of(Party::Person(celine));
        let [account] = accounts.as_slice() else { panic!("{accounts:?}") };
        assert_eq!(register.account_by_iban(&register.account(*account).iban), Some(*account));
    }

    #[test]
    fn a_joint_account_belongs_to_both() {
        let register = register();
        let [a, b] = ["couple-joint-a", "couple-joint-b"].map(|id| Party::Person(person_of(&register, id)));
        assert_eq!(register.accounts_of(a).len(), 2);
        assert_eq!(register.accounts_of(b), register.accounts_of(a)[..1]);
        let joint = register.account(register.accounts_of(b)[0]);
        assert_eq!(joint.holders().map(|right| right.party).collect::<Vec<_>>(), [a, b]);
    }

    #[test]
    fn a_company_is_found_by_siren_siret_and_name_with_the_account_of_its_head_office() {
        let register = register();
        let Subject::Company(id) = register.persona("sarl-simple").unwrap().subject else { panic!("a company") };
        let company = register.company(id);
        assert_eq!(register.company_by_siren(&company.siren.unwrap()), Some(id));
        let siret = company.head_office().siret.unwrap();
        assert_eq!(register.establishment_by_siret(&siret), Some((id, EstablishmentIndex(0))));
        let name = "ateliers du pont levis".parse().unwrap();
        assert_eq!(register.companies_named(Designation::RaisonSociale, &name), [id]);
        let whole = register.accounts_of(Party::Company(id, None));
        assert_eq!(whole.len(), 1);
        assert_eq!(whole, register.accounts_of(Party::Company(id, Some(EstablishmentIndex(0)))));
    }

    #[test]
    fn the_branch_that_manages_an_account_may_not_be_the_one_of_its_iban() {
        let register = register();
        let paul = person_of(&register, "paul-multicomptes");
        let accounts = register.accounts_of(Party::Person(paul)).into_iter().map(|id| register.account(id));
        let moved: Vec<_> = accounts.filter(|account| account.branch != account.iban.branch()).collect();
        assert_eq!(moved.len(), 1);
        assert!(register.branch(moved[0].bank, moved[0].branch).is_some());
    }
}
