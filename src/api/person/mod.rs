//! The description of a natural person in a query: parameters and their forms, how they are read, whom they describe. R2P and SFiP
//! share it; which parameters there are, and which sets of them make a search, is each API's own.

mod criteria;
mod form;
mod nobody;
mod query;
mod search;

pub(super) use self::{
    criteria::{
        AddressCriteria, Criteria, PlaceCriteria, PlaceParts, Street, known_country,
        known_department,
    },
    form::{Form, Parameter, birth_date, letter, padded_department, parameters},
    nobody::{WRONG_KEY, WRONG_SPI_KEY, WhyNobody, why_no_spi, why_nobody},
    query::{Expected, Given, Misread, ParameterFault, Plus, decode, tolerated, unknown},
    search::{Found, find},
};
