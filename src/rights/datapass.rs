//! DataPass's forms: what each use case ticks, what each modality opens (public definitions of DataPass, August 2026).

use super::{
    ApiId,
    ficoba::{DataScope, Modality},
    r2p::{Mode, Restitution},
};

/// A use case of DataPass's forms.
#[derive(Debug)]
pub struct UseCase {
    /// Its name in the forms' addresses, with hyphens.
    pub name: &'static str,
    /// What it is called, in French.
    pub title: &'static str,
    /// The API that it is about; for R2P, the requests that go through API SFiP since 30/09/2025 too.
    pub api: ApiId,
    /// The modalities that it ticks, by DataPass's names.
    pub modalities: &'static [&'static str],
    /// The data scopes that it ticks.
    pub scopes: &'static [DataScope],
    /// The motif of this emulator that stands for the one of the convention: DataPass names none.
    pub motif: Option<&'static str>,
    /// Whether it rests on decree 2022-814.
    pub decree: bool,
}

/// A way of searching FICOBA.
#[derive(Debug)]
pub struct FicobaModality {
    /// DataPass's name.
    pub name: &'static str,
    pub opens: Modality,
}

/// A way of searching R2P, and what comes back of it.
#[derive(Debug)]
pub struct R2pModality {
    /// DataPass's name.
    pub name: &'static str,
    pub mode: Mode,
    /// What an answer may hold.
    pub restitution: Restitution,
    /// Whether it also gives the "coordonnées", whose key is not published.
    pub contacts: bool,
}

impl UseCase {
    /// The one of that name; underscores and hyphens are the same.
    pub fn named(name: &str) -> Option<&'static Self> {
        let name = name.to_lowercase().replace('_', "-");
        USE_CASES.iter().find(|one| one.name == name)
    }
}

impl FicobaModality {
    /// The one of that name, DataPass's or the fixtures'.
    pub fn named(name: &str) -> Option<&'static Self> {
        FICOBA_MODALITIES.iter().find(|one| one.name == name || one.opens.as_str() == name)
    }
}

impl R2pModality {
    /// The one of that name; "coordonnees" may be written without its accent.
    pub fn named(name: &str) -> Option<&'static Self> {
        let bare = |text: &str| text.replace("é", "e");
        R2P_MODALITIES.iter().find(|one| bare(one.name) == bare(name))
    }
}

const ACCOUNTS: &[DataScope] = &[
    DataScope::EtatCivilDenomination,
    DataScope::Adresse,
    DataScope::Compte,
    DataScope::EtablissementBancaire,
    DataScope::Date,
];

const BY_ANY: &[&str] = &[
    "with_ficoba_iban",
    "with_ficoba_siren",
    "with_ficoba_personne_morale",
    "with_ficoba_personne_physique",
];

/// Every use case, FICOBA's first.
pub const USE_CASES: &[UseCase] = &[
    UseCase {
        name: "recouvrement",
        title: "Recouvrement forcé",
        api: ApiId::Ficoba,
        modalities: BY_ANY,
        scopes: ACCOUNTS,
        motif: Some("0001"),
        decree: false,
    },
    UseCase {
        name: "verification-iban",
        title: "Vérification des IBAN",
        api: ApiId::Ficoba,
        modalities: &[
            "with_ficoba_iban_siren",
            "with_ficoba_iban_personne_morale",
            "with_ficoba_iban_personne_physique",
        ],
        scopes: &[DataScope::RestitutionVerification],
        motif: Some("0100"),
        decree: false,
    },
    UseCase {
        name: "verification-existence",
        title: "Vérification de l'existence de l'IBAN",
        api: ApiId::Ficoba,
        modalities: &["with_ficoba_iban"],
        scopes: &[DataScope::RestitutionVerification],
        motif: Some("0101"),
        decree: false,
    },
    UseCase {
        name: "fraude",
        title: "Lutte contre la fraude",
        api: ApiId::Ficoba,
        modalities: BY_ANY,
        scopes: ACCOUNTS,
        motif: Some("0003"),
        decree: false,
    },
    UseCase {
        name: "multi-detention",
        title: "Contrôle de multi-détention (PER)",
        api: ApiId::Ficoba,
        modalities: &[
            "with_ficoba_siren",
            "with_ficoba_personne_morale",
            "with_ficoba_personne_physique",
        ],
        scopes: &[
            DataScope::EtablissementBancaire,
            DataScope::NombreComptes,
            DataScope::Iban,
            DataScope::DateOuverture,
            DataScope::MotifOuverture,
        ],
        motif: Some("0021"),
        decree: false,
    },
    UseCase {
        name: "ordonnateur",
        title: "Demande d'un ordonnateur",
        api: ApiId::R2p,
        modalities: &[
            "with_acces_etat_civil",
            "with_acces_spi",
            "with_acces_etat_civil_et_adresse",
        ],
        scopes: &[],
        motif: None,
        decree: true,
    },
    UseCase {
        name: "appel-api-impot-particulier",
        title: "Restitution du SPI pour l'appel de l'API Impôt particulier",
        api: ApiId::R2p,
        modalities: &["with_acces_etat_civil_restitution_spi"],
        scopes: &[],
        motif: None,
        decree: false,
    },
];

/// The modalities of API FICOBA.
pub const FICOBA_MODALITIES: &[FicobaModality] = &[
    FicobaModality { name: "with_ficoba_iban", opens: Modality::Iban },
    FicobaModality { name: "with_ficoba_spi", opens: Modality::Spi },
    FicobaModality { name: "with_ficoba_siren", opens: Modality::SiretSiren },
    FicobaModality { name: "with_ficoba_personne_physique", opens: Modality::PersonnePhysique },
    FicobaModality { name: "with_ficoba_personne_morale", opens: Modality::PersonneMorale },
    FicobaModality { name: "with_ficoba_iban_siren", opens: Modality::IbanSiretSiren },
    FicobaModality {
        name: "with_ficoba_iban_personne_physique",
        opens: Modality::IbanPersonnePhysique,
    },
    FicobaModality {
        name: "with_ficoba_iban_personne_morale",
        opens: Modality::IbanPersonneMorale,
    },
];

/// The modalities of API R2P, then the two that API SFiP R2P adds.
pub const R2P_MODALITIES: &[R2pModality] = &[
    R2pModality {
        name: "with_acces_etat_civil",
        mode: Mode::EtatCivilComplet,
        restitution: Restitution::EtatCivilAdresseSpi,
        contacts: false,
    },
    R2pModality {
        name: "with_acces_spi",
        mode: Mode::Spi,
        restitution: Restitution::EtatCivilAdresseSpi,
        contacts: false,
    },
    R2pModality {
        name: "with_acces_etat_civil_et_adresse",
        mode: Mode::EtatCivilAdresse,
        restitution: Restitution::EtatCivilAdresseSpi,
        contacts: false,
    },
    R2pModality {
        name: "with_acces_etat_civil_restitution_spi",
        mode: Mode::EtatCivilComplet,
        restitution: Restitution::Spi,
        contacts: false,
    },
    R2pModality {
        name: "with_acces_etat_civil_complet_adresse",
        mode: Mode::EtatCivilComplet,
        restitution: Restitution::EtatCivilAdresse,
        contacts: false,
    },
    R2pModality {
        name: "with_acces_etat_civil_degrade_adresse",
        mode: Mode::EtatCivilAdresse,
        restitution: Restitution::EtatCivilAdresse,
        contacts: false,
    },
    R2pModality {
        name: "with_acces_etat_civil_complet_restitution_complet_adresse_cp_coordonnées",
        mode: Mode::EtatCivilComplet,
        restitution: Restitution::EtatCivilAdresse,
        contacts: true,
    },
    R2pModality {
        name: "with_acces_etat_civil_degrade_adresse_restitution_complet_adresse_cp_coordonnées",
        mode: Mode::EtatCivilAdresse,
        restitution: Restitution::EtatCivilAdresse,
        contacts: true,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_modality_that_a_use_case_ticks_exists_for_its_api() {
        for case in USE_CASES {
            for name in case.modalities {
                let of_ficoba = FicobaModality::named(name).is_some();
                let of_r2p = R2pModality::named(name).is_some();
                let expected = (case.api == ApiId::Ficoba, case.api == ApiId::R2p);
                assert_eq!((of_ficoba, of_r2p), expected, "{} ticks {name}", case.name);
            }
        }
        assert_eq!(UseCase::named("multi_detention").unwrap().motif, Some("0021"));
        assert!(
            R2pModality::named(
                "with_acces_etat_civil_complet_restitution_complet_adresse_cp_coordonnees"
            )
            .unwrap()
            .contacts
        );
    }

    #[test]
    fn each_way_of_searching_ficoba_has_a_modality() {
        for one in Modality::ALL {
            assert!(FicobaModality::named(one.as_str()).is_some(), "{one:?}");
        }
    }
}
