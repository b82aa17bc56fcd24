//! How to obtain each line of the table of faults here: a part of `docs/sfip.md` is made from it, and a test types what it says.

use super::fault::FaultKind;
use crate::api::refusals::{Header, Refusal, refusals};

/// The generated part of `docs/sfip.md`: a table of all lines, then the command of each.
pub fn reference() -> String {
    refusals(CASES, FaultKind::line, "/sfip/v1")
}

/// A sample partner, and the headers that it sends.
type Caller = (&'static str, &'static [Header]);

const CORRELATION: Header = ("X-Correlation-ID", "123e4567-e89b-12d3-a456-426655440000");
const BANK: Caller = ("banque-lep", &[CORRELATION, ("ID_Teleservice", "SFIP_LEP")]);
const WITHOUT_TELESERVICE: Caller = (BANK.0, &[CORRELATION]);
const TOWN: Caller = ("ville-tarifs", &[CORRELATION, ("ID_Teleservice", "SFIP_TARIFS")]);

macro_rules! cases {
    ($($kind:ident $why:literal: $persona:expr, $caller:expr, $path:expr;)+) => {
        const CASES: &[Refusal<FaultKind>] = &[$(Refusal {
            kind: FaultKind::$kind,
            named: "",
            why: $why,
            persona: $persona,
            partner: $caller.0,
            headers: $caller.1,
            path: $path,
        }),+];
    };
}

/// 02GA of the Isère, by the scale of 2026 and the income of 2025.
macro_rules! lep {
    ($query:literal) => {
        concat!("/demandeDeService/02GA/departement/380/annrev/2025/bareme/2026/personne?", $query)
    };
}

macro_rules! situation {
    ($query:literal) => {
        concat!("/demandeDeService/02AA/personne?", $query)
    };
}

cases! {
    Parameter "no `ID_Teleservice`": Some("celine-simple"), WITHOUT_TELESERVICE, lep!("spi=3990000101192");
    Parameter "a scale that was never published": Some("celine-simple"), BANK,
        "/demandeDeService/02GA/departement/380/annrev/2025/bareme/1999/personne?spi=3990000101192";
    Parameter "a département of two characters": Some("celine-simple"), BANK,
        "/demandeDeService/02GA/departement/38/annrev/2025/bareme/2026/personne?spi=3990000101192";
    Parameter "twelve digits": Some("celine-simple"), TOWN, situation!("spi=399000010119");
    Parameter "a date of another form": Some("celine-simple"), TOWN,
        situation!("spi=3990000101192&naisDate=1985-04-12");
    Parameter "names without a date or a place": Some("celine-simple"), TOWN, situation!("nom=VALBRUNE&prenom=CELINE");
    Forbidden "two people of one civil status": Some("jumelles-homonymes-a"), TOWN,
        situation!("nom=ABEILLON&prenom=ROSE&naisDate=15/06/1991");
    Forbidden "a record that is not given out": Some("dossier-non-communicable"), BANK, lep!("spi=3990000801381");
    Nobody "a well-formed SPI that is nobody's": None, BANK, lep!("spi=3999999999331");
    Nobody "another date of birth than hers": Some("celine-simple"), TOWN,
        situation!("spi=3990000101192&naisDate=13/04/1985");
    NoIndicator "no assessment of that year": Some("sans-imposition"), BANK, lep!("spi=3990006001471");
    NoIndicator "a person who has died": Some("defunte"), BANK, lep!("spi=3990001601159");
    NoSituation "no assessment": Some("sans-imposition"), TOWN, situation!("spi=3990006001471");
    NoSituation "on the assessment of her parents": Some("rattachee-aux-parents"), TOWN, situation!("spi=3990006101060");
    NoSituation "a minor": Some("mineur"), TOWN, situation!("spi=3990002901437");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_obtained() {
        // 40401 says that the API is closed or fails: docs/sfip.md tells how to order it.
        let ordered = [FaultKind::Unavailable, FaultKind::Failure];
        for kind in FaultKind::ALL.iter().filter(|kind| !ordered.contains(kind)) {
            assert!(CASES.iter().any(|case| case.kind == *kind), "{kind:?}");
        }
        assert!(
            CASES
                .is_sorted_by_key(|case| FaultKind::ALL.iter().position(|kind| *kind == case.kind))
        );
    }
}
