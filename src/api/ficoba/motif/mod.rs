//! The motifs (`fixtures/motifs.toml`): what each opens and what it lets through.
//!
//! "Le motif d'interrogation définit les critères de recherche obligatoires et facultatifs ainsi que les données
//! restituées" (PT 2.3.1). Which motifs exist is in the conventions, not in the protocol: ours are a *decision* around the
//! samples, and a fixtures folder adds others.

mod file;

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use super::demande::Search;
use crate::{
    domain::Motif,
    fixtures::{self, Diagnostic},
};

/// Every motif, by its number.
#[derive(Debug)]
pub(super) struct Motifs(BTreeMap<Motif, Definition>);

/// What a motif opens and lets through.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    /// What it is called, in French.
    pub(super) label: String,
    /// The text that allows it, in French.
    pub(super) ground: String,
    pub(super) searches: Vec<OpenedSearch>,
    /// What it lets through.
    pub(super) filter: Filter,
    /// The criteria that it asks for or allows, by search.
    pub(super) criteria: BTreeMap<OpenedSearch, Criteria>,
}

/// A search as a motif opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum OpenedSearch {
    /// All of it.
    Whole(Search),
    /// numCpte with `verificationCompte` at 1 only.
    Verification,
}

/// What is kept of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Filter {
    pub(super) closed_accounts: bool,
    /// Holders other than the one who was searched; no effect on numCpte, which searches nobody.
    pub(super) co_holders: bool,
    /// Those who may use the account.
    pub(super) procurations: bool,
    /// Those who act for a holder.
    pub(super) mandataires: bool,
    /// Those who own or control the company.
    pub(super) beneficial_owners: bool,
    /// Accounts kept by other banks than the applicant's own establishment (CAF037).
    pub(super) other_banks: bool,
}

/// The criteria of one search under a motif, by their path below `criteresRecherche`.
#[derive(Clone, Debug, Default)]
pub(super) struct Criteria {
    /// Those that must be given, besides the protocol's own.
    pub(super) required: Vec<String>,
    /// The others that may be given; any when absent.
    pub(super) optional: Option<Vec<String>>,
}

impl Motifs {
    /// The embedded motifs, then those of the folder, which replace those of the same code.
    pub(super) fn load(dir: Option<&Path>) -> Result<Self, Vec<Diagnostic>> {
        let mut motifs = BTreeMap::new();
        let mut faults = Vec::new();
        for source in fixtures::file("motifs.toml", EMBEDDED, dir)? {
            match source.parse::<file::MotifFile>() {
                Ok(file) => file::add(&mut motifs, &source, file, &mut faults),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Self(motifs)) } else { Err(faults) }
    }

    pub(super) fn get(&self, motif: Motif) -> Option<&Definition> {
        self.0.get(&motif)
    }

    /// Every motif with its number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Motif, &Definition)> {
        self.0.iter().map(|(motif, definition)| (*motif, definition))
    }
}

impl Definition {
    /// How it opens this search: not at all, wholly, or for verifications only.
    pub(super) fn opening(&self, search: Search, verification: bool) -> Option<OpenedSearch> {
        let wanted = |opening: &&OpenedSearch| match opening {
            OpenedSearch::Whole(whole) => *whole == search,
            OpenedSearch::Verification => search == Search::NumCpte && verification,
        };
        self.searches.iter().find(wanted).copied()
    }
}

impl OpenedSearch {
    /// The name in `motifs.toml`.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Whole(search) => search.as_str(),
            Self::Verification => "numCpte-verification",
        }
    }

    fn named(name: &str) -> Option<Self> {
        let all = Search::ALL.into_iter().map(Self::Whole).chain([Self::Verification]);
        all.into_iter().find(|opening| opening.as_str() == name)
    }

    fn search(self) -> Search {
        match self {
            Self::Whole(search) => search,
            Self::Verification => Search::NumCpte,
        }
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            closed_accounts: true,
            co_holders: true,
            procurations: true,
            mandataires: true,
            beneficial_owners: true,
            other_banks: true,
        }
    }
}

const EMBEDDED: &str = include_str!("../../../../fixtures/motifs.toml");

#[cfg(test)]
mod tests;
