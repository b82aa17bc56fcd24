//! Parameters that describe a person, and the forms that they have: the vocabulary that R2P and its successors share.

use crate::{
    domain::{BirthDate, BirthDateError, CountryCode, DepartmentCode, Spi, comparison_form},
    journal::RefusalFacts,
};

#[derive(Debug, PartialEq, Eq)]
pub(in crate::api) struct Parameter {
    /// Its name in the query or in the path's template.
    pub(in crate::api) name: &'static str,
    pub(in crate::api) form: Form,
    /// What it is, in French.
    pub(in crate::api) description: &'static str,
    /// The Swagger's example.
    pub(in crate::api) example: &'static str,
}

/// What the text of a parameter must look like; whether the thing exists is another question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum Form {
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
    /// Exactly as many ASCII letters and digits.
    Code(usize),
    /// At most as many digits.
    Digits(usize),
    /// Thirteen digits, the first 0 to 3.
    Spi,
    /// A département on three characters: two and a zero in the metropole, three overseas.
    PaddedDepartment,
    /// Four digits.
    Year,
}

/// Declares each parameter of a query, and the list `QUERY` of them all in the published order.
macro_rules! parameters {
    ($($id:ident = $name:literal, $form:expr, $example:literal, $description:literal;)+) => {
        $(#[doc = concat!("`", $name, "`")]
        pub(in crate::api) static $id: $crate::api::person::Parameter = $crate::api::person::Parameter {
            name: $name,
            form: $form,
            description: $description,
            example: $example,
        };)+

        /// Those of the query, in the published order.
        pub(in crate::api) static QUERY: [&$crate::api::person::Parameter; [$($name),+].len()] = [$(&$id),+];
    };
}
pub(in crate::api) use parameters;

impl Parameter {
    /// What the journal keeps where it cannot be given, and why.
    pub(in crate::api) fn misplaced(&self, why: &str) -> RefusalFacts {
        let why = format!("le paramètre {} n'est pas admis ici : {why}", self.name);
        RefusalFacts::because(why).caused("misplaced-parameter")
    }

    /// Whether it is about an address: `/personne/spi` takes none of these.
    pub(in crate::api) fn is_of_address(&self) -> bool {
        self.name.starts_with("adr")
    }
}

impl Form {
    pub(in crate::api) fn admits(self, text: &str) -> bool {
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
            Self::Code(length) => {
                text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }
            Self::Digits(most) => within(most) && digits(),
            Self::Spi => text.parse::<Spi>().is_ok(),
            Self::PaddedDepartment => padded_department(text).is_some(),
            Self::Year => text.len() == 4 && digits(),
        }
    }

    /// What is wrong with a text that looks right, in French: a date that no calendar has.
    pub(in crate::api) fn fault_of(self, text: &str) -> Option<&'static str> {
        let digit = |byte: u8| byte.is_ascii_digit() || byte == b'/';
        let has_year = text.rsplit('/').next().is_some_and(|year| year.len() == 4);
        if self != Self::BirthDate || !has_year || !text.bytes().all(digit) {
            return None;
        }
        match parsed(text)?.err()? {
            BirthDateError::Form => None,
            BirthDateError::Year => {
                Some("la forme est bonne, mais l'année doit être de 1850 à 2199")
            }
            BirthDateError::Month => {
                Some("la forme est bonne, mais ce mois n'existe pas (01 à 12)")
            }
            BirthDateError::Day => Some("la forme est bonne, mais ce jour n'existe pas (01 à 31)"),
            BirthDateError::NoSuchDay | BirthDateError::DayWithoutMonth => {
                Some("la forme est bonne, mais ce jour n'existe pas dans le calendrier")
            }
        }
    }

    /// How a good text is read, in French, where that is not as it is written.
    pub(in crate::api) fn read_as(self, text: &str) -> Option<&'static str> {
        let is_of_names = matches!(self, Self::FirstNames(_));
        let is_of_place = matches!(self, Self::Department | Self::HomeDepartment);
        if is_of_names && text.contains([',', ';']) {
            Some("contient une virgule ou un point-virgule, lu comme une espace")
        } else if is_of_place && text.len() == 3 && text.starts_with('0') {
            Some("est donné sur 3 caractères, le zéro de tête n'est pas lu")
        } else {
            None
        }
    }

    /// What it looks like, for messages: « attendu : ... ».
    pub(in crate::api) fn expected(self) -> String {
        match self {
            Self::Text(1) => "une lettre ou un chiffre".to_owned(),
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
            Self::Code(length) => format!("{length} lettres ou chiffres"),
            Self::Digits(most) => format!("{most} chiffres au plus"),
            Self::Spi => "13 chiffres dont le premier de 0 à 3".to_owned(),
            Self::PaddedDepartment => {
                "département sur 3 caractères, comme 130, 750, 2A0, 971, 987".to_owned()
            }
            Self::Year => "année sur 4 chiffres".to_owned(),
        }
    }

    /// The same as a regular expression of JSON Schema, where one says it; longer lengths are given by [`Form::most`].
    pub(in crate::api) fn pattern(self) -> Option<String> {
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
            Self::Code(length) => Some(format!("^[0-9A-Za-z]{{{length}}}$")),
            Self::Digits(most) => Some(format!("^[0-9]{{1,{most}}}$")),
            Self::Spi => Some("^[0-3][0-9]{12}$".to_owned()),
            Self::PaddedDepartment => {
                Some("^([0-8][0-9A-Za-z]0|9[0-6A-Za-z]0|97[1-8]|98[46-9])$".to_owned())
            }
            Self::Year => Some("^[0-9]{4}$".to_owned()),
        }
    }

    /// How many characters it holds at most, where that is the form.
    pub(in crate::api) fn most(self) -> Option<usize> {
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
            | Self::Code(_)
            | Self::Digits(_)
            | Self::Spi
            | Self::PaddedDepartment
            | Self::Year => None,
        }
    }
}

/// The date of birth of R2P's three forms: each part has all its digits.
pub(in crate::api) fn birth_date(text: &str) -> Option<BirthDate> {
    parsed(text)?.ok()
}

/// The same, or why the calendar has no such date; nothing when it has none of the forms.
fn parsed(text: &str) -> Option<Result<BirthDate, BirthDateError>> {
    let parts: Vec<&str> = text.split('/').collect();
    let (day, month, year) = match parts[..] {
        [year] => (None, None, year),
        [month, year] => (None, Some(month), year),
        [day, month, year] => (Some(day), Some(month), year),
        _ => return None,
    };
    let whole = |part: &str| part.len() == 2 && part != "00";
    let formed = [day, month].into_iter().flatten().all(whole);
    formed.then(|| BirthDate::from_parts(year, month, day))
}

/// The one letter or digit of the text, in capitals.
pub(in crate::api) fn letter(text: &str) -> Option<char> {
    let mut all = text.chars();
    let first = all.next()?.to_ascii_uppercase();
    all.next().is_none().then_some(first)
}

/// The département or collectivity of three characters: `130` is 13, `2A0` 2A, `971` itself.
pub(in crate::api) fn padded_department(text: &str) -> Option<DepartmentCode> {
    let code = match text.strip_suffix('0') {
        Some(two) if text.len() == 3 => {
            two.parse::<DepartmentCode>().ok().filter(DepartmentCode::is_metropolitan)?
        }
        _ => text.parse::<DepartmentCode>().ok().filter(|code| !code.is_metropolitan())?,
    };
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_on_three_characters_is_read() {
        let read = |text| padded_department(text).map(|code| code.to_string());
        for (text, code) in
            [("130", "13"), ("750", "75"), ("2A0", "2A"), ("971", "971"), ("987", "987")]
        {
            assert_eq!(read(text).as_deref(), Some(code), "{text}");
        }
        for text in ["13", "013", "75", "1300", "970", "", "0", "é0"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_that_no_calendar_has_is_told_apart_from_another_form() {
        let fault = |text: &str| Form::BirthDate.fault_of(text);
        for (text, words) in [
            ("31/02/1985", "n'existe pas dans le calendrier"),
            ("29/02/1985", "n'existe pas dans le calendrier"),
            ("31/04/1985", "n'existe pas dans le calendrier"),
            ("32/01/1985", "01 à 31"),
            ("12/13/1985", "01 à 12"),
            ("13/1985", "01 à 12"),
            ("12/04/1785", "1850 à 2199"),
        ] {
            assert!(
                fault(text).is_some_and(|found| found.contains(words)),
                "{text}: {:?}",
                fault(text)
            );
        }
        for text in ["12/04/1985", "29/02/1984", "1985-02-31", "hier", "", "3/2/1985", "aa/bb/cccc"]
        {
            assert_eq!(fault(text), None, "{text}");
        }
        assert_eq!(Form::Year.fault_of("31/02/1985"), None);
    }
}
