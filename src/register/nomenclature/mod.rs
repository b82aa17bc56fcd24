//! The nomenclatures: what each code of the two APIs stands for, and how their answers write it.
//!
//! The tables lie in `fixtures/nomenclatures/` (its README names sources and licences) and are part of the binary. Nothing
//! is read at start: a table is laid out when it is first asked for.
//!
//! # How labels are written
//!
//! As in the sample answers of FICOBA's technical protocol v11: départements in mixed case without accents
//! (`Bouches-du-Rhone`), communes in capitals without accents (an arrondissement of Paris is `PARIS`), countries by their
//! official form in capitals, ASCII apostrophes everywhere. R2P's Swagger writes départements in capitals, and
//! `ST-PIERRE-ET-MIQUELON`: that is [`Department::capitals`].
//!
//! # Former codes
//!
//! A birth is coded as on its day (protocol, annexe 10), so codes that are gone stay known here: see [`Commune`],
//! [`Country`] and [`DepartmentKind::Former`].

mod account;
mod commune;
mod company;
mod history;
mod name;
mod place;
mod table;

pub use self::{
    account::{
        AccountType, Characteristic, Currency, Nature, OpeningReason, Right, account_type,
        characteristic, currencies, currency, nature, natures, opening_reason, right,
    },
    commune::{
        Code5, Commune, CommuneKind, commune, commune_at, commune_by_weight, commune_near,
        communes, lies_in, total_population,
    },
    company::{
        LegalCategory, StreetType, legal_categories, legal_category, street_type, street_types,
    },
    history::{BirthCodes, birth_codes, colonial_commune, commune_in, country_in},
    name::{female_names, male_names, surnames},
    place::{Country, Department, DepartmentKind, countries, country, department, departments},
};

#[cfg(test)]
mod tests {
    use std::fs;

    use sha2::{Digest, Sha256};

    use super::*;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/nomenclatures/");

    #[test]
    fn generated_files_are_those_that_the_command_wrote() {
        let sums = fs::read_to_string(format!("{FOLDER}SHA256SUMS")).unwrap();
        assert_eq!(sums.lines().count(), 5);
        for line in sums.lines() {
            let (expected, name) = line.split_once("  ").unwrap();
            let found: String = Sha256::digest(fs::read(format!("{FOLDER}{name}")).unwrap())
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert_eq!(
                found, expected,
                "{name} was changed without tools/nomenclatures/regenerate.py"
            );
        }
    }

    #[test]
    fn all_tables_together_stay_under_a_megabyte() {
        let bytes: u64 =
            fs::read_dir(FOLDER).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
        assert!(bytes < 1_000_000, "{bytes} bytes");
    }

    /// Every place that a published sample or annexe names: INSEE code, commune, département (FICOBA).
    #[test]
    fn places_of_the_published_samples_read_as_printed() {
        let samples = [
            ("94028", "CRETEIL", "Val-de-Marne"),
            ("13055", "MARSEILLE", "Bouches-du-Rhone"),
            ("44109", "NANTES", "Loire-Atlantique"),
            ("92051", "NEUILLY-SUR-SEINE", "Hauts-de-Seine"),
            ("75100", "PARIS", "Paris"),
            ("75101", "PARIS", "Paris"),
            ("75104", "PARIS", "Paris"),
            ("75108", "PARIS", "Paris"),
            ("75111", "PARIS", "Paris"),
            ("75115", "PARIS", "Paris"),
            ("75116", "PARIS", "Paris"),
            ("78498", "POISSY", "Yvelines"),
            ("16015", "ANGOULEME", "Charente"),
            ("34172", "MONTPELLIER", "Herault"),
            ("97120", "POINTE-A-PITRE", "Guadeloupe"),
            ("98719", "GAMBIER", "Polynesie francaise"),
            ("91352", "ALGER", "Alger"),
            ("98206", "SOUDAN FRANCAIS", "Afrique occidentale francaise"),
            ("78454", "NOISY-LE-GRAND", "Seine-et-Oise"),
            ("93051", "NOISY-LE-GRAND", "Seine-Saint-Denis"),
        ];
        for (code, label, department) in samples {
            let commune = commune(code).unwrap_or_else(|| panic!("{code}"));
            assert_eq!((commune.label, commune.department().label), (label, department), "{code}");
            assert_eq!(&*commune.insee(), code);
        }
    }

    #[test]
    fn countries_of_the_published_samples_read_as_printed() {
        assert_eq!(country("99100").unwrap().label, "FRANCE");
        assert_eq!(
            country("99352").unwrap().label,
            "REPUBLIQUE ALGERIENNE DEMOCRATIQUE ET POPULAIRE"
        );
        for code in ["99101", "99109", "99344"] {
            assert!(country(code).unwrap().current(), "{code}");
        }
        for code in ["99141", "99142"] {
            assert_eq!(country(code).unwrap().until, Some(1990), "{code}");
        }
        assert_eq!(country("99999"), None);
    }

    #[test]
    fn codes_of_accounts_in_the_published_samples_read_as_printed() {
        assert_eq!(nature(101).unwrap().label, "Compte courant bancaire");
        assert_eq!(nature(201).unwrap().label, "Compte d'épargne livret A");
        assert_eq!(account_type(1).unwrap().label, "Simple");
        assert_eq!(account_type(2).unwrap().label, "Joint");
        assert_eq!(characteristic(1).unwrap().label, "Compte unique");
        assert_eq!(opening_reason(0).unwrap().label, "Ouverture par le titulaire");
        assert_eq!(right(1).unwrap().label, "Titulaire");
        assert_eq!(right(2).unwrap().label, "Procuration");
        assert_eq!(currency("EUR").unwrap().label, "Euro");
        for code in ["1000", "5499", "5520", "5599", "5710", "5720", "6540", "7210", "9110", "9220"]
        {
            assert!(legal_category(code).is_some(), "{code}");
        }
        for code in ["RUE", "AV", "RTE"] {
            assert!(street_type(code).is_some(), "{code}");
        }
    }

    #[test]
    fn places_in_r2p_s_swagger_read_as_printed() {
        assert_eq!(department("16").unwrap().capitals, "CHARENTE");
        let tom = department("975").unwrap();
        assert_eq!((tom.capitals, tom.kind), ("ST-PIERRE-ET-MIQUELON", DepartmentKind::Com));
    }
}
