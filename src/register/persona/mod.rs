//! Personas: the hand-written cases of `fixtures/personas/*.toml` that tests and documentation count on.
//!
//! A file holds one or several `[[persona]]`; each is a person, a company, a group of people, or accounts alone, with the
//! calls that show it. Those of `--fixtures DIR/personas` are added, and replace the embedded one of the same id.
//! Neither seed nor population changes them.

mod accounts;
mod calls;
mod cast;
mod check;
mod people;
mod places;
mod raw;
mod taxes;

use std::path::Path;

use crate::{
    domain::{Iban, Motif, Spi},
    fixtures::{self, Fault},
    register::{
        bank::Banks,
        id::{AccountId, CompanyId, Origin, PersonId},
    },
};

pub(super) use cast::Cast;

/// A hand-written case.
#[derive(Clone, Debug)]
pub struct Persona {
    /// Its name for ever, as `celine-simple`.
    pub id: String,
    /// One line of French.
    pub title: String,
    /// Who it is, in French.
    pub story: String,
    /// What it is there to show, in French.
    pub shows: Vec<String>,
    /// Who or what it is.
    pub subject: Subject,
    /// The accounts that its file describes.
    pub accounts: Vec<AccountId>,
    /// The calls that show it.
    pub calls: Vec<Call>,
}

/// What a persona is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One person.
    Person(PersonId),
    /// One company.
    Company(CompanyId),
    /// Several people that belong together.
    Group(Vec<PersonId>),
    /// Accounts, and nobody.
    Accounts,
}

/// A call and what it must answer.
#[derive(Clone, Debug)]
pub struct Call {
    /// Which API.
    pub api: CallApi,
    /// FICOBA's resource (`numCpte`, `perPhy`...), or R2P's path (`personne`, `personne/spi`, `personne/{spi}`).
    pub operation: String,
    /// The sample partner that calls.
    pub partner: String,
    /// FICOBA's motif, as sent.
    pub motif: Option<Motif>,
    /// FICOBA's `criteresRecherche`; for R2P the query parameters, and `spi` where the path has it.
    pub parameters: serde_json::Value,
    /// What comes back.
    pub expect: Expectation,
    /// What the call shows, in French.
    pub shows: String,
}

/// The API of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallApi {
    /// FICOBA.
    Ficoba,
    /// R2P.
    R2p,
}

/// What a call answers: the HTTP status, and whatever else is given must hold too.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The HTTP status.
    pub status: u16,
    /// The code of `messageInformatif` or of `erreur`.
    pub code: Option<String>,
    /// `nombreReponses`.
    pub answers: Option<String>,
    /// `nombreComptes` of each answer, in order.
    pub accounts: Option<Vec<String>>,
    /// Every `iban` of the answer, in any order.
    pub ibans: Option<Vec<Iban>>,
    /// `ibanExistant`.
    pub exists: Option<String>,
    /// `dateCloture` of a verification.
    pub closed: Option<String>,
    /// `nRep`.
    pub found: Option<String>,
    /// The birth name or registered name of each of all `ayantsDroits`, in any order.
    pub holders: Option<Vec<String>>,
    /// `identifiant.spi`.
    pub spi: Option<Spi>,
}

/// Reads, checks and links the personas.
pub(super) fn load(banks: &Banks, dir: Option<&Path>) -> Result<Cast, Vec<Fault>> {
    let embedded = EMBEDDED.len();
    let sources = fixtures::folder("personas", EMBEDDED, dir)?;
    let mut faults = Vec::new();
    let mut files = Vec::with_capacity(sources.len());
    for (at, source) in sources.iter().enumerate() {
        match source.parse::<raw::File>() {
            Ok(file) => files.push(check::Parsed { source, embedded: at < embedded, file }),
            Err(fault) => faults.push(fault),
        }
    }
    match cast::build(&files, banks) {
        Ok(cast) if faults.is_empty() => Ok(cast),
        Ok(_) => Err(faults),
        Err(more) => {
            faults.extend(more);
            faults.sort();
            Err(faults)
        }
    }
}

/// What points at each record of a list.
pub(super) fn origins<T>(list: &[T]) -> impl Iterator<Item = Origin> + use<T> {
    (0..u32::try_from(list.len()).unwrap_or(u32::MAX)).map(Origin::Persona)
}

macro_rules! persona {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../fixtures/personas/", $name)))
    };
}

/// The files of `fixtures/personas`; a test compares the list with the folder.
const EMBEDDED: &[(&str, &str)] = &[
    persona!("adresse-differente.toml"),
    persona!("association-rna.toml"),
    persona!("cas-rares.toml"),
    persona!("celine-simple.toml"),
    persona!("centenaire.toml"),
    persona!("compte-orphelin.toml"),
    persona!("comptes-clos.toml"),
    persona!("copropriete.toml"),
    persona!("couple-joint.toml"),
    persona!("defunte.toml"),
    persona!("devises.toml"),
    persona!("dossier-non-communicable.toml"),
    persona!("ei-artisan.toml"),
    persona!("enseigne-sigle.toml"),
    persona!("groupe-etablissements.toml"),
    persona!("homonymes-annee.toml"),
    persona!("homonymes-lieu.toml"),
    persona!("impots.toml"),
    persona!("indivision.toml"),
    persona!("jumelles-homonymes.toml"),
    persona!("lep.toml"),
    persona!("lieux-de-naissance.toml"),
    persona!("livret-a-en-double.toml"),
    persona!("livret-a.toml"),
    persona!("livret-bleu.toml"),
    persona!("majeur-protege.toml"),
    persona!("mineur.toml"),
    persona!("ne-en-corse.toml"),
    persona!("ne-en-guadeloupe.toml"),
    persona!("ne-en-polynesie.toml"),
    persona!("nee-a-letranger.toml"),
    persona!("nom-compose-accents.toml"),
    persona!("nom-d-usage.toml"),
    persona!("non-resident.toml"),
    persona!("ouverture-succession.toml"),
    persona!("ouverture-transfert.toml"),
    persona!("paul-multicomptes.toml"),
    persona!("procuration.toml"),
    persona!("sans-compte.toml"),
    persona!("sans-nom-sans-prenom.toml"),
    persona!("sarl-simple.toml"),
    persona!("sas-beneficiaires.toml"),
    persona!("societe-lei.toml"),
    persona!("societe-sans-compte.toml"),
    persona!("societes-et-mandats.toml"),
    persona!("societes-homonymes.toml"),
    persona!("titulaire-coffre.toml"),
    persona!("trop-de-reponses.toml"),
    persona!("valeurs-inconnues.toml"),
];

#[cfg(test)]
mod tests;
