//! Controls 1 and 2, on every request that reaches the gateway, the token endpoint's included.

use std::sync::Arc;

use axum::{extract::Request, response::Response};

use super::{
    Gateway, dispatch,
    fault::{Fault, Place},
};
use crate::{
    admission::{Caller, Identified, Origin},
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
        let identified = gateway.sandbox.gate(&directory).identify(caller, &mut draft.chain);
        draft.entry.partner = draft.chain.partner().map(|partner| partner.id.clone());
        identified
    };
    match identified {
        Ok(identified) => next(request, trace, identified).await,
        Err(refusal) => {
            let place = Place::outside(&gateway.sandbox.config.gateway, request.headers());
            dispatch::refuse(&trace, &Fault::Refused(refusal), place)
        }
    }
}
