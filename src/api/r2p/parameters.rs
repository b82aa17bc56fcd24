//! The parameters of each resource, as the Swagger names them: what a fault or a scenario can be aimed at.

/// Those of the resource of this template.
pub(super) fn of(template: &str) -> Vec<String> {
    let names: &[&str] = match template {
        "/personne" => PERSONNE,
        "/personne/spi" => &PERSONNE[..CIVIL_STATUS],
        "/personne/{spi}" => &["spi"],
        _ => &[],
    };
    names.iter().map(|&name| name.to_owned()).collect()
}

const PERSONNE: &[&str] = &[
    "nom",
    "prenom",
    "sexe",
    "naisDate",
    "naisCodePays",
    "naisCodeDept",
    "naisCodeCommune",
    "adrCodePays",
    "adrCodeDept",
    "adrCodeTom",
    "adrCodeCommune",
    "adrLibelleTypeVoie",
    "adrLibelleVoie",
    "adrNumVoie",
    "adrIndiceRepetition",
];

/// How many of them are civil status, the only ones that `/personne/spi` takes.
const CIVIL_STATUS: usize = 7;
