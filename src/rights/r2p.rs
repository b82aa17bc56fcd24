//! What a convention opens of R2P (CGU R2P 4: three modes, and a fourth since those of API SFiP, V4.0; DataPass modality: what
//! comes back; Swagger: the scopes).

use std::num::NonZeroU32;

use super::names;

/// The grant of a convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Calls per clock minute (CGU R2P 9.2: 50 unless more was asked for).
    pub quota: NonZeroU32,
    /// The legal basis: two of the modes need a particular one.
    pub legal_basis: LegalBasis,
    /// The modes of search that are open.
    pub modes: Modes,
    /// What the answer may hold.
    pub restitution: Restitution,
    /// The OAuth2 scopes the application may be granted.
    pub scopes: Scopes,
}

names! {
    /// The text by which a partner may know these data.
    pub enum LegalBasis,
    /// A set of [`LegalBasis`].
    set LegalBases {
        /// Decree 2022-814 of 16 May 2022: local authorities and their debtors. Opens every mode.
        Decret2022814 = "decret-2022-814",
        /// Any other text: civil status only, complete or degraded.
        Autre = "autre",
    }
}

names! {
    /// A mode of search (CGU R2P 4; CGU V4.0, 4).
    pub enum Mode,
    /// A set of [`Mode`].
    set Modes {
        /// Complete civil status.
        EtatCivilComplet = "etat-civil-complet",
        /// Degraded civil status: names and date of birth, the place of birth optional (CGU V4.0, 4).
        EtatCivilDegrade = "etat-civil-degrade",
        /// Degraded civil status with address elements; decree 2022-814 only.
        EtatCivilAdresse = "etat-civil-adresse",
        /// The tax identifier; decree 2022-814 only.
        Spi = "spi",
    }
}

impl Mode {
    /// Whether the CGU keep this mode for decree 2022-814.
    pub fn needs_decree(self) -> bool {
        match self {
            Self::EtatCivilComplet | Self::EtatCivilDegrade => false,
            Self::EtatCivilAdresse | Self::Spi => true,
        }
    }
}

names! {
    /// A DataPass modality: what an answer may hold.
    pub enum Restitution,
    /// A set of [`Restitution`].
    set Restitutions {
        /// Civil status, address and SPI.
        EtatCivilAdresseSpi = "etat-civil-adresse-spi",
        /// The SPI alone.
        Spi = "spi",
        /// Civil status, address and postal code, without the SPI.
        EtatCivilAdresse = "etat-civil-adresse",
    }
}

names! {
    /// An OAuth2 scope of the Swagger.
    pub enum Scope,
    /// A set of [`Scope`].
    set Scopes {
        /// `GET /personne` and `GET /personne/{spi}`.
        RecherchePersonnePhysique = "api_r2p_recherche_personne_physique",
        /// `GET /personne/spi`.
        ResolutionSpi = "api_r2p_resolution_spi",
    }
}
