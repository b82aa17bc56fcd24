//! What points at a record: a person, a company, an account.
//!
//! An id is made by the register and stays good for as long as that register lives; it is never parsed from a request.
//! Personas come before the population in every order.

/// A person of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonId(pub(super) Origin);

/// A company of the register: whatever FICOBA calls a "personne morale", sole traders included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CompanyId(pub(super) Origin);

/// An account of the register, or a safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub(super) Origin);

/// The place of an establishment in its company's list; 0 is the head office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EstablishmentIndex(pub u16);

/// Who holds a right on an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Party {
    /// A natural person.
    Person(PersonId),
    /// A company, through one of its establishments, or as a whole when none is named.
    Company(CompanyId, Option<EstablishmentIndex>),
}

/// Where a record comes from: a hand-written file, or the generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Origin {
    /// The place in the list of the personas' records.
    Persona(u32),
    /// The index that the generator makes the record from.
    Generated(u64),
}

/// The register's own key of what the id points at.
macro_rules! has_key {
    ($($id:ident, $letter:literal);+) => {$(
        impl $id {
            /// The register's own key: for who has no number. The same at every size of the same seed.
            pub fn key(self) -> String {
                match self.0 {
                    Origin::Persona(at) => format!(concat!($letter, "-persona-{}"), at),
                    Origin::Generated(index) => format!(concat!($letter, "-{}"), index),
                }
            }
        }
    )+};
}

has_key!(PersonId, "p"; CompanyId, "e");

/// Whether a persona's file describes what the id points at.
macro_rules! is_persona {
    ($($id:ident),+) => {$(
        impl $id {
            /// Whether a persona's file describes it.
            pub fn is_persona(self) -> bool {
                matches!(self.0, Origin::Persona(_))
            }
        }
    )+};
}

is_persona!(PersonId, CompanyId, AccountId);

impl Party {
    /// Whether a right of the other is one of this party's: a company as a whole includes its establishments.
    pub fn includes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Company(whole, None), Self::Company(company, _)) => whole == company,
            (_, _) => self == other,
        }
    }
}
