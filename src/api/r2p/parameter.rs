//! The fifteen query parameters of the Swagger and the one of its path: name, form, what it is.
//!
//! One table: the parser, the messages and the OpenAPI document are made from it.

use crate::api::person::{Form, Parameter, parameters};

/// The path's parameter.
pub(super) static SPI: Parameter = Parameter {
    name: "spi",
    form: Form::Spi,
    description: "Numéro fiscal (SPI) de la personne recherchée",
    example: "1899582886173",
};

parameters! {
    NOM = "nom", Form::Text(100), "DUPONT", "Nom de naissance ; un nom d'usage ne trouve personne";
    PRENOM = "prenom", Form::FirstNames(20), "JEANNE",
        "Prénoms dans l'ordre de l'état civil, séparés par des espaces : le premier seul, ou les premiers";
    SEXE = "sexe", Form::OneOf("12"), "2", "Sexe : 1 masculin, 2 féminin";
    NAIS_DATE = "naisDate", Form::BirthDate, "22/08/1978",
        "Date de naissance ; ce qui n'est pas donné n'est pas comparé";
    NAIS_CODE_PAYS = "naisCodePays", Form::Country, "99100",
        "Pays de naissance (code INSEE) ; 99100 pour la France et tout son outre-mer";
    NAIS_CODE_DEPT = "naisCodeDept", Form::Department, "75",
        "Département ou TOM de naissance, tel qu'il était ce jour-là : 75, 075, 2A, 971, 987";
    NAIS_CODE_COMMUNE = "naisCodeCommune", Form::Commune, "115",
        "Commune de naissance : fin du code INSEE, 3 chiffres (2 admis pour un DOM), 2 pour un TOM";
    ADR_CODE_PAYS = "adrCodePays", Form::Country, "99100",
        "Pays de l'adresse (code INSEE) ; seules les adresses en France se recherchent";
    ADR_CODE_DEPT = "adrCodeDept", Form::HomeDepartment, "16", "Département de l'adresse, métropole ou DOM";
    ADR_CODE_TOM = "adrCodeTom", Form::Tom, "975", "TOM de l'adresse, à la place du département";
    ADR_CODE_COMMUNE = "adrCodeCommune", Form::Commune, "015",
        "Commune de l'adresse : fin du code INSEE, 3 chiffres (2 admis pour un DOM), 2 pour un TOM";
    ADR_LIBELLE_TYPE_VOIE = "adrLibelleTypeVoie", Form::Letters(4), "RUE", "Type de la voie, abrégé : RUE, AV, BD";
    ADR_LIBELLE_VOIE = "adrLibelleVoie", Form::Text(26), "DU GAL DE GAULLE",
        "Nom de la voie sans son type ; demande un département de métropole ou un DOM, et une commune";
    ADR_NUM_VOIE = "adrNumVoie", Form::Digits(4), "35", "Numéro dans la voie";
    ADR_INDICE_REPETITION = "adrIndiceRepetition", Form::OneOf("BTQ"), "B", "Indice de répétition : B bis, T ter, Q quater";
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, string::string_regex, test_runner::TestRunner};

    use super::*;

    #[test]
    fn the_swagger_s_examples_have_the_form() {
        for parameter in QUERY.iter().copied().chain([&SPI]) {
            assert!(parameter.form.admits(parameter.example), "{parameter:?}");
        }
    }

    #[test]
    fn what_has_another_form_is_seen() {
        let (long, longer) = ("É".repeat(100), "É".repeat(101));
        for (parameter, good, bad) in [
            (
                &NOM,
                vec!["O'Brien", "d’Ys", long.as_str(), "SNN"],
                vec!["-", "  ", "'", longer.as_str()],
            ),
            (
                &PRENOM,
                vec!["Jean-Christophe", "Marie  Anne", "ABCDEFGHIJKLMNOPQRST"],
                vec!["ABCDEFGHIJKLMNOPQRSTU", "."],
            ),
            (&SEXE, vec!["1", "2"], vec!["0", "3", "12", "01", "M", "２"]),
            (
                &NAIS_DATE,
                vec!["1978", "08/1978", "22/08/1978", "29/02/2000"],
                vec![
                    "78",
                    "8/1978",
                    "1/08/1978",
                    "00/1978",
                    "13/1978",
                    "31/04/1978",
                    "29/02/1900",
                    "1978-08-22",
                    "22/08/1978/",
                ],
            ),
            (&NAIS_CODE_PAYS, vec!["99100", "99352"], vec!["FR", "9910", "00100", "99１00"]),
            (
                &NAIS_CODE_DEPT,
                vec!["75", "075", "2A", "02a", "971", "987", "20"],
                vec!["7", "97", "0971", "A2", "756"],
            ),
            (&NAIS_CODE_COMMUNE, vec!["115", "19", "019"], vec!["1", "0115", "1a5", "１１５"]),
            (&ADR_CODE_DEPT, vec!["16", "974"], vec!["975", "987"]),
            (&ADR_CODE_TOM, vec!["975", "988"], vec!["974", "75", "985"]),
            (&ADR_LIBELLE_TYPE_VOIE, vec!["RUE", "av", "BSTD"], vec!["ALLEE", "R E", "é"]),
            (&ADR_LIBELLE_VOIE, vec!["DU GAL DE GAULLE"], vec!["ABCDEFGHIJKLMNOPQRSTUVWXYZA", "'"]),
            (&ADR_NUM_VOIE, vec!["3", "0035"], vec!["35B", "12345", "-3"]),
            (&ADR_INDICE_REPETITION, vec!["B", "q"], vec!["A", "BIS", "ß"]),
            (
                &SPI,
                vec!["1899582886173"],
                vec!["189958288617", "18995828861730", "189958288617A", "4899582886173"],
            ),
        ] {
            good.iter()
                .for_each(|text| assert!(parameter.form.admits(text), "{} {text}", parameter.name));
            bad.iter().for_each(|text| {
                assert!(!parameter.form.admits(text), "{} {text}", parameter.name)
            });
        }
    }

    #[test]
    fn the_form_admits_whatever_the_pattern_generates() {
        let mut runner = TestRunner::deterministic();
        for parameter in QUERY.iter().copied().chain([&SPI]) {
            let Some(pattern) = parameter.form.pattern() else { continue };
            let texts = string_regex(pattern.trim_matches(['^', '$'])).unwrap();
            runner
                .run(&texts, |text| {
                    // No pattern says how many days a month has.
                    let beyond =
                        parameter.form == Form::BirthDate && text.len() == 10 && &text[..2] > "28";
                    prop_assert!(
                        parameter.form.admits(&text) || beyond,
                        "{} {text}",
                        parameter.name
                    );
                    Ok(())
                })
                .unwrap();
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(at in 0..15_usize, text in "\\PC{0,30}|[0-9/]{0,12}") {
            let admitted = QUERY[at].form.admits(&text);
            prop_assert!(!admitted || !text.trim().is_empty());
        }
    }
}
