//! The conventions embedded in the binary, one per sample partner.

/// File name and text of each.
pub(super) const EMBEDDED: &[(&str, &str)] = &[
    ("editeur-demo.toml", include_str!("../../fixtures/conventions/editeur-demo.toml")),
    (
        "tresorerie-recouvrement.toml",
        include_str!("../../fixtures/conventions/tresorerie-recouvrement.toml"),
    ),
    ("cellule-fraude.toml", include_str!("../../fixtures/conventions/cellule-fraude.toml")),
    (
        "caf-verification-iban.toml",
        include_str!("../../fixtures/conventions/caf-verification-iban.toml"),
    ),
    (
        "region-existence-iban.toml",
        include_str!("../../fixtures/conventions/region-existence-iban.toml"),
    ),
    ("banque-horizon.toml", include_str!("../../fixtures/conventions/banque-horizon.toml")),
    ("commune-valmont.toml", include_str!("../../fixtures/conventions/commune-valmont.toml")),
    ("mutuelle-etatcivil.toml", include_str!("../../fixtures/conventions/mutuelle-etatcivil.toml")),
    ("departement-social.toml", include_str!("../../fixtures/conventions/departement-social.toml")),
    ("banque-lep.toml", include_str!("../../fixtures/conventions/banque-lep.toml")),
    ("ville-tarifs.toml", include_str!("../../fixtures/conventions/ville-tarifs.toml")),
    (
        "partenaire-suspendu.toml",
        include_str!("../../fixtures/conventions/partenaire-suspendu.toml"),
    ),
    ("partenaire-resilie.toml", include_str!("../../fixtures/conventions/partenaire-resilie.toml")),
    (
        "partenaire-hors-liste.toml",
        include_str!("../../fixtures/conventions/partenaire-hors-liste.toml"),
    ),
];
