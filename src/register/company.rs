//! A "personne morale": a company, an association, a co-ownership, a sole trader's business.

use jiff::civil::Date;

use crate::{
    domain::{Siren, Siret},
    register::{
        address::Address,
        id::{EstablishmentIndex, PersonId},
    },
};

/// A legal person and its establishments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// Absent for some associations (PT 8.3.2: those are searched by name).
    pub siren: Option<Siren>,
    /// The registered name in capitals; a sole trader's is the surname and first name.
    pub name: String,
    /// Its acronym.
    pub sigle: Option<String>,
    /// INSEE's legal category, four digits; 1000 for a sole trader.
    pub legal_category: u16,
    /// The number in the national register of associations.
    pub rna: Option<String>,
    /// The Legal Entity Identifier (ISO 17442).
    pub lei: Option<String>,
    /// The number in the register of co-ownerships.
    pub copro: Option<String>,
    /// The sole trader behind a company of category 1000.
    pub owner: Option<PersonId>,
    /// The day it was created, where it is known.
    pub created: Option<Date>,
    /// The day it was dissolved.
    pub dissolved: Option<Date>,
    /// The head office, then the others: never empty.
    pub establishments: Vec<Establishment>,
}

/// One address at which a company works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Establishment {
    /// Absent when the company has no SIREN.
    pub siret: Option<Siret>,
    /// The trade name, `enseigne`.
    pub enseigne: Option<String>,
    /// The day it was opened, where it is known.
    pub opened: Option<Date>,
    /// The day it was closed.
    pub closed: Option<Date>,
    pub address: Address,
}

impl Company {
    /// The establishment at this place of the list; the head office for none.
    pub fn establishment(&self, index: Option<EstablishmentIndex>) -> Option<&Establishment> {
        self.establishments.get(usize::from(index.map_or(0, |index| index.0)))
    }

    /// The head office.
    ///
    /// # Panics
    /// Never on a company of the register: each has an establishment.
    pub fn head_office(&self) -> &Establishment {
        self.establishments.first().expect("a company of the register has an establishment")
    }
}

/// The two check digits after the eighteen characters of a LEI (ISO 17442: ISO 7064 modulo 97, letters as 10 to 35).
pub(super) fn lei_key(body: &str) -> u32 {
    let rest = body.bytes().chain(*b"00").fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.saturating_sub(b'A')) + 10) % 97,
    });
    98 - rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_lei_is_that_of_known_ones() {
        // One of the protocol's two samples (the other's key is wrong), and Apple's.
        for lei in ["969500BQ6JWNL1WTGX41", "HWUPKR0MPOU8FGXBT394"] {
            assert_eq!(format!("{:02}", lei_key(&lei[..18])), lei[18..], "{lei}");
        }
    }
}
