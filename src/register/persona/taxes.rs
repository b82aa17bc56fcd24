//! The income tax of personas: what their file says, or what follows from the rest of it. Neither seed nor population changes
//! it, and it is the same for every year of their life.

use jiff::civil::date;

use crate::register::{
    draw::Draw,
    id::{Origin, Party, PersonId},
    law,
    person::Person,
    persona::{
        Cast,
        accounts::Holders,
        check::Diagnostics,
        raw::{RawTax, Text},
    },
    tax::{
        Assessment, Situation, TaxStanding, half_shares,
        lep::{FIRST_SCALE, Zone, ceiling},
    },
};

/// What a file says of somebody's income tax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tax {
    /// Nothing: it follows from their age, residence and accounts, or from the file of the one they declare with.
    Unsaid,
    /// Nobody ever declared them.
    Unassessed,
    /// At the charge of this person.
    AttachedTo(PersonId),
    /// Declarant 1.
    Declared {
        situation: Situation,
        second: Option<PersonId>,
        dependants: u8,
        reference_income: u32,
    },
}

/// What the table says, unless something of it is wrong.
pub(super) fn read(
    diagnostics: &mut Diagnostics<'_>,
    raw: Option<&RawTax>,
    holders: &Holders,
) -> Option<Tax> {
    let Some(raw) = raw else { return Some(Tax::Unsaid) };
    match (&raw.assessed, &raw.attached_to, &raw.reference_income) {
        (Some(assessed), None, None) => {
            if *assessed.get_ref() {
                diagnostics.refuse(
                    "tax.assessed",
                    assessed,
                    "only `assessed = false` says something",
                );
                return None;
            }
            alone(diagnostics, raw, Tax::Unassessed)
        }
        (None, Some(text), None) => {
            let to = person(diagnostics, "tax.attached_to", text, holders)?;
            alone(diagnostics, raw, Tax::AttachedTo(to))
        }
        (None, None, Some(income)) => declared(diagnostics, raw, *income.get_ref(), holders),
        (assessed, attached_to, income) => {
            let message =
                "expected one of `reference_income`, `attached_to` and `assessed = false`";
            match (assessed, attached_to, income) {
                (Some(at), _, _) => diagnostics.refuse("tax.assessed", at, message),
                (_, Some(at), _) => diagnostics.refuse("tax.attached_to", at, message),
                (_, _, Some(at)) => diagnostics.refuse("tax.reference_income", at, message),
                (None, None, None) => match (&raw.situation, &raw.with, &raw.dependants) {
                    (Some(at), _, _) => diagnostics.refuse("tax.situation", at, message),
                    (_, Some(at), _) => diagnostics.refuse("tax.with", at, message),
                    (_, _, Some(at)) => diagnostics.refuse("tax.dependants", at, message),
                    (None, None, None) => return Some(Tax::Unsaid),
                },
            }
            None
        }
    }
}

/// What goes with nothing else of the table.
fn alone(diagnostics: &mut Diagnostics<'_>, raw: &RawTax, tax: Tax) -> Option<Tax> {
    let message = "only an assessment, with `reference_income`, has it";
    if let Some(at) = &raw.situation {
        diagnostics.refuse("tax.situation", at, message);
        return None;
    }
    if let Some(at) = &raw.with {
        diagnostics.refuse("tax.with", at, message);
        return None;
    }
    if let Some(at) = &raw.dependants {
        diagnostics.refuse("tax.dependants", at, message);
        return None;
    }
    Some(tax)
}

fn declared(
    diagnostics: &mut Diagnostics<'_>,
    raw: &RawTax,
    reference_income: u32,
    holders: &Holders,
) -> Option<Tax> {
    let letter = raw.situation.as_ref().map_or("C", |text| text.get_ref());
    let situation = Situation::from_letter(letter);
    if let (None, Some(text)) = (situation, &raw.situation) {
        let message = format!("« {letter} » is no family situation; expected C, D, M, O or V");
        diagnostics.refuse("tax.situation", text, message);
    }
    let second = match &raw.with {
        Some(text) => person(diagnostics, "tax.with", text, holders).map(Some),
        None => Some(None),
    };
    let (situation, second) = (situation?, second?);
    if let (Some(text), true) = (&raw.situation, situation.is_couple() != second.is_some()) {
        let message = "M and O are for a couple, whose other one `with` names; C, D and V are not";
        diagnostics.refuse("tax.situation", text, message);
        return None;
    }
    if let (None, Some(text)) = (&raw.situation, &raw.with) {
        diagnostics.refuse("tax.with", text, "a couple needs its `situation`, M or O");
        return None;
    }
    let dependants = raw.dependants.as_ref().map_or(0, |count| *count.get_ref());
    if let (Some(at), 21..) = (&raw.dependants, dependants) {
        diagnostics.refuse("tax.dependants", at, "expected 0 to 20");
        return None;
    }
    Some(Tax::Declared { situation, second, dependants, reference_income })
}

fn person(
    diagnostics: &mut Diagnostics<'_>,
    key: &str,
    text: &Text,
    holders: &Holders,
) -> Option<PersonId> {
    match holders.parties.get(text.get_ref()) {
        Some(Party::Person(id)) => Some(*id),
        Some(Party::Company(..)) | None => {
            diagnostics.refuse(key, text, format!("« {} » is the id of no person", text.get_ref()));
            None
        }
    }
}

impl Cast {
    /// What is known of a persona's income tax for the income of this year.
    pub(in crate::register) fn tax_standing(&self, at: u32, income_year: u16) -> TaxStanding {
        let (id, person) = (PersonId(Origin::Persona(at)), &self.people[at as usize]);
        if !lives_in(person, income_year) {
            return TaxStanding::Unassessed;
        }
        let second = |tax: &Tax| matches!(tax, Tax::Declared { second, .. } if *second == Some(id));
        let (first, tax) = match self.taxes.iter().position(second) {
            Some(first) => (PersonId(Origin::Persona(first as u32)), &self.taxes[first]),
            None => (id, &self.taxes[at as usize]),
        };
        match tax {
            Tax::AttachedTo(parent) => TaxStanding::Dependant(*parent),
            Tax::Unassessed => TaxStanding::Unassessed,
            _ if !is_of_age(person, income_year) => TaxStanding::Unassessed,
            Tax::Declared { situation, second, dependants, reference_income } => {
                TaxStanding::Declarant(Assessment {
                    income_year,
                    situation: *situation,
                    first,
                    second: *second,
                    dependants: *dependants,
                    half_shares: half_shares(*situation, *dependants),
                    reference_income: *reference_income,
                })
            }
            Tax::Unsaid => self.unsaid(id, person, income_year),
        }
    }

    /// Somebody who lives abroad declared nothing; the others declared alone. Whoever has a LEP earns little enough for it, by
    /// every scale.
    fn unsaid(&self, id: PersonId, person: &Person, income_year: u16) -> TaxStanding {
        let Origin::Persona(at) = id.0 else { return TaxStanding::Unassessed };
        if !person.address.country.is_france() {
            return TaxStanding::Unassessed;
        }
        let mut draw = Draw::of_persona(person.spi.map_or(u64::from(at), |spi| spi.base()));
        let accounts = self.accounts_of.get(&Party::Person(id)).into_iter().flatten();
        let mut accounts = accounts.filter_map(|account| match account.0 {
            Origin::Persona(at) => self.accounts.get(at as usize),
            Origin::Generated(_) => None,
        });
        let has_lep = accounts.any(|account| account.nature == LEP);
        let level = if has_lep { 400 + draw.below(550) } else { 300 + draw.below(2_200) };
        let ceiling = ceiling(FIRST_SCALE, Zone::Metropole, 2);
        TaxStanding::Declarant(Assessment {
            income_year,
            situation: Situation::Single,
            first: id,
            second: None,
            dependants: 0,
            half_shares: half_shares(Situation::Single, 0),
            reference_income: (u64::from(ceiling) * level / 1_000) as u32,
        })
    }
}

/// Whether they were alive for some part of the year.
fn lives_in(person: &Person, year: u16) -> bool {
    person.birth.year() <= year
        && person.death.is_none_or(|death| death.year().unsigned_abs() >= year)
}

fn is_of_age(person: &Person, year: u16) -> bool {
    law::birthday(person.birth.latest(), law::MAJORITY) <= date(year as i16, 12, 31)
}

/// Livret d'épargne populaire (PT annexe 1).
const LEP: u16 = 206;
