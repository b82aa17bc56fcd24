//! Control 2: is the caller's address in the allowlist of the partner this certificate belongs to?
//!
//! Source: CGU FICOBA 4 and CGU R2P 4, "l'adresse IP de l'appelant". An IPv4 caller on an IPv6 socket is the same caller. A
//! caller whose address a trusted proxy does not tell is refused: the proxy's own is not the caller's.

use std::sync::Arc;

use super::{Origin, Refusal};
use crate::{directory::Convention, peer::within};

pub(super) fn check(origin: Origin<'_>, convention: &Convention) -> Result<(), Refusal> {
    let address = match origin {
        Origin::Address(address) => address,
        Origin::Unreadable(seen) => return Err(Refusal::UnreadableHop { seen: Arc::clone(seen) }),
    };
    if within(&convention.networks, address) {
        return Ok(());
    }
    let seen = address.to_canonical();
    let declared =
        convention.networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Err(Refusal::Address { seen, declared })
}
