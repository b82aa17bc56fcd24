//! The parameters of the published file: those of the query, which both services share, and those of 02GA's path.

use crate::api::person::{Form, Parameter, parameters};

parameters! {
    NOM = "nom", Form::Text(100), "DUBIGNOT", "Nom de naissance";
    PRENOM = "prenom", Form::FirstNames(20), "Jean Philippe Arnaud",
        "Prénoms dans l'ordre de l'état civil, séparés par des espaces : le premier seul, ou les premiers";
    SEXE = "sexe", Form::OneOf("12"), "1", "Sexe : 1 masculin, 2 féminin";
    NAIS_DATE = "naisDate", Form::BirthDate, "15/06/1943",
        "Date de naissance ; ce qui n'est pas donné n'est pas comparé";
    NAIS_CODE_PAYS = "naisCodePays", Form::Country, "99100", "Pays de naissance (code INSEE)";
    NAIS_CODE_DEPT = "naisCodeDept", Form::Department, "75",
        "Département ou TOM de naissance, tel qu'il était ce jour-là";
    NAIS_CODE_COMMUNE = "naisCodeCommune", Form::Commune, "109",
        "Commune de naissance : fin du code INSEE, 3 chiffres en métropole, 2 outre-mer (3 admis pour un DOM)";
    ADR_CODE_PAYS = "adrCodePays", Form::Country, "99100", "Pays de l'adresse (code INSEE)";
    ADR_CODE_DEPT = "adrCodeDept", Form::Department, "75", "Département ou TOM de l'adresse";
    ADR_CODE_COMMUNE = "adrCodeCommune", Form::Commune, "109",
        "Commune de l'adresse : fin du code INSEE, 3 chiffres en métropole, 2 outre-mer (3 admis pour un DOM)";
    ADR_CODE_VOIE = "adrCodeVoie", Form::Code(4), "0130",
        "Code de la voie, 4 caractères : lu, et non comparé (le registre n'en a pas)";
    ADR_LIBELLE_VOIE = "adrLibelleVoie", Form::Text(38), "RUE DES LILAS",
        "Nom de la voie, avec ou sans son type ; demande le département et la commune";
    ADR_NUM_VOIE = "adrNumVoie", Form::Digits(4), "35", "Numéro dans la voie";
    ADR_INDICE_REPETITION = "adrIndiceRepetition", Form::OneOf("BTQ"), "B",
        "Indice de répétition : B bis, T ter, Q quater";
    SPI = "spi", Form::Spi, "1899582886173", "Numéro fiscal (SPI)";
}

/// Those of 02GA's path, in the published order.
pub(super) static PATH: [&Parameter; 3] = [&DEPARTEMENT, &BAREME, &ANNREV];

pub(super) static DEPARTEMENT: Parameter = Parameter {
    name: "departement",
    form: Form::PaddedDepartment,
    description: "Département ou TOM, qui décide des plafonds",
    example: "130",
};

pub(super) static BAREME: Parameter = Parameter {
    name: "bareme",
    form: Form::Year,
    description: "Année du barème : de 2021 à l'année en cours",
    example: "2022",
};

pub(super) static ANNREV: Parameter = Parameter {
    name: "annrev",
    form: Form::Year,
    description: "Année des revenus : l'une des deux qui précèdent le barème",
    example: "2020",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_examples_have_the_form() {
        for parameter in QUERY.iter().chain(&PATH) {
            assert!(parameter.form.admits(parameter.example), "{parameter:?}");
        }
    }
}
