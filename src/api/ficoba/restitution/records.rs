//! The objects of answers, keys in the samples' order (PT 2.5.2 to 8.5.2): serialised straight to bytes.
//!
//! Every key may be absent: whoever builds an object leaves out what is unknown, and what may not be seen. Spellings are
//! the samples': `anneNaissance` and `prenoms` of a person with a right, `anneeNaissance` and `prenom` of one searched.

use serde::Serialize;

use super::{
    super::moment::Day,
    texts::{Count, DatePart, Flag, FourDigits, Name, Shown, Words},
};

/// Declares objects of which every key may be absent.
macro_rules! objects {
    ($(
        $(#[$doc:meta])* $name:ident<$life:lifetime> { $($(#[$attribute:meta])* $field:ident: $type:ty,)+ }
    )+) => {$(
        $(#[$doc])*
        #[derive(Default, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct $name<$life> {
            $($(#[$attribute])* #[serde(skip_serializing_if = "Option::is_none")] pub(super) $field: Option<$type>,)+
        }
    )+};
}

objects! {
    /// One of `comptes`.
    Compte<'a> {
        caracteristique_compte: CaracteristiqueCompte<'a>,
        etablissement_gestionnaire: EtablissementGestionnaire<'a>,
        ayants_droits: Vec<AyantDroit<'a>>,
    }

    /// `caracteristiqueCompte`.
    CaracteristiqueCompte<'a> {
        iban: &'a str,
        date_ouverture: Day,
        date_fiscale: Day,
        code_motif_ouverture: Shown<u8>,
        libelle_motif_ouverture: &'a str,
        date_cloture: Day,
        nature: Nature<'a>,
        #[serde(rename = "type")]
        kind: Type<'a>,
        format_compte: &'a str,
        caracteristique: Caracteristique<'a>,
        succession: Flag,
        resident: Flag,
        devise: Devise<'a>,
    }

    /// `nature`.
    Nature<'a> {
        code_nature: u16,
        libelle_nature: &'a str,
    }

    /// `type`.
    Type<'a> {
        code_type: u8,
        libelle_type: &'a str,
    }

    /// `caracteristique`.
    Caracteristique<'a> {
        code_caracteristique: u8,
        libelle_caracteristique: &'a str,
    }

    /// `devise`.
    Devise<'a> {
        code_devise: &'a str,
    }

    /// `etablissementGestionnaire`.
    EtablissementGestionnaire<'a> {
        etablissement: Etablissement<'a>,
        guichet: Guichet<'a>,
    }

    /// `etablissement`.
    Etablissement<'a> {
        numero_etablissement: &'a str,
        libelle_etablissement: &'a str,
        bic_etablissement: &'a str,
    }

    /// `guichet`: its address is inside.
    Guichet<'a> {
        numero_guichet: &'a str,
        libelle_guichet: &'a str,
        adresse: AdresseGuichet<'a>,
    }

    /// The address of a branch.
    AdresseGuichet<'a> {
        #[serde(rename = "libAdr1")]
        complement: &'a str,
        #[serde(rename = "libAdr2")]
        street: &'a str,
        #[serde(rename = "libAdr3")]
        post_box: &'a str,
        #[serde(rename = "libAdr4")]
        town: &'a str,
    }

    /// One of `ayantsDroits`: a natural or a legal person, and their address.
    AyantDroit<'a> {
        personne_physique: PersonnePhysique<'a>,
        personne_morale: PersonneMorale<'a>,
        adresse: Adresse<'a>,
    }

    /// `personnePhysique`.
    PersonnePhysique<'a> {
        personne_recherchee: Flag,
        droit_sur_compte: &'a str,
        date_debut_droit: Day,
        date_fin_droit: Day,
        date_maj: Day,
        nom_naissance: Name<'a>,
        prenoms: Words<'a>,
        #[serde(rename = "anneNaissance")]
        annee_naissance: Shown<u16>,
        mois_naissance: DatePart,
        jour_naissance: DatePart,
        sexe: Shown<u8>,
        code_pays_naissance: &'a str,
        code_departement_naissance: &'a str,
        code_commune_naissance: &'a str,
        libelle_pays_naissance: &'a str,
        libelle_departement_naissance: &'a str,
        libelle_commune_naissance: &'a str,
    }

    /// `personneMorale`.
    PersonneMorale<'a> {
        personne_recherchee: Flag,
        droit_sur_compte: &'a str,
        date_debut_droit: Day,
        date_fin_droit: Day,
        date_maj: Day,
        raison_sociale: Name<'a>,
        sigle: Name<'a>,
        enseigne: Name<'a>,
        categorie_juridique: FourDigits,
        type_repertoire: &'a str,
        siret: &'a str,
        numero_copro: &'a str,
        numero_rna: &'a str,
        numero_lei: &'a str,
    }

    /// `adresse` of a holder.
    Adresse<'a> {
        code_pays_residence: &'a str,
        libelle_pays_residence: &'a str,
        code_departement_residence: &'a str,
        libelle_departement_residence: &'a str,
        code_commune_residence: &'a str,
        libelle_commune_residence: &'a str,
        numero_voie: &'a str,
        indice_repetition: char,
        code_nature_voie: &'a str,
        libelle_voie: &'a str,
        libelle_compl_adr: &'a str,
        code_postal: &'a str,
        indicateur_codif_adresse: Flag,
    }

    /// `personneRecherche`, of a natural person.
    PersonneRecherche<'a> {
        nom_naissance: Name<'a>,
        nom_usage: Name<'a>,
        prenom: Words<'a>,
        sexe: Shown<u8>,
        annee_naissance: Shown<u16>,
        mois_naissance: DatePart,
        jour_naissance: DatePart,
        date_deces: Day,
        pays_naissance: Pays<'a>,
        departement_naissance: Departement<'a>,
        commune_naissance: Commune<'a>,
        numero_spi: u64,
        adresse: Adresse<'a>,
        score_appariement: f64,
    }

    /// `paysNaissance`.
    Pays<'a> {
        code_pays: &'a str,
        libelle_pays: &'a str,
    }

    /// `departementNaissance`.
    Departement<'a> {
        code_departement: &'a str,
        libelle_departement: &'a str,
    }

    /// `communeNaissance`.
    Commune<'a> {
        code_commune: &'a str,
        libelle_commune: &'a str,
    }

    /// `personneRecherche`, of a legal person.
    SocieteRecherche<'a> {
        raison_sociale: Name<'a>,
        sigle: Name<'a>,
        enseigne: Name<'a>,
        siret: &'a str,
        categorie_juridique: u16,
        siren: &'a str,
        adresse: Adresse<'a>,
        score_appariement: f64,
    }

    /// One of multiDet's `comptes`.
    CompteMultiDet<'a> {
        iban: &'a str,
        nature: Shown<u16>,
        date_ouverture: Day,
        date_fiscale: Day,
        code_motif_ouverture: Shown<u8>,
        libelle_motif_ouverture: &'a str,
        code_etab: &'a str,
        guichet: Guichet<'a>,
    }
}

/// One of `reponses`, when they are an array.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reponse<'a, P, C> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) personne_recherche: Option<P>,
    pub(super) nombre_comptes: Count,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comptes: Option<&'a [C]>,
}

/// `verificationCompte`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Verification {
    iban_existant: Flag,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_cloture: Option<Day>,
}

impl Verification {
    pub(super) fn of(verification: super::Verification) -> Self {
        let super::Verification { exists, closed } = verification;
        Self { iban_existant: Flag(exists), date_cloture: closed.map(|day| Day(Some(day))) }
    }
}
