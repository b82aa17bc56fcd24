//! What a request asks: parsed here and nowhere else, so that the rest of R2P sees types only.
//!
//! Order of the faults (*decision*, as the Swagger has none): the mandatory parameters, the form of each in the Swagger's
//! order, what cannot stand together, then the mode that the whole completes.

mod criteria;

use super::{fault::Fault, parameter::QUERY};
use crate::{
    api::person::{Criteria, Given, Plus, decode},
    domain::Spi,
    register::data_ranges::is_fictitious_spi,
    rights::r2p::Mode,
};

/// A search that R2P can make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Demande {
    Spi(Spi),
    /// By civil status, with or without address; in this mode, which the criteria complete.
    Criteria(Mode, Box<Criteria>),
}

/// What a search by criteria may be made of, besides a complete civil status.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    /// Whether the operation takes addresses.
    pub(super) addresses: bool,
    /// Whether the convention opens the degraded civil status.
    pub(super) degraded: bool,
}

/// The parameters of a query string, before anything is said about them.
pub(super) fn given(query: Option<&str>) -> Given<'_> {
    Given::from_query(query.unwrap_or_default(), &QUERY)
}

impl Demande {
    /// The search by the SPI in the path, percent-encoded as it came.
    ///
    /// # Errors
    /// It is no SPI.
    pub(super) fn of_spi(segment: &str) -> Result<Self, Fault> {
        let spi = decode(segment, Plus::Itself).and_then(|text| text.parse().ok());
        spi.map(Self::Spi).ok_or(Fault::Spi)
    }

    /// The search by these criteria.
    ///
    /// # Errors
    /// The first fault.
    pub(super) fn by_criteria(given: &Given<'_>, taken: Taken) -> Result<Self, Fault> {
        let (mode, criteria) = criteria::read(given, taken)?;
        Ok(Self::Criteria(mode, Box::new(criteria)))
    }

    /// Whether it holds an SPI that may be somebody's: its key is right and it is not in our range (`docs/data.md`). The
    /// Swagger's own example is one, as far as anyone can tell; thirteen zeros are nobody's.
    pub(super) fn looks_real(&self) -> bool {
        match self {
            Self::Spi(spi) => spi.has_valid_key() && spi.base() > 0 && !is_fictitious_spi(spi),
            Self::Criteria(..) => false,
        }
    }

    /// The mode of search.
    pub(super) fn mode(&self) -> Mode {
        match self {
            Self::Spi(_) => Mode::Spi,
            Self::Criteria(mode, _) => *mode,
        }
    }
}
