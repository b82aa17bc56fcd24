//! The fifteen query parameters of the Swagger and the one of its path: name, form, what it is.
//!
//! One table: the parser, the messages and the OpenAPI document are made from it.

use crate::domain::{BirthDate, CountryCode, DepartmentCode, Spi, comparison_form};

/// A parameter.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::api::r2p) struct Parameter {
    /// Its name in the query or in the path's template.
    pub(in crate::api::r2p) name: &'static str,
    /// Its form.
    pub(in crate::api::r2p) form: Form,
    /// What it is, in French.
    pub(in crate::api::r2p) description: &'static str,
    /// The Swagger's example.
    pub(in crate::api::r2p) example: &'static str,
}

/// What the text of a parameter must look like; whether the thing exists is another question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api::r2p) enum Form {
    /// At most as many characters, a letter or a digit among them.
    Text(usize),
    /// First names parted by spaces, each of at most as many characters.
    FirstNames(usize),
    /// One of these, letters in either case.
    OneOf(&'static str),
    /// `AAAA`, `MM/AAAA` or `JJ/MM/AAAA`.
    BirthDate,
    /// Five digits that begin with 99.
    Country,
    /// A département or a TOM: two characters, or three with a zero in front or overseas.
    Department,
    /// The same without the TOM.
    HomeDepartment,
    /// Three digits.
    Tom,
    /// Two or three digits.
    Commune,
    /// At most as many ASCII letters and digits.
    Letters(usize),
    /// At most as many digits.
    Digits(usize),
    /// Thirteen digits, the first 0 to 3.
    Spi,
}

/// The path's parameter.
pub(in crate::api::r2p) static SPI: Parameter = Parameter {
    name: "spi",
    form: Form::Spi,
    description: "Numéro fiscal (SPI) de la personne recherchée",
    example: "1899582886173",
};

/// Declares each query parameter, and the list of them all.
macro_rules! parameters {
    ($($id:ident = $name:literal, $form:expr, $example:literal, $description:literal;)+) => {
        $(#[doc = concat!("`", $name, "`")]
        pub(in crate::api::r2p) static $id: Parameter =
            Parameter { name: $name, form: $form, description: $description, example: $example };)+

        /// Those of the query, in the Swagger's order.
        pub(in crate::api::r2p) static QUERY: [&Parameter; 15] = [$(&$id),+];
    };
}

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

impl Parameter {
    /// Whether it is about an address: `/personne/spi` takes none of these.
    pub(in crate::api::r2p) fn is_of_address(&self) -> bool {
        self.name.starts_with("adr")
    }
}

impl Form {
    /// Whether the text has this form.
    pub(in crate::api::r2p) fn admits(self, text: &str) -> bool {
        let within = |most| (1..=most).contains(&text.chars().count());
        let digits = || text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Text(most) => within(most) && !comparison_form(text).is_empty(),
            Self::FirstNames(most) => {
                text.split_whitespace().all(|name| name.chars().count() <= most)
                    && !comparison_form(text).is_empty()
            }
            Self::OneOf(allowed) => letter(text).is_some_and(|letter| allowed.contains(letter)),
            Self::BirthDate => birth_date(text).is_some(),
            Self::Country => text.parse::<CountryCode>().is_ok(),
            Self::Department => DepartmentCode::parse_padded(text).is_ok(),
            Self::HomeDepartment => DepartmentCode::parse_padded(text)
                .is_ok_and(|code| code.is_metropolitan() || code.is_dom()),
            Self::Tom => text.parse::<DepartmentCode>().is_ok_and(|code| code.is_com()),
            Self::Commune => matches!(text.len(), 2 | 3) && digits(),
            Self::Letters(most) => {
                within(most) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }
            Self::Digits(most) => within(most) && digits(),
            Self::Spi => text.parse::<Spi>().is_ok(),
        }
    }

    /// What it looks like, for messages: « attendu : ... ».
    pub(in crate::api::r2p) fn expected(self) -> String {
        match self {
            Self::Text(most) => format!("{most} caractères au plus, dont une lettre ou un chiffre"),
            Self::FirstNames(most) => {
                format!("{most} caractères au plus par prénom, dont une lettre")
            }
            Self::OneOf(allowed) => {
                allowed.chars().map(String::from).collect::<Vec<_>>().join(" ou ")
            }
            Self::BirthDate => "AAAA, MM/AAAA ou JJ/MM/AAAA".to_owned(),
            Self::Country => "5 chiffres commençant par 99".to_owned(),
            Self::Department => "département ou TOM, comme 75, 075, 2A, 971, 987".to_owned(),
            Self::HomeDepartment => {
                "département de métropole ou DOM, comme 75, 075, 2A, 971".to_owned()
            }
            Self::Tom => "TOM, comme 975 ou 987".to_owned(),
            Self::Commune => "3 chiffres, 2 pour un TOM".to_owned(),
            Self::Letters(most) => format!("{most} lettres ou chiffres au plus"),
            Self::Digits(most) => format!("{most} chiffres au plus"),
            Self::Spi => "13 chiffres dont le premier de 0 à 3".to_owned(),
        }
    }

    /// The same as a regular expression of JSON Schema, where one says it; longer lengths are given by [`Form::most`].
    pub(in crate::api::r2p) fn pattern(self) -> Option<String> {
        match self {
            Self::Text(_) | Self::FirstNames(_) => None,
            Self::OneOf(allowed) => {
                let small: String =
                    allowed.chars().filter(char::is_ascii_uppercase).map(|c| c.to_ascii_lowercase()).collect();
                Some(format!("^[{allowed}{small}]$"))
            }
            Self::BirthDate => Some(
                "^(((0[1-9]|[12][0-9]|3[01])/)?(0[1-9]|1[0-2])/)?(18[5-9][0-9]|19[0-9]{2}|2[01][0-9]{2})$".to_owned(),
            ),
            Self::Country => Some("^99[0-9]{3}$".to_owned()),
            Self::Department => Some("^(0?([0-8][0-9A-Za-z]|9[0-6A-Za-z])|9[78][0-9])$".to_owned()),
            Self::HomeDepartment => Some("^(0?([0-8][0-9A-Za-z]|9[0-6A-Za-z])|97[12346])$".to_owned()),
            Self::Tom => Some("^(97[578]|98[46789])$".to_owned()),
            Self::Commune => Some("^[0-9]{2,3}$".to_owned()),
            Self::Letters(most) => Some(format!("^[0-9A-Za-z]{{1,{most}}}$")),
            Self::Digits(most) => Some(format!("^[0-9]{{1,{most}}}$")),
            Self::Spi => Some("^[0-3][0-9]{12}$".to_owned()),
        }
    }

    /// How many characters it holds at most, where that is the form.
    pub(in crate::api::r2p) fn most(self) -> Option<usize> {
        match self {
            Self::Text(most) => Some(most),
            Self::FirstNames(_)
            | Self::OneOf(_)
            | Self::BirthDate
            | Self::Country
            | Self::Department
            | Self::HomeDepartment
            | Self::Tom
            | Self::Commune
            | Self::Letters(_)
            | Self::Digits(_)
            | Self::Spi => None,
        }
    }
}

/// The date of birth of R2P's three forms: each part has all its digits.
pub(super) fn birth_date(text: &str) -> Option<BirthDate> {
    let parts: Vec<&str> = text.split('/').collect();
    let (day, month, year) = match parts[..] {
        [year] => (None, None, year),
        [month, year] => (None, Some(month), year),
        [day, month, year] => (Some(day), Some(month), year),
        _ => return None,
    };
    let whole = |part: &str| part.len() == 2 && part != "00";
    let formed = [day, month].into_iter().flatten().all(whole);
    formed.then(|| BirthDate::from_parts(year, month, day).ok()).flatten()
}

/// The one letter or digit of the text, in capitals.
pub(super) fn letter(text: &str) -> Option<char> {
    let mut all = text.chars();
    let first = all.next()?.to_ascii_uppercase();
    all.next().is_none().then_some(first)
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
