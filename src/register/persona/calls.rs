//! The calls that a persona's file documents.

use crate::{
    register::persona::{
        SampleCall,
        check::Diagnostics,
        raw::{RawCall, Text},
    },
    rights::ApiId,
};

/// The call, unless something of it is wrong.
pub(super) fn call(diagnostics: &mut Diagnostics<'_>, raw: &RawCall) -> Option<SampleCall> {
    let operation = operation(diagnostics, raw.api, &raw.operation);
    let motif = diagnostics.maybe("motif", raw.motif.as_ref());
    if raw.api.plug().asks_motif() && raw.motif.is_none() {
        let message = format!("a call of {} needs a motif", raw.api.label());
        diagnostics.refuse("motif", &raw.operation, message);
    }
    let parameters = serde_json::to_value(&raw.parameters);
    if let Err(error) = &parameters {
        diagnostics.refuse(
            "parameters",
            &raw.operation,
            format!("cannot be written as JSON: {error}"),
        );
    }
    Some(SampleCall {
        api: raw.api,
        operation: operation?,
        partner: raw.partner.clone(),
        motif: motif?,
        parameters: parameters.ok()?,
        expect: raw.expect.clone(),
        shows: raw.shows.trim().to_owned(),
    })
}

fn operation(diagnostics: &mut Diagnostics<'_>, api: ApiId, text: &Text) -> Option<String> {
    let mut known: Vec<_> =
        api.plug().searches().into_iter().map(|search| search.operation).collect();
    known.dedup();
    let message =
        format!("« {} » is no operation; expected one of {}", text.get_ref(), known.join(", "));
    diagnostics.keep(
        Some(text.get_ref().clone()),
        "operation",
        text,
        |name| known.contains(&name.as_str()),
        message,
    )
}
