//! Controls 1 and 2, on every request that reaches the gateway, the token endpoint's included.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use super::{
    Gateway, dispatch,
    fault::{Fault, Place},
};
use crate::{admission::Caller, journal::Trace, peer::Peer};

pub(super) async fn layer(State(gateway): State<Gateway>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Arc<Peer>>().expect("the listener describes every connection").clone();
    let trace = request.extensions().get::<Trace>().expect("the journal's layer stands outside").clone();
    let directory = gateway.sandbox.directory();
    let caller = Caller { certificate: peer.certificate.as_deref(), address: peer.address.ip() };
    let identified = {
        let mut draft = trace.draft();
        let identified = gateway.sandbox.gate(&directory).identify(caller, &mut draft.chain);
        draft.entry.partner = draft.chain.partner().map(|partner| partner.id.clone());
        identified
    };
    match identified {
        Ok(identified) => {
            request.extensions_mut().insert(identified);
            next.run(request).await
        }
        Err(refusal) => {
            let place = Place::outside(&gateway.sandbox.config.gateway, request.headers());
            dispatch::refuse(&trace, &Fault::Refused(refusal), place)
        }
    }
}
