//! Controls 1 and 2, on every request that reaches the gateway, the token endpoint's included; in the sandbox environment, on
//! those only whose API asks for them.

use std::sync::Arc;

use http::Request;

use super::Gateway;
use crate::{
    admission::{Caller, Identified, Origin, Refusal},
    config::Environment,
    journal::Draft,
    peer::Peer,
    tls::Lent,
};

/// Who calls.
///
/// # Errors
/// The refusal of a control.
pub(super) fn layer(
    gateway: &Gateway,
    request: &Request<Lent>,
    draft: &mut Draft,
) -> Result<Identified, Refusal> {
    let peer = request.extensions().get::<Arc<Peer>>();
    let peer = peer.expect("the listener describes every connection");
    let directory = gateway.sandbox.directory();
    let origin = match &peer.unreadable_hop {
        None => Origin::Address(peer.address.ip()),
        Some(seen) => Origin::Unreadable(seen),
    };
    let caller = Caller { certificate: peer.certificate.as_deref(), origin };
    let gate = gateway.sandbox.gate(&directory);
    let identified = match is_asked(gateway, request.uri().path()) {
        true => gate.identify(caller, &mut draft.chain),
        false => Ok(gate.skip_identity(&mut draft.chain)),
    };
    draft.note_partner();
    identified
}

/// Whether certificate and address are asked for on this path: in production on every one.
fn is_asked(gateway: &Gateway, path: &str) -> bool {
    match gateway.sandbox.config.gateway.environment {
        Environment::Production => true,
        environment @ Environment::BacASable => {
            let api = gateway.apis.load().at(path);
            api.is_some_and(|api| api.identifies_callers(environment))
        }
    }
}
