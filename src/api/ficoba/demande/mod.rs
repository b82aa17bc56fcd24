//! Requests: one table per resource says each attribute, its French label, its form and when it must be there.
//!
//! The tables (`simple`, `chosen`, and the structures they share) are what bodies are read by, what CAF001 and CAF002 name,
//! what the echo lets through and what the OpenAPI document declares.

mod attribute;
mod body;
mod chosen;
mod companies;
mod diagnostics;
mod echo;
mod envelope;
mod forms;
mod json;
mod object;
mod people;
mod places;
mod simple;
mod unknown;

pub(super) use self::{
    attribute::{AttributeSpec, Look, Presence, Shape},
    chosen::{
        Choice, MultiDet, multi_det, multi_det_choice, multi_det_subject, verif_iban,
        verif_iban_choice, verif_iban_subject,
    },
    diagnostics::Dates,
    echo::Echo,
    envelope::{Applicant, CRITERIA, Demande, SIREN, SIRET},
    object::{GivenTexts, Object},
    simple::{NumCpte, num_cpte, per_phy, per_pro, siret_siren, spi},
    unknown::unknown,
};

/// The seven searches, by their resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Search {
    /// `comptes/numCpte`: by account number (PT 2).
    NumCpte,
    /// `comptes/spi`: by tax identifier (PT 3).
    Spi,
    /// `comptes/siretSiren`: by SIREN or SIRET (PT 4).
    SiretSiren,
    /// `comptes/perPro`: by the name of a legal person (PT 5).
    PerPro,
    /// `comptes/perPhy`: by civil status (PT 6).
    PerPhy,
    /// `comptes/verifIban`: does this account belong to this holder? (PT 7)
    VerifIban,
    /// `comptes/multiDet`: does this saver hold an account of this regulated nature? (PT 8)
    MultiDet,
}

impl Search {
    /// Every search, in the protocol's order.
    pub const ALL: [Self; 7] = [
        Self::NumCpte,
        Self::Spi,
        Self::SiretSiren,
        Self::PerPro,
        Self::PerPhy,
        Self::VerifIban,
        Self::MultiDet,
    ];

    /// The name of its resource, which is that of its operation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NumCpte => "numCpte",
            Self::Spi => "spi",
            Self::SiretSiren => "siretSiren",
            Self::PerPro => "perPro",
            Self::PerPhy => "perPhy",
            Self::VerifIban => "verifIban",
            Self::MultiDet => "multiDet",
        }
    }

    pub fn named(operation: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|search| search.as_str() == operation)
    }

    /// The table of its request.
    pub(super) fn table(self) -> &'static [&'static AttributeSpec] {
        match self {
            Self::NumCpte => &simple::NUM_CPTE,
            Self::Spi => &simple::SPI,
            Self::SiretSiren => &simple::SIRET_SIREN,
            Self::PerPro => &simple::PER_PRO,
            Self::PerPhy => &simple::PER_PHY,
            Self::VerifIban => &chosen::VERIF_IBAN,
            Self::MultiDet => &chosen::MULTI_DET,
        }
    }

    /// Every attribute of its request that holds a text, by its path in dots.
    pub fn attributes(self) -> Vec<String> {
        self.table().iter().flat_map(|entry| entry.paths()).collect()
    }
}

/// What the journal keeps of a request before it is judged: its motif and its justification as they read.
#[derive(Debug, Default)]
pub(super) struct Purpose<'o> {
    /// The motif, whatever it is worth.
    pub(super) motif: Option<&'o str>,
    pub(super) justification: Option<&'o str>,
}

impl<'o> Purpose<'o> {
    pub(super) fn in_body(body: &'o Object<'_>) -> Self {
        let text = |entry: &AttributeSpec| body.text(entry.key);
        Self {
            motif: text(&envelope::MOTIF.entry),
            justification: text(&envelope::JUSTIFICATION.entry),
        }
    }
}

#[cfg(test)]
mod tests;
