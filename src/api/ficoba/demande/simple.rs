//! The demands whose criteria are all read at once: numCpte, spi, siretSiren, perPhy, perPro (PT 2.3.2 to 6.3.2).

use super::{
    attribute::{Attribute, AttributeSpec},
    companies,
    envelope::{self, Demande},
    forms,
    object::Object,
    people, places,
};
use crate::{
    api::ficoba::{
        anomaly::Anomaly,
        search::{Civil, Named, Number},
    },
    domain::{Iban, Spi},
};

/// What numCpte looks for.
#[derive(Debug)]
pub(in super::super) struct NumCpte {
    /// The account.
    pub(in super::super) iban: Iban,
    /// Whether only its existence is asked.
    pub(in super::super) verification: bool,
}

/// A demand of numCpte.
pub(in super::super) fn num_cpte(body: &Object<'_>) -> Result<Demande<NumCpte>, Anomaly> {
    envelope::read(body, &NUM_CPTE_CRITERIA, |diagnostics, criteria| {
        let iban = diagnostics.take(criteria, &IBAN);
        let verification = diagnostics.take(criteria, &VERIFICATION);
        Some(NumCpte { iban: iban?, verification: verification? })
    })
}

/// A demand of spi.
pub(in super::super) fn spi(body: &Object<'_>) -> Result<Demande<Spi>, Anomaly> {
    envelope::read(body, &SPI_CRITERIA, |diagnostics, criteria| {
        diagnostics.take(criteria, &NUMERO_SPI)
    })
}

/// A demand of siretSiren.
pub(in super::super) fn siret_siren(body: &Object<'_>) -> Result<Demande<Number>, Anomaly> {
    envelope::read(body, &SIRET_SIREN_CRITERIA, companies::number)
}

/// A demand of perPhy.
pub(in super::super) fn per_phy(body: &Object<'_>) -> Result<Demande<Civil>, Anomaly> {
    envelope::read(body, &PER_PHY_CRITERIA, people::searched)
}

/// A demand of perPro.
pub(in super::super) fn per_pro(body: &Object<'_>) -> Result<Demande<Named>, Anomaly> {
    envelope::read(body, &PER_PRO_CRITERIA, companies::searched)
}

pub(super) static NUM_CPTE: [&AttributeSpec; 6] = envelope::table(&NUM_CPTE_CRITERIA);
pub(super) static SPI: [&AttributeSpec; 6] = envelope::table(&SPI_CRITERIA);
pub(super) static SIRET_SIREN: [&AttributeSpec; 6] = envelope::table(&SIRET_SIREN_CRITERIA);
pub(super) static PER_PHY: [&AttributeSpec; 6] = envelope::table(&PER_PHY_CRITERIA);
pub(super) static PER_PRO: [&AttributeSpec; 6] = envelope::table(&PER_PRO_CRITERIA);

static NUM_CPTE_CRITERIA: AttributeSpec =
    envelope::criteria("CriteresRechercheCompte", &[&IBAN.entry, &VERIFICATION.entry]);
static SPI_CRITERIA: AttributeSpec =
    envelope::criteria("CriteresRechercheSpi", &[&NUMERO_SPI.entry]);
static SIRET_SIREN_CRITERIA: AttributeSpec =
    envelope::criteria("CriteresRechercheSiretSiren", companies::NUMBERS);
static PER_PHY_CRITERIA: AttributeSpec = envelope::criteria(
    "CriteresRecherchePerPhy",
    &[&people::ETAT_CIVIL, &places::LIEU_NAISSANCE, &places::DOMICILIATION],
);
static PER_PRO_CRITERIA: AttributeSpec = envelope::criteria(
    "CriteresRecherchePerPro",
    &[&companies::DESIGNATION, &places::DOMICILIATION],
);

static IBAN: Attribute<Iban> = Attribute::required("iban", "IBAN", forms::FRENCH_IBAN);
static VERIFICATION: Attribute<bool> =
    Attribute::required("verificationCompte", "Vérification du compte", forms::INDICATOR);
static NUMERO_SPI: Attribute<Spi> = Attribute::required("numeroSPI", "Numéro SPI", forms::SPI);
