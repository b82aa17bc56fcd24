//! A postal address, in the parts that both APIs give and search.

use crate::domain::{CommuneCode, CountryCode};

/// Where a person lives or an establishment stands (PT 2.5.3.5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// INSEE code; 99100 for France, overseas included.
    pub country: CountryCode,
    /// The commune of an address in France.
    pub commune: Option<CommuneCode>,
    /// Five digits, in France.
    pub postal_code: Option<String>,
    /// The number in the street, four characters at most.
    pub number: Option<String>,
    /// `B`, `T` or `Q` (bis, ter, quater).
    pub repetition: Option<char>,
    /// A code of PT annexe 7, such as `RUE` or `AV`.
    pub street_type: Option<String>,
    /// The street's name without its type, in capitals.
    pub street: Option<String>,
    /// What a letter needs besides: building, hamlet, town abroad.
    pub complement: Option<String>,
}
