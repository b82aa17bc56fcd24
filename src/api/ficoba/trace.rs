//! The functional trace of a search (CGU FICOBA 10, "traces fonctionnelles"): who asked what kind of thing, never about whom.

use aws_lc_rs::hmac;

use super::{
    demande::{CRITERIA, Object, Said},
    moment::Reference,
    reply::Reply,
};
use crate::{
    entropy,
    journal::{JustificationFacts, Trace},
};

/// Turns a justification into what may be kept of it. By the protocol's own example it names a person: its length, and a
/// hash by which two demands of the same run can be told to have the same.
pub(super) struct Veil(hmac::Key);

impl Veil {
    /// With a key for this run, from the system's randomness.
    pub(super) fn new() -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &entropy::bytes::<32>()))
    }

    fn facts(&self, justification: &str) -> JustificationFacts {
        let tag = hmac::sign(&self.0, justification.as_bytes());
        let mut hash = String::with_capacity(2 * KEPT);
        for byte in &tag.as_ref()[..KEPT] {
            hash.extend([byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])));
        }
        JustificationFacts { length: justification.chars().count(), hash }
    }
}

/// What the demand says: its motif, the kinds of its criteria, and that it is justified.
pub(super) fn note_demand(trace: &Trace, body: &Object<'_>, veil: &Veil) {
    let Said { motif, justification } = Said::in_body(body);
    let criteria = body.structure(CRITERIA).given();
    let justification = justification.map(|text| veil.facts(text));
    let mut draft = trace.draft();
    // A text that is no motif may be anything.
    draft.entry.motif = motif.filter(|text| text.chars().count() <= 4).map(str::to_owned);
    draft.entry.criteria = criteria.into_iter().map(|entry| entry.key.into()).collect();
    draft.entry.justification = justification;
}

/// What was answered: under which reference, how much, with which keys.
pub(super) fn note_reply(trace: &Trace, reference: Reference, reply: &Reply) {
    let reference = reference.to_string();
    let restituted = reply.keys.iter().map(Into::into).collect();
    let mut draft = trace.draft();
    draft.entry.reference = Some(reference);
    draft.entry.answers = u32::try_from(reply.count).ok();
    draft.entry.restituted = restituted;
}

/// Bytes of the hash that are kept.
const KEPT: usize = 16;
