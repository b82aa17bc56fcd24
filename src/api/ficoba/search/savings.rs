//! The search of regulated savings (multiDet, PT 8): which open accounts of a nature does this saver hold?

use std::sync::Arc;

use jiff::civil::Date;

use super::{
    Nothing, accounts, companies,
    criteria::{Number, Subject},
    is_held_by, people,
};
use crate::register::{Account, Party, Register};

/// The open accounts of these natures that the subject holds; none when they have others only. A SIREN covers all
/// establishments of the company (PT 8.3.2), and so does a name.
pub(in super::super) fn savings(
    register: &Register,
    subject: &Subject,
    natures: &[u16],
    most: usize,
    today: Date,
) -> Result<Vec<Arc<Account>>, Nothing> {
    let mut known = false;
    let mut held: Vec<Arc<Account>> = Vec::new();
    for party in savers(register, subject, most)? {
        for account in accounts(register, party) {
            known = true;
            let counts = account.is_open()
                && natures.contains(&account.nature)
                && is_held_by(&account, party, today);
            if counts && !held.iter().any(|other| other.iban == account.iban) {
                held.push(account);
            }
        }
    }
    if known { Ok(held) } else { Err(Nothing::Nobody) }
}

fn savers(register: &Register, subject: &Subject, most: usize) -> Result<Vec<Party>, Nothing> {
    match subject {
        Subject::Person(civil) => {
            let people = people::at_or_anywhere(register, civil, most)?;
            Ok(people.into_iter().map(|(id, _)| Party::Person(id)).collect())
        }
        Subject::Company(named) => {
            let companies = companies::matched(register, named, most)?;
            Ok(companies.into_iter().map(|(id, ..)| Party::Company(id, None)).collect())
        }
        Subject::Number(Number::Siren(siren)) => {
            let company = register.company_by_siren(siren).ok_or(Nothing::Nobody)?;
            Ok(vec![Party::Company(company, None)])
        }
        Subject::Number(Number::Siret(siret)) => {
            let (company, index) = register.establishment_by_siret(siret).ok_or(Nothing::Nobody)?;
            Ok(vec![Party::Company(company, Some(index))])
        }
    }
}
