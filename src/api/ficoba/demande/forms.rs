//! The forms of texts: what each takes, how the OpenAPI document shows it, and the value it gives.

use jiff::civil::Date;

use super::attribute::{Form, FormFault, Look};
use crate::{
    api::ficoba::anomaly::Code,
    domain::{
        ComparisonName, CountryCode, CountryError, DepartmentCode, FirstNames, Iban, IbanCountry,
        IbanError, Motif, RequestDateError, Siren, Siret, Spi, SpiError, request_date,
    },
    register::{Sex, nomenclature},
};

/// An IBAN, `FR` only (PT 2.3.2).
pub(super) const FRENCH_IBAN: Form<Iban> = Form {
    look: Look {
        longest: 27,
        pattern: "^FR[0-9]{12}[0-9A-Z]{11}[0-9]{2}$",
        example: "FR7699010000010000010100185",
        expected: "27 caractères sans espace, commençant par FR",
    },
    read: |text| match text.parse::<Iban>() {
        Ok(iban) if iban.country() == IbanCountry::Fr => Ok(iban),
        Ok(_) => Err(FormFault::Since(
            "un IBAN commençant par FR : FC n'est pas admis pour cette recherche",
        )),
        Err(error) => Err(wrong_iban(text, error)),
    },
};

/// An IBAN or a number of that form, `FR` or `FC` (PT 7.3.2).
pub(super) const ANY_IBAN: Form<Iban> = Form {
    look: Look {
        longest: 27,
        pattern: "^F[RC][0-9]{12}[0-9A-Z]{11}[0-9]{2}$",
        example: "FR7699010000010000010100185",
        expected: "27 caractères sans espace, commençant par FR ou FC",
    },
    read: |text| text.parse().map_err(|error| wrong_iban(text, error)),
};

/// Which fault of an IBAN it is, where that is known.
fn wrong_iban(text: &str, error: IbanError) -> FormFault {
    let capitals = text.to_ascii_uppercase();
    if is_foreign_iban(&capitals) {
        return FormFault::Since(
            "un IBAN français, de 27 caractères commençant par FR ; celui-ci est un IBAN étranger",
        );
    }
    if capitals != text && capitals.parse::<Iban>().is_ok() {
        return FormFault::Since(
            "des lettres majuscules : cet IBAN est en minuscules, le reste est bon",
        );
    }
    match error {
        IbanError::Length | IbanError::Country => FormFault::Form,
        IbanError::Characters => FormFault::Since(
            "des chiffres, et des majuscules dans le seul numéro de compte ; la longueur est bonne",
        ),
        IbanError::Checksum => FormFault::Since(
            "une clé de contrôle juste (les 2 chiffres après les lettres) ; la longueur et les caractères sont bons",
        ),
    }
}

/// Whether a text has the form of an IBAN of a country other than France (ISO 13616).
fn is_foreign_iban(capitals: &str) -> bool {
    let bytes = capitals.as_bytes();
    let formed = (15..=34).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_alphanumeric);
    let is_one = formed
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit);
    is_one && !capitals.starts_with("FR") && !capitals.starts_with("FC")
}

/// `0` or `1`.
pub(super) const INDICATOR: Form<bool> = Form {
    look: Look { longest: 1, pattern: "^[01]$", example: "1", expected: "0 ou 1" },
    read: |text| match text {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err(FormFault::Form),
    },
};

/// `AAAA-MM-JJ`, with or without a time after it.
pub(super) const REQUEST_DATE: Form<Date> = Form {
    look: Look {
        longest: 40,
        pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}",
        example: "2026-11-20",
        expected: "AAAA-MM-JJ, une heure pouvant suivre",
    },
    read: |text| {
        request_date(text).map_err(|error| match error {
            RequestDateError::Form => FormFault::Form,
            RequestDateError::NoSuchDay => FormFault::Since(
                "une date du calendrier ; la forme AAAA-MM-JJ est bonne, mais ce jour n'existe pas",
            ),
            RequestDateError::Time => FormFault::Since(
                "après AAAA-MM-JJ, rien ou une heure comme T10:00:00.000Z ; la date est bonne",
            ),
        })
    },
};

/// One to four digits.
pub(super) const MOTIF: Form<Motif> = Form {
    look: Look {
        longest: 4, pattern: "^[0-9]{1,4}$", example: "0020", expected: "1 à 4 chiffres"
    },
    read: |text| text.parse().map_err(|_| FormFault::Form),
};

/// Fourteen digits.
pub(super) const SIRET: Form<Siret> = Form {
    look: Look {
        longest: 14,
        pattern: "^[0-9]{14}$",
        example: "20999001900017",
        expected: "14 chiffres",
    },
    read: |text| text.parse().map_err(|_| FormFault::Form),
};

/// Nine digits.
pub(super) const SIREN: Form<Siren> = Form {
    look: Look { longest: 9, pattern: "^[0-9]{9}$", example: "209990019", expected: "9 chiffres" },
    read: |text| text.parse().map_err(|_| FormFault::Form),
};

/// Thirteen digits (CAF004) of which the first is 0 to 3 (CAF005). What is not digits is CAF002.
pub(super) const SPI: Form<Spi> = Form {
    look: Look {
        longest: 13,
        pattern: "^[0-3][0-9]{12}$",
        example: "3990000101192",
        expected: "13 chiffres, dont le premier de 0 à 3",
    },
    read: |text| {
        text.parse().map_err(|error| match error {
            SpiError::Length => FormFault::Own(Code::Caf004),
            SpiError::Digits => FormFault::Form,
            SpiError::FirstDigit => FormFault::Own(Code::Caf005),
        })
    },
};

/// Text at will, up to 250 characters.
pub(super) const JUSTIFICATION: Form<()> = Form {
    look: Look {
        longest: 250,
        pattern: "^.{1,250}$",
        example: "Contrôle IBAN VALBRUNE Céline REF XXX225",
        expected: "1 à 250 caractères",
    },
    read: |text| match text.len() <= 250 || text.chars().count() <= 250 {
        true => Ok(()),
        false => Err(FormFault::Form),
    },
};

/// A name that compares: at least a letter or a digit.
pub(super) const fn name(longest: Longest, example: &'static str) -> Form<ComparisonName> {
    match longest {
        Longest::Seventy => Form { look: words(70, example), read: |text| compared(text, 70) },
        Longest::Eighty => Form { look: words(80, example), read: |text| compared(text, 80) },
    }
}

/// First names, parted by spaces.
pub(super) const fn first_names(longest: Longest) -> Form<FirstNames> {
    const EXAMPLE: &str = "CELINE AURELIE";
    match longest {
        Longest::Seventy => Form { look: words(70, EXAMPLE), read: |text| given(text, 70) },
        Longest::Eighty => Form { look: words(80, EXAMPLE), read: |text| given(text, 80) },
    }
}

/// How long a name may be: the tables differ.
#[derive(Clone, Copy)]
pub(super) enum Longest {
    /// 70 characters.
    Seventy,
    /// 80 characters.
    Eighty,
}

/// 1 to 4 (PT 2.5.3.5.1). Only 1 and 2 narrow a search: 3 and 4 say that the caller does not know (*decision*).
pub(super) const SEX: Form<Sex> = Form {
    look: Look { longest: 1, pattern: "^[1-4]$", example: "2", expected: "1, 2, 3 ou 4" },
    read: |text| {
        let digit = text.parse().ok().filter(|_| text.len() == 1);
        digit.and_then(Sex::from_code).ok_or(FormFault::Form)
    },
};

/// A year of birth.
pub(super) const YEAR: Form<u16> = Form {
    look: Look {
        longest: 4,
        pattern: "^(18[5-9]|19[0-9]|2[01][0-9])[0-9]$",
        example: "1985",
        expected: "4 chiffres, de 1850 à 2199",
    },
    read: |text| match digits(text, 4..=4) {
        Some(year) if (1850..=2199).contains(&year) => Ok(year),
        Some(_) | None => Err(FormFault::Form),
    },
};

/// A month of birth, padded or not; `0` and `00` when unknown.
pub(super) const MONTH: Form<Option<u8>> = Form {
    look: Look {
        longest: 2,
        pattern: "^(0?[0-9]|1[0-2])$",
        example: "04",
        expected: "1 à 12, avec ou sans zéro devant, ou 00 si le mois est inconnu",
    },
    read: |text| part(text, 12),
};

/// A day of birth, padded or not; `0` and `00` when unknown.
pub(super) const DAY: Form<Option<u8>> = Form {
    look: Look {
        longest: 2,
        pattern: "^([0-2]?[0-9]|3[01])$",
        example: "12",
        expected: "1 à 31, avec ou sans zéro devant, ou 00 si le jour est inconnu",
    },
    read: |text| part(text, 31),
};

/// A country of birth: five digits that INSEE's list holds, or held (CAF038).
pub(super) const COUNTRY_OF_BIRTH: Form<CountryCode> =
    Form { look: COUNTRY, read: |text| country(text, Code::Caf038) };

/// A country of an address: five digits that INSEE's list holds, or held (CAF040).
pub(super) const COUNTRY_OF_ADDRESS: Form<CountryCode> =
    Form { look: COUNTRY, read: |text| country(text, Code::Caf040) };

/// A département of two characters, or three digits overseas. Whether it is known is told with its commune.
pub(super) const DEPARTMENT: Form<DepartmentCode> = Form {
    look: Look {
        longest: 3,
        pattern: "^([0-9][0-9A-Za-z]|9[78][0-9])$",
        example: "38",
        expected: "2 caractères (38, 2A), ou 3 chiffres outre-mer (971) ; 99 n'est pas un département : à l'étranger, le pays est donné seul",
    },
    read: |text| text.parse().map_err(|_| FormFault::Form),
};

/// A commune within its département: three digits, two overseas. Which, is checked with the département.
pub(super) const COMMUNE: Form<String> = Form {
    look: Look {
        longest: 3,
        pattern: "^[0-9]{2,3}$",
        example: "185",
        expected: "3 chiffres, ou 2 outre-mer",
    },
    read: |text| digits(text, 2..=3).map(|_| text.to_owned()).ok_or(FormFault::Form),
};

/// A code of annexe 7, two to four letters. One that the annexe does not hold finds nobody.
pub(super) const STREET_TYPE: Form<String> = Form {
    look: Look {
        longest: 4,
        pattern: "^[A-Za-z]{1,4}$",
        example: "RUE",
        expected: "1 à 4 lettres (RUE, AV)",
    },
    read: |text| {
        let formed =
            (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        if formed { Ok(text.to_ascii_uppercase()) } else { Err(FormFault::Form) }
    },
};

/// A number in a street: up to four letters and digits.
pub(super) const STREET_NUMBER: Form<String> = Form {
    look: Look {
        longest: 4,
        pattern: "^[0-9A-Za-z]{1,4}$",
        example: "12",
        expected: "1 à 4 chiffres ou lettres",
    },
    read: |text| {
        let formed =
            (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if formed { Ok(text.to_ascii_uppercase()) } else { Err(FormFault::Form) }
    },
};

/// `B`, `T`, `Q`; the table says one letter or digit, and a digit is nobody's.
pub(super) const REPETITION: Form<char> = Form {
    look: Look {
        longest: 1,
        pattern: "^[0-9A-Za-z]$",
        example: "B",
        expected: "une lettre (B, T, Q) ou un chiffre",
    },
    read: |text| match *text.as_bytes() {
        [letter] if letter.is_ascii_alphanumeric() => Ok(char::from(letter.to_ascii_uppercase())),
        _ => Err(FormFault::Form),
    },
};

/// Five digits.
pub(super) const POSTAL_CODE: Form<String> = Form {
    look: Look { longest: 5, pattern: "^[0-9]{5}$", example: "38000", expected: "5 chiffres" },
    read: |text| {
        let formed = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
        if formed { Ok(text.to_owned()) } else { Err(FormFault::Form) }
    },
};

/// A legal category: four digits. One that INSEE does not know finds nobody.
pub(super) const LEGAL_CATEGORY: Form<u16> = Form {
    look: Look { longest: 4, pattern: "^[0-9]{4}$", example: "5499", expected: "4 chiffres" },
    read: |text| digits(text, 4..=4).ok_or(FormFault::Form),
};

/// A nature of account: three digits of annexe 1 (CAF034).
pub(super) const NATURE: Form<&'static nomenclature::Nature> = Form {
    look: Look {
        longest: 3,
        pattern: "^[0-9]{3}$",
        example: "201",
        expected: "3 chiffres de l'annexe 1 (201)",
    },
    read: |text| {
        let code = digits(text, 3..=3).ok_or(FormFault::Form)?;
        nomenclature::nature(code).ok_or(FormFault::Own(Code::Caf034))
    },
};

const COUNTRY: Look = Look {
    longest: 5,
    pattern: "^[0-9]{5}$",
    example: "99100",
    expected: "5 chiffres commençant par 99, de la liste de l'INSEE",
};

const fn words(longest: usize, example: &'static str) -> Look {
    let expected = match longest {
        70 => "70 caractères au plus, dont une lettre ou un chiffre",
        _ => "80 caractères au plus, dont une lettre ou un chiffre",
    };
    Look { longest, pattern: "[0-9A-Za-zÀ-ÿŒœŸ]", example, expected }
}

fn compared(text: &str, longest: usize) -> Result<ComparisonName, FormFault> {
    if text.chars().count() > longest {
        return Err(FormFault::Form);
    }
    ComparisonName::new(text).ok_or(FormFault::Form)
}

fn given(text: &str, longest: usize) -> Result<FirstNames, FormFault> {
    if text.chars().count() > longest {
        return Err(FormFault::Form);
    }
    FirstNames::parse(text).ok_or(FormFault::Form)
}

fn country(text: &str, unknown: Code) -> Result<CountryCode, FormFault> {
    match text.parse::<CountryCode>() {
        Ok(country) if nomenclature::country(country.as_str()).is_some() => Ok(country),
        Ok(_) | Err(CountryError::Prefix) => Err(FormFault::Own(unknown)),
        Err(CountryError::Digits(_)) => Err(FormFault::Form),
    }
}

fn part(text: &str, most: u16) -> Result<Option<u8>, FormFault> {
    match digits(text, 1..=2) {
        Some(0) => Ok(None),
        Some(number) if number <= most => {
            u8::try_from(number).map(Some).map_err(|_| FormFault::Form)
        }
        Some(_) | None => Err(FormFault::Form),
    }
}

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<u16> {
    let formed = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| formed)
}
