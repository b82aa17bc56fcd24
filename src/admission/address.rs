//! Control 2: is the caller's address in the allowlist of the partner this certificate belongs to?
//!
//! Source: CGU FICOBA 4 and CGU R2P 4, "l'adresse IP de l'appelant". An IPv4 caller on an IPv6 socket is the same caller.

use std::net::IpAddr;

use super::Refusal;
use crate::{directory::Convention, peer::within};

pub(super) fn check(address: IpAddr, convention: &Convention) -> Result<(), Refusal> {
    if within(&convention.networks, address) {
        return Ok(());
    }
    let seen = address.to_canonical();
    let declared =
        convention.networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    Err(Refusal::Address { seen, declared })
}
