//! How to obtain each line of the table of faults here: `docs/r2p-codes.md` is made from it, and a test types what it says.

use super::fault::FaultKind;
use crate::api::refusals::{Refusal, refusals};

/// The generated part of `docs/r2p-codes.md`: a table of all lines, then the command of each.
pub fn reference() -> String {
    refusals(CASES, FaultKind::line, "/r2p/v1")
}

/// The Swagger's example.
const ID: &str = "123e4567-e89b-12d3-a456-426655440000";

const COMMUNE: &str = "commune-valmont";
const MUTUELLE: &str = "mutuelle-etatcivil";
const DEPARTEMENT: &str = "departement-social";

macro_rules! cases {
    ($($kind:ident($named:literal) $why:literal: $persona:expr, $partner:expr, $id:expr, $path:literal;)+) => {
        const CASES: &[Refusal<FaultKind>] = &[$(Refusal {
            kind: FaultKind::$kind,
            named: $named,
            why: $why,
            persona: $persona,
            partner: $partner,
            headers: &[("X-Correlation-ID", $id)],
            path: $path,
        }),+];
    };
}

cases! {
    Format("naisDate (attendu : AAAA, MM/AAAA ou JJ/MM/AAAA)") "a parameter of another form":
        Some("celine-simple"), COMMUNE, ID, "/personne?nom=VALBRUNE&prenom=CELINE&naisDate=1985-04-12";
    Format("nom (attendu : du texte UTF-8 encodé en %XX)") "an accent in Latin-1":
        Some("nom-compose-accents"), COMMUNE, ID, "/personne?nom=C%9CURJOLY-D%27AIGUEBR%D4NE&prenom=MARIE";
    Format("naisCodeCommune (attendu : un code des nomenclatures de l'INSEE)") "a commune that INSEE does not know":
        Some("celine-simple"), COMMUNE, ID,
        "/personne/spi?nom=VALBRUNE&prenom=CELINE&naisDate=1985&naisCodePays=99100&naisCodeDept=38&naisCodeCommune=999";
    Absent("prenom") "a mandatory parameter that is absent, or empty":
        Some("celine-simple"), COMMUNE, ID, "/personne?nom=VALBRUNE&prenom=&naisDate=1985";
    Repeated("nom") "a parameter given twice":
        Some("nom-d-usage"), COMMUNE, ID, "/personne?nom=MONTFAUCELLE&nom=BREVANNAIS&prenom=CLAIRE";
    Misplaced("adrCodePays (/personne/spi ne prend que l'état civil)") "an address where only civil status is taken":
        Some("celine-simple"), COMMUNE, ID, "/personne/spi?nom=VALBRUNE&prenom=CELINE&adrCodePays=99100";
    Misplaced("naisCodeDept (réservé au pays 99100)") "a département of birth for another country":
        Some("nee-a-letranger"), COMMUNE, ID,
        "/personne?nom=BENYAZID&prenom=DJAMILA&naisDate=1968&naisCodePays=99352&naisCodeDept=91";
    Misplaced("adrCodePays (seules les adresses en France, 99100, se recherchent)") "an address abroad":
        Some("non-resident"), COMMUNE, ID, "/personne?nom=VANDERMOELLE&prenom=GAUTHIER&adrCodePays=99131";
    Correlation("") "one that is no UUID":
        Some("celine-simple"), COMMUNE, "essai-1", "/personne/3990000101192";
    Spi("") "twelve digits":
        Some("celine-simple"), COMMUNE, ID, "/personne/399000010119";
    Incomplete("naisDate, naisCodePays pour l'état civil complet, ou adrCodePays, adrCodeDept (ou adrCodeTom), \
                adrCodeCommune pour l'état civil et l'adresse") "names without a filter":
        Some("celine-simple"), COMMUNE, ID, "/personne?nom=VALBRUNE&prenom=CELINE";
    Incomplete("naisCodeDept, naisCodeCommune pour l'état civil complet") "a birth in France without its place":
        Some("celine-simple"), COMMUNE, ID,
        "/personne/spi?nom=VALBRUNE&prenom=CELINE&naisDate=12/04/1985&naisCodePays=99100";
    Incomplete("adrCodeCommune pour l'état civil et l'adresse") "an address without its commune":
        Some("celine-simple"), COMMUNE, ID,
        "/personne?nom=VALBRUNE&prenom=CELINE&adrCodePays=99100&adrCodeDept=38";
    Incomplete("naisDate pour l'état civil dégradé") "a degraded civil status without its date":
        Some("homonymes-lieu-a"), DEPARTEMENT, ID,
        "/personne?nom=AUBREVILLARD&prenom=SIMON&naisCodePays=99100&naisCodeDept=69";
    Incomplete("naisCodePays pour l'état civil complet") "a degraded civil status, by a convention without that mode":
        Some("homonymes-lieu-a"), MUTUELLE, ID,
        "/personne?nom=AUBREVILLARD&prenom=SIMON%20%C3%89MILE&naisDate=23/09/1987";
    TooMany("") "two people of one civil status":
        Some("jumelles-homonymes-a"), COMMUNE, ID,
        "/personne/spi?nom=ABEILLON&prenom=ROSE%20MARIE&naisDate=15/06/1991&naisCodePays=99100&naisCodeDept=87&naisCodeCommune=085";
    TooMany("") "two people of one degraded civil status":
        Some("homonymes-lieu-a"), DEPARTEMENT, ID, "/personne?nom=AUBREVILLARD&prenom=SIMON&naisDate=23/09/1987";
    NotCommunicable("") "a record that is not given out":
        Some("dossier-non-communicable"), COMMUNE, ID, "/personne/3990000801381";
    NotCommunicable("") "the same by address":
        Some("dossier-non-communicable"), COMMUNE, ID,
        "/personne?nom=ROQUEBRI%C3%88RE&prenom=H%C3%89L%C3%88NE&adrCodePays=99100&adrCodeDept=34&adrCodeCommune=172";
    Closed("recherche par l'état civil et l'adresse") "a mode for decree 2022-814 only":
        Some("celine-simple"), MUTUELLE, ID,
        "/personne?nom=VALBRUNE&prenom=CELINE&adrCodePays=99100&adrCodeDept=38&adrCodeCommune=185";
    Closed("recherche par le SPI") "the other mode for decree 2022-814 only":
        Some("celine-simple"), MUTUELLE, ID, "/personne/3990000101192";
    Nobody("") "the Swagger's own example: well formed, and nobody's here":
        None, COMMUNE, ID, "/personne/1899582886173";
    Nobody("") "the Swagger's own example of a civil status":
        None, COMMUNE, ID,
        "/personne/spi?nom=DUPONT&prenom=JEANNE&sexe=2&naisDate=22/08/1978&naisCodePays=99100&naisCodeDept=75&naisCodeCommune=115";
    Nobody("") "a usage name, which is never compared":
        Some("nom-d-usage"), COMMUNE, ID,
        "/personne?nom=BR%C3%89VANNAIS&prenom=CLAIRE&adrCodePays=99100&adrCodeDept=54&adrCodeCommune=395";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_obtained() {
        // The gateway itself refuses a call without the identifier, but in the dialects wso2-*.
        for kind in FaultKind::ALL.iter().filter(|kind| **kind != FaultKind::NoCorrelation) {
            assert!(CASES.iter().any(|case| case.kind == *kind), "{kind:?}");
        }
        assert!(
            CASES
                .is_sorted_by_key(|case| FaultKind::ALL.iter().position(|kind| *kind == case.kind))
        );
    }
}
