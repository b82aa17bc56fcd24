//! The functional trace of a search (CGU FICOBA 10, "traces fonctionnelles"): who asked what kind of thing, never about whom.

use std::borrow::Cow;

use super::{
    demande::{GivenTexts, Object, Purpose},
    reply::Reply,
    restitution::NOTED,
};
use crate::{
    domain::{Iban, Spi},
    journal::{Facts, JustificationFacts, Seal},
    register::data_ranges,
};

/// What the demand says: its motif, the kinds of its criteria, and that it is justified. By the protocol's own example a
/// justification names a person: its length is kept, and a digest that tells two demands with the same one.
pub(super) fn note_demand(
    facts: &mut Facts,
    seal: &Seal,
    body: &Object<'_>,
    given: &GivenTexts<'_>,
) {
    let Purpose { motif, justification } = Purpose::in_body(body);
    let asked = || {
        let criteria = given.iter().flat_map(|(key, text)| [key.as_bytes(), text.as_bytes()]);
        seal.digest([DEMAND, motif.unwrap_or_default().as_bytes()].into_iter().chain(criteria))
    };
    let justification = justification.map(|text| JustificationFacts {
        length: text.chars().count(),
        hash: seal.digest([text.as_bytes()]),
        identifier: identifier(text).map(str::to_owned),
        demand: Some(asked()),
    });
    let vigilance = given
        .iter()
        .filter(|(key, text)| data_ranges::looks_real(key, text))
        .map(|(key, _)| kind(key))
        .collect();
    // A text that is no motif may be anything.
    facts.motif = motif.filter(|text| text.chars().count() <= 4).map(str::to_owned);
    facts.criteria = given.iter().map(|(key, _)| Cow::Borrowed(*key)).collect();
    facts.vigilance = vigilance;
    facts.justification = justification;
}

/// What no other digest under the seal begins with.
const DEMAND: &[u8] = b"demand";

/// What was answered: under which reference, how much, with which keys.
pub(super) fn note_reply(facts: &mut Facts, reference: String, reply: &Reply) {
    facts.reference = Some(reference);
    facts.answers = u32::try_from(reply.count).ok();
    facts.restituted = NOTED.names(reply.keys);
}

/// What a text is when it is an identifier, whatever spaces it is written with.
fn identifier(text: &str) -> Option<&'static str> {
    let may_be_one = |first: char| first.is_ascii_digit() || first == 'F';
    if !text.trim_start().starts_with(may_be_one) {
        return None;
    }
    let bare: String = text.split_whitespace().collect();
    let spi = || bare.parse::<Spi>().is_ok().then_some("spi");
    bare.parse::<Iban>().is_ok().then_some("iban").or_else(spi)
}

fn kind(key: &str) -> String {
    if key == "numeroSPI" { "spi".to_owned() } else { key.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{data_ranges::looks_real, *};

    #[test]
    fn what_may_be_somebody_s_looks_real_and_all_zeros_do_not() {
        for (key, text) in [
            ("siret", "13000453400017"),
            ("siret", "35600000049837"),
            ("siren", "130004534"),
            ("numeroSPI", "1899582886173"),
        ] {
            assert!(looks_real(key, text), "{key} {text}");
        }
        for (key, text) in [
            ("siret", "00000000000000"),
            ("siren", "000000000"),
            ("numeroSPI", "0000000000000"),
            ("siret", "13000453400018"),
            ("nom", "000"),
        ] {
            assert!(!looks_real(key, text), "{key} {text}");
        }
        let zeros: Iban = ZEROS.parse().unwrap();
        assert!(zeros.rib_key_is_valid() && !looks_real("iban", ZEROS), "a good key of nothing");
    }

    const ZEROS: &str = "FR7600000000000000000000097";
}
