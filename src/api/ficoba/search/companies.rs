//! Searches of legal persons: by SIREN or SIRET (PT 4), by name and address (PT 5). One answer per establishment.

use std::sync::Arc;

use super::{
    Found, Nothing, Who, accounts,
    criteria::{Named, Number},
    matching,
    people::declared_addresses,
    some,
};
use crate::{
    domain::ComparisonName,
    register::{Account, Company, CompanyId, Designation, EstablishmentIndex, Party, Register},
};

/// A company, and those of its establishments that the criteria describe.
pub(super) type Matched = (CompanyId, Arc<Company>, Vec<EstablishmentIndex>);

/// The establishments of this company that have accounts; only the one of a SIRET.
pub(in super::super) fn by_number(
    register: &Register,
    number: Number,
) -> Result<Vec<Found>, Nothing> {
    let (id, indexes) = match number {
        Number::Siren(siren) => {
            let id = register.company_by_siren(&siren).ok_or(Nothing::Nobody)?;
            (id, all(&register.company(id)))
        }
        Number::Siret(siret) => {
            let (id, index) = register.establishment_by_siret(&siret).ok_or(Nothing::Nobody)?;
            (id, vec![index])
        }
    };
    let company = register.company(id);
    let found = indexes.into_iter().filter_map(|index| {
        let party = Party::Company(id, Some(index));
        let accounts = accounts(register, party);
        let who = Who::Establishment(party, Arc::clone(&company), index);
        (!accounts.is_empty()).then_some(Found { who, accounts, score: 1.0, by_spi: false })
    });
    let found: Vec<_> = found.collect();
    if found.is_empty() { Err(Nothing::Nobody) } else { Ok(found) }
}

/// The establishments of the companies of these names, at this address where one is given: with the accounts declared at it
/// then.
pub(in super::super) fn by_designation(
    register: &Register,
    named: &Named,
    most: usize,
) -> Result<Vec<Found>, Nothing> {
    let score = matching::score_of_company(named);
    let mut found = Vec::new();
    let mut elsewhere = false;
    for (id, company, indexes) in matched(register, named, most)? {
        for index in indexes {
            let party = Party::Company(id, Some(index));
            let all = accounts(register, party);
            let known = company.establishment(Some(index)).map(|one| &one.address);
            let here = |account: &Arc<Account>| match (&named.address, known) {
                (Some(given), Some(known)) => declared_addresses(account, party, known)
                    .any(|at| matching::lives_at(at, given)),
                (None, _) | (Some(_), None) => true,
            };
            let had_some = !all.is_empty();
            let accounts: Vec<_> = all.into_iter().filter(here).collect();
            if accounts.is_empty() {
                elsewhere |= had_some;
                continue;
            }
            found.push(Found {
                who: Who::Establishment(party, Arc::clone(&company), index),
                accounts,
                score,
                by_spi: false,
            });
        }
    }
    some(found, elsewhere)
}

/// The companies of these names, each with the establishments that have the trade name and the address.
pub(super) fn matched(
    register: &Register,
    named: &Named,
    most: usize,
) -> Result<Vec<Matched>, Nothing> {
    let known = candidates(register, named).into_iter().map(|id| (id, register.company(id)));
    let mut companies: Vec<_> = known
        .filter(|(_, company)| matching::is_company(company, named))
        .map(|(id, company)| {
            let mut indexes = all(&company);
            indexes.retain(|&index| matching::has_enseigne(&company, index, named));
            (id, company, indexes)
        })
        .filter(|(.., indexes)| !indexes.is_empty())
        .collect();
    if companies.is_empty() {
        return Err(Nothing::Nobody);
    }
    if let Some(address) = &named.address {
        for (_, company, indexes) in &mut companies {
            let at = |index| company.establishment(Some(index)).map(|one| &one.address);
            indexes
                .retain(|&index| at(index).is_some_and(|held| matching::lives_at(held, address)));
        }
        companies.retain(|(.., indexes)| !indexes.is_empty());
        if companies.is_empty() {
            return Err(Nothing::NoneAtAddress);
        }
    }
    if companies.len() > most { Err(Nothing::TooMany) } else { Ok(companies) }
}

/// Those whom an index finds by the first name that is given; the other names are compared afterwards.
fn candidates(register: &Register, named: &Named) -> Vec<CompanyId> {
    let by = |designation, name: &Option<ComparisonName>| {
        name.as_ref().map(|name| register.companies_named(designation, name))
    };
    by(Designation::RaisonSociale, &named.name)
        .or_else(|| by(Designation::Sigle, &named.sigle))
        .or_else(|| by(Designation::Enseigne, &named.enseigne))
        .unwrap_or_default()
}

fn all(company: &Company) -> Vec<EstablishmentIndex> {
    (0..).zip(&company.establishments).map(|(index, _)| EstablishmentIndex(index)).collect()
}
