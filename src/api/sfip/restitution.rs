//! What an answer holds: the keys of the published examples, in their order.

use serde::Serialize;

use crate::{
    api::Enumerated,
    domain::plain_capitals,
    register::{Person, tax::Assessment},
};

/// `/information`.
#[derive(Serialize)]
pub(super) struct Information {
    pub(super) descriptif: &'static str,
}

/// 02GA.
#[derive(Serialize)]
pub(super) struct Indicateur {
    statut: &'static str,
}

/// 02AA.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Situation {
    sit_fam: &'static str,
    nm_nai_dec1: String,
    prnm_dec1: String,
    rev: Revenus,
}

/// Empty as in the published example, unless `sfip.extended_income`: no text says the keys (*decision*).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Revenus {
    #[serde(skip_serializing_if = "Option::is_none")]
    annee_revenus: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revenu_fiscal_reference: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nombre_parts: Option<f32>,
}

impl Indicateur {
    /// The keys of the answer.
    pub(super) const KEYS: &'static [&'static str] = &["statut"];

    pub(super) fn new(eligible: bool) -> Self {
        Self { statut: if eligible { "O" } else { "N" } }
    }
}

impl Situation {
    /// The keys of the answer.
    pub(super) const KEYS: &'static [&'static str] = &["sitFam", "nmNaiDec1", "prnmDec1", "rev"];

    /// The assessment, whose first declarant is this person.
    pub(super) fn new(assessment: &Assessment, first: &Person, extended: bool) -> Self {
        let shares = f32::from(assessment.half_shares) / 2.0;
        Self {
            sit_fam: assessment.situation.letter(),
            nm_nai_dec1: plain_capitals(&first.birth_name).into_owned(),
            prnm_dec1: first
                .first_names
                .iter()
                .map(|name| capitalised(name))
                .collect::<Vec<_>>()
                .join(" "),
            rev: Revenus {
                annee_revenus: extended.then_some(assessment.income_year),
                revenu_fiscal_reference: extended.then_some(assessment.reference_income),
                nombre_parts: extended.then_some(shares),
            },
        }
    }
}

/// The keys whose values the published file enumerates.
pub(super) static ENUMERATED: [Enumerated; 2] = [
    ("statut", |text| ["O", "N"].contains(&text)),
    ("sitFam", |text| ["C", "D", "M", "O", "V"].contains(&text)),
];

/// As the published example writes first names: `Jean Philippe Arnaud`, and so `Jean-Luc`; without accents (*decision*).
fn capitalised(name: &str) -> String {
    let mut begins = true;
    let each = |c: char| {
        let written = if begins { c } else { c.to_ascii_lowercase() };
        begins = !c.is_ascii_alphabetic();
        written
    };
    plain_capitals(name).chars().map(each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_names_are_written_as_in_the_published_example() {
        assert_eq!(capitalised("PHILIPPE"), "Philippe");
        assert_eq!(capitalised("MARIE-ÉLISE"), "Marie-Elise");
        assert_eq!(capitalised("SP"), "Sp");
    }
}
