//! The attributes of each demand, by their path in the body: what a fault or a scenario can be aimed at.
//!
//! Source: technical protocol v11 (2.3 to 8.3) and the OpenAPI's schemas of demands.

/// Those of the demand of this operation; `etatSante` has no body.
pub(super) fn of(operation: &str) -> Vec<String> {
    let criteria: Vec<String> = match operation {
        "numCpte" => under("", &["iban", "verificationCompte"]),
        "siretSiren" => under("", COMPANY_NUMBERS),
        "spi" => under("", &["numeroSPI"]),
        "perPhy" => {
            let interval = under("etatCivil.", INTERVAL);
            [natural_person(""), interval, under("domiciliation.", ADDRESS)].concat()
        }
        "perPro" => [under("designation.", DESIGNATION), under("domiciliation.", ADDRESS)].concat(),
        "verifIban" => {
            let indicators = under("", &["iban", "recherchePP", "recherchePM", "rechercheSirenSiret"]);
            [indicators, natural_person(""), under("designation.", DESIGNATION), under("", COMPANY_NUMBERS)].concat()
        }
        "multiDet" => {
            let indicators = ["accordClient", "codeNatureCompte", "recherchePP", "recherchePM", "rechercheSIRENSIRET"];
            [
                under("", &indicators),
                natural_person("criteresRecherchePhy."),
                under("criteresRecherchePhy.domiciliation.", ADDRESS),
                under("criteresRecherchePro.designation.", DESIGNATION),
                under("criteresRecherchePro.domiciliation.", ADDRESS),
                under("criteresSiretSiren.", COMPANY_NUMBERS),
            ]
            .concat()
        }
        _ => return Vec::new(),
    };
    let common = DEMAND.iter().map(|&name| name.to_owned());
    common.chain(criteria.into_iter().map(|name| format!("criteresRecherche.{name}"))).collect()
}

fn natural_person(prefix: &str) -> Vec<String> {
    let birthplace = under(&format!("{prefix}lieuNaissance."), BIRTHPLACE);
    [under(&format!("{prefix}etatCivil."), CIVIL_STATUS), birthplace].concat()
}

fn under(prefix: &str, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{prefix}{name}")).collect()
}

const DEMAND: &[&str] = &["dateDemande", "motif", "siretDemandeur", "sirenDemandeur", "justification"];

const COMPANY_NUMBERS: &[&str] = &["siret", "siren"];

const CIVIL_STATUS: &[&str] = &["nom", "prenoms", "sexe", "anneeNaissance", "moisNaissance", "jourNaissance"];

const INTERVAL: &[&str] = &[
    "anneeNaissanceDebut",
    "moisNaissanceDebut",
    "jourNaissanceDebut",
    "anneeNaissanceFin",
    "moisNaissanceFin",
    "jourNaissanceFin",
];

const BIRTHPLACE: &[&str] = &["codePaysNaissance", "codeDepartementNaissance", "codeCommuneNaissance"];

const DESIGNATION: &[&str] = &["raisonSociale", "sigle", "enseigne", "codeCategorieJuridique"];

const ADDRESS: &[&str] = &[
    "codePays",
    "codeDepartement",
    "codeCommune",
    "codeNatureVoie",
    "libelleVoie",
    "numeroVoie",
    "indiceRepetition",
    "codePostal",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Api, ficoba::Ficoba};

    #[test]
    fn every_search_has_criteria_and_no_name_comes_twice() {
        for resource in
            Ficoba::load(None).unwrap().resources().iter().filter(|resource| resource.operation != "etatSante")
        {
            let names = of(resource.operation);
            assert!(names.len() > DEMAND.len(), "{}", resource.operation);
            let mut distinct = names.clone();
            distinct.sort();
            distinct.dedup();
            assert_eq!(distinct.len(), names.len(), "{}", resource.operation);
        }
    }

    #[test]
    fn a_nested_criterion_is_named_by_its_whole_path() {
        assert!(of("multiDet").contains(&"criteresRecherche.criteresRecherchePhy.etatCivil.nom".to_owned()));
        assert!(of("verifIban").contains(&"criteresRecherche.etatCivil.nom".to_owned()));
    }
}
