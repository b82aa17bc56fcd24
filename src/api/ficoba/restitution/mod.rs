//! The only way from a record to an answer: what may be seen, and how it is written.
//!
//! Three things narrow the fullest answer, which PT describes: the motif's filter, the data scopes of the convention
//! (DataPass), and those of the token. A [`Restitution`] is made of the three, and only it makes the views of this module,
//! which are what answers are written from. A group of keys that is not open is absent, not empty.

mod account;
mod keys;
mod place;
mod searched;
mod table;
mod texts;

use std::sync::Arc;

use jiff::civil::Date;

pub(super) use self::{
    account::{Compte, Epargne},
    keys::{NOTED, key},
    searched::Reponse,
    table::{KEYS, MESSAGES, Property, PropertyKind, RECORDS},
    texts::flag,
};
use super::{
    motif::Filter,
    search::{Found, Who},
};
use crate::{
    config::{Accents, PartialDates},
    domain::BankCode,
    json::Writer,
    register::{Account, CompanyId, Party, Person, Register, Right, RightKind},
    rights::ficoba::{DataScope, DataScopes},
};

/// What this caller may be told.
pub(super) struct Restitution<'r> {
    register: &'r Register,
    filter: Filter,
    scopes: DataScopes,
    /// The applicant's own bank, for a motif that lets no other through.
    own_bank: Option<BankCode>,
    manner: Manner,
}

/// How an answer writes what it tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    /// Whether the keys that the OpenAPI declares and no sample shows are written too (`ficoba.extended_person`).
    pub(super) extended: bool,
    /// Whether names have their accents (`ficoba.accents`).
    pub(super) accents: Accents,
    /// How the unknown parts of a date of birth are written (`ficoba.partial_dates`).
    pub(super) partial_dates: PartialDates,
}

/// Who was searched, to mark and to keep their rights.
#[derive(Clone, Copy)]
struct Searched {
    party: Party,
    /// The business that they run alone: an account of it is theirs.
    business: Option<CompanyId>,
}

/// The yes or no of a verification, and the day on which the account was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verification {
    /// Whether the account is there, and is the holder's where one was given.
    pub(super) exists: bool,
    pub(super) closed: Option<Date>,
}

impl Verification {
    /// Writes its members.
    pub(super) fn write(self, to: &mut Writer) {
        flag(to, key!("ibanExistant"), self.exists);
        if self.closed.is_some() {
            texts::day(to, key!("dateCloture"), self.closed);
        }
    }
}

impl<'r> Restitution<'r> {
    /// What a motif, a convention and a token let through together; `own_bank` is the applicant's own establishment.
    pub(super) fn new(
        register: &'r Register,
        filter: Filter,
        scopes: DataScopes,
        own_bank: Option<BankCode>,
        manner: Manner,
    ) -> Self {
        Self { register, filter, scopes, own_bank, manner }
    }

    /// An account that was searched by its number; nothing when the motif does not let it through.
    pub(super) fn account(&self, account: Arc<Account>) -> Option<Compte<'r>> {
        self.visible(account, None)
    }

    /// Someone who was searched, with the accounts that the motif lets through; nothing when none is left (CAF021).
    pub(super) fn found(&self, found: Found) -> Option<Reponse<'r>> {
        let Found { who, accounts, score, by_spi } = found;
        let searched = Searched {
            party: who.party(),
            business: match &who {
                Who::Person(_, person) => person.business,
                Who::Establishment(..) => None,
            },
        };
        let comptes: Vec<_> = accounts
            .into_iter()
            .filter_map(|account| self.visible(account, Some(searched)))
            .collect();
        let score = self.manner.extended.then_some(score);
        let plain = comptes.first()?.plain();
        let (scopes, partial_dates) = (self.scopes, self.manner.partial_dates);
        Some(Reponse { who, comptes, score, scopes, plain, partial_dates, by_spi })
    }

    /// What may be told of a verification; nothing when its scope is not open.
    pub(super) fn verification(&self, verification: Verification) -> Option<Verification> {
        self.opens(DataScope::RestitutionVerification).then_some(verification)
    }

    /// Those of regulated savings that the motif lets through.
    pub(super) fn kept(&self, accounts: Vec<Arc<Account>>) -> Vec<Arc<Account>> {
        accounts.into_iter().filter(|account| self.lets_through(account)).collect()
    }

    /// Whether how many accounts there are may be told (multiDet).
    pub(super) fn counts(&self) -> bool {
        self.opens(DataScope::NombreComptes)
    }

    /// The regulated savings that were found; nothing when no group of their keys is open.
    pub(super) fn savings(&self, accounts: Vec<Arc<Account>>) -> Option<Vec<Epargne<'r>>> {
        let groups = [
            DataScope::Iban,
            DataScope::DateOuverture,
            DataScope::MotifOuverture,
            DataScope::EtablissementBancaire,
        ];
        groups.into_iter().any(|group| self.opens(group)).then(|| {
            let branch = |account: &Account| self.register.branch(account.bank, account.branch);
            accounts
                .into_iter()
                .map(|account| Epargne { branch: branch(&account), account, scopes: self.scopes })
                .collect()
        })
    }

    /// Whether a bank's names are written in plain capitals.
    fn is_plain(&self, bank: BankCode) -> bool {
        match self.manner.accents {
            Accents::Plain => true,
            Accents::Kept => false,
            Accents::Declared => self.register.bank(bank).is_none_or(|bank| !bank.accents),
        }
    }

    fn opens(&self, scope: DataScope) -> bool {
        self.scopes.contains(scope)
    }

    fn visible(&self, account: Arc<Account>, searched: Option<Searched>) -> Option<Compte<'r>> {
        if !self.lets_through(&account) {
            return None;
        }
        let rights: Vec<_> = (0..account.rights.len())
            .filter(|&at| self.shows(&account.rights[at], searched))
            .collect();
        let theirs =
            |searched: Searched| rights.iter().any(|&at| searched.has(&account.rights[at]));
        if searched.is_some_and(|searched| !theirs(searched)) {
            return None;
        }
        Some(Compte::new(self, account, &rights, searched))
    }

    fn lets_through(&self, account: &Account) -> bool {
        (account.is_open() || self.filter.closed_accounts)
            && (self.filter.other_banks || self.own_bank == Some(account.bank))
    }

    /// Whether a right is let through by the motif.
    fn shows(&self, right: &Right, searched: Option<Searched>) -> bool {
        match right.kind {
            RightKind::Titulaire => {
                self.filter.co_holders || searched.is_none_or(|searched| searched.has(right))
            }
            RightKind::Procuration => self.filter.procurations,
            RightKind::Mandataire => self.filter.mandataires,
            RightKind::BeneficiaireEffectif => self.filter.beneficial_owners,
            RightKind::EtciEi => true,
        }
    }
}

impl Searched {
    /// Whether the right is that of the one who was searched, or of their business.
    fn has(self, right: &Right) -> bool {
        let of_business = |company: &CompanyId| self.business == Some(*company);
        self.is(right.party)
            || matches!(&right.party, Party::Company(company, _) if of_business(company))
    }

    /// Whether the party is the one who was searched, to the letter (`personneRecherchee`).
    fn is(self, party: Party) -> bool {
        let whole = |party| match party {
            Party::Company(company, index) => {
                (Some(company), index.map_or(0, |index| index.0), None)
            }
            Party::Person(person) => (None, 0, Some(person)),
        };
        whole(self.party) == whole(party)
    }
}

/// Whether the holder's address may follow the person: for a holder only (PT 2.5.3.5).
fn has_address(right: &Right) -> bool {
    right.kind == RightKind::Titulaire
}

/// The first names, as answers write them.
fn first_names<'a>(right: &'a Right, person: &'a Person) -> &'a [String] {
    right
        .declared
        .as_ref()
        .and_then(|declared| declared.first_names.as_deref())
        .unwrap_or(&person.first_names)
}

#[cfg(test)]
mod tests;
