//! Who has which right on a generated account.

use jiff::civil::Date;

use crate::register::{
    account::{Right, RightKind},
    draw::Topic,
    id::{CompanyId, EstablishmentIndex, Origin, Party, PersonId},
    population::{
        Population,
        accounts::Place,
        companies::SOLE_TRADER,
        plan::{Role, Sketch},
        products::{JOINT, UNDIVIDED},
        time::between,
    },
};

impl Population {
    /// The rights on an account that was opened on the first day and lives until the last.
    pub(super) fn rights(&self, index: u64, opened: Date, last: Date) -> Vec<Right> {
        let mut draw = self.keys.draw(Topic::Right, index);
        let parties = self.parties(index).into_iter();
        let rights = parties.map(|(party, kind)| {
            let holds = kind == RightKind::Titulaire;
            let begins = if holds { opened } else { between(&mut draw, opened, last) };
            let updated = between(&mut draw, begins, last);
            let ended = kind == RightKind::Procuration && draw.chance(150);
            Right { party, kind, begins, ends: ended.then_some(updated), updated, declared: None }
        });
        rights.collect()
    }

    /// Who has which right: holders first.
    pub(super) fn parties(&self, index: u64) -> Vec<(Party, RightKind)> {
        match Place::of(index) {
            Place::Person { owner, slot } => self.parties_of_person(&self.sketch(owner), slot),
            Place::Company { company, establishment, slot } => {
                self.parties_of_company(company, establishment, slot)
            }
        }
    }

    fn parties_of_person(&self, owner: &Sketch, slot: u8) -> Vec<(Party, RightKind)> {
        let mut parties = vec![(person(owner.index), RightKind::Titulaire)];
        if slot == JOINT {
            parties.push((person(owner.index + 1), RightKind::Titulaire));
        }
        if slot == UNDIVIDED {
            let others = self.co_owners(owner).into_iter().flatten().skip(1);
            parties.extend(others.map(|other| (person(other.index), RightKind::Titulaire)));
        }
        let plan = self.plan(owner.index);
        if slot == 0 && !owner.is_minor() {
            let agents = plan.proxies.iter().filter(|(of, _)| *of == owner.place());
            let agents = agents
                .map(|(_, agent)| self.sketch(owner.neighbour(*agent)))
                .filter(|agent| !agent.is_minor());
            parties.extend(agents.map(|agent| (person(agent.index), RightKind::Procuration)));
            if owner.role == Role::Head && self.keys.draw(Topic::Proxy, owner.index).chance(250) {
                push_new(&mut parties, (person(owner.index + 1), RightKind::Procuration));
            }
        }
        let guardian = match (owner.role, plan.ward) {
            (Role::Child { of }, _) if owner.is_minor() => Some(of),
            (_, Some((ward, guardian))) if ward == owner.place() => Some(guardian),
            (Role::Alone | Role::Head | Role::Spouse | Role::Child { .. }, _) => None,
        };
        parties
            .extend(guardian.map(|place| (person(owner.neighbour(place)), RightKind::Mandataire)));
        parties
    }

    fn parties_of_company(
        &self,
        company: u64,
        establishment: u16,
        slot: u8,
    ) -> Vec<(Party, RightKind)> {
        let id = CompanyId(Origin::Generated(company));
        let mut parties = vec![(
            Party::Company(id, Some(EstablishmentIndex(establishment))),
            RightKind::Titulaire,
        )];
        let manager = person(self.manager(company));
        match self.category(company) {
            // The sole trader behind the business, on the second account.
            SOLE_TRADER => parties.extend((slot == 1).then_some((manager, RightKind::EtciEi))),
            _ => parties.push((manager, RightKind::Mandataire)),
        }
        let owners = self.owners(company).into_iter();
        parties.extend(owners.map(|owner| (person(owner), RightKind::BeneficiaireEffectif)));
        parties
    }
}

fn person(index: u64) -> Party {
    Party::Person(PersonId(Origin::Generated(index)))
}

fn push_new(parties: &mut Vec<(Party, RightKind)>, new: (Party, RightKind)) {
    if !parties.contains(&new) {
        parties.push(new);
    }
}
