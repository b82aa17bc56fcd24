//! Why an answer refuses, in French: what the controls, the API or the token endpoint said of it, or what its code means.

use http::StatusCode;

use crate::{
    admission::Verdict,
    journal::Draft,
    product::{TokenError, codes},
};

/// The reason of an answer of 400 and more. There is always one.
pub(super) fn for_answer(draft: &Draft, status: StatusCode) -> String {
    let refused = draft.chain.verdicts().find_map(|(_, verdict)| match verdict {
        Verdict::Refused(reason) => Some(reason.clone()),
        Verdict::Granted | Verdict::NotReached | Verdict::NotAsked => None,
    });
    let explained = || draft.reason.clone().or(refused);
    let ordered = draft.ordered.clone();
    ordered
        .or_else(explained)
        .or_else(|| draft.entry.code.as_deref().and_then(meaning))
        .or_else(|| draft.entry.note.clone())
        .unwrap_or_else(|| format!("La passerelle répond {}.", status.as_u16()))
}

/// What a code of the gateway's or of the token endpoint's means.
fn meaning(code: &str) -> Option<String> {
    let of_gateway = codes::ALL.iter().find(|known| known.number.to_string() == code);
    let of_gateway = of_gateway.map(|known| known.meaning);
    of_gateway.or_else(|| Some(TokenError::named(code)?.meaning)).map(str::to_owned)
}
