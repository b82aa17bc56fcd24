//! From criteria to records: what the register knows, whoever asks and however it will be told.
//!
//! This module knows neither HTTP nor rights. A search finds what the register holds, open and closed accounts alike; what
//! may be seen of it is for [`super::restitution`].

mod companies;
mod criteria;
mod matching;
mod people;
mod savings;

use std::sync::Arc;

use jiff::civil::Date;

pub(super) use self::{
    companies::{by_designation, by_number},
    criteria::{Civil, Domicile, Named, Number, Place, Subject},
    people::{by_civil_status, by_spi},
    savings::savings,
};
use crate::{
    domain::Iban,
    register::{Account, Company, EstablishmentIndex, Party, Person, Register, Right, RightKind},
};

/// Someone who was searched and found, with the accounts on which they have a right.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) who: Who,
    /// Their accounts: one at least, in the register's order.
    pub(super) accounts: Vec<Arc<Account>>,
    /// How much of what is known of them the criteria gave, from 0 to 1 (`scoreAppariement`).
    pub(super) score: f64,
    /// Whether they were searched by SPI.
    pub(super) by_spi: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Who {
    /// A natural person.
    Person(Party, Arc<Person>),
    /// An establishment of a legal person.
    Establishment(Party, Arc<Company>, EstablishmentIndex),
}

/// Why a search finds nothing that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nothing {
    /// The bank of the account number is none of the register's.
    NoBank,
    /// The bank has no such branch.
    NoBranch,
    NoAccount,
    /// Nobody is attached to the account.
    NobodyAttached,
    /// Nobody, or nobody who has an account.
    Nobody,
    /// People, but none of them at this address.
    NoneAtAddress,
    /// People at this address, with accounts of which none was declared at it.
    NoAccountAtAddress,
    /// More people than may be told.
    TooMany,
}

impl Who {
    /// As the rights on accounts name them.
    pub(super) fn party(&self) -> Party {
        match self {
            Self::Person(party, _) | Self::Establishment(party, ..) => *party,
        }
    }
}

/// The account of this number, with somebody attached to it.
pub(super) fn by_iban(register: &Register, iban: &Iban) -> Result<Arc<Account>, Nothing> {
    let Some(account) = existing(register, iban) else {
        return Err(if register.bank(iban.bank()).is_none() {
            Nothing::NoBank
        } else if register.branch(iban.bank(), iban.branch()).is_none() {
            Nothing::NoBranch
        } else {
            Nothing::NoAccount
        });
    };
    if account.rights.is_empty() { Err(Nothing::NobodyAttached) } else { Ok(account) }
}

/// The account of this number, open or closed, whoever is attached to it.
pub(super) fn existing(register: &Register, iban: &Iban) -> Option<Arc<Account>> {
    register.account_by_iban(iban).map(|id| register.account(id))
}

/// Whether the subject holds the account: as "Titulaire", and not only in the past.
pub(super) fn holds(
    register: &Register,
    account: &Account,
    subject: &Subject,
    today: Date,
) -> bool {
    account.holders().filter(|right| is_in_force(right, today)).any(|right| {
        match (subject, right.party) {
            (Subject::Person(civil), Party::Person(id)) => {
                matching::is_person(&register.person(id), civil)
            }
            (Subject::Company(named), Party::Company(id, index)) => {
                matching::is_called(&register.company(id), index.unwrap_or(HEAD_OFFICE), named)
            }
            (Subject::Number(number), Party::Company(id, index)) => {
                let company = register.company(id);
                match number {
                    Number::Siren(siren) => company.siren == Some(*siren),
                    Number::Siret(siret) => {
                        company.establishment(index).is_some_and(|one| one.siret == Some(*siret))
                    }
                }
            }
            (Subject::Person(_), Party::Company(..))
            | (Subject::Company(_) | Subject::Number(_), Party::Person(_)) => false,
        }
    })
}

/// Whether a right has not ended.
fn is_in_force(right: &Right, today: Date) -> bool {
    right.ends.is_none_or(|end| end >= today)
}

/// Whether the party holds the account today.
fn is_held_by(account: &Account, party: Party, today: Date) -> bool {
    let same = |right: &&Right| right.kind == RightKind::Titulaire && is_in_force(right, today);
    account.rights.iter().filter(same).any(|right| is_of(right, party))
}

/// Whether a right is the party's; a company without an establishment stands for all of its own.
fn is_of(right: &Right, party: Party) -> bool {
    match (party, right.party) {
        (Party::Company(one, None), Party::Company(other, _)) => one == other,
        (Party::Company(one, index), Party::Company(other, None)) => {
            one == other && index == Some(HEAD_OFFICE)
        }
        (party, other) => party == other,
    }
}

/// The accounts on which the party has a right.
fn accounts(register: &Register, party: Party) -> Vec<Arc<Account>> {
    register.accounts_of(party).into_iter().map(|id| register.account(id)).collect()
}

/// Those who were found; else why nobody was: some at the address may have accounts, none of which was declared at it.
fn some(found: Vec<Found>, elsewhere: bool) -> Result<Vec<Found>, Nothing> {
    match (found.is_empty(), elsewhere) {
        (false, _) => Ok(found),
        (true, true) => Err(Nothing::NoAccountAtAddress),
        (true, false) => Err(Nothing::Nobody),
    }
}

/// Where an account of a company that names no establishment belongs (PT 8.3.2).
const HEAD_OFFICE: EstablishmentIndex = EstablishmentIndex(0);

#[cfg(test)]
mod tests;
