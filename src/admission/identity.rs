//! Control 4: do certificate, application and convention name the same partner, and is that convention in force?
//!
//! Source: CGU FICOBA 4 and CGU R2P 4, "l'identité du fournisseur de service"; CGU FICOBA 3.4.1, 3.4.2, 12 and 14 for
//! the life cycle.

use jiff::Timestamp;

use super::Refusal;
use crate::{
    directory::{Convention, Directory, State},
    tokens::Token,
};

pub(super) fn check(
    token: Option<&Token>,
    convention: &Convention,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    if let Some(token) = token
        && token.key != convention.application.key
    {
        let owner =
            directory.of_application(&token.key).map_or("inconnu", |other| other.id.as_str());
        return Err(Refusal::OtherPartner {
            certificate: convention.id.clone(),
            token: owner.to_owned(),
        });
    }
    match convention.life.state(now) {
        State::InForce => Ok(()),
        state @ (State::NotBegun | State::Suspended | State::Ended) => {
            Err(Refusal::NotInForce { state, explanation: convention.life.explain(now) })
        }
    }
}
