//! Identifiers and values that can only be well formed: one file per concept.
//!
//! Every type is parsed once, at the edge, and is proof of its form from then on; whether the thing exists (a commune, a
//! motif, a person) is for the nomenclatures and the register to say. Each error says which fault it is, and the API
//! that received the text turns that fault into its own code.

pub mod typography;

mod birth;
mod control;
mod correlation;
mod date;
mod iban;
mod motif;
mod name;
mod place;
mod received;
mod siren;
mod spi;
mod text;

pub use birth::{BirthCriterion, BirthDate, BirthDateError, BirthInterval, IntervalError};
pub use control::Control;
pub use correlation::{CorrelationError, CorrelationId};
pub use date::{RequestDateError, request_date};
pub use iban::{AccountNumberError, BankCode, BranchCode, Iban, IbanCountry, IbanError};
pub use motif::{Motif, MotifError};
pub use name::{
    ComparisonName, EmptyName, FirstNames, comparison_form, fold_ascii, plain_capitals,
};
pub use place::{
    CommuneCode, CommuneError, CountryCode, CountryError, DepartmentCode, DepartmentError,
};
pub use received::{UNDECODABLE, received, received_encoded};
pub use siren::{Siren, Siret};
pub use spi::{Spi, SpiError};
pub use text::DigitsError;
