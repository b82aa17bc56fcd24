//! Who has which right on a generated account, from when and until when.
//!
//! Nobody has a right before the account, before their age for it, or after its end or their own. Banks list rights in no
//! order that means anything: the protocol's first sample (PT 2.5.2) begins with a procuration.

use jiff::{ToSpan, civil::Date};

use crate::register::{
    account::{Right, RightKind},
    draw::{Draw, Topic},
    id::{CompanyId, EstablishmentIndex, Origin, Party, PersonId},
    law,
    population::{
        Population,
        accounts::Holding,
        plan::{CELL, Role},
        products::{CURRENT, SECURITIES},
        savers::Saver,
        time::{REFERENCE, between},
    },
};

/// The rights on one account while they are put together.
struct Rights {
    opened: Date,
    /// The last day of the account, or of the register.
    last: Date,
    draw: Draw,
    list: Vec<Right>,
}

impl Rights {
    /// A holder's: from the opening on, or from the day on which the bank declared it, seldom much later.
    fn holder(&mut self, party: Party, until: Date) {
        let last = self.last.min(until);
        let begins = match self.draw.below(100) {
            0..70 => self.opened,
            70..95 => self.opened.saturating_add((1 + self.draw.below(3) as i64).days()).min(last),
            _ => between(&mut self.draw, self.opened, last),
        };
        self.add(party, RightKind::Titulaire, begins.max(self.opened), None);
    }

    /// Somebody else's, from a day of their own life until that which ends it, if one does, be it the register's last; none
    /// when there are no such days.
    fn other(&mut self, party: Party, kind: RightKind, days: (Date, Option<Date>), ends: bool) {
        let (from, until) = days;
        let first = self.opened.max(from);
        let last = until.map_or(self.last, |day| day.min(self.last));
        if first > last || self.list.iter().any(|one| (one.party, one.kind) == (party, kind)) {
            return;
        }
        let begins = between(&mut self.draw, first, last);
        let given_up = ends && self.draw.chance(150);
        let end = if given_up {
            Some(between(&mut self.draw, begins, last))
        } else {
            until.filter(|day| *day <= self.last)
        };
        self.add(party, kind, begins, end);
    }

    fn add(&mut self, party: Party, kind: RightKind, begins: Date, ends: Option<Date>) {
        let updated = ends.unwrap_or_else(|| between(&mut self.draw, begins, self.last));
        self.list.push(Right { party, kind, begins, ends, updated, declared: None });
    }
}

impl Population {
    /// The rights on a person's account.
    pub(super) fn rights_of_person(
        &self,
        index: u64,
        owner: &Saver,
        others: &[Saver],
        slot: u8,
        holding: &Holding<'_>,
    ) -> Vec<Right> {
        let mut rights = self.begin(index, holding);
        rights.holder(person(owner.sketch.index), owner.last());
        for other in others {
            rights.holder(person(other.sketch.index), other.last());
        }
        let sketch = &owner.sketch;
        let plan = self.plan(sketch.index);
        if slot == CURRENT && !sketch.is_minor() {
            let agents = plan.proxies.iter().filter(|(of, _)| *of == sketch.place());
            for (_, agent) in agents {
                self.proxy(&mut rights, owner, sketch.neighbour(*agent));
            }
            let trusts =
                sketch.role == Role::Head && self.keys.draw(Topic::Proxy, sketch.index).chance(250);
            if trusts {
                self.proxy(&mut rights, owner, sketch.index + 1);
            }
        }
        if slot == SECURITIES {
            self.manager_of_securities(&mut rights, index, owner);
        }
        let guardian = match (sketch.role, plan.ward) {
            (Role::Child { of }, _) if sketch.is_minor() => Some((of, holding.opened)),
            (_, Some((ward, guardian))) if ward == sketch.place() => {
                let majority = sketch.birthday(law::MAJORITY);
                Some((guardian, between(&mut rights.draw, majority, owner.last())))
            }
            (Role::Alone | Role::Head | Role::Spouse | Role::Child { .. }, _) => None,
        };
        if let Some((place, from)) = guardian {
            let guardian = self.saver(sketch.neighbour(place));
            let from = from.max(guardian.sketch.birthday(law::MAJORITY));
            let until = earliest([guardian.death, owner.death]);
            if sketch.is_minor() {
                // The parents represent a minor from the first day on.
                let party = person(guardian.sketch.index);
                rights.add(party, RightKind::Mandataire, rights.opened, None);
            } else {
                let party = person(guardian.sketch.index);
                rights.other(party, RightKind::Mandataire, (from, until), false);
            }
        }
        self.ordered(index, rights.list)
    }

    /// The rights on an account of an establishment.
    pub(super) fn rights_of_company(
        &self,
        index: u64,
        company: u64,
        establishment: u16,
        slot: u8,
        holding: &Holding<'_>,
    ) -> Vec<Right> {
        let mut rights = self.begin(index, holding);
        rights.holder(party_of(company, establishment), REFERENCE);
        let manager = self.saver(self.manager(company));
        let firm = self.firm(company);
        let life = |saver: &Saver| {
            (saver.sketch.birthday(law::MAJORITY), earliest([saver.death, firm.dissolved]))
        };
        let party = person(manager.sketch.index);
        if firm.is_sole_trader() {
            // The sole trader behind the business, on the second account.
            if slot == 1 {
                rights.other(party, RightKind::EtciEi, life(&manager), false);
            }
        } else {
            rights.other(party, RightKind::Mandataire, life(&manager), false);
        }
        for owner in self.owners(company) {
            let owner = self.saver(owner);
            let party = person(owner.sketch.index);
            rights.other(party, RightKind::BeneficiaireEffectif, life(&owner), false);
        }
        self.ordered(index, rights.list)
    }

    /// The company of the cell on whose accounts this person may have a right.
    pub(super) fn company_of(&self, person: u64) -> Option<u64> {
        let company = Some(person / CELL).filter(|company| *company < self.companies())?;
        let is_theirs = person == self.manager(company) || self.owners(company).contains(&person);
        is_theirs.then_some(company)
    }

    fn begin(&self, index: u64, holding: &Holding<'_>) -> Rights {
        let (opened, last) = (holding.opened, holding.closed.unwrap_or(REFERENCE));
        Rights { opened, last, draw: self.keys.draw(Topic::Right, index), list: Vec::new() }
    }

    fn proxy(&self, rights: &mut Rights, owner: &Saver, agent: u64) {
        let agent = self.saver(agent);
        let from = agent.sketch.birthday(law::MAJORITY).max(owner.sketch.birthday(law::MAJORITY));
        let until = earliest([agent.death, owner.death]);
        let party = person(agent.sketch.index);
        rights.other(party, RightKind::Procuration, (from, until), true);
    }

    /// A legal person may have a proxy too (PT 6.5.2): one securities account in eight is managed by the company of the
    /// cell, where there is one for that.
    fn manager_of_securities(&self, rights: &mut Rights, index: u64, owner: &Saver) {
        let company = owner.sketch.index / CELL;
        let managed = company < self.companies()
            && self.keys.draw(Topic::Proxy, index).chance(125)
            && self.firm(company).manages_assets();
        if managed {
            let firm = self.firm(company);
            let days = (firm.founded, earliest([firm.dissolved, owner.death]));
            rights.other(party_of(company, 0), RightKind::Procuration, days, false);
        }
    }

    /// In the order in which they were declared: three times in ten not the holder's first.
    fn ordered(&self, index: u64, mut list: Vec<Right>) -> Vec<Right> {
        let mut draw = self.keys.draw(Topic::RightOrder, index);
        if list.len() > 1 && draw.chance(300) {
            let places = 1 + draw.below(list.len() as u64 - 1) as usize;
            list.rotate_left(places);
        }
        list
    }
}

/// The first of the days that there are.
fn earliest(days: [Option<Date>; 2]) -> Option<Date> {
    days.into_iter().flatten().min()
}

/// A generated person as a party.
pub(super) fn person(index: u64) -> Party {
    Party::Person(PersonId(Origin::Generated(index)))
}

fn party_of(company: u64, establishment: u16) -> Party {
    let id = CompanyId(Origin::Generated(company));
    Party::Company(id, Some(EstablishmentIndex(establishment)))
}
