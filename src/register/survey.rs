//! What a register holds, counted: `dataset stats`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::register::{Register, RightKind};

/// Counts over personas and population together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Hand-written cases.
    pub personas: u64,
    pub people: u64,
    /// Of them, those who have died.
    pub deceased: u64,
    /// Of them, those born abroad.
    pub born_abroad: u64,
    /// Of them, those who live abroad.
    pub non_residents: u64,
    /// Of them, those whose record R2P may not give.
    pub not_communicable: u64,
    /// Companies, sole traders included.
    pub companies: u64,
    pub establishments: u64,
    /// Accounts and safes.
    pub accounts: u64,
    /// Of them, those that are closed.
    pub closed_accounts: u64,
    /// Rights on accounts, by what FICOBA calls them.
    pub rights: BTreeMap<&'static str, u64>,
    /// Accounts by the code of their nature.
    pub natures: BTreeMap<u16, u64>,
    /// Companies by legal category.
    pub legal_categories: BTreeMap<u16, u64>,
}

impl Stats {
    /// Counts everything, one record at a time; `seen` is told after each record, for a progress bar.
    pub fn count(register: &Register, mut seen: impl FnMut()) -> Self {
        let mut stats = Self { personas: register.personas().len() as u64, ..Self::default() };
        for id in register.people() {
            let person = register.person(id);
            stats.people += 1;
            stats.deceased += u64::from(person.death.is_some());
            stats.born_abroad += u64::from(!person.birthplace.country.is_france());
            stats.non_residents += u64::from(!person.address.country.is_france());
            stats.not_communicable += u64::from(!person.communicable);
            seen();
        }
        for id in register.companies() {
            let company = register.company(id);
            stats.companies += 1;
            stats.establishments += company.establishments.len() as u64;
            *stats.legal_categories.entry(company.legal_category).or_default() += 1;
            seen();
        }
        stats.rights = RightKind::ALL.iter().map(|kind| (kind.label(), 0)).collect();
        for id in register.accounts() {
            let account = register.account(id);
            stats.accounts += 1;
            stats.closed_accounts += u64::from(!account.is_open());
            *stats.natures.entry(account.nature).or_default() += 1;
            for right in &account.rights {
                *stats.rights.entry(right.kind.label()).or_default() += 1;
            }
            seen();
        }
        stats
    }
}
