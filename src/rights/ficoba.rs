//! What a convention opens of FICOBA (DataPass form "API FICOBA": modalities of search, data scopes; CGU FICOBA 4 and 9.2).

use std::{collections::BTreeSet, num::NonZeroU32};

use super::names;
use crate::domain::{BankCode, Motif};

/// The grant of a convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Calls per clock minute (CGU FICOBA 9.2: 200, 500 or 750).
    pub quota: NonZeroU32,
    /// The motifs of interrogation the convention was given.
    pub motifs: BTreeSet<Motif>,
    /// The ways of searching it was opened.
    pub modalities: Modalities,
    /// The groups of keys it may be answered.
    pub scopes: DataScopes,
    /// The applicant's own establishment, for motifs that are tied to it (CAF037).
    pub establishment: Option<BankCode>,
}

names! {
    /// A way of searching that DataPass opens or not.
    pub enum Modality,
    /// A set of [`Modality`].
    set Modalities {
        /// By account number.
        Iban = "iban",
        /// By tax identifier.
        Spi = "spi",
        /// By SIREN or SIRET.
        SiretSiren = "siret-siren",
        /// By civil status.
        PersonnePhysique = "personne-physique",
        /// By company name.
        PersonneMorale = "personne-morale",
        /// Is this account held by this SIREN or SIRET?
        IbanSiretSiren = "iban-siret-siren",
        /// Is this account held by this natural person?
        IbanPersonnePhysique = "iban-personne-physique",
        /// Is this account held by this legal person?
        IbanPersonneMorale = "iban-personne-morale",
    }
}

names! {
    /// A DataPass data scope: a group of keys of the answer.
    pub enum DataScope,
    /// A set of [`DataScope`].
    set DataScopes {
        /// Civil status of natural persons, designation of legal persons.
        EtatCivilDenomination = "dgfip_ficoba_etat_civil_denomination",
        /// Addresses of holders.
        Adresse = "dgfip_ficoba_adresse",
        /// The account and its characteristics.
        Compte = "dgfip_ficoba_compte",
        /// The establishment and the branch that keep the account.
        EtablissementBancaire = "dgfip_ficoba_etablissement_bancaire",
        /// The right on the account and its dates.
        Date = "dgfip_ficoba_date",
        /// The yes or no of a verification.
        RestitutionVerification = "dgfip_ficoba_restitution_verification",
        /// multi-détention: how many accounts.
        NombreComptes = "dgfip_ficoba_nombre_comptes",
        /// multi-détention: their IBAN.
        Iban = "dgfip_ficoba_iban",
        /// multi-détention: their opening date.
        DateOuverture = "dgfip_ficoba_date_ouverture",
        /// multi-détention: why they were opened.
        MotifOuverture = "dgfip_ficoba_motif_ouverture",
    }
}

impl DataScopes {
    /// What a token narrows these to: when it was asked with some data scopes, the intersection; otherwise nothing.
    #[must_use]
    pub fn narrowed_by<'a>(self, token_scopes: impl IntoIterator<Item = &'a str>) -> Self {
        let asked: Self = token_scopes.into_iter().filter_map(DataScope::named).collect();
        if asked.is_empty() { self } else { self.intersection(asked) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_without_data_scopes_narrows_nothing() {
        let open = DataScopes::EMPTY.with(DataScope::Compte).with(DataScope::Date);
        assert_eq!(open.narrowed_by(["am_application_scope", "default"]), open);
    }

    #[test]
    fn a_token_with_data_scopes_narrows_to_the_intersection() {
        let open = DataScopes::EMPTY.with(DataScope::Compte).with(DataScope::Date);
        let narrowed = open.narrowed_by(["dgfip_ficoba_compte", "dgfip_ficoba_adresse"]);
        assert_eq!(narrowed, DataScopes::EMPTY.with(DataScope::Compte));
    }
}
