//! The calls that a persona's file documents.

use crate::register::persona::{
    Call, CallApi,
    check::Desk,
    raw::{RawCall, Text},
};

/// The call, unless something of it is wrong.
pub(super) fn call(desk: &mut Desk<'_>, raw: &RawCall) -> Option<Call> {
    let operation = operation(desk, raw.api, &raw.operation);
    let motif = desk.maybe("motif", raw.motif.as_ref());
    if raw.api == CallApi::Ficoba && raw.motif.is_none() {
        desk.refuse("motif", &raw.operation, "a call of FICOBA needs a motif");
    }
    let parameters = serde_json::to_value(&raw.parameters);
    if let Err(error) = &parameters {
        desk.refuse("parameters", &raw.operation, format!("cannot be written as JSON: {error}"));
    }
    Some(Call {
        api: raw.api,
        operation: operation?,
        partner: raw.partner.clone(),
        motif: motif?,
        parameters: parameters.ok()?,
        expect: raw.expect.clone(),
        shows: raw.shows.trim().to_owned(),
    })
}

fn operation(desk: &mut Desk<'_>, api: CallApi, text: &Text) -> Option<String> {
    let known: &[&str] = match api {
        CallApi::Ficoba => {
            &["numCpte", "spi", "siretSiren", "perPhy", "perPro", "verifIban", "multiDet"]
        }
        CallApi::R2p => &["personne", "personne/spi", "personne/{spi}"],
    };
    let message =
        format!("« {} » is no operation; expected one of {}", text.get_ref(), known.join(", "));
    desk.keep(
        Some(text.get_ref().clone()),
        "operation",
        text,
        |name| known.contains(&name.as_str()),
        message,
    )
}
