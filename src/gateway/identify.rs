//! Controls 1 and 2, on every request that reaches the gateway, the token endpoint's included; in the sandbox environment, on
//! those only whose API asks for them.

use std::sync::Arc;

use axum::{extract::Request, response::Response};

use super::{
    Gateway, dispatch,
    fault::{Fault, Place},
};
use crate::{
    admission::{Caller, Identified, Origin},
    config::Environment,
    journal::Trace,
    peer::Peer,
};

pub(super) async fn layer<F: Future<Output = Response>>(
    gateway: &Gateway,
    request: Request,
    trace: Trace,
    next: impl FnOnce(Request, Trace, Identified) -> F,
) -> Response {
    let peer = request
        .extensions()
        .get::<Arc<Peer>>()
        .expect("the listener describes every connection")
        .clone();
    let directory = gateway.sandbox.directory();
    let origin = match &peer.unreadable_hop {
        None => Origin::Address(peer.address.ip()),
        Some(seen) => Origin::Unreadable(seen),
    };
    let caller = Caller { certificate: peer.certificate.as_deref(), origin };
    let identified = {
        let mut draft = trace.draft();
        let gate = gateway.sandbox.gate(&directory);
        let identified = match is_asked(gateway, request.uri().path()) {
            true => gate.identify(caller, &mut draft.chain),
            false => Ok(gate.skip_identity(&mut draft.chain)),
        };
        draft.entry.partner = draft.chain.partner().map(|partner| partner.id.clone());
        identified
    };
    match identified {
        Ok(identified) => next(request, trace, identified).await,
        Err(refusal) => {
            let place = Place::outside(&gateway.sandbox, request.headers());
            dispatch::refuse(&trace, &Fault::Refused(refusal), place)
        }
    }
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
