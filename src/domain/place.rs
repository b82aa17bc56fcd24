//! Codes of places: countries, départements and communes as INSEE writes them, and how each API splits a commune's.
//!
//! FICOBA gives two characters to the département and three to the commune; three and two for the DOM and the COM
//! (PT annexe 10: 97120 = 971 / 20, 98719 = 987 / 19). R2P's commune is "les 3 derniers caractères du code INSEE" for a
//! DOM too (97120 = 971 / 120) and two characters for a TOM. Only the form is checked here, so that former codes pass
//! (78454, 91352, 98206); whether a code exists or existed is for the nomenclatures to say.

use std::str::FromStr;

use crate::domain::text::{self, DigitsError, ascii_form};

/// A country: five digits that start with 99.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountryCode([u8; 5]);

/// Why a text is no country code; checked in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountryError {
    /// Not five digits.
    #[error(transparent)]
    Digits(#[from] DigitsError),
    /// It does not start with 99.
    #[error("a country code starts with 99")]
    Prefix,
}

/// A département or an overseas territory: two characters (`01`, `2A`), or three digits that start with 97 or 98.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DepartmentCode {
    bytes: [u8; 3],
    len: u8,
}

/// A text has not the form of a département's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a département is two digits, 2A, 2B, or three digits that start with 97 or 98")]
pub struct DepartmentError;

/// A commune: INSEE's five characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommuneCode([u8; 5]);

/// Why a text, or the two parts of one, is no commune.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommuneError {
    /// The whole has not five characters, or the part not as many as this département's communes have.
    #[error("expected {expected} characters for the commune, found {found}")]
    Length { expected: usize, found: usize },
    /// A character that is no digit, after the département.
    #[error("the commune within its département is digits only")]
    Digits,
    /// The beginning is no département.
    #[error(transparent)]
    Department(#[from] DepartmentError),
    /// R2P's three digits begin with those of another département: 971 and 220.
    #[error("the commune's first digit is not the département's last one")]
    OtherDepartment,
}

impl CountryCode {
    /// France, its overseas territories included (PT annexe 10).
    pub const FRANCE: Self = Self(*b"99100");

    pub fn is_france(&self) -> bool {
        *self == Self::FRANCE
    }

    /// The five digits.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn as_str(&self) -> &str {
        text::ascii(&self.0)
    }
}

impl FromStr for CountryCode {
    type Err = CountryError;

    fn from_str(text: &str) -> Result<Self, CountryError> {
        let bytes = text::digits(text)?;
        if bytes.starts_with(b"99") { Ok(Self(bytes)) } else { Err(CountryError::Prefix) }
    }
}

impl DepartmentCode {
    /// A département as R2P writes it: also with a zero in front of its two characters (`075`, `02A`).
    ///
    /// # Errors
    /// [`DepartmentError`] when it has neither form.
    pub fn parse_padded(text: &str) -> Result<Self, DepartmentError> {
        match text.strip_prefix('0') {
            Some(rest) if rest.len() == 2 => rest.parse(),
            Some(_) | None => text.parse(),
        }
    }

    /// Whether it has two characters: a metropolitan département, or one of former Algeria.
    pub fn is_metropolitan(&self) -> bool {
        self.len == 2
    }

    /// Whether it is an overseas département: 971 to 974, 976.
    pub fn is_dom(&self) -> bool {
        matches!(&self.bytes, b"971" | b"972" | b"973" | b"974" | b"976")
    }

    /// Whether it is an overseas collectivity or territory: 975, 977, 978, 984, 986 to 989. R2P calls them TOM.
    pub fn is_com(&self) -> bool {
        matches!(&self.bytes, b"975" | b"977" | b"978" | b"984" | b"986" | b"987" | b"988" | b"989")
    }

    /// The two or three characters.
    pub fn as_str(&self) -> &str {
        text::ascii(&self.bytes[..usize::from(self.len)])
    }
}

impl FromStr for DepartmentCode {
    type Err = DepartmentError;

    fn from_str(text: &str) -> Result<Self, DepartmentError> {
        match *text.as_bytes() {
            [b'9', b'7'..=b'9'] => Err(DepartmentError),
            // A letter: Corsica's, or those of Algeria between 1956 and 1962 (9A).
            [first, second] if first.is_ascii_digit() && second.is_ascii_alphanumeric() => {
                Ok(Self { bytes: [first, second.to_ascii_uppercase(), 0], len: 2 })
            }
            [b'9', second @ (b'7' | b'8'), third] if third.is_ascii_digit() => {
                Ok(Self { bytes: [b'9', second, third], len: 3 })
            }
            _ => Err(DepartmentError),
        }
    }
}

impl CommuneCode {
    /// The commune of INSEE's five characters.
    ///
    /// # Errors
    /// [`CommuneError`] names the part at fault.
    pub fn from_insee(text: &str) -> Result<Self, CommuneError> {
        let found = text.chars().count();
        let bytes = text.as_bytes();
        if found != 5 {
            return Err(CommuneError::Length { expected: 5, found });
        }
        let overseas = bytes.starts_with(b"97") || bytes.starts_with(b"98");
        let (department, commune) = text
            .split_at_checked(if overseas { 3 } else { 2 })
            .ok_or(CommuneError::Department(DepartmentError))?;
        Self::from_ficoba_parts(department.parse()?, commune)
    }

    /// The commune of FICOBA's two parts: `75` and `056`, `971` and `20`, `987` and `19`.
    ///
    /// # Errors
    /// [`CommuneError`] when the commune has not the digits that this département's have.
    pub fn from_ficoba_parts(
        department: DepartmentCode,
        commune: &str,
    ) -> Result<Self, CommuneError> {
        let head = department.as_str().as_bytes();
        let (expected, found) = (5 - head.len(), commune.chars().count());
        if found != expected {
            return Err(CommuneError::Length { expected, found });
        }
        if !text::all_digits(commune) {
            return Err(CommuneError::Digits);
        }
        let mut bytes = [0; 5];
        bytes[..head.len()].copy_from_slice(head);
        bytes[head.len()..].copy_from_slice(commune.as_bytes());
        Ok(Self(bytes))
    }

    /// The commune of R2P's two parts: `75` and `056`, `971` and `120` (or `20`, *decision*), `987` and `19`.
    ///
    /// # Errors
    /// [`CommuneError`] when the commune has not the digits that this département's have.
    pub fn from_r2p_parts(department: DepartmentCode, commune: &str) -> Result<Self, CommuneError> {
        if !department.is_dom() || commune.len() != 3 {
            return Self::from_ficoba_parts(department, commune);
        }
        match commune.strip_prefix(char::from(department.bytes[2])) {
            Some(rest) => Self::from_ficoba_parts(department, rest),
            None if text::all_digits(commune) => Err(CommuneError::OtherDepartment),
            None => Err(CommuneError::Digits),
        }
    }

    /// The département or overseas territory.
    pub fn department(&self) -> DepartmentCode {
        let [first, second, third, ..] = self.0;
        match self.department_len() {
            2 => DepartmentCode { bytes: [first, second, 0], len: 2 },
            _ => DepartmentCode { bytes: [first, second, third], len: 3 },
        }
    }

    /// The département's part.
    pub fn department_part(&self) -> &str {
        text::ascii(&self.0[..self.department_len()])
    }

    /// The commune's part as FICOBA writes it: three digits; two for the DOM and the COM.
    pub fn ficoba_commune(&self) -> &str {
        text::ascii(&self.0[self.department_len()..])
    }

    /// The commune's part as R2P writes it: three digits, for a DOM too; two for a TOM.
    pub fn r2p_commune(&self) -> &str {
        if self.department().is_dom() { text::ascii(&self.0[2..]) } else { self.ficoba_commune() }
    }

    /// INSEE's five characters.
    pub fn as_str(&self) -> &str {
        text::ascii(&self.0)
    }

    fn department_len(&self) -> usize {
        if self.0.starts_with(b"97") || self.0.starts_with(b"98") { 3 } else { 2 }
    }
}

impl FromStr for CommuneCode {
    type Err = CommuneError;

    fn from_str(text: &str) -> Result<Self, CommuneError> {
        Self::from_insee(text)
    }
}

ascii_form!(CountryCode, DepartmentCode, CommuneCode);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn department(text: &str) -> DepartmentCode {
        text.parse().unwrap()
    }

    #[test]
    fn a_country_is_five_digits_from_99() {
        assert_eq!("99100".parse(), Ok(CountryCode::FRANCE));
        assert!(!"99142".parse::<CountryCode>().unwrap().is_france());
        assert_eq!("75056".parse::<CountryCode>(), Err(CountryError::Prefix));
        let length = DigitsError::Length { expected: 5, found: 2 };
        assert_eq!("FR".parse::<CountryCode>(), Err(CountryError::Digits(length)));
        assert_eq!("99１00".parse::<CountryCode>(), Err(CountryError::Digits(DigitsError::Digits)));
    }

    #[test]
    fn departments_are_of_three_kinds() {
        for (text, kind) in [
            ("01", (true, false, false)),
            ("2A", (true, false, false)),
            ("971", (false, true, false)),
            ("976", (false, true, false)),
            ("975", (false, false, true)),
            ("987", (false, false, true)),
            ("982", (false, false, false)),
        ] {
            let code = department(text);
            assert_eq!((code.is_metropolitan(), code.is_dom(), code.is_com()), kind, "{text}");
        }
    }

    #[test]
    fn a_department_is_shown_in_capitals_and_padded_only_for_r2p() {
        assert_eq!(department("2b").as_str(), "2B");
        for (text, shown) in
            [("75", "75"), ("075", "75"), ("02a", "2A"), ("2A", "2A"), ("971", "971"), ("01", "01")]
        {
            assert_eq!(DepartmentCode::parse_padded(text).unwrap().as_str(), shown, "{text}");
        }
        for text in ["", "7", "075", "97", "98", "99", "A2", "0971", "756", "97A", "é", "7é", "７5"]
        {
            assert_eq!(text.parse::<DepartmentCode>(), Err(DepartmentError), "{text}");
        }
        for text in ["", "0", "07", "097", "0075", "0971", "0é"] {
            assert_eq!(DepartmentCode::parse_padded(text).is_ok(), text == "07", "{text}");
        }
    }

    #[test]
    fn each_api_splits_a_commune_in_its_own_way() {
        for (insee, code, ficoba, r2p) in [
            ("75056", "75", "056", "056"),
            ("34172", "34", "172", "172"),
            ("2A004", "2A", "004", "004"),
            ("97120", "971", "20", "120"),
            ("97608", "976", "08", "608"),
            ("98719", "987", "19", "19"),
            ("97501", "975", "01", "01"),
            ("78454", "78", "454", "454"),
            ("91352", "91", "352", "352"),
            ("98206", "982", "06", "06"),
        ] {
            let commune = CommuneCode::from_insee(insee).unwrap();
            assert_eq!(commune.department().as_str(), code);
            assert_eq!((commune.ficoba_commune(), commune.r2p_commune()), (ficoba, r2p), "{insee}");
        }
    }

    #[test]
    fn r2p_takes_both_forms_of_a_dom_and_ficoba_only_one() {
        let (dom, tom) = (department("971"), department("987"));
        let pointe_a_pitre = CommuneCode::from_insee("97120");
        assert_eq!(CommuneCode::from_r2p_parts(dom, "120"), pointe_a_pitre);
        assert_eq!(CommuneCode::from_r2p_parts(dom, "20"), pointe_a_pitre);
        assert_eq!(CommuneCode::from_r2p_parts(dom, "220"), Err(CommuneError::OtherDepartment));
        assert_eq!(CommuneCode::from_r2p_parts(dom, "2é"), Err(CommuneError::Digits));
        let length = CommuneError::Length { expected: 2, found: 3 };
        assert_eq!(CommuneCode::from_ficoba_parts(dom, "120"), Err(length));
        assert_eq!(CommuneCode::from_r2p_parts(tom, "719"), Err(length));
    }

    #[test]
    fn the_fault_of_a_commune_is_named() {
        for (text, fault) in [
            ("7505", CommuneError::Length { expected: 5, found: 4 }),
            ("", CommuneError::Length { expected: 5, found: 0 }),
            ("A5056", CommuneError::Department(DepartmentError)),
            ("é5056", CommuneError::Department(DepartmentError)),
            ("7é056", CommuneError::Department(DepartmentError)),
            ("99100", CommuneError::Department(DepartmentError)),
            ("97A20", CommuneError::Department(DepartmentError)),
            ("75A56", CommuneError::Digits),
            ("7505６", CommuneError::Digits),
        ] {
            assert_eq!(CommuneCode::from_insee(text), Err(fault), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_commune_reads_back_from_its_parts(insee in "(0[1-9]|[1-8][0-9]|9[0-6]|2[AB])[0-9]{3}|9[78][0-9]{3}") {
            let commune = CommuneCode::from_insee(&insee).unwrap();
            prop_assert_eq!(commune.as_str(), &insee);
            let department = commune.department();
            prop_assert_eq!(commune, CommuneCode::from_ficoba_parts(department, commune.ficoba_commune()).unwrap());
            prop_assert_eq!(commune, CommuneCode::from_r2p_parts(department, commune.r2p_commune()).unwrap());
            prop_assert_eq!(format!("{department}{}", commune.ficoba_commune()), insee);
            prop_assert_eq!(department.to_string().parse(), Ok(department));
            prop_assert_eq!(DepartmentCode::parse_padded(&format!("{department:0>3}")), Ok(department));
        }

        #[test]
        fn no_text_panics(text in "[0-9ABabé]{0,6}|\\PC{0,6}", part in "[0-9é]{0,4}") {
            if let Ok(commune) = CommuneCode::from_insee(&text) {
                prop_assert_eq!(commune.as_str(), text.to_ascii_uppercase());
            }
            for code in [text.parse::<DepartmentCode>(), DepartmentCode::parse_padded(&text)].iter().flatten() {
                prop_assert_eq!(CommuneCode::from_ficoba_parts(*code, &part).map(|commune| commune.department()).is_ok(),
                    part.len() == 5 - code.as_str().len() && part.is_ascii());
                let _ = CommuneCode::from_r2p_parts(*code, &part);
            }
        }
    }
}
