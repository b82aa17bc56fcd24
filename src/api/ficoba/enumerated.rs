//! The keys and criteria whose values the protocol enumerates.

use crate::api::Enumerated;

/// Each with whether a text is one of its values; a motif is any of four digits, so that one which is not known here is seen.
pub(super) static ENUMERATED: [Enumerated; 11] = [
    ("motif", |text| is_digits(text, 4)),
    ("droitSurCompte", |text| RIGHTS.contains(&text)),
    ("formatCompte", |text| text == "IBAN"),
    ("verificationCompte", is_indicator),
    ("recherchePP", is_indicator),
    ("recherchePM", is_indicator),
    ("rechercheSIRENSIRET", is_indicator),
    ("accordClient", is_indicator),
    ("nRep", is_indicator),
    ("ibanExistant", is_indicator),
    ("personneRecherchee", is_indicator),
];

const RIGHTS: [&str; 5] =
    ["Titulaire", "Procuration", "Mandataire", "ETCI EI", "Bénéficiaire effectif"];

fn is_indicator(text: &str) -> bool {
    is_digits(text, 1)
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}
