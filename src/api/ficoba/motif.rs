//! The motifs (`fixtures/motifs.toml`): what each opens and what it lets through.
//!
//! "Le motif d'interrogation définit les critères de recherche obligatoires et facultatifs ainsi que les données
//! restituées" (PT 2.3.1). Which motifs exist is in the conventions, not in the protocol: ours are a *decision* around the
//! samples, and a fixtures folder adds others.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;
use toml::Spanned;

use super::demande::Search;
use crate::{
    domain::Motif,
    fixtures::{self, Fault, Source},
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
    /// The searches that it opens.
    pub(super) searches: Vec<Opening>,
    /// What it lets through.
    pub(super) filter: Filter,
    /// The criteria that it asks for or allows, by search.
    pub(super) criteria: BTreeMap<Opening, Criteria>,
}

/// A search as a motif opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Opening {
    /// All of it.
    Whole(Search),
    /// numCpte with `verificationCompte` at 1 only.
    Verification,
}

/// What is kept of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Filter {
    /// Accounts that are closed.
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
    pub(super) fn load(dir: Option<&Path>) -> Result<Self, Vec<Fault>> {
        let mut motifs = BTreeMap::new();
        let mut faults = Vec::new();
        for source in fixtures::file("motifs.toml", EMBEDDED, dir)? {
            match source.parse::<File>() {
                Ok(file) => add(&mut motifs, &source, file, &mut faults),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Self(motifs)) } else { Err(faults) }
    }

    /// The motif of this number.
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
    pub(super) fn opening(&self, search: Search, verification: bool) -> Option<Opening> {
        let wanted = |opening: &&Opening| match opening {
            Opening::Whole(whole) => *whole == search,
            Opening::Verification => search == Search::NumCpte && verification,
        };
        self.searches.iter().find(wanted).copied()
    }
}

impl Opening {
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    motif: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    code: Spanned<String>,
    label: String,
    ground: String,
    searches: Vec<Spanned<String>>,
    #[serde(default)]
    filter: Filter,
    #[serde(default)]
    criteria: BTreeMap<Spanned<String>, RawCriteria>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCriteria {
    #[serde(default)]
    required: Vec<Spanned<String>>,
    optional: Option<Vec<Spanned<String>>>,
}

fn add(motifs: &mut BTreeMap<Motif, Definition>, source: &Source, file: File, faults: &mut Vec<Fault>) {
    let mut seen = Vec::new();
    for raw in file.motif {
        let mut desk = Desk { source, faults };
        let code = desk.read("code", &raw.code, |text| text.parse::<Motif>().map_err(|error| error.to_string()));
        if code.is_some_and(|code| seen.contains(&code)) {
            desk.fault("code", &raw.code, "two motifs of this file have this code");
        }
        seen.extend(code);
        let searches: Vec<_> = raw.searches.iter().filter_map(|name| desk.opening("searches", name)).collect();
        let criteria =
            raw.criteria.iter().filter_map(|(name, raw)| criteria(&mut desk, &searches, name, raw)).collect();
        if let Some(code) = code {
            let Raw { label, ground, filter, .. } = raw;
            motifs.insert(code, Definition { label, ground, searches, filter, criteria });
        }
    }
}

fn criteria(
    desk: &mut Desk<'_>,
    searches: &[Opening],
    name: &Spanned<String>,
    raw: &RawCriteria,
) -> Option<(Opening, Criteria)> {
    let opening = desk.opening("criteria", name)?;
    if !searches.contains(&opening) {
        desk.fault("criteria", name, format!("{} is not among the searches of this motif", opening.as_str()));
        return None;
    }
    let known = opening.search().attributes();
    let path = |desk: &mut Desk<'_>, key: &str, path: &Spanned<String>| {
        let whole = format!("{}.{}", super::demande::CRITERIA, path.get_ref());
        if !known.contains(&whole) {
            desk.fault(key, path, format!("{:?} is no criterion of {}", path.get_ref(), opening.as_str()));
        }
        path.get_ref().clone()
    };
    let required = raw.required.iter().map(|one| path(desk, "required", one)).collect();
    let optional = raw.optional.as_ref().map(|all| all.iter().map(|one| path(desk, "optional", one)).collect());
    Some((opening, Criteria { required, optional }))
}

struct Desk<'a> {
    source: &'a Source,
    faults: &'a mut Vec<Fault>,
}

impl Desk<'_> {
    fn read<T>(&mut self, key: &str, text: &Spanned<String>, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        read(text.get_ref()).map_err(|why| self.fault(key, text, format!("{:?}: {why}", text.get_ref()))).ok()
    }

    fn opening(&mut self, key: &str, name: &Spanned<String>) -> Option<Opening> {
        let names = || Search::ALL.map(Search::as_str).join(", ");
        self.read(key, name, |text| {
            Opening::named(text).ok_or_else(|| format!("expected one of {}, numCpte-verification", names()))
        })
    }

    fn fault(&mut self, key: &str, at: &Spanned<String>, message: impl Into<String>) {
        let line = Some(self.source.line_of(at.span().start));
        self.faults.push(Fault { line, ..self.source.fault(key, message) });
    }
}

const EMBEDDED: &str = include_str!("../../../fixtures/motifs.toml");

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(text: &str) -> Result<Motifs, Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("motifs.toml"), text).unwrap();
        Motifs::load(Some(dir.path())).map_err(|faults| {
            let short =
                |fault: &Fault| format!("{} {} {}", fault.line.unwrap(), fault.key.as_deref().unwrap(), fault.message);
            faults.iter().map(short).collect()
        })
    }

    fn motif(code: &str) -> Motif {
        code.parse().unwrap()
    }

    #[test]
    fn the_sample_motifs_open_what_the_product_says() {
        let motifs = Motifs::load(None).unwrap();
        let opened: Vec<_> = motifs
            .iter()
            .map(|(code, motif)| {
                let names: Vec<_> = motif.searches.iter().map(|opening| opening.as_str()).collect();
                format!("{code} {}", names.join(" "))
            })
            .collect();
        assert_eq!(
            opened,
            [
                "0001 numCpte siretSiren perPhy perPro",
                "0003 numCpte siretSiren spi perPhy perPro",
                "0005 spi",
                "0020 numCpte siretSiren spi perPhy perPro",
                "0021 multiDet",
                "0022 numCpte",
                "0100 verifIban",
                "0101 numCpte-verification",
            ]
        );
        assert_eq!(motifs.get(motif("20")).unwrap().filter, Filter::default());
        assert!(!motifs.get(motif("0005")).unwrap().filter.beneficial_owners);
    }

    #[test]
    fn a_verification_is_opened_by_numcpte_and_by_its_own_name() {
        let motifs = Motifs::load(None).unwrap();
        let opens = |code: &str, verification| {
            motifs.get(motif(code)).unwrap().opening(Search::NumCpte, verification).is_some()
        };
        assert!(opens("0020", false) && opens("0020", true) && opens("0101", true));
        assert!(!opens("0101", false) && !opens("0021", false));
    }

    #[test]
    fn a_folder_adds_motifs_and_replaces_those_of_the_same_code() {
        let text = "[[motif]]\ncode = \"7\"\nlabel = \"x\"\nground = \"y\"\nsearches = [\"perPhy\"]\n\
                    criteria.perPhy = { required = [\"etatCivil.prenoms\"], optional = [] }\n\
                    [[motif]]\ncode = \"020\"\nlabel = \"x\"\nground = \"y\"\nsearches = [\"spi\"]\n";
        let motifs = folder(text).unwrap();
        assert_eq!(motifs.iter().count(), 9);
        assert_eq!(motifs.get(motif("0020")).unwrap().searches, [Opening::Whole(Search::Spi)]);
        let criteria = &motifs.get(motif("0007")).unwrap().criteria[&Opening::Whole(Search::PerPhy)];
        assert_eq!(
            (criteria.required.as_slice(), criteria.optional.as_deref()),
            (&["etatCivil.prenoms".to_owned()][..], Some(&[][..]))
        );
    }

    #[test]
    fn every_fault_of_a_file_is_told_with_its_line() {
        let text = "[[motif]]\ncode = \"00200\"\nlabel = \"x\"\nground = \"y\"\nsearches = [\"iban\"]\n\
                    [[motif]]\ncode = \"1\"\nlabel = \"x\"\nground = \"y\"\nsearches = [\"spi\"]\n\
                    [motif.criteria.spi]\nrequired = [\"siren\"]\n\
                    [[motif]]\ncode = \"0001\"\nlabel = \"x\"\nground = \"y\"\nsearches = []\n\
                    [motif.criteria.perPhy]\n";
        let faults = folder(text).unwrap_err();
        let starts = ["2 code", "5 searches", "12 required", "14 code", "18 criteria"];
        assert_eq!(faults.len(), starts.len(), "{faults:#?}");
        for (fault, start) in faults.iter().zip(starts) {
            assert!(fault.starts_with(start), "{fault}");
        }
    }

    #[test]
    fn an_unknown_key_is_named() {
        let faults =
            folder("[[motif]]\ncode = \"1\"\nlabel = \"x\"\nground = \"y\"\nsearches = []\nfiltre = 1\n").unwrap_err();
        assert!(faults[0].starts_with("6 filtre"), "{faults:?}");
    }
}
