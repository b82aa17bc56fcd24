//! Searches of natural persons: by SPI (PT 3), by civil status and address (PT 6).

use std::{ops::RangeInclusive, sync::Arc};

use super::{Found, Nothing, Who, accounts, criteria::Civil, is_of, matching, some};
use crate::{
    domain::{BirthCriterion, Spi},
    register::{Account, Address, Party, Person, PersonId, Register},
};

/// The person of this SPI, with the accounts of the business that they run alone (PT 3.5.2, third account).
pub(in super::super) fn by_spi(register: &Register, spi: &Spi) -> Result<Vec<Found>, Nothing> {
    let id = register.person_by_spi(spi).ok_or(Nothing::Nobody)?;
    let (party, person) = (Party::Person(id), register.person(id));
    let mut ids = register.accounts_of(party);
    for more in person
        .business
        .into_iter()
        .flat_map(|business| register.accounts_of(Party::Company(business, None)))
    {
        if !ids.contains(&more) {
            ids.push(more);
        }
    }
    if ids.is_empty() {
        return Err(Nothing::Nobody);
    }
    let accounts = ids.into_iter().map(|id| register.account(id)).collect();
    let who = Who::Person(party, person);
    Ok(vec![Found { who, accounts, score: 1.0, by_spi: true }])
}

/// Everyone of this civil status, at this address where one is given: with the accounts declared at it then.
pub(in super::super) fn by_civil_status(
    register: &Register,
    civil: &Civil,
    most: usize,
) -> Result<Vec<Found>, Nothing> {
    let people = matched(register, civil, most)?;
    let score = matching::score_of_person(civil);
    let mut found = Vec::new();
    let mut elsewhere = false;
    for (id, person) in people {
        let party = Party::Person(id);
        let all = accounts(register, party);
        let here = |account: &Arc<Account>| match &civil.address {
            None => true,
            Some(given) => declared_addresses(account, party, &person.address)
                .any(|at| matching::lives_at(at, given)),
        };
        let had_some = !all.is_empty();
        let accounts: Vec<_> = all.into_iter().filter(here).collect();
        if accounts.is_empty() {
            elsewhere |= had_some;
            continue;
        }
        found.push(Found { who: Who::Person(party, person), accounts, score, by_spi: false });
    }
    some(found, elsewhere)
}

/// Everyone of this civil status and at this address, whether or not they have accounts.
pub(super) fn matched(
    register: &Register,
    civil: &Civil,
    most: usize,
) -> Result<Vec<(PersonId, Arc<Person>)>, Nothing> {
    let mut people = named(register, civil);
    if people.is_empty() {
        return Err(Nothing::Nobody);
    }
    if let Some(address) = &civil.address {
        people.retain(|(_, person)| matching::lives_at(&person.address, address));
        if people.is_empty() {
            return Err(Nothing::NoneAtAddress);
        }
    }
    if people.len() > most { Err(Nothing::TooMany) } else { Ok(people) }
}

/// Those of this civil status who live at this address, or wherever they live when none does: PT 8.6 knows neither CAF028 nor
/// CAF029, and a new address must not hide a second livret A (*decision*).
pub(super) fn at_or_anywhere(
    register: &Register,
    civil: &Civil,
    most: usize,
) -> Result<Vec<(PersonId, Arc<Person>)>, Nothing> {
    match matched(register, civil, most) {
        Err(Nothing::NoneAtAddress) => everyone(register, civil, most),
        found => found,
    }
}

/// Where the party lives according to the banks that declared its rights on the account.
pub(super) fn declared_addresses<'a>(
    account: &'a Account,
    party: Party,
    known: &'a Address,
) -> impl Iterator<Item = &'a Address> {
    let rights = account.rights.iter().filter(move |right| is_of(right, party));
    rights.map(move |right| {
        right.declared.as_ref().and_then(|declared| declared.address.as_ref()).unwrap_or(known)
    })
}

fn everyone(
    register: &Register,
    civil: &Civil,
    most: usize,
) -> Result<Vec<(PersonId, Arc<Person>)>, Nothing> {
    let people = named(register, civil);
    if people.len() > most { Err(Nothing::TooMany) } else { Ok(people) }
}

/// Everyone of this civil status, wherever they live.
fn named(register: &Register, civil: &Civil) -> Vec<(PersonId, Arc<Person>)> {
    let named = register.people_named(&civil.name, years(&civil.birth)).into_iter();
    let known = named.map(|id| (id, register.person(id)));
    known.filter(|(_, person)| matching::is_person(person, civil)).collect()
}

fn years(birth: &BirthCriterion) -> RangeInclusive<u16> {
    match birth {
        BirthCriterion::Exact(date) => date.year()..=date.year(),
        BirthCriterion::Interval(interval) => {
            let year = |day: jiff::civil::Date| day.year().unsigned_abs();
            year(interval.first())..=year(interval.last())
        }
    }
}
